"""What lies around an area and inside of it, and the small drawing of where it is."""

from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

import numpy as np
import shapely

from courtyard.journal.reader import Reader, Sight
from courtyard.territory.models import (
    Area,
    AreaQuerySet,
    Building,
    OnGroundQuerySet,
    Outline,
)

from .ground_drawing import Drawing

TOUCHING = 2e-5  # degrees, two metres: publishers' borders do not meet to the centimetre
FINE = 1 / 300  # of the drawing's width: what is smaller cannot be seen
WIDTH = 300.0


@dataclass(frozen=True, slots=True)
class Around:
    """The areas that contain it, outermost first; the kinds inside of it; those that touch it."""

    outer: list[Area]
    inside: list[Area]
    crossing: list[Area]
    neighbours: list[Area]


def around(reader: Reader, area: Area) -> Around:
    """What of the loaded ground lies around an area, as far as the reader may see it."""
    seen = Area.objects.visible_to(reader)
    above = [UUID(part) for part in area.path.strip("/").split("/")][:-1]
    outer = list(seen.filter(id__in=above).order_by("path")) if above else []
    inside = list(seen.filter(parent=area).order_by("kind", "code"))
    # Neighbourhoods and districts cross each other: they meet in the buildings of both.
    stand = Building.objects.visible_to(reader).inside(area).order_by()
    crossing = [] if inside else [*_met(seen, stand, area)]
    return Around(outer, inside, crossing, _neighbours(reader, area))


def _met(seen: AreaQuerySet, stand: OnGroundQuerySet[Building], area: Area) -> list[Area]:
    column = "area" if area.kind == "neighbourhood" else "neighbourhood"
    ids = stand.values_list(column, flat=True).distinct()
    return list(seen.filter(id__in=[one for one in ids if one and one != area.id]))


def _neighbours(reader: Reader, area: Area) -> list[Area]:
    ids, tree = _tree(area.edition_id, area.kind, Sight.of(reader))
    own = next((n for n, one in enumerate(ids) if one == area.id), None)
    if own is None:
        return []
    near = tree.query(tree.geometries[own], predicate="dwithin", distance=TOUCHING)
    found = [ids[n] for n in near.tolist() if n != own]
    return list(Area.objects.visible_to(reader).filter(id__in=found).order_by("name", "code"))


@lru_cache(maxsize=32)
def _tree(edition: UUID, kind: str, sight: Sight) -> tuple[list[UUID], shapely.STRtree]:
    """The outlines one sees. An edition never changes: it is read once in a process."""
    rows = Outline.objects.visible_to(sight.reader).filter(area__edition=edition, area__kind=kind)
    found = list(rows.order_by("area__code").values_list("area_id", "geometry"))
    texts = np.array([text for _, text in found], dtype=object)
    return [area for area, _ in found], shapely.STRtree(shapely.from_geojson(texts))


def locator(reader: Reader, area: Area) -> Drawing | None:
    """The area in what is around it: paths by `around` and `own`, in a drawing 300 units wide."""
    wanted = [one for one in (area.id, area.parent_id) if one]
    rows = Outline.objects.visible_to(reader).filter(area__in=wanted)
    shapes = {
        "own" if one == area.id else "around": _flat(shapely.from_geojson(text))
        for one, text in rows.values_list("area_id", "geometry")
    }
    if "own" not in shapes:
        return None
    west, south, east, north = shapely.total_bounds(list(shapes.values()))
    scale = WIDTH / max(east - west, north - south, 1e-9)
    paths = {
        name: "".join(
            _ring(ring, west, north, scale)
            for polygon in shapely.get_parts(shapely.simplify(shape, FINE * WIDTH / scale))
            for ring in (polygon.exterior, *polygon.interiors)
        )
        for name, shape in sorted(shapes.items())
    }
    return Drawing(round((east - west) * scale, 1), round((north - south) * scale, 1), paths)


def _flat(outline: shapely.Geometry) -> shapely.Geometry:
    """Degrees, those of longitude shortened as they are there."""
    shorter = np.cos(np.radians(shapely.get_y(shapely.centroid(outline))))
    shorter = round(float(shorter), 2)  # the same for what lies together
    return shapely.transform(outline, lambda degrees: degrees * [shorter, 1])


def _ring(ring: shapely.Geometry, west: float, north: float, scale: float) -> str:
    points = [f"{(x - west) * scale:.1f} {(north - y) * scale:.1f}" for x, y in ring.coords[:-1]]
    return "M" + "L".join(points) + "Z"
