"""The search for a short round: local improvement, kicked out of each dead end and tried again.

Moves are 2-opt (Croes 1958) and Or-opt (Or 1976) over neighbour lists, tried only round stops
whose surroundings have changed (Bentley 1992); a kick exchanges two short stretches that follow
each other, a local double bridge (Martin, Otto and Felten 1991; Johnson and McGeoch 1997).
"""

from typing import Any

import numpy as np

from courtyard.plan.compiled import compiled
from courtyard.plan.network import Whole

FIXED = -(1 << 28)  # what it costs to go between two stops that must follow each other
NEIGHBOURS = 16  # stops that are tried beside a stop
LONGEST = 8  # stops that are carried elsewhere at once
STRETCH = 50  # stops of each of the two stretches that a kick exchanges
ROOM = 25  # by what part of the round it may be longer than the best, at first


@compiled
def search(costs: Whole, kicks: int, seed: int) -> Whole:
    """A short round through all stops, from stop 0: int32[n].

    ``costs`` is int32[n, n], symmetric; FIXED where two stops must follow each other. The same
    seed and kicks give the same round.
    """
    count = len(costs)
    near = nearest_first(costs, min(NEIGHBOURS, count - 1))
    tour = _nearest_next(costs, near)
    place = np.empty(count, np.int32)
    _number(tour, place)
    todo, waits = np.zeros(count + 1, np.int32), np.zeros(count, np.bool_)
    spare = np.empty(count, np.int32)
    state = (tour, place, spare, todo, waits)
    for stop in tour[::-1]:
        _look_at(stop, todo, waits)
    _improve(costs, near, state)
    if count > 5:
        _kicked(costs, near, state, kicks, seed)
    return np.concatenate((tour[place[0] :], tour[: place[0]]))


@compiled
def nearest_first(costs: Whole, count: int) -> Whole:
    """The ``count`` nearest other stops of each stop, of equals the lower: int32[n, count]."""
    near = np.empty((len(costs), count), np.int32)
    for stop in range(len(costs)):
        found = 0
        for other in range(len(costs)):
            if other == stop:
                continue
            if found < count:
                at = found
                found += 1
            elif costs[stop, other] < costs[stop, near[stop, count - 1]]:
                at = count - 1
            else:
                continue
            while at > 0 and costs[stop, near[stop, at - 1]] > costs[stop, other]:
                near[stop, at] = near[stop, at - 1]
                at -= 1
            near[stop, at] = other
    return near


@compiled
def _nearest_next(costs: Whole, near: Whole) -> Whole:
    """The round that always goes to the nearest stop not yet visited."""
    count = len(costs)
    tour = np.zeros(count, np.int32)
    seen = np.zeros(count, np.bool_)
    seen[0] = True
    for at in range(1, count):
        here, then = tour[at - 1], -1
        for other in near[here]:
            if not seen[other]:
                then = other
                break
        if then < 0:
            for other in range(count):
                if not seen[other] and (then < 0 or costs[here, other] < costs[here, then]):
                    then = other
        tour[at] = then
        seen[then] = True
    return tour


@compiled
def _number(tour: Whole, place: Whole) -> None:
    for at in range(len(tour)):
        place[tour[at]] = at


@compiled
def _kicked(costs: Whole, near: Whole, state: Any, kicks: int, seed: int) -> None:
    """Kicks and improves. What became longer stands while it is within the room of the best.

    The room shrinks to nothing (record-to-record travel, Dueck 1993), so that the round gets out
    of valleys at first and settles in one at last.
    """
    tour, place = state[0], state[1]
    best, now, places = tour.copy(), tour.copy(), place.copy()
    behind = 0  # how much longer than the best
    room = _length(costs, tour) // ROOM
    dice = np.uint64(seed) * np.uint64(2654435761) + np.uint64(88172645463325252)
    for kick in range(kicks):
        dice, saved = _kick(costs, state, dice)
        saved += _improve(costs, near, state)
        if behind - saved > room * (kicks - kick) // kicks:
            tour[:] = now
            place[:] = places
            continue
        now[:] = tour
        places[:] = place
        behind -= saved
        if behind < 0:
            behind = 0
            best[:] = tour
    tour[:] = best
    _number(tour, place)


@compiled
def _length(costs: Whole, tour: Whole) -> Any:
    """What the round costs, but for what must be."""
    total: Any = 0
    for at in range(len(tour)):
        cost = np.int64(costs[tour[at - 1], tour[at]])
        total += 0 if cost == FIXED else cost
    return total


@compiled
def _kick(costs: Whole, state: Any, dice: Any) -> tuple[Any, Any]:
    """Exchanges two stretches; gives the dice and what it saved."""
    tour, place, spare, todo, waits = state
    count = len(tour)
    most = min(STRETCH, count // 2 - 1)
    dice, before = _roll(dice, count)
    dice, first = _roll(dice, most)
    dice, second = _roll(dice, most)
    before = _loose(costs, tour, before)
    middle = _loose(costs, tour, before + 1 + first)
    last = _loose(costs, tour, middle + 1 + second)
    if last - before > count - 1:
        return dice, 0
    a, b = tour[before % count], tour[(before + 1) % count]
    c, d = tour[middle % count], tour[(middle + 1) % count]
    e, f = tour[last % count], tour[(last + 1) % count]
    saved = np.int64(costs[a, b]) + costs[c, d] + costs[e, f]
    saved -= np.int64(costs[a, d]) + costs[e, b] + costs[c, f]
    _carry(tour, place, spare, (before + 1) % count, middle - before, last - middle, 1, False)
    for stop in (a, b, c, d, e, f):
        _look_at(stop, todo, waits)
    return dice, saved


@compiled
def _roll(dice: Any, sides: int) -> tuple[Any, Any]:
    """A number below ``sides`` (xorshift, Marsaglia 2003)."""
    dice ^= dice << np.uint64(13)
    dice ^= dice >> np.uint64(7)
    dice ^= dice << np.uint64(17)
    return dice, np.int64((dice >> np.uint64(33)) * np.uint64(sides) >> np.uint64(31))


@compiled
def _loose(costs: Whole, tour: Whole, at: int) -> Any:
    """This place, or the next if the stops here and there must follow each other."""
    count = len(tour)
    return at + (costs[tour[at % count], tour[(at + 1) % count]] == FIXED)


@compiled
def _look_at(stop: int, todo: Whole, waits: Any) -> None:
    """Puts a stop on the pile of those to look at; its height is the last number of ``todo``."""
    if not waits[stop]:
        waits[stop] = True
        todo[todo[-1]] = stop
        todo[-1] += 1


@compiled
def _improve(costs: Whole, near: Whole, state: Any) -> Any:
    """Improves round the stops to look at until none is left; gives what was saved."""
    todo, waits = state[3], state[4]
    total: Any = 0
    while todo[-1] > 0:
        todo[-1] -= 1
        stop: Any = np.int64(todo[todo[-1]])
        waits[stop] = False
        saved = 1
        while saved > 0:
            saved = _turn(costs, near, state, stop)
            if saved == 0:
                saved = _shift(costs, near, state, stop)
            total += saved
    return total


@compiled
def _turn(costs: Whole, near: Whole, state: Any, stop: int) -> Any:
    """2-opt: leaves ``stop`` towards a nearer one and turns the stretch between round."""
    tour, place, _, todo, waits = state
    for step in (1, -1):
        then = _beside(tour, place, stop, step)
        there = np.int64(costs[stop, then])
        for other in near[stop]:
            saved = there - costs[stop, other]
            if saved <= 0:
                break
            after = _beside(tour, place, other, step)
            saved += np.int64(costs[other, after]) - costs[then, after]
            if saved > 0:
                if step == 1:
                    _reverse(tour, place, place[then], place[other])
                else:
                    _reverse(tour, place, place[stop], place[after])
                _look_at(then, todo, waits)
                _look_at(other, todo, waits)
                _look_at(after, todo, waits)
                return saved
    return 0


@compiled
def _shift(costs: Whole, near: Whole, state: Any, stop: int) -> int:
    """Or-opt: carries up to LONGEST stops, of which ``stop`` is one end, to beside a nearer one."""
    tour, place, _, todo, waits = state
    for step in (1, -1):
        before = _beside(tour, place, stop, -step)
        tail = stop
        for length in range(1, min(LONGEST, len(tour) - 3) + 1):
            if length > 1:
                tail = _beside(tour, place, tail, step)
            after = _beside(tour, place, tail, step)
            freed = np.int64(costs[before, stop]) + costs[tail, after] - costs[before, after]
            if freed <= 0:
                continue
            saved, other, beside = _landing(costs, near, state, stop, tail, step, length, freed)
            if saved > 0:
                _land(state, stop, tail, step, length, other, beside)
                for end in (before, after, tail, other, beside):
                    _look_at(end, todo, waits)
                return saved
    return 0


@compiled
def _landing(
    costs: Whole, near: Whole, state: Any,
    stop: int, tail: int, step: int, length: int, freed: int,
) -> tuple[int, int, int]:  # fmt: skip
    """Where the stretch from ``stop`` to ``tail`` may be put: what it saves, and between whom."""
    tour, place = state[0], state[1]
    count = len(tour)
    for other in near[stop]:
        saved = freed - costs[stop, other]
        if saved <= 0:
            break
        if _wrapped((place[other] - place[stop]) * step, count) < length:
            continue  # lies in the stretch
        for side in (1, -1):
            beside = _beside(tour, place, other, side)
            if _wrapped((place[beside] - place[stop]) * step, count) < length:
                continue  # where it is already
            gain = saved + np.int64(costs[other, beside]) - costs[tail, beside]
            if gain > 0:
                return gain, np.int64(other), beside  # type: ignore[return-value]
    return 0, -1, -1


@compiled
def _land(
    state: Any, stop: int, tail: int, step: int, length: int, other: int, beside: int
) -> None:
    """Puts the stretch between two stops that follow each other, ``stop`` next to ``other``."""
    tour, place, spare = state[0], state[1], state[2]
    count = len(tour)
    head, foot = (stop, tail) if step == 1 else (tail, stop)
    lower, upper = other, beside
    if _wrapped(place[other] + 1, count) != place[beside]:
        lower, upper = beside, other
    over = _wrapped(place[lower] - place[foot], count)
    under = _wrapped(place[head] - place[upper], count)
    if over <= under:
        turned = (head == stop) != (lower == other)
        _carry(tour, place, spare, place[head], length, over, 1, turned)
    else:
        turned = (foot == stop) != (upper == other)
        _carry(tour, place, spare, place[foot], length, under, -1, turned)


@compiled
def _carry(
    tour: Whole, place: Whole, spare: Whole,
    first: int, length: int, over: int, step: int, turned: bool,
) -> None:  # fmt: skip
    """Carries ``length`` stops from place ``first``, in direction step, over the next ``over``."""
    count = len(tour)
    at = first
    for taken in range(length):
        spare[taken] = tour[at]
        at = _wrapped(at + step, count)
    to = first
    for _ in range(over):
        tour[to] = tour[at]
        place[tour[to]] = to
        at, to = _wrapped(at + step, count), _wrapped(to + step, count)
    for taken in range(length):
        tour[to] = spare[length - 1 - taken if turned else taken]
        place[tour[to]] = to
        to = _wrapped(to + step, count)


@compiled
def _reverse(tour: Whole, place: Whole, first: int, last: int) -> None:
    """Turns the stretch of places round; or, the same round, all the others if they are fewer."""
    count = len(tour)
    length = _wrapped(last - first, count) + 1
    if 2 * length > count:
        first, last = _wrapped(last + 1, count), _wrapped(first - 1, count)
        length = count - length
    for _ in range(length // 2):
        a, b = tour[first], tour[last]
        tour[first], place[b] = b, first
        tour[last], place[a] = a, last
        first, last = _wrapped(first + 1, count), _wrapped(last - 1, count)


@compiled
def _beside(tour: Whole, place: Whole, stop: int, step: int) -> int:
    return np.int64(tour[_wrapped(place[stop] + step, len(tour))])  # type: ignore[return-value]


@compiled
def _wrapped(at: int, count: int) -> int:
    if at >= count:
        return at - count
    if at < 0:
        return at + count
    return at
