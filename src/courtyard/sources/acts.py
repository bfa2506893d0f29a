"""What is done about loads and versions; and the worker's bookkeeping, which is no act.

Taking a load, renewing the lease and telling how far it is are written many times a minute by the
machine about its own work. Nobody said them, nobody answers for them, and they are worth nothing
once the load has ended: a line in the journal for each would only hide what people did. They are
conditional updates of one row. What somebody did, and what became of it, are acts.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import F, Q

from courtyard.electorate import dataset as versions
from courtyard.electorate.refusal import Refused
from courtyard.journal.act import act, ask
from courtyard.journal.reader import EVERYWHERE, Rank, Reader
from courtyard.journal.scope import reading_as
from courtyard.journal.seal import Secret

from . import rules
from .models import CANCELLED, READING, WAITING, WORKER, Change, Load


class Meanwhile(Exception):
    """Another version came into force since the page was shown. Nothing was changed."""


class NothingToUndo(Exception):
    """There is no such version any more, or it is damaged; or it is in force already."""


class BeingLoaded(Exception):
    """A load of this dataset is running. Nothing was changed."""


class TooManyWait(Exception):
    """As many loads of theirs wait as may. Nothing was handed in."""


class TooLate(Exception):
    """It is being put in force at this moment."""


@act("sources.hand_in", row=Load)
def hand_in(
    *,
    op: UUID,
    by: Reader,
    at: datetime,
    files: list[dict[str, Any]],
    spool: Secret,
    said: dict[str, str],
    adds: bool,
) -> Load:
    """Hands in files that lie in a spool. They wait for the worker.

    The spool is random and therefore left out of the seal: sent twice, the first one counts.
    Raises TooManyWait.
    """
    ask(rules.may_load(by))
    if not rules.may_wait_too(running_of(by)):
        raise TooManyWait
    rank = Rank.ADMINISTRATOR if by.covers(EVERYWHERE, Rank.ADMINISTRATOR) else Rank.ORGANISER
    load = Load(
        id=op, by=by.account, at=at, rank=rank, files=files, spool=spool.value, said=said,
        adds=adds, state=WAITING, total_bytes=sum(one["size"] for one in files),
    )  # fmt: skip
    load.save(force_insert=True)
    return load


@act("sources.end_load", row=Load)
def end_load(
    *,
    op: UUID,
    by: Reader,
    at: datetime,
    load: UUID,
    state: str,
    made: list[dict[str, Any]],
    sentence: str,
) -> Load:
    """Says what became of a load: done (with what it made), refused or failed (with why)."""
    kept: Load = Load.objects.visible_to(by).select_for_update().get(id=load)
    ask(rules.may_end(by, own=kept.by == by.account, running=kept.is_running))
    return _ended(kept, at, state=state, made=made, sentence=sentence)


@act("sources.cancel", row=Load)
def cancel(*, op: UUID, by: Reader, at: datetime, load: UUID) -> Load:
    """Stops a load, waiting or being read; what is in force stays. One that has ended stays so.

    Raises TooLate: what this row says under its lock decides between stopping and the swap.
    """
    kept: Load = Load.objects.visible_to(by).select_for_update().get(id=load)
    ask(rules.may_load(by))
    if kept.state == READING and rules.is_too_late(kept.stage, kept.leased_until, at):
        raise TooLate
    return _ended(kept, at, state=CANCELLED) if kept.is_running else kept


@act("sources.put_back", row=Change)
def put_back(
    *, op: UUID, by: Reader, at: datetime, dataset: str, was: int | None, to: int | None
) -> Change:
    """Puts version `to` in force instead of `was`, or none. Nothing is removed.

    Raises Meanwhile if another than `was` is in force, NothingToUndo, BeingLoaded.
    """
    root = Path(settings.COURTYARD_ELECTORATE)
    ask(rules.may_load(by))
    if was != _in_force(root, dataset):
        raise Meanwhile
    if to == was or (to and to not in [one.number for one in versions.versions(root, dataset)]):
        raise NothingToUndo
    change = Change(id=op, dataset=dataset, was=was, now=to, by=by.account, at=at)
    change.save(force_insert=True)
    # The files last: if they cannot be changed, nothing is written down either.
    with _unless_loaded():
        if to:
            versions.restore(root, dataset, to, wait=False, was=was)
        else:
            versions.withdraw(root, dataset, wait=False, was=was)
    return change


@act("sources.prune", row=Change)
def prune(*, op: UUID, by: Reader, at: datetime, dataset: str, keep: int) -> Change:
    """Removes all but the newest `keep` versions for good, never the one in force.

    Raises NothingToUndo, Meanwhile, BeingLoaded.
    """
    root = Path(settings.COURTYARD_ELECTORATE)
    ask(rules.may_load(by))
    if not versions.versions(root, dataset):
        raise NothingToUndo
    now, gone = _in_force(root, dataset), versions.prunable(root, dataset, keep)
    change = Change(id=op, dataset=dataset, was=now, now=now, removed=gone, by=by.account, at=at)
    change.save(force_insert=True)
    with _unless_loaded():
        versions.prune(root, dataset, keep, wait=False, was=now)
    return change


def running_of(by: Reader) -> int:
    """How many loads of this person have not ended."""
    count: int = Load.objects.visible_to(by).running().filter(by=by.account).count()
    return count


def take(load: UUID, *, worker: str, now: datetime) -> Load | None:
    """Bookkeeping: the load, leased to this worker; None if another has it or it has ended."""
    with reading_as(WORKER):
        mine = Load.objects.left(now).filter(id=load).update(
            state=READING, worker=worker, leased_until=now + rules.LEASE, taken=F("taken") + 1,
            stage="", file="", done_bytes=0, rows=0,
        )  # fmt: skip
        return Load.objects.get(id=load) if mine else None


def tell(load: UUID, *, worker: str, now: datetime, **far: Any) -> bool:
    """Bookkeeping: how far a load is (stage, file, done_bytes, total_bytes, rows).

    False if it is this worker's no more: cancelled, or taken by another.
    """
    with reading_as(WORKER):
        mine = Load.objects.filter(_held(worker), id=load)
        return bool(mine.update(leased_until=now + rules.LEASE, **far))


def renew(load: UUID, *, worker: str, now: datetime) -> None:
    """Bookkeeping: the worker is alive and still reads this load; its lease begins anew."""
    with reading_as(WORKER):
        Load.objects.filter(_held(worker), id=load).update(leased_until=now + rules.LEASE)


def let_go(load: UUID, *, worker: str) -> None:
    """Bookkeeping: the worker was told to stop; the load waits for the next one."""
    with reading_as(WORKER):
        kept = Load.objects.filter(_held(worker), id=load)
        kept.update(state=WAITING, worker="", leased_until=None, taken=F("taken") - 1)


def _held(worker: str) -> Q:
    return Q(state=READING, worker=worker)


def _ended(load: Load, at: datetime, **what: Any) -> Load:
    for name, value in what.items():
        setattr(load, name, value)
    load.ended_at, load.worker, load.leased_until = at, "", None
    load.save(update_fields=[*what, "ended_at", "worker", "leased_until"])
    return load


@contextmanager
def _unless_loaded() -> Iterator[None]:
    """The files are changed under the dataset's lock, or not at all: nobody waits for it here,

    since whoever waits inside a transaction keeps everybody else from writing.
    """
    try:
        yield
    except versions.Busy as busy:
        raise BeingLoaded from busy
    except versions.Changed as changed:
        raise Meanwhile from changed


def _in_force(root: Path, name: str) -> int | None:
    """The number of the version in force. A damaged one counts as none, and can be replaced."""
    try:
        found = versions.current(root, name)
    except Refused:
        return None
    return found.number if found else None
