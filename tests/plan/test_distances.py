"""Metres between stops, against scipy's Dijkstra over the whole network."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import dijkstra
from tests.plan.streets import street_of, whole

from courtyard.plan.distances import distances
from courtyard.plan.network import NOWHERE, BrokenNetwork, Network, Scratch


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_it_gives_the_distances_of_the_whole_network(data):
    nodes = data.draw(st.integers(1, 14))
    node = st.integers(0, nodes - 1)
    ways = data.draw(st.lists(st.tuples(node, node, st.integers(0, 500)), max_size=30))
    network = Network.of_ways(
        ([way[0] for way in ways], [way[1] for way in ways]), [way[2] for way in ways], nodes
    )
    stops = data.draw(st.lists(node, max_size=8))
    everywhere = dijkstra(whole(network), directed=False)
    assert (distances(network, stops) == everywhere[np.ix_(stops, stops)]).all()


def test_one_scratch_serves_many_turfs():
    network = street_of(50, metres=10)
    scratch = Scratch(network)
    for first in range(0, 40, 5):
        found = distances(network, range(first, first + 5), scratch)
        assert found[0].tolist() == [0, 10, 20, 30, 40]


def test_no_way_leads_to_a_stop_at_no_node():
    found = distances(street_of(3, metres=10), [0, NOWHERE, 2, NOWHERE])
    assert found[0].tolist() == [0, np.inf, 20, np.inf]
    assert found[1].tolist() == [np.inf, 0, np.inf, np.inf]


def test_it_refuses_a_stop_outside_of_the_network():
    with pytest.raises(BrokenNetwork, match="among the 3"):
        distances(street_of(3, metres=10), [0, 3])
