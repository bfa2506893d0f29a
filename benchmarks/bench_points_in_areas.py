"""A million points each into one of 5,000 areas of some 80 corners, against shapely's own trees.

The peers are the best two of a survey that also timed DuckDB and geopandas, both slower. All have
to give the same answers before any is timed.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import shapely

from courtyard.territory.geometry import areas_of

POINTS, AREAS, LONGEST_EDGE = 1_000_000, 5_000, 0.00075


def cases() -> dict[str, Callable[[], object]]:
    """Ours first."""
    chance = np.random.default_rng(7)
    outlines = _outlines(chance)
    x, y = chance.random((2, POINTS))

    def courtyard() -> np.ndarray:
        return areas_of(x, y, outlines)

    def tree_of_points() -> np.ndarray:
        tree = shapely.STRtree(shapely.points(x, y))
        area, point = tree.query(outlines, predicate="contains")
        return _gathered(point, area)

    def tree_of_areas() -> np.ndarray:
        own = shapely.force_2d(outlines)  # copies, so that none is prepared beforehand
        shapely.prepare(own)
        point, area = shapely.STRtree(own).query(shapely.points(x, y))
        held = shapely.contains_xy(own[area], x[point], y[point])
        return _gathered(point[held], area[held])

    assert (courtyard() == tree_of_points()).all()
    assert (courtyard() == tree_of_areas()).all()
    return {
        "courtyard areas_of": courtyard,
        "STRtree of points, areas ask": tree_of_points,
        "STRtree of areas, prepared contains_xy": tree_of_areas,
    }


def _outlines(chance: np.random.Generator) -> Any:
    """Cells of a Voronoi diagram that fill one square degree, their edges cut short."""
    square = shapely.box(0, 0, 1, 1)
    whole = shapely.voronoi_polygons(shapely.multipoints(chance.random((AREAS, 2))))
    cells = shapely.intersection(shapely.get_parts(whole), square)
    return shapely.segmentize(cells, LONGEST_EDGE)


def _gathered(point: np.ndarray, area: np.ndarray) -> np.ndarray:
    found = np.full(POINTS, -1, np.int32)
    found[point] = area
    return found
