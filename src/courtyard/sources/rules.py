"""What is right about loading. Pure: plain values in, a verdict out."""

from datetime import datetime, timedelta

from courtyard.journal.reader import EVERYWHERE, Rank, Reader

# The stage of which electorate.progress tells last, right before the swap.
PUTTING_IN_FORCE = "putting in force"
# So long a load is left to the worker that took it and is not heard of any more.
LEASE = timedelta(seconds=60)
# Whoever took it was stopped so often that it is the load itself.
MOST_TAKEN = 3
KEPT_VERSIONS = 3
# So many loads of one person may wait at a time.
MOST_WAITING = 10


def may_load(by: Reader) -> bool:
    """What is loaded holds for everybody: one loads it who organises everywhere."""
    return by.covers(EVERYWHERE, Rank.ORGANISER)


def may_see_sources(by: Reader) -> bool:
    """What is loaded, from where and how well it was read: from organiser upwards, anywhere."""
    return by.rank is not None and by.rank >= Rank.ORGANISER


def may_wait_too(waiting: int) -> bool:
    """Whether one more load of somebody may wait beside those of theirs that have not ended."""
    return waiting < MOST_WAITING


def is_too_late(stage: str, leased_until: datetime | None, now: datetime) -> bool:
    """Whether it is being put in force at this moment: it cannot be stopped any more."""
    return stage == PUTTING_IN_FORCE and leased_until is not None and leased_until > now


def may_end(by: Reader, *, own: bool, running: bool) -> bool:
    """A load ends in the name of whoever handed it in, once."""
    return own and running and may_load(by)
