"""The maps of a plan as SVG: streets, turfs with their numbers, and the walk through one turf."""

from collections.abc import Sequence
from html import escape
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from .plan_sheets import Entry, Sheet

WIDE, SMALL = 720.0, 330.0  # units, and pixels where there is room for them
COLOURS = 5  # classes c0 to c4 of the style sheet: no two neighbours have the same
ROOM = 45.0  # metres around what is shown
LEAST = 150.0  # metres across a small map
APART = 11.0  # units between numbers of stops
LETTER = 5.6  # units of a letter of a street's name
SPOT = 500.0  # square metres of a piece of a turf that has its number too
NAMED = 9  # streets with a name on a map

Floats = npt.NDArray[np.float64]


class Streets:
    """Lines of streets in metres with their names, found by where they are."""

    def __init__(self, lines: Sequence[Floats], names: Sequence[str]) -> None:
        self.lines = np.array([shapely.linestrings(line) for line in lines], dtype=object)
        self.names = names
        self.tree = shapely.STRtree(self.lines)

    def within(self, box: Floats) -> list[tuple[str, Any]]:
        """The streets in a box, cut off at its edges."""
        found = np.sort(self.tree.query(shapely.box(*box)))
        cut = shapely.clip_by_rect(self.lines[found], *box) if len(found) else []
        pairs = zip(found.tolist(), cut, strict=True)
        return [(self.names[n], line) for n, line in pairs if not line.is_empty]


class Frame:
    """A box of metres drawn at a width, no higher than wide and no flatter than half of that."""

    def __init__(self, bounds: Floats, width: float, least: float = LEAST) -> None:
        west, south, east, north = bounds
        across = max(east - west, (north - south) * 0.9, least)
        up = max(north - south, across * 0.55)
        middle = (west + east) / 2, (south + north) / 2
        self.box = np.array(
            [middle[0] - across / 2, middle[1] - up / 2, middle[0] + across / 2, middle[1] + up / 2]
        )
        self.scale = width / across
        self.width, self.height = width, up * self.scale

    def at(self, xy: Floats) -> Floats:
        """Metres in units of the drawing."""
        flat = (np.atleast_2d(xy) - (self.box[0], self.box[3])) * (self.scale, -self.scale)
        return np.asarray(flat, dtype=np.float64)

    def line(self, xy: Floats) -> str:
        """A line as a path."""
        points = self.at(xy).round(1).tolist()
        return "M" + "L".join(f"{x:g} {y:g}" for x, y in points)

    def shape(self, shape: Any, fine: float = 0.5) -> str:
        """An outline as a path, true to half a unit."""
        parts = shapely.get_parts(shapely.simplify(shape, fine / self.scale))
        rings = [ring for one in parts for ring in (one.exterior, *one.interiors)]
        return "".join(self.line(shapely.get_coordinates(ring)[:-1]) + "Z" for ring in rings)


def map_of_sections(
    outlines: Sequence[Any], links: Sequence[str], ground: Any | None, says: str
) -> str:
    """The sections of an area, numbered as in the list beside, on the ground of all."""
    frame = Frame(_bounds([*outlines, *([ground] if ground else [])]), WIDE)
    colours = coloured(outlines, 200.0)
    parts = [f'<path class="outline" d="{frame.shape(ground)}"/>'] if ground else []
    parts += [
        f'<a href="{escape(link)}"><path class="c{colour}" d="{frame.shape(one)}"/></a>'
        for one, link, colour in zip(outlines, links, colours, strict=True)
    ]
    labels = [_label(frame, one, str(n), "big") for n, one in enumerate(outlines, 1)]
    return _svg(frame, [*parts, *labels], says)


def map_of_sheets(sheets: Sequence[Sheet], streets: Streets, says: str) -> str:
    """All turfs of a section, in the colour of their sheet, with the sheets' numbers."""
    wholes = [whole_of([entry.ground for entry in sheet.entries]) for sheet in sheets]
    frame = Frame(_bounds(wholes), WIDE)
    parts = []
    for sheet, colour in zip(sheets, coloured(wholes, 60.0), strict=True):
        shapes = "".join(frame.shape(entry.ground) for entry in sheet.entries)
        parts.append(f'<a href="{sheet.file}"><path class="c{colour}" d="{shapes}"/></a>')
    labels = [
        _label(frame, one, str(sheet.number), "big")
        for one, sheet in zip(wholes, sheets, strict=True)
    ]
    return _svg(frame, [*parts, _streets(frame, streets.within(frame.box)), *labels], says)


def map_of_sheet(sheet: Sheet, around: shapely.STRtree, streets: Streets, says: str) -> str:
    """The turfs of one sheet with their numbers, those around it in outline."""
    grounds = [entry.ground for entry in sheet.entries]
    frame = Frame(_bounds(grounds), WIDE, 2 * LEAST)
    lines = streets.within(frame.box)
    near = around.geometries[np.sort(around.query(shapely.box(*frame.box)))]
    beside = "".join(frame.shape(one) for one in near)
    parts = [f'<path class="beside" d="{beside}"/>']
    colours = coloured(grounds, 25.0)
    for entry, colour in zip(sheet.entries, colours, strict=True):
        link = f"#turf-{entry.turfs[0].number}"
        shape = frame.shape(entry.ground)
        parts.append(f'<a href="{link}"><path class="c{colour}" d="{shape}"/></a>')
    labels = [
        _label(frame, part, entry.numbers, "mid")
        for entry in sheet.entries
        for part in shapely.get_parts(entry.ground)
        if part.area > SPOT
    ]
    return _svg(frame, [*parts, _streets(frame, lines), _names(frame, lines), *labels], says)


def map_of_entry(entry: Entry, places: Floats, streets: Streets, says: str) -> str:
    """The walk through one turf: its stops by number, and the buildings beside it."""
    known = np.asarray(np.isfinite(entry.xy).all(axis=1), dtype=bool)
    if not known.any():
        return ""
    xy = entry.xy[known]
    bounds = np.r_[xy.min(axis=0) - ROOM, xy.max(axis=0) + ROOM]
    frame = Frame(bounds, SMALL)
    lines = streets.within(frame.box)
    west, south, east, north = frame.box
    inside = (places > (west, south)).all(axis=1) & (places < (east, north)).all(axis=1)
    dots = "".join(f"M{x:g} {y:g}h0" for x, y in frame.at(places[inside]).round(1).tolist())
    parts = [
        f'<path class="ours" d="{frame.shape(entry.ground)}"/>',
        _streets(frame, lines),
        f'<path class="dots" d="{dots}"/>' if dots else "",
        _names(frame, lines),
    ]
    if len(xy) > 1 and not entry.is_shared:
        parts.append(f'<path class="walk" d="{frame.line(xy)}"/>')
    parts += _stops(frame, entry, known)
    return _svg(frame, parts, says)


def _stops(frame: Frame, entry: Entry, known: npt.NDArray[np.bool_]) -> list[str]:
    """Dots, the first ringed, and numbers where there is room for them."""
    at = frame.at(entry.xy[known]).round(1)
    numbers = (np.flatnonzero(known) + 1).tolist()
    dots = "".join(f"M{x:g} {y:g}h0" for x, y in at.tolist())
    (x, y) = at[0].tolist()
    parts = [f'<circle class="first" cx="{x:g}" cy="{y:g}" r="7"/><path class="stops" d="{dots}"/>']
    if entry.is_shared or len(at) == 1:
        return parts
    middle = at.mean(axis=0)
    placed: list[Floats] = []
    for number, point in zip(numbers, at, strict=True):
        out = point - middle
        away = 16.0 if not placed else 10.0  # the first is ringed
        spot = point + away * out / max(float(np.hypot(*out)), 1.0) + (0, 3.5)
        if all(np.abs(spot - other).max() > APART for other in placed):
            placed.append(spot)
            parts.append(f'<text class="no" x="{spot[0]:.1f}" y="{spot[1]:.1f}">{number}</text>')
    return parts


def whole_of(grounds: Sequence[Any]) -> Any:
    """Grounds as one."""
    return shapely.union_all(shapely.make_valid(np.array(grounds, dtype=object)), grid_size=0.1)


def coloured(shapes: Sequence[Any], near: float) -> list[int]:
    """A colour for each shape such that those within so many metres differ, as far as they can."""
    tree = shapely.STRtree(shapes)
    pairs = tree.query(np.array(shapes, dtype=object), predicate="dwithin", distance=near).T
    beside: list[set[int]] = [set() for _ in shapes]
    for one, other in pairs.tolist():
        beside[one].add(other)
    found: list[int] = []
    for n in range(len(shapes)):
        taken = [found[other] for other in sorted(beside[n]) if other < n]
        found.append(min(range(COLOURS), key=lambda colour: (taken.count(colour), colour)))
    return found


def _bounds(shapes: Sequence[Any]) -> Floats:
    bounds = shapely.total_bounds(np.array(shapes, dtype=object))
    return np.asarray(np.nan_to_num(bounds) + np.array([-ROOM, -ROOM, ROOM, ROOM]))


def _streets(frame: Frame, lines: Sequence[tuple[str, Any]]) -> str:
    drawn = "".join(
        frame.line(shapely.get_coordinates(part))
        for _, line in lines
        for part in shapely.get_parts(line)
    )
    return f'<path class="streets" d="{drawn}"/>' if drawn else ""


def _names(frame: Frame, lines: Sequence[tuple[str, Any]]) -> str:
    """The name of each street along the longest straight piece of it that has room."""
    longest: dict[str, tuple[float, Floats]] = {}
    for name, line in lines:
        points = frame.at(shapely.get_coordinates(shapely.get_parts(line)[0]))
        for a, b in pairwise(points):
            length = float(np.hypot(*(b - a)))
            if name and length > longest.get(name, (LETTER * len(name),))[0]:
                longest[name] = length, np.array([a, b])
    chosen = sorted(longest.items(), key=lambda one: (-one[1][0], one[0]))[:NAMED]
    return "".join(_name(name, ends) for name, (_, ends) in chosen)


def _name(name: str, ends: Floats) -> str:
    x, y = ends.mean(axis=0)
    way = ends[1] - ends[0]
    turn = (np.degrees(np.arctan2(way[1], way[0])) + 90) % 180 - 90
    place = f'transform="translate({x:.1f} {y:.1f}) rotate({turn:.0f})"'
    return f'<text class="street" dy="3" {place} translate="no">{escape(name)}</text>'


def _label(frame: Frame, shape: Any, text: str, kind: str) -> str:
    if shape.is_empty:
        return ""
    largest = max(shapely.get_parts(shape), key=lambda part: float(part.area))
    (x, y) = frame.at(shapely.get_coordinates(largest.representative_point()))[0].tolist()
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{escape(text)}</text>'


def _svg(frame: Frame, parts: Sequence[str], says: str) -> str:
    size = f'viewBox="0 0 {frame.width:.0f} {frame.height:.0f}"'
    return f'<svg {size} role="img" aria-label="{escape(says)}">{"".join(parts)}</svg>'
