"""Votes that come in a file of their own are not lost when only the voters are loaded anew."""

from pathlib import Path

from tests.electorate.voter_files import paths, taken

from courtyard.electorate.dataset import current


def changed(file: Path, into: Path, *, last: int | None = None) -> Path:
    """The same voters in other bytes: a refresh."""
    lines = file.read_bytes().splitlines(keepends=True)
    into.write_bytes(b"".join([*lines[:last], b"\n"]))
    return into


def test_it_keeps_the_votes_when_the_voters_come_without_them(tmp_path: Path) -> None:
    voters, history = paths("nc")
    before = taken(tmp_path / "root", [voters, history])
    after = taken(tmp_path / "root", [changed(voters, tmp_path / "again.txt")])
    assert after.by_id() == before.by_id()
    assert any("No vote history came with the voters" in note for note in after.got.notes)


def test_it_keeps_the_votes_of_a_voter_who_is_added_anew(tmp_path: Path) -> None:
    voters, history = paths("nc")
    before = taken(tmp_path / "root", [voters, history])
    few = changed(voters, tmp_path / "few.txt", last=6)
    after = taken(tmp_path / "root", [few], add=True)
    assert after.by_id() == before.by_id()
    # One of the few is confidential, has no id, and is counted twice; the notes say so.
    assert after.got.voters == before.got.voters + 1
    assert any("is counted twice" in note for note in after.got.notes)


def test_it_says_the_same_of_the_voters_when_a_history_comes_alone(tmp_path: Path) -> None:
    voters, history = paths("nc")
    taken(tmp_path, [voters])
    before = current(tmp_path, "nc-voters")
    taken(tmp_path, [history])
    after = current(tmp_path, "nc-voters")
    assert before is not None
    assert after is not None
    same = ("title", "layout", "permitted", "primaries", "parties", "grid", "publisher")
    assert {name: after.manifest[name] for name in same} == {
        name: before.manifest[name] for name in same
    }
    assert [one["file"] for one in after.manifest["sources"]] == [history.name, voters.name]


def test_it_loads_an_older_history_again(tmp_path: Path) -> None:
    voters, history = paths("nc")
    first = taken(tmp_path / "root", [voters, history])
    other = changed(history, tmp_path / "other.txt", last=5)
    taken(tmp_path / "root", [other])
    again = taken(tmp_path / "root", [history])
    assert again.got.version == 3
    assert again.by_id() == first.by_id()


def test_it_loads_into_a_home_of_any_name(tmp_path: Path) -> None:
    home = tmp_path / "a[1]b *?'; DROP"
    got = taken(home, paths("nc"))
    assert got.got.voters == 38
    assert taken(home, paths("nc")).got.version == 1
