"""The worker: runs what is queued, renews its lease, takes up what another left, and searches."""

import math
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from types import FrameType
from typing import Any

from django.core.management import call_command
from django.db import OperationalError, connections
from django.db.backends.signals import connection_created
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from courtyard.canvass.drafts import forget_old
from courtyard.canvass.wanted import search_next
from courtyard.canvass.warm import warm_up_beside
from courtyard.journal.scope import reading_as, written
from courtyard.orphans import is_orphan
from courtyard.sources import acts, rules, spool
from courtyard.sources.models import WORKER, Load

from .reading import WORKER_NAME, being_read, queue_load, stopping

PAUSE = 1.0  # seconds between two looks at an empty queue
SWEEP = 15.0  # seconds
KEEP_RESULTS = 7  # days
BROKEN_UPLOAD = timedelta(days=1)


def work() -> None:
    """Works until told to stop (SIGTERM, SIGINT) or until the process that started it is gone."""
    stopping.clear()
    connection_created.connect(_as_worker, dispatch_uid="courtyard.jobs.worker")
    connections.close_all()  # opened again as the worker's own
    warm_up_beside()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, _stop)
    queue = Worker(
        queue_names=["*"], interval=0, batch=True, backend_name="default", startup_delay=False,
        max_tasks=1, worker_id=WORKER_NAME, excluded_queue_names=[],
    )  # fmt: skip
    swept = -math.inf
    with _heartbeat():
        while not stopping.is_set():
            if time.monotonic() - swept > SWEEP:  # whatever is done to the clock on the wall
                _patiently(sweep)
                swept = time.monotonic()
            ran = queue._run_tasks  # noqa: SLF001  # it counts, and tells nobody else
            _patiently(queue.run)
            if queue._run_tasks == ran and not search_next(stopping.is_set):  # noqa: SLF001
                stopping.wait(PAUSE)
            queue._run_tasks = 0  # noqa: SLF001
    connections.close_all()


def sweep() -> None:
    """Queues every load that waits, or whose worker is gone, and is not queued; clears up."""
    now = timezone.now()
    with reading_as(WORKER):
        ready = DBTaskResult.objects.ready().values_list("args_kwargs", flat=True)
        queued = {str(told["args"][0]) for told in ready if told["args"]}
        for load in Load.objects.left(now):
            if str(load.id) not in queued:
                queue_load(load)
        kept = set(Load.objects.running().values_list("spool", flat=True))
        call_command("prune_db_task_results", min_age_days=KEEP_RESULTS, verbosity=0)
    spool.remove_left(kept, (now - BROKEN_UPLOAD).timestamp())
    forget_old(now)


def _patiently(what: Any) -> None:
    """A database that is busy or away for a moment is asked again at the next turn."""
    with suppress(OperationalError):
        what()


def _renew() -> None:
    """Only for the load being read now: one that could not be ended is left for a later turn."""
    for load in list(being_read):
        acts.renew(load, worker=WORKER_NAME, now=timezone.now())


def _as_worker(connection: Any, **_: Any) -> None:
    """Every connection of this process reads as the worker: the queue has no scope of its own."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('courtyard.door', 'reading', false), "
                "set_config('courtyard.account', %s, false), "
                "set_config('courtyard.grants', %s, false)",
                [str(WORKER.account), written(WORKER)],
            )


def _stop(number: int, frame: FrameType | None) -> None:
    stopping.set()


@contextmanager
def _heartbeat() -> Iterator[None]:
    """Renews the lease while a load is being read; stops with the process that started this one."""
    parent, done = os.getppid(), threading.Event()

    def beat() -> None:
        beaten = time.monotonic()
        while not done.wait(1):
            if is_orphan(parent):
                stopping.set()
            if time.monotonic() - beaten > rules.LEASE.total_seconds() / 4:
                beaten = time.monotonic()
                _patiently(_renew)
        connections.close_all()

    thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join(timeout=5)
