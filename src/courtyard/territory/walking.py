"""An area as planners want it: what is walked to there, and the network it is walked on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
import shapely
from django.db.models import Q

from courtyard.journal.reader import Reader
from courtyard.plan.network import Network

from .geometry import metres_per_degree
from .models import Area, Building, Complex, Segment
from .pavements import NOT_WALKED, WIDE, Stops, Streets, ways_of

MARGIN = 400.0  # metres around what is walked to: the way to it may lead round a block outside
WHOLE = Q()

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Walkable:
    """The stops of an area, which are its buildings and complexes with homes, and the ways there.

    `degrees` are longitude and latitude of each stop, float64[n, 2], `at` its node, `doors` its
    homes. `corners` are longitude and latitude of the network's first nodes; stops follow them.
    """

    network: Network
    corners: Floats
    ids: list[UUID]
    degrees: Floats
    at: npt.NDArray[np.int32]
    doors: npt.NDArray[np.int32]
    is_complex: npt.NDArray[np.bool_]


def walkable(area: Area, reader: Reader, part: Q = WHOLE) -> Walkable:
    """What this reader may see of the area; streets a little farther than its last building.

    `part` keeps only some of what stands there, such as what lies in one neighbourhood too.
    """
    inside = Building.objects.visible_to(reader).inside(area).filter(part)
    buildings = _columns(
        inside.filter(homes__gt=0).order_by("code"),
        ("id", "longitude", "latitude", "homes", "segment", "side", "along"),
    )
    complexes = _columns(
        Complex.objects.visible_to(reader).inside(area).filter(part).order_by("code"),
        ("id", "longitude", "latitude", "homes"),
    )
    many = len(complexes["id"])
    ids = buildings["id"] + complexes["id"]
    degrees = np.array(
        [buildings[name] + complexes[name] for name in ("longitude", "latitude")], np.float64
    ).T
    middle = degrees.mean(axis=0) if ids else np.array([area.longitude, area.latitude])
    scale = np.array(metres_per_degree(middle[1]), np.float64)
    rows, streets = _streets(reader, degrees if ids else middle[None], middle, scale)
    on_street = buildings["segment"]
    stops = Stops(
        xy=(degrees - middle) * scale,
        segment=np.array([rows.get(one, -1) for one in on_street] + [-1] * many, np.int64),
        side=np.array(buildings["side"] + [0] * many, np.int8),
        along=np.array(buildings["along"] + [0.0] * many, np.float64),
    )
    a, b, metres = ways_of(streets, stops)
    corners = len(streets.corners)
    return Walkable(
        network=Network.of_ways((a, b), metres, corners + len(ids)),
        corners=streets.corners / scale + middle,
        ids=ids,
        degrees=degrees,
        at=np.arange(corners, corners + len(ids), dtype=np.int32),
        doors=np.array(buildings["homes"] + complexes["homes"], np.int32),
        is_complex=np.arange(len(ids)) >= len(ids) - many,
    )


def _columns(rows: Any, names: Sequence[str]) -> dict[str, list[Any]]:
    table = list(rows.values_list(*names))
    return {name: [row[n] for row in table] for n, name in enumerate(names)}


def _streets(
    reader: Reader, degrees: Floats, middle: Floats, scale: Floats
) -> tuple[dict[UUID, int], Streets]:
    """The streets around, with the row of each by its id."""
    (west, south), (east, north) = degrees.min(axis=0), degrees.max(axis=0)
    around = MARGIN / scale
    found = _columns(
        Segment.objects.visible_to(reader)
        .filter(longitude__range=(west - around[0], east + around[0]))
        .filter(latitude__range=(south - around[1], north + around[1]))
        .exclude(kind__in=NOT_WALKED)
        .order_by("edition", "number"),
        ("id", "edition", "kind", "start", "end", "metres", "geometry"),
    )
    many = len(found["id"])
    lines = shapely.from_geojson(found["geometry"]) if many else np.empty(0, object)
    names = [
        (edition, corner)
        for end in ("start", "end")
        for edition, corner in zip(found["edition"], found[end], strict=True)
    ]
    rows = {name: row for row, name in enumerate(dict.fromkeys(names))}
    number = np.array([rows[name] for name in names], np.int64)
    points = np.concatenate([_point(lines, 0), _point(lines, -1)])
    corners = np.empty((len(rows), 2))
    corners[number] = (points - middle) * scale
    editions = {edition: n for n, edition in enumerate(dict.fromkeys(found["edition"]))}
    streets = Streets(
        corners=corners,
        of=np.array([editions[edition] for edition, _ in rows], np.int64),
        ends=number.reshape(2, many).T,
        metres=np.array(found["metres"], np.float64),
        wide=np.array([kind in WIDE for kind in found["kind"]], bool),
    )
    return {one: row for row, one in enumerate(found["id"])}, streets


def _point(lines: npt.NDArray[Any], which: int) -> Floats:
    """The first or the last point of each line; of several lines, of the first or the last."""
    single = shapely.get_geometry(lines, which)
    return np.asarray(shapely.get_coordinates(shapely.get_point(single, which)), np.float64)
