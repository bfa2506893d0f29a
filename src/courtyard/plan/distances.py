"""The metres between the stops of a turf, walked on the network."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from courtyard.plan.compiled import compiled
from courtyard.plan.network import NOWHERE, BrokenNetwork, Metres, Network, Scratch, settle, start


def distances(network: Network, stops: ArrayLike, scratch: Scratch | None = None) -> Metres:
    """Metres of the shortest ways between stops: float64[n, n], symmetric, 0 on the diagonal.

    ``stops`` gives the node each stop lies at; several may lie at one node. Infinite between
    stops in different pieces of the network, and for a stop at no node (NOWHERE). ``scratch`` is
    made once by whoever asks for many turfs of one network. Dijkstra (1959) from each stop over
    the whole network, ended as soon as the later stops are reached: these are the distances of
    the whole network, at the cost of the turf's surroundings. Raises BrokenNetwork for a stop at
    a node that the network has not.
    """
    at = np.asarray(stops, dtype=np.int32).ravel()
    if len(at) and (at.min() < NOWHERE or at.max() >= network.nodes):
        raise BrokenNetwork(f"A stop lies at a node that is not among the {network.nodes}.")
    nodes, stop_of = np.unique(at, return_inverse=True)
    metres = np.full((len(nodes), len(nodes)), np.inf)
    scratch = scratch or Scratch(network)
    _between((network.starts, network.ends, network.metres), nodes, scratch.arrays, metres)
    found = metres[stop_of][:, stop_of]
    np.fill_diagonal(found, 0.0)
    return found


@compiled
def _between(network: Any, nodes: Any, scratch: Any, metres: Metres) -> None:
    """Fills ``metres`` between the ``nodes``, which are sorted and each there once.

    What the first walk through a piece of the network did not reach lies in another piece, so
    later walks do not look for it: one walk at most goes through a whole piece.
    """
    piece = np.full(len(nodes), NOWHERE, dtype=np.int32)
    for source in range(len(nodes)):
        if nodes[source] == NOWHERE:
            continue
        metres[source, source] = 0.0
        wanted = 0
        for stop in range(source + 1, len(nodes)):
            wanted += piece[stop] == piece[source]
        size = start(scratch, nodes[source])
        new = piece[source] == NOWHERE
        while wanted > 0 and size > 0:
            node, size = settle(network, scratch, size)
            place: Any = np.searchsorted(nodes, node)
            if source < place < len(nodes) and nodes[place] == node:
                metres[source, place] = metres[place, source] = scratch[0][node]
                wanted -= 1
                if new:
                    piece[place] = source
        piece[source] = source if new else piece[source]
