"""Shares the homes of lots too large for one building among the areas in which they may lie."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from .geometry import NOWHERE, Metres, metres_per_degree

MOST_HOMES = 300  # of a lot with more it is not known where its buildings stand
GROUND_A_HOME = 75.0  # square metres; towers in a park have less of it, garden courts more

_CORNERS_A_QUARTER = 16  # of the disc, which thereby is smaller by 0.2 %


@dataclass(frozen=True, slots=True)
class Shares:
    """Which share of which complex may lie in which area: one row a pair, by complex and area.

    `complex` (int32) is the index of a complex, `area` (int32) that of an outline, or -1 where the
    complex touches none, and `share` (float64) more than 0. The shares of a complex sum up to 1.
    """

    complex: npt.NDArray[np.int32]
    area: npt.NDArray[np.int32]
    share: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Counted:
    """The homes in each area: the best value, the fewest and the most that may be there."""

    value: npt.NDArray[np.float64]
    low: npt.NDArray[np.float64]
    high: npt.NDArray[np.float64]


def is_complex(homes: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Which lots have more homes than one building is taken to have."""
    return np.asarray(homes) > MOST_HOMES


def reach(homes: npt.ArrayLike) -> Metres:
    """How many metres from its point the homes of a lot may lie: 252 for 2,659 homes.

    It is the radius of a disc with GROUND_A_HOME for each home. That is an assumption.
    """
    ground = np.asarray(homes, dtype=np.float64) * GROUND_A_HOME
    return np.asarray(np.sqrt(ground / np.pi))


def shared(
    longitude: npt.ArrayLike,
    latitude: npt.ArrayLike,
    homes: npt.ArrayLike,
    outlines: Sequence[BaseGeometry],
) -> Shares:
    """Shares each complex among the areas within its reach, by the ground they cover there.

    Takes the points of the complexes in degrees, and polygons or multipolygons in degrees. Ground
    that no area covers, such as water, takes no share. A complex that touches no area, or whose
    point is not known, lies nowhere as a whole. Raises ValueError on unequal lengths.
    """
    x, y = (np.asarray(one, dtype=np.float64) for one in (longitude, latitude))
    radius = reach(homes)
    if not x.shape == y.shape == radius.shape or x.ndim != 1:
        raise ValueError(
            "A longitude, a latitude and a number of homes is needed for each complex."
        )
    known = np.flatnonzero(np.isfinite(x) & np.isfinite(y) & (radius > 0))
    discs = _discs(x[known], y[known], radius[known])
    shapes = np.asarray(outlines, dtype=object)
    disc, area = shapely.STRtree(shapes).query(discs, predicate="intersects")
    # Within a disc a degree is as long everywhere, so that areas in degrees have the true shares.
    covered = shapely.area(shapely.intersection(discs[disc], shapes[area]))
    of = known[disc]
    total = np.bincount(of, covered, minlength=len(x))
    real = covered > 0
    nowhere = np.flatnonzero(total == 0)
    complex_ = np.concatenate([of[real], nowhere])
    area = np.concatenate([area[real], np.full(len(nowhere), NOWHERE)])
    share = np.concatenate([covered[real] / total[of[real]], np.ones(len(nowhere))])
    order = np.lexsort((area, complex_))
    return Shares(complex_[order].astype(np.int32), area[order].astype(np.int32), share[order])


def counts_of(
    area_of_building: npt.ArrayLike,
    homes: npt.ArrayLike,
    shares: Shares,
    homes_of_complex: npt.ArrayLike,
    n_areas: int,
) -> Counted:
    """Counts the homes of each area: those of its buildings, and what complexes may have there.

    A building's area is -1 where it lies in none. To the fewest belong complexes that reach no
    other area, to the most all that reach this one.
    """
    area = np.asarray(area_of_building, dtype=np.int64)
    inside = area != NOWHERE
    weights = np.asarray(homes, dtype=np.float64)[inside]
    sure = np.bincount(area[inside], weights, minlength=n_areas).astype(np.float64)
    placed = shares.area != NOWHERE
    at, which = shares.area[placed], shares.complex[placed]
    whole = np.asarray(homes_of_complex, dtype=np.float64)[which]
    alone = np.bincount(which)[which] == 1 if len(which) else np.zeros(0, dtype=bool)

    def summed(weights: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return sure + np.bincount(at, weights, minlength=n_areas)

    return Counted(summed(whole * shares.share[placed]), summed(whole * alone), summed(whole))


def _discs(
    x: npt.NDArray[np.float64], y: npt.NDArray[np.float64], radius: Metres
) -> npt.NDArray[np.object_]:
    """The discs in degrees, each round on a map in metres."""
    circle = shapely.get_coordinates(
        shapely.buffer(shapely.Point(0, 0), 1, quad_segs=_CORNERS_A_QUARTER)
    )
    scale = radius[:, None] / np.column_stack(metres_per_degree(y))
    corners = np.column_stack([x, y])[:, None] + circle * scale[:, None]
    return np.asarray(shapely.polygons(corners), dtype=object)
