"""What is right about measures. Pure: plain values in, a verdict out."""

from courtyard.journal.reader import EVERYWHERE, Rank, Reader


def may_set_weights(by: Reader) -> bool:
    """What counts most holds for the whole organisation: one sets it who organises everywhere."""
    return by.covers(EVERYWHERE, Rank.ORGANISER)
