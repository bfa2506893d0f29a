"""What is right in the territory."""

from datetime import date

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
