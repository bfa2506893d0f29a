"""The search for turfs from start to end: a first cut, sweeps that cool, and repairs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, depth_first_order, minimum_spanning_tree

from courtyard.plan.compiled import compiled
from courtyard.plan.network import Near, Network, Whole, nearest_stops
from courtyard.plan.turf_search import Log, Terms, dissolve, log_for, sweep
from courtyard.plan.turf_state import Long, Tours, Ways, dice_of, tours_of, ways_of

NEAR = 100  # parts whose metres are known from each part
LOOKED_AT = 20  # of them those beside which a part may be put back; all, once bounds are at stake
SWEEPS = 60
REPAIRS, IN_VAIN = 40, 8
HOT, COLD = 1.0, 0.02  # of the ground's spacing
LENIENT, STRICT = 0.25, 25.0  # of the ground's spacing, for a fiftieth of a turf below the least
FEW, MOST_TRIES = 150, 24  # parts that are searched for from several beginnings, and how often
ANOTHER = 7919  # from one beginning's seed to the next
ITERATIONS = (150, 1500, 1_500_000)  # a part at least, a part at most, and in all in between


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: metres before and after, sweeps, iterations, and if it was stopped."""

    metres_before: float
    metres: float
    sweeps: int
    iterations: int
    stopped: bool


def search(
    network: Network,
    nodes: Whole,
    loads: Long,
    bounds: tuple[int, int],
    *,
    seed: int,
    effort: float = 1.0,
    stop: Callable[[], bool] = lambda: False,
    rings: Sequence[Whole] | None = None,
    pinned: NDArray[np.bool_] | None = None,
) -> tuple[list[Whole], Found]:
    """The turfs of parts at nodes, each as its parts in the order of a closed walk, and the report.

    No load may be above the upper bound. ``rings`` is the cut to start from, if there is one, with
    parts that stay where they are ``pinned``. ``effort`` scales the iterations.
    """
    near = nearest_stops(network, nodes, max(1, min(NEAR, len(nodes) - 1)))
    order = _order(near)
    ways = ways_of(_renumbered(near, order))
    loads = loads[order]
    turf = _first(loads, bounds) if rings is None else _given(rings, order)
    sequence = np.arange(len(order)) if rings is None else np.argsort(order)[np.concatenate(rings)]
    held = np.zeros(len(order), dtype=bool) if pinned is None else pinned[order]
    best: tuple[float, float, Tours, Found] | None = None
    for once in range(min(MOST_TRIES, 1 + FEW // len(order))):
        tours = tours_of(turf, sequence.astype(np.int32), loads, ways)
        before = float(tours.step.sum(dtype=np.float64))
        dice = dice_of(seed + once * ANOTHER)
        sweeps, iterations, stopped = _anneal(ways, tours, loads, held, bounds, dice, effort, stop)
        metres = float(tours.step.sum(dtype=np.float64))
        found = Found(before, metres, sweeps, iterations, stopped)
        if best is None or (_short(tours, bounds), metres) < best[:2]:
            best = _short(tours, bounds), metres, tours, found
    assert best is not None  # noqa: S101  # there is always a first time
    return [order[ring].astype(np.int32) for ring in rings_of(best[2])], best[3]


def rings_of(tours: Tours) -> list[Whole]:
    """The parts of each turf in the order of its walk; turfs in the order of their first parts."""
    walk = np.empty(len(tours.turf), dtype=np.int32)
    ends = np.zeros(len(tours.turf), dtype=np.int64)
    count = _unwind(tours.after, walk, ends)
    return np.split(walk, ends[: count - 1]) if count else []


def _order(near: Near) -> NDArray[np.int64]:
    """The parts so that neighbours follow each other: depth first through their shortest tree."""
    parts, count = near.stops.shape
    some = min(16, count)
    rows = np.repeat(np.arange(parts), some)
    ends, metres = near.stops[:, :some].ravel(), near.metres[:, :some].ravel()
    there = ends >= 0
    graph = csr_array(  # a way of no metres would be no way to scipy
        (metres[there] + 0.01, (rows[there], ends[there])), shape=(parts, parts)
    )
    tree = minimum_spanning_tree(graph)
    labels = connected_components(tree, directed=False)[1]
    roots = np.unique(labels, return_index=True)[1]
    both = tree + tree.T
    return np.concatenate(
        [depth_first_order(both, root, return_predecessors=False) for root in roots]
    ).astype(np.int64)


def _renumbered(near: Near, order: NDArray[np.int64]) -> Near:
    new = np.empty(len(order) + 1, dtype=np.int32)
    new[order] = np.arange(len(order), dtype=np.int32)
    new[-1] = -1  # NOWHERE stays so
    return Near(new[near.stops[order]], near.metres[order])


def _first(loads: Long, bounds: tuple[int, int]) -> Whole:
    """Parts one after the other, a new turf whenever the middle of the bounds would be passed."""
    turf = np.empty(len(loads), dtype=np.int32)
    full = (bounds[0] + bounds[1]) / 2
    number, load = 0, 0
    for part, more in enumerate(loads.tolist()):
        if load and load + more > full:
            number, load = number + 1, 0
        turf[part] = number
        load += more
    return turf


def _given(rings: Sequence[Whole], order: NDArray[np.int64]) -> Whole:
    turf = np.empty(len(order), dtype=np.int32)
    for number, ring in enumerate(rings):
        turf[ring] = number
    return turf[order]


def _anneal(
    ways: Ways,
    tours: Tours,
    loads: Long,
    pinned: NDArray[np.bool_],
    bounds: tuple[int, int],
    dice: NDArray[np.uint64],
    effort: float,
    stop: Callable[[], bool],
) -> tuple[int, int, bool]:
    """Sweeps that cool while the fine grows, then repairs; gives sweeps, iterations, stopped."""
    parts = len(loads)
    seeds = np.arange(parts, dtype=np.int32)
    log = log_for(parts)
    spacing = _spacing(ways)
    unit = 100.0 / sum(bounds)
    least, most, total = ITERATIONS
    each = effort * min(max(least, total / parts), most) / SWEEPS
    for number in range(SWEEPS):
        if stop():
            break
        share = number / (SWEEPS - 1)
        heat = spacing * HOT * (COLD / HOT) ** share
        fine = spacing * unit * LENIENT * (STRICT / LENIENT) ** share
        terms = Terms(loads, pinned, *bounds, fine, heat, LOOKED_AT)
        sweep(ways, tours, terms, seeds, each, log, dice)
    else:
        number = SWEEPS
    terms = Terms(loads, pinned, *bounds, spacing * unit * 1000.0, spacing * COLD, NEAR)
    repaired = _repair(ways, tours, terms, log, dice)
    return number + repaired, int(number * each * parts), number < SWEEPS


def _repair(ways: Ways, tours: Tours, terms: Terms, log: Log, dice: NDArray[np.uint64]) -> int:
    """Works around the turfs below the least until there is none, or it no longer gets better.

    Those that are left are given up then, where their neighbours have room.
    """
    least, better = np.inf, 0
    for tries in range(REPAIRS):
        short = (tours.load < terms.least) & (tours.size > 0)
        missing = float((terms.least - tours.load[short]).sum())
        if missing < least:
            least, better = missing, tries
        if not short.any():
            return tries
        parts = np.flatnonzero(short[tours.turf]).astype(np.int32)
        if tries - better > IN_VAIN:
            firsts = parts[np.unique(tours.turf[parts], return_index=True)[1]]
            if not sum(dissolve(ways, tours, terms, first, log, dice) for first in firsts):
                return tries
            continue
        around = np.unique(np.r_[parts, ways.near[parts, : 4 * (1 + tries)].ravel()])
        sweep(ways, tours, terms, around[around >= 0].astype(np.int32), 50.0, log, dice)
    return REPAIRS


def _short(tours: Tours, bounds: tuple[int, int]) -> float:
    """How much is missing in turfs below the least."""
    there = tours.size > 0
    return float(np.maximum(bounds[0] - tours.load[there], 0).sum())


def _spacing(ways: Ways) -> float:
    """Metres to the fourth nearest part, on average: the measure of the ground."""
    fourth = ways.metres[:, min(4, ways.metres.shape[1]) - 1].astype(np.float64)
    there = fourth[np.isfinite(fourth)]
    return max(1.0, float(there.mean())) if len(there) else 1.0


@compiled
def _unwind(after: Whole, walk: Whole, ends: Long) -> int:
    seen = np.zeros(len(after), dtype=np.bool_)
    filled = 0
    count = 0
    for first in range(len(after)):
        part = first
        if seen[part]:
            continue
        while not seen[part]:
            seen[part] = True
            walk[filled] = part
            filled += 1
            part = after[part]
        ends[count] = filled
        count += 1
    return count
