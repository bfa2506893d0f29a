"""Any rows of results, hurt, set aside and mended: all comes out as from the right files."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.electorate.mending import (
    HEAD,
    HURTS,
    Hurt,
    aside,
    everything,
    file_of,
    take,
    written,
)

from courtyard.electorate.refusal import Refused
from courtyard.electorate.set_aside import SetAside


def mend_and_compare(
    folder: Path, files: dict[str, list[str]], hurt: dict[str, dict[int, Hurt]], batches: int = 1
) -> None:
    """Load files with hurt rows, mend them in so many batches, and compare with the right files."""
    right = [written(folder / "right", name, lines) for name, lines in files.items()]
    wrong = [
        written(
            folder / "wrong",
            name,
            (hurt[name][n](row) if n in hurt[name] else row for n, row in enumerate(lines, 1)),
        )
        for name, lines in files.items()
    ]
    take(folder / "clean", *right)
    try:
        take(folder / "root", *wrong)
    except Refused:  # of more than half of its rows nothing can be known
        return
    for batch in range(batches):
        rows = aside(folder / "root")
        said = [
            (name, SetAside(one.source, one.line, one.reason, files[one.source][one.line - 1]))
            if one.line % batches <= batch
            else (name, one)
            for name, one in rows
        ]
        if rows:
            take(folder / "root", file_of(folder / f"mended{batch}.csv", said))
    assert aside(folder / "root") == aside(folder / "clean")
    assert everything(folder / "root") == everything(folder / "clean")


@st.composite
def hurt_rows(draw: st.DrawFn, files: dict[str, list[str]], first: int) -> Any:
    found: dict[str, dict[int, Hurt]] = {}
    for name, lines in files.items():
        places = st.integers(first, len(lines))
        some = draw(st.sets(places, max_size=max(0, (len(lines) - first) // 2)))
        found[name] = {n: HURTS[draw(st.sampled_from(sorted(HURTS)))] for n in sorted(some)}
    return found


UNITS = ("Public Counter", "Affidavit", "Ana Ruiz", "Bo Li, Jr.", "BO LI, JR.", "Scattered")


@st.composite
def boards(draw: st.DrawFn, edlevel: Any) -> dict[str, list[str]]:
    """Files of a board: parties, several areas, some combined into the first, two counties."""
    found = {}
    for file, county in (("one.csv", "Bronx"), ("two.csv", "Queens")):
        rows = []
        for party in draw(
            st.lists(st.sampled_from(["Democratic", "Republican"]), min_size=1, max_size=3)
        ):
            for ed in range(1, draw(st.integers(2, 4))):
                away = ed > 1 and draw(st.booleans())
                status = "COMBINED INTO 001/78" if away and county == "Bronx" else "IN-PLAY"
                for unit in draw(st.lists(st.sampled_from(UNITS), min_size=1, unique=True)):
                    tally = "0" if status != "IN-PLAY" else str(draw(st.integers(0, 99)))
                    ad = "78" if county == "Bronx" else "34"
                    row = edlevel.row(
                        AD=ad, ED=str(ed), County=county, Status=status, Party=party, Unit=unit,
                        Tally=tally,
                    )  # fmt: skip
                    rows.append(row)
        found[file] = (
            edlevel.write(draw(st.permutations(rows)), repeated=False).decode().splitlines()
        )
    return found


@settings(max_examples=6, deadline=None)
@given(data=st.data())
def test_it_comes_out_like_the_right_files_of_a_board(edlevel: Any, data: st.DataObject) -> None:
    files = data.draw(boards(edlevel))
    hurt = data.draw(hurt_rows(files, first=2))
    with tempfile.TemporaryDirectory() as folder:
        mend_and_compare(Path(folder), files, hurt, data.draw(st.integers(1, 3)))


LINES = ("DEM", "WFP", "REP", "")
OFFICES = ("Mayor", "Judge", "Registered Voters")


@st.composite
def counties(draw: st.DrawFn) -> dict[str, list[str]]:
    """Files of OpenElections: fusion lines or primaries, totals, rows without a party."""
    event = draw(st.sampled_from(["general", "primary"]))
    found = {}
    for county, ad in (("bronx", 77), ("queens", 34)):
        row = st.tuples(
            st.integers(1, 4).map(lambda ed, ad=ad: f"{ed}/{ad}"),
            st.sampled_from(OFFICES),
            st.sampled_from(LINES),
            st.sampled_from(["Ann Ito", "ANN ITO", "Bo", "Write-ins", "Ballots Cast"]),
            st.integers(0, 50).map(str),
        )
        rows = draw(st.lists(row, min_size=4, max_size=14))
        total = [("Total", "Mayor", "DEM", "Ann Ito", "9")] * draw(st.integers(0, 1))
        name = f"20201103__ny__{event}__{county}__precinct.csv"
        found[name] = [HEAD, *(",".join(one) for one in [*rows, *total])]
    return found


@settings(max_examples=6, deadline=None)
@given(data=st.data())
def test_it_comes_out_like_the_right_files_of_counties(data: st.DataObject) -> None:
    files = data.draw(counties())
    hurt = data.draw(hurt_rows(files, first=2))
    with tempfile.TemporaryDirectory() as folder:
        try:
            take(Path(folder) / "try", *[written(Path(folder), *one) for one in files.items()])
        except Refused:
            return
        mend_and_compare(Path(folder), files, hurt, data.draw(st.integers(1, 2)))
