"""What is told of a cut: its turfs in rows, and the buildings of each in walking order."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from courtyard.electorate.voters.address import street as comparable
from courtyard.plan.network import NOWHERE
from courtyard.plan.route_doors import PACE
from courtyard.plan.turf import Cut
from courtyard.plan.turf_shares import Share
from courtyard.territory.finding import spelling

from .cuttable import Cuttable

MAIN = 2  # streets that are named of a turf
# `34-12 82 Street`, and of several houses `1370 to 1380 Virginia Ave`
NUMBERED = re.compile(r"\d\S*(?:\s+to\s+\d\S*)?\s+(?P<street>\S.*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Turf:
    """One turf as it is shown: `number` counts from 1, `index` is the cut's own number.

    `minutes` are those of its doors, its stairs and its walk; `streets` are those with most doors.
    """

    number: int
    doors: int
    buildings: int
    minutes: float
    metres: float
    out_of_bounds: bool
    streets: tuple[str, ...]
    parts: tuple[int, ...]

    @property
    def index(self) -> int:
        """The number by which the cut knows it."""
        return self.number - 1


@dataclass(frozen=True, slots=True)
class Place:
    """Which share of a building is meant: number `at` of `of`, counted from 1; whole: 1 of 1."""

    at: int = 1
    of: int = 1
    share: Share | None = None

    @property
    def words(self) -> str:
        """`entrance 1, floors 2–4`, or `share 2 of 5, to be surveyed`; nothing of a whole one."""
        if self.share is None:
            return ""
        if self.share.first is None or self.share.last is None:
            return f"share {self.at} of {self.of}, to be surveyed"
        (entrance, floor), (last, top) = self.share.first, self.share.last
        if entrance != last:
            begin = f"entrance {entrance + 1}, floor {floor + 1}"
            return f"{begin}, to entrance {last + 1}, floor {top + 1}"
        floors = f"floor {floor + 1}" if floor == top else f"floors {floor + 1}–{top + 1}"
        return f"entrance {entrance + 1}, {floors}"


@dataclass(frozen=True, slots=True)
class Stop:
    """A building, or a share of one, on the walk through a turf."""

    part: int
    id: str
    name: str
    is_invented: bool
    doors: int
    minutes: float
    place: Place
    is_pinned: bool


def turfs(cut: Cut, ground: Cuttable) -> list[Turf]:
    """Every turf of a cut, in the order of their numbers."""
    least, most = cut.bounds.loads
    count = len(cut.doors)
    held = cut.turf != NOWHERE
    loads = np.bincount(cut.turf[held], cut.parts.load[held], count)
    inside = np.bincount(cut.turf[held], minutes_of(cut, ground)[held], count)
    walked = np.where(np.isfinite(cut.metres), cut.metres, 0) / PACE.metres_a_second / 60
    minutes = inside + walked
    stops, doors = cut.parts.stop.tolist(), cut.parts.doors.tolist()
    street = _streets(ground.names)
    told = []
    for index, ring in enumerate(cut.rings):
        parts = tuple(ring.tolist())
        told.append(
            Turf(
                number=index + 1,
                doors=int(cut.doors[index]),
                buildings=len({stops[part] for part in parts}),
                minutes=float(minutes[index]),
                metres=float(cut.metres[index]),
                out_of_bounds=not least <= loads[index] <= most,
                streets=_main((street[stops[part]], doors[part]) for part in parts),
                parts=parts,
            )
        )
    return told


def stops_of(cut: Cut, ground: Cuttable, turf: int) -> list[Stop]:
    """The buildings of a turf (as the cut numbers it, from 0) in walking order."""
    ring = cut.walk[cut.begin[turf] : cut.begin[turf + 1]].tolist()
    return stops_at(cut, ground, ring)


def left_out(cut: Cut, ground: Cuttable) -> list[Stop]:
    """The buildings that are in no turf, because a captain left them out."""
    return stops_at(cut, ground, np.flatnonzero(cut.turf == NOWHERE).tolist())


def stops_at(cut: Cut, ground: Cuttable, parts: Iterable[int]) -> list[Stop]:
    """What is told of some parts of a cut, in the order given."""
    minutes = minutes_of(cut, ground)
    told = []
    for part in parts:
        stop = int(cut.parts.stop[part])
        told.append(
            Stop(
                part=part,
                id=ground.ids[stop],
                name=ground.names[stop],
                is_invented=bool(ground.invented[stop]),
                doors=int(cut.parts.doors[part]),
                minutes=float(minutes[part]),
                place=_place(cut, part),
                is_pinned=part in cut.pins,
            )
        )
    return told


def minutes_of(cut: Cut, ground: Cuttable) -> npt.NDArray[np.float64]:
    """The minutes in each part, without the walk: a share counts for its part of the doors."""
    parts = cut.parts
    doors, minutes = ground.stops.doors, ground.stops.minutes
    whole = np.asarray(doors if minutes is None else minutes, dtype=np.float64)
    shared: npt.NDArray[np.float64] = whole[parts.stop] * parts.doors
    return shared / np.maximum(doors[parts.stop], 1)


def _place(cut: Cut, part: int) -> Place:
    share = cut.parts.share[part]
    if share is None:
        return Place()
    # The shares of a building stand beside each other, in order.
    first, last = np.searchsorted(cut.parts.stop, [cut.parts.stop[part], cut.parts.stop[part] + 1])
    return Place(part - int(first) + 1, int(last - first), share)


@lru_cache(maxsize=16)
def _streets(names: tuple[str, ...]) -> tuple[str, ...]:
    """The street in each address, of those spelt in several ways always the same one.

    A name without a number in front is its own.
    """
    streets = [_street(name) for name in names]
    known: dict[str, set[str]] = {}
    for name in set(streets):
        known.setdefault(comparable(name), set()).add(name)
    said = {name: spelling(alike) for alike in known.values() for name in alike}
    return tuple(said[name] for name in streets)


def _street(name: str) -> str:
    found = NUMBERED.fullmatch(name)
    return found["street"] if found else name


def _main(weighed: Iterable[tuple[str, int]]) -> tuple[str, ...]:
    """The streets with most doors."""
    doors: Counter[str] = Counter()
    for street, count in weighed:
        doors[street] += count
    return tuple(street for street, _ in doors.most_common(MAIN))
