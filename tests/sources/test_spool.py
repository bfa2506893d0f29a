"""The spool: names that are fit, folders of one's own, nothing left behind."""

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from courtyard.sources import spool


@given(some.text(max_size=300))
def test_it_makes_any_name_fit_for_a_folder(name: str) -> None:
    clean = spool.safe_name(name)
    assert clean
    assert "/" not in clean
    assert "\\" not in clean
    assert clean[0] != "."
    assert len(clean.encode()) <= 200
    assert clean.isprintable()
    assert Path("/a", clean).parent == Path("/a")


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\files\\ncvoter Wähler.txt", "ncvoter Wähler.txt"),
        ("..", "file"),
        ("a<b>&c.csv", "a_b__c.csv"),
        ("x" * 400 + ".csv.gz", "x" * 93 + ".csv.gz"),
    ],
)
def test_it_keeps_what_can_be_kept_of_a_name(name: str, clean: str) -> None:
    assert spool.safe_name(name) == clean


def test_it_is_random_and_for_this_user_only(home: Path) -> None:
    one, two = spool.fresh(), spool.fresh()
    assert one != two
    for folder in (spool.root(), spool.root() / one):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_it_keeps_the_order_and_names_that_are_alike(home: Path) -> None:
    name = spool.fresh()
    for number in range(12):
        spool.place(name, number, "same.csv").write_text(str(number))
    assert [path.read_text() for path in spool.files(name)] == [str(n) for n in range(12)]


def test_it_removes_what_broken_uploads_left_and_no_more(home: Path) -> None:
    kept, left, new = spool.fresh(), spool.fresh(), spool.fresh()
    for name in (kept, left):
        os.utime(spool.root() / name, (1000, 1000))
    assert spool.remove_left([kept], older_than=2000) == [left]
    assert {path.name for path in spool.root().iterdir()} == {kept, new}


def test_it_does_not_mind_a_spool_that_goes_while_it_looks(home: Path, monkeypatch) -> None:
    gone, left = spool.fresh(), spool.fresh()
    os.utime(spool.root() / left, (1000, 1000))
    touched = spool._touched

    def late(name: str) -> float:
        spool.remove(gone)
        return touched(name)

    monkeypatch.setattr(spool, "_touched", late)
    assert spool.remove_left([], older_than=2000) == [left]
