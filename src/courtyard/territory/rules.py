"""What is right in the territory."""

from collections.abc import Set
from datetime import date
from typing import Literal

from courtyard.journal.reader import EVERYWHERE, Rank, Reader


def may_load_boundaries(by: Reader) -> bool:
    """Boundaries hold for everybody: only an administrator of the whole installation loads them."""
    return by.covers(EVERYWHERE, Rank.ADMINISTRATOR)


def may_load_ground(by: Reader) -> bool:
    """Streets and buildings hold for everybody, like boundaries."""
    return by.covers(EVERYWHERE, Rank.ADMINISTRATOR)


def may_count(by: Reader) -> bool:
    """Counts are copied for everybody by those who load what is counted."""
    return by.covers(EVERYWHERE, Rank.ORGANISER)


def may_correct(by: Reader, *paths: str) -> bool:
    """How doors lie is corrected by whoever has been there: canvassers of any area around them."""
    return any(by.covers(path, Rank.CANVASSER) for path in paths if path)


def overlap(a_from: date, a_to: date, b_from: date, b_to: date) -> bool:
    """Whether two spans share a day; the first and the last day of each belong to it."""
    return a_from <= b_to and b_from <= a_to


def follows(new: Set[object], old: Set[object]) -> Literal["newer", "elsewhere", "part"]:
    """Whether a file is a newer one of what stands for `old`, or one of another place.

    It is newer if it has at least half of what the old one had, and elsewhere if the two share no
    more than a tenth of the smaller: neighbours meet at their border. What lies between is a part,
    which must not take the place of the whole.
    """
    shared = len(new & old)
    if not old or 10 * shared <= min(len(new), len(old)):
        return "elsewhere"
    return "newer" if 2 * shared >= len(old) else "part"
