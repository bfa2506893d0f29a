"""A building larger than a turf is shared out: by entrance, then by floor, else by number."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

Floors = Sequence[Sequence[int]]  # the doors on each floor, of each entrance
Landing = tuple[int, int]  # entrance and floor, both counted from 0


@dataclass(frozen=True, slots=True)
class Share:
    """Part of a building: its doors, from which landing to which; None: still to be surveyed."""

    doors: int
    first: Landing | None = None
    last: Landing | None = None


def shares(doors: int, least: int, most: int, floors: Floors | None = None) -> list[Share]:
    """A building's doors in shares of least to most; where that cannot be, the last is smaller.

    Shares end at an entrance where they can, else at a floor. Without floors, or where one alone
    is more than a turf, or where the floors' doors are not the building's, the shares are even
    and numbered, to be surveyed.
    """
    if doors <= most:
        return [Share(doors)]
    landings = [
        (entrance, floor, count)
        for entrance, counts in enumerate(floors or ())
        for floor, count in enumerate(counts)
        if count > 0
    ]
    if sum(count for *_, count in landings) == doors:
        ends = _ends(landings, least, most)
        if ends:
            return [_share(landings[a:b]) for a, b in zip([0, *ends], ends, strict=False)]
    return [Share(count) for count in sizes(doors, least, most)]


def sizes(doors: int, least: int, most: int) -> list[int]:
    """Even shares from least to most, as many as come nearest to the middle of the two.

    Where no number of shares does (70 doors for 40 to 60), one of the middle and what is left.
    """
    middle = (least + most) / 2
    counts = range(-(-doors // most), doors // max(least, 1) + 1)
    if not counts:
        whole = min(int(middle), doors - 1)
        return [whole, doors - whole]
    count = min(counts, key=lambda number: abs(doors / number - middle))
    return [doors // count + (number < doors % count) for number in range(count)]


def _ends(landings: list[tuple[int, int, int]], least: int, most: int) -> list[int]:
    """Where shares end: fewest entrances split, then most even; the last may be below the least.

    Dynamic programming over the landings. Empty if a landing alone is above the most.
    """
    sums = [0, *accumulate(count for *_, count in landings)]
    middle = (least + most) / 2
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(sums)):
        choice = (float("inf"), -1)
        inside = end < len(landings) and landings[end - 1][0] == landings[end][0]
        for begin in range(end - 1, -1, -1):
            load = sums[end] - sums[begin]
            if load > most:
                break
            short = load < least
            if short and end < len(landings):
                continue
            cost = best[begin][0] + 1e9 * short + 1e5 * inside + (load - middle) ** 2
            choice = min(choice, (cost, begin))
        best.append(choice)
    ends = []
    at = len(landings)
    while at > 0:
        if best[at][1] < 0:
            return []
        ends.append(at)
        at = best[at][1]
    return ends[::-1]


def _share(landings: list[tuple[int, int, int]]) -> Share:
    first, last = landings[0], landings[-1]
    return Share(sum(count for *_, count in landings), first[:2], last[:2])
