"""The nodes that a walk passes are those of a shortest way, step by step."""

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.plan.streets import grid, street_of

from courtyard.plan.network import Network
from courtyard.plan.turf_walks import passed, walked


def whole(*nodes: int) -> np.ndarray:
    return np.array(nodes, dtype=np.int32)


def test_it_passes_the_doors_between() -> None:
    street = street_of(5, 10.0)
    assert passed(street, whole(0, 3, 1)).tolist() == [0, 1, 2, 3, 2, 1, 0]
    assert passed(street, whole(2)).tolist() == [2]


def test_it_passes_ways_of_no_length_and_stops_at_one_node() -> None:
    doors = Network.of_ways(([0, 1, 2, 0], [1, 2, 3, 2]), [0.0, 0.0, 5.0, 0.0], 4)
    found = passed(doors, whole(0, 3, 3)).tolist()
    assert (found[0], found[-1]) == (0, 0)
    assert 3 in found
    assert len(found) <= 7


def test_it_passes_nothing_where_nobody_can_walk() -> None:
    apart = Network.of_ways(([0, 2], [1, 3]), [10.0, 10.0], 4)
    assert passed(apart, whole(0, 3)).tolist() == [0, 3, 0]


@given(st.integers(0, 50), st.integers(2, 12))
@settings(max_examples=30)
def test_it_is_as_long_as_the_walk(seed: int, count: int) -> None:
    network, _ = grid(4, 3, seed)
    nodes = np.random.default_rng(seed).choice(network.nodes, count).astype(np.int32)
    found = passed(network, nodes)
    for one, other in pairwise(found):
        between = network.ends[network.starts[one] : network.starts[one + 1]]
        assert one == other or other in between
    order = np.arange(count, dtype=np.int32)
    again = np.arange(len(found), dtype=np.int32)
    assert np.isclose(walked(network, found, [again]), walked(network, nodes, [order]))
