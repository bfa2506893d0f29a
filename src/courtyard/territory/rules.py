"""What is right in the territory."""

from courtyard.journal.reader import EVERYWHERE, Rank, Reader


def may_load_boundaries(by: Reader) -> bool:
    """Boundaries hold for everybody: only an administrator of the whole installation loads them."""
    return by.covers(EVERYWHERE, Rank.ADMINISTRATOR)
