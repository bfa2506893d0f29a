"""The order in which the stops of a turf are walked to."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from courtyard.plan.network import Metres, Whole
from courtyard.plan.route_exact import FEW, shortest_round
from courtyard.plan.route_links import links
from courtyard.plan.route_search import FIXED, search

BACK, ANYWHERE = -1, -2
FINEST, FARTHEST = 1000.0, 1 << 26  # units a metre; units of the longest way
MANY = 24  # kicks for each end of a link, where there are many; tried out on cities
EVEN = 0.01  # metres by which the ways forth and back may differ


class BrokenMetres(ValueError):
    """What was handed in are not the metres between stops; the sentence says where."""


@dataclass(frozen=True, slots=True, eq=False)
class Walk:
    """Stops in the order in which they are walked to: int32[n], each once, the start first.

    The first ``reached`` of them are walked to, in ``metres`` (to the end, or back to the start);
    to the others no way leads from the start. They stand last, by number.
    """

    order: Whole
    reached: int
    metres: float


def shortest_walk(
    metres: ArrayLike, start: int = 0, end: int = BACK, *, kicks: int | None = None, seed: int = 0
) -> Walk:
    """A short walk from ``start`` through all stops, to ``end``: a stop, BACK or ANYWHERE.

    ``metres`` float64[n, n] are those of shortest ways (``distances``): symmetric, infinite where
    no way leads. A home or a meeting place is a stop like others. An end that cannot be reached
    is no end. Up to FEW links of stops the walk is the shortest; beyond, ``kicks`` says for how
    long it is searched for (None: as the links ask for), and the same seed gives the same walk.
    Raises BrokenMetres for what are no metres and for a start or an end that is no stop.
    """
    table = _checked(metres, start, end)
    there = np.flatnonzero(np.isfinite(table[start]))
    apart = np.flatnonzero(~np.isfinite(table[start]))
    of = np.full(len(table) + 2, ANYWHERE)
    of[there] = np.arange(len(there))
    of[BACK] = BACK
    if end == start:
        end = BACK
    here = table[np.ix_(there, there)]
    order = there[_ordered(here, int(of[start]), int(of[end]), kicks, seed)]
    walked = float(table[order[:-1], order[1:]].sum())
    if end == BACK:
        walked += float(table[order[-1], start])
    return Walk(np.r_[order, apart].astype(np.int32), len(order), walked)


def _ordered(
    metres: Metres, start: int, end: int, kicks: int | None, seed: int
) -> NDArray[np.intp]:
    """The order of stops that are all reached."""
    costs = _whole(metres)
    tied = np.zeros(len(costs), np.bool_)
    if end != BACK:
        tied[start] = True
        tied[start if end == ANYWHERE else end] = True
    chain, first = links(costs, tied, end == ANYWHERE)
    heads, tails = chain[first[:-1]], chain[first[1:] - 1]
    far = np.flatnonzero(heads != tails)
    nodes, link_of = np.r_[heads, tails[far]], np.r_[np.arange(len(heads)), far]
    small = costs[np.ix_(nodes, nodes)]
    _tie(small, far, len(heads) + np.arange(len(far)))
    if end == ANYWHERE:  # a stop that is next to all, and must follow the start
        small = np.pad(small, (0, 1))
        _tie(small, np.flatnonzero(nodes == start), len(nodes))
        tour = _round(small, kicks, seed)
        tour = np.roll(tour, -np.flatnonzero(tour == len(nodes))[0])[1:]
        order = _spread(tour, link_of, chain, first)
        return order if order[0] == start else order[::-1]
    if end != BACK:
        _tie(small, np.flatnonzero(nodes == start), np.flatnonzero(nodes == end))
    order = _spread(_round(small, kicks, seed), link_of, chain, first)
    order = np.roll(order, -np.flatnonzero(order == start)[0])
    return order if end in (BACK, order[-1]) else np.r_[order[:1], order[:0:-1]]


def _whole(metres: Metres) -> Whole:
    """Metres in whole units, so that equal ways are equal: millimetres, or coarser on long ways."""
    longest = float(metres.max(initial=1.0))
    return np.rint(metres * min(FINEST, FARTHEST / longest)).astype(np.int32)


def _tie(costs: Whole, these: ArrayLike, those: ArrayLike) -> None:
    costs[these, those] = costs[those, these] = FIXED  # type: ignore[index]


def _round(costs: Whole, kicks: int | None, seed: int) -> Whole:
    if len(costs) <= FEW:
        return shortest_round(costs)
    count = len(costs)
    return search(costs, min(count**2 // 4, MANY * count) if kicks is None else kicks, seed)


def _spread(tour: Whole, link_of: NDArray[np.intp], chain: Whole, first: Whole) -> NDArray[np.intp]:
    """The stops of a round of links, each link from the end at which the round comes to it."""
    if len(tour) > 1 and link_of[tour[0]] == link_of[tour[-1]]:
        tour = np.roll(tour, 1)
    parts, last = [], -1
    for node in tour.tolist():
        link = link_of[node]
        if link != last:
            part = chain[first[link] : first[link + 1]]
            parts.append(part if node == link else part[::-1])
        last = link
    return np.concatenate(parts).astype(np.intp)


def _checked(metres: ArrayLike, start: int, end: int) -> Metres:
    table = np.asarray(metres, dtype=np.float64)
    if table.ndim != 2 or table.shape[0] != table.shape[1] or not len(table):
        raise BrokenMetres(f"Metres between stops are a square table, not {table.shape}.")
    for stop, least in ((start, 0), (end, ANYWHERE)):
        if not least <= stop < len(table):
            raise BrokenMetres(f"There is no stop {stop} among {len(table)}.")
    with np.errstate(invalid="ignore"):  # infinite either way is even
        apart = np.abs(table - table.T) > EVEN
    for wrong, what in ((~(table >= 0), "no metres"), (apart, "another way back")):
        if wrong.any():
            a, b = np.argwhere(wrong)[0]
            raise BrokenMetres(f"From stop {a} to {b} are {table[a, b]} metres: {what}.")
    if table.diagonal().any():
        raise BrokenMetres("From a stop to itself are 0 metres.")
    return table
