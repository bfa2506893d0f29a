"""Links: stops that follow each other in a shortest walk, seen from their metres alone.

A stop whose ways all lead on through two others (or two junctions) lies on a stretch of street. A
shortest walk goes through such a stretch once, or from its ends inwards and back, and leaves out
only its longest gap: at each stop on it an even number of ways meet, and two equal ways over a gap
can be spared. So the stops of a stretch before and after its longest gap follow each other, and
only the ends of such links need to be searched for. This holds for the metres of shortest ways,
which know no detours; it takes a street of many doors for two or three stops.
"""

from typing import Any

import numpy as np

from courtyard.plan.compiled import compiled
from courtyard.plan.network import NOWHERE, Whole
from courtyard.plan.route_search import nearest_first

MOST = 8  # stops next to a stop; where there are more it lies on no stretch
SLACK = 1  # of three rounded distances


@compiled
def links(costs: Whole, tied: Any, ends_anywhere: bool) -> tuple[Whole, Whole]:
    """The stops in links: int32[n], and where each link begins there: int32[links + 1].

    ``costs`` int32[n, n] are a metric. ``tied`` bool[n] says which stops stay links of their own:
    where the walk begins and ends, if these differ. A walk that ``ends_anywhere`` may end beside
    a gap that it would otherwise not leave, so those are left open too.
    """
    count = len(costs)
    sole = np.full((count, 2), NOWHERE, np.int32)
    edge = np.full((count, 2), NOWHERE, np.int32)
    inner = np.zeros(count, np.bool_)
    near = nearest_first(costs, count - 1)
    for stop in range(count):
        if not tied[stop]:
            inner[stop] = _lies_on_a_stretch(costs, near, stop, sole, edge)
    chain, first = np.empty(count, np.int32), np.zeros(count + 1, np.int32)
    used = np.zeros(count, np.bool_)
    done, made = 0, 0
    gaps = np.empty(count + 1, np.int64)
    for stop in range(count):
        if used[stop]:
            continue
        if inner[stop]:
            length = _stretch(stop, sole, edge, inner, used, chain[done:], gaps)
            made = _split(gaps, length, done, ends_anywhere, first, made)
        else:
            chain[done], length = stop, 1
        done += length
        made += 1
        first[made] = done
    return chain, first[: made + 1]


@compiled
def _through(costs: Whole, a: int, b: int, c: int) -> bool:
    """Whether the way from a to c may lead through b."""
    return np.int64(costs[a, b]) + costs[b, c] <= np.int64(costs[a, c]) + SLACK  # type: ignore[no-any-return]


@compiled
def _lies_on_a_stretch(costs: Whole, near: Whole, stop: int, sole: Whole, edge: Whole) -> bool:
    """Whether the stop's ways lead to one or two sides; and, of each side, its metres and stop.

    A side is a stop (``sole``), or a junction before several stops, as far away as the ways to
    them are the same.
    """
    beside, side = np.empty(MOST, np.int32), np.zeros(MOST, np.int8)
    count = _next_stops(costs, near, stop, beside)
    for n in range(1, count):
        side[n] = _through(costs, beside[0], stop, beside[n])
    for n in range(count):
        for m in range(n):
            if _through(costs, beside[m], stop, beside[n]) != (side[m] != side[n]):
                return False
    for n in range(count):
        here = side[n]
        alone = edge[stop, here] == NOWHERE
        sole[stop, here] = beside[n] if alone else NOWHERE
        shared = costs[stop, beside[n]]
        for m in range(n):
            if side[m] == here:
                both = costs[stop, beside[m]] + costs[stop, beside[n]]
                shared = min(shared, (both - costs[beside[m], beside[n]]) // 2)
        edge[stop, here] = shared if alone else min(shared, edge[stop, here])
    return count > 0


@compiled
def _next_stops(costs: Whole, near: Whole, stop: int, beside: Whole) -> int:
    """The stops to which no way leads through another one; 0 if they are more than MOST."""
    count = 0
    for other in near[stop]:
        for n in range(count):
            if _through(costs, stop, beside[n], other):
                break
        else:
            if count == MOST:
                return 0
            beside[count] = other
            count += 1
    return count


@compiled
def _stretch(
    stop: int, sole: Whole, edge: Whole, inner: Any, used: Any, chain: Whole, gaps: Any
) -> int:
    """All stops of the stretch in order, and the gaps before, between and after; how many stops."""
    at, side = stop, 0
    while True:
        then, its = _onwards(at, side, sole, inner)
        if then in (NOWHERE, stop):
            break
        at, side = then, its
    length = 0
    gaps[0] = edge[at, side]
    side = 1 - side
    while True:
        used[at] = True
        chain[length] = at
        length += 1
        gaps[length] = edge[at, side]
        then, its = _onwards(at, side, sole, inner)
        if then == NOWHERE or used[then]:
            return length
        at, side = then, its


@compiled
def _onwards(at: int, side: int, sole: Whole, inner: Any) -> tuple[int, int]:
    """The next stop of the stretch on this side and the side on which that goes on, or NOWHERE."""
    then = np.int64(sole[at, side])
    if then != NOWHERE and inner[then]:
        for its in range(2):
            if sole[then, its] == at:
                return then, 1 - its  # type: ignore[return-value]
    return NOWHERE, 0


@compiled
def _split(gaps: Any, length: int, done: int, ends_anywhere: bool, first: Whole, made: int) -> int:
    """Begins a new link after each gap that may be left out; gives how many links there are."""
    if gaps[0] == NOWHERE or gaps[length] == NOWHERE:
        return made  # a dead end: there and back
    longest, from_first, from_last = 0, 0, 0
    total = gaps[: length + 1].sum()
    before, best_first, best_last = 0, 4 * total, 4 * total
    for at in range(length + 1):
        after = total - before - gaps[at]
        longest = at if gaps[at] > gaps[longest] else longest
        if before + 2 * after < best_first:
            from_first, best_first = at, before + 2 * after
        if 2 * before + after < best_last:
            from_last, best_last = at, 2 * before + after
        before += gaps[at]
    for at in range(1, length):
        if at == longest or (ends_anywhere and at in (from_first, from_last)):
            made += 1
            first[made] = done + at
    return made
