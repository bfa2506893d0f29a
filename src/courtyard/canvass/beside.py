"""Which turfs lie beside each other, and in which colours they are told apart on a map."""

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist

from courtyard.plan.network import NOWHERE, Whole
from courtyard.plan.turf import Cut

from .cuttable import Cuttable

COLOURS = 6  # the page's tokens --turf-1 to --turf-6
NEAREST = 12  # places around each place
FAR = 400.0  # metres: what is farther is not beside it

Places = npt.NDArray[np.float64]


def places_of(ground: Cuttable) -> Places:
    """Where each stop lies, in metres on a plane; what is not known lies at 0."""
    places = ground.stops.places
    if places is None:
        return np.zeros((len(ground.ids), 2))
    return np.asarray(np.nan_to_num(places), dtype=np.float64)


def beside(cut: Cut, ground: Cuttable, turf: int, most: int = 8) -> list[int]:
    """The turfs nearest to a turf, nearest first, as the cut numbers them."""
    own = cut.walk[cut.begin[turf] : cut.begin[turf + 1]]
    return _nearest(cut, ground, own, turf, most)


def beside_part(cut: Cut, ground: Cuttable, part: int, most: int = 8) -> list[int]:
    """The turfs nearest to a part that are not its own, nearest first."""
    return _nearest(cut, ground, np.array([part], dtype=np.int32), int(cut.turf[part]), most)


def colours(cut: Cut, ground: Cuttable) -> npt.NDArray[np.int64]:
    """For each turf a colour from 0, such that turfs beside each other differ as far as six do.

    A turf keeps its colour when others change: it begins with one of its own, and takes the next
    that no neighbour before it has. Turfs of shares of one building lie at one place, in one.
    """
    around = _around(cut, ground)
    found = np.full(len(cut.doors), -1, dtype=np.int64)
    for turf in range(len(found)):
        own = int(cut.parts.stop[cut.walk[cut.begin[turf] : cut.begin[turf + 1]]].min())
        taken = np.bincount(
            [found[other] for other in around[turf] if found[other] >= 0], minlength=COLOURS
        )
        found[turf] = min(range(COLOURS), key=lambda one: (taken[one], (one - own) % COLOURS))
    return found


def _nearest(cut: Cut, ground: Cuttable, parts: Whole, own: int, most: int) -> list[int]:
    places = places_of(ground)[cut.parts.stop]
    near = np.full(len(cut.doors), np.inf)
    held = np.flatnonzero((cut.turf != NOWHERE) & (cut.turf != own))
    if len(held):
        metres = cdist(places[held], places[parts]).min(axis=1)
        np.minimum.at(near, cut.turf[held], metres)
    order = np.argsort(near, kind="stable")[:most]
    return [int(turf) for turf in order if np.isfinite(near[turf])]


def _around(cut: Cut, ground: Cuttable) -> list[list[int]]:
    """Of each turf those with a building among the nearest of one of its own."""
    held = np.flatnonzero(cut.turf != NOWHERE)
    found: list[list[int]] = [[] for _ in cut.doors]
    if not len(held):
        return found
    places, first = np.unique(places_of(ground)[cut.parts.stop[held]], axis=0, return_index=True)
    turf = cut.turf[held[first]]
    metres, near = cKDTree(places).query(places, k=min(NEAREST, len(places)))
    near, metres = near.reshape(len(places), -1), metres.reshape(len(places), -1)
    pairs = np.stack([np.broadcast_to(turf[:, None], near.shape), turf[near]], axis=-1)
    pairs = pairs[(metres <= FAR) & (pairs[..., 0] != pairs[..., 1])].reshape(-1, 2)
    for one, other in np.unique(np.sort(pairs, axis=1), axis=0).tolist():
        found[one].append(other)
        found[other].append(one)
    return found
