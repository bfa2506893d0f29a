"""Putting another version in force, or none; removing old ones."""

from pathlib import Path

import pytest
from tests.conftest import NOW, Cast
from tests.sources.handing_in import two_versions

from courtyard.electorate import dataset
from courtyard.electorate.dataset import current, versions, writing
from courtyard.journal.act import NotAllowed
from courtyard.journal.models import Entry
from courtyard.journal.op import new_op
from courtyard.sources import acts
from courtyard.sources.models import Change


def number(home: Path) -> int | None:
    found = current(home / "electorate", two_versions())
    return found.number if found else None


def put(cast: Cast, was: int | None, to: int | None, **how) -> Change:
    told = {"op": new_op(), "by": cast.administrator.reader(), "at": NOW} | how
    return acts.put_back(dataset=two_versions(), was=was, to=to, **told)


def test_it_puts_the_version_before_back(cast: Cast, home: Path) -> None:
    change = put(cast, 2, 1)
    assert number(home) == 1
    assert (change.was, change.now, change.by) == (2, 1, cast.administrator.id)
    assert Entry.objects.get(id=change.id).act == "sources.put_back"
    put(cast, 1, 2)
    assert number(home) == 2


def test_it_leaves_nothing_in_force_and_puts_it_back(cast: Cast, home: Path) -> None:
    put(cast, 2, None)
    assert number(home) is None
    assert len(versions(home / "electorate", two_versions())) == 2
    put(cast, None, 2)
    assert number(home) == 2


def test_it_is_done_once_when_sent_twice(cast: Cast, home: Path) -> None:
    op = new_op()
    assert put(cast, 2, 1, op=op) == put(cast, 2, 1, op=op)
    assert Change.objects.count() == 1


def test_it_changes_nothing_if_another_came_into_force(cast: Cast, home: Path) -> None:
    put(cast, 2, 1)
    with pytest.raises(acts.Meanwhile):
        put(cast, 2, None)
    assert number(home) == 1


@pytest.mark.parametrize("to", [2, 3])
def test_it_refuses_what_is_in_force_and_what_is_not_there(cast: Cast, home, to: int) -> None:
    two_versions()
    with pytest.raises(acts.NothingToUndo):
        put(cast, 2, to)
    assert not Change.objects.exists()


@pytest.mark.parametrize("person", ["organiser", "outsider", "stranger"])
def test_it_is_refused_to_those_who_may_not_load(cast: Cast, home: Path, person: str) -> None:
    two_versions()
    with pytest.raises(NotAllowed):
        put(cast, 2, 1, by=cast[person].reader())
    with pytest.raises(NotAllowed):
        acts.prune(op=new_op(), by=cast[person].reader(), at=NOW, dataset=two_versions(), keep=1)
    assert number(home) == 2


def test_it_writes_nothing_down_if_the_files_cannot_be_changed(cast: Cast, home: Path) -> None:
    kept = versions(home / "electorate", two_versions())[0]
    kept.rows.write_bytes(b"hurt")
    with pytest.raises(Exception, match="damaged"):
        put(cast, 2, 1)
    assert number(home) == 2
    assert not Change.objects.exists()


def test_it_removes_old_versions_and_never_the_one_in_force(cast: Cast, home: Path) -> None:
    put(cast, 2, 1)
    by = cast.administrator.reader()
    op = new_op()
    for _ in range(2):
        change = acts.prune(op=op, by=by, at=NOW, dataset=two_versions(), keep=0)
        assert change.removed == [2]
    assert [one.number for one in versions(home / "electorate", two_versions())] == [1]
    with pytest.raises(acts.NothingToUndo):
        acts.prune(op=new_op(), by=by, at=NOW, dataset="no-such-dataset", keep=0)


def test_it_waits_for_no_load_that_is_running(cast: Cast, home: Path) -> None:
    name, by = two_versions(), cast.administrator.reader()
    with writing(home / "electorate", "results", name):
        for to in (1, None):
            with pytest.raises(acts.BeingLoaded):
                put(cast, 2, to)
        with pytest.raises(acts.BeingLoaded):
            acts.prune(op=new_op(), by=by, at=NOW, dataset=name, keep=1)
    assert number(home) == 2
    assert not Change.objects.exists()
    assert len(versions(home / "electorate", name)) == 2


def test_it_looks_under_the_lock_whether_another_came_into_force(
    cast: Cast, home: Path, monkeypatch
) -> None:
    root, name = home / "electorate", two_versions()
    lock = dataset._locked

    def slow(place, **how):
        if "wait" in how and not how["wait"]:  # between the first look and the lock
            (place / "current").write_text("1\n")
        return lock(place, **how)

    put(cast, 2, None)
    monkeypatch.setattr(dataset, "_locked", slow)
    with pytest.raises(acts.Meanwhile):
        put(cast, None, 2)
    assert current(root, name).number == 1
