"""Finds for many points at once the area each lies in, and the line each lies beside.

Everything is in WGS84 degrees; metres are true at the point they are measured from. Nothing here
crosses the 180th meridian or comes near a pole.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

NOWHERE = -1
LEFT, ON, RIGHT = -1, 0, 1

# Arrays: n numbers, or n rows of an x and a y.
Degrees = npt.NDArray[np.float64]
Metres = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

_EQUATOR = 6_378_137.0  # metres, the half axis of the WGS84 ellipsoid
_FLATNESS = 0.00669437999014  # its eccentricity, squared
_SMALLEST_SHARE = 20_000  # points; fewer are not worth a thread
_STRIP = 0.005  # degrees; neighbours asked one after another are answered three times as fast
_SHORTEST = 1e-6  # metres; what is shorter has no direction
_LEEWAY = 1.01  # on the reach of the search; what it finds is measured again

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Nearest:
    """For each point the line nearest to it; where none is within reach -1, NaN, NaN and 0.

    `line` is its index (int32), `metres` how far away it is, `along` how many metres from the
    line's start the place nearest to the point is (both float64), and `side` (int8) on which side
    the point lies for somebody who follows the line: LEFT (-1), RIGHT (1), or ON (0), which is
    also said of points straight before its start or beyond its end.
    """

    line: npt.NDArray[np.int32]
    metres: Metres
    along: Metres
    side: npt.NDArray[np.int8]


def areas_of(
    longitude: npt.ArrayLike, latitude: npt.ArrayLike, outlines: Sequence[BaseGeometry]
) -> npt.NDArray[np.int32]:
    """For each of n points the index of the outline that holds it, or -1.

    Takes two arrays of n degrees, and polygons or multipolygons in degrees. An outline's border
    belongs to it; where outlines share a border or overlap, the lowest index has the point. A NaN
    is in no area. The outlines are left as they are. Raises ValueError on unequal lengths.
    """
    x, y = _coordinates(longitude, latitude)
    order = np.argsort(x)
    found = np.full(len(x), NOWHERE, np.int32)
    found[order] = _areas_of_ordered(x[order], y[order], np.asarray(outlines, dtype=object))
    return found


def nearest_line(
    longitude: npt.ArrayLike,
    latitude: npt.ArrayLike,
    lines: Sequence[BaseGeometry],
    *,
    within: float = 250.0,
) -> Nearest:
    """For each of n points the line nearest to it within so many metres; see Nearest.

    Takes two arrays of n degrees, and linestrings or multilinestrings in degrees. Of lines equally
    far, such as those that meet at a corner, the lowest index is taken. A NaN is near no line.

    `metres` are measured on a map drawn round the point itself: equirectangular, a degree being
    as long as it is at the point's latitude, which within 250 m is right to about a centimetre.
    `along` adds up segments, each at its own latitude. Which line is nearest is decided on one
    map for all, Mercator's, true to shape: of two lines whose distances differ by less than a
    ten-thousandth, either may be taken for the nearer. Raises ValueError on unequal lengths, and
    unless `within` is more than 0.
    """
    x, y = _coordinates(longitude, latitude)
    if not within > 0:
        raise ValueError(f"within is {within}: lines must be sought within more than 0 metres.")
    segments = _segments(lines)
    tree = _tree(segments)
    order = np.lexsort((y, np.floor(x / _STRIP)))
    answers = _side_by_side(
        lambda share: _nearest(x[share], y[share], segments, tree, within), _shares(order)
    )
    as_given = np.argsort(order)
    columns = (np.concatenate(column)[as_given] for column in zip(*answers, strict=True))
    return Nearest(*columns)


def metres_per_degree(latitude: npt.ArrayLike) -> tuple[Metres, Metres]:
    """How many metres a degree of longitude and one of latitude are there, on the ellipsoid."""
    at = np.radians(np.asarray(latitude, dtype=np.float64))
    bulge = 1 - _FLATNESS * np.sin(at) ** 2
    east = _EQUATOR * np.cos(at) / np.sqrt(bulge)
    north = _EQUATOR * (1 - _FLATNESS) / bulge**1.5
    return np.radians(east), np.radians(north)


def _coordinates(longitude: npt.ArrayLike, latitude: npt.ArrayLike) -> tuple[Degrees, Degrees]:
    x = np.asarray(longitude, dtype=np.float64)
    y = np.asarray(latitude, dtype=np.float64)
    if x.ndim != 1 or x.shape != y.shape:
        raise ValueError(
            f"longitudes have the shape {x.shape}, latitudes {y.shape}: "
            "one list each, equally long, is needed."
        )
    return x, y


def _areas_of_ordered(x: Degrees, y: Degrees, shapes: npt.NDArray[Any]) -> npt.NDArray[np.int32]:
    """As areas_of, of points ordered by longitude: those an outline may hold stand together.

    Copies of the shapes are prepared, since two threads may not ask one prepared shape at once.
    """
    west, south, east, north = shapely.bounds(shapes).reshape(-1, 4).T
    first, last = np.searchsorted(x, west, "left"), np.searchsorted(x, east, "right")
    near = np.flatnonzero(first < last)
    copies = shapely.force_2d(shapes[near])
    shapely.prepare(copies)
    found = np.full(len(x), NOWHERE, np.int32)
    for index, shape in zip(near, copies, strict=True):
        here = slice(first[index], last[index])
        between = (y[here] >= south[index]) & (y[here] <= north[index])
        maybe = np.flatnonzero(between & (found[here] == NOWHERE)) + first[index]
        found[maybe[shapely.intersects_xy(shape, x[maybe], y[maybe])]] = index
    return found


def _shares(places: Places) -> list[Places]:
    """The places cut into one share for each processor, fewer where they are few."""
    count = min(os.cpu_count() or 1, len(places) // _SMALLEST_SHARE + 1)
    return np.array_split(places, count)


def _side_by_side(work: Callable[[Places], T], shares: list[Places]) -> list[T]:
    """The work done on each share in a thread of its own; shapely lets other threads run."""
    with ThreadPoolExecutor(len(shares)) as threads:
        return list(threads.map(work, shares))


@dataclass(frozen=True, slots=True)
class _Segments:
    """The straight pieces of all lines, in their order: (m, 2) degrees, m indices or metres.

    `before` and `after` are the segments joined to it at its start and its end, or -1.
    """

    start: Degrees
    end: Degrees
    line: Places
    along: Metres
    length: Metres
    before: Places
    after: Places


def _segments(lines: Sequence[BaseGeometry]) -> _Segments:
    parts, line_of = shapely.get_parts(np.asarray(lines, dtype=object), return_index=True)
    corners, part = shapely.get_coordinates(parts, return_index=True)
    start, end = corners[:-1], corners[1:]
    east, north = metres_per_degree((start[:, 1] + end[:, 1]) / 2)
    length = np.hypot((end[:, 0] - start[:, 0]) * east, (end[:, 1] - start[:, 1]) * north)
    kept = (part[:-1] == part[1:]) & (length > _SHORTEST)
    start, end, length, part = start[kept], end[kept], length[kept], part[:-1][kept]
    line = line_of[part]
    run = np.concatenate([[0.0], np.cumsum(length)])[:-1]
    along = run - run[np.searchsorted(line, line)]
    return _Segments(start, end, line, along, length, *_joined(start, end, part))


def _joined(start: Degrees, end: Degrees, part: Places) -> tuple[Places, Places]:
    """The segments before and after each in its part; a part that ends where it began is a ring."""
    here = np.arange(len(part))
    first, last = np.searchsorted(part, part, "left"), np.searchsorted(part, part, "right") - 1
    ring = (start[first] == end[last]).all(axis=1)
    before = np.where(here > first, here - 1, np.where(ring, last, NOWHERE))
    after = np.where(here < last, here + 1, np.where(ring, first, NOWHERE))
    return before, after


def _tree(segments: _Segments) -> shapely.STRtree:
    """The segments on Mercator's map."""
    ends = [_on_map(at[:, 0], at[:, 1]) for at in (segments.start, segments.end)]
    tree = shapely.STRtree(shapely.linestrings(np.stack(ends, axis=1)))
    tree.query(shapely.Point(0, 0))  # builds it, before threads share it
    return tree


def _on_map(x: Degrees, y: Degrees) -> Degrees:
    """Mercator's map of the ellipsoid, in degrees of longitude: (n, 2)."""
    at, eccentricity = np.radians(y), np.sqrt(_FLATNESS)
    north = np.arcsinh(np.tan(at)) - eccentricity * np.arctanh(eccentricity * np.sin(at))
    return np.column_stack([x, np.degrees(north)])


def _nearest(
    x: Degrees, y: Degrees, segments: _Segments, tree: shapely.STRtree, within: float
) -> tuple[npt.NDArray[Any], ...]:
    """What stands in Nearest, in its order."""
    line, side = np.full(len(x), NOWHERE, np.int32), np.full(len(x), ON, np.int8)
    metres, along = np.full(len(x), np.nan), np.full(len(x), np.nan)
    place, chosen = _chosen(x, y, segments, tree, within)
    point = np.column_stack([x[place], y[place]])
    away, share = _away(point, segments, chosen)
    near = away <= within
    place, chosen, share = place[near], chosen[near], share[near]
    line[place] = segments.line[chosen]
    metres[place] = away[near]
    along[place] = segments.along[chosen] + share * segments.length[chosen]
    side[place] = _side(point[near], segments, chosen, share)
    return line, metres, along, side


def _chosen(
    x: Degrees, y: Degrees, segments: _Segments, tree: shapely.STRtree, within: float
) -> tuple[Places, Places]:
    """The points that have a segment near, and of those equally near the first."""
    sound = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    if not len(tree) or not len(sound):
        return sound[:0], sound[:0]
    east, _ = metres_per_degree(segments.start[:, 1])
    point, segment = tree.query_nearest(
        shapely.points(_on_map(x[sound], y[sound])),
        max_distance=float(within * _LEEWAY / east.min()),
    )
    first = np.lexsort((segment, point))
    point, at = np.unique(point[first], return_index=True)
    return sound[point], segment[first][at]


def _away(point: Degrees, segments: _Segments, chosen: Places) -> tuple[Metres, Metres]:
    """How many metres from its segment each point is, and which share of it lies before there."""
    scale = np.column_stack(metres_per_degree(point[:, 1]))
    start = (segments.start[chosen] - point) * scale
    end = (segments.end[chosen] - point) * scale
    way = end - start
    share = np.clip(-(start * way).sum(axis=1) / (way * way).sum(axis=1), 0, 1)
    foot = np.where(share[:, None] == 1, end, start + share[:, None] * way)
    return np.hypot(foot[:, 0], foot[:, 1]), share


def _side(
    point: Degrees, segments: _Segments, chosen: Places, share: Metres
) -> npt.NDArray[np.int8]:
    """The side of its segment each point lies on.

    At a sharp corner a point can be left of one segment and right of the next. It is then on the
    outer side: right where the line turns left.
    """
    side = _side_of(point, segments, chosen)
    for at_corner, joined in ((share == 0, segments.before), (share == 1, segments.after)):
        corner = np.flatnonzero(at_corner & (joined[chosen] != NOWHERE))
        one, other = chosen[corner], joined[chosen[corner]]
        doubtful = _side_of(point[corner], segments, other) != side[corner]
        first, second = (other, one) if joined is segments.before else (one, other)
        outer = _cross(_way(segments, first), _way(segments, second))
        side[corner[doubtful]] = np.sign(outer[doubtful])
    return side


def _side_of(point: Degrees, segments: _Segments, chosen: Places) -> npt.NDArray[np.int8]:
    beside = _cross(_way(segments, chosen), point - segments.start[chosen])
    return -np.sign(beside).astype(np.int8)


def _way(segments: _Segments, chosen: Places) -> Degrees:
    return segments.end[chosen] - segments.start[chosen]


def _cross(one: Degrees, other: Degrees) -> Degrees:
    """More than 0 where the other way turns left from the one."""
    turned: Degrees = one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]
    return turned
