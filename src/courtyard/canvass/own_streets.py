"""A file of streets of one's own, cut where they meet, as walkers need them."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from courtyard.electorate.refusal import Refused
from courtyard.territory.odd import NO_LINE
from courtyard.territory.pavements import NOT_WALKED, WIDE, Streets

from .own_doors import OwnDoors
from .own_table import Aside, Table, read_table

WKT = ("geometry", "wkt", "thegeom", "geom", "wktgeometry", "shape", "line", "linestring")
CLASS = ("highway", "class", "fclass", "roadclass")
MARGIN = 400.0  # metres around the doors: the way to one may lead round a block outside
MEETS = 1.0  # metres from the end of a line to another that it meets
FAR = 50_000.0  # metres between doors and streets of one place
LINES = ("LineString", "MultiLineString")

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class OwnStreets:
    """Streets from corner to corner, in metres; `degrees` and `lines` are the same, to draw."""

    file: str
    sha256: str
    streets: Streets
    degrees: npt.NDArray[np.object_]
    lines: list[Floats]
    aside: tuple[Aside, ...]
    remarks: tuple[str, ...]


def read_streets(path: Path, doors: OwnDoors, middle: Floats, scale: Floats) -> OwnStreets:
    """Reads the streets around some doors, from GeoJSON or a CSV with WKT. Raises Refused."""
    table = read_table(path, LINES)
    drawn, aside = _drawn(table)
    drawn, kinds, remarks = _walked(table, drawn)
    parts, row = shapely.get_parts(drawn, return_index=True)
    parts = shapely.transform(parts, lambda degrees: (degrees - middle) * scale)
    xy = (doors.degrees - middle) * scale
    near = _around(parts, xy[np.isfinite(xy).all(axis=1)])
    if not near.any():
        raise _elsewhere(table, parts, xy)
    wide = np.array([kind in WIDE for kind in kinds], dtype=bool)[row]
    pieces, of = _pieces(_meeting(parts[near]))
    first, last = (shapely.get_coordinates(shapely.get_point(pieces, end)) for end in (0, -1))
    corners, number = np.unique(np.concatenate([first, last]).round(1), axis=0, return_inverse=True)
    streets = Streets(
        corners=corners,
        of=np.zeros(len(corners), np.int64),
        ends=number.ravel().reshape(2, -1).T.astype(np.int64),
        metres=shapely.length(pieces),
        wide=wide[near][of],
    )
    degrees = shapely.transform(pieces, lambda metres: metres / scale + middle)
    lines = [shapely.get_coordinates(one) for one in degrees]
    return OwnStreets(table.file, table.sha256, streets, degrees, lines, aside, remarks)


def _drawn(table: Table) -> tuple[npt.NDArray[Any], tuple[Aside, ...]]:
    """A line for each row, None where there is none that can be read."""
    if table.shapes:
        drawn = np.array(table.shapes, dtype=object)
    else:
        texts = np.array(table.needed("the line of a street (WKT)", WKT), dtype=object)
        drawn = shapely.force_2d(shapely.from_wkt(texts, on_invalid="ignore"))
        kinds = Counter(one.geom_type for one in drawn if one is not None)
        if kinds and not set(kinds) & set(LINES):
            what = f"its geometries are {kinds.most_common(1)[0][0]}s; needed are LineStrings"
            raise Refused(what, mend="Give lines", file=table.file)
        drawn[[one is not None and one.geom_type not in LINES for one in drawn]] = None
    bad = [n for n, one in enumerate(drawn) if one is None or one.is_empty]
    drawn[bad] = None
    aside = (*table.aside, *(Aside(table.where(n), NO_LINE) for n in bad))
    if len(bad) == len(drawn):
        mend = "Give lines as GeoJSON, or as WKT such as LINESTRING (-73.88 40.75, -73.87 40.75)"
        raise Refused("no row of it is a line that can be read", mend=mend, file=table.file)
    west, south, east, north = shapely.total_bounds(drawn)
    if west < -180 or east > 180 or south < -90 or north > 90:
        what = f"its lines are not in degrees: the first is at {west:,.0f}, {south:,.0f}"
        mend = "Export it in degrees (WGS84, EPSG:4326)"
        raise Refused(what, mend=mend, file=table.file)
    return drawn, aside


def _walked(
    table: Table, drawn: npt.NDArray[Any]
) -> tuple[npt.NDArray[Any], list[str], tuple[str, ...]]:
    """The lines that people walk along, the class of each row, and what is said of the others."""
    kinds = table.column(CLASS) or [""] * len(drawn)
    shut = [n for n, kind in enumerate(kinds) if kind in NOT_WALKED and drawn[n] is not None]
    drawn[shut] = None
    told = (f"{table.file}: {len(shut):,} motorways are not walked along",) if shut else ()
    return drawn, kinds, told


def _around(parts: npt.NDArray[Any], xy: Floats) -> npt.NDArray[np.bool_]:
    (west, south), (east, north) = xy.min(axis=0) - MARGIN, xy.max(axis=0) + MARGIN
    return np.asarray(shapely.intersects(parts, shapely.box(west, south, east, north)), bool)


def _elsewhere(table: Table, parts: npt.NDArray[Any], xy: Floats) -> Refused:
    """What is wrong where no street is around the doors."""
    west, south, east, north = shapely.total_bounds(parts)
    known = xy[np.isfinite(xy).all(axis=1)]
    dx = np.maximum(0, np.maximum(west - known[:, 0], known[:, 0] - east))
    dy = np.maximum(0, np.maximum(south - known[:, 1], known[:, 1] - north))
    km = float(np.hypot(dx, dy).min()) / 1000
    what = f"no street is near the doors; the nearest is {km:,.0f} km or more away"
    swapped = " See in both files whether longitude and latitude are swapped" if km > 50 else ""
    return Refused(what, mend=f"Give streets of the same place.{swapped}", file=table.file)


def _meeting(parts: npt.NDArray[Any]) -> list[Floats]:
    """The corners of each line, with one more where another line ends on it."""
    tree = shapely.STRtree(parts)
    ends = np.concatenate([shapely.get_point(parts, 0), shapely.get_point(parts, -1)])
    end, on = tree.query(ends, predicate="dwithin", distance=MEETS)
    other = end % len(parts) != on
    added: dict[int, list[tuple[float, Floats]]] = {}
    for n, at in zip(end[other].tolist(), on[other].tolist(), strict=True):
        along = float(shapely.line_locate_point(parts[at], ends[n]))
        if MEETS < along < shapely.length(parts[at]) - MEETS:
            added.setdefault(at, []).append((along, shapely.get_coordinates(ends[n])[0]))
    lines = [shapely.get_coordinates(one) for one in parts]
    for at, more in added.items():
        steps = np.hypot(*np.diff(lines[at], axis=0).T)
        along = np.r_[0, np.cumsum(steps), [place for place, _ in more]]
        order = np.argsort(along, kind="stable")
        lines[at] = np.concatenate([lines[at], [point for _, point in more]])[order]
    return lines


def _pieces(lines: list[Floats]) -> tuple[npt.NDArray[Any], npt.NDArray[np.int64]]:
    """The lines cut at every corner that several share, and which line each piece was."""
    whole = [[tuple(point) for point in line.round(1).tolist()] for line in lines]
    shared = Counter(point for line in whole for point in line)
    shared += Counter(line[end] for line in whole for end in (0, -1))  # an end is always a corner
    pieces, of = [], []
    for n, line in enumerate(whole):
        begin = 0
        for at in range(1, len(line)):
            if shared[line[at]] > 1 or at == len(line) - 1:
                if len(set(line[begin : at + 1])) > 1:
                    pieces.append(shapely.linestrings(line[begin : at + 1]))
                    of.append(n)
                begin = at
    return np.array(pieces, dtype=object), np.array(of, dtype=np.int64)
