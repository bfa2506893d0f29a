"""What is drawn of a turf: its ground, which lies nearest to its buildings, and its walk."""

import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import Voronoi

from courtyard.plan.turf import Cut
from courtyard.plan.turf_walks import passed
from courtyard.territory.geometry import metres_per_degree

from .cuttable import Cuttable

AROUND = 30.0  # metres: half a street and the depth of a lot
FINE = 1.0  # metres that an outline may be off
GRID = 0.1  # metres to which they are laid together
DEGREES = 1e-6  # to which corners are rounded


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
        whole = shapely.union_all(cells[inside[inside >= 0]], grid_size=GRID)
        grounds.append(shapely.buffer(shapely.simplify(whole, FINE), 0))  # pieces never overlap
    degrees = [shapely.transform(one, lambda xy: xy / scale + middle) for one in grounds]
    return list(shapely.set_precision(degrees, DEGREES))


def walk_line(cut: Cut, ground: Cuttable, turf: int) -> npt.NDArray[np.float64]:
    """The closed walk of a turf along the streets, as degrees of all it passes: float64[n, 2]."""
    places = np.full((cut.ground.network.nodes, 2), np.nan)
    places[: len(ground.corners)] = ground.corners
    places[cut.ground.nodes] = ground.degrees
    line = places[passed(cut.ground.network, cut.ground.nodes[cut.parts.stop[cut.rings[turf]]])]
    known = np.asarray(np.isfinite(line).all(axis=1), dtype=bool)
    return np.asarray(line[known])


def _cells(places: npt.NDArray[np.float64]) -> npt.NDArray[np.object_]:
    """What lies nearest to each place (Voronoi 1908), no farther than AROUND."""
    discs = shapely.buffer(shapely.points(places), AROUND, quad_segs=3)
    far = np.abs(places).max() * 4 + 1000
    corners = far * np.array([[-1, -1], [-1, 1], [1, -1], [1, 1]])  # so that every cell is closed
    nearest = Voronoi(np.concatenate([places, corners]))
    cells = [
        shapely.polygons(nearest.vertices[nearest.regions[region]])
        for region in nearest.point_region[: len(places)].tolist()
    ]
    return np.asarray(shapely.set_precision(shapely.intersection(cells, discs), GRID))
