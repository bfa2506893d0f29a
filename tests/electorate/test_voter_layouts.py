"""Every shipped voter layout against files written by somebody who had not read the loader."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from tests.electorate.voter_files import EXPECTED, FILES, HIDDEN, SETS, Taken, paths, taken

from courtyard.electorate.voters.history import METHODS, read_fields
from courtyard.electorate.voters.layout import voter_layouts
from courtyard.electorate.voters.recognise import recognise_voters
from courtyard.electorate.voters.rows import NO_ID

Take = Callable[[str], Taken]
# In a field of these files stands a line end, so that rows after it stand a line lower.
LINE_OF_RECORD = {"oh_ALLEN.txt": lambda record: record + 2}
# A vendor's id may be any text: the loader keeps the one row that the writer of the file calls odd.
ALSO_KEPT = {"l2": {"party": ["NON-PARTISAN"], "status": ["A"]}}
STATUSES = {
    "nc": {"active": 22, "inactive": 6, "removed": 7, "pending": 3},
    "fl": {"active": 31, "inactive": 7, "preregistered": 2},
    "oh": {"active": 33, "inactive": 7},
    "ny": {"active": 29, "inactive": 3, "removed": 3, "preregistered": 3},
    "ny_45": {"active": 24, "inactive": 3, "removed": 3, "preregistered": 2},
    "pa": {"active": 28, "inactive": 6},
    "wa": {"active": 30, "inactive": 6},
    "mi": {"active": 26, "inactive": 6, "removed": 1},
    "co": {"active": 25, "inactive": 6},
    "l2": {"active": 27, "inactive": 4},
}


@pytest.fixture(scope="module")
def take(tmp_path_factory: pytest.TempPathFactory) -> Take:
    """Each set of files, loaded once."""
    made: dict[str, Taken] = {}

    def one(layout: str) -> Taken:
        if layout not in made:
            made[layout] = taken(tmp_path_factory.mktemp(layout), paths(layout))
        return made[layout]

    return one


def aside_of(name: str) -> dict[tuple[str, int], str]:
    """What is to be set aside of a file: its place, and how the reason begins."""
    said = EXPECTED[name]
    found = {}
    for one in said.get("set_aside_hard", ()):
        if "not a date" in one["why"]:
            continue  # such a vote is not kept, and stands in the report: the row is whole
        line = one["line"] if "line" in one else LINE_OF_RECORD[name](one["record"])
        fields = re.search(r"(\d+) fields", one["why"])
        where = f"it has another number of fields: {fields[1]} where " if fields else NO_ID
        found[name, line] = where
    for one in said.get("set_aside_duplicate", ()):
        line = one["line"] if "line" in one else LINE_OF_RECORD[name](one["record"])
        found[name, line] = "an earlier row has the same voter id: in line "
    for one in said.get("tail", ()):
        if "set aside" in one["why"] and "fields" in one["why"]:
            found[name, one["line"]] = "it has another number of fields: 4 where "
    return found


@pytest.mark.parametrize("layout", SETS)
def test_it_keeps_every_voter_and_sets_aside_what_is_none(take: Take, layout: str) -> None:
    got, files = take(layout), SETS[layout]
    read = [EXPECTED[one].get("data_rows") or EXPECTED[one]["data_records"] for one in files]
    more = len(ALSO_KEPT.get(layout, {}).get("party", ()))
    assert got.got.layout == layout
    assert [one["rows_read"] for one in got.report["files"]] == read
    assert got.got.rows_read == got.got.rows_kept + got.got.rows_set_aside == sum(read)
    assert len(got.rows) == got.got.voters == EXPECTED[files[0]]["distinct_voters_kept"] + more
    wanted = {place: why for name in files for place, why in aside_of(name).items()}
    assert {(one.source, one.line) for one in got.aside} == set(wanted)
    assert len(got.aside) == len(wanted) == got.got.rows_set_aside
    for one in got.aside:
        assert one.reason.startswith(wanted[one.source, one.line])
        # Where voters may be confidential, the text of some rows that cannot be cut is not kept.
        assert one.row or layout in ("nc", "fl")


@pytest.mark.parametrize("layout", SETS)
def test_it_counts_parties_and_statuses_as_they_are(take: Take, layout: str) -> None:
    got, said = take(layout), EXPECTED[SETS[layout][0]]
    more = ALSO_KEPT.get(layout, {})
    parties = said["by_party"] if isinstance(said["by_party"], dict) else {}
    wanted = Counter({code.upper(): count for code, count in parties.items()})
    wanted.update(more.get("party", ()))
    wanted += Counter({"(BLANK)": 0 if parties else len(got.rows)})
    assert Counter(row["party"] or "(BLANK)" for row in got.rows) == wanted
    codes = Counter({code.upper(): count for code, count in said["by_status"].items()})
    codes.update(more.get("status", ()))
    assert Counter(row["status_code"] for row in got.rows) == codes
    assert Counter(row["status"] for row in got.rows) == STATUSES[layout]
    assert [one for one in got.report["fields"] if one["unknown"]] == []


def elections_said(said: dict[str, Any]) -> dict[tuple[str, str], int]:
    """Voters by (day or year, kind or "") as the writer of the file counted them."""
    key = next(name for name in said if re.match(r"(?!clean|values).*per_election", name))
    found = {}
    for name, count in said[key].items():
        if slashed := re.search(r"(\d\d)/(\d\d)/(\d{4})", name):
            day = f"{slashed[3]}-{slashed[1]}-{slashed[2]}"
            rest = name.replace(slashed[0], "")
        else:
            day = re.search(r"\d{4}([_-]\d\d[_-]\d\d)?", name)[0]  # type: ignore[index]
            rest = name.replace(day, "")
        kind = rest.strip(" -_").lower().replace("_", "-")
        found[day.replace("_", "-"), kind] = count
    return found


def unified(said: dict[tuple[str, str], int]) -> dict[tuple[str, str], int]:
    """The same, where an entry with only a year is of the one dated election of its kind."""
    dated = defaultdict(list)
    for day, kind in said:
        if len(day) > 4:
            dated[day[:4], kind].append(day)
    found: Counter[tuple[str, str]] = Counter()
    for (day, kind), count in said.items():
        [one] = dated[day, kind] if len(dated[day, kind]) == 1 else [day]
        found[one, kind] += count
    return found


@pytest.mark.parametrize("layout", ["nc", "fl", "oh", "ny", "ny_45", "wa", "l2"])
def test_it_counts_the_voters_of_each_election(take: Take, layout: str) -> None:
    got = take(layout)
    said = unified(elections_said(EXPECTED[SETS[layout][-1]]))
    days = {one["election"]: str(one["date"] or one["year"]) for one in got.elections}
    with_kind = any(kind for _, kind in said)
    found = {
        (days[name], name.removeprefix(f"{days[name]}-") if with_kind else ""): count
        for name, count in got.voters().items()
    }
    assert found == said
    assert sum(row["times_voted"] for row in got.rows) == sum(said.values())
    assert got.report["history"]["elections"] == len(said)


ELECTIONS = {
    "nc": ["2020-11-03-general", "2022-11-08-general", "2024-03-05-primary", "2024-11-05-general"],
    "fl": [
        "2018-11-06-general", "2022-11-08-general", "2024-03-19-presidential-primary",
        "2024-08-20-primary", "2024-11-05-general",
    ],
    "wa": ["2023-11-07-general", "2024-08-06-primary", "2024-11-05-general"],
    "l2": ["2020-11-03-general", "2022-11-08-general", "2024-09-10-primary", "2024-11-05-general"],
    "pa": [], "mi": [], "co": [],
}  # fmt: skip


@pytest.mark.parametrize("layout", ELECTIONS)
def test_it_names_the_elections_in_our_words(take: Take, layout: str) -> None:
    assert list(take(layout).voters()) == ELECTIONS[layout]


def test_it_says_how_somebody_voted(take: Take) -> None:
    found = Counter(METHODS[how] for row in take("fl").rows for how in row["methods"])
    said = EXPECTED["fl_ALA_H_20241210.txt"]["clean_rows_by_code"]
    provisional = said["F"] + said["Z"]
    assert found == Counter(polls=said["Y"], early=said["E"], mail=said["A"], affidavit=provisional)


UNREAD = {
    "nc": {"13/45/2024 · GENERAL · IN-PERSON": 1},
    "fl": {"2024-11-05 · GEN · Y": 1, "11/05/2024 · GEN · ": 1, "11/05/2016 · GEN · Q": 1},
    "ny": EXPECTED["ny47_ALLNYVOTERS20241230.txt"]["refused_history_entries"],
    "ny_45": EXPECTED["ny45_AllNYSVoters20160831.txt"]["refused_history_entries"],
    "oh": {}, "wa": {}, "l2": {},
}  # fmt: skip


@pytest.mark.parametrize("layout", UNREAD)
def test_it_reports_entries_of_a_history_that_say_nothing(take: Take, layout: str) -> None:
    history = take(layout).report["history"]
    assert {one["entry"]: one["rows"] for one in history["unknown"]} == UNREAD[layout]
    assert history["read"] == history["entries"] - sum(UNREAD[layout].values())


def test_it_notes_votes_of_nobody_among_the_voters(take: Take) -> None:
    for layout, ids in (("nc", "ZZ900001"), ("wa", "99999999"), ("fl", "")):
        got = take(layout)
        assert any(note.startswith("1 vote") and "nobody" in note for note in got.got.notes)
        assert ids not in {row["voter_id"] for row in got.rows}
    assert not any("nobody" in note for note in take("l2").got.notes)


@pytest.mark.parametrize("layout", ["nc", "fl"])
def test_it_counts_confidential_voters_and_lists_them_nowhere(take: Take, layout: str) -> None:
    got, name = take(layout), SETS[layout][0]
    ids = set(EXPECTED[name]["confidential"])
    hidden = [row for row in got.rows if row["confidential"]]
    assert got.got.confidential == len(hidden) == len(ids)
    assert [row[one] for row in hidden for one in HIDDEN if row[one] is not None] == []
    raw = [line for line in (FILES / name).read_text("latin-1").splitlines() if said(line) & ids]
    assert len(raw) == len(ids)
    # Their names, ids and streets, but for what others have too or what is masked.
    others = [one for one in (FILES / name).read_text("latin-1").splitlines() if one not in raw]
    common = set().union(*map(said, others))
    secret = {cell for line in raw for cell in said(line) if len(cell) > 4} - common
    assert ids < secret
    listed = {str(value) for row in got.rows for value in row.values()}
    listed |= {f"{row['first_name']} {row['last_name']}" for row in got.rows}
    assert secret & listed == set()
    for path in got.got.folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes().decode("utf-8", "replace")
            assert [one for one in secret if one in content] == [], path.name


def said(line: str) -> set[str]:
    return {cell.strip('" ') for cell in line.split("\t")}


@pytest.mark.parametrize("layout", ["nc", "fl", "ny", "ny_45", "wa"])
def test_it_reads_letters_that_are_not_of_ascii(take: Take, layout: str) -> None:
    got = take(layout)
    by_id = got.by_id()
    for one in EXPECTED[SETS[layout][0]]["non_ascii"]:
        row = by_id[one.get("id") or one["ncid"]]
        if "street" in one:
            assert "O\N{RIGHT SINGLE QUOTATION MARK}BAMO LANE" in row["address"]
        for ours, theirs in (("last_name", "last"), ("first_name", "first")):
            wanted = one.get(ours) or one.get(theirs)
            assert wanted is None or row[ours] == wanted
    assert got.report["text"]["lines_mended"] == len(EXPECTED[SETS[layout][0]]["non_ascii"])
    assert (got.report["text"]["c1_bytes"] > 0) == (layout in ("ny", "ny_45", "wa"))


def test_it_lets_no_quotation_mark_swallow_a_neighbour(take: Take, tmp_path: Path) -> None:
    florida = take("fl").by_id()
    assert florida["100500117"]["first_name"] == 'Bo"la'
    assert florida["100500130"]["last_name"] == '"Tiro'
    bad = taken(tmp_path, [FILES / "oh_badquote.txt"])
    names = {id_: row["last_name"] for id_, row in sorted(bad.by_id().items())}
    assert names.pop("OH0018001414", 'KA "BO" LU') in ('KA "BO" LU', 'KA BO" LU"')
    assert set(names) == set(EXPECTED["oh_badquote.txt"]["must_keep"])
    assert list(names.values()) == ["FIKALE", "GABOFI", "PEPERO", "LIFIRO"]
    assert bad.got.rows_read == 5


def test_it_reads_commas_quotes_and_line_ends_in_a_field(take: Take) -> None:
    traps, ohio = EXPECTED["oh_ALLEN.txt"]["traps"], take("oh").by_id()
    text = {name: " ".join(map(str, ohio[id_].values())) for name, id_ in traps.items()}
    assert "," in ohio[traps["comma"]]["address"]
    assert '"' in text["doubled_quotes"]
    assert '""' not in text["doubled_quotes"]
    assert any("\n" in str(value) for value in ohio[traps["newline_in_field"]].values())


def test_it_says_that_a_last_line_may_be_cut_off(take: Take) -> None:
    noted = {layout for layout in SETS for note in take(layout).got.notes if "no line end" in note}
    assert noted == {"mi"}


@pytest.mark.parametrize("name", [name for names in SETS.values() for name in names])
def test_it_tells_a_layout_by_content_whatever_the_name(name: str, tmp_path: Path) -> None:
    path = tmp_path / "download (3).bin"
    path.write_bytes((FILES / name).read_bytes())
    found = recognise_voters(path)
    wanted = next(layout for layout, names in SETS.items() if name in names)
    assert found
    assert found.layout.name == (wanted if SETS[wanted][0] == name else f"{wanted}_history")


def test_it_tells_the_older_layout_of_new_york_by_its_field_count(take: Take) -> None:
    assert take("ny_45").got.dataset == take("ny").got.dataset == "ny-voters"
    older = take("ny_45").by_id()["NY45000000000000000000"]
    assert (older["number"], older["street"], older["unit"]) == ("10", "N BEMO ST", "0B")


def test_it_takes_districts_out_of_words(take: Take) -> None:
    colorado = {(row["congress"], row["senate"], row["house"]) for row in take("co").rows}
    pennsylvania = {(row["congress"], row["senate"], row["house"]) for row in take("pa").rows}
    assert (colorado, pennsylvania) == ({("8", "24", "48")}, {("15", "25", "67")})


KINDS = {
    "2022-02-08": "special", "2025-02-11": "special", "2024-04-23": "special",
    "2020-03-10": "presidential-primary", "2016-05-24": "other", "2022-08-02": "primary",
    "2024-08-06": "primary", "2009-08-18": "primary", "2021-11-02": "general",
    "2022-11-08": "general", "11/05/2024": "general", "02/08/2022": "special",
}  # fmt: skip


@pytest.mark.parametrize("day", KINDS)
def test_it_tells_the_kind_of_an_election_in_washington_by_its_day(day: str) -> None:
    [layout] = [one for one in voter_layouts() if one.name == "wa_history"]
    assert layout.history
    found = read_fields({"ElectionDate": day}, layout.history)
    form = "%Y-%m-%d" if "-" in day else "%m/%d/%Y"
    assert found
    assert found.kind == KINDS[day]
    assert found.day == datetime.strptime(day, form).date()  # noqa: DTZ007  # a calendar day


@pytest.mark.parametrize("layout", voter_layouts(), ids=lambda one: one.name)
def test_it_says_of_every_column_that_it_is_read_or_why_not(layout: Any) -> None:
    names = SETS.get(layout.name.removesuffix("_history"), ())
    assert all((layout.publisher, layout.licence, layout.what))
    if layout.part == "voters":
        assert all((layout.permitted.uses, layout.permitted.law, layout.permitted.whose))
        assert layout.areas
        assert "county" in layout.fields
        found = recognise_voters(FILES / names[0])
        assert found
        told = set(layout.needed) | set(layout.left_out)
        assert set(layout.left_out) & set(layout.needed) == set()
        if layout.name not in ("nc", "oh"):  # districts of many kinds; elections
            assert set(found.grid.columns) - told == set()
