"""Faults that were found and mended: going back a version, and sentences where it broke off."""

from __future__ import annotations

import struct
import subprocess
import sys
import zipfile
from pathlib import Path
from random import Random
from typing import Any

import pytest
from tests.electorate.voter_file import stored
from tests.electorate.voter_files import AT, paths

from courtyard.electorate import dataset
from courtyard.electorate.load import load
from courtyard.electorate.refusal import Refused
from courtyard.electorate.results.loading import ContestResult, read_results
from courtyard.electorate.set_aside import HEADER, read_set_aside
from courtyard.electorate.source import open_source

NAME = "ny-voters"
PRIMARY = "20200623__ny__primary__bronx__precinct.csv"
HEAD = "county,precinct,office,district,party,candidate,votes\n"


def loaded(root: Path, *numbers: int) -> None:
    """Load so many versions, one after the other."""
    assert [stored(root, []).number for _ in numbers] == list(numbers)


def in_force(root: Path) -> int | None:
    found = dataset.current(root, NAME)
    return found.number if found else None


def test_it_goes_back_to_what_was_in_force_before_the_load(tmp_path: Path) -> None:
    loaded(tmp_path, 1, 2)
    dataset.restore(tmp_path, NAME, 1)
    loaded(tmp_path, 3)
    before = dataset.undo(tmp_path, NAME)
    assert before is not None
    assert before.number == in_force(tmp_path) == 1
    assert dataset.undo(tmp_path, NAME) is None
    assert in_force(tmp_path) is None
    assert dataset.undo(tmp_path, NAME) is None
    assert dataset.restore(tmp_path, NAME, 2).number == 2


def test_it_leaves_nothing_in_force_if_nothing_was_before_the_load(tmp_path: Path) -> None:
    loaded(tmp_path, 1)
    dataset.withdraw(tmp_path, NAME)
    loaded(tmp_path, 2)
    assert dataset.undo(tmp_path, NAME) is None
    assert in_force(tmp_path) is None


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.electorate.voter_file import stored
from courtyard.electorate import dataset

dataset._point = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
stored(Path(sys.argv[1]), [])
"""


def killed(root: Path) -> None:
    """A load that is killed when its version is whole, a moment before it is in force."""
    command = [sys.executable, "-c", KILLED, str(root)]
    run = subprocess.run(command, cwd=Path(__file__).parents[2], check=False)
    assert run.returncode == -9


def test_it_never_goes_back_to_what_was_never_in_force(tmp_path: Path) -> None:
    loaded(tmp_path, 1)
    killed(tmp_path)
    assert [one.number for one in dataset.versions(tmp_path, NAME)] == [1, 2]
    loaded(tmp_path, 3)
    before = dataset.undo(tmp_path, NAME)
    assert before is not None
    assert before.number == in_force(tmp_path) == 1


def test_it_goes_back_further_if_the_version_before_is_gone(tmp_path: Path) -> None:
    loaded(tmp_path, 1, 2)
    killed(tmp_path)
    loaded(tmp_path, 4, 5)
    lost = [one for one in dataset.versions(tmp_path, NAME) if one.number == 4]
    lost[0].parts[0].unlink()
    before = dataset.undo(tmp_path, NAME)
    assert before is not None
    assert before.number == in_force(tmp_path) == 2


def test_it_changes_nothing_if_the_version_before_is_damaged(tmp_path: Path) -> None:
    loaded(tmp_path, 1, 2)
    part = dataset.versions(tmp_path, NAME)[0].parts[0]
    part.write_bytes(part.read_bytes() + b"x")
    with pytest.raises(Refused, match="version 1 of ny-voters is not there, or is damaged"):
        dataset.undo(tmp_path, NAME)
    assert in_force(tmp_path) == 2


def test_it_keeps_the_version_it_would_go_back_to(tmp_path: Path) -> None:
    loaded(tmp_path, 1, 2, 3, 4)
    dataset.restore(tmp_path, NAME, 1)
    loaded(tmp_path, 5)
    assert dataset.prunable(tmp_path, NAME, 2) == [2, 3]
    assert dataset.prune(tmp_path, NAME, 2) == [2, 3]
    assert [one.number for one in dataset.versions(tmp_path, NAME)] == [1, 4, 5]
    before = dataset.before(tmp_path, NAME)
    assert before is not None
    assert before.number == 1
    assert dataset.prune(tmp_path, NAME, 1) == [1, 4]
    assert dataset.undo(tmp_path, NAME) is None


PACKED = (zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2)


@pytest.mark.parametrize("packing", PACKED)
def test_it_refuses_a_damaged_archive_with_a_sentence(tmp_path: Path, packing: int) -> None:
    path, random = tmp_path / "voters.zip", Random(packing)
    text = "".join(f"{n},{random.random()}\n" for n in range(400))
    with zipfile.ZipFile(path, "w", packing) as archive:
        archive.writestr("vöters.csv", text)
    whole = path.read_bytes()
    refused = 0
    places = [*range(120), *(random.randrange(len(whole)) for _ in range(120))]
    for at in [*places, *range(len(whole) - 120, len(whole))]:
        hurt = bytearray(whole)
        hurt[at] ^= random.randrange(1, 256)
        path.write_bytes(hurt)
        try:
            with open_source(path) as source:
                for _ in source.lines():
                    pass
        except Refused:
            refused += 1
    assert refused > 100


def test_it_refuses_an_archive_whose_way_of_packing_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "voters.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("voters.csv", "a,b\n" * 50)
    content = path.read_bytes()
    begin = struct.calcsize("<4s5H3L2H") + len("voters.csv") + 4
    path.write_bytes(content[:begin] + b"\xff" * 5 + content[begin + 5 :])
    with pytest.raises(Refused, match="the archive is cut off or damaged"), open_source(path) as s:
        list(s.lines())


@pytest.mark.parametrize(
    "row", ["ny-voters", "ny-voters,a.txt,3,why", "ny-voters,a.txt,3,why,row,more", "a,b,c,d,e"]
)
def test_it_refuses_a_row_set_aside_without_its_five_cells(tmp_path: Path, row: str) -> None:
    path = tmp_path / "set-aside.csv"
    path.write_text(f"{','.join(HEADER)}\nny-voters,a.txt,2,why,row\n{row}\n")
    with pytest.raises(ValueError, match=r"a row has not the cells dataset, |invalid literal"):
        list(read_set_aside(path))
    with pytest.raises(Refused, match="this file of rows set aside is damaged"):
        load(tmp_path / "root", [path], at=AT)


def test_it_refuses_a_header_of_rows_set_aside_that_is_another(tmp_path: Path) -> None:
    path = tmp_path / "set-aside.csv"
    path.write_text(f"{','.join(HEADER)}s\nny-voters,a.txt,2,why,row\n")
    with pytest.raises(ValueError, match="row"):
        list(read_set_aside(path))


@pytest.mark.parametrize(
    "text",
    ["a = " + "[" * 5_000 + "]" * 5_000, "a = " + "9" * 5_000, "a." * 5_000 + "a = 1", "[", "\xff"],
)
def test_it_refuses_a_layout_that_cannot_be_read(tmp_path: Path, text: str) -> None:
    path = tmp_path / "own.toml"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(Refused, match=r"^own\.toml: "):
        load(tmp_path / "root", paths("co"), at=AT, layout=path)


def test_it_refuses_a_path_of_a_layout_that_can_be_none(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="the layout cannot be read"):
        load(tmp_path / "root", paths("co"), at=AT, layout="own\0.toml")


@pytest.mark.parametrize("name", ["nyy", "own\0", "NY"])
def test_it_says_which_layouts_there_are(tmp_path: Path, name: str) -> None:
    with pytest.raises(Refused, match=r"there is no layout .* one of: area_table, ") as e:
        load(tmp_path / "root", paths("co"), at=AT, layout=name)
    for one in ("openelections", "nc_history", "ny_45"):
        assert one in str(e.value)


def contests(path: Path, rows: str, **said: str) -> list[ContestResult]:
    path.write_text(HEAD + rows)
    return list(read_results([path], said=said).contests)


def by_party(found: list[ContestResult]) -> dict[str, dict[str, Any]]:
    return {
        one.key.party: {row["unit"]: row["votes"] for row in one.rows.to_pylist()} for one in found
    }


NAMED = "Bronx,1/77,Mayor,,DEM,Ann,3\nBronx,1/78,Mayor,,,Ann,4\n"


def test_it_never_guesses_whose_primary_a_candidate_without_a_party_is_in(tmp_path: Path) -> None:
    found = contests(tmp_path / PRIMARY, NAMED)
    assert by_party(found) == {"Democratic": {"Ann": 3}, "": {"Ann": 4}}
    for one in found:
        [note] = [note for note in one.notes if "name no party" in note]
        assert "party=" in note
    democratic, unknown = found
    assert unknown.contest in " ".join(democratic.notes)
    assert democratic.contest in " ".join(unknown.notes)


def test_it_takes_the_party_that_is_said_for_rows_without_one(tmp_path: Path) -> None:
    [found] = contests(tmp_path / PRIMARY, NAMED, party="DEM")
    assert sum(row["votes"] for row in found.rows.to_pylist()) == 7
    assert not any("name no party" in note for note in found.notes)


def test_it_says_where_lines_of_several_primaries_are_kept(tmp_path: Path) -> None:
    rows = (
        "Bronx,1/77,Mayor,,DEM,Ann,3\nBronx,1/77,Mayor,,REP,Bo,2\nBronx,1/77,Mayor,,,Write-in,5\n"
    )
    found = contests(tmp_path / PRIMARY, rows)
    assert sorted(by_party(found)) == ["", "Democratic", "Republican"]
    assert all(any("name no party" in note for note in one.notes) for one in found)


def test_it_says_nothing_of_a_primary_that_has_no_parties(tmp_path: Path) -> None:
    [found] = contests(tmp_path / PRIMARY, "Bronx,1/77,Mayor,,,Ann,3\nBronx,1/77,Mayor,,,Bo,3\n")
    assert not any("name no party" in note for note in found.notes)
