"""What is walked on: pavements past the doors of a side, crossings, seams of publishers."""

import numpy as np
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from courtyard.territory.pavements import CROSSING, KERB, WIDE_KERB, Stops, Streets, ways_of


def street(*, wide: bool = False, others: tuple[tuple[float, float], ...] = ()) -> Streets:
    """A hundred metres from west to east; further corners stand alone, by another publisher."""
    corners = np.array([(0.0, 0.0), (100.0, 0.0), *others])
    return Streets(
        corners=corners,
        of=np.array([0, 0, *[1] * len(others)]),
        ends=np.array([[0, 1]]),
        metres=np.array([100.0]),
        wide=np.array([wide]),
    )


def stops(*doors: tuple[float, int], segment: int = 0) -> Stops:
    along = np.array([one for one, _ in doors], float)
    side = np.array([one for _, one in doors], np.int8)
    return Stops(
        xy=np.column_stack([along, side * 6.0]),
        segment=np.full(len(doors), segment),
        side=side,
        along=along,
    )


def walked(streets: Streets, stops: Stops) -> np.ndarray:
    """Metres between all nodes, by scipy."""
    a, b, metres = ways_of(streets, stops)
    nodes = len(streets.corners) + len(stops.along)
    return dijkstra(coo_array((metres, (a, b)), shape=(nodes, nodes)), directed=False)


def test_it_walks_along_a_side_from_door_to_door() -> None:
    metres = walked(street(), stops((10, 1), (30, 1), (70, 1)))
    assert metres[2, 3] == 20
    assert metres[2, 4] == 60
    assert metres[0, 2] == 10 + KERB
    assert metres[4, 1] == 30 + KERB


def test_it_crosses_a_narrow_street_from_door_to_door() -> None:
    metres = walked(street(), stops((10, 1), (10, -1)))
    assert metres[2, 3] == CROSSING


def test_it_crosses_a_wide_street_at_its_corners_only() -> None:
    metres = walked(street(wide=True), stops((10, 1), (10, -1)))
    assert metres[2, 3] == 2 * (10 + WIDE_KERB)


def test_it_goes_on_where_another_publisher_ends() -> None:
    metres = walked(street(others=((110.0, 0.0), (200.0, 0.0))), stops((50, 1)))
    assert metres[1, 2] == pytest.approx(10)
    assert np.isinf(metres[1, 3])


def test_it_ties_what_stands_on_no_street_to_the_nearest_corner() -> None:
    metres = walked(street(), stops((90, 0), segment=-1))
    assert metres[1, 2] == pytest.approx(10)


def test_it_leaves_what_is_far_from_everything_alone() -> None:
    metres = walked(street(), stops((900, 0), segment=-1))
    assert np.isinf(metres[2, :2]).all()


def test_it_takes_what_lies_behind_the_end_as_at_the_end() -> None:
    metres = walked(street(), stops((140, 1)))
    assert metres[1, 2] == KERB
