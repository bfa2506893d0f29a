"""`courtyard ask`, as it is typed: what it prints, what it refuses, and with which exit code."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner, Result
from django.conf import settings
from tests.electorate.voter_file import Plain, invented, stored

from courtyard.cli.ask import QUESTIONS, ask

ROWS = invented(Random(9), 200)
FORMULA = "=HYPERLINK(1)"
Ask = Callable[..., Result]


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Asks, in a home with one voter file, in which one voter has a formula for a name."""
    odd = next(
        number for number, row in enumerate(ROWS)
        if row["area"] == "9001" and row["status"] == "active" and not row["confidential"]
    )  # fmt: skip
    rows = [*ROWS[:odd], ROWS[odd] | {"last_name": FORMULA}, *ROWS[odd + 1 :]]
    stored(tmp_path, rows)
    monkeypatch.setattr(settings, "COURTYARD_ELECTORATE", tmp_path)
    monkeypatch.setattr(settings, "COURTYARD_ENGINE", "duckdb")
    return lambda *words: CliRunner().invoke(ask, words)


def test_it_lists_the_questions(asked: Ask) -> None:
    told = asked()
    assert told.exit_code == 0
    assert [line.split()[0] for line in told.stdout.splitlines()[1:]] == list(QUESTIONS)


def test_it_prints_a_table_for_people(asked: Ask) -> None:
    told = asked("turnout", "--by", "status", "--election", "2020-06-23-primary")
    assert told.exit_code == 0, told.stderr
    heads, *lines = told.stdout.splitlines()
    assert heads.split() == ["status", "registered", "voted", "share"]
    assert {len(line) for line in lines} == {len(heads)}
    for line, (status, registered, voted) in zip(
        lines, sorted(Plain(ROWS, ("status",)).turnout("2020-06-23-primary")), strict=True
    ):
        assert line.split() == [status, f"{registered}", f"{voted}", f"{voted / registered:.1%}"]


def test_it_prints_rows_for_programs(asked: Ask) -> None:
    wanted = {row[0]: row[1] for row in Plain(ROWS, ("county",)).registered()}
    rows = json.loads(asked("registered", "--by", "county", "--json").stdout)
    assert {row["county"]: row["registered"] for row in rows} == wanted
    text = asked("registered", "--by", "county", "--csv").stdout
    read = list(csv.DictReader(io.StringIO(text)))
    assert {row["county"] or None: int(row["registered"]) for row in read} == wanted
    days = json.loads(asked("elections", "--json").stdout)
    assert {row["date"] for row in days} >= {"2018-06-26", None}


def test_it_makes_formulas_harmless(asked: Ask) -> None:
    words = ("names", "--area", "9001", "--purpose", "election")
    told = asked(*words, "--csv").stdout
    names = [row["last_name"] for row in csv.DictReader(io.StringIO(told))]
    assert f"'{FORMULA}" in names
    assert FORMULA not in names
    assert FORMULA in [row["last_name"] for row in json.loads(asked(*words, "--json").stdout)]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("regis",), "“regis” is no question. There is: summary"),
        (("registered", "--by", "colour"), "no word to ask by “colour”"),
        (("registered", "--area", "340"), "no area “340”. There is: 34003"),
        (("registered", "--dataset", "fl-voters"), "Loaded: ny-voters"),
        (("registered", "--election", "2016-general"), "takes no --election"),
        (("turnout",), "turnout is of an election"),
        (("first-time",), "Say --election"),
        (("first-time", "--election", "2016"), "There is: 2016-"),
        (("lapsed",), "Say --since"),
        (("lapsed", "--since", "2018-13-01"), "no election “2018-13-01”"),
        (("eligible",), "Say --on"),
        (("eligible", "--on", "soon"), "“soon” is no day"),
        (("eligible", "--contest", "2020-06-23-mayor"), "no contest 2020-06-23-mayor is loaded"),
        (("names", "--purpose", "election"), "Say --area once"),
        (("names", "--area", "9001"), "Say --purpose"),
        (("names", "--area", "9001", "--purpose", "organising"), "allows: election"),
    ],
)
def test_it_refuses_in_a_sentence(asked: Ask, words: tuple[str, ...], says: str) -> None:
    told = asked(*words)
    assert told.exit_code == 2
    assert told.stdout == ""
    assert says.casefold() in told.stderr.casefold()
    assert told.stderr.count("\n") == 1


def test_it_says_when_the_fault_is_ours(asked: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "COURTYARD_ENGINE", "oracle")
    told = asked("registered")
    assert told.exit_code == 1
    assert "COURTYARD_ENGINE" in told.stderr


def test_it_counts_since_a_year_or_an_election(asked: Ask) -> None:
    def number(since: str) -> int:
        return json.loads(asked("lapsed", "--since", since, "--json").stdout)[0]["lapsed"]

    assert number("2020") == number("2020-01-01") == number("2020-06-23-primary")
    assert number("2018-06-26") == number("2018-06-26-special") < number("2020")
