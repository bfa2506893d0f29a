"""The ground of each turf, to draw: what lies nearest to its buildings."""

import numpy as np
import numpy.typing as npt
import shapely

from courtyard.plan.turf import Cut
from courtyard.territory.geometry import metres_per_degree

from .cuttable import Cuttable

AROUND = 30.0  # metres: half a street and the depth of a lot
FINE = 1.0  # metres that an outline may be off


def grounds_of(cut: Cut, ground: Cuttable) -> list[shapely.Geometry]:
    """A polygon in degrees for each turf, empty where none of its places is known.

    Those of two turfs overlap only where they share a building.
    """
    known = np.asarray(np.isfinite(ground.degrees).all(axis=1), dtype=bool)
    if not known.any():
        return [shapely.Polygon()] * len(cut.doors)
    middle = ground.degrees[known].mean(axis=0)
    scale = np.array(metres_per_degree(middle[1]), dtype=np.float64)
    places, at = np.unique(
        ((ground.degrees[known] - middle) * scale).round(1), axis=0, return_inverse=True
    )
    cell = np.full(len(known), -1, dtype=np.int64)
    cell[known] = at.ravel()
    cells = _cells(places)
    grounds = []
    for ring in cut.rings:
        inside = np.unique(cell[cut.parts.stop[ring]])
        whole = shapely.union_all(cells[inside[inside >= 0]], grid_size=0.1)
        grounds.append(shapely.simplify(whole, FINE))
    return [shapely.transform(one, lambda xy: (xy / scale + middle).round(6)) for one in grounds]


def _cells(places: npt.NDArray[np.float64]) -> npt.NDArray[np.object_]:
    """What lies nearest to each place, no farther than AROUND."""
    points = shapely.points(places)
    discs = shapely.buffer(points, AROUND, quad_segs=3)
    if len(places) < 2:
        return np.asarray(discs, dtype=object)
    near = shapely.voronoi_polygons(shapely.multipoints(points), extend_to=discs[0], ordered=True)
    return np.asarray(shapely.intersection(shapely.get_parts(near), discs), dtype=object)
