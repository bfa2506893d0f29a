"""The network is what is walked on: nodes, and the metres of the ways between them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from courtyard.plan.compiled import compiled

Whole = NDArray[np.int32]
Metres = NDArray[np.float64]

NOWHERE = -1


class BrokenNetwork(ValueError):
    """What was handed in is not a network; the sentence says where."""


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """A walking network, walked both ways, as compressed rows.

    The ways from node ``i`` lead to ``ends[starts[i]:starts[i + 1]]`` and are ``metres`` of the
    same places long. Dtypes: int64, int32, float64. ``of_ways`` or ``of_matrix`` checks.
    """

    starts: NDArray[np.int64]
    ends: Whole
    metres: Metres

    @property
    def nodes(self) -> int:
        """How many nodes it has."""
        return len(self.starts) - 1

    @classmethod
    def of_ways(cls, ends: tuple[ArrayLike, ArrayLike], metres: ArrayLike, nodes: int) -> "Network":
        """The network of ways, each given once by its two ends and its metres.

        Of several ways between two nodes the shortest counts; a way to where it came from does not.
        Raises BrokenNetwork for negative or unknown lengths and for ends that are no nodes.
        """
        a, b = (np.asarray(end, dtype=np.int64).ravel() for end in ends)
        length = np.asarray(metres, dtype=np.float64).ravel()
        _check(a, b, length, nodes)
        forth, back = np.r_[a, b], np.r_[b, a]
        both = np.r_[length, length]
        order = np.lexsort((both, back, forth))
        forth, back, both = forth[order], back[order], both[order]
        first = np.ones(len(forth), dtype=bool)
        first[1:] = (forth[1:] != forth[:-1]) | (back[1:] != back[:-1])
        kept = first & (forth != back)
        starts = np.zeros(nodes + 1, dtype=np.int64)
        np.cumsum(np.bincount(forth[kept], minlength=nodes), out=starts[1:])
        return cls(starts, back[kept].astype(np.int32), both[kept])

    @classmethod
    def of_matrix(cls, matrix: Any) -> "Network":
        """The network of a square scipy sparse matrix of metres; either triangle will do.

        Raises BrokenNetwork as ``of_ways`` does.
        """
        if matrix.shape[0] != matrix.shape[1]:
            raise BrokenNetwork(f"A network's matrix is square, not {matrix.shape}.")
        ways = matrix.tocoo()
        return cls.of_ways((ways.row, ways.col), ways.data, matrix.shape[0])

    def pieces(self) -> Whole:
        """The number of the connected piece each node lies in, counted from 0: int32[nodes]."""
        joined = csr_array(
            (np.ones(len(self.ends), dtype=np.int8), self.ends, self.starts),
            shape=(self.nodes, self.nodes),
        )
        return np.asarray(connected_components(joined, directed=False)[1], dtype=np.int32)


@dataclass(frozen=True, slots=True, eq=False)
class Near:
    """For each stop its nearest other stops and the metres there, nearest first.

    ``stops`` is int32[n, k] and ``metres`` float64[n, k]. Where fewer are reached, the rest of a
    row is NOWHERE and infinite.
    """

    stops: Whole
    metres: Metres


def nearest_stops(network: Network, stops: ArrayLike, count: int, limit: float = np.inf) -> Near:
    """The ``count`` nearest other stops of each stop by walking, no farther than ``limit`` metres.

    ``stops`` gives the node each stop lies at; several may lie at one node, NOWHERE lies at none.
    Dijkstra (1959) from each stop, ended as soon as enough are reached, so its cost depends on
    ``count`` and not on the network's size. Equal metres are told apart by the node's number, then
    the stop's. Raises BrokenNetwork for a stop at no node of the network.
    """
    at = np.asarray(stops, dtype=np.int32).ravel()
    if len(at) and (at.min() < NOWHERE or at.max() >= network.nodes):
        raise BrokenNetwork(f"A stop lies at a node that is not among the {network.nodes}.")
    found = np.full((len(at), count), NOWHERE, dtype=np.int32)
    metres = np.full((len(at), count), np.inf)
    first, there = stops_at(at, network.nodes)
    scratch = Scratch(network)
    _nearest(
        (network.starts, network.ends, network.metres),
        (at, first, there), limit, scratch.arrays, found, metres,
    )  # fmt: skip
    return Near(found, metres)


def stops_at(stops: Whole, nodes: int) -> tuple[NDArray[np.int64], Whole]:
    """Which stops lie at each node, as compressed rows: int64[nodes + 1] and int32."""
    known = np.flatnonzero(stops >= 0)
    there = known[np.argsort(stops[known], kind="stable")].astype(np.int32)
    first = np.zeros(nodes + 1, dtype=np.int64)
    np.cumsum(np.bincount(stops[known], minlength=nodes), out=first[1:])
    return first, there


class Scratch:
    """What ``start`` and ``settle`` write on, made once for many walks.

    ``arrays`` are metres[nodes], turn[nodes + 1] (whose last place counts the walks), and the
    heap's keys and nodes.
    """

    def __init__(self, network: Network) -> None:
        room = len(network.ends) + 1
        self.arrays = (
            np.empty(network.nodes),
            np.zeros(network.nodes + 1, dtype=np.int64),
            np.empty(room),
            np.empty(room, dtype=np.int32),
        )


@compiled
def start(scratch: Any, source: int) -> int:
    """Begins a walk at a node; gives the heap's size, to be handed to ``settle``."""
    metres, turn, keys, heap = scratch
    turn[-1] += 2
    turn[source] = turn[-1]
    metres[source] = 0.0
    keys[0] = 0.0
    heap[0] = source
    return 1


@compiled
def settle(network: Any, scratch: Any, size: int) -> tuple[int, int]:
    """The next nearest node (its metres stand in the scratch) and the heap's size; -1 at the end.

    ``turn`` is even while a node is only seen in this walk and odd once it is settled, so nothing
    has to be wiped between two walks.
    """
    starts, ends, lengths = network
    metres, turn, keys, heap = scratch
    now = turn[-1]
    while size > 0:
        node = heap[0]
        size -= 1
        _sink(keys, heap, size)
        if turn[node] == now + 1:
            continue
        turn[node] = now + 1
        for way in range(starts[node], starts[node + 1]):
            end = ends[way]
            there = metres[node] + lengths[way]
            if turn[end] < now or (turn[end] == now and there < metres[end]):
                turn[end] = now
                metres[end] = there
                _rise(keys, heap, size, there, end)
                size += 1
        return node, size
    return -1, 0


def _check(a: NDArray[np.int64], b: NDArray[np.int64], metres: Metres, nodes: int) -> None:
    if not len(a) == len(b) == len(metres):
        raise BrokenNetwork(
            f"Each way has two ends and a length, not {len(a)}, {len(b)} and {len(metres)}."
        )
    if not len(a):
        return
    wrong = np.flatnonzero((np.minimum(a, b) < 0) | (np.maximum(a, b) >= nodes))
    if len(wrong):
        at = wrong[0]
        raise BrokenNetwork(
            f"Way {at} goes from {a[at]} to {b[at]}, but nodes are 0 to {nodes - 1}."
        )
    wrong = np.flatnonzero(~(np.isfinite(metres) & (metres >= 0)))
    if len(wrong):
        raise BrokenNetwork(f"Way {wrong[0]} is {metres[wrong[0]]} metres long.")


@compiled
def _rise(keys: Metres, heap: Whole, at: int, key: float, node: int) -> None:
    while at > 0:
        above = (at - 1) >> 1
        if keys[above] < key or (keys[above] == key and heap[above] <= node):
            break
        keys[at] = keys[above]
        heap[at] = heap[above]
        at = above
    keys[at] = key
    heap[at] = node


@compiled
def _sink(keys: Metres, heap: Whole, size: int) -> None:
    """Takes the top away: the last of ``size`` + 1 sinks from there."""
    key = keys[size]
    node = heap[size]
    at = 0
    while True:
        below = 2 * at + 1
        if below >= size:
            break
        other = below + 1
        if other < size and (
            keys[other] < keys[below] or (keys[other] == keys[below] and heap[other] < heap[below])
        ):
            below = other
        if key < keys[below] or (key == keys[below] and node <= heap[below]):
            break
        keys[at] = keys[below]
        heap[at] = heap[below]
        at = below
    keys[at] = key
    heap[at] = node


@compiled
def _nearest(
    network: Any, stops: Any, limit: float, scratch: Any, found: Whole, metres: Metres
) -> None:
    at, first, there = stops
    count = found.shape[1]
    for stop in range(len(at)):
        if at[stop] < 0:
            continue
        reached = 0
        size = start(scratch, at[stop])
        while size > 0 and reached < count:
            node, size = settle(network, scratch, size)
            if node < 0 or scratch[0][node] > limit:
                break
            for place in range(first[node], first[node + 1]):
                if there[place] != stop and reached < count:
                    found[stop, reached] = there[place]
                    metres[stop, reached] = scratch[0][node]
                    reached += 1
