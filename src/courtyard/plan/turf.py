"""Ground is cut into turfs: even, within bounds, and short to walk.

The method and what it was measured against: docs/decisions/0013 and docs/performance.md.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from courtyard.plan.network import NOWHERE, Metres, Network, Whole
from courtyard.plan.turf_anneal import Found, search
from courtyard.plan.turf_ground import Bounds, Ground, Note, Stops, whole_ground
from courtyard.plan.turf_shares import Floors, Share, shares
from courtyard.plan.turf_walks import walked

FINE = 10  # halvings of the ground, for numbering what lies together


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """What is put into turfs: whole buildings, and the shares of those larger than a turf.

    Of each part: its ``stop``, its ``doors``, its ``load`` (doors, or seconds of work), and its
    share where its building was shared out.
    """

    stop: Whole
    doors: NDArray[np.int64]
    load: NDArray[np.int64]
    share: tuple[Share | None, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """A ground cut into turfs, numbered from 0.

    ``turf`` is the turf of each part, and ``walk`` lists the parts turf by turf in the order of a
    closed walk, turf ``t`` from ``begin[t]`` to ``begin[t + 1]``. ``doors`` and ``metres`` are of
    each turf; ``metres`` is the closed walk's length on the network. ``notes`` say what was noted;
    a part in no turf (NOWHERE) was excluded; ``pins`` are parts that stay where they are.
    """

    parts: Parts
    turf: Whole
    walk: Whole
    begin: NDArray[np.int64]
    doors: NDArray[np.int64]
    metres: Metres
    notes: tuple[Note, ...]
    found: Found
    ground: Ground
    bounds: Bounds
    pins: frozenset[int] = frozenset()

    @property
    def rings(self) -> list[Whole]:
        """The parts of each turf in the order of its walk."""
        return np.split(self.walk, self.begin[1:-1]) if len(self.doors) else []


def cut(
    network: Network,
    stops: Stops,
    bounds: Bounds = Bounds(),  # noqa: B008 – frozen
    *,
    seed: int = 1,
    effort: float = 1.0,
    stop: Callable[[], bool] = lambda: False,
) -> Cut:
    """Cuts the ground into turfs within the bounds that are walked in few metres.

    A building is never split unless it alone is above the most. The same seed and effort give the
    same cut; ``stop`` is asked between sweeps and ends the search early. Notes, beside those of
    ``whole_ground``: ``shared out``, ``to be surveyed`` (shared out by number), ``out of bounds``
    (in a turf that could not be brought within them), ``in pieces`` (in a turf over two pieces of
    the network), ``not to be cut evenly`` (no number of turfs holds them all). Raises BrokenNetwork
    for stops that do not fit the network.
    """
    parts = parts_of(stops, bounds)
    ground = whole_ground(network, stops, bounds)
    lone = np.array([share is not None for share in parts.share], dtype=bool)
    lone &= parts.load >= bounds.loads[0]
    free = np.flatnonzero(~lone)
    rings: list[Whole] = [np.array([part], dtype=np.int32) for part in np.flatnonzero(lone)]
    found = Found(0.0, 0.0, 0, 0, False)
    if len(free):
        searched, found = search(
            ground.network, ground.nodes[parts.stop[free]], parts.load[free], bounds.loads,
            seed=seed, effort=effort, stop=stop,
        )  # fmt: skip
        rings += [free[ring].astype(np.int32) for ring in searched]
    return cut_of(ground, parts, side_by_side(rings, parts, stops), bounds, found)


def cut_of(
    ground: Ground,
    parts: Parts,
    rings: list[Whole],
    bounds: Bounds,
    found: Found,
    metres: Metres | None = None,
) -> Cut:
    """The cut of parts into rings, each in the order of its walk, measured (or given) and noted."""
    turf = np.full(len(parts.stop), NOWHERE, dtype=np.int32)
    for number, ring in enumerate(rings):
        turf[ring] = number
    sizes = np.array([len(ring) for ring in rings], dtype=np.int64)
    if metres is None:
        metres = walked(ground.network, ground.nodes[parts.stop], rings)
    held = turf >= 0
    return Cut(
        parts,
        turf,
        np.concatenate([*rings, np.zeros(0, dtype=np.int32)]).astype(np.int32),
        np.r_[0, np.cumsum(sizes)].astype(np.int64),
        np.bincount(turf[held], parts.doors[held], len(rings)).astype(np.int64),
        metres,
        _notes(ground, parts, rings, bounds),
        found,
        ground,
        bounds,
    )


def side_by_side(rings: list[Whole], parts: Parts, stops: Stops) -> list[Whole]:
    """The rings so that numbers that follow each other lie beside each other, as far as is known.

    By where the middle of each lies on the curve of Hilbert (1891).
    """
    if stops.places is None or not rings:
        return rings
    places = np.asarray(stops.places, dtype=np.float64)
    known = np.where(np.isfinite(places).all(axis=1, keepdims=True), places, 0.0)
    middles = np.array([known[parts.stop[ring]].mean(axis=0) for ring in rings])
    low, size = middles.min(axis=0), max(float(np.ptp(middles, axis=0).max()), 1.0)
    x, y = np.minimum((middles - low) / size * 2**FINE, 2**FINE - 1).astype(np.int64).T
    turn = np.zeros(len(rings), dtype=np.int64)
    half = 2 ** (FINE - 1)
    while half:
        right, up = (x & half) > 0, (y & half) > 0
        turn += half * half * ((3 * right) ^ up)
        over = ~up & right
        x, y = np.where(over, half - 1 - x, x), np.where(over, half - 1 - y, y)
        x, y = np.where(up, x, y), np.where(up, y, x)
        half //= 2
    return [rings[at] for at in np.argsort(turn, kind="stable")]


def parts_of(stops: Stops, bounds: Bounds) -> Parts:
    """The stops as parts, those above the most shared out."""
    whole = np.rint(stops.work(bounds) * bounds.scale).astype(np.int64)
    least, most = bounds.loads
    stop, doors, load, share = [], [], [], []
    for number, (there, heavy) in enumerate(zip(stops.doors.tolist(), whole.tolist(), strict=True)):
        for part in _shared(there, heavy, least, most, stops.floors.get(number)):
            stop.append(number)
            doors.append(part.doors)
            load.append(heavy * part.doors // there if heavy > most else heavy)
            share.append(part if heavy > most else None)
    return Parts(
        np.array(stop, dtype=np.int32),
        np.array(doors, dtype=np.int64),
        np.array(load, dtype=np.int64),
        tuple(share),
    )


def _shared(doors: int, load: int, least: int, most: int, floors: Floors | None) -> list[Share]:
    """Shares of doors such that the load of each is within the bounds, as far as doors allow."""
    if load <= most or doors < 2:
        return [Share(doors)]
    each = load / doors
    return shares(doors, max(1, ceil(least / each)), max(1, int(most / each)), floors)


def _notes(ground: Ground, parts: Parts, rings: list[Whole], bounds: Bounds) -> tuple[Note, ...]:
    least, most = bounds.loads
    piece = ground.pieces[parts.stop]
    shared = [at for at, share in enumerate(parts.share) if share is not None]
    unknown = [at for at in shared if parts.share[at].first is None]  # type: ignore[union-attr]
    out = [ring for ring in rings if not least <= parts.load[ring].sum() <= most]
    apart = [ring for ring in rings if len(np.unique(piece[ring])) > 1]
    total = int(parts.load.sum())
    uneven = max(1, -(-total // most)) > total // least
    named: list[tuple[str, list[Whole]]] = [
        ("shared out", [np.array(shared, dtype=np.int32)]),
        ("to be surveyed", [np.array(unknown, dtype=np.int32)]),
        ("out of bounds", out),
        ("in pieces", apart),
        ("not to be cut evenly", [np.arange(len(parts.stop), dtype=np.int32)] if uneven else []),
    ]
    notes = []
    for what, lists in named:
        stops = {int(stop) for part in lists for stop in parts.stop[part]}
        if stops:
            notes.append(Note(what, tuple(sorted(stops))))
    return (*ground.notes, *notes)
