"""A cut in sheets: a few turfs that lie together, on one map on which each has room."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from courtyard.canvass.told import Stop, Turf
from courtyard.territory.geometry import metres_per_degree

from .turf_rows import Told

MOST = 16  # entries on a sheet
STREETS = 2  # that are named of one

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Entry:
    """One turf with its stops, or the turfs that share one building, a stop each."""

    turfs: tuple[Turf, ...]
    stops: tuple[Stop, ...]
    xy: Floats
    ground: shapely.Geometry

    @property
    def is_shared(self) -> bool:
        """Whether it is one building shared out among several turfs."""
        return len(self.turfs) > 1

    @property
    def is_surveyed(self) -> bool:
        """Whether it is known on which floors the doors of a shared building are."""
        share = self.stops[0].place.share
        return share is not None and share.first is not None

    @property
    def numbers(self) -> str:
        """The numbers of its turfs: `41–44, 51`."""
        runs: list[list[int]] = []
        for turf in self.turfs:
            if runs and turf.number == runs[-1][1] + 1:
                runs[-1][1] = turf.number
            else:
                runs.append([turf.number, turf.number])
        return ", ".join(f"{a}" if a == b else f"{a}–{b}" for a, b in runs)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Entries that lie together, with the number of their sheet."""

    number: int
    entries: tuple[Entry, ...]

    @property
    def file(self) -> str:
        """The name of its page."""
        return f"sheet-{self.number:02}.html"

    @property
    def turfs(self) -> list[Turf]:
        """Its turfs, by number."""
        found = [turf for entry in self.entries for turf in entry.turfs]
        return sorted(found, key=lambda turf: turf.number)

    @property
    def streets(self) -> list[str]:
        """The streets along which most of its doors are."""
        doors: Counter[str] = Counter()
        for turf in self.turfs:
            for street in turf.streets[:1]:
                doors[street] += turf.doors
        return [street for street, _ in doors.most_common(STREETS)]


class Plane:
    """Metres on a plane, eastwards and northwards, around the middle of some places."""

    def __init__(self, degrees: Floats) -> None:
        known = degrees[np.isfinite(degrees).all(axis=1)]
        self.middle = known.mean(axis=0) if len(known) else np.zeros(2)
        self.scale = np.array(metres_per_degree(self.middle[1]), dtype=np.float64)

    def __call__(self, degrees: Floats) -> Floats:
        """Places in metres."""
        flat: Floats = (degrees - self.middle) * self.scale
        return flat

    def shapes(self, shapes: Any) -> Any:
        """Shapes in metres."""
        return shapely.transform(shapes, self)


def sheets_of(told: Told, plane: Plane) -> list[Sheet]:
    """The sheets of a cut, from north to south; on each the turfs by number."""
    entries = _entries(told, plane)
    if not entries:
        return []
    middles = np.array([_middle(entry) for entry in entries])
    groups = _halved(np.arange(len(entries)), middles)
    order = sorted(groups, key=lambda group: tuple(-middles[group].mean(axis=0)[::-1].round(1)))
    return [
        Sheet(number, tuple(entries[n] for n in sorted(group.tolist())))
        for number, group in enumerate(order, 1)
    ]


def _entries(told: Told, plane: Plane) -> list[Entry]:
    grouped: dict[object, list[Turf]] = {}
    for turf in told.turfs:
        first, *others = told.stops[turf.index]
        alone = not others and first.place.of > 1
        grouped.setdefault(first.id if alone else turf.number, []).append(turf)
    xy = plane(told.ground.degrees)
    grounds = plane.shapes(np.array(told.grounds, dtype=object))
    found = []
    for some in grouped.values():
        stops = tuple(stop for turf in some for stop in told.stops[turf.index])
        at = xy[told.cut.parts.stop[[stop.part for stop in stops]]]
        found.append(Entry(tuple(some), stops, at, grounds[some[0].index]))
    return found


def _middle(entry: Entry) -> Floats:
    known = entry.xy[np.isfinite(entry.xy).all(axis=1)]
    return known.mean(axis=0) if len(known) else np.zeros(2)


def _halved(group: npt.NDArray[np.int64], middles: Floats) -> list[npt.NDArray[np.int64]]:
    """The group in pieces of at most so many, each time cut across its longer side."""
    if len(group) <= MOST:
        return [group]
    across = int(np.ptp(middles[group], axis=0).argmax())
    order = group[np.lexsort((group, middles[group, across]))]
    half = len(order) // 2
    return [*_halved(order[:half], middles), *_halved(order[half:], middles)]
