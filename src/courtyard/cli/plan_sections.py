"""A large area in sections that are planned one by one: its neighbourhoods, each home in one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

import numpy as np
from django.db.models import Q
from scipy.spatial import cKDTree

from courtyard.journal.reader import Reader
from courtyard.territory.geometry import metres_per_degree
from courtyard.territory.models import Area, Building, Complex
from courtyard.territory.placing import NEIGHBOURHOOD

LARGEST = 8_000  # homes that are planned as one, whatever lies inside
FARTHEST = 500.0  # metres to another section, for one with less than a turf to go with it


@dataclass(slots=True)
class Section:
    """A part of an area that is planned by itself: neighbourhoods, and districts outside of them.

    `told` says in words what was put into it besides.
    """

    name: str
    code: str
    homes: int
    stops: int
    hoods: list[UUID] = field(default_factory=list)
    outside: list[Q] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    @property
    def part(self) -> Q:
        """What stands in it, for a query of all that stands in the area."""
        if not self.hoods and not self.outside:
            return Q()
        return reduce(or_, self.outside, Q(neighbourhood__in=self.hoods))


def sections_of(area: Area, reader: Reader, least: int) -> list[Section]:
    """The sections of an area, those of most homes first; the area itself if it is small.

    What stands in no neighbourhood is a section by the district below the area. A section with
    fewer homes than a turf must have goes with the one whose homes are nearest, if one is near.
    """
    found = _standing(area, reader)
    homes = sum(row[2] for row in found)
    if homes <= LARGEST or area.kind == NEIGHBOURHOOD:
        return [Section(area.name, area.code, homes, len(found))] if found else []
    names = _names(reader)
    groups: dict[Any, list[int]] = {}
    for n, (hood, path, *_) in enumerate(found):
        groups.setdefault(hood or _below(path, area.path), []).append(n)
    sections = {key: _section(key, rows, found, names) for key, rows in groups.items()}
    if area.path in sections:  # what stands in no part of the area, and not what stands in one
        sections[area.path].outside = [Q(neighbourhood=None, path=area.path)]
    _joined(sections, groups, found, least)
    return sorted(sections.values(), key=lambda one: (-one.homes, one.name, one.code))


def without_homes(area: Area, reader: Reader) -> int:
    """How many lots of an area have no homes."""
    inside = Building.objects.visible_to(reader).inside(area)
    return int(inside.filter(homes=0).count())


Standing = tuple[UUID | None, str, int, float, float]


def _standing(area: Area, reader: Reader) -> list[Standing]:
    """All that has homes: its neighbourhood, its district's path, its homes, and where it is."""
    wanted = ("neighbourhood", "path", "homes", "longitude", "latitude")
    found: list[Standing] = []
    for kind in (Building, Complex):
        inside = kind.objects.visible_to(reader).inside(area).filter(homes__gt=0)
        found += inside.order_by("code").values_list(*wanted)
    return found


def _names(reader: Reader) -> dict[Any, tuple[str, str]]:
    rows = Area.objects.visible_to(reader).values_list("id", "path", "name", "code")
    return {key: (name, code) for one, path, name, code in rows for key in (one, path)}


def _below(path: str, around: str) -> str:
    """The path of the area just below: of `/a/b/c/` in `/a/` it is `/a/b/`."""
    if not path.startswith(around):
        return path
    below = path[len(around) :].partition("/")[0]
    return f"{around}{below}/" if below else around


def _section(
    key: Any, rows: Sequence[int], found: Sequence[Standing], names: dict[Any, tuple[str, str]]
) -> Section:
    name, code = names.get(key, ("elsewhere", ""))
    homes = sum(found[n][2] for n in rows)
    if isinstance(key, UUID):
        return Section(name, code, homes, len(rows), hoods=[key])
    what = f"{_many(len(rows), 'building')}, {_many(homes, 'home')}"
    told = f"{name}: {what} in no neighbourhood that is loaded"
    outside = f"{name}, outside of neighbourhoods"
    within = Q(neighbourhood=None, path__startswith=key)
    return Section(outside, code, homes, len(rows), outside=[within], told=[told])


def _joined(
    sections: dict[Any, Section],
    groups: dict[Any, list[int]],
    found: Sequence[Standing],
    least: int,
) -> None:
    """Puts sections with less than a turf into the one that is nearest, the smallest first."""
    places = np.array([row[3:] for row in found], dtype=np.float64)
    places *= np.array(metres_per_degree(places[:, 1].mean()))
    small = sorted((one.homes, str(key), key) for key, one in sections.items())
    for _, _, key in small:
        one = sections[key]
        if one.homes >= least or len(sections) == 1:
            continue
        others = [(n, other) for other, rows in groups.items() if other != key for n in rows]
        tree = cKDTree(places[[n for n, _ in others]])
        metres, near = tree.query(places[groups[key]])
        if metres.min() > FARTHEST:
            continue
        into = others[int(near[metres.argmin()])][1]
        there = sections[into]
        there.homes, there.stops = there.homes + one.homes, there.stops + one.stops
        there.hoods, there.outside = there.hoods + one.hoods, there.outside + one.outside
        told = (
            f"{one.name}: {_many(one.homes, 'home')}, less than a turf, planned with {there.name}"
        )
        there.told += [*one.told, told]
        groups[into] += groups.pop(key)
        del sections[key]


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
