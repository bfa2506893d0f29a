"""A dirty file of invented voters, loaded and held against the truth that was written with it."""

import csv
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from courtyard.electorate import dataset
from courtyard.electorate.dataset import Version, current, versions
from courtyard.electorate.invented.write import truth_of, write_voters
from courtyard.electorate.load import Loaded, Progress, load
from courtyard.electorate.refusal import Refused
from courtyard.electorate.set_aside import read_set_aside

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
KINDS = {
    "GE": "general",
    "PR": "primary",
    "PP": "presidential-primary",
    "SP": "special",
    "RO": "runoff",
}


@pytest.fixture(scope="module")
def dirty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("voters") / "INVENTED-dirty.txt"
    write_voters(path, rows=6_000, seed=11)
    return path


@pytest.fixture(scope="module")
def truth(dirty: Path) -> dict:
    return json.loads(truth_of(dirty).read_bytes())


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory, dirty: Path) -> Path:
    root = tmp_path_factory.mktemp("electorate")
    load(root, [dirty], at=NOW)
    return root


def in_force(root: Path) -> Version:
    version = current(root, "ny-voters")
    assert version is not None
    return version


def rows(version: Version) -> list[dict]:
    return pq.read_table(version.folder / "voters").to_pylist()


def small(path: Path, dirty: Path, *, first: int = 0, last: int = 400) -> Path:
    path.write_bytes(b"".join(dirty.read_bytes().splitlines(keepends=True)[first:last]))
    return path


def test_it_keeps_and_sets_aside_exactly_what_it_should(root: Path, truth: dict) -> None:
    report = in_force(root).report
    assert report["rows_read"] == truth["rows"]
    assert report["rows_kept"] == report["voters"] == truth["rows_kept"]
    assert report["rows_set_aside"] == truth["rows_set_aside"]
    aside = {one["reason"]: one for one in report["set_aside"]}
    said = truth["set_aside"]
    fields = ("one_field", "too_few_fields", "too_many_fields")
    expected = {
        "it has another number of fields": [n for one in fields for n in said[one]["first_lines"]],
        "it contains a NUL byte": said["nul_byte"]["first_lines"],
        "it has no voter id": said["empty_id"]["first_lines"],
        "an earlier row has the same voter id": said["duplicate_id"]["first_lines"],
        "its quotation marks do not match": said["unbalanced_quote"]["first_lines"],
    }
    assert {reason: one["first_lines"] for reason, one in aside.items()} == {
        reason: sorted(lines) for reason, lines in expected.items()
    }


def test_it_writes_the_rows_set_aside_as_they_stand(root: Path, dirty: Path) -> None:
    version = in_force(root)
    lines = dirty.read_bytes().decode("cp1252", "replace").split("\n")
    found = list(read_set_aside(version.folder / "set-aside.csv"))
    assert len(found) == version.manifest["rows_set_aside"]
    for name, one in found:
        assert (name, one.source) == ("ny-voters", dirty.name)
        assert one.row.replace("\N{SYMBOL FOR NULL}", "\0") == lines[one.line - 1]


def test_it_counts_parties_statuses_and_bad_values(root: Path, truth: dict) -> None:
    version = in_force(root)
    status = {"A": "active", "AM": "active", "AF": "active", "AP": "active", "AU": "active",
              "I": "inactive", "P": "removed", "17": "preregistered"}  # fmt: skip
    expected: Counter[tuple[str, str]] = Counter()
    for party, statuses in truth["party_status"].items():
        for code, count in statuses.items():
            expected[party, status.get(code, "unknown")] += count
    assert Counter((row["party"], row["status"]) for row in rows(version)) == expected
    fields = {one["field"]: one for one in version.report["fields"]}
    assert fields["born"]["bad"] == truth["bad_dates"]["DOB"]
    assert fields["registered"]["bad"] == truth["bad_dates"]["REGDATE"]
    born = [one["line"] for one in fields["born"]["bad_first"]]
    assert born == truth["dirt"]["bad_birth_date"]["first_lines"]
    for field, dirt in (("party", "unknown_party"), ("status", "unknown_status")):
        found = {one["code"]: one["rows"] for one in fields[field]["unknown"]}
        assert found == truth["dirt"][dirt]["values"]
    assert fields["born"]["filled"] + truth["bad_dates"]["DOB"] == truth["rows_kept"]


def test_it_reads_every_spelling_of_the_vote_history(root: Path, truth: dict) -> None:
    version = in_force(root)
    dated = Counter()
    for one in truth["elections"]:
        dated[one["date"], one["year"], KINDS[one["type"]]] += one["voters"]
    days: dict[tuple[int, str], list[str]] = {}
    for day, year, kind in dated:
        if day:
            days.setdefault((year, kind), []).append(day)
    expected: Counter[str] = Counter()
    for (day, year, kind), count in dated.items():
        known = days.get((year, kind), [])
        which = day or (known[0] if len(known) == 1 else str(year))
        expected[f"{which}-{kind}"] += count
    said = pq.read_table(version.folder / "elections.parquet").to_pylist()
    assert {one["election"]: one["voters"] for one in said} == dict(expected)
    unread = {one["entry"]: one["rows"] for one in version.report["history"]["unknown"]}
    assert unread == truth["history"]["impossible"]
    times = sum(row["times_voted"] for row in rows(version))
    assert times == sum(expected.values())
    assert sum(1 for row in rows(version) if row["times_voted"]) == truth["history"]["voters"]


def test_it_groups_households_and_buildings_over_spellings(root: Path, truth: dict) -> None:
    table = pq.read_table(in_force(root).folder / "voters")
    assert pc.count_distinct(table["building"], "only_valid").as_py() == truth["homes"]["buildings"]
    found = pc.count_distinct(table["household"], "only_valid").as_py()
    assert found == truth["homes"]["households_as_written"]


def test_it_mends_stray_bytes_and_says_how_many(root: Path, truth: dict) -> None:
    report = in_force(root).report
    assert report["text"]["lines_mended"] == truth["lines_not_utf8"]
    assert report["text"]["c1_bytes"] >= truth["dirt"]["c1_byte"]["rows"]
    accents = [row for row in rows(in_force(root)) if not row["last_name"].isascii()]
    assert accents
    assert all("\N{REPLACEMENT CHARACTER}" not in row["last_name"] for row in accents)


def test_it_lies_in_order_of_area_and_street(root: Path) -> None:
    keys = [(row["area"], row["street"] or "\x7f") for row in rows(in_force(root))]
    assert keys == sorted(keys)


def test_it_changes_nothing_when_done_twice(root: Path, dirty: Path) -> None:
    (again,) = load(root, [dirty], at=NOW)
    assert again.version == 1
    assert [one.number for one in versions(root, "ny-voters")] == [1]
    assert "nothing changed" in again.notes[0]


def test_it_says_what_changed_in_a_refresh(tmp_path: Path, dirty: Path) -> None:
    first = small(tmp_path / "first.txt", dirty)
    load(tmp_path / "root", [first], at=NOW)
    lines = first.read_bytes().splitlines(keepends=True)
    gone, came = lines[:7], dirty.read_bytes().splitlines(keepends=True)[5_000:5_003]
    body = lines[7:]
    party = [n for n, line in enumerate(body) if b'"DEM"' in line][:5]
    for n in party:
        body[n] = body[n].replace(b'"DEM"', b'"REP"')
    second = tmp_path / "second.txt"
    second.write_bytes(b"".join(body + came))
    (loaded,) = load(tmp_path / "root", [second], at=NOW)
    changes = json.loads((loaded.folder / "report.json").read_bytes())["changes"]
    assert (changes["against"], changes["removed"], changes["added"]) == (1, len(gone), len(came))
    assert changes["changed"] == changes["by"]["party"] == len(party)
    assert sum(changes["by"].values()) == len(party)


def test_it_takes_mended_rows_in_again(tmp_path: Path, dirty: Path, truth: dict) -> None:
    (first,) = load(tmp_path, [dirty], at=NOW)
    aside = tmp_path / "to-mend.csv"
    with (first.folder / "set-aside.csv").open(newline="", encoding="utf-8") as file:
        said = list(csv.DictReader(file))
    mended = [row for row in said if row["reason"] == "it contains a NUL byte"]
    for row in mended:
        row["row"] = row["row"].replace("\N{SYMBOL FOR NULL}", "")
    with aside.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(said[0]))
        writer.writeheader()
        writer.writerows(mended)
    (second,) = load(tmp_path, [aside], at=NOW)
    assert (second.version, second.voters) == (2, first.voters + len(mended))
    assert second.rows_set_aside == 0
    before, after = (rows(one) for one in versions(tmp_path, "ny-voters"))
    votes = {row["voter_id"]: row["times_voted"] for row in after}
    assert all(votes[row["voter_id"]] == row["times_voted"] for row in before)


def test_it_adds_and_lets_the_newer_row_stand(tmp_path: Path, dirty: Path) -> None:
    load(tmp_path / "root", [small(tmp_path / "a.txt", dirty, last=300)], at=NOW)
    other = small(tmp_path / "b.txt", dirty, first=200, last=500)
    (added,) = load(tmp_path / "root", [other], at=NOW, add=True)
    (whole,) = load(tmp_path / "one", [small(tmp_path / "c.txt", dirty, last=500)], at=NOW)
    same = ("voter_id", "party", "building", "times_voted", "first_voted", "last_voted")
    found, expected = (
        sorted(tuple(str(row[name]) for name in same) for row in rows(current(where, "ny-voters")))
        for where in (tmp_path / "root", tmp_path / "one")
    )
    assert found == expected
    assert added.voters == whole.voters


def test_it_says_loudly_when_most_of_the_voters_went(tmp_path: Path, dirty: Path) -> None:
    load(tmp_path / "root", [small(tmp_path / "a.txt", dirty, last=400)], at=NOW)
    (second,) = load(tmp_path / "root", [small(tmp_path / "b.txt", dirty, last=40)], at=NOW)
    assert "undo the load" in second.notes[0]
    assert dataset.undo(tmp_path / "root", "ny-voters").number == 1


def test_it_waits_for_nobody(tmp_path: Path, dirty: Path) -> None:
    path = small(tmp_path / "a.txt", dirty)
    with (
        dataset.writing(tmp_path / "root", "voters", "ny-voters"),
        pytest.raises(Refused, match="another load of ny-voters is running"),
    ):
        load(tmp_path / "root", [path], at=NOW)


@pytest.mark.parametrize("step", range(12))
def test_it_leaves_the_old_version_when_it_fails_at_any_step(
    tmp_path: Path, dirty: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    root = tmp_path / "root"
    load(root, [small(tmp_path / "a.txt", dirty, last=200)], at=NOW)
    before = rows(in_force(root))
    done = 0

    def fail(path: Path, forced=dataset._force) -> None:
        nonlocal done
        done += 1
        if done > step:
            raise OSError(28, "No space left on device")
        forced(path)

    monkeypatch.setattr(dataset, "_force", fail)
    other = small(tmp_path / "b.txt", dirty, first=200, last=400)
    try:
        load(root, [other], at=NOW)
    except OSError:
        number = in_force(root).number
        assert number == 1 or done > 8  # the last step is the swap; what follows it is durability
        assert rows(in_force(root)) == before or number == 2
    monkeypatch.undo()
    (again,) = load(root, [other], at=NOW)
    assert again.version in (2, 3)
    assert not list(root.rglob("new"))


KILLED = """
import sys, time
from datetime import datetime, UTC
from pathlib import Path
from courtyard.electorate.load import load

def tell(progress):
    if progress.stage == sys.argv[3]:
        print("here", flush=True)
        time.sleep(60)

load(Path(sys.argv[1]), [Path(sys.argv[2])], at=datetime.now(UTC), progress=tell)
"""


@pytest.mark.parametrize("stage", ["reading", "sorting", "comparing"])
def test_it_leaves_the_old_version_when_it_is_killed(
    tmp_path: Path, dirty: Path, stage: str
) -> None:
    root = tmp_path / "root"
    load(root, [small(tmp_path / "a.txt", dirty, last=200)], at=NOW)
    other = small(tmp_path / "b.txt", dirty, first=200, last=400)
    command = [sys.executable, "-c", KILLED, str(root), str(other), stage]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == b"here\n"
        os.kill(run.pid, signal.SIGKILL)
    assert in_force(root).number == 1
    assert in_force(root).is_unhurt()
    (again,) = load(root, [other], at=NOW)  # the killed one blocks nobody
    assert (again.version, again.voters) == (2, 200)
    assert not list(root.rglob("new"))


def test_it_tells_how_far_it_has_come(tmp_path: Path, dirty: Path) -> None:
    told: list[Progress] = []
    load(tmp_path, [dirty], at=NOW, progress=told.append)
    assert [one.stage for one in told if one.stage == "reading"]
    read = [one for one in told if one.stage == "reading"][-1]
    assert (read.done, read.rows) == (read.total, 6_000)
    assert [one.stage for one in told][-2:] == ["sorting", "putting in force"]


def test_it_can_be_restored_undone_and_pruned(tmp_path: Path, dirty: Path) -> None:
    loaded: list[Loaded] = []
    for last in (100, 150, 200):
        loaded += load(
            tmp_path / "root", [small(tmp_path / f"{last}.txt", dirty, last=last)], at=NOW
        )
    root = tmp_path / "root"
    assert [one.version for one in loaded] == [1, 2, 3]
    assert dataset.restore(root, "ny-voters", 1).number == in_force(root).number == 1
    assert dataset.prune(root, "ny-voters", 1) == [2]
    assert [one.number for one in versions(root, "ny-voters")] == [1, 3]
    assert dataset.undo(root, "ny-voters") is None
    assert current(root, "ny-voters") is None
    with pytest.raises(Refused, match="version 2 of ny-voters is not there"):
        dataset.restore(root, "ny-voters", 2)
    part = in_force_part(root)
    part.write_bytes(part.read_bytes()[:-9] + b"x" * 9)
    with pytest.raises(Refused, match="damaged"):
        dataset.restore(root, "ny-voters", 3)


def in_force_part(root: Path) -> Path:
    return next((root / "voters" / "ny-voters" / "versions" / "3" / "voters").glob("*.parquet"))
