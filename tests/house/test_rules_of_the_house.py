"""The laws of the house that no linter knows: sizes, names, who writes, what is declared."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from tests.conftest import ROOT

SOURCE = ROOT / "src" / "courtyard"
PYTHON = [path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts]
OURS = [*PYTHON, *(ROOT / "tests").rglob("*.py"), *(ROOT / "tools").rglob("*.py")]
SCRIPTS = [path for path in SOURCE.rglob("*.js") if "vendor" not in path.parts]
FORBIDDEN_NAMES = {"utils", "common", "helpers", "services", "managers", "misc"}
WRITES = {"save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create",
          "update_or_create", "set_password"}  # fmt: skip
# The only other place that writes is where the act writes its line in the journal.
MAY_WRITE = {"acts.py", "journal/act.py"}
# Hashes and dictionaries, which are updated too.
NO_ROWS = r"digest|hashed|image|globals\(\)|DATABASES\['default'\]|made\.(globals|filters)"
# DuckDB over our own Parquet files: what is pasted are our column names, and paths and codes of a
# layout through sql.literal; what stands in a publisher's rows never is.
OVER_OWN_FILES = {"electorate/voters/finish.py", "electorate/voters/report.py"}
RAW = {"extra", "raw", "RawSQL"}


def trees(paths: list[Path]) -> Iterator[tuple[Path, ast.AST]]:
    for path in paths:
        yield path, parsed(path)


@cache
def parsed(path: Path) -> ast.AST:
    return ast.parse(path.read_text())


def name_of(path: Path) -> str:
    return path.relative_to(SOURCE if SOURCE in path.parents else ROOT).as_posix()


def test_it_keeps_files_short() -> None:
    lines = {name_of(path): len(path.read_text().splitlines()) for path in OURS}
    assert {name: count for name, count in lines.items() if count > 400} == {}
    scripts = {name_of(path): len(path.read_text().splitlines()) for path in SCRIPTS}
    assert {name: count for name, count in scripts.items() if count > 200} == {}
    assert len(scripts) >= 4


def test_it_keeps_functions_short() -> None:
    long = [
        f"{name_of(path)}:{node.name} ({length})"
        for path, tree in trees(PYTHON)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > 40
    ]
    assert long == []


def test_it_has_no_drawer_for_odds_and_ends() -> None:
    assert [name_of(path) for path in OURS if path.stem in FORBIDDEN_NAMES] == []


def test_it_writes_in_acts_only() -> None:
    found = []
    for path, tree in trees(PYTHON):
        if path.name in MAY_WRITE or name_of(path) in MAY_WRITE:
            continue
        if name_of(path).startswith("electorate/"):
            continue  # it knows no Django, and so no rows: import-linter holds that
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            target = ast.unparse(node.func.value)
            if node.func.attr in WRITES and not re.fullmatch(NO_ROWS, target):
                found.append(f"{name_of(path)}:{node.lineno} {ast.unparse(node.func)}")
    assert found == []


def test_it_reads_at_the_doors_through_visible_to() -> None:
    """Pages ask `visible_to`; what need not is named here, with its reason."""
    excused = {
        (
            "web/asking.py",
            "Device.objects.live_at",
        ),  # finding out who it is, by the session's secret
        # Found by the link's own secret:
        ("web/access.py", "Invitation.objects.open_at"),
        ("web/access.py", "Invitation.objects.filter"),
        # Pages for everybody have no reader; names of areas are published:
        ("web/receipt_ground.py", "Area.objects.published"),
        ("web/receipt_ground.py", "Edition.objects.published"),
    }
    found = set()
    for path, tree in trees([path for path in PYTHON if "web" in path.parts]):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                called = ast.unparse(node.func)
                if re.fullmatch(r"\w+\.objects\.\w+", called) and "visible_to" not in called:
                    found.add((name_of(path), called))
    assert found == excused


def test_it_builds_no_sql_from_input() -> None:
    calls = [
        f"{name_of(path)}:{node.lineno}"
        for path, tree in trees(PYTHON)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (getattr(node.func, "attr", None) in RAW or getattr(node.func, "id", None) in RAW)
    ]
    assert calls == []
    pasted = [
        f"{name_of(path)}:{node.lineno}"
        for path, tree in trees(PYTHON)
        if name_of(path) not in OVER_OWN_FILES
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", None) == "execute"
        and node.args
        and isinstance(node.args[0], ast.JoinedStr)
    ]
    assert pasted == []


def test_it_trusts_no_markup() -> None:
    templates = [*(SOURCE / "web").rglob("*.html")]
    assert len(templates) > 30
    unsafe = re.compile(r"\|\s*safe\b|autoescape\s+(false|off)|\son\w+=|\sstyle=|javascript:")
    excused = {"web/templates/mfa/totp/activate_form.html"}  # a QR code that allauth draws as SVG
    found = {name_of(path) for path in templates if unsafe.search(path.read_text())}
    assert found <= excused
    assert not any("mark_safe" in path.read_text() for path in PYTHON)


def test_it_says_what_public_functions_do() -> None:
    silent = [
        f"{name_of(path)}:{node.name}"
        for path, tree in trees(PYTHON)
        for node in ast.iter_child_nodes(tree)
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and ast.get_docstring(node) is None
        and not node.name.endswith(("QuerySet", "Config"))
    ]
    assert silent == []


def test_it_reads_the_clock_at_the_doors_only() -> None:
    rooms = [path for path in PYTHON if not {"web", "cli", "jobs"} & set(path.parts)]
    clocks = re.compile(r"timezone\.now|datetime\.now|time\.time\(|date\.today")
    assert [name_of(path) for path in rooms if clocks.search(path.read_text())] == []


@pytest.mark.parametrize("secret", ["/work/", "/root/", "/home/", "pypi.org", "registry.npmjs"])
def test_it_names_no_machine(secret: str) -> None:
    kept = [path for path in (ROOT / "src").rglob("*") if path.suffix in {".py", ".toml", ".html"}]
    kept += [ROOT / "package-lock.json", *(ROOT / "requirements").iterdir(), ROOT / "Makefile"]
    assert [path.name for path in kept if secret in path.read_text()] == []


def test_it_ships_what_it_vendors_and_no_more() -> None:
    import json

    vendor = SOURCE / "web" / "static" / "vendor"
    kept = {path.relative_to(vendor).as_posix() for path in vendor.rglob("*") if path.is_file()}
    assert kept == set(json.loads((ROOT / "tools" / "vendor.json").read_text()))
