"""Reading a results file: what comes out of good ones."""

from __future__ import annotations

import gzip
import hashlib
import zipfile
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from courtyard.electorate.progress import Progress
from courtyard.electorate.results.layout import layouts
from courtyard.electorate.results.loading import ContestResult, read_results

Read = Callable[..., list[ContestResult]]


def totals(result: ContestResult) -> Counter[str]:
    found: Counter[str] = Counter()
    for row in result.rows.to_pylist():
        found[row["unit"]] += row["votes"]
    return found


def test_it_reads_the_real_primary_of_2020(real: Path, real_result: ContestResult) -> None:
    result = real_result
    assert result.contest == "2020-06-23-democratic-representative-in-congress-14"
    assert result.title == "Representative in Congress 14, Democratic Primary Election 2020"
    key = result.key
    assert (key.party, key.office, key.district) == (
        "Democratic",
        "Representative in Congress",
        "14",
    )
    assert result.date == date(2020, 6, 23)
    assert result.layout.publisher == "New York City Board of Elections"
    assert result.area_kind == "election_district"
    assert totals(result) == {
        "Alexandria Ocasio-Cortez": 46577,
        "Michelle Caruso-Cabrera": 11337,
        "Badrun N. Khan": 3119,
        "Samuel H. Sloan": 1406,
        "Scattered": 143,
        "Public Counter": 42329,
        "Absentee / Military": 22000,
        "Affidavit": 693,
        "Federal": 208,
        "Manually Counted Emergency": 0,
    }
    areas = set(result.rows["area"].to_pylist())
    assert len(areas) == 449
    assert len(result.combined) == 21
    assert result.combined["78058"] == "78037"
    assert set(result.combined.values()) <= areas - set(result.combined)
    assert result.notes == ()
    [source] = result.sources
    assert source.file.file == real.name
    assert source.file.sha256 == hashlib.sha256(real.read_bytes()).hexdigest()
    assert source.file.size == real.stat().st_size
    assert source.counties == ("Bronx", "Queens")
    assert result.rows_read == source.file.rows_read == result.rows.num_rows == 4064
    assert result.rows_set_aside == len(result.set_aside) == 0


def test_it_tells_candidates_write_ins_and_tallies_apart(real_result: ContestResult) -> None:
    kinds: dict[str, set[str]] = {}
    for row in real_result.rows.to_pylist():
        kinds.setdefault(row["kind"], set()).add(row["unit"])
    assert kinds["write-in"] == {"Scattered"}
    assert len(kinds["candidate"]) == 4
    assert "Affidavit" in kinds["tally"]
    assert len(kinds["tally"]) == 5


def test_it_reads_both_forms_plain_and_packed_alike(edlevel: Any, read: Read) -> None:
    rows = [edlevel.row(ED="40", Tally="1,234"), edlevel.row(ED="041", Unit="Scattered")]
    forms = [edlevel.write(rows), edlevel.write(rows, repeated=False)]
    seen = []
    for content in [*forms, *(gzip.compress(f) for f in forms), b"\xef\xbb\xbf" + forms[0]]:
        [result] = read(content)
        seen.append(result.rows.drop_columns(["line"]).to_pylist())
    assert all(rows == seen[0] for rows in seen)
    assert seen[0][0] == {
        "area": "78040",
        "county": "Bronx",
        "kind": "candidate",
        "unit": "Badrun N. Khan",
        "party_line": "",
        "votes": 1234,
        "source": 0,
    }


@pytest.mark.parametrize("repeated", [True, False])
def test_it_finds_columns_by_name(edlevel: Any, read: Read, repeated: bool) -> None:
    columns = tuple(reversed(edlevel.columns))
    [result] = read(edlevel.write([edlevel.row(Tally="7")], repeated=repeated, columns=columns))
    assert totals(result) == {"Badrun N. Khan": 7}


def test_it_keeps_the_line_of_every_row_and_passes_over_blank_lines(
    edlevel: Any, read: Read
) -> None:
    content = edlevel.write([edlevel.row(), edlevel.row(ED="40")], repeated=False)
    [result] = read(content.replace(b"\r\n", b"\n\n"))
    assert result.rows["line"].to_pylist() == [3, 5]


def test_it_parts_the_contests_of_one_file(edlevel: Any, read: Read) -> None:
    rows = [
        edlevel.row(Tally="3"),
        edlevel.row(Office="State Senator", District="34", Unit="A. Biaggi", Tally="5"),
        edlevel.row(Party="Republican", Unit="J. Cummings", Tally="2"),
        edlevel.row(ED="40", Tally="4"),
    ]
    found = {one.contest: totals(one) for one in read(edlevel.write(rows))}
    assert found == {
        "2020-06-23-democratic-representative-in-congress-14": {"Badrun N. Khan": 7},
        "2020-06-23-democratic-state-senator-34": {"A. Biaggi": 5},
        "2020-06-23-republican-representative-in-congress-14": {"J. Cummings": 2},
    }


def test_it_keeps_a_cell_that_looks_like_a_formula_as_text(edlevel: Any, read: Read) -> None:
    [result] = read(edlevel.write([edlevel.row(Unit="=cmd|' /C calc'!A0")]))
    assert result.rows["unit"].to_pylist() == ["=cmd|' /C calc'!A0"]


def test_it_follows_a_chain_of_combined_districts(edlevel: Any, read: Read) -> None:
    rows = [
        edlevel.row(ED="1", Status="COMBINED INTO 002/78", Unit="Federal", Tally="0"),
        edlevel.row(ED="2", Status="COMBINED INTO 003/78", Unit="Federal", Tally="0"),
        edlevel.row(ED="3"),
    ]
    [result] = read(edlevel.write(rows))
    assert result.combined == {"78001": "78003", "78002": "78003"}


def test_it_notes_more_votes_than_ballots_and_keeps_them(edlevel: Any, read: Read) -> None:
    rows = [edlevel.row(Tally="9"), edlevel.row(Unit="Public Counter", Tally="8")]
    [result] = read(edlevel.write(rows))
    assert result.notes == ("More votes than ballots in area 78037.",)
    assert totals(result)["Badrun N. Khan"] == 9
    [two_seats] = read(edlevel.write([row | {"VoteFor": "2"} for row in rows]))
    assert two_seats.notes == ()


def test_it_notes_what_points_to_a_file_cut_between_lines(edlevel: Any, read: Read) -> None:
    rows = [edlevel.row(), edlevel.row(Unit="Samuel H. Sloan"), edlevel.row(ED="40")]
    [result] = read(edlevel.write(rows).rstrip())
    assert result.notes == (
        "Not every candidate has a line in area 78040.",
        "The last line of results.csv has no line end; it may be cut off.",
    )


def test_it_shortens_the_address_of_a_long_office_and_keeps_it_apart(
    edlevel: Any, read: Read
) -> None:
    rows = [edlevel.row(Office="Proposal " * 30 + end) for end in ("one", "two")]
    slugs = [one.contest for one in read(edlevel.write(rows))]
    assert len(set(slugs)) == 2
    assert max(map(len, slugs)) <= 120


def test_it_knows_which_tallies_are_ballots() -> None:
    [layout] = [one for one in layouts() if one.name == "nyc_boe_edlevel"]
    assert len(layout.needed) == len(layout.columns) == 11
    assert layout.unit("SCATTERED") == ("write-in", "SCATTERED")
    assert layout.counts_ballots("Affidavit")
    assert not layout.counts_ballots("Total Ballots")


def test_it_reads_the_same_path_given_as_any_name(real: Path, tmp_path: Path) -> None:
    # Packed or not is a matter of content: downloads lose their endings.
    there = tmp_path / "download"
    there.write_bytes(real.read_bytes())
    assert read_results([there]).contests[0].sources[0].file.file == "download"


def test_it_reads_a_zip_archive_of_one_file(edlevel: Any, read: Read, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("inside.csv", edlevel.write([edlevel.row(Tally="7")]))
    [result] = read((tmp_path / "x.zip").read_bytes(), "results.zip")
    assert totals(result) == {"Badrun N. Khan": 7}


def test_it_mends_text_that_is_not_utf_8_and_says_so(edlevel: Any, read: Read) -> None:
    [result] = read(edlevel.write([edlevel.row(Unit="José Núñez")]).decode().encode("latin-1"))
    assert result.rows["unit"].to_pylist() == ["José Núñez"]
    assert result.notes == ("In results.csv 1 line was not UTF-8 and mended.",)


def test_it_tells_how_far_it_is(tmp_path: Path, edlevel: Any) -> None:
    path = tmp_path / "results.csv"
    path.write_bytes(
        edlevel.write(
            [edlevel.row(ED=str(n % 999 + 1), AD=str(n // 999 + 1)) for n in range(45_000)]
        )
    )
    told: list[Progress] = []
    read_results([path], progress=told.append)
    assert [(one.stage, one.rows) for one in told] == [
        ("reading", 19_999),
        ("reading", 39_999),
        ("reading", 45_000),
    ]
    assert told[-1].done == told[-1].total == path.stat().st_size
