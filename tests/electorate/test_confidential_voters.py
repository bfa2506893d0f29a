"""Confidential voters are counted and never listed, however a file names, doubles or adds them."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from courtyard.electorate.dataset import current, datasets
from courtyard.electorate.load import Loaded, load
from courtyard.electorate.permitted import Permitted

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LAYOUT = """
kind = "voters"
dataset = "own-voters"
what = "Voters of our own"
publisher = "We"
licence = "Ours"
[permitted]
uses = [{uses}]
law = "Ours."
[file]
header = true
[fields]
voter_id = "Voter No"
last_name = "Last"
born = {{ column = "Born", date = "%Y-%m-%d" }}
party = "Party"
county = "County"
[confidential]
column = "Hidden"
values = ["Y"]
{public}
"""
HEAD = "Voter No,Last,Born,Party,County,Hidden"
Take = Callable[..., Loaded]


@pytest.fixture
def take(tmp_path: Path) -> Take:
    def taken(
        *rows: str, add: bool = False, uses: str = "'election'", public: str = "public = ['N']"
    ) -> Loaded:
        layout, file = tmp_path / "own.toml", tmp_path / "own.csv"
        layout.write_text(LAYOUT.format(uses=uses, public=public))
        file.write_text("\n".join([HEAD, *rows]) + "\n")
        (loaded,) = load(tmp_path / "root", [file], at=NOW, layout=layout, add=add)
        return loaded

    return taken


def listed(loaded: Loaded) -> str:
    """Everything that is kept of a load, as text."""
    kept = [str(pq.read_table(loaded.folder / "voters").to_pylist())]
    kept += [path.read_text() for path in loaded.folder.glob("*.json")]
    kept += [path.read_text() for path in loaded.folder.glob("*.csv")]
    return "\n".join(kept)


@pytest.mark.parametrize("flags", [("N", "Y"), ("Y", "N")])
def test_it_hides_a_doubled_voter_if_one_row_says_so(take: Take, flags: tuple[str, str]) -> None:
    rows = [f"7,SECRETO,1980-01-02,DEM,Q,{flag}" for flag in flags]
    loaded = take(*rows, "8,OPENE,1980-01-02,DEM,Q,N")
    assert (loaded.voters, loaded.confidential, loaded.rows_set_aside) == (2, 1, 1)
    assert "SECRETO" not in listed(loaded)
    assert "OPENE" in listed(loaded)


@pytest.mark.parametrize("flag", ["YES", "y", '"Y"', "'Y", "X", "1"])
def test_it_hides_whom_an_unknown_flag_may_mean(take: Take, flag: str) -> None:
    loaded = take(f"7,SECRETO,1980-01-02,DEM,Q,{flag}", "8,OPENE,1980-01-02,DEM,Q,", "9,B,,,Q,N")
    assert (loaded.voters, loaded.confidential) == (3, 1)
    assert "SECRETO" not in listed(loaded)
    fields = {
        one["field"]: one
        for one in json.loads((loaded.folder / "report.json").read_text())["fields"]
    }
    assert fields["confidential"]["bad"] == (flag.strip("\"'").upper() != "Y")


@pytest.mark.parametrize(
    "row",
    [
        "7,SECRETO,1980-01-02,DEM,Q,Y,more",
        "7,SECRETO,DEM,Q,Y",
        "7,SECRETO,x,1980-01-02,Q,Y,,",
        '7,"SECRETO,1980-01-02,DEM,Q,Y',
        "7,SECRETO,1980-01-02,DEM,Q,Y\0",
    ],
)
def test_it_keeps_no_text_of_a_row_that_may_be_confidential(take: Take, row: str) -> None:
    loaded = take(row, "8,OPENE,1980-01-02,DEM,Q,N", "9,OPENA,1980-01-02,DEM,Q,N")
    assert loaded.rows_set_aside == 1
    assert "SECRETO" not in listed(loaded)


def test_it_keeps_them_when_others_are_added(take: Take) -> None:
    hidden = ["1,A,,DEM,Q,Y", "2,B,,DEM,Q,Y", "9,Z,,DEM,,Y"]
    take(*hidden, *(f"{n},C,,DEM,Q,N" for n in range(3, 7)))
    more = take(*(f"{n},D,,REP,Q,N" for n in range(3, 9)), add=True)
    assert (more.voters, more.confidential) == (9, 3)


def test_it_replaces_them_with_those_of_a_county_that_comes_whole(take: Take) -> None:
    rows = ["1,A,,DEM,Q,Y", *(f"{n},C,,DEM,Q,N" for n in range(3, 7))]
    take(*rows, "10,OTHER,,DEM,K,Y")
    again = take(*rows, "2,NEW,,DEM,Q,Y", add=True)
    assert (again.voters, again.confidential) == (7, 3)
    assert any("confidential voters of version 1 are replaced" in note for note in again.notes)


def test_it_lets_an_addition_allow_no_more_than_before(take: Take, tmp_path: Path) -> None:
    take("1,A,,DEM,Q,N", uses="'election'")
    take("2,B,,DEM,Q,N", uses="'election', 'organising'", add=True)
    version = current(tmp_path / "root", "own-voters")
    assert version is not None
    assert Permitted.of(version.manifest).uses == {"election"}
    assert len(datasets(tmp_path / "root")) == 1


def test_it_lets_no_row_swallow_another(take: Take) -> None:
    loaded = take('1,"A,,DEM,Q,N', '2,"B,,DEM,Q,N', "3,C,,DEM,Q,N", '4,"D', 'D",,DEM,Q,N')
    names = [row["last_name"] for row in pq.read_table(loaded.folder / "voters").to_pylist()]
    assert sorted(names) == ["C", "D\nD"]
    assert loaded.rows_set_aside == 2


def test_it_keeps_line_numbers_where_a_return_stands_alone(take: Take) -> None:
    loaded = take("1,A,,DEM,Q,N", "2,B\rB,,DEM,Q,N", "\r\r", "1,C,,DEM,Q,N")
    rows = pq.read_table(loaded.folder / "voters").to_pylist()
    assert {row["last_name"] for row in rows} == {"A", "B B"}
    aside = (loaded.folder / "set-aside.csv").read_text()
    assert '"1,C,,DEM,Q,N"' in aside


def test_it_sets_a_doubled_row_over_two_lines_aside_whole(take: Take) -> None:
    loaded = take("1,A,,DEM,Q,N", '1,"B', 'B",,DEM,Q,N')
    assert '"1,""B\nB"",,DEM,Q,N"' in (loaded.folder / "set-aside.csv").read_text()
