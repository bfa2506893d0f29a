"""Work done by several processes, none of which outlives whoever asked for it.

Nothing here needs Django: a process begins with this module, and starts Django before its work.
"""

import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from multiprocessing import active_children, connection, get_context, parent_process
from typing import TypeVar

import django

A = TypeVar("A")
B = TypeVar("B")


def done_beside(work: Callable[[A], B], jobs: Iterable[A], processes: int) -> Iterator[B]:
    """What became of each job, in the order in which they end; with one process, done here.

    The jobs are asked for one by one while those before are worked on. Raises what a job raises,
    and BrokenProcessPool where a process was killed; then none of them stays.
    """
    if processes < 2:
        yield from map(work, jobs)
        return
    pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=_begin)
    waiting: set[Future[B]] = set()
    try:
        for job in jobs:
            waiting.add(pool.submit(work, job))
            ended = {one for one in waiting if one.done()}
            waiting -= ended
            yield from (one.result() for one in ended)
        while waiting:
            ended, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            yield from (one.result() for one in ended)
    except BaseException:
        for process in active_children():
            process.terminate()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _begin() -> None:
    """Readies a process: Ctrl-C is its parent's to answer, and it ends with its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "courtyard.settings")
    django.setup()


def _end_with_parent() -> None:
    if parent := parent_process():
        connection.wait([parent.sentinel])
        os._exit(1)
