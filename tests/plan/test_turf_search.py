"""A turf below the least is given up where its neighbours have room, and only there."""

import numpy as np
import pytest
from tests.plan.streets import street_of

from courtyard.plan.network import nearest_stops
from courtyard.plan.turf_anneal import rings_of
from courtyard.plan.turf_search import Terms, dissolve, log_for
from courtyard.plan.turf_state import Tours, Ways, dice_of, tours_of, ways_of


def three_turfs(*loads: int) -> tuple[Ways, Tours, np.ndarray]:
    """A street of single doors, 10 metres apart, in turfs of so many."""
    doors = sum(loads)
    near = nearest_stops(street_of(doors, 10.0), np.arange(doors, dtype=np.int32), doors - 1)
    ways, ones = ways_of(near), np.ones(doors, dtype=np.int64)
    turf = np.repeat(np.arange(len(loads), dtype=np.int32), loads)
    return ways, tours_of(turf, np.arange(doors, dtype=np.int32), ones, ways), ones


def terms(ones: np.ndarray, *pinned: int) -> Terms:
    held = np.zeros(len(ones), dtype=bool)
    held[list(pinned)] = True
    return Terms(ones, held, 40, 60, 1000.0, 0.1, len(ones))


def state(tours: Tours) -> list[list[float]]:
    return [column.tolist() for column in tours[:6]]


def test_it_gives_a_turf_to_neighbours_with_room() -> None:
    ways, tours, ones = three_turfs(40, 37, 40)

    assert dissolve(ways, tours, terms(ones), 45, log_for(len(ones)), dice_of(1))

    loads = tours.load[tours.size > 0].tolist()
    assert sum(loads) == 117
    assert len(loads) == 2
    assert max(loads) <= 60
    assert sorted(np.concatenate(rings_of(tours)).tolist()) == list(range(117))


@pytest.mark.parametrize(
    ("loads", "pinned"),
    [((60, 37, 60), ()), ((40, 37, 40), (50,)), ((40, 50, 40), ())],
    ids=["no room", "a part is pinned", "nothing is missing"],
)
def test_it_leaves_everything_as_it_was_otherwise(loads, pinned) -> None:
    ways, tours, ones = three_turfs(*loads)
    before = state(tours)

    assert not dissolve(ways, tours, terms(ones, *pinned), 45, log_for(len(ones)), dice_of(1))

    assert state(tours) == before
