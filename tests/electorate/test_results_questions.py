"""Asking the dataset for contests, candidates and figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from courtyard.electorate.questions import (
    Candidate,
    NoSuchContest,
    candidates,
    contest,
    contests,
    figures,
    result_rows,
)
from courtyard.electorate.results.loading import ContestResult, Gathered, read_results, save_results

SLUG = "2020-06-23-democratic-representative-in-congress-14"

Read = Callable[..., list[ContestResult]]


@pytest.fixture(scope="module")
def root(
    tmp_path_factory: pytest.TempPathFactory, edlevel: Any, real_result: ContestResult
) -> Path:
    # A name with the characters that the engine takes for a pattern.
    folder = tmp_path_factory.mktemp("electorate") / "mine [2020]*?"
    save_results(folder, Gathered((real_result,), ()), at=edlevel.loaded, by="tests")
    return folder


def test_it_orders_candidates_by_votes(root: Path) -> None:
    assert candidates(root, SLUG) == [
        Candidate("Alexandria Ocasio-Cortez", 46577, False),
        Candidate("Michelle Caruso-Cabrera", 11337, False),
        Candidate("Badrun N. Khan", 3119, False),
        Candidate("Samuel H. Sloan", 1406, False),
        Candidate("Scattered", 143, True),
    ]


def test_it_gives_figures_for_every_area(root: Path) -> None:
    found = {area.area: area for area in figures(root, SLUG)}
    assert len(found) == 449
    assert sum(area.counted_in is None for area in found.values()) == 428
    assert found["78037"].votes == (12, 2, 2, 2, 0)
    assert found["78037"].total == 18
    assert found["78037"].ballots == 8 + 11
    assert found["78037"].by_tally == {
        "Public Counter": 8,
        "Manually Counted Emergency": 0,
        "Absentee / Military": 11,
        "Federal": 0,
        "Affidavit": 0,
    }
    assert found["78037"].county == "Bronx"
    assert found["78058"].counted_in == "78037"
    assert found["78058"].votes == (0, 0, 0, 0, 0)
    assert sum(area.total for area in found.values()) == 46577 + 11337 + 3119 + 1406 + 143
    assert sum(area.ballots or 0 for area in found.values()) == 42329 + 22000 + 208 + 693
    assert list(found) == sorted(found)


def test_it_has_a_row_for_every_area_and_candidate(root: Path) -> None:
    rows = list(result_rows(root, SLUG))
    assert len(rows) == 449 * 5
    cast: Counter[str] = Counter()
    for row in rows:
        cast[row["candidate"]] += row["votes"]
    assert [(one.name, one.votes) for one in candidates(root, SLUG)] == list(cast.items())
    combined = [row for row in rows if row["counted_in"]]
    assert len(combined) == 21 * 5
    assert all(row["votes"] == 0 for row in combined)
    assert rows[0] == {
        "contest": SLUG,
        "date": "2020-06-23",
        "area": "26001",
        "candidate": "Alexandria Ocasio-Cortez",
        "votes": 15,
        "source": "2020-06-23_nyc_boe_cd14_primary_EDLevel.csv.gz",
        "counted_in": None,
    }


def test_it_lists_contests_newest_first(
    tmp_path: Path, edlevel: Any, read: Read, real_result: ContestResult
) -> None:
    rows = [edlevel.row(Event="General Election 2021 - 11/02/2021", Office="Mayor", District="")]
    [mayor] = read(edlevel.write(rows))
    save_results(tmp_path, Gathered((real_result, mayor), ()), at=edlevel.loaded, by="tests")
    found = contests(tmp_path)
    assert [one.contest for one in found] == ["2021-11-02-democratic-mayor", SLUG]
    assert found[0].date == date(2021, 11, 2)
    assert found[1] == contest(tmp_path, SLUG)
    assert (found[1].version, found[1].rows_kept) == (1, 4064)
    assert found[0].title == "Mayor, Democratic General Election 2021"
    assert {row["contest"] for row in result_rows(tmp_path, None)} == {SLUG, found[0].contest}
    areas = figures(tmp_path, found[0].contest)
    assert [(area.total, area.ballots) for area in areas] == [(2, None)]


def test_it_sums_a_candidate_over_party_lines(tmp_path: Path, edlevel: Any) -> None:
    path = tmp_path / "20201103__ny__general__bronx__precinct.csv"
    path.write_text(
        "precinct,office,party,candidate,votes\n1/77,Mayor,DEM,Ann Ito,30\n"
        "1/77,Mayor,WFP,ANN ITO,4\n1/77,Mayor,REP,Bo Li,20\n1/77,Mayor,,write-in,1\n"
        "1/77,Mayor,,Scattering,2\n1/77,Mayor,,Blanks,5\n1/77,Mayor,,Ballots Cast,62\n"
    )
    [loaded] = save_results(tmp_path, read_results([path]), at=edlevel.loaded, by="tests")
    assert candidates(tmp_path, loaded.dataset) == [
        Candidate("Ann Ito", 34, False),
        Candidate("Bo Li", 20, False),
        Candidate("Write-ins", 3, True),
    ]
    [area] = figures(tmp_path, loaded.dataset)
    assert (area.votes, area.total, area.ballots) == ((34, 20, 3), 57, 62)
    assert area.by_tally == {"Ballots Cast": 62, "Blanks": 5}


def test_it_knows_nothing_where_nothing_was_loaded(tmp_path: Path) -> None:
    assert contests(tmp_path / "no") == []
    assert contest(tmp_path, SLUG) is None
    assert list(result_rows(tmp_path, None)) == []
    for ask in (candidates, figures, lambda r, s: list(result_rows(r, s))):
        with pytest.raises(NoSuchContest):
            ask(tmp_path, SLUG)


@pytest.mark.parametrize(
    "slug",
    [
        "../secret",
        f"../results/{SLUG}",
        f"{SLUG}/",
        f"{SLUG}\n",
        f"{SLUG}\0",
        SLUG.upper(),
        f"{SLUG}-",
        "",
        ".",
        "*",
        "2020-06-23",
        "2020-06-23" + "-x" * 61,
        "2020-06-23-" + "x" * 4000,
        "٢020-06-23-x",
    ],
)
def test_it_takes_nothing_but_a_slug_to_the_disk(root: Path, slug: str) -> None:
    assert contest(root, slug) is None
    with pytest.raises(NoSuchContest):
        figures(root, slug)
