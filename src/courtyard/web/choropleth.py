"""Five steps of colour for a map, by quantiles. Pure."""

from bisect import bisect_right
from collections.abc import Sequence

STEPS = 5


def breaks(values: Sequence[float]) -> tuple[float, ...]:
    """The four values at which the next step begins, so that each holds about a fifth.

    Fewer where many values are equal: a step never begins twice.
    """
    ordered = sorted(values)
    if not ordered:
        return ()
    found = {ordered[len(ordered) * step // STEPS] for step in range(1, STEPS)}
    return tuple(sorted(found - {ordered[0]}))


def step(value: float, at: Sequence[float]) -> int:
    """The step of a value, 1 to 5; with fewer breaks the darkest is still 5."""
    return STEPS - len(at) + bisect_right(at, value)
