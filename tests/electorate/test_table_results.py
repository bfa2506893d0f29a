"""Reading plain tables: one line an area, one column a candidate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courtyard.electorate.refusal import Refused
from courtyard.electorate.results.loading import ContestResult, read_results

Read = Callable[..., list[ContestResult]]
NAME = "2018-09-13_lieutenant_governor_by_election_district.csv"


def totals(result: ContestResult) -> dict[str, int]:
    found: Counter[str] = Counter()
    for row in result.rows.to_pylist():
        found[row["unit"]] += row["votes"]
    return dict(found)


def test_it_takes_day_office_and_kind_of_area_from_the_name(read: Read) -> None:
    [result] = read(b"ed,Ann Ito,BO_LI,total,share\n65001,3,1,4,0.75\n65002,0,0,0,\n", NAME)
    assert result.contest == "2018-09-13-lieutenant-governor-by-election-district"
    assert (result.key.date, result.key.office) == (date(2018, 9, 13), "Lieutenant Governor")
    assert result.area_kind == "election_district"
    assert totals(result) == {"Ann Ito": 3, "Bo Li": 1}
    assert result.rows["area"].to_pylist() == ["65001", "65001", "65002", "65002"]
    assert (result.rows_read, result.rows.num_rows, result.notes) == (2, 4, ())


def test_it_lets_who_loads_say_more_than_the_name(read: Read) -> None:
    said = {"office": "Mayor", "party": "Democratic", "event": "primary", "district": "7"}
    [result] = read(b"ed,Ann,Bo\n65001,3,1\n", NAME, said)
    assert result.contest == "2018-09-13-democratic-mayor-7-by-election-district"
    assert result.title == "Mayor 7, Democratic Primary Election 2018"


def test_it_tells_the_event_in_the_name_from_the_office(read: Read) -> None:
    [mayor] = read(b"ed,Ann,Bo\n65001,3,1\n", "2021-06-22_mayor_primary_by_election_district.csv")
    assert (mayor.key.office, mayor.key.event) == ("Mayor", "Primary Election 2021")
    [unknown] = read(b"ed,Ann,Bo\n65001,3,1\n", "2021-06-22_primary_by_election_district.csv")
    assert unknown.key.office == "Primary"
    assert unknown.notes == (
        "No office is said in the file; its name says “Primary”. Say it when loading: office=…",
    )


@pytest.mark.parametrize(
    ("header", "cells", "name", "area", "kind"),
    [
        ("ed", "23001", NAME, "23001", "election_district"),
        ("AD,ED", "23,001", NAME, "23001", "election_district"),
        ("District", "AD 78", NAME, "78", "assembly_district"),
        ("assembly_district", "078", NAME, "78", "assembly_district"),
        ("county", "BRONX", NAME, "Bronx", "county"),
        ("borough,precinct", "Bronx,Town 3", NAME, "Bronx/Town 3", "precinct"),
        ("district", "7", "2021-06-22_mayor_by_council_district.csv", "7", "council_district"),
    ],
)
def test_it_reads_areas_of_any_kind(
    read: Read, header: str, cells: str, name: str, area: str, kind: str
) -> None:
    [result] = read(f"{header},Ann,Bo\n{cells},3,1\n".encode(), name)
    assert (result.rows["area"].to_pylist()[0], result.area_kind) == (area, kind)


@pytest.mark.parametrize("mark", [",", "\t", ";", "|"])
def test_it_reads_any_usual_delimiter(read: Read, mark: str) -> None:
    [result] = read(f"ed{mark}Ann{mark}Bo\n65001{mark}3{mark}1\n".encode(), NAME)
    assert totals(result) == {"Ann": 3, "Bo": 1}


def test_it_sets_aside_a_row_whose_total_or_share_is_not_that_of_its_figures(read: Read) -> None:
    content = (
        b"ed,Ann,Bo,total,share\n65001,3,1,4,0.75\n65002,3,1,5,0.75\n65003,3,1,4,0.5\n"
        b"65004,3,1,4,25%\n65005,6,2,8,75\n65006,3,1,,\n"
    )
    [result] = read(content, NAME)
    assert [(one.line, one.reason) for one in result.set_aside] == [
        (3, "total “5” is not the sum of the candidates, 4"),
        (4, "share “0.5” is no candidate's share"),
    ]
    assert totals(result) == {"Ann": 15, "Bo": 5}
    assert "set aside 2 rows in areas 65002, 65003" in result.notes[0]


def test_it_counts_write_ins_and_no_tallies(read: Read) -> None:
    [result] = read(b"ed,Ann,Write-ins,Blank,total\n65001,3,1,9,13\n65002,3,1,9,4\n", NAME)
    kinds = {row["unit"]: row["kind"] for row in result.rows.to_pylist()}
    assert kinds == {"Ann": "candidate", "Write-ins": "write-in", "Blanks": "tally"}


def test_it_notes_what_was_not_fully_reported(read: Read) -> None:
    name = "2018-06-26_mayor_by_assembly_district_election_night.csv"
    [result] = read(b"District,Reported,Ann,Bo\nAD 1,1,3,1\nAD 2,0.6,3,1\nAD 3,99%,0,0\n", name)
    night, counted = result.notes
    assert night == "These are figures of election night, not certified ones."
    assert counted.endswith("2 of 3 areas are not fully reported, the least 2 with 60%.")
    assert totals(result) == {"Ann": 6, "Bo": 2}


def test_it_sets_aside_a_row_of_totals_and_an_area_told_twice(read: Read) -> None:
    [result] = read(b"ed,Ann,Bo\n65001,3,1\n65002,2,2\n65001,3,4\n65003,1,1\nTotal,6,4\n", NAME)
    assert totals(result) == {"Ann": 6, "Bo": 4}
    assert [(one.line, one.reason, one.row) for one in result.set_aside] == [
        (4, "“Bo” in area 65001 has 4 here and 1 in line 2", "65001,3,4"),
        (6, "it adds up other rows", "Total,6,4"),
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"county,first_name,last_name\nBronx,ROSA,LOPEZ\n",
        b"district,age,sex,name\n7,31,F,ROSA LOPEZ\n",
        b"Ann,Bo\n3,1\n",
        b"ed\n65001\n",
    ],
)
def test_it_takes_no_other_table_for_results_and_quotes_nothing(read: Read, content: bytes) -> None:
    with pytest.raises(Refused, match="this is not a kind of file Courtyard reads") as refused:
        read(content, NAME)
    assert "LOPEZ" not in str(refused.value)


def test_it_quotes_no_cell_of_a_table_that_is_mostly_unread(read: Read) -> None:
    content = b"county,Ann,Bo\nBronx,1,2\nQueens,ROSA,LOPEZ\nKings,LUZ,LOPEZ\n"
    with pytest.raises(Refused, match=r"line 3: 2 of 3 rows cannot be read; here\.") as refused:
        read(content, NAME)
    assert "ROSA" not in str(refused.value)


FIGURES = st.lists(
    st.tuples(st.integers(65001, 65009), st.integers(0, 40), st.integers(0, 40), st.integers(0, 1)),
    min_size=1,
    max_size=12,
)


@settings(max_examples=80, deadline=None)
@given(rows=FIGURES)
def test_it_agrees_with_a_slow_reference(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int, int, int, int]]
) -> None:
    path: Path = tmp_path_factory.mktemp("random") / NAME
    lines = [f"{area},{ann},{bo},{ann + bo + wrong}" for area, ann, bo, wrong in rows]
    path.write_text("\n".join(["ed,Ann,Bo,total", *lines, ""]))
    wrong = sum(row[3] for row in rows)
    if 2 * wrong > len(rows):
        with pytest.raises(Refused, match="rows cannot be read"):
            read_results([path])
        return
    first: dict[int, tuple[int, int]] = {}
    for area, ann, bo, is_wrong in rows:
        if not is_wrong:
            first.setdefault(area, (ann, bo))
    [result] = read_results([path]).contests
    assert totals(result) == {
        "Ann": sum(ann for ann, _ in first.values()),
        "Bo": sum(bo for _, bo in first.values()),
    }
    assert result.rows_read - result.rows_set_aside == len(first)
