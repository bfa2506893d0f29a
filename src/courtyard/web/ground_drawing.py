"""The map as drawn on the server: for paper, and for those without script."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType
from uuid import UUID

import numpy as np
import numpy.typing as npt
import shapely

from courtyard.journal.reader import Reader, Sight
from courtyard.territory.models import Edition, Outline

from .ground_figures import Shown

WIDTH = 1000.0  # units, and points stand on whole ones: a fifth of a millimetre on paper


@dataclass(frozen=True, slots=True)
class Drawing:
    """An SVG's size and, by area code, its path."""

    width: float
    height: float
    paths: Mapping[str, str]

    def by_step(self, shown: Mapping[str, Shown]) -> dict[int, str]:
        """One path for each colour, of all areas that have it; 0 for those without a figure."""
        found: dict[int, list[str]] = {}
        for code, path in self.paths.items():
            step = shown[code].step if code in shown else 0
            found.setdefault(step, []).append(path)
        return {step: "".join(paths) for step, paths in sorted(found.items())}


def drawing(reader: Reader, edition: Edition) -> Drawing:
    """Every outline the reader may see, in Web Mercator, fitted to a width of 1,000 units.

    Borders keep only what can be seen on paper, and neighbours keep the same.
    """
    return _drawing(edition.id, edition.kind, Sight.of(reader))


@lru_cache(maxsize=8)
def _drawing(edition: UUID, kind: str, sight: Sight) -> Drawing:
    """An edition never changes: it is drawn once in a process."""
    found = Outline.objects.visible_to(sight.reader).filter(area__edition=edition, area__kind=kind)
    rows = list(found.order_by("area__code").values_list("area__code", "geometry"))
    if not rows:
        return Drawing(WIDTH, 0, {})
    texts = np.array([text for _, text in rows], object)
    outlines = shapely.transform(shapely.from_geojson(texts), _mercator)
    west, south, east, north = shapely.total_bounds(outlines)
    scale = WIDTH / max(east - west, 1e-9)
    fitted = shapely.transform(outlines, lambda at: (at - [west, north]) * [scale, -scale])
    paths = _paths(shapely.coverage_simplify(fitted, 1))
    by_code = dict(zip((code for code, _ in rows), paths, strict=True))
    return Drawing(WIDTH, round((north - south) * scale, 1), MappingProxyType(by_code))


def _mercator(degrees: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Web Mercator, in degrees of longitude."""
    east, north = degrees.T
    return np.column_stack([east, np.degrees(np.arcsinh(np.tan(np.radians(north))))])


def _paths(outlines: npt.NDArray[np.object_]) -> list[str]:
    """The path of each outline, on whole units; a ring says how far each point is from the last."""
    polygons, outline = shapely.get_parts(outlines, return_index=True)
    rings, polygon = shapely.get_rings(polygons, return_index=True)
    exact, ring = shapely.get_coordinates(rings, return_index=True)
    at = np.rint(exact).astype(int)
    new = np.r_[True, np.diff(ring) != 0]
    moved = np.r_[True, (np.diff(at, axis=0) != 0).any(axis=1)]
    at, begins = at[new | moved], np.flatnonzero(new[new | moved])
    steps = np.diff(at, axis=0, prepend=at[:1]).tolist()
    made: list[list[str]] = [[] for _ in outlines]
    for one, (first, end) in enumerate(pairwise([*begins.tolist(), len(at)])):
        way = " ".join(f"{x} {y}" for x, y in steps[first + 1 : end - 1])  # Z leads back
        x, y = at[first]
        made[outline[polygon[one]]].append(f"M{x} {y}{'l' * bool(way)}{way}Z")
    return ["".join(one) for one in made]
