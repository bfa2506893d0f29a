"""From streets and what stands on them to ways: both pavements of a street, and where one crosses.

A pavement leads from a corner past the doors of its side, in order, to the other corner. Narrow
streets are crossed from any door to the next one opposite, wide ones only at their corners.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

# Kinds of streets, by OpenStreetMap's words for `highway`. Of an unknown kind it is narrow.
WIDE = {"trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link"}
NOT_WALKED = {"motorway", "motorway_link"}
KERB = 3.0  # metres from the middle of a corner to where its pavements begin
CROSSING = 12.0  # metres from door to door across a street
WIDE_KERB = 15.0  # the same at a corner where one waits for a light, counted as walking
SEAM = 25.0  # metres between corners of two publishers' streets that are taken to be the same
FARTHEST = 300.0  # metres from a corner, for what stands on no street that is known

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Ways = tuple[Whole, Whole, Floats]


@dataclass(frozen=True, slots=True, eq=False)
class Streets:
    """Segments between corners: `ends` int64[n, 2] are rows of `corners` (metres, float64[c, 2]).

    `of` tells publishers' corners apart, so that those of two can be joined at their seam.
    """

    corners: Floats
    of: Whole
    ends: Whole
    metres: Floats
    wide: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Stops:
    """What is walked to, in metres; `segment` is -1 where it stands on none, `side` -1, 0 or 1."""

    xy: Floats
    segment: Whole
    side: npt.NDArray[np.int8]
    along: Floats


def ways_of(streets: Streets, stops: Stops) -> Ways:
    """Every way, by the numbers of its two nodes and its metres. Corners come first, then stops.

    What stands on no street is tied to the nearest corner within FARTHEST, or to none at all.
    """
    parts = [
        (streets.ends[:, 0], streets.ends[:, 1], streets.metres),
        _pavements(streets, stops),
        _crossings(streets, stops),
        _seams(streets),
        _strays(streets, stops),
    ]
    return _together(*parts)


def _pavements(streets: Streets, stops: Stops) -> Ways:
    order, along = _in_order(streets, stops, (stops.along, stops.side, stops.segment))
    if not len(order):
        return _none()
    segment, node = stops.segment[order], order + len(streets.corners)
    goes_on = (segment[1:] == segment[:-1]) & (stops.side[order][1:] == stops.side[order][:-1])
    first, last = np.append(True, ~goes_on), np.append(~goes_on, True)
    kerb = np.where(streets.wide[segment], WIDE_KERB, KERB)
    left = streets.metres[segment] - along + kerb
    return _together(
        (node[:-1][goes_on], node[1:][goes_on], np.diff(along)[goes_on]),
        (streets.ends[segment[first], 0], node[first], (along + kerb)[first]),
        (node[last], streets.ends[segment[last], 1], left[last]),
    )


def _crossings(streets: Streets, stops: Stops) -> Ways:
    order, along = _in_order(streets, stops, (stops.side, stops.along, stops.segment))
    if not len(order):
        return _none()
    segment, node = stops.segment[order], order + len(streets.corners)
    opposite = (segment[1:] == segment[:-1]) & (stops.side[order][1:] != stops.side[order][:-1])
    opposite &= ~streets.wide[segment[1:]]
    metres = np.hypot(np.diff(along), CROSSING)
    return node[:-1][opposite], node[1:][opposite], metres[opposite]


def _in_order(
    streets: Streets, stops: Stops, keys: Sequence[npt.NDArray[np.generic]]
) -> tuple[Whole, Floats]:
    """The stops that stand on a street, sorted by the last key first, and how far along."""
    order = np.lexsort(tuple(keys))
    order = order[stops.segment[order] >= 0]
    return order, np.clip(stops.along[order], 0, streets.metres[stops.segment[order]])


def _seams(streets: Streets) -> Ways:
    """Where one publisher's streets end and another's go on."""
    if not len(streets.corners):
        return _none()
    pairs = cKDTree(streets.corners).query_pairs(SEAM, output_type="ndarray")
    pairs = pairs[streets.of[pairs[:, 0]] != streets.of[pairs[:, 1]]]
    a, b = pairs[:, 0].astype(np.int64), pairs[:, 1].astype(np.int64)
    return a, b, np.hypot(*(streets.corners[a] - streets.corners[b]).T)


def _strays(streets: Streets, stops: Stops) -> Ways:
    stray = np.flatnonzero(stops.segment < 0)
    if not (len(stray) and len(streets.corners)):
        return _none()
    metres, corner = cKDTree(streets.corners).query(stops.xy[stray])
    near = metres <= FARTHEST
    node = stray + len(streets.corners)
    return corner[near].astype(np.int64), node[near], metres[near]


def _together(*parts: Ways) -> Ways:
    a, b, metres = (np.concatenate(column) for column in zip(*parts, strict=True))
    return a, b, metres


def _none() -> Ways:
    return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
