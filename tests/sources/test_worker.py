"""The queue and its worker, as processes: one that is killed leaves nothing half done."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from django.db import connection
from django_tasks_db.management.commands import db_worker
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult
from tests.conftest import ROOT, Cast
from tests.kept import fill
from tests.sources.handing_in import handed_in

from courtyard.cli.serve import WORK, working
from courtyard.jobs import worker
from courtyard.jobs.reading import queue_load

# Hands a large file in, in the home that the environment names. Its rows take a while to read.
HAND_IN = """
import sys, django
django.setup()
from pathlib import Path
from django.utils import timezone
from courtyard.journal.op import new_op
from courtyard.journal.reader import EVERYWHERE, Grant, Rank, Reader
from courtyard.journal.seal import Secret
from courtyard.sources import acts, spool
name, file = spool.fresh(), Path(sys.argv[1])
file.replace(spool.place(name, 0, file.name))
by = Reader(new_op(), (Grant(Rank.ADMINISTRATOR, EVERYWHERE),))
acts.hand_in(op=new_op(), by=by, at=timezone.now(), files=[{"name": file.name, "size": 1}],
             spool=Secret(name), said={}, adds=False)
"""
LEASE_OVER = """
import django
django.setup()
from datetime import timedelta
from courtyard.sources.models import Load
load = Load.objects.get()
load.leased_until -= timedelta(hours=1)
load.save()
"""


@pytest.fixture
def queue(settings) -> Worker:
    """The queue of the database, and who empties it."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    return Worker(
        queue_names=["*"], interval=0, batch=True, backend_name="default", startup_delay=False,
        max_tasks=None, worker_id="w", excluded_queue_names=[],
    )  # fmt: skip


def test_it_reads_what_is_queued_from_behind_the_walls(
    cast: Cast, queue: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db_worker, "close_old_connections", lambda: None)  # the test's own is open
    load = handed_in(cast)
    queue_load(load)
    told = DBTaskResult.objects.get()
    assert told.args_kwargs == {"args": [str(load.id)], "kwargs": {}}  # an id and nothing else
    worker._as_worker(connection)  # as its every connection, without another scope
    queue.run()
    load.refresh_from_db()
    assert load.state == "done"


def test_it_queues_what_was_left_and_only_once(cast: Cast, queue: Worker) -> None:
    load = handed_in(cast)
    for _ in range(2):
        worker.sweep()
    assert [one.args_kwargs["args"] for one in DBTaskResult.objects.all()] == [[str(load.id)]]


@contextmanager
def started(*command: str, home: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A process of an installation of its own, ended with the block."""
    running = subprocess.Popen(command, env=told(home), cwd=ROOT)
    try:
        yield running
    finally:
        running.kill()
        running.wait()


def told(home: Path) -> dict[str, str]:
    plain = {k: v for k, v in os.environ.items() if not k.startswith(("COURTYARD_", "DATABASE_"))}
    return plain | {"COURTYARD_HOME": str(home), "DJANGO_SETTINGS_MODULE": "courtyard.settings"}


def run(home: Path, code: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env=told(home), cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def asked(home: Path) -> str:
    """What is said of the load."""
    with closing(sqlite3.connect(home / "courtyard.sqlite3", timeout=20)) as database:
        query = "SELECT state, taken, done_bytes, sentence FROM sources_load"
        return " ".join(str(value or 0) for value in database.execute(query).fetchone())


def until(home: Path, *words: str) -> str:
    """The same, as soon as it holds one of the words."""
    for _ in range(600):
        said = asked(home)
        if any(word in said for word in words):
            return said
        time.sleep(0.05)
    raise AssertionError(said)


def emptied(folder: Path) -> None:
    """Waits until nothing lies in a folder."""
    for _ in range(600):
        if not list(folder.iterdir()):
            return
        time.sleep(0.05)
    raise AssertionError(list(folder.iterdir()))


@pytest.fixture
def installation(home: Path) -> Path:
    """A home with a load of 80,000 voters that waits."""
    fill(home, "80,000 voters that wait", _install)
    return home


def _install(home: Path) -> None:
    courtyard = str(Path(sys.executable).with_name("courtyard"))
    file = home / "INVENTED.txt"
    for command in (
        ["migrate"],
        ["demo", "voters", "--rows", "80000", "--out", str(file)],
    ):
        subprocess.run([courtyard, *command], env=told(home), check=True, capture_output=True)
    run(home, HAND_IN, str(file))


def test_it_takes_up_what_a_killed_worker_left(installation: Path) -> None:
    with started(*WORK, home=installation) as first:
        until(installation, "reading")
        first.send_signal(signal.SIGKILL)
        first.wait()
    assert asked(installation).startswith("reading 1 ")
    voters = installation / "electorate" / "voters"
    assert not list(voters.glob("*/current"))  # nothing is in force, half or whole
    with started(*WORK, home=installation):
        time.sleep(3)
        assert asked(installation).startswith("reading 1 ")  # the lease holds
    run(installation, LEASE_OVER)
    with started(*WORK, home=installation):
        assert until(installation, "done", "refused", "failed").startswith("done 2 ")
        emptied(installation / "spool")  # which it does after it has written down that it is done
    assert [path.read_text() for path in voters.glob("*/current")] == ["1\n"]


def test_it_lets_go_of_a_load_when_it_is_stopped(installation: Path) -> None:
    with started(*WORK, home=installation) as first:
        until(installation, "reading")
        first.terminate()
        assert first.wait(timeout=30) == 0
    assert asked(installation).startswith(("waiting 0 ", "done 1 "))


def test_it_runs_beside_the_server_and_ends_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    quiet = [sys.executable, "-c", "import time; time.sleep(60)"]
    monkeypatch.setattr("courtyard.cli.serve.WORK", quiet)
    before = children()
    with working():
        for _ in range(100):
            if new := children() - before:
                break
            time.sleep(0.05)
        assert len(new) == 1
    assert not children() - before


def children() -> set[str]:
    done = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(os.getpid())],
        capture_output=True,
        text=True,
        check=False,
    )
    alive = set()
    for pid in done.stdout.split():
        line = Path(f"/proc/{pid}/cmdline")
        if line.exists() and b"time.sleep(60)" in line.read_bytes():
            alive.add(pid)
    return alive
