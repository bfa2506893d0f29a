"""The map as drawn on the server: for paper, and for those without script."""

from dataclasses import dataclass

import numpy as np
import shapely

from courtyard.journal.reader import Reader
from courtyard.territory.models import Edition, Outline

WIDTH = 1000.0


@dataclass(frozen=True, slots=True)
class Drawing:
    """An SVG's size and, by area code, its path."""

    width: float
    height: float
    paths: dict[str, str]


def drawing(reader: Reader, edition: Edition) -> Drawing:
    """Every outline the reader may see, in Web Mercator, fitted to a width of 1,000 units."""
    found = Outline.objects.visible_to(reader).filter(
        area__edition=edition, area__kind=edition.kind
    )
    rows = found.order_by("area__code").values_list("area__code", "geometry")
    shapes = {code: _flat(shapely.from_geojson(geometry)) for code, geometry in rows}
    west, south, east, north = shapely.total_bounds(list(shapes.values()))
    scale = WIDTH / max(east - west, 1e-9)
    paths = {
        code: " ".join(_ring(ring, west, north, scale) for ring in _rings(outline))
        for code, outline in shapes.items()
    }
    return Drawing(WIDTH, round((north - south) * scale, 1), paths)


def _flat(outline: shapely.Geometry) -> shapely.Geometry:
    """Web Mercator, in degrees of longitude."""

    def mercator(degrees: np.ndarray) -> np.ndarray:
        east, north = degrees.T
        return np.column_stack([east, np.degrees(np.arcsinh(np.tan(np.radians(north))))])

    return shapely.transform(outline, mercator)


def _rings(outline: shapely.Geometry) -> list[shapely.Geometry]:
    return [
        ring
        for polygon in shapely.get_parts(outline)
        for ring in (polygon.exterior, *polygon.interiors)
    ]


def _ring(ring: shapely.Geometry, west: float, north: float, scale: float) -> str:
    points = [f"{(x - west) * scale:.1f} {(north - y) * scale:.1f}" for x, y in ring.coords[:-1]]
    return "M" + "L".join(points) + "Z"
