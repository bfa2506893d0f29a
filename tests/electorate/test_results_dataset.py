"""Keeping results: whole versions, never half of one."""

from __future__ import annotations

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

import pytest

from courtyard.electorate import dataset
from courtyard.electorate.dataset import current, save, slugs
from courtyard.electorate.questions import candidates
from courtyard.electorate.refusal import Refused
from courtyard.electorate.results import ContestResult, read_results

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
SLUG = "2020-06-23-democratic-representative-in-congress-14"

Read = Callable[..., list[ContestResult]]


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
    version = save(tmp_path, real_result, at=AT)
    assert (version.number, version.contest) == (1, SLUG)
    folder = tmp_path / "results" / SLUG / "versions" / "1"
    assert {p.name for p in folder.iterdir()} == {"results.parquet", "manifest.json"}
    said = json.loads((folder / "manifest.json").read_text())
    assert said == version.manifest
    assert said["rows_read"] == said["rows_kept"] == 4064
    assert said["source"] == real_result.source.file
    assert said["sha256"] == real_result.source.sha256
    assert said["layout"] == "nyc_boe_edlevel"
    assert said["loaded_at"] == "2026-05-01T12:00:00+00:00"
    assert said["licence"].startswith("Government figures")
    assert said["combined"]["78058"] == "78037"
    assert slugs(tmp_path) == [SLUG]


def test_it_writes_the_same_bytes_for_the_same_load(
    tmp_path: Path, real: Path, real_result: ContestResult
) -> None:
    [again] = read_results(real)
    one = save(tmp_path / "one", real_result, at=AT).folder
    two = save(tmp_path / "two", again, at=AT).folder
    for name in ("results.parquet", "manifest.json"):
        assert (one / name).read_bytes() == (two / name).read_bytes()


def test_it_does_nothing_for_a_source_already_in_force(
    tmp_path: Path, old_and_new: tuple[ContestResult, ContestResult]
) -> None:
    old, new = old_and_new
    first = save(tmp_path, old, at=AT)
    assert save(tmp_path, old, at=AT + timedelta(days=1)) == first
    assert save(tmp_path, new, at=AT).number == 2
    assert save(tmp_path, old, at=AT).number == 3
    assert votes(tmp_path) == 1


def test_it_mends_a_damaged_version_when_the_source_is_loaded_again(
    tmp_path: Path, old_and_new: tuple[ContestResult, ContestResult]
) -> None:
    old, _ = old_and_new
    version = save(tmp_path, old, at=AT)
    version.rows.write_bytes(b"PAR1")
    with pytest.raises(Refused, match=r"damaged\. Load its file again"):
        votes(tmp_path)
    assert save(tmp_path, old, at=AT).number == 2
    assert votes(tmp_path) == 1


@pytest.mark.parametrize("broken", ["manifest.json", "results.parquet", "pointer", "wrong json"])
def test_it_says_when_what_is_stored_is_damaged(
    tmp_path: Path, old_and_new: tuple[ContestResult, ContestResult], broken: str
) -> None:
    old, _ = old_and_new
    version = save(tmp_path, old, at=AT)
    if broken == "pointer":
        (tmp_path / "results" / SLUG / "current").write_bytes(b"\xff")
    elif broken == "wrong json":
        (version.folder / "manifest.json").write_text('["contest"]')
    else:
        (version.folder / broken).unlink()
    with pytest.raises(
        Refused, match=rf"the stored result {SLUG} is damaged\. Load its file again\."
    ):
        current(tmp_path, SLUG)
    assert save(tmp_path, old, at=AT).number == 2
    assert votes(tmp_path) == 1


def test_it_does_not_let_one_contest_take_the_address_of_another(
    tmp_path: Path, old_and_new: tuple[ContestResult, ContestResult]
) -> None:
    old, new = old_and_new
    save(tmp_path, old, at=AT)
    with pytest.raises(
        Refused, match=r"new\.csv: the address .* already belongs to “Representative"
    ):
        save(tmp_path, replace(new, event="Special Election 2020"), at=AT)
    assert votes(tmp_path) == 1


def test_it_wants_a_moment_with_a_time_zone_and_a_real_slug(
    tmp_path: Path, real_result: ContestResult
) -> None:
    with pytest.raises(ValueError, match="time zone"):
        save(tmp_path, real_result, at=AT.replace(tzinfo=None))
    with pytest.raises(Refused, match="no address of a contest"):
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
    monkeypatch.setattr(dataset, "write_parquet", counted("parquet", dataset.write_parquet))
    monkeypatch.setattr(Path, "write_text", counted("text", Path.write_text))
    fail_at = -1
    save(tmp_path / "whole", old, at=AT)
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
        assert save(root, new, at=AT).number == 2
        assert votes(root) == 2
        assert {p.name for p in (root / "results" / SLUG / "versions").iterdir()} == {"1", "2"}


KILLED = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from courtyard.electorate.dataset import save
from courtyard.electorate.results import read_results

swap = Path.replace
def waits(a, b):
    if b.name == "current":
        print("ready", flush=True)
        time.sleep(60)
    return swap(a, b)
Path.replace = waits
[result] = read_results(Path(sys.argv[2]))
save(Path(sys.argv[1]), result, at=datetime.now(UTC))
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
    assert save(tmp_path, new, at=AT).number == 2  # and the lock died with its holder
    assert votes(tmp_path) == 2


def test_it_waits_for_another_load(
    tmp_path: Path, old_and_new: tuple[ContestResult, ContestResult]
) -> None:
    old, new = old_and_new
    save(tmp_path, old, at=AT)
    with (tmp_path / "lock").open("a") as other:
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
    assert kept == {one.source.sha256 for one in results}
