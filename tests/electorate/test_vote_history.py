"""Vote history: every spelling of an entry, and which entries are one election."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtyard.electorate.refusal import Refused
from courtyard.electorate.voters.history import (
    ElectionKey,
    Entry,
    HistoryRule,
    history_rule,
    read_entry,
    read_fields,
    resolve,
)

NEW_YORK = r"""
[history]
shape = "list"
column = "VoterHistory"
separator = ";"
date_format = "%Y%m%d"
years = [1940, 2030]
spellings = [
  '(?P<date>\d{8}) (?P<type>[A-Z]{2,4}) ?(?:\((?P<method>[A-Z]*)\))?',
  '(?P<type>[A-Z]{2,4}) (?P<date>\d{8}) ?(?:\((?P<method>[A-Z]*)\))?',
  '(?P<type>[A-Z][A-Z .,&/-]*?),? (?P<year>\d{4}|\d{2}) ?(?:\((?P<method>[A-Z]*)\))?',
  '(?P<year>\d{4}|\d{2}) (?P<type>[A-Z][A-Z .,&/-]*?) ?(?:\((?P<method>[A-Z]*)\))?',
]

[history.types]
GE = "general"
PR = "primary"
PP = "presidential-primary"
SP = "special"
RO = "runoff"
"PRESIDENTIAL PRIMARY" = "presidential-primary"
"PRES PRIMARY" = "presidential-primary"
RUNOFF = "runoff"
"RUN-OFF" = "runoff"
"RUN OFF" = "runoff"
SPECIAL = "special"
VILLAGE = "local"
SCHOOL = "local"
PRIMARY = "primary"
GENERAL = "general"

[history.methods]
P = "polls"
E = "early"
A = "absentee"
F = "affidavit"
M = "military"
O = "other"
"""
NORTH_CAROLINA = r"""
[history]
shape = "rows"
fields = { date = "election_lbl", type = "election_desc", method = "voting_method" }
date_format = "%m/%d/%Y"
years = [1940, 2030]
not_voted = ["ELIGIBLE DID NOT VOTE", "DID NOT VOTE"]

[history.types]
"PRESIDENTIAL PRIMARY" = "presidential-primary"
"SECOND PRIMARY" = "runoff"
RUNOFF = "runoff"
SPECIAL = "special"
MUNICIPAL = "local"
PRIMARY = "primary"
GENERAL = "general"
"*" = "other"

[history.methods]
"IN-PERSON" = "polls"
"ELECTION DAY IN-PERSON" = "polls"
"ELECTION DAY CURBSIDE" = "polls"
CURBSIDE = "polls"
"EARLY VOTING IN-PERSON" = "early"
"EARLY VOTING CURBSIDE" = "early"
"ABSENTEE ONESTOP" = "early"
"ABSENTEE CURBSIDE" = "early"
"ABSENTEE BY MAIL" = "absentee"
ABSENTEE = "absentee"
PROVISIONAL = "affidavit"
TRANSFER = "other"
"""
FLORIDA = r"""
[history]
shape = "rows"
fields = { date = "Election Date", type = "Election Type", method = "History Code" }
date_format = "%m/%d/%Y"
years = [1940, 2030]
not_voted = ["N", "B", "P", "X"]

[history.types]
GEN = "general"
PRI = "primary"
PPP = "presidential-primary"
RUN = "runoff"
SPE = "special"
LOC = "local"
MUN = "local"
OTH = "other"

[history.methods]
Y = "polls"
E = "early"
A = "mail"
F = "affidavit"
Z = "affidavit"
"""
OHIO = r"""
[history]
shape = "columns"
spellings = ['(?P<type>[A-Z][A-Z ]*?) ?- ?(?P<date>\d{1,2}/\d{1,2}/\d{4})']
date_format = "%m/%d/%Y"
years = [1940, 2030]

[history.types]
GENERAL = "general"
PRIMARY = "primary"
SPECIAL = "special"
"*" = "other"
"""


def rule(text: str) -> HistoryRule:
    return history_rule(tomllib.loads(text)["history"])


NY, NC, FL, OH = rule(NEW_YORK), rule(NORTH_CAROLINA), rule(FLORIDA), rule(OHIO)

DATED = [
    ("20241105 GE(P)", "2024-11-05", "general", "polls"),
    (" 20241105  ge (a) ", "2024-11-05", "general", "absentee"),
    ("20200623 PP(F)", "2020-06-23", "presidential-primary", "affidavit"),
    ("20180913 PR(M)", "2018-09-13", "primary", "military"),
    ("20190226 SP(O)", "2019-02-26", "special", "other"),
    ("20131001 RO(P)", "2013-10-01", "runoff", "polls"),
    ("20241105 GE", "2024-11-05", "general", "unknown"),
    ("20241105 GE()", "2024-11-05", "general", "unknown"),
    ("20241105 GE(Q)", "2024-11-05", "general", "unknown"),
    ("GE 20201103(P)", "2020-11-03", "general", "polls"),
    ("GE 20201103", "2020-11-03", "general", "unknown"),
    ("PP 20120424(A)", "2012-04-24", "presidential-primary", "absentee"),
    ("20080229 SP(P)", "2008-02-29", "special", "polls"),
]
OF_A_YEAR = [
    ("General Election 2012(P)", 2012, "general", "polls"),
    ("General Election, 2012 (P)", 2012, "general", "polls"),
    ("PRIMARY ELECTION 2010", 2010, "primary", "unknown"),
    ("08 GENERAL ELECTION(P)", 2008, "general", "polls"),
    ("GENERAL ELECTION 08", 2008, "general", "unknown"),
    ("GE 2019", 2019, "general", "unknown"),
    ("GE 96(A)", 1996, "general", "absentee"),
    ("2016 PRESIDENTIAL PRIMARY(A)", 2016, "presidential-primary", "absentee"),
    ("PRESIDENTIAL PRIMARY 2004", 2004, "presidential-primary", "unknown"),
    ("DEMOCRATIC PRESIDENTIAL PRIMARY 2004", 2004, "presidential-primary", "unknown"),
    ("09 RUNOFF ELECTION(P)", 2009, "runoff", "polls"),
    ("PRIMARY RUN-OFF 2009", 2009, "runoff", "unknown"),
    ("SPECIAL ELECTION 2011(P)", 2011, "special", "polls"),
    ("VILLAGE ELECTION 2015", 2015, "local", "unknown"),
    ("26 GENERAL ELECTION", 2026, "general", "unknown"),
    ("30 GENERAL ELECTION", 2030, "general", "unknown"),
    ("40 GENERAL ELECTION", 1940, "general", "unknown"),
]
NOTHING = [
    "", " ", "GE", "GE(P)", "2012", "20241105", "20241305 GE(P)", "20230229 GE(P)", "NONSENSE",
    "38121105 GE(P)", "General Election 3812", "GENERAL ELECTION 1939", "31 GENERAL ELECTION",
    "20241105 XX(P)", "SOMETHING ELSE 2012", "GENERAL ELECTION 201", "GENERALISSIMO 2012",
    "20241105 GE(P) 20201103 GE(P)", "٢٠٢٤١١٠٥ GE(P)", "39 GENERAL ELECTION",
]  # fmt: skip


@pytest.mark.parametrize(("said", "day", "kind", "method"), DATED)
def test_it_reads_a_dated_entry_of_new_york(said: str, day: str, kind: str, method: str) -> None:
    when = date.fromisoformat(day)
    assert read_entry(said, NY) == Entry(when, when.year, kind, method, voted=True)


@pytest.mark.parametrize(("said", "year", "kind", "method"), OF_A_YEAR)
def test_it_reads_an_entry_that_knows_only_the_year(
    said: str, year: int, kind: str, method: str
) -> None:
    assert read_entry(said, NY) == Entry(None, year, kind, method, voted=True)


@pytest.mark.parametrize("said", NOTHING)
def test_it_does_not_guess(said: str) -> None:
    assert read_entry(said, NY) is None


def test_it_takes_a_cell_apart() -> None:
    assert NY.entries(" 20241105 GE(P); ;GE 2019;") == ["20241105 GE(P)", "GE 2019"]
    assert NY.entries("") == []
    assert (NY.columns_read, OH.columns_read) == (["VoterHistory"], [])
    assert NC.columns_read == ["election_lbl", "election_desc", "voting_method"]


@pytest.mark.parametrize(
    ("label", "description", "how", "expected"),
    [
        ("11/03/2020", "11/03/2020 GENERAL", "IN-PERSON", ("general", "polls", True)),
        ("11/03/2020", "11/03/2020 GENERAL", "ABSENTEE BY MAIL", ("general", "absentee", True)),
        ("11/03/2020", "11/03/2020 GENERAL", "EARLY VOTING IN-PERSON", ("general", "early", True)),
        ("05/08/2018", "05/08/2018 PRIMARY", "PROVISIONAL", ("primary", "affidavit", True)),
        ("06/24/2014", "06/24/2014 SECOND PRIMARY", "CURBSIDE", ("runoff", "polls", True)),
        ("11/07/2017", "11/07/2017 MUNICIPAL", "TRANSFER", ("local", "other", True)),
        ("11/07/2017", "11/07/2017 BOND", "LEGACY", ("other", "unknown", True)),
        ("11/03/2020", "11/03/2020 GENERAL", "DID NOT VOTE", ("general", "unknown", False)),
    ],
)
def test_it_reads_a_row_of_north_carolina(
    label: str, description: str, how: str, expected: tuple[str, str, bool]
) -> None:
    row = {"election_lbl": label, "election_desc": description, "voting_method": how, "ncid": "A"}
    found = read_fields(row, NC)
    assert found is not None
    assert (found.kind, found.method, found.voted) == expected
    assert f"{found.day:%m/%d/%Y}" == label


@pytest.mark.parametrize(
    ("kind", "code", "expected"),
    [
        ("GEN", "Y", ("general", "polls", True)),
        ("GEN", "A", ("general", "mail", True)),
        ("PRI", "E", ("primary", "early", True)),
        ("PPP", "Z", ("presidential-primary", "affidavit", True)),
        ("OTH", "F", ("other", "affidavit", True)),
        ("GEN", "B", ("general", "unknown", False)),
        ("GEN", "N", ("general", "unknown", False)),
        ("GEN", "P", ("general", "unknown", False)),
    ],
)
def test_it_reads_a_row_of_florida(kind: str, code: str, expected: tuple[str, str, bool]) -> None:
    row = {"Election Date": "11/06/2018", "Election Type": kind, "History Code": code}
    found = read_fields(row, FL)
    assert found is not None
    assert (found.kind, found.method, found.voted) == expected


def test_it_does_not_read_a_row_without_its_day_or_type() -> None:
    assert read_fields({"Election Type": "GEN", "History Code": "Y"}, FL) is None
    assert read_fields({"Election Date": "13/06/2018", "Election Type": "GEN"}, FL) is None
    assert read_fields({"Election Date": "11/06/2018", "Election Type": "ZZZ"}, FL) is None
    assert read_fields({"Election Date": "11/06/2018", "Election Type": ""}, FL) is None


def test_it_reads_the_name_of_a_column_of_ohio() -> None:
    assert read_entry("PRIMARY-05/07/2013", OH) == Entry(
        date(2013, 5, 7), 2013, "primary", "unknown", voted=True
    )
    assert read_entry("GENERAL-11/03/2015", OH) == Entry(
        date(2015, 11, 3), 2015, "general", "unknown", voted=True
    )
    assert read_entry("PRECINCT_CODE", OH) is None


def test_it_finds_the_one_dated_election_of_an_entry_without_a_day() -> None:
    dated, said = (read_entry(e, NY) for e in ("GE 20201103(P)", "General Election 2020(A)"))
    assert dated
    assert said
    key = ElectionKey(date(2020, 11, 3), 2020, "general")
    assert resolve([dated, said]) == {dated: key, said: key}
    assert (key.name, key.counted_as) == ("2020-11-03-general", date(2020, 11, 3))


def test_it_leaves_the_day_open_where_two_elections_could_be_meant() -> None:
    says = ("20180626 PR(P)", "20180913 PR(P)", "PRIMARY ELECTION 2018", "GE 2016")
    june, september, primary, general = (read_entry(e, NY) for e in says)
    assert june and september and primary and general  # noqa: PT018
    found = resolve([june, september, primary, general])
    assert found[june] != found[september]
    assert found[primary] == ElectionKey(None, 2018, "primary")
    assert (found[general].name, found[general].counted_as) == ("2016-general", date(2016, 7, 1))


@pytest.mark.parametrize(
    ("was", "now", "why"),
    [
        ("years = [1940, 2030]", "years = [1940]", "years"),
        ("years = [1940, 2030]", "years = [1900, 2030]", "years"),
        ("years = [1940, 2030]", "years = [2030, 1940]", "years"),
        (r"(?P<date>\d{8})", r"(?P<date>\d{8}", "no pattern"),
        (r"(?P<date>\d{8})", r"(?P<daytime>\d{8})", "does not name"),
        ('GE = "general"', 'GE = "generals"', "generals"),
        ('P = "polls"', 'P = "pools"', "pools"),
        ('shape = "list"', 'shape = "heap"', "shape"),
        ('column = "VoterHistory"', "", "column"),
        ('shape = "list"', 'shape = "rows"', "fields"),
        ('shape = "list"', 'shape = "rows"\nfields = { who = "x" }', "fields"),
    ],
)
def test_it_refuses_a_table_that_cannot_be(was: str, now: str, why: str) -> None:
    assert was in NEW_YORK
    with pytest.raises(Refused, match=why):
        rule(NEW_YORK.replace(was, now, 1))


# The same in the plainest way, without patterns: a figure, words, and a letter in brackets.

KINDS = {"GE": "general", "PR": "primary", "PP": "presidential-primary", "SP": "special"}
DESCRIBED = {
    "GENERAL ELECTION": "general",
    "PRIMARY ELECTION": "primary",
    "PRESIDENTIAL PRIMARY": "presidential-primary",
    "RUNOFF ELECTION": "runoff",
    "SPECIAL ELECTION": "special",
}
METHOD = {"P": "polls", "E": "early", "A": "absentee", "F": "affidavit", "M": "military"}


def plainly(entry: str) -> Entry | None:
    letter = ""
    if entry.endswith(")"):
        entry, letter = entry[:-3], entry[-2]
    parts = entry.split(" ")
    figure = parts[0] if parts[0].isdigit() else parts[-1]
    words = " ".join(part for part in parts if part != figure)
    kind = {**KINDS, **DESCRIBED}[words]
    method = METHOD.get(letter, "unknown")
    if len(figure) == 8:
        year, month, day = int(figure[:4]), int(figure[4:6]), int(figure[6:])
        try:
            when = date(year, month, day)
        except ValueError:
            return None
        # Descriptions never come with a whole date.
        good = 1940 <= year <= 2030 and words in KINDS
        return Entry(when, year, kind, method, voted=True) if good else None
    year = int(figure)
    if len(figure) == 2:
        year += 2000 if year <= 30 else 1900
    return Entry(None, year, kind, method, voted=True) if 1940 <= year <= 2030 else None


FIGURES = st.one_of(
    st.dates(date(1930, 1, 1), date(2040, 12, 31)).map(lambda day: f"{day:%Y%m%d}"),
    st.integers(19000000, 20401399).map(str),
    st.integers(1000, 9999).map(str),
    st.integers(0, 99).map("{:02}".format),
)


@given(
    FIGURES,
    st.sampled_from([*KINDS, *DESCRIBED]),
    st.booleans(),
    st.sampled_from(["", *(f"({letter})" for letter in "PEAFMX")]),
)
def test_it_reads_what_the_plain_way_reads(
    figure: str, words: str, first: bool, letter: str
) -> None:
    entry = (f"{figure} {words}" if first else f"{words} {figure}") + letter
    assert read_entry(entry, NY) == plainly(entry)


@given(st.text(alphabet="0123456789 GEPRAL()ELECTIONXé٣;-/", max_size=30))
def test_it_reads_any_text_or_nothing(text: str) -> None:
    for how in (NY, OH):
        found = read_entry(text, how)
        assert found is None or 1940 <= found.year <= 2030
    found = read_fields({"Election Date": text, "Election Type": text, "History Code": text}, FL)
    assert found is None or found.day is not None


ENTRIES = st.builds(
    lambda year, offset, kind, method: Entry(
        None if offset is None else date(year, 1, 1) + timedelta(offset), year, kind, method, True
    ),
    st.integers(2000, 2003),
    st.one_of(st.none(), st.sampled_from((100, 200))),
    st.sampled_from(("general", "primary")),
    st.sampled_from(("polls", "early")),
)


@given(st.lists(ENTRIES, max_size=15))
def test_it_finds_the_elections_the_plain_way_finds(entries: list[Entry]) -> None:
    found = resolve(iter(entries))
    assert set(found) == set(entries)
    for entry in entries:
        days = []
        for other in entries:
            alike = other.kind == entry.kind and other.year == entry.year
            if alike and other.day is not None and other.day not in days:
                days.append(other.day)
        day = entry.day if entry.day is not None or len(days) != 1 else days[0]
        assert found[entry] == ElectionKey(day, entry.year, entry.kind)
