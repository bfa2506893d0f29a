"""Turfs are improved by taking some parts out of neighbouring tours and putting each back in best.

Slack induction by string removals (Christiaens and Vanden Berghe 2020), on closed tours without a
depot, under simulated annealing. A turf is never above the most; each unit below the least costs
``fine`` metres, which grows until it decides. What an iteration costs does not depend on how many
parts there are: only near parts are looked at, and iterations work through the ground window by
window, so that what they read stays in the processor's cache.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from courtyard.plan.compiled import bare
from courtyard.plan.network import Whole
from courtyard.plan.turf_state import Dice, Long, Short, Tours, Ways, chance, draw, metres_between

LONGEST = 20  # parts taken out of one tour in one piece, at most
TAKEN = 15.0  # parts taken out in one iteration, on average
OPENING = 15  # a turf is opened once in so many and one iterations
WINDOW = 500  # parts worked on before going on
OUT, IN, OPENED = 0, 1, 2


class Log(NamedTuple):
    """What an iteration did, to take it back: ``entries[0]`` of them, and what is out."""

    what: NDArray[np.int8]
    part: Whole
    before: Whole
    after: Whole
    turf: Whole
    step_before: Short
    step: Short
    entries: Long
    out: Whole
    outs: Long
    rank: NDArray[np.float64]
    touched: Long


class Terms(NamedTuple):
    """The parts' loads and pins, a turf's bounds, the fine for a unit below them, the heat.

    ``looked_at`` is how many near parts there are beside which a part may be put back.
    """

    loads: Long
    pinned: NDArray[np.bool_]
    least: int
    most: int
    fine: float
    heat: float
    looked_at: int


def log_for(parts: int) -> Log:
    """An empty log for a ground of so many parts."""
    room = 16 * LONGEST
    whole = np.zeros((5, room), dtype=np.int32)
    short = np.zeros((2, room), dtype=np.float32)
    return Log(
        np.zeros(room, dtype=np.int8),
        *(whole[0], whole[1], whole[2], whole[3]),
        *(short[0], short[1]),
        np.zeros(1, dtype=np.int64),
        whole[4],
        np.zeros(1, dtype=np.int64),
        np.zeros(room),
        np.zeros(parts + 1, dtype=np.int64),
    )


@bare
def sweep(
    ways: Ways, tours: Tours, terms: Terms, seeds: Whole, each: float, log: Log, dice: Dice
) -> float:
    """Goes over the ground once, ``each`` iterations a seed; gives the change in metres and fines.

    ``seeds`` are the parts around which parts are taken out, in an order in which neighbours follow
    each other. The tours are changed in place.
    """
    changed = 0.0
    count = len(seeds)
    windows = max(1, count // WINDOW)
    shift = int(draw(dice) % np.uint64(count))
    for window in range(windows):
        low = window * count // windows
        width = (window + 1) * count // windows - low
        for _ in range(int(each * width + chance(dice))):
            at = (shift + low + int(draw(dice) % np.uint64(width))) % count
            change = _ruin(ways, tours, terms, seeds[at], log, dice)
            _rank(terms.loads, log, dice)
            change += _recreate(ways, tours, terms, log, dice)
            if change < -terms.heat * np.log(chance(dice) + 1e-300):
                changed += change
            else:
                _take_back(tours, terms.loads, log)
    return changed


@bare
def dissolve(ways: Ways, tours: Tours, terms: Terms, part: int, log: Log, dice: Dice) -> bool:
    """Shares a part's whole turf out among its neighbours, if that costs less; says if it did.

    A string is at most LONGEST parts, so a sweep alone never gives up a turf of more.
    """
    log.entries[0] = 0
    log.outs[0] = 0
    turf = tours.turf[part]
    fits = 2 * tours.size[turf] <= len(log.part)
    change = -_fine(terms, tours.load[turf])
    while fits and tours.size[turf]:
        following = tours.after[part]
        if terms.pinned[part]:
            fits = False
        else:
            change += _take(ways, tours, terms.loads, part, log)
        part = following
    if fits:
        _rank(terms.loads, log, dice)
        change += _recreate(ways, tours, terms, log, dice)
    if fits and change < 0.0:
        return True
    _take_back(tours, terms.loads, log)
    return False


@bare
def _fine(terms: Terms, load: int) -> float:
    if 0 < load < terms.least:
        return terms.fine * (terms.least - load)
    return 0.0


@bare
def _ruin(ways: Ways, tours: Tours, terms: Terms, seed: int, log: Log, dice: Dice) -> float:
    """Takes a string of parts out of each of a few tours near the seed; gives the change."""
    log.entries[0] = 0
    log.outs[0] = 0
    log.touched[-1] += 1
    now = log.touched[-1]
    change = 0.0
    strings = 1 + int(chance(dice) * (4.0 * TAKEN / (1 + LONGEST) - 1.0))
    part = seed
    rank = 0
    while True:
        turf = tours.turf[part]
        if turf >= 0 and log.touched[turf] != now:
            log.touched[turf] = now
            fined = _fine(terms, tours.load[turf])
            change += _take_string(ways, tours, terms, part, log, dice)
            change += _fine(terms, tours.load[turf]) - fined
            strings -= 1
        if strings == 0 or rank == ways.near.shape[1] or ways.near[seed, rank] < 0:
            return change
        part = ways.near[seed, rank]
        rank += 1


@bare
def _take_string(ways: Ways, tours: Tours, terms: Terms, part: int, log: Log, dice: Dice) -> float:
    """Takes a string out of the part's tour, around the part; half of the strings keep a middle."""
    turf = tours.turf[part]
    size = tours.size[turf]
    taken = 1 + int(chance(dice) * min(size, LONGEST))
    taken = min(taken, size)
    kept = 0
    if 1 < taken < size and draw(dice) & np.uint64(1):
        while taken + kept < size and chance(dice) < 0.5:
            kept += 1
    keep_from = 1 + int(chance(dice) * (taken - 1)) if kept else 0
    for _ in range(int(chance(dice) * (taken + kept))):
        part = tours.before[part]
    change = 0.0
    for at in range(taken + kept):
        following = tours.after[part]
        if not (keep_from <= at < keep_from + kept) and not terms.pinned[part]:
            change += _take(ways, tours, terms.loads, part, log)
        part = following
    return change


@bare
def _take(ways: Ways, tours: Tours, loads: Long, part: int, log: Log) -> float:
    before, after, turf = tours.before[part], tours.after[part], tours.turf[part]
    entry = log.entries[0]
    log.what[entry] = OUT
    log.part[entry] = part
    log.before[entry] = before
    log.after[entry] = after
    log.turf[entry] = turf
    log.step_before[entry] = tours.step[before]
    log.step[entry] = tours.step[part]
    log.entries[0] += 1
    log.out[log.outs[0]] = part
    log.outs[0] += 1
    tours.turf[part] = -1
    tours.load[turf] -= loads[part]
    tours.size[turf] -= 1
    if before == part:
        tours.pile[tours.piled[0]] = turf
        tours.piled[0] += 1
        return 0.0
    step = metres_between(ways, before, after)
    change = float(step - tours.step[before] - tours.step[part])
    tours.after[before] = after
    tours.before[after] = before
    tours.step[before] = step
    return change


@bare
def _rank(loads: Long, log: Log, dice: Dice) -> None:
    """Orders what is out: at random, or the heaviest first."""
    heavy = draw(dice) & np.uint64(1)
    for at in range(log.outs[0]):
        part = log.out[at]
        rank = chance(dice)
        if heavy:
            rank -= loads[part]
        place = at
        while place > 0 and log.rank[place - 1] > rank:
            log.rank[place] = log.rank[place - 1]
            log.out[place] = log.out[place - 1]
            place -= 1
        log.rank[place] = rank
        log.out[place] = part


@bare
def _recreate(ways: Ways, tours: Tours, terms: Terms, log: Log, dice: Dice) -> float:
    """Puts each part that is out where it costs least, or opens a turf for it; gives the change."""
    change = 0.0
    opening = _opens(terms, log, dice)
    for at in range(log.outs[0]):
        part = log.out[at]
        if opening and at == 0:
            before, cost = -1, _fine(terms, terms.loads[part])
        else:
            before, cost = _best_place(ways, tours, terms, part, dice)
        entry = log.entries[0]
        if before < 0:
            tours.piled[0] -= 1
            turf = tours.pile[tours.piled[0]]
            log.what[entry] = OPENED
            tours.after[part] = part
            tours.before[part] = part
            tours.step[part] = 0.0
        else:
            turf = tours.turf[before]
            after = tours.after[before]
            log.what[entry] = IN
            log.before[entry] = before
            log.after[entry] = after
            log.step_before[entry] = tours.step[before]
            tours.after[before] = part
            tours.before[part] = before
            tours.after[part] = after
            tours.before[after] = part
            tours.step[before] = metres_between(ways, before, part)
            tours.step[part] = metres_between(ways, part, after)
        log.part[entry] = part
        log.turf[entry] = turf
        log.entries[0] += 1
        tours.turf[part] = turf
        tours.load[turf] += terms.loads[part]
        tours.size[turf] += 1
        change += cost
    return change


@bare
def _opens(terms: Terms, log: Log, dice: Dice) -> bool:
    """Whether to open a turf for the first that is out, although it costs more.

    So now and then, where the others can fill it: one after the other they would not leave the
    turfs that there are.
    """
    out = 0
    for at in range(log.outs[0]):
        out += terms.loads[log.out[at]]
    return bool(out >= terms.least and draw(dice) & np.uint64(OPENING) == 0)


@bare
def _best_place(ways: Ways, tours: Tours, terms: Terms, part: int, dice: Dice) -> tuple[int, float]:
    """The part after which it costs least (-1: in a turf of its own), and what it costs.

    A place is overlooked now and then (a “blink”), so that not every iteration ends the same way.
    """
    load = terms.loads[part]
    best = _fine(terms, load)
    found = -1
    for rank in range(min(terms.looked_at, ways.near.shape[1])):
        beside = ways.near[part, rank]
        if beside < 0:
            break
        turf = tours.turf[beside]
        if turf < 0 or tours.load[turf] + load > terms.most:
            continue
        if draw(dice) & np.uint64(127) == 0:
            continue
        cost = float(ways.metres[part, rank])
        cost += _fine(terms, tours.load[turf] + load) - _fine(terms, tours.load[turf])
        if cost - tours.step[beside] < best:
            whole = cost + metres_between(ways, part, tours.after[beside]) - tours.step[beside]
            if whole < best:
                best, found = whole, beside
        before = tours.before[beside]
        if cost - tours.step[before] < best:
            whole = cost + metres_between(ways, part, before) - tours.step[before]
            if whole < best:
                best, found = whole, before
    return found, best


@bare
def _take_back(tours: Tours, loads: Long, log: Log) -> None:
    """Undoes the iteration, last entry first."""
    for entry in range(log.entries[0] - 1, -1, -1):
        part, turf = log.part[entry], log.turf[entry]
        before, after = log.before[entry], log.after[entry]
        if log.what[entry] == OUT:
            if tours.size[turf] == 0:
                tours.piled[0] -= 1
            tours.after[part] = after
            tours.before[part] = before
            tours.step[part] = log.step[entry]
            if before != part:
                tours.after[before] = part
                tours.before[after] = part
                tours.step[before] = log.step_before[entry]
            tours.turf[part] = turf
            tours.load[turf] += loads[part]
            tours.size[turf] += 1
            continue
        if log.what[entry] == IN:
            tours.after[before] = after
            tours.before[after] = before
            tours.step[before] = log.step_before[entry]
        else:
            tours.pile[tours.piled[0]] = turf
            tours.piled[0] += 1
        tours.turf[part] = -1
        tours.load[turf] -= loads[part]
        tours.size[turf] -= 1
