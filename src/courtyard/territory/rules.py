"""What is right in the territory."""

from datetime import date

from courtyard.journal.reader import EVERYWHERE, Rank, Reader


def may_load_boundaries(by: Reader) -> bool:
    """Boundaries hold for everybody: only an administrator of the whole installation loads them."""
    return by.covers(EVERYWHERE, Rank.ADMINISTRATOR)


def overlap(a_from: date, a_to: date, b_from: date, b_to: date) -> bool:
    """Whether two spans share a day; the first and the last day of each belong to it."""
    return a_from <= b_to and b_from <= a_to
