"""Small streets for tests of walks."""

import numpy as np
from scipy.sparse import csr_array

from courtyard.plan.distances import distances
from courtyard.plan.network import Metres, Network


def street_of(doors: int, metres: float) -> Network:
    """One straight street, a node a door."""
    return Network.of_ways((range(doors - 1), range(1, doors)), [metres] * (doors - 1), doors)


def whole(network: Network) -> csr_array:
    """The network as scipy has it; a way of no length stays a way."""
    return csr_array(
        (network.metres, network.ends, network.starts), shape=(network.nodes, network.nodes)
    )


def grid(size: int, between: int, seed: int) -> tuple[Network, int]:
    """Streets in a grid with ``between`` doors on each, of uneven metres; and how many corners."""
    chance = np.random.default_rng(seed)
    corner = np.arange(size * size).reshape(size, size)
    streets = [*zip(corner[:-1].ravel(), corner[1:].ravel(), strict=True)]
    streets += zip(corner[:, :-1].ravel(), corner[:, 1:].ravel(), strict=True)
    a, b, nodes = [], [], size * size
    for start, end in streets:
        doors = range(nodes, nodes + between)
        nodes += between
        a += [start, *doors]
        b += [*doors, end]
    return Network.of_ways((a, b), chance.integers(5, 60, len(a)), nodes), size * size


def stops_of(network: Network, corners: int, count: int, seed: int) -> Metres:
    """Metres between some of the doors, chosen by chance."""
    chance = np.random.default_rng(seed)
    doors = chance.choice(np.arange(corners, network.nodes), count, replace=False)
    return distances(network, doors)
