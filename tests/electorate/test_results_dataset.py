"""Keeping results: whole versions, never half of one."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from courtyard.electorate.dataset import current, slugs
from courtyard.electorate.loaded import Loaded
from courtyard.electorate.questions import candidates, figures
from courtyard.electorate.refusal import Refused
from courtyard.electorate.results import saving
from courtyard.electorate.results.loading import ContestResult, Gathered, read_results, save_results
from courtyard.electorate.results.saving import SAME
from courtyard.electorate.set_aside import read_set_aside

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
SLUG = "2020-06-23-democratic-representative-in-congress-14"

Read = Callable[..., list[ContestResult]]


def save(root: Path, result: ContestResult, *, at: datetime = AT) -> Loaded:
    [loaded] = save_results(root, Gathered((result,), ()), at=at, by="tests")
    return loaded


@pytest.fixture
def old_and_new(edlevel: Any, read: Read) -> tuple[ContestResult, ContestResult]:
    [old] = read(edlevel.write([edlevel.row(Tally="1")]), "old.csv")
    [new] = read(edlevel.write([edlevel.row(Tally="2")]), "new.csv")
    return old, new


def votes(root: Path) -> int:
    return sum(one.votes for one in candidates(root, SLUG))


def test_it_keeps_a_version_with_all_that_is_known_of_it(
    tmp_path: Path, real_result: ContestResult
) -> None:
    loaded = save(tmp_path, real_result)
    folder = tmp_path / "results" / SLUG / "versions" / "1"
    assert loaded == Loaded(SLUG, 1, "nyc_boe_edlevel", 4064, 4064, 0, 0, (), folder)
    names = {"results.parquet", "manifest.json", "report.json"}
    assert {p.name for p in folder.iterdir()} == names
    said = json.loads((folder / "manifest.json").read_text())
    version = current(tmp_path, SLUG)
    assert version
    assert said == version.manifest
    assert said["rows_read"] == said["rows_kept"] == 4064
    [source] = real_result.sources
    assert said["source"] == said["sources"][0]["file"] == source.file.file
    assert said["sha256"] == said["sources"][0]["sha256"] == source.file.sha256
    assert said["sources"][0]["counties"] == ["Bronx", "Queens"]
    assert said["area_kind"] == "election_district"
    assert said["ballot_units"] == sorted(real_result.ballot_units)
    assert said["loaded_by"] == "tests"
    assert said["permitted"]["uses"] == ["election", "organising"]
    report = version.report
    assert (report["rows_read"], report["set_aside"], report["changes"]) == (4064, [], None)
    votes = next(one for one in report["fields"] if one["field"] == "votes")
    assert (votes["column"], votes["filled"], votes["share"], votes["bad"]) == (
        "Tally",
        4064,
        1.0,
        0,
    )
    assert said["layout"] == "nyc_boe_edlevel"
    assert said["loaded_at"] == "2026-05-01T12:00:00+00:00"
    assert said["licence"].startswith("Government figures")
    assert said["combined"]["78058"] == "78037"
    assert slugs(tmp_path) == [SLUG]


def test_it_writes_the_same_bytes_for_the_same_load(
    tmp_path: Path, real: Path, real_result: ContestResult
) -> None:
    [again] = read_results([real]).contests
    one = save(tmp_path / "one", real_result, at=AT).folder
    two = save(tmp_path / "two", again, at=AT).folder
    for name in ("results.parquet", "manifest.json"):
        assert (one / name).read_bytes() == (two / name).read_bytes()


def test_it_does_nothing_for_a_source_already_in_force(
    tmp_path: Path, old_and_new: tuple[ContestResult, ContestResult]
) -> None:
    old, new = old_and_new
    assert save(tmp_path, old).version == 1
    again = save(tmp_path, old, at=AT + timedelta(days=1))
    assert (again.version, again.notes) == (1, (SAME,))
    assert save(tmp_path, new).version == 2
    assert save(tmp_path, old).version == 3
    assert votes(tmp_path) == 1


def test_it_mends_a_damaged_version_when_the_source_is_loaded_again(
    tmp_path: Path, old_and_new: tuple[ContestResult, ContestResult]
) -> None:
    old, _ = old_and_new
    (save(tmp_path, old).folder / "results.parquet").write_bytes(b"PAR1")
    with pytest.raises(Refused, match=r"damaged\. Load its file again"):
        votes(tmp_path)
    assert save(tmp_path, old).version == 2
    assert votes(tmp_path) == 1


@pytest.mark.parametrize("broken", ["manifest.json", "results.parquet", "pointer", "wrong json"])
def test_it_says_when_what_is_stored_is_damaged(
    tmp_path: Path, old_and_new: tuple[ContestResult, ContestResult], broken: str
) -> None:
    old, _ = old_and_new
    version = save(tmp_path, old)
    if broken == "pointer":
        (tmp_path / "results" / SLUG / "current").write_bytes(b"\xff")
    elif broken == "wrong json":
        (version.folder / "manifest.json").write_text('["contest"]')
    else:
        (version.folder / broken).unlink()
    with pytest.raises(
        Refused, match=rf"the stored dataset {SLUG} is damaged\. Load its file again\."
    ):
        current(tmp_path, SLUG)
    save(tmp_path, old)
    assert votes(tmp_path) == 1


def test_it_does_not_let_one_contest_take_the_address_of_another(
    tmp_path: Path, old_and_new: tuple[ContestResult, ContestResult]
) -> None:
    old, new = old_and_new
    save(tmp_path, old)
    special = replace(new, key=replace(new.key, event="Special Election 2020"))
    other = replace(new, layout=replace(new.layout, name="another_board"))
    for one in (special, other):
        with pytest.raises(
            Refused, match=r"new\.csv: the address .* already belongs to “Representative"
        ):
            save(tmp_path, one)
    assert votes(tmp_path) == 1


def test_it_wants_a_moment_with_a_time_zone_and_a_real_slug(
    tmp_path: Path, real_result: ContestResult
) -> None:
    with pytest.raises(ValueError, match="time zone"):
        save(tmp_path, real_result, at=AT.replace(tzinfo=None))
    with pytest.raises(Refused, match="is no name of a dataset"):
        save(tmp_path, replace(real_result, contest="../../x"), at=AT)
    assert list(tmp_path.iterdir()) == []


def test_it_keeps_the_old_version_whole_wherever_a_save_fails(
    tmp_path: Path,
    old_and_new: tuple[ContestResult, ContestResult],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    old, new = old_and_new
    steps: list[str] = []
    fail_at = 0

    def counted(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def step(*args: Any, **kwargs: Any) -> Any:
            if len(steps) == fail_at:
                raise OSError(28, "No space left on device")
            steps.append(name)
            return real(*args, **kwargs)

        return step

    monkeypatch.setattr(os, "fsync", counted("fsync", os.fsync))
    monkeypatch.setattr(Path, "replace", counted("replace", Path.replace))
    for name in ("write_parquet", "joined", "kept"):
        real = getattr(saving.tables, name)
        monkeypatch.setattr(saving.tables, name, counted(name, real))
    monkeypatch.setattr(Path, "write_text", counted("text", Path.write_text))
    fail_at = -1
    save(tmp_path / "whole", old)
    steps.clear()
    save(tmp_path / "whole", new)
    steps_of_a_save = list(steps)
    assert steps_of_a_save.count("replace") == 2
    swap = len(steps_of_a_save) - steps_of_a_save[::-1].index("replace") - 1
    for step in range(len(steps_of_a_save)):
        root = tmp_path / str(step)
        fail_at = -1
        save(root, old, at=AT)
        steps.clear()
        fail_at = step
        with pytest.raises(OSError, match="No space left"):
            save(root, new, at=AT)
        fail_at = -1
        assert votes(root) == (1 if step <= swap else 2)
        again = save(root, new)
        assert votes(root) == 2
        there = {p.name for p in (root / "results" / SLUG / "versions").iterdir()}
        assert there in ({"1", "2"}, {"1", "2", "3"})  # 2 was written whole, and never in force
        assert str(again.version) == max(there)


KILLED = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from courtyard.electorate.results.loading import read_results, save_results

swap = Path.replace
def waits(a, b):
    if b.name == "current":
        print("ready", flush=True)
        time.sleep(60)
    return swap(a, b)
Path.replace = waits
read = read_results([Path(sys.argv[2])])
save_results(Path(sys.argv[1]), read, at=datetime.now(UTC), by="tests")
"""


def test_it_keeps_the_old_version_when_a_load_is_killed(
    tmp_path: Path, old_and_new: tuple[ContestResult, ContestResult]
) -> None:
    old, new = old_and_new
    save(tmp_path, old, at=AT)
    load = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path), str(tmp_path / "new.csv")],
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    try:
        assert load.stdout
        assert load.stdout.readline() == b"ready\n"
        assert votes(tmp_path) == 1  # a reader does not wait for the lock
    finally:
        load.send_signal(signal.SIGKILL)
        load.communicate()
    assert votes(tmp_path) == 1
    assert save(tmp_path, new).version > 1  # and the lock died with its holder
    assert votes(tmp_path) == 2


def test_it_waits_for_another_load(
    tmp_path: Path, old_and_new: tuple[ContestResult, ContestResult]
) -> None:
    old, new = old_and_new
    save(tmp_path, old, at=AT)
    with (tmp_path / "results" / SLUG / "lock").open("a") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        waiting = threading.Thread(target=save, args=(tmp_path, new), kwargs={"at": AT})
        waiting.start()
        waiting.join(0.3)
        assert waiting.is_alive()
        assert votes(tmp_path) == 1
    waiting.join(10)
    assert votes(tmp_path) == 2


def test_it_gives_loads_at_the_same_time_a_version_each(
    tmp_path: Path, edlevel: Any, read: Read
) -> None:
    results = [read(edlevel.write([edlevel.row(Tally=str(n))]))[0] for n in range(8)]
    loads = [
        threading.Thread(target=save, args=(tmp_path, one), kwargs={"at": AT}) for one in results
    ]
    for load in loads:
        load.start()
    for load in loads:
        load.join()
    version = current(tmp_path, SLUG)
    assert version
    assert version.number == 8
    kept = {json.loads(p.read_text())["sha256"] for p in tmp_path.rglob("manifest.json")}
    assert kept == {one.sources[0].file.sha256 for one in results}


def test_it_keeps_what_was_set_aside_and_why(tmp_path: Path, edlevel: Any, read: Read) -> None:
    rows = [edlevel.row(), edlevel.row(ED="40", Tally="=1+1"), edlevel.row(ED="41")]
    [result] = read(edlevel.write(rows, repeated=False).replace(b'"78","041"', b'"78,"041"'))
    loaded = save(tmp_path, result)
    assert (loaded.rows_read, loaded.rows_kept, loaded.rows_set_aside) == (3, 2, 1)
    assert loaded.notes[0].startswith("INCOMPLETE. results.csv: set aside 1 row in area 78040;")
    [(dataset, aside)] = read_set_aside(loaded.folder / "set-aside.csv")
    assert (dataset, aside.source, aside.line) == (SLUG, "results.csv", 3)
    assert aside.reason == "Tally “=1+1” is not a whole number of 0 or more"
    assert aside.row.endswith('"=1+1"')
    report = json.loads((loaded.folder / "report.json").read_text())
    assert report["version"] == 1
    assert report["set_aside"] == [{"reason": aside.reason, "rows": 1, "first_lines": [3]}]
    [file] = report["files"]
    assert (file["rows_read"], file["rows_kept"], file["rows_set_aside"]) == (3, 2, 1)
    [bad] = [one for one in report["fields"] if one["bad"]]
    assert (bad["field"], bad["bad_first"]) == ("votes", [{"line": 3, "value": "=1+1"}])


COUNTY = "20200623__ny__primary__{}__precinct.csv"
HEAD = "precinct,office,party,candidate,votes\n"
MAYOR = "2020-06-23-democratic-mayor-openelections-ny"


def load(root: Path, *, day: int = 1, **counties: str) -> list[Loaded]:
    """Load files of counties in one call; each is rows of precinct and votes."""
    paths = []
    for county, rows in counties.items():
        paths.append(root / COUNTY.format(county))
        lines = (f"{one.split()[0]},Mayor,DEM,Ann,{one.split()[1]}\n" for one in rows.split(";"))
        paths[-1].write_text(HEAD + "".join(lines))
    at = datetime(2026, 5, day, tzinfo=UTC)
    return save_results(root / "electorate", read_results(paths), at=at, by="tests")


def counted(root: Path) -> dict[str, int]:
    return {area.area: area.total for area in figures(root / "electorate", MAYOR)}


def test_it_keeps_the_counties_that_are_not_loaded_again(tmp_path: Path) -> None:
    [first] = load(tmp_path, bronx="1/77 3;2/77 5;3/77 x", queens="1/34 7;2/34 y;3/34 1")
    assert (first.version, first.rows_set_aside) == (1, 2)
    assert counted(tmp_path) == {"34001": 7, "34003": 1, "77001": 3, "77002": 5}
    [second] = load(tmp_path, day=2, bronx="1/77 4;3/77 6")
    assert (second.version, second.rows_read, second.rows_set_aside) == (2, 5, 1)
    assert counted(tmp_path) == {"34001": 7, "34003": 1, "77001": 4, "77003": 6}
    queens = COUNTY.format("queens")
    assert second.notes == (
        f"Kept from before: Queens ({queens}, 2026-05-01).",
        f"INCOMPLETE. {queens}: set aside 1 row in area 34002; the totals lack what stands there.",
    )
    version = current(tmp_path / "electorate", MAYOR)
    assert version
    said = version.manifest["sources"]
    assert [(one["file"], one["counties"]) for one in said] == [
        (queens, ["Queens"]),
        (COUNTY.format("bronx"), ["Bronx"]),
    ]
    assert [one.source for _, one in read_set_aside(version.folder / "set-aside.csv")] == [queens]
    rows = pq.read_table(version.rows).to_pylist()
    assert {(row["county"], row["source"]) for row in rows} == {("Queens", 0), ("Bronx", 1)}
    assert version.report["changes"] == {
        "against": 1,
        "added": 1,
        "removed": 1,
        "changed": 1,
        "by": {"votes": 1},
    }


def test_it_changes_nothing_for_counties_in_force_and_takes_older_ones_back(tmp_path: Path) -> None:
    load(tmp_path, bronx="1/77 3", queens="1/34 7")
    assert [one.version for one in load(tmp_path, bronx="1/77 3")] == [1]
    assert [one.version for one in load(tmp_path, bronx="1/77 4")] == [2]
    assert [one.version for one in load(tmp_path, queens="1/34 7")] == [2]
    [back] = load(tmp_path, bronx="1/77 3", queens="1/34 7")
    assert (back.version, back.notes) == (3, ())
    assert counted(tmp_path) == {"34001": 7, "77001": 3}


def test_it_loads_a_file_again_of_which_one_county_was_replaced(
    tmp_path: Path, edlevel: Any, read: Read
) -> None:
    [both] = read(edlevel.write([edlevel.row(), edlevel.row(AD="34", County="Queens", Tally="5")]))
    [bronx] = read(edlevel.write([edlevel.row(Tally="3")]), "bronx.csv")
    assert [save(tmp_path, one).version for one in (both, bronx, both)] == [1, 2, 3]
    assert votes(tmp_path) == 7


def test_it_adds_a_county_of_other_areas(tmp_path: Path) -> None:
    load(tmp_path, queens="1/34 7")
    [two] = load(tmp_path, nassau="Hempstead 3")
    assert counted(tmp_path) == {"34001": 7, "Nassau/Hempstead": 3}
    version = current(tmp_path / "electorate", MAYOR)
    assert version
    assert (version.manifest["area_kind"], two.version) == ("mixed", 2)


def test_it_keeps_nothing_of_a_damaged_version_and_still_loads(tmp_path: Path) -> None:
    [first] = load(tmp_path, bronx="1/77 3", queens="1/34 7")
    (first.folder / "results.parquet").write_bytes(b"PAR1")
    [second] = load(tmp_path, bronx="1/77 3")
    assert second.notes == (
        "Version 1 is damaged; nothing of it was kept. Load every county again.",
    )
    assert counted(tmp_path) == {"77001": 3}


def test_it_keeps_contests_of_two_publishers_apart(tmp_path: Path, real: Path) -> None:
    for file in (real, real.parent / "20200623__ny__primary__bronx__precinct.csv.gz"):
        save_results(tmp_path, read_results([file]), at=AT, by="tests")
    both = [slug for slug in slugs(tmp_path) if slug.startswith(SLUG)]
    assert both == [SLUG, f"{SLUG}-openelections-ny"]
    assert votes(tmp_path) == 62582
