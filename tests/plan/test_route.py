"""The order of stops, against every order there is."""

from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.plan.streets import grid, stops_of, street_of

from courtyard.plan.distances import distances
from courtyard.plan.network import Network
from courtyard.plan.route import ANYWHERE, BACK, BrokenMetres, shortest_walk
from courtyard.plan.route_exact import FEW, shortest_round
from courtyard.plan.route_search import search

STREET = [[0, 10, 20, 30], [10, 0, 10, 20], [20, 10, 0, 10], [30, 20, 10, 0]]


@st.composite
def towns(draw, stops=7):
    """Metres between a few stops of a small network in one piece; stops may share a node."""
    nodes = draw(st.integers(2, 12))
    node = st.integers(0, nodes - 1)
    ways = [(n, draw(st.integers(0, n - 1))) for n in range(1, nodes)]
    ways += draw(st.lists(st.tuples(node, node), max_size=6))
    metres = [draw(st.integers(0, 99)) for _ in ways]
    network = Network.of_ways(tuple(zip(*ways, strict=True)), metres, nodes)
    return distances(network, draw(st.lists(node, min_size=1, max_size=stops)))


def shortest(metres, start, end):
    """The metres of the shortest walk, from all orders."""
    others = set(range(len(metres))) - {start}
    if end >= 0:
        others -= {end}
    last = {BACK: (start,), ANYWHERE: ()}.get(end, (end,))
    orders = ((start, *order, *last) for order in permutations(others))
    return min(sum(metres[a, b] for a, b in pairwise(o)) for o in orders)


@given(towns(), st.data())
@settings(max_examples=300, deadline=None)
def test_it_finds_the_shortest_of_all_orders(metres, data):
    stop = st.integers(0, len(metres) - 1)
    start, end = data.draw(stop), data.draw(st.sampled_from([BACK, ANYWHERE]) | stop)
    walk = shortest_walk(metres, start, end)
    assert sorted(walk.order) == list(range(len(metres)))
    assert walk.order[0] == start
    assert end in (BACK, ANYWHERE, start, walk.order[-1])
    assert walk.reached == len(metres)
    assert walk.metres == shortest(metres, start, BACK if end == start else end)


def test_a_street_of_four_doors():
    there_and_back = shortest_walk(STREET)
    assert there_and_back.order.tolist() in ([0, 1, 2, 3], [0, 3, 2, 1])
    assert there_and_back.metres == 60
    along = shortest_walk(STREET, end=ANYWHERE)
    assert along.order.tolist() == [0, 1, 2, 3]
    assert along.metres == 30
    assert shortest_walk(STREET, start=1, end=ANYWHERE).metres == 40
    home = shortest_walk(STREET, start=1, end=2)
    assert home.order.tolist() == [1, 0, 3, 2]
    assert home.metres == 50


def test_a_block_is_walked_round():
    ring = [(n, (n + 1) % 12) for n in range(12)]
    block = distances(Network.of_ways(tuple(zip(*ring, strict=True)), [10.0] * 12, 12), range(12))
    assert shortest_walk(block).metres == 120
    assert shortest_walk(block, end=ANYWHERE).metres == 110


def test_on_a_long_street_it_spares_the_longest_gap():
    """Two corners 100 m apart by a back way; on the street between, doors with a wide gap."""
    street = np.array([0, 10, 20, 80, 90, 100.0])
    metres = np.abs(street[:, None] - street)
    metres[0, 5] = metres[5, 0] = 20
    metres = np.minimum(metres, metres[:, [0]] + 20 + metres[[5], :])
    metres = np.minimum(metres, metres[:, [5]] + 20 + metres[[0], :])
    walk = shortest_walk(metres)
    assert walk.metres == shortest(metres, 0, BACK) == 120
    alone = shortest_walk(metres[:5, :5], end=ANYWHERE)
    assert alone.metres == shortest(metres[:5, :5], 0, ANYWHERE)


@pytest.mark.parametrize("end", [BACK, ANYWHERE, 5])
def test_no_seed_finds_a_walk_that_is_shorter(end):
    network, corners = grid(4, between=5, seed=1)
    metres = stops_of(network, corners, 60, seed=2)
    walks = [shortest_walk(metres, end=end, seed=seed).metres for seed in range(6)]
    assert max(walks) == min(walks)


def test_links_lose_nothing():
    """A search over all stops, many times as long, finds nothing shorter than one over links."""
    for seed in range(5):
        network, corners = grid(3, between=4, seed=seed)
        metres = stops_of(network, corners, 30, seed=seed)
        tour = search(np.rint(metres * 1000).astype(np.int32), 4000, seed)
        assert shortest_walk(metres).metres <= metres[tour, np.roll(tour, -1)].sum()


def test_the_search_finds_what_is_shortest_for_certain():
    chance = np.random.default_rng(4)
    for _ in range(20):
        x, y = chance.integers(0, 10_000, (2, FEW, 1))
        costs = np.hypot(x - x.T, y - y.T).astype(np.int32)
        found, certain = search(costs, 200, 0), shortest_round(costs)
        assert _length(costs, found) == _length(costs, certain)


def test_the_same_seed_gives_the_same_walk():
    network, corners = grid(5, between=3, seed=3)
    metres = stops_of(network, corners, 90, seed=4)
    one, two = (shortest_walk(metres, kicks=50, seed=9) for _ in range(2))
    assert one.order.tolist() == two.order.tolist()


@pytest.mark.parametrize("end", [BACK, ANYWHERE, 1])
def test_what_cannot_be_reached_is_last_and_reported(end):
    metres = distances(
        Network.of_ways(([0, 1, 3], [1, 2, 4]), [10.0, 10.0, 5.0], 6), [0, 3, 2, 4, 1, 5]
    )
    walk = shortest_walk(metres, end=end)
    assert walk.order[3:].tolist() == [1, 3, 5]
    assert walk.reached == 3
    assert walk.metres == (40 if end == BACK else 20)


def test_a_stop_alone_is_no_walk():
    walk = shortest_walk([[0.0]], end=ANYWHERE)
    assert (walk.order.tolist(), walk.reached, walk.metres) == ([0], 1, 0)


def test_a_walk_across_a_country_is_ordered_too():
    metres = distances(street_of(12, metres=200_000.0), range(12))
    assert shortest_walk(metres, start=5, end=6).metres == 21 * 200_000


@pytest.mark.parametrize(
    ("metres", "start", "why"),
    [
        ([[0, 1], [2, 0]], 0, "another way back"),
        ([[0, np.nan], [np.nan, 0]], 0, "no metres"),
        ([[0, -1], [-1, 0]], 0, "no metres"),
        ([[0, 1], [np.inf, 0]], 0, "another way back"),
        ([[3.0]], 0, "itself"),
        ([[0, 1]], 0, "square"),
        (np.empty((0, 0)), 0, "square"),
        ([[0]], 1, "no stop 1"),
        ([[0]], -1, "no stop -1"),
    ],
)
def test_it_refuses_what_are_no_metres(metres, start, why):
    with pytest.raises(BrokenMetres, match=why):
        shortest_walk(metres, start)


def _length(costs, tour):
    return costs[tour, np.roll(tour, -1)].sum()
