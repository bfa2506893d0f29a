import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from courtyard.plan.network import NOWHERE, BrokenNetwork, Network, nearest_stops


def street(*metres: float) -> Network:
    """A street of doors, so many metres from one to the next."""
    doors = np.arange(len(metres))
    return Network.of_ways((doors, doors + 1), metres, len(metres) + 1)


@st.composite
def networks(draw):
    nodes = draw(st.integers(2, 12))
    ends = st.integers(0, nodes - 1)
    ways = draw(st.lists(st.tuples(ends, ends, st.integers(1, 90)), max_size=30))
    a, b, metres = (np.array(column) for column in zip(*ways, strict=True)) if ways else ([],) * 3
    return Network.of_ways((a, b), metres, nodes)


def test_it_keeps_the_shortest_of_several_ways_and_walks_both_ways() -> None:
    network = Network.of_ways(([0, 1, 2], [1, 0, 2]), [9, 5, 1], 3)

    assert network.starts.tolist() == [0, 1, 2, 2]
    assert network.ends.tolist() == [1, 0]
    assert network.metres.tolist() == [5, 5]


def test_it_reads_one_triangle_of_a_matrix_as_the_whole() -> None:
    upper = coo_array(([3.0, 4.0], ([0, 1], [1, 2])), shape=(3, 3))
    whole = Network.of_matrix(upper + upper.T)

    assert Network.of_matrix(upper).metres.tolist() == whole.metres.tolist() == [3, 3, 4, 4]


@pytest.mark.parametrize(
    ("ends", "metres", "says"),
    [
        (([0], [3]), [1.0], "Way 0 goes from 0 to 3"),
        (([0, -1], [1, 1]), [1.0, 1.0], "Way 1 goes from -1"),
        (([0], [1]), [-2.0], "Way 0 is -2.0 metres"),
        (([0], [1]), [np.nan], "Way 0 is nan metres"),
        (([0], [1]), [1.0, 2.0], "not 1, 1 and 2"),
    ],
)
def test_it_refuses_what_is_no_network(ends, metres, says) -> None:
    with pytest.raises(BrokenNetwork, match=says):
        Network.of_ways(ends, metres, 3)


def test_it_names_its_pieces() -> None:
    network = Network.of_ways(([0, 3], [1, 2]), [0.0, 5.0], 5)
    assert network.pieces().tolist() == [0, 0, 1, 1, 2]


def test_it_finds_the_nearest_on_a_four_door_street() -> None:
    near = nearest_stops(street(10, 20, 5), [0, 1, 2, 3], 2)

    assert near.stops.tolist() == [[1, 2], [0, 2], [3, 1], [2, 1]]
    assert near.metres.tolist() == [[10, 30], [10, 20], [5, 20], [5, 25]]


def test_it_looks_no_farther_than_it_may_and_not_from_nowhere() -> None:
    near = nearest_stops(street(10, 20), [0, 1, 2, NOWHERE, 1], 3, limit=15)

    assert near.stops.tolist() == [[1, 4, -1], [4, 0, -1], [-1] * 3, [-1] * 3, [1, 0, -1]]
    assert near.metres[1].tolist() == [0, 10, np.inf]


def test_it_refuses_a_stop_at_no_node() -> None:
    with pytest.raises(BrokenNetwork, match="among the 2"):
        nearest_stops(street(10), [2], 1)


@given(networks(), st.data())
def test_it_agrees_with_scipy(network, data) -> None:
    stops = data.draw(st.lists(st.integers(0, network.nodes - 1), min_size=1, max_size=8))
    count = data.draw(st.integers(1, 8))
    matrix = np.full((network.nodes,) * 2, np.inf)
    rows = np.repeat(np.arange(network.nodes), np.diff(network.starts))
    matrix[rows, network.ends] = network.metres
    expected = dijkstra(matrix)[np.ix_(stops, stops)]
    np.fill_diagonal(expected, np.inf)
    expected = np.c_[np.sort(expected, axis=1), np.full((len(stops), count), np.inf)][:, :count]

    near = nearest_stops(network, stops, count)

    assert near.metres.tolist() == expected.tolist()
    assert ((near.stops >= 0) == np.isfinite(expected)).all()
