"""What a search for turfs works on: metres between near parts, and the tours as linked rings."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from courtyard.plan.compiled import bare, compiled
from courtyard.plan.network import Near, Whole

Short = NDArray[np.float32]
Long = NDArray[np.int64]
Dice = NDArray[np.uint64]


class Ways(NamedTuple):
    """Metres between parts: each part's nearest in order, and the same hashed for looking one up.

    ``near`` and ``metres`` are [n, k], nearest first; ``keys`` and ``values`` [n, 2**b] are an open
    hash of each row; ``reach`` [n] is how far the last of a row is.
    """

    near: Whole
    metres: Short
    keys: Whole
    values: Short
    reach: Short


class Tours(NamedTuple):
    """Each turf's closed tour as a ring of its parts; turfs without parts stand on a pile.

    Of each part: the part ``after`` it and ``before`` it, the metres of the ``step`` to the part
    after it, its ``turf`` (or -1). Of each turf: its ``load`` and its ``size`` in parts. ``pile``
    holds the free turf numbers, ``piled[0]`` how many.
    """

    after: Whole
    before: Whole
    step: Short
    turf: Whole
    load: Long
    size: Long
    pile: Whole
    piled: Long


def ways_of(near: Near) -> Ways:
    """The ways of a table of nearest parts."""
    parts, count = near.stops.shape
    room = 4
    while room < 2.2 * count:
        room *= 2
    ways = Ways(
        near.stops,
        near.metres.astype(np.float32),
        np.full((parts, room), -1, dtype=np.int32),
        np.zeros((parts, room), dtype=np.float32),
        np.zeros(parts, dtype=np.float32),
    )
    _hash(ways)
    return ways


def tours_of(turf: Whole, order: Whole, loads: Long, ways: Ways) -> Tours:
    """Tours that visit each turf's parts in the given order; room for as many turfs as parts."""
    parts = len(turf)
    tours = Tours(
        np.arange(parts, dtype=np.int32),
        np.arange(parts, dtype=np.int32),
        np.zeros(parts, dtype=np.float32),
        np.full(parts, -1, dtype=np.int32),
        np.zeros(parts, dtype=np.int64),
        np.zeros(parts, dtype=np.int64),
        np.zeros(parts, dtype=np.int32),
        np.zeros(1, dtype=np.int64),
    )
    _link(tours, ways, turf, order, loads)
    return tours


@bare
def metres_between(ways: Ways, one: int, other: int) -> np.float32:
    """Metres from one part to another; a guess from above for parts far from each other."""
    if one == other:
        return np.float32(0.0)
    found = _find(ways.keys, ways.values, one, other)
    if found < 0:
        found = _find(ways.keys, ways.values, other, one)
    if found < 0:
        found = np.float32(2.0) * (ways.reach[one] + ways.reach[other]) + np.float32(1.0)
    return found


@bare
def draw(dice: Dice) -> np.uint64:
    """The next 64 random bits (xorshift64, Marsaglia 2003), the same on every machine."""
    bits: np.uint64 = dice[0]
    bits ^= bits << np.uint64(13)
    bits ^= bits >> np.uint64(7)
    bits ^= bits << np.uint64(17)
    dice[0] = bits
    return bits


@bare
def chance(dice: Dice) -> float:
    """The next random number from 0 up to 1."""
    return float(draw(dice) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


def dice_of(seed: int) -> Dice:
    """Random bits that start from a seed (splitmix64 spreads it)."""
    mixed = (seed * 2 + 1) * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF
    mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9 & 0xFFFFFFFFFFFFFFFF
    return np.array([(mixed ^ mixed >> 27) | 1], dtype=np.uint64)


@bare
def _find(keys: Whole, values: Short, row: int, key: int) -> np.float32:
    mask = keys.shape[1] - 1
    place = ((key * 40503) >> 3) & mask
    while True:
        there = keys[row, place]
        if there == key:
            found: np.float32 = values[row, place]
            return found
        if there < 0:
            return np.float32(-1.0)
        place = (place + 1) & mask


@compiled
def _hash(ways: Ways) -> None:
    mask = ways.keys.shape[1] - 1
    for row in range(len(ways.near)):
        for rank in range(ways.near.shape[1]):
            key = ways.near[row, rank]
            if key < 0:
                break
            place = ((key * 40503) >> 3) & mask
            while ways.keys[row, place] >= 0:
                place = (place + 1) & mask
            ways.keys[row, place] = key
            ways.values[row, place] = ways.metres[row, rank]
            ways.reach[row] = ways.metres[row, rank]


@compiled
def _link(tours: Tours, ways: Ways, turf: Whole, order: Whole, loads: Long) -> None:
    last = np.full(len(turf), -1, dtype=np.int32)
    for part in order:
        there = turf[part]
        if last[there] >= 0:
            end = last[there]
            begin = tours.after[end]
            tours.after[end] = part
            tours.before[part] = end
            tours.after[part] = begin
            tours.before[begin] = part
        last[there] = part
        tours.turf[part] = there
        tours.load[there] += loads[part]
        tours.size[there] += 1
    for part in range(len(turf)):
        tours.step[part] = metres_between(ways, part, tours.after[part])
    for number in range(len(turf) - 1, -1, -1):
        if tours.size[number] == 0:
            tours.pile[tours.piled[0]] = number
            tours.piled[0] += 1
