"""Voter files on top of what is loaded: a history by itself, a second county, the same again."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from tests.electorate.voter_files import AT, FILES, Taken, paths, taken

from courtyard.electorate.load import load
from courtyard.electorate.refusal import Refused

Voter = Mapping[str, Any]


def sorted_rows(got: Taken) -> list[dict[str, Any]]:
    return sorted(got.by_id().values(), key=lambda row: str(row["voter_id"]))


@pytest.mark.parametrize("layout", ["nc", "fl", "wa", "l2"])
def test_it_gives_the_same_voters_when_the_history_comes_afterwards(
    tmp_path: Path, layout: str
) -> None:
    voters, history = paths(layout)
    both = taken(tmp_path / "both", [voters, history])
    alone = taken(tmp_path / "apart", [voters])
    assert {row["times_voted"] for row in alone.rows} == {0}
    after = taken(tmp_path / "apart", [history])
    assert after.got.version == 2
    assert sorted_rows(after) == sorted_rows(both)
    assert after.got.confidential == both.got.confidential
    assert [one["election"] for one in after.elections] == [
        one["election"] for one in both.elections
    ]
    # Confidential voters have no id by which votes could find them afterwards.
    lost = sum(row["times_voted"] for row in both.rows if row["confidential"])
    assert sum(after.voters().values()) == sum(both.voters().values()) - lost
    assert (lost > 0) == (layout in ("nc", "fl"))


def test_it_refuses_a_history_whose_voters_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"vote history of nc-voters, and its voters are not loaded"):
        load(tmp_path, [FILES / "nc_ncvhis1.txt"], at=AT)
    assert not list(tmp_path.rglob("*.parquet"))


def second_county(folder: Path) -> list[Path]:
    """Bay County: the people of the first file under other ids."""
    made = []
    for path in paths("fl"):
        content = path.read_bytes().replace(b"ALA\t1005", b"BAY\t2005").replace(b"ALA\t", b"BAY\t")
        made.append(folder / path.name.replace("ALA", "BAY"))
        made[-1].write_bytes(content)
    return made


def test_it_keeps_the_first_county_when_a_second_is_added(tmp_path: Path) -> None:
    root, bay = tmp_path / "root", second_county(tmp_path)
    first = taken(root, paths("fl"))
    got = taken(root, bay, add=True)
    assert got.got.dataset == first.got.dataset == "fl-voters"
    assert (len(got.rows), got.got.confidential) == (80, 8)
    assert got.report["changes"]["added"] == 36
    assert got.report["changes"]["removed"] == 0
    assert {id_: row for id_, row in got.by_id().items() if row["county"] == "ALA"} == first.by_id()
    assert got.voters() == {name: 2 * count for name, count in first.voters().items()}
    assert {row["county"] for row in got.rows} == {"ALA", "BAY"}


def test_it_takes_a_voter_in_both_from_the_new_file(tmp_path: Path) -> None:
    root = tmp_path / "root"
    taken(root, paths("wa"))
    moved = tmp_path / "new.txt"
    lines = paths("wa")[0].read_bytes().splitlines(keepends=True)
    moved.write_bytes(b"".join(lines[:2]).replace(b"|LEDA|", b"|MOVED|"))
    got = taken(root, [moved], add=True)
    assert len(got.rows) == 36
    assert got.by_id()["11200000"]["street"] == "N MOVED ST"
    assert got.report["changes"]["by"]["address"] == 1


def test_it_replaces_a_county_without_add_and_says_so_when_most_are_gone(tmp_path: Path) -> None:
    root = tmp_path / "root"
    taken(root, paths("wa"))
    few = tmp_path / "few.txt"
    few.write_bytes(b"".join(paths("wa")[0].read_bytes().splitlines(keepends=True)[:6]))
    got = taken(root, [few])
    assert len(got.rows) == 5
    assert any("This version has 5 voters; the one before had 36" in one for one in got.got.notes)


@pytest.mark.parametrize("add", [False, True])
def test_it_changes_nothing_for_the_same_files(tmp_path: Path, add: bool) -> None:
    first = taken(tmp_path, paths("fl"))
    again = taken(tmp_path, paths("fl"), add=add)
    assert again.got.version == first.got.version == 1
    assert again.got.notes == ("These files are loaded already; nothing changed.",)


def test_it_does_not_double_the_confidential_of_a_county_added_anew(tmp_path: Path) -> None:
    root = tmp_path / "root"
    taken(root, paths("fl"))
    newer = tmp_path / "ALA_newer.txt"
    newer.write_bytes(paths("fl")[0].read_bytes() + b"\r\n")
    got = taken(root, [newer], add=True)
    assert (len(got.rows), got.got.confidential) == (40, 4)


def test_it_keeps_a_row_that_cannot_be_cut_out_of_sight_if_it_may_be_confidential(
    tmp_path: Path,
) -> None:
    line = next(one for one in paths("fl")[0].read_bytes().splitlines() if b"\tY\t299 NW" in one)
    file = tmp_path / "fl.txt"
    file.write_bytes(paths("fl")[0].read_bytes() + line + b"\tone field more\r\n")
    got = taken(tmp_path / "root", [file])
    [aside] = [one for one in got.aside if one.line == 44]
    assert "299 NW" not in aside.row
    assert not any("299 NW" in str(row) for row in got.rows)
    assert pq.ParquetDataset(got.got.folder / "voters").read().num_rows == 40


@pytest.mark.parametrize("layout", ["co", "nc", "wa", "l2"])
def test_it_adds_rows_that_were_mended(tmp_path: Path, layout: str) -> None:
    root, file = tmp_path / "root", paths(layout)[0]
    content = file.read_bytes()
    second = content.splitlines(keepends=True)[1]
    cut = second.replace(b"|", b"", 1) if layout == "wa" else second.rstrip() + b',"x"\t"x"\r\n'
    broken = tmp_path / file.name
    broken.write_bytes(content.replace(second, cut, 1))
    whole, first = taken(tmp_path / "whole", [file]), taken(root, [broken])
    assert len(first.rows) == len(whole.rows) - 1
    aside = tmp_path / "mended.csv"
    with (first.got.folder / "set-aside.csv").open(newline="") as text:
        rows = list(csv.reader(text))
    [number] = [n for n, row in enumerate(rows) if row[2] == "2"]
    rows[number][4] = second.decode().rstrip()
    with aside.open("w", newline="") as text:
        csv.writer(text).writerows([rows[0], rows[number]])
    got = taken(root, [aside])
    assert len(got.rows) == len(whole.rows)
    assert sorted_rows(got) == sorted_rows(whole)
