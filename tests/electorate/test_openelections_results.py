"""Reading OpenElections files as they really are."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courtyard.electorate.refusal import Refused
from courtyard.electorate.results.loading import ContestResult, read_results

Read = Callable[..., list[ContestResult]]
PRIMARY = "20200623__ny__primary__bronx__precinct.csv"
GENERAL = "20201103__ny__general__bronx__precinct.csv"
HEAD = "county,precinct,office,district,party,candidate,votes\n"


def by_unit(result: ContestResult, kind: str | None = None) -> dict[str, int]:
    found: Counter[str] = Counter()
    for row in result.rows.to_pylist():
        if kind in (None, row["kind"]):
            found[row["unit"]] += row["votes"]
    return dict(found)


def areas(result: ContestResult) -> list[str]:
    return list(dict.fromkeys(result.rows["area"].to_pylist()))


def test_it_takes_day_state_and_event_from_the_name_of_the_file(read: Read) -> None:
    for name, event, county in (
        (PRIMARY, "Primary Election 2020", "Bronx"),
        (
            "20200623__ny__special__general__new_york__precinct.csv",
            "Special Election 2020",
            "New York",
        ),
        ("20200623__ny__primary_st_lawrence_precinct.csv", "Primary Election 2020", "St Lawrence"),
        (
            "20200623__ny__primary__st._lawrence__precinct.csv",
            "Primary Election 2020",
            "St. Lawrence",
        ),
    ):
        [result] = read(b"precinct,office,candidate,votes\nTown 1,Mayor,Ann Ito,3\n", name)
        assert (result.key.date, result.key.event, result.key.state) == (
            date(2020, 6, 23),
            event,
            "NY",
        )
        assert result.rows["county"].to_pylist() == [county]
        assert areas(result) == [f"{county}/Town 1"]


@pytest.mark.parametrize(
    ("header", "row", "area"),
    [
        ("precinct", "12/77", "77012"),
        ("precinct", "1~77", "77001"),
        ("precinct", "077/12", "077/12"),  # no assembly district of three digits
        ("precinct", "77012", "77012"),
        ("precinct", "Bronx 77012", "77012"),
        ("assembly_district,precinct", "77,012", "77012"),
        ("precinct,assembly_district", "12,77", "77012"),
        ("precinct", "Absentee", "Absentee"),
    ],
)
def test_it_reads_every_form_of_a_city_precinct(
    read: Read, header: str, row: str, area: str
) -> None:
    [result] = read(f"{header},office,candidate,votes\n{row},Mayor,Ann,3\n".encode(), PRIMARY)
    assert areas(result) == [area if area.isdecimal() else f"Bronx/{area}"]
    assert result.area_kind == ("election_district" if area.isdecimal() else "precinct")


def test_it_reads_no_assembly_district_outside_of_the_city(read: Read) -> None:
    content = HEAD + "Oswego,City of Oswego 43466,Mayor,,DEM,Ann,3\nOswego,1/2,Mayor,,DEM,Ann,3\n"
    [result] = read(content.encode(), "20180626__ny__primary__oswego__precinct.csv")
    assert areas(result) == ["Oswego/City of Oswego 43466", "Oswego/1/2"]


def test_it_sums_a_candidate_over_party_lines_and_keeps_the_lines(read: Read) -> None:
    content = HEAD + (
        "Bronx,1/77,Mayor,,DEM,Ann Ito,30\nBronx,1/77,Mayor,,WOR,ANN ITO,4\n"
        "Bronx,1/77,Mayor,,Working Families,Bo Li,2\nBronx,1/77,Mayor,,REP,Bo Li,20\n"
    )
    [result] = read(content.encode(), GENERAL)
    assert result.contest == "2020-11-03-mayor-openelections-ny"
    assert by_unit(result) == {"Ann Ito": 34, "Bo Li": 22}
    assert [(r["unit"], r["party_line"], r["votes"]) for r in result.rows.to_pylist()] == [
        ("Ann Ito", "Democratic", 30),
        ("Ann Ito", "Working Families", 4),
        ("Bo Li", "Working Families", 2),
        ("Bo Li", "Republican", 20),
    ]


def test_it_makes_one_contest_of_two_counties_that_spell_otherwise(tmp_path: Path) -> None:
    bronx, queens = tmp_path / PRIMARY, tmp_path / PRIMARY.replace("bronx", "queens")
    bronx.write_text(HEAD + "BRONX,1/77,US House,014,DEM,ANN ITO,3\n")
    queens.write_text(
        "candidate,votes,party,precinct,office,district\nAnn Ito,4,Democratic,1/34,U.S. House,14\n"
    )
    [result] = read_results([bronx, queens]).contests
    assert result.contest == "2020-06-23-democratic-u-s-house-14-openelections-ny"
    assert by_unit(result) == {"Ann Ito": 7}
    assert [(one.file.file, one.counties) for one in result.sources] == [
        (bronx.name, ("Bronx",)),
        (queens.name, ("Queens",)),
    ]
    assert result.rows["source"].to_pylist() == [0, 1]


@pytest.mark.parametrize(
    ("said", "kind", "unit"),
    [
        *((w, "write-in", "Write-ins") for w in ("write-ins", "Write-in", "WRITEIN", "write in")),
        *((w, "write-in", "Write-ins") for w in ("other write-ins", "scattering", "Scattered")),
        *((w, "write-in", "Write-ins") for w in ("scatter", "scatterings")),
        *((w, "tally", "Blanks") for w in ("blanks", "Blank", "blank votes")),
        *((w, "tally", "Voids") for w in ("void", "Voids")),
        ("blank/void", "tally", "Blanks and voids"),
        *((w, "tally", "Undervotes") for w in ("under votes", "Undervotes")),
        *((w, "tally", "Overvotes") for w in ("over votes", "Overvotes")),
        ("under/over votes", "tally", "Undervotes and overvotes"),
        *((w, "tally", "Ballots Cast") for w in ("ballots cast", "BALLOTS")),
        ("registered voters", "tally", "Registered Voters"),
        *((w, "tally", "Total") for w in ("total", "Total Votes")),
        ("federal ballots", "tally", "Federal"),
        ("Absentee/Military", "tally", "Absentee / Military"),
    ],
)
def test_it_knows_every_pseudo_candidate(read: Read, said: str, kind: str, unit: str) -> None:
    content = HEAD + f"Bronx,1/77,Mayor,,DEM,Ann,3\nBronx,1/77,Mayor,,DEM,{said},5\n"
    [result] = read(content.encode(), PRIMARY)
    row = result.rows.to_pylist()[1]
    assert (row["kind"], row["unit"], row["votes"]) == (kind, unit, 5)


def test_it_sums_pseudo_candidates_of_two_spellings(read: Read) -> None:
    content = HEAD + (
        "Bronx,1/77,Mayor,,,Ann,3\nBronx,1/77,Mayor,,,Write-in,5\nBronx,1/77,Mayor,,,Scattering,2\n"
    )
    [result] = read(content.encode(), GENERAL)
    assert by_unit(result) == {"Ann": 3, "Write-ins": 7}
    assert result.set_aside == ()


def test_it_gives_rows_without_a_party_to_the_only_primary_they_can_be_of(read: Read) -> None:
    rows = "Bronx,1/77,Mayor,,DEM,Ann,3\nBronx,1/77,Mayor,,,Write-ins,5\n"
    [result] = read((HEAD + rows).encode(), PRIMARY)
    assert by_unit(result) == {"Ann": 3, "Write-ins": 5}
    assert result.rows_read == 2
    found = read((HEAD + rows + "Bronx,1/77,Mayor,,REP,Bo,2\n").encode(), PRIMARY)
    assert [(one.key.party, by_unit(one)) for one in found] == [
        ("Democratic", {"Ann": 3}),
        ("", {"Write-ins": 5}),
        ("Republican", {"Bo": 2}),
    ]


def test_it_gives_the_ballots_of_an_area_to_each_of_its_contests(read: Read) -> None:
    content = HEAD + (
        "Richmond,61001,Registered Voters,,,,1204\nRichmond,61001,Ballots Cast,,,,586\n"
        "Richmond,61002,Ballots Cast,,,,600\nRichmond,61001,Mayor,,DEM,Ann,3\n"
        "Richmond,61001,Comptroller,,DEM,Bo,4\nRichmond,61002,Comptroller,,DEM,Bo,5\n"
    )
    mayor, comptroller = read(content.encode(), GENERAL.replace("bronx", "richmond"))
    assert by_unit(mayor) == {"Ann": 3, "Registered Voters": 1204, "Ballots Cast": 586}
    assert by_unit(comptroller) == {"Bo": 9, "Registered Voters": 1204, "Ballots Cast": 1186}
    assert (mayor.ballot_units, mayor.rows_read) == (("Ballots Cast",), 1)


def test_it_does_not_take_some_of_the_ballots_for_all(read: Read) -> None:
    content = HEAD + "Bronx,1/77,Mayor,,DEM,Ann,30\nBronx,1/77,Mayor,,DEM,Affidavit,5\n"
    [result] = read(content.encode(), PRIMARY)
    assert result.ballot_units == ()
    assert result.notes == ("Ballots cast are not known: no line counts those cast at the polls.",)


def test_it_sums_ways_of_voting_where_there_is_no_column_of_votes(read: Read) -> None:
    content = (
        "county,precinct,office,district,party,candidate,election_day,early_voting,absentee\n"
        'Bronx,1/77,Mayor,,DEM,Ann,"1,030",20,3\nBronx,1/77,Mayor,,DEM,Bo,10,,\n'
    )
    [result] = read(content.encode(), PRIMARY)
    assert by_unit(result) == {"Ann": 1053, "Bo": 10}
    [with_votes] = read(
        b"county,precinct,office,party,candidate,machine,absentee,vote\nBronx,1/77,Mayor,DEM,Ann,2,1,3\n",
        PRIMARY,
    )
    assert by_unit(with_votes) == {"Ann": 3}
    assert with_votes.sources[0].file.left_out == (
        {"column": "machine", "why": "The layout does not read it."},
        {"column": "absentee", "why": "The layout does not read it."},
    )


def test_it_sets_aside_votes_that_are_no_whole_number(read: Read) -> None:
    cells = ["3", "", "-", "n/a", "12.5", "1,234", "12.0", "-4", "\u0663"]
    rows = "".join(f'Bronx,{n}/77,Mayor,,DEM,Ann,"{c}"\n' for n, c in enumerate(cells, 1))
    more = "".join(f"Bronx,{n}/78,Mayor,,DEM,Ann,1\n" for n in range(1, 9))
    [result] = read((HEAD + rows + more).encode(), PRIMARY)
    assert by_unit(result) == {"Ann": 3 + 1234 + 12 + 8}
    assert [one.line for one in result.set_aside] == [3, 4, 5, 6, 9, 10]
    [votes] = [one for one in result.sources[0].file.fields if one["field"] == "votes"]
    assert (votes["bad"], votes["filled"]) == (6, 16)
    assert votes["bad_first"][2] == {"line": 5, "value": "n/a"}
    assert "6 rows in areas 77002, 77003, 77004, 77005, 77008, 77009" in result.notes[0]


def test_it_reads_ragged_rows_as_far_as_they_are_sure(read: Read) -> None:
    content = (
        "county,precinct,office,candidate,votes,note\n"
        "Bronx,1/77,Mayor,Ann,3\n"  # nothing that is read is missing
        "Bronx,2/77,Mayor,Ann,4,,,,\n"
        "Bronx,3/77,Mayor,Ann\n"
        "Bronx,4/77,Mayor,Ito, Ann,5,x\n"  # a comma in a name moves all that follows
        "Bronx,5/77,Mayor,Ann,6,x\n"
    )
    [result] = read(content.encode(), GENERAL)
    assert by_unit(result) == {"Ann": 13}
    assert [(one.line, one.reason) for one in result.set_aside] == [
        (4, "it has 4 fields where 6 are expected"),
        (5, "it has 7 fields where 6 are expected"),
    ]


def test_it_counts_no_row_that_adds_up_others(read: Read) -> None:
    content = HEAD + "Bronx,1/77,Mayor,,DEM,Ann,3\nBronx,TOTAL,Mayor,,DEM,Ann,3\n"
    [result] = read(content.encode(), PRIMARY)
    assert by_unit(result) == {"Ann": 3}
    assert [one.reason for one in result.set_aside] == ["it adds up other rows"]
    assert result.notes == ()


def test_it_sets_a_row_without_precinct_aside_in_a_file_of_precincts(read: Read) -> None:
    content = HEAD + "Bronx,1/77,Mayor,,DEM,Ann,3\nBronx,,Mayor,,DEM,Ann,3\n"
    [result] = read(content.encode(), PRIMARY)
    assert by_unit(result) == {"Ann": 3}
    assert len(result.set_aside) == 1


def test_it_reads_counties(read: Read) -> None:
    content = b"county,office,district,party,candidate,votes\nST LAWRENCE,U.S. House,21,DEM,Ann,3\n"
    [result] = read(
        content + b"Albany ,U.S. House,21,DEM,Ann,4\n", "20180626__ny__primary__county.csv"
    )
    assert result.contest == "2018-06-26-democratic-u-s-house-21-openelections-ny-by-county"
    assert (result.area_kind, areas(result)) == ("county", ["St Lawrence", "Albany"])


def test_it_asks_for_the_day_where_the_name_does_not_tell_it(read: Read) -> None:
    content = (HEAD + "Bronx,1/77,Mayor,,DEM,Ann,3\n").encode()
    with pytest.raises(Refused, match=r"does not say the day of the vote.*date=2018-06-26"):
        read(content, "bronx.csv")
    [result] = read(content, "bronx.csv", {"date": "2020-06-23", "event": "primary", "state": "ny"})
    assert result.contest == "2020-06-23-democratic-mayor-openelections-ny"
    for said, sentence in (
        ({"date": "June"}, "“June” is no day that can be"),
        ({"color": "red"}, "color is nothing to say of a result"),
    ):
        with pytest.raises(Refused, match=sentence):
            read(content, "bronx.csv", said)


NAMES = ("Ann Ito", "Bo Li", "Cy Roe")
COLUMNS = ("county", "precinct", "office", "district", "party", "candidate", "votes")
ROW = st.fixed_dictionaries(
    {
        "county": st.just("Bronx"),
        "precinct": st.integers(1, 4).map(lambda n: f"{n}/77"),
        "office": st.sampled_from(["Mayor", "State Senate"]),
        "district": st.sampled_from(["", "14", "014"]),
        "party": st.sampled_from(["DEM", "Democratic", "REP", "WFP", ""]),
        "candidate": st.sampled_from(
            [*NAMES, "ANN ITO", "Write-in", "scattering", "Total", "blanks"]
        ),
        "votes": st.one_of(
            st.integers(0, 5_000).map(str),
            st.integers(1_000, 5_000).map("{:,}".format),
            st.just("x"),
        ),
    }
)


UNITS = {"write-in": "write-ins", "scattering": "write-ins"}


def slowly(rows: list[dict[str, str]]) -> tuple[dict[tuple[str, ...], Counter[str]], int]:
    """Count by hand: the first row of an area, unit and line counts, a later one does not."""
    votes: dict[tuple[str, ...], Counter[str]] = {}
    seen, bad = set(), 0
    for row in rows:
        figure = row["votes"].replace(",", "")
        contest = row["office"], row["district"].lstrip("0")
        candidate = row["candidate"].lower()
        party = "DEM" if row["party"] == "Democratic" else row["party"]
        key = contest, row["precinct"], candidate, party
        if not figure.isdecimal() or key in seen:
            bad += 1
            continue
        seen.add(key)
        unit = UNITS.get(candidate, candidate)
        votes.setdefault(contest, Counter())[unit] += int(figure)
    return votes, bad


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_it_agrees_with_a_slow_reference(tmp_path_factory: Any, data: st.DataObject) -> None:
    rows = data.draw(st.lists(ROW, min_size=1, max_size=30))
    columns = data.draw(st.permutations(COLUMNS))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns)
    writer.writeheader()
    writer.writerows(rows)
    mark = data.draw(st.sampled_from(["", "\ufeff"]))
    path = tmp_path_factory.mktemp("random") / GENERAL
    path.write_text(mark + text.getvalue())
    expected, bad = slowly(rows)
    unread = sum(row["votes"] == "x" for row in rows)
    if 2 * unread > len(rows):
        with pytest.raises(Refused, match="rows cannot be read"):
            read_results([path])
        return
    gathered = read_results([path])
    found = {
        (one.key.office, one.key.district): {u.lower(): n for u, n in by_unit(one).items()}
        for one in gathered.contests
    }
    assert found == {key: dict(votes) for key, votes in expected.items()}
    assert gathered.files[0].rows_read == len(rows)
    assert gathered.files[0].rows_set_aside == bad
