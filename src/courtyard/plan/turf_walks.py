"""How far it is to walk a turf: the closed walk along its parts."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from courtyard.plan.compiled import compiled
from courtyard.plan.distances import distances
from courtyard.plan.network import Metres, Network, Scratch, Whole, settle, start


def walked(network: Network, nodes: Whole, rings: Sequence[Whole]) -> Metres:
    """Metres of the closed walk along each ring of parts, on the network: float64[rings].

    ``nodes`` is the node of each part. Infinite where a step cannot be walked. Dijkstra (1959) from
    each part, ended at the one after it.
    """
    metres = np.zeros(len(rings))
    scratch = Scratch(network).arrays
    ways = (network.starts, network.ends, network.metres)
    for number, ring in enumerate(rings):
        metres[number] = _along(ways, nodes[ring], scratch)
    return metres


def passed(network: Network, nodes: Whole) -> Whole:
    """Every node that the closed walk through ``nodes`` in their order passes: int32.

    It begins and ends at the first of them. A step that cannot be walked passes nothing.
    """
    shape = (network.nodes, network.nodes)
    ways = csr_array((network.metres, network.ends, network.starts), shape=shape)
    ends = np.roll(nodes, -1)
    limit = float(walked(network, nodes, [np.arange(len(nodes), dtype=np.int32)])[0])
    before = dijkstra(ways, indices=ends, limit=limit, return_predecessors=True)[1]
    found = []
    for begin, end, towards in zip(nodes.tolist(), ends.tolist(), before, strict=True):
        node = begin
        while node >= 0 and node != end:  # the network is walked both ways: from the end backwards
            found.append(node)
            node = int(towards[node])
    return np.array([*found, nodes[0]], dtype=np.int32)


def walk_of(network: Network, nodes: Whole, parts: Whole) -> tuple[Whole, float]:
    """A short closed walk through the parts, beginning at the first, and its metres.

    The nearest next, then two ways exchanged (2-opt) or up to three parts put elsewhere (Or-opt)
    while that makes it shorter. Infinite if not all of it can be walked.
    """
    if len(parts) < 2:
        return parts, 0.0
    metres = distances(network, nodes[parts])
    order = np.arange(len(parts), dtype=np.int32)
    length = _shortened(metres, order)
    return parts[np.roll(order, -int(np.flatnonzero(order == 0)[0]))], float(length)


@compiled
def _along(network: Any, nodes: Whole, scratch: Any) -> float:
    total = 0.0
    for at in range(len(nodes)):
        end = nodes[(at + 1) % len(nodes)]
        size = start(scratch, nodes[at])
        node = -2
        while node != -1 and node != end:
            node, size = settle(network, scratch, size)
        total += scratch[0][end] if node == end else np.inf
    return total


@compiled
def _shortened(metres: Metres, order: Whole) -> float:
    """Puts ``order`` into that of a short closed walk; gives its length."""
    count = len(order)
    for at in range(1, count):
        nearest = at
        for other in range(at + 1, count):
            if metres[order[at - 1], order[other]] < metres[order[at - 1], order[nearest]]:
                nearest = other
        order[at], order[nearest] = order[nearest], order[at]
    while _exchanged(metres, order) or _moved(metres, order):
        pass
    length = 0.0
    for at in range(count):
        length += metres[order[at], order[(at + 1) % count]]
    return length


@compiled
def _exchanged(metres: Metres, order: Whole) -> bool:
    count = len(order)
    better = False
    for a in range(count - 2):
        for b in range(a + 2, count):
            one, two = order[a], order[a + 1]
            three, four = order[b], order[(b + 1) % count]
            if one == four:
                continue
            gain = metres[one, two] + metres[three, four] - metres[one, three] - metres[two, four]
            if gain > 1e-6:
                order[a + 1 : b + 1] = order[a + 1 : b + 1][::-1].copy()
                better = True
    return better


@compiled
def _moved(metres: Metres, order: Whole) -> bool:
    """Moves the first run of up to three parts that lies better elsewhere, either way round."""
    count = len(order)
    for length in range(1, min(3, count - 2) + 1):
        for first in range(count):
            ring = np.roll(order, -first)
            begin, end = ring[0], ring[length - 1]
            before, after = ring[count - 1], ring[length]
            gain = metres[before, begin] + metres[end, after] - metres[before, after]
            for at in range(length, count - 1):
                one, two = ring[at], ring[at + 1]
                forth = metres[one, begin] + metres[end, two] - metres[one, two]
                back = metres[one, end] + metres[begin, two] - metres[one, two]
                if min(forth, back) < gain - 1e-6:
                    run = ring[:length].copy()
                    order[: at + 1 - length] = ring[length : at + 1]
                    order[at + 1 - length : at + 1] = run if forth <= back else run[::-1]
                    order[at + 1 :] = ring[at + 1 :]
                    return True
    return False
