"""The order of doors on a walk, and its minutes."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courtyard.plan.network import NOWHERE
from courtyard.plan.route import Walk
from courtyard.plan.route_doors import Doors, Pace, Stairs, minutes_inside, walk_of_doors

PACE = Pace(metres_a_second=1, floor_up=20, floor_down=10, lift_wait=30, lift_floor=5, door=60)


def walk_through(*order, reached=None, metres=0.0):
    return Walk(np.array(order, np.int32), len(order) if reached is None else reached, metres)


def doors_of(*rows):
    stop, entrance, floor, lift = zip(*rows, strict=True)
    return Doors(*(np.array(one, np.int32) for one in (stop, entrance, floor)), np.array(lift))


def test_one_entrance_is_finished_before_the_next():
    doors = doors_of((0, 1, 0, False), (0, 0, 0, False), (0, 1, 1, False), (0, 0, 1, False))
    assert walk_of_doors(walk_through(0), doors).order.tolist() == [3, 1, 2, 0]


def test_stops_come_as_the_walk_has_them():
    doors = doors_of((0, 0, 0, False), (1, 0, 0, False), (2, 0, 0, False), (1, 0, 0, False))
    assert walk_of_doors(walk_through(2, 0, 1), doors).order.tolist() == [2, 0, 1, 3]


def test_the_captain_sets_where_stairs_begin_but_a_lift_goes_to_the_top():
    floors = doors_of(*((0, 0, floor, False) for floor in (0, 1, 2)))
    lift = doors_of(*((0, 0, floor, True) for floor in (0, 1, 2)))
    up = {"stairs": Stairs.FROM_THE_GROUND}
    assert walk_of_doors(walk_through(0), floors).order.tolist() == [2, 1, 0]
    assert walk_of_doors(walk_through(0), floors, **up).order.tolist() == [0, 1, 2]
    assert walk_of_doors(walk_through(0), lift, **up).order.tolist() == [2, 1, 0]


def test_the_minutes_of_a_walk_can_be_reckoned_by_hand():
    stairs = doors_of((0, 0, 0, False), (0, 0, 3, False))
    lift = doors_of((0, 0, 1, True), (0, 0, 3, True))
    cellar = doors_of((0, 0, -1, False))
    walk = walk_through(0, metres=60)
    assert walk_of_doors(walk, stairs, pace=PACE).minutes == 1 + 3 * 0.5 + 2
    assert walk_of_doors(walk, lift, pace=PACE).minutes == 1 + (30 + 15 + 30) / 60 + 2
    assert walk_of_doors(walk, cellar, pace=PACE).minutes == 1 + 0.5 + 1


def test_two_entrances_are_climbed_one_after_the_other():
    doors = doors_of((1, 0, 2, False), (1, 1, 1, False), (0, 0, 0, False))
    assert minutes_inside(doors, 3, PACE).tolist() == [1, 3 * 0.5 + 2, 0]


def test_doors_without_a_way_are_last_and_cost_nothing():
    doors = doors_of((2, 0, 5, False), (NOWHERE, 0, 0, False), (0, 0, 0, False), (1, 0, 0, False))
    found = walk_of_doors(walk_through(1, 0, 2, reached=2), doors, pace=PACE)
    assert found.order.tolist() == [3, 2, 0, 1]
    assert (found.reached, found.minutes) == (2, 2)


def test_a_walk_without_doors_is_its_metres():
    none = Doors(*(np.empty(0, np.int32) for _ in range(3)), np.empty(0, np.bool_))
    found = walk_of_doors(walk_through(0, metres=120), none, pace=PACE)
    assert (found.order.tolist(), found.reached, found.minutes) == ([], 0, 2)


def test_it_refuses_doors_at_stops_it_does_not_know():
    with pytest.raises(ValueError, match="among the 1 "):
        walk_of_doors(walk_through(0), doors_of((1, 0, 0, False)))
    with pytest.raises(ValueError, match="Each door"):
        Doors(*(np.zeros(n, np.int32) for n in (1, 2, 1)), np.zeros(1, np.bool_))


rows = st.tuples(st.integers(-1, 4), st.integers(0, 2), st.integers(-1, 6), st.booleans())


@given(st.lists(rows, min_size=1, max_size=30), st.permutations(range(5)), st.integers(0, 5))
@settings(max_examples=100, deadline=None)
def test_every_door_is_knocked_at_once_and_no_entrance_is_left_early(given_rows, order, reached):
    doors = doors_of(*given_rows)
    found = walk_of_doors(walk_through(*order, reached=reached, metres=10), doors)
    assert sorted(found.order) == list(range(len(given_rows)))
    entered = [given_rows[door][:2] for door in found.order]
    left = [one for one, then in pairwise(entered) if one != then]
    assert len(left) + 1 == len(set(entered))
    assert all(stop in order[:reached] for stop, _ in entered[: found.reached])
