"""What is right about loading. Pure: plain values in, a verdict out."""

from datetime import timedelta

from courtyard.journal.reader import EVERYWHERE, Rank, Reader

# So long a load is left to the worker that took it and is not heard of any more.
LEASE = timedelta(seconds=60)
# Whoever took it was stopped so often that it is the load itself.
MOST_TAKEN = 3
KEPT_VERSIONS = 3


def may_load(by: Reader) -> bool:
    """What is loaded holds for everybody: one loads it who organises everywhere."""
    return by.covers(EVERYWHERE, Rank.ORGANISER)


def may_see_sources(by: Reader) -> bool:
    """What is loaded, from where and how well it was read: from organiser upwards, anywhere."""
    return by.rank is not None and by.rank >= Rank.ORGANISER


def may_end(by: Reader, *, own: bool, running: bool) -> bool:
    """A load ends in the name of whoever handed it in, once."""
    return own and running and may_load(by)
