"""Cuts the geometries of one layer into the pieces that lie in each tile, on the tile's own grid.

Everything is done on all coordinates at once: rings and lines lie one after the other in one array
(`Parts`) and are cut by straight lines (Sutherland and Hodgman). What is rounded and cut is rounded
and cut alike for both neighbours of a border, so that no gap opens between them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property, partial

import numpy as np
import numpy.typing as npt
import shapely

EXTENT = 4096
BUFFER = 64
POINTS, LINES, POLYGONS = 1, 2, 3  # as the format numbers them

# Half a unit further than the buffer: no corner on the grid lies on the edge that cuts it.
_EDGE = BUFFER + 0.5
_FURTHEST_NORTH = 85.0511287798066
_FINEST = 2.0**40  # of the world's width: 0.04 mm
_TURNS, _KEPT_BITS = 2654435761, 20  # Knuth's multiplicative hash

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Parts:
    """Points, lines or open rings, one after the other; part i begins at `starts[i]` in `xy`.

    `row` is the geometry a part belongs to, `whole` its polygon there, and `sign` 1 for an outer
    ring, -1 for a hole.
    """

    xy: Floats
    starts: Integers
    row: Integers
    whole: Integers
    sign: Integers

    @cached_property
    def lengths(self) -> Integers:
        """How many coordinates each part has."""
        return np.diff(self.starts, append=len(self.xy))

    @cached_property
    def bounds(self) -> tuple[Floats, Floats]:
        """The least and the greatest x and y of each part."""
        if not len(self.starts):
            return np.empty((0, 2)), np.empty((0, 2))
        least, greatest = np.minimum.reduceat, np.maximum.reduceat
        return least(self.xy, self.starts), greatest(self.xy, self.starts)

    def take(self, which: Truths) -> "Parts":
        """Only some of the parts."""
        if which.all():
            return self
        return self.keep(np.repeat(which, self.lengths))

    def keep(self, which: Truths) -> "Parts":
        """Only some of the coordinates; a part that has none left is left out."""
        part = np.repeat(np.arange(len(self.starts)), self.lengths)[which]
        return self.anew(self.xy[which], part, _changes(part))

    def anew(self, xy: Floats, part: Integers, begins: Truths) -> "Parts":
        """Parts of these coordinates, each of which comes from one of the parts before."""
        starts = np.flatnonzero(begins)
        old = part[starts]
        return Parts(xy, starts, self.row[old], self.whole[old], self.sign[old])


@dataclass(frozen=True, slots=True)
class Cell:
    """One tile that a layer touches, and how to cut the layer for it, by how coarse it may be."""

    x: int
    y: int
    cut: Callable[[int], Parts]


class Drawing:
    """The geometries of one layer on the square of the whole world, y down, from 0 to 1."""

    def __init__(self, geometries: npt.NDArray[np.object_], ids: npt.NDArray[np.uint64]) -> None:
        """Raises ValueError for geometries of several kinds, or without finite coordinates."""
        drawn = ~(shapely.is_missing(geometries) | shapely.is_empty(geometries))
        self.rows: Integers = np.flatnonzero(drawn)
        self.ids = ids
        kept = geometries[drawn]
        dimensions = np.unique(shapely.get_dimensions(kept))
        if len(dimensions) > 1 or (shapely.get_type_id(kept) == 7).any():
            raise ValueError("points, lines and polygons need a layer each")
        self.kind = int(dimensions[0]) + 1 if len(dimensions) else POINTS
        xy, row = shapely.get_coordinates(kept, return_index=True)
        if not np.isfinite(xy).all():
            raise ValueError("a coordinate is not a number")
        self.bounds: list[float] | None = shapely.total_bounds(kept).tolist() if len(kept) else None
        # Points stay as they are: a city's would be held twice.
        self.world = kept if self.kind == POINTS else shapely.transform(kept, _to_world)
        self.first: Floats = _to_world(xy[_changes(row)])

    def cells(self, zoom: int, *, exact: bool) -> Iterator[Cell]:
        """The tiles of one zoom, from west to east and from north to south.

        When exact, nothing is left out and corners are only rounded.
        """
        if self.kind == POINTS:
            return self._cells_of_points(zoom, exact=exact)
        return self._cells_of_outlines(zoom, exact=exact)

    def _cells_of_points(self, zoom: int, *, exact: bool) -> Iterator[Cell]:
        parts, part = shapely.get_parts(self.world, return_index=True)
        grid = np.rint(_to_world(shapely.get_coordinates(parts)) * (EXTENT << zoom))
        tile = _tile(grid, zoom)
        order = np.lexsort((tile[:, 1], tile[:, 0]))
        tile, grid, row = tile[order], grid[order], self.rows[part[order]]
        begins = np.flatnonzero(_changes(tile))
        ends = np.append(begins, len(tile))[1:]
        for begin, end in zip(begins, ends, strict=True):
            x, y = tile[begin].tolist()
            local = grid[begin:end] - tile[begin] * EXTENT
            yield Cell(x, y, partial(self._thinned, local, row[begin:end], exact))

    def _thinned(self, xy: Floats, row: Integers, exact: bool, step: int) -> Parts:
        """One point in so many. Which ones hangs on their ids: the same in all tiles and zooms."""
        if step > 1 and not exact:
            drawn = (self.ids[row] * np.uint64(_TURNS) >> np.uint64(_KEPT_BITS)) % np.uint64(step)
            xy, row = xy[drawn == 0], row[drawn == 0]
        each = np.arange(len(row))
        return Parts(xy, each, row, each, np.zeros_like(each))

    def _cells_of_outlines(self, zoom: int, *, exact: bool) -> Iterator[Cell]:
        closed = self.kind == POLYGONS
        parts = cache(partial(self._simplified, zoom, exact))
        home = np.rint(self.first * (EXTENT << zoom))
        tile = _tile(home, zoom)
        for x in _touched(parts(1), tile[:, 0], 0, zoom):
            strip = cache(partial(_band, parts, 0, x, closed))
            here = np.flatnonzero(tile[:, 0] == x)
            for y in _touched(strip(1), tile[here, 1], 1, zoom):
                due = here[tile[here, 1] == y]
                piece = partial(_band, strip, 1, y, closed)
                corner = np.array([x, y]) * EXTENT
                cut = partial(_piece, piece, corner, self.rows[due], home[due] - corner, closed)
                yield Cell(x, y, cut)

    def _simplified(self, zoom: int, exact: bool, step: int) -> Parts:
        """Rounded to every `step`th line of the grid, without the corners that make no odds."""
        unit = step / (EXTENT << zoom)
        found = self.world
        if not exact or step > 1:
            found = _simpler(found, unit) if self.kind == POLYGONS else _straighter(found, unit)
        parts = _rings(found) if self.kind == POLYGONS else _lines(found)
        xy = np.rint(parts.xy / unit) * step
        same = np.zeros(len(xy), bool)
        same[1:] = (xy[1:] == xy[:-1]).all(axis=1)
        same[parts.starts] = False
        rounded = Parts(xy, parts.starts, self.rows[parts.row], parts.whole, parts.sign)
        return rounded.keep(~same)


def _to_world(degrees: Floats) -> Floats:
    latitude = np.radians(np.clip(degrees[:, 1], -_FURTHEST_NORTH, _FURTHEST_NORTH))
    x = degrees[:, 0] / 360 + 0.5
    y = 0.5 - np.arcsinh(np.tan(latitude)) / (2 * np.pi)
    world = np.rint(np.column_stack([x, y]) * _FINEST) / _FINEST
    return np.clip(world, 0, 1)


def _tile(grid: Floats, zoom: int) -> Integers:
    return np.minimum(grid // EXTENT, (1 << zoom) - 1).astype(np.int64)


def _simpler(polygons: npt.NDArray[np.object_], unit: float) -> npt.NDArray[np.object_]:
    """Shared borders lose the same corners."""
    try:
        found: npt.NDArray[np.object_] = shapely.coverage_simplify(polygons, unit)
    except shapely.errors.GEOSException:  # a polygon without extent
        return polygons
    return found


def _straighter(lines: npt.NDArray[np.object_], unit: float) -> npt.NDArray[np.object_]:
    found: npt.NDArray[np.object_] = shapely.simplify(lines, unit, preserve_topology=False)
    return found


def _rings(polygons: npt.NDArray[np.object_]) -> Parts:
    single, row = shapely.get_parts(polygons, return_index=True)
    turned = shapely.orient_polygons(single)  # outer rings clockwise, for y is down here
    rings, whole = shapely.get_rings(turned, return_index=True)
    xy, part = shapely.get_coordinates(rings, return_index=True)
    last = np.ones(len(part), bool)
    last[:-1] = part[1:] != part[:-1]
    xy, part = xy[~last], part[~last]
    sign = np.where(_changes(whole), 1, -1)
    return Parts(xy, np.flatnonzero(_changes(part)), row[whole], whole, sign)


def _lines(lines: npt.NDArray[np.object_]) -> Parts:
    single, row = shapely.get_parts(lines, return_index=True)
    xy, part = shapely.get_coordinates(single, return_index=True)
    each = np.arange(len(single))
    return Parts(xy, np.flatnonzero(_changes(part)), row, each, np.zeros_like(each))


def _changes(values: npt.NDArray[np.generic]) -> Truths:
    """Where something other begins than stood before."""
    begins = np.ones(len(values), bool)
    other = values[1:] != values[:-1]
    begins[1:] = other if other.ndim == 1 else other.any(axis=1)
    return begins


def _touched(parts: Parts, homes: Integers, axis: int, zoom: int) -> list[int]:
    """The columns, or the rows, of tiles that the parts touch or are at home in."""
    least, greatest = parts.bounds
    first = np.maximum((least[:, axis] - _EDGE) // EXTENT, 0).astype(np.int64)
    last = np.minimum((greatest[:, axis] + _EDGE) // EXTENT, (1 << zoom) - 1).astype(np.int64)
    many = last - first + 1
    within = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    found: list[int] = np.union1d(np.repeat(first, many) + within, homes).tolist()
    return found


def _band(parts: Callable[[int], Parts], axis: int, tile: int, closed: bool, step: int) -> Parts:
    """What lies in one column, or one row, of tiles."""
    whole = parts(step)
    low, high = tile * EXTENT - _EDGE, (tile + 1) * EXTENT + _EDGE
    least, greatest = whole.bounds
    near = whole.take((greatest[:, axis] > low) & (least[:, axis] < high))
    return _half(_half(near, axis, low, -1, closed), axis, high, 1, closed)


def _half(parts: Parts, axis: int, edge: float, side: int, closed: bool) -> Parts:
    """What lies on one side of a straight line. A line that comes back begins a new part."""
    beyond = side * (parts.xy[:, axis] - edge)
    inside = beyond < 0
    if inside.all():
        return parts
    here = np.arange(len(parts.xy))
    before = here - 1
    before[parts.starts] = parts.starts + (parts.lengths - 1 if closed else 0)
    crosses = inside != inside[before]
    # From within outwards, whichever way the ring runs: both neighbours get the very same point.
    within = np.where(inside, here, before)[crosses]
    without = np.where(inside, before, here)[crosses]
    share = beyond[within] / (beyond[within] - beyond[without])
    crossing = parts.xy[within] + share[:, None] * (parts.xy[without] - parts.xy[within])
    crossing[:, axis] = edge
    many = crosses.astype(np.int64) + inside
    ends = np.cumsum(many)
    xy = np.empty((int(many.sum()), 2))
    xy[(ends - 1)[inside]] = parts.xy[inside]
    xy[(ends - many)[crosses]] = crossing
    part = np.repeat(np.repeat(np.arange(len(parts.starts)), parts.lengths), many)
    begins = _changes(part)
    if not closed:
        begins[(ends - many)[crosses & inside]] = True
    return parts.anew(xy, part, begins)


def _piece(
    piece: Callable[[int], Parts],
    corner: Integers,
    due: Integers,
    homes: Floats,
    closed: bool,
    step: int,
) -> Parts:
    """The parts in one tile, in its own units, each geometry's together.

    Those at home here that are too small to be drawn are drawn as small as can be.
    """
    found = piece(step)
    local = Parts(np.rint(found.xy - corner), found.starts, found.row, found.whole, found.sign)
    tidy = _tidy(local, closed)
    lost = ~np.isin(due, tidy.row)
    if not lost.any():
        return tidy
    shape = np.array([[0, 0], [1, 0], [1, 1], [0, 1]][: 4 if closed else 2]) * step
    return _together(tidy, due[lost], homes[lost], shape)


def _together(parts: Parts, rows: Integers, places: Floats, shape: Integers) -> Parts:
    """The parts and one more of that shape at each place, in the order of their rows."""
    many, corners = len(rows), len(shape)
    row = np.append(parts.row, rows)
    xy = np.concatenate([parts.xy, (places[:, None] + shape).reshape(-1, 2)])
    starts = np.append(parts.starts, len(parts.xy) + corners * np.arange(many))
    order = np.argsort(row, kind="stable")
    lengths = np.append(parts.lengths, np.full(many, corners))[order]
    ends = np.cumsum(lengths)
    corner = np.arange(ends[-1]) + np.repeat(starts[order] - ends + lengths, lengths)
    whole = np.append(parts.whole, np.full(many, -1))[order]
    sign = np.append(parts.sign, np.ones(many, np.int64))[order]
    return Parts(xy[corner], ends - lengths, row[order], whole, sign)


def _tidy(parts: Parts, closed: bool) -> Parts:
    """Without corners that fell together and rings without extent."""
    if not len(parts.starts):
        return parts
    kept = parts.keep(~_fallen(parts, closed))
    if not closed:
        return kept.take(kept.lengths > 1)
    if not len(kept.starts):
        return kept
    following = _following(kept)
    x, y = kept.xy.T
    area = np.add.reduceat(x * y[following] - x[following] * y, kept.starts)
    sound = area * kept.sign > 0
    polygon = _changes(kept.whole)
    total = np.add.reduceat(np.where(sound, area, 0), np.flatnonzero(polygon))
    return kept.take(sound & (total[np.cumsum(polygon) - 1] > 0))


def _fallen(parts: Parts, closed: bool) -> Truths:
    """Corners that are the same as the next."""
    same: Truths = (parts.xy == parts.xy[_following(parts)]).all(axis=1)
    if not closed:
        same[parts.starts + parts.lengths - 1] = False
    return same


def _following(parts: Parts) -> Integers:
    following = np.arange(1, len(parts.xy) + 1)
    following[parts.starts + parts.lengths - 1] = parts.starts
    return following
