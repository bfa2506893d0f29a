"""In which district and which neighbourhood points lie, among the areas that are loaded."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
import shapely

from courtyard.journal.reader import EVERYWHERE

from .geometry import areas_of
from .models import Area, Outline

NEIGHBOURHOOD = "neighbourhood"
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ground:
    """Areas of one kind with their outlines, to place points in."""

    areas: tuple[tuple[UUID, str], ...]
    outlines: tuple[Any, ...]

    def placed(self, longitude: Floats, latitude: Floats) -> list[tuple[UUID | None, str]]:
        """Id and path of the area around each point; no id and an empty path outside of all."""
        nowhere: tuple[UUID | None, str] = (None, "")
        found = areas_of(longitude, latitude, self.outlines).tolist()
        return [self.areas[n] if n >= 0 else nowhere for n in found]


@dataclass(frozen=True, slots=True)
class Places:
    """Where points lie, a value each: ids and paths of district and neighbourhood."""

    areas: tuple[UUID | None, ...]
    paths: tuple[str, ...]
    neighbourhoods: tuple[UUID | None, ...]
    hoods: tuple[str, ...]

    def outside(self) -> int:
        """How many lie in no district."""
        return sum(one is None for one in self.areas)


def places_of(longitude: Floats, latitude: Floats) -> Places:
    """Places points in the districts and neighbourhoods that are loaded."""
    districts = smallest_districts().placed(longitude, latitude)
    hoods = _of_edition_kind(NEIGHBOURHOOD).placed(longitude, latitude)
    return Places(
        tuple(area for area, _ in districts),
        tuple(path or EVERYWHERE for _, path in districts),
        tuple(area for area, _ in hoods),
        tuple(path for _, path in hoods),
    )


def smallest_districts() -> Ground:
    """The districts that hold no others, of the newest edition of the smallest kind."""
    leaves = Area.objects.exclude(kind=NEIGHBOURHOOD).filter(parts=None)
    kinds = leaves.values_list("edition__kind", "kind", "path").order_by("path")
    depth: dict[str, int] = {}
    for edition, kind, path in kinds:
        if edition == kind:
            depth[kind] = max(depth.get(kind, 0), path.count("/"))
    if not depth:
        return Ground((), ())
    return _of_edition_kind(max(depth, key=lambda kind: (depth[kind], kind)))


def _of_edition_kind(kind: str) -> Ground:
    rows = Outline.objects.filter(area__kind=kind)
    newest = rows.order_by("-area__edition__valid_from").values_list("area__edition", flat=True)
    found = rows.filter(area__edition=newest.first()).order_by("area__code")
    listed = list(found.values_list("area_id", "area__path", "geometry"))
    outlines = shapely.from_geojson(np.array([text for *_, text in listed], dtype=object))
    return Ground(tuple((area, path) for area, path, _ in listed), tuple(outlines))
