"""Invented voters: the truth beside the file, recounted by a slow and plain reader."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from courtyard.cli.demo_voters import voters
from courtyard.electorate.invented import people
from courtyard.electorate.invented.dirt import KINDS
from courtyard.electorate.invented.elections import elections, general_day
from courtyard.electorate.invented.ny import LAYOUTS
from courtyard.electorate.invented.write import truth_of, write_voters
from courtyard.electorate.refusal import Refused

ROWS, SEED = 6_000, 7
PARTIES, STATUSES = set(people.PARTIES), set(people.STATUSES)
SPELLED = {
    "modern": r"(?P<day>\d{8}) (?P<type>GE|PR|PP|SP|RO)\([PEAFMO]\)",
    "code_first": r"(?P<type>GE|PR|PP|SP|RO) (?P<day>\d{8})\([PEAFMO]\)",
    "descriptive": r"(?P<name>[A-Z][a-zA-Z ]+) (?P<year>\d{4})\([PEAFMO]\)"
    r"|(?P<first>\d{4}) (?P<pp>PRESIDENTIAL PRIMARY)\([PEAFMO]\)",
    "without_method": r"(?P<name>[A-Z ]+) (?P<year>\d{4})",
    "two_digit_year": r"(?P<short>\d{2}) (?P<name>[A-Z ]+)\([PEAFMO]\)",
}
NAMES = {
    "GENERAL ELECTION": "GE",
    "PRIMARY ELECTION": "PR",
    "PRESIDENTIAL PRIMARY": "PP",
    "SPECIAL ELECTION": "SP",
    "RUNOFF ELECTION": "RO",
}

SHORT = {"AVENUE": "AVE", "STREET": "ST", "ROAD": "RD", "DRIVE": "DR", "PLACE": "PL", "LANE": "LN"}
SHORT |= {"COURT": "CT", "BOULEVARD": "BLVD"}

Row = dict[str, str]
Entry = tuple[str, str, int, str | None]  # spelling, type, year, day
Made = tuple[Path, dict[str, Any]]


@pytest.fixture(scope="module")
def dirty(tmp_path_factory: pytest.TempPathFactory) -> Made:
    out = tmp_path_factory.mktemp("voters") / "voters.txt"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(people, "PORTION", 2_500)  # three portions, so that their seams are tested
        write_voters(out, rows=ROWS, seed=SEED)
    return out, json.loads(truth_of(out).read_text())


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Made:
    out = tmp_path_factory.mktemp("voters") / "clean.txt"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(people, "PORTION", 2_500)
        truth = write_voters(out, rows=ROWS, seed=SEED, dirty=False)
    return out, truth


def read(path: Path, layout: str = "ny47") -> tuple[dict[int, Row], dict[str, set[int]]]:
    """Kept rows by line, and the lines to set aside by reason: csv on one physical line each."""
    kept: dict[int, Row] = {}
    aside: defaultdict[str, set[int]] = defaultdict(set)
    ids: set[str] = set()
    fields = LAYOUTS[layout]
    for number, line in enumerate(path.read_bytes().split(b"\n")[:-1], start=1):
        if b"\0" in line:
            aside["nul_byte"].add(number)
            continue
        try:
            [row] = csv.reader(io.StringIO(line.decode("latin-1"), newline="\n"), strict=True)
        except csv.Error:
            aside["unbalanced_quote"].add(number)
            continue
        record = dict(zip(fields, row, strict=False))
        if len(row) != len(fields):
            kind = "one_field" if len(row) == 1 else "too_few_fields"
            aside["too_many_fields" if len(row) > len(fields) else kind].add(number)
        elif not record["SBOEID"].strip():
            aside["empty_id"].add(number)
        elif record["SBOEID"] in ids:
            aside["duplicate_id"].add(number)
        else:
            ids.add(record["SBOEID"])
            kept[number] = record
    return kept, aside


def entries(history: str) -> tuple[list[Entry], list[str]]:
    """The entries that can be read, and those that cannot."""
    good, bad = [], []
    for text in filter(None, history.split(";")):
        entry = _entry(text)
        good.append(entry) if entry else bad.append(text)
    return good, bad


def _entry(text: str) -> Entry | None:
    for spelling, pattern in SPELLED.items():
        if found := re.fullmatch(pattern, text):
            said = {key: value for key, value in found.groupdict().items() if value}
            day = said.get("day")
            if day and not is_day(day):
                return None
            short = f"20{said['short']}" if "short" in said else ""
            year = int((day or said.get("year") or said.get("first") or short)[:4])
            kind = said.get("type") or NAMES.get((said.get("name") or said["pp"]).upper())
            if kind is None or not 1950 < year < 2030:
                return None
            held = f"{day[:4]}-{day[4:6]}-{day[6:]}" if day else None
            return spelling, kind, year, held
    return None


def is_day(text: str) -> bool:
    if not re.fullmatch(r"\d{8}", text):
        return False
    try:
        return 1900 < date(int(text[:4]), int(text[4:6]), int(text[6:])).year < 2030
    except ValueError:
        return False


def test_it_gives_the_same_bytes_for_the_same_seed(tmp_path: Path, dirty: Made) -> None:
    one, two, other = (tmp_path / name for name in ("one.txt", "two.txt", "other.txt"))
    for path, seed in ((one, 3), (two, 3), (other, 4)):
        write_voters(path, rows=1_000, seed=seed)
    assert one.read_bytes() == two.read_bytes() != other.read_bytes()
    said = [json.loads(truth_of(path).read_text()) | {"file": ""} for path in (one, two)]
    assert said[0] == said[1]


def test_it_says_itself_that_it_is_invented_and_what_it_holds(dirty: Made) -> None:
    path, truth = dirty
    assert truth["invented"] is True
    assert (truth["rows"], truth["seed"], truth["fields"]) == (ROWS, SEED, 47)
    assert truth["size"] == path.stat().st_size
    assert truth["rows_kept"] + truth["rows_set_aside"] == ROWS
    assert path.read_bytes().count(b"\n") == ROWS
    assert b"\r" not in path.read_bytes()


def test_it_names_exactly_the_rows_to_set_aside(dirty: Made) -> None:
    path, truth = dirty
    kept, aside = read(path)
    assert {name: len(found) for name, found in aside.items()} == {
        name: told["rows"] for name, told in truth["set_aside"].items()
    }
    for name, told in truth["set_aside"].items():
        assert sorted(aside[name])[:20] == told["first_lines"]
    assert len(kept) == truth["rows_kept"]
    assert set(aside) == {kind.name for kind in KINDS if kind.fatal}


def _starts(row: Row, *signs: str) -> bool:
    return row["FIRSTNAME"].startswith(signs) or row["LASTNAME"].startswith(signs)


def _is_utf8(text: str) -> bool:
    try:
        return bool(text.encode("latin-1").decode("utf-8"))
    except UnicodeDecodeError:
        return False


def _accented(row: Row) -> bool:
    return not row["FIRSTNAME"].isascii()


SEEN: dict[str, Callable[[Row], bool]] = {
    "bad_birth_date": lambda row: not is_day(row["DOB"]),
    "bad_registration_date": lambda row: not is_day(row["REGDATE"]),
    "latin1_name": lambda row: _accented(row) and not _is_utf8(row["FIRSTNAME"]),
    "utf8_name": lambda row: _accented(row) and _is_utf8(row["FIRSTNAME"]),
    "c1_byte": lambda row: bool(re.search("[\x80-\x9f]", row["LASTNAME"])),
    "quote_in_field": lambda row: '"' in row["FIRSTNAME"],
    "formula": lambda row: _starts(row, "="),
    "leading_sign": lambda row: _starts(row, "+", "-", "@"),
    "unknown_party": lambda row: row["ENROLLMENT"].strip() not in PARTIES,
    "unknown_status": lambda row: row["STATUS"].strip() not in STATUSES,
    "impossible_history": lambda row: bool(entries(row["VoterHistory"])[1]),
    "nonstandard_address": lambda row: bool(row["RADDRNONSTD"]),
    "padded_field": lambda row: any(value != value.strip(" ") for value in row.values()),
}


def test_it_counts_its_dirt_rightly(dirty: Made) -> None:
    path, truth = dirty
    kept, _ = read(path)
    for name, seen in SEEN.items():
        lines = [line for line, row in kept.items() if seen(row)]
        assert len(lines) == truth["dirt"][name]["rows"] > 0, name
        assert lines[:20] == truth["dirt"][name]["first_lines"], name
    assert set(truth["dirt"]) == {*SEEN, "missing_apartment"}
    lines = path.read_bytes().split(b"\n")
    assert truth["lines_not_utf8"] == sum(
        not _is_utf8(line.decode("latin-1")) for line in lines[:-1]
    )
    words = Counter(row["DOB"] for row in kept.values() if not is_day(row["DOB"]))
    assert truth["dirt"]["bad_birth_date"]["values"] == words
    assert truth["bad_dates"]["DOB"] == words.total()


def test_it_draws_the_rates_it_promises(dirty: Made) -> None:
    _, truth = dirty
    for kind in KINDS:
        told = (truth["set_aside"] if kind.fatal else truth["dirt"])[kind.name]["rows"]
        assert told == max(1, round(ROWS / kind.one_in)), kind.name


def test_it_counts_parties_histories_and_elections_rightly(dirty: Made) -> None:
    path, truth = dirty
    kept, _ = read(path)
    standing: defaultdict[str, Counter[str]] = defaultdict(Counter)
    spellings: Counter[str] = Counter()
    held: defaultdict[tuple[str, int, str | None], set[int]] = defaultdict(set)
    impossible: Counter[str] = Counter()
    for line, row in kept.items():
        standing[row["ENROLLMENT"].strip()][row["STATUS"].strip()] += 1
        good, bad = entries(row["VoterHistory"])
        impossible.update(bad)
        for spelling, kind, year, day in good:
            spellings[spelling] += 1
            held[kind, year, day].add(line)
    assert truth["party_status"] == standing
    assert truth["history"]["spellings"] == spellings
    assert set(spellings) == set(SPELLED)
    assert truth["history"]["entries"] == spellings.total()
    assert 9 < spellings.total() / len(kept) < 11
    assert truth["history"]["impossible"] == impossible
    told = {(one["type"], one["year"], one["date"]): one["voters"] for one in truth["elections"]}
    assert told == {election: len(voters) for election, voters in held.items()}


def test_it_lets_nobody_vote_too_young_or_unregistered(dirty: Made) -> None:
    kept, _ = read(dirty[0])
    checked = 0
    for row in kept.values():
        if not (is_day(row["DOB"]) and is_day(row["REGDATE"])):
            continue
        of_age = f"{int(row['DOB'][:4]) + 18}-{row['DOB'][4:6]}-{row['DOB'][6:]}"
        registered = f"{row['REGDATE'][:4]}-{row['REGDATE'][4:6]}-{row['REGDATE'][6:]}"
        since = max(of_age, registered)
        for _, _, year, day in entries(row["VoterHistory"])[0]:
            assert (day or f"{year}-12-31") >= since
            checked += 1
        if row["STATUS"].strip() == "17":
            assert row["DOB"] > "20080115"
    assert checked > 9 * ROWS * 0.9


def test_it_is_the_same_file_without_the_dirt(dirty: Made, clean: Made) -> None:
    rows, aside = read(clean[0])
    assert aside == {}
    assert clean[0].read_bytes().isascii()
    assert (clean[1]["set_aside"], clean[1]["dirt"]) == ({}, {})
    soiled, _ = read(dirty[0])
    lost = [
        line
        for line, row in soiled.items()
        if row["RAPARTMENT"] != rows[line]["RAPARTMENT"] and not row["RADDRNONSTD"]
    ]
    assert len(lost) == dirty[1]["dirt"]["missing_apartment"]["rows"]
    others = {line: row for line, row in rows.items() if line in soiled}
    assert {line: row["VoterHistory"] for line, row in others.items()} == {
        line: ";".join(one for one in row["VoterHistory"].split(";") if not entries(one)[1])
        for line, row in soiled.items()
    }


def test_it_counts_buildings_and_households_before_their_spellings(clean: Made) -> None:
    rows, _ = read(clean[0])
    homes: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
    spelled: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
    for row in rows.values():
        name, kind = re.sub(r"(?<=\d)(ST|ND|RD|TH)\b", "", row["RSTREETNAME"]).split()
        street = f"{name} {SHORT.get(kind, kind.rstrip('.'))}"
        building = (row["RCITY"], row["RADDNUMBER"], row["RHALFCODE"], street)
        homes[building].add(row["RAPARTMENT"])
        spelled[building].add(row["RSTREETNAME"])
    truth = clean[1]["homes"]
    assert len(homes) == truth["buildings"]
    assert sum(len(doors) for doors in homes.values()) == truth["households"]
    assert truth["households"] == truth["households_as_written"]
    assert max(len(ways) for ways in spelled.values()) > 2
    queens = [row["RADDNUMBER"] for row in rows.values() if row["COUNTYCODE"] == "41"]
    assert len(queens) > 300
    assert all(re.fullmatch(r"\d+-\d\d", number) for number in queens)
    assert {row["RHALFCODE"] for row in rows.values()} == {"", "1/2"}


def test_it_knows_the_geography_of_the_state(clean: Made) -> None:
    rows, _ = read(clean[0])
    assert {int(row["COUNTYCODE"]) for row in rows.values()} == set(range(1, 63))
    assert all(1 <= int(row["AD"]) <= 150 for row in rows.values())
    assert all(1 <= int(row["SD"]) <= 63 for row in rows.values())
    assert all(1 <= int(row["CD"]) <= 26 for row in rows.values())
    zips = {(row["RZIP5"], row["COUNTYCODE"], row["RCITY"]) for row in rows.values()}
    assert len(zips) == len({code for code, _, _ in zips}) > 62
    many = Counter[int]()
    for portion in people.people(100_000, SEED, people.Pools.of(SEED)):
        many.update(portion.places.county.tolist())
    assert 0.38 < sum(many[code] for code in (3, 24, 31, 41, 43)) / many.total() < 0.42


def test_it_writes_the_older_layout_of_45_fields(tmp_path: Path) -> None:
    out = tmp_path / "older.txt"
    truth = write_voters(out, rows=1_000, seed=SEED, layout="ny45")
    assert truth["fields"] == len(LAYOUTS["ny45"]) == 45
    kept, aside = read(out, "ny45")
    assert len(kept) == truth["rows_kept"]
    assert {name: len(found) for name, found in aside.items()} == {
        name: told["rows"] for name, told in truth["set_aside"].items()
    }
    names = list(LAYOUTS["ny45"])
    assert names[names.index("RAPARTMENT") + 1] == "RPREDIRECTION"
    assert not {"RAPARTMENTTYPE", "RADDRNONSTD"} & set(names)
    assert all(is_day(row["LASTVOTERDATE"]) for row in kept.values() if row["LASTVOTERDATE"])
    assert "nonstandard_address" not in truth["dirt"]


@pytest.mark.parametrize("rows", [1, 2, 9, 200])
def test_it_writes_small_files_too(tmp_path: Path, rows: int) -> None:
    for seed in range(2):
        truth = write_voters(tmp_path / "small.txt", rows=rows, seed=seed)
        assert truth["rows"] == rows
        assert len(read(tmp_path / "small.txt")[0]) == truth["rows_kept"]


def test_it_keeps_the_real_calendar() -> None:
    days = {(one.type, one.day.isoformat()) for one in elections()}
    assert {("GE", "2024-11-05"), ("GE", "2021-11-02"), ("PP", "2016-04-19")} <= days
    assert {("PR", "2018-09-13"), ("PR", "2020-06-23"), ("PP", "2020-06-23")} <= days
    assert len(days) == len(elections())
    assert general_day(2022) == date(2022, 11, 8)


def test_it_leaves_a_file_alone_that_it_did_not_write(tmp_path: Path) -> None:
    real = tmp_path / "ALLNYVOTERS.txt"
    real.write_text("somebody's")
    with pytest.raises(Refused, match="was not invented here"):
        write_voters(real, rows=10, seed=1)
    assert [path.name for path in tmp_path.iterdir()] == [real.name]
    assert real.read_text() == "somebody's"


def test_it_says_what_it_wrote_and_where_the_truth_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = CliRunner().invoke(voters, ["--rows", "50", "--seed", "2", "--json"])
    assert ran.exit_code == 0, ran.output
    told = json.loads(ran.stdout)
    assert told["file"] == "INVENTED-ny-voters-ny47-50-seed2.txt"
    assert json.loads(Path(told["truth"]).read_text())["rows_kept"] == told["rows_kept"]
    ran = CliRunner().invoke(voters, ["--rows", "50", "--clean", "--out", "x.txt"])
    assert ran.stdout.splitlines() == [
        "x.txt: 50 invented voters, 0 of them to be set aside. What is true of it: x.txt.truth.json"
    ]
    Path("real.txt").write_text("real")
    ran = CliRunner().invoke(voters, ["--rows", "50", "--out", "real.txt"])
    assert ran.exit_code == 2
    assert "real.txt is there already" in ran.stderr


def test_it_is_a_command_of_the_demonstration() -> None:
    from courtyard.cli.demo import demo

    ran = CliRunner().invoke(demo, ["voters", "--help"])
    assert ran.exit_code == 0
    document = Path("docs/commands.md").read_text().split("### courtyard demo voters")[1]
    explained = re.findall(r"^- `(--[a-z]+)", document.split("\n## ")[0], re.MULTILINE)
    assert explained == [option.opts[0] for option in voters.params]
