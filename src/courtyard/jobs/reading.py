"""The job of reading what was handed in. Its argument is an id and nothing else."""

import functools
import logging
import secrets
import threading
import time
from collections.abc import Callable
from uuid import UUID

from django.db import OperationalError, connection
from django.utils import timezone
from django_tasks import task

from courtyard.electorate.load import Loaded, Progress
from courtyard.electorate.refusal import Refused
from courtyard.journal.act import Conflict, NotAllowed
from courtyard.journal.op import further_id
from courtyard.journal.scope import reading_as
from courtyard.sources import acts, rules, spool
from courtyard.sources.counting import count_ground
from courtyard.sources.loading import load_files
from courtyard.sources.models import DONE, FAILED, REFUSED, Load
from courtyard.territory.boundaries import Unreadable
from courtyard.territory.drawn import Refusal
from courtyard.territory.tiling import ready_tiles

log = logging.getLogger("courtyard.jobs")
WORKER_NAME = secrets.token_hex(8)  # of this process
EVERY = 1.0  # seconds
# Set when this process was told to stop: the load is let go at its next word.
stopping = threading.Event()
# The load that is being read now, if any: its lease is renewed.
being_read: set[UUID] = set()
AGAIN = (1.0, 5.0, 15.0)  # seconds before an ending is written down once more

NOT_YOURS = (
    "Boundaries hold for everybody, so an administrator loads them. Nothing was changed. "
    "Ask an administrator to load this file."
)
OUR_FAULT = (
    "Reading stopped by a fault on our side; what was in force before is in force still. "
    "Load the files again; if it happens again, tell whoever runs this Courtyard."
)
STOPPED = (
    f"The machine stopped {rules.MOST_TAKEN} times while reading this, perhaps for want of memory; "
    "what was in force before is in force still. Load the files in smaller parts."
)


class LetGo(Exception):
    """This load is not this worker's any more, or the worker was told to stop."""


@task()
def read(load: str) -> None:
    """Reads one load, if it waits or was left by a worker that is gone. Twice is once.

    Raises nothing: the queue would keep the words of a fault, and they may hold a row of the file.
    A load that could not be ended is taken up again when its lease is over.
    """
    try:
        _read_mine(UUID(load))
    except Conflict:
        log.warning("a load was read twice")  # both did the same; the first to end it counts
    except Exception as fault:  # noqa: BLE001
        log.error("the end of a load was not written down: %s", type(fault).__name__)  # noqa: TRY400


def _read_mine(load: UUID) -> None:
    taken = acts.take(load, worker=WORKER_NAME, now=timezone.now())
    if taken is None:
        return
    being_read.add(load)
    try:
        _read(taken)
    except LetGo:
        acts.let_go(load, worker=WORKER_NAME)  # of one that was cancelled, nothing
    finally:
        being_read.discard(load)


def queue_load(load: Load) -> None:
    """Queues the reading of a load. Queued twice, it is read once."""
    read.enqueue(str(load.id))


def _read(load: Load) -> None:
    if load.taken > rules.MOST_TAKEN:
        end(load, FAILED, sentence=STOPPED)
        return
    try:
        made = load_files(
            spool.files(load.spool),
            by=load.reader(),
            at=timezone.now(),
            op=load.id,
            said=load.said,
            add=load.adds,
            progress=Telling(load),
            known_as=str(load.by),
        )
    except (Refused, Unreadable, Refusal) as refused:
        end(load, REFUSED, sentence=str(refused))
    except NotAllowed:
        end(load, REFUSED, sentence=NOT_YOURS)
    except LetGo:
        raise
    except Exception as fault:  # noqa: BLE001  # whatever it is, the one who waits is told
        # Its kind only: what it says may hold a row of the file.
        log.error("a load failed: %s", type(fault).__name__)  # noqa: TRY400
        end(load, FAILED, sentence=OUR_FAULT)
    else:
        end(load, DONE, made=made)
        if any(_is_boundaries(one) for one in made):
            ready_tiles(at=timezone.now())
        _count(load)


def _count(load: Load) -> None:
    """Counts anew what was loaded, as far as whoever handed it in may."""
    try:
        by = load.reader()
        with reading_as(by):
            count_ground(op=further_id(load.id, "count"), by=by, at=timezone.now())
    except (NotAllowed, Refused) as why:
        log.info("nothing was counted: %s", type(why).__name__)


def end(load: Load, state: str, *, made: list[Loaded] = [], sentence: str = "") -> None:  # noqa: B006
    """Writes down what became of it, and removes its spool. A cancelled one stays cancelled.

    Raises OperationalError if the database stays busy or away.
    """
    end_load = functools.partial(
        acts.end_load,
        op=further_id(load.id, "end"),
        by=load.reader(),
        at=timezone.now(),
        load=load.id,
        state=state,
        made=[_as_data(one) for one in made],
        sentence=sentence,
    )
    try:
        _patiently(end_load)
    except NotAllowed:
        log.info("a load was cancelled meanwhile")
    spool.remove(load.spool)


def _patiently(what: Callable[[], object]) -> None:
    """Does it, and again after a while if the database is busy or away."""
    for pause in AGAIN:
        try:
            what()
        except OperationalError:
            _mend_connection()
            stopping.wait(pause)
        else:
            return
    what()


def _mend_connection() -> None:
    """A connection that broke is opened again at its next use."""
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()


class Telling:
    """Writes down how far a load is, at most once a second and at each new stage.

    Raises LetGo if the load was cancelled or taken by another, or this process shall stop. Before
    anything comes into force the database is asked for sure; on the way there it may be busy for as
    long as a lease.
    """

    def __init__(self, load: Load) -> None:
        self._load = load.id
        self._last: float | None = None
        self._heard = time.monotonic()
        self._where = ("", "")

    def __call__(self, progress: Progress) -> None:
        """Takes one more step."""
        if stopping.is_set():
            raise LetGo
        now, where = time.monotonic(), (progress.file, progress.stage)
        last_word = progress.stage == rules.PUTTING_IN_FORCE
        soon = self._last is not None and now - self._last < EVERY
        if soon and where == self._where and not last_word:
            return
        self._last, self._where = now, where
        try:
            if last_word:
                _patiently(functools.partial(self._tell, progress))
            else:
                self._tell(progress)
        except OperationalError as busy:
            _mend_connection()
            if last_word or time.monotonic() - self._heard > rules.LEASE.total_seconds():
                raise LetGo from busy
        else:
            self._heard = time.monotonic()

    def _tell(self, progress: Progress) -> None:
        if not acts.tell(
            self._load,
            worker=WORKER_NAME,
            now=timezone.now(),
            stage=progress.stage,
            file=progress.file[:200],
            done_bytes=progress.done,
            total_bytes=progress.total,
            rows=progress.rows,
        ):
            raise LetGo


def _is_boundaries(one: Loaded) -> bool:
    return one.folder.name == ""


def _as_data(one: Loaded) -> dict[str, object]:
    """What a load made, as its row keeps it."""
    return {
        "dataset": one.dataset,
        "version": one.version,
        "boundaries": _is_boundaries(one),
        "rows_read": one.rows_read,
        "rows_kept": one.rows_kept,
        "rows_set_aside": one.rows_set_aside,
        "confidential": one.confidential,
        "notes": list(one.notes),
    }
