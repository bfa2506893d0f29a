"""What is cut into turfs: the buildings of an area with their doors, and the ways between them."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

import numpy as np
import numpy.typing as npt
from django.db.models import Q

from courtyard.journal.reader import Reader
from courtyard.plan.network import Network
from courtyard.plan.route_doors import PACE, Doors, minutes_inside
from courtyard.plan.turf_ground import Stops
from courtyard.plan.turf_shares import Floors
from courtyard.territory.doors import BadPattern, doors_of
from courtyard.territory.geometry import metres_per_degree
from courtyard.territory.models import Area, Building, Complex, Edition
from courtyard.territory.standing import INVENTED_NAME, SEEN
from courtyard.territory.walking import WHOLE, walkable

from .rules import has_lift

Whole = npt.NDArray[np.int64]
NO_CORNERS: npt.NDArray[np.float64] = np.empty((0, 2))


@dataclass(frozen=True, slots=True, eq=False)
class Cuttable:
    """A named ground: a network, its stops, and of each stop its id, its name and its place.

    `degrees` are longitude and latitude, float64[n, 2], `corners` those of the network's first
    nodes, as far as they are known. `invented` says whose names are invented.
    `digest` is the same for the same ground: a cut made of one digest can be made again of it.
    """

    name: str
    network: Network
    stops: Stops
    ids: tuple[str, ...]
    names: tuple[str, ...]
    degrees: npt.NDArray[np.float64]
    corners: npt.NDArray[np.float64]
    invented: npt.NDArray[np.bool_]
    digest: str


def cuttable(area: Area, reader: Reader) -> Cuttable:
    """The ground of an area, as far as the reader may see it; kept until other ground is loaded."""
    editions = Edition.objects.visible_to(reader).in_force().order_by("id")
    seen = Building.objects.visible_to(reader).inside(area).filter(doors_source=SEEN).order_by("id")
    return _kept(
        _Asked(
            area,
            reader,
            tuple(editions.values_list("id", "loaded_at")),
            tuple(seen.values_list("id", "doors")),
        )
    )


def named(
    name: str,
    network: Network,
    stops: Stops,
    rows: Sequence[tuple[str, str, bool]],
    degrees: npt.NDArray[np.float64],
    corners: npt.NDArray[np.float64] = NO_CORNERS,
) -> Cuttable:
    """A ground with its digest; `rows` are the id, the name and whether it is invented, of each."""
    digest = hashlib.sha256()
    for array in (network.starts, network.ends, network.metres, stops.nodes, stops.doors):
        digest.update(np.ascontiguousarray(array).tobytes())
    minutes = stops.minutes if stops.minutes is not None else np.empty(0)
    digest.update(np.ascontiguousarray(minutes).tobytes())
    digest.update(repr((sorted(stops.floors.items()), [row[0] for row in rows])).encode())
    return Cuttable(
        name,
        network,
        stops,
        tuple(row[0] for row in rows),
        tuple(row[1] for row in rows),
        degrees,
        corners,
        np.array([row[2] for row in rows], dtype=bool),
        digest.hexdigest()[:32],
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which ground is asked for: of two readers who see the same of it, the same."""

    area: Area
    reader: Reader
    editions: tuple[tuple[UUID, object], ...]
    seen: tuple[tuple[UUID, str], ...]

    def _key(self) -> tuple[object, ...]:
        return self.area.id, self.reader.paths(), self.editions, self.seen

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())


@lru_cache(maxsize=16)
def _kept(asked: _Asked) -> Cuttable:
    return ground_of(asked.area.name, asked.area, asked.reader)


def ground_of(name: str, area: Area, reader: Reader, part: Q = WHOLE) -> Cuttable:
    """The ground of an area, or of the part of it that `part` keeps, read anew."""
    found = walkable(area, reader, part)
    known = _addresses(area, reader, part)
    rows = [(str(one), *known[one][:2]) for one in found.ids]
    patterns = [known[one][2] for one in found.ids]
    doors = found.doors.astype(np.int64)
    middle = found.degrees.mean(axis=0) if len(found.ids) else np.zeros(2)
    floors = floors_of(patterns, doors)
    stops = Stops(
        found.at,
        doors,
        minutes=minutes_in(floors, doors),
        places=(found.degrees - middle) * np.array(metres_per_degree(middle[1])),
        floors=floors,
    )
    return named(name, found.network, stops, rows, found.degrees, found.corners)


def _addresses(area: Area, reader: Reader, part: Q) -> dict[UUID, tuple[str, bool, str]]:
    """Of each building and complex: its address, whether that is invented, its doors' pattern."""
    inside = Building.objects.visible_to(reader).inside(area).filter(part)
    buildings = inside.filter(homes__gt=0).order_by()
    rows = buildings.values_list("id", "number", "street", "address_source", "doors")
    known = {
        one: (f"{number} {street}", source == INVENTED_NAME, doors)
        for one, number, street, source, doors in rows
    }
    complexes = Complex.objects.visible_to(reader).inside(area).filter(part).order_by()
    return known | {one: (name, False, "") for one, name in complexes.values_list("id", "name")}


@lru_cache(maxsize=4096)
def _landings(pattern: str) -> Floors:
    """The doors on each floor of each entrance, from the street upwards; nothing if not known."""
    try:
        doors = doors_of(pattern)
    except BadPattern:
        return ()
    counted: dict[str, dict[int, int]] = {}
    for door in doors:
        floors = counted.setdefault(door.entrance, {})
        floor = max(0, door.floor)  # a basement is worked with the ground floor
        floors[floor] = floors.get(floor, 0) + 1
    return tuple(
        tuple(floors.get(floor, 0) for floor in range(max(floors) + 1))
        for floors in counted.values()
    )


def floors_of(patterns: Sequence[str], doors: Whole) -> Mapping[int, Floors]:
    """The landings of the buildings of which they are known and are as many as their doors."""
    found = {}
    for stop, pattern in enumerate(patterns):
        landings = _landings(pattern) if pattern else ()
        if sum(map(sum, landings)) == doors[stop]:
            found[stop] = landings
    return found


def minutes_in(floors: Mapping[int, Floors], doors: Whole) -> npt.NDArray[np.float64]:
    """The minutes of work in each building: its doors, and where floors are known its stairs."""
    minutes = doors * PACE.door / 60
    which: dict[Floors, list[int]] = {}
    for stop, landings in floors.items():
        which.setdefault(landings, []).append(stop)
    for landings, stops in which.items():
        minutes[stops] = _inside(landings)
    return minutes


@lru_cache(maxsize=4096)
def _inside(landings: Floors) -> float:
    rows = [
        (entrance, floor, has_lift(len(floors)))
        for entrance, floors in enumerate(landings)
        for floor, count in enumerate(floors)
        for _ in range(count)
    ]
    if not rows:
        return 0.0
    entrance, floor, lift = (np.array(column) for column in zip(*rows, strict=True))
    stop = np.zeros(len(rows), dtype=np.int32)
    return float(minutes_inside(Doors(stop, entrance, floor, lift), 1)[0])
