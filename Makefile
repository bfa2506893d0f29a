# Every command of this project. `make` lists them.
PYTHON ?= python3
BIN := .venv/bin
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run test bench bench-electorate bench-plan docs fix setup clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/'

run: .venv/ready-run ## the demonstration at http://localhost:8000 (sets itself up)
	@$(BIN)/courtyard demo --serve

test: .venv/ready-dev ## everything that must hold; STRICT=1 leaves nothing out
	@STRICT=$(STRICT) $(BIN)/python tools/test.py

bench: .venv/ready-dev ## this project against its peers, measured in one run
	@$(BIN)/python benchmarks/run.py

bench-electorate: .venv/ready-dev ## loading voters and asking about them, against peers (half an hour)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.txt
	@$(BIN)/python benchmarks/electorate_loading.py --rows $(or $(ROWS),1000000,5000000)
	@$(BIN)/python benchmarks/electorate_questions.py

bench-plan: .venv/ready-dev ## turfs and walks against the solvers one could pick (an hour)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.txt
	@$(BIN)/python benchmarks/plan_all.py

docs: .venv/ready-dev ## pictures and tables of the docs, made anew from the demonstration
	@$(BIN)/python tools/pictures.py

fix: .venv/ready-dev ## formats and mends what can be mended by machine; extracts the sentences
	@$(BIN)/ruff check --fix -q . ; $(BIN)/ruff format -q . ; $(BIN)/python tools/languages.py --extract

setup: .venv/ready-dev ## the environment for working on it, without running anything

clean: ## removes what set-up made (keeps ./var)
	rm -rf .venv node_modules src/courtyard/web/static/vendor

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Courtyard needs Python 3.11 or newer; this is $$($(PYTHON) --version). Say which: make run PYTHON=python3.12"; exit 2; }
	@echo "Making the environment (.venv) …"
	@$(PYTHON) -m venv .venv

.venv/ready-run: requirements/run.txt requirements/build.txt package-lock.json tools/setup.py pyproject.toml | .venv/bin/python
	@$(BIN)/python tools/setup.py run
	@touch $@

.venv/ready-dev: requirements/dev.txt requirements/build.txt package-lock.json tools/setup.py pyproject.toml | .venv/bin/python
	@$(BIN)/python tools/setup.py dev
	@touch $@ .venv/ready-run
