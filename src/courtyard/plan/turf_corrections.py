"""What a captain corrects in a cut: each gives a new cut; only turfs it touches are walked anew."""

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from courtyard.plan.distances import distances
from courtyard.plan.network import NOWHERE, Metres, Whole
from courtyard.plan.turf import Cut, cut_of
from courtyard.plan.turf_anneal import search
from courtyard.plan.turf_walks import walk_of

REBALANCING = 0.2  # of the effort of a cut: the turfs are there already


class NoSuchTurf(ValueError):
    """The cut has no such turf, or no such part; the sentence says which."""


def moved(cut: Cut, parts: Collection[int], turf: int) -> Cut:
    """The cut with the parts in the turf, where they are pinned; a turf left empty is gone.

    Excluded parts come back in by this. Raises NoSuchTurf.
    """
    _check(cut, [turf], parts)
    going = np.array(sorted(parts), dtype=np.int32)
    rings = [ring[~np.isin(ring, going)] for ring in cut.rings]
    rings[turf] = np.r_[rings[turf], going].astype(np.int32)
    changed = _rewalked(cut, rings, {turf, *cut.turf[going].tolist()})
    return pinned(changed, parts)


def split(cut: Cut, turf: int) -> Cut:
    """The cut with the turf in two, the second of which gets the highest number.

    Its walk is cut where the two are within bounds if they can be, and then shortest. Raises
    NoSuchTurf, also for a turf of one part.
    """
    _check(cut, [turf])
    ring = cut.rings[turf]
    if len(ring) < 2:
        raise NoSuchTurf(f"Turf {turf} has one building and cannot be split.")
    first, second = _halves(cut, ring)
    rings = [*cut.rings, second]
    rings[turf] = first
    return _rewalked(cut, rings, {turf, len(rings) - 1})


def joined(cut: Cut, one: int, other: int) -> Cut:
    """The cut with the other turf in the one; the numbers after the other's move up by one.

    Raises NoSuchTurf.
    """
    _check(cut, [one, other])
    if one == other:
        raise NoSuchTurf(f"Turf {one} cannot be joined to itself.")
    rings = list(cut.rings)
    rings[one] = np.r_[rings[one], rings[other]].astype(np.int32)
    rings[other] = rings[other][:0]
    return _rewalked(cut, rings, {one, other})


def excluded(cut: Cut, parts: Collection[int]) -> Cut:
    """The cut without the parts: they are in no turf until they are moved into one.

    Raises NoSuchTurf.
    """
    _check(cut, [], parts)
    going = np.array(sorted(parts), dtype=np.int32)
    rings = [ring[~np.isin(ring, going)] for ring in cut.rings]
    return _rewalked(cut, rings, set(cut.turf[going].tolist()))


def pinned(cut: Cut, parts: Collection[int]) -> Cut:
    """The cut with the parts pinned, so that re-balancing leaves them where they are."""
    _check(cut, [], parts)
    return replace(cut, pins=cut.pins | frozenset(parts))


def unpinned(cut: Cut, parts: Collection[int]) -> Cut:
    """The cut with the parts free again."""
    return replace(cut, pins=cut.pins - frozenset(parts))


def rebalanced(cut: Cut, turfs: Collection[int], *, seed: int = 1) -> Cut:
    """The cut with the parts of the named turfs, but those pinned, put anew into turfs.

    All other turfs stay as they are. There may be more or fewer turfs afterwards; the named
    numbers are used first. A turf above the most gives away what is not pinned. Raises NoSuchTurf.
    """
    _check(cut, turfs)
    named = sorted(set(turfs))
    rings = _within_most(cut, [cut.rings[turf] for turf in named])
    parts = np.concatenate(rings)
    places = np.split(np.arange(len(parts)), np.cumsum([len(ring) for ring in rings])[:-1])
    found, _ = search(
        cut.ground.network,
        cut.ground.nodes[cut.parts.stop[parts]],
        cut.parts.load[parts],
        cut.bounds.loads,
        seed=seed,
        effort=REBALANCING,
        rings=[place.astype(np.int32) for place in places],
        pinned=np.isin(parts, sorted(cut.pins)),
    )
    new = [parts[ring] for ring in found]
    after = list(cut.rings)
    for number, turf in enumerate(named):
        after[turf] = new[number] if number < len(new) else parts[:0]
    after += new[len(named) :]
    return _rewalked(cut, after, {*named, *range(len(cut.rings), len(after))})


def _within_most(cut: Cut, rings: list[Whole]) -> list[Whole]:
    """The rings, what is above the most in rings of its own: the search takes none above it."""
    most = cut.bounds.loads[1]
    kept: list[Whole] = []
    over: list[Whole] = []
    for ring in rings:
        loads = cut.parts.load[ring]
        held = np.isin(ring, sorted(cut.pins))
        order = np.argsort(~held, kind="stable")
        fits = np.empty(len(ring), dtype=bool)
        fits[order] = np.cumsum(loads[order]) <= most
        fits |= held
        kept.append(ring[fits])
        over += [ring[at : at + 1] for at in np.flatnonzero(~fits)]
    return [ring for ring in kept + over if len(ring)]


def _rewalked(cut: Cut, rings: Sequence[Whole], touched: Collection[int]) -> Cut:
    nodes = cut.ground.nodes[cut.parts.stop]
    rings = list(rings)
    metres: Metres = np.zeros(len(rings))
    metres[: len(cut.metres)] = cut.metres
    for turf in touched:
        if turf != NOWHERE:
            rings[turf], metres[turf] = walk_of(cut.ground.network, nodes, rings[turf])
    left = np.array([len(ring) > 0 for ring in rings], dtype=bool)
    there = [ring for ring in rings if len(ring)]
    changed = cut_of(cut.ground, cut.parts, there, cut.bounds, cut.found, metres[left])
    return replace(changed, pins=cut.pins)


def _halves(cut: Cut, ring: Whole) -> tuple[Whole, Whole]:
    """The two arcs of the walk that leave least outside the bounds, then are shortest to walk."""
    least, most = cut.bounds.loads
    loads = np.r_[0, np.cumsum(np.tile(cut.parts.load[ring], 2))]
    metres = distances(cut.ground.network, cut.ground.nodes[cut.parts.stop[ring]])
    steps = metres[np.arange(len(ring)), np.roll(np.arange(len(ring)), -1)]
    best = (np.inf, np.inf, 0, 1)
    for begin in range(len(ring)):
        for end in range(begin + 1, len(ring)):
            arcs = loads[end] - loads[begin], loads[begin + len(ring)] - loads[end]
            wrong = sum(max(0, least - load) + max(0, load - most) for load in arcs)
            if wrong:
                wrong += abs(arcs[0] - arcs[1])
            saved = steps[begin - 1] + steps[end - 1]
            added = metres[begin - 1, end % len(ring)] + metres[begin, end - 1]
            best = min(best, (float(wrong), float(added - saved), begin, end))
    *_, begin, end = best
    return ring[begin:end], np.r_[ring[end:], ring[:begin]].astype(np.int32)


def _check(cut: Cut, turfs: Collection[int], parts: Collection[int] = ()) -> None:
    for turf in turfs:
        if not 0 <= turf < len(cut.doors):
            raise NoSuchTurf(f"There is no turf {turf} among {len(cut.doors)}.")
    for part in parts:
        if not 0 <= part < len(cut.turf):
            raise NoSuchTurf(f"There is no part {part} among {len(cut.turf)}.")
