"""An invented city to cut: jittered blocks of 180 by 80 metres, a river and a motorway.

The same doors and seed give the same city everywhere, so that figures can be compared.
"""

import numpy as np
from scipy.sparse import csr_matrix

BLOCK = np.array([180.0, 80.0])  # metres along an avenue's and a street's distance
STEP = 12.0  # metres from building to building on one side
BUILT = 0.35  # of the places that are lived in and to be visited
DOORS = 2.6  # of a building, on average
CURB = 3.0  # metres to a corner


def make(ndoors, seed=1):
    """A city of so many doors: `bxy` metres and `bw` doors of each building, `G` the network in

    metres (corners first, then buildings), `nint` corners at `pint`.
    """
    rng = np.random.default_rng(seed)
    blocks = ndoors / (2 * (180 // 12) * BUILT * DOORS)
    nx = max(3, round(np.sqrt(blocks * 80 / 180)))
    ny = max(3, int(np.ceil(blocks * 1.3 / nx)))
    corners, ways, streets = _grid(rng, nx, ny)
    rng.shuffle(streets)
    edges = _Edges()
    for a, b in ways:
        edges.add(a, b, float(np.hypot(*(corners[a] - corners[b]))))
    places, doors = _built(rng, ndoors, corners, streets, edges)
    nodes = len(corners) + len(doors)
    return {
        "bxy": np.array(places),
        "bw": np.array(doors),
        "G": csr_matrix((edges.metres, (edges.rows, edges.columns)), shape=(nodes, nodes)),
        "nint": len(corners),
        "pint": corners,
    }


class _Edges:
    def __init__(self):
        self.rows, self.columns, self.metres = [], [], []

    def add(self, a, b, metres):
        self.rows += (a, b)
        self.columns += (b, a)
        self.metres += (metres, metres)


def _grid(rng, nx, ny):
    """Corners, ways without houses, and streets with houses: their ends, and if it is a bridge."""
    x, y = np.meshgrid(np.arange(nx + 1) * BLOCK[0], np.arange(ny + 1) * BLOCK[1], indexing="ij")
    x += rng.normal(0, 8, x.shape)
    y += rng.normal(0, 5, y.shape)
    number = np.arange((nx + 1) * (ny + 1)).reshape(nx + 1, ny + 1)
    river, motorway = nx // 2, ny // 3
    ways, streets = [], []
    for i in range(nx + 1):
        for j in range(ny + 1):
            bridged = i != river or j % 8 == 4
            if i < nx and bridged and rng.random() > 0.04:
                streets.append((number[i, j], number[i + 1, j], i == river))
            under = j != motorway or i % 6 == 3
            if j < ny and under and rng.random() > 0.03:
                ways.append((number[i, j], number[i, j + 1]))
    return np.c_[x.ravel(), y.ravel()], ways, streets


def _built(rng, ndoors, corners, streets, edges):
    """Houses along both sides of the streets until there are enough doors."""
    places, doors, total = [], [], 0
    for a, b, bridge in streets:
        metres = float(np.hypot(*(corners[b] - corners[a])))
        along = []
        if not bridge and total < ndoors:
            dense = np.clip(BUILT * rng.lognormal(0, 0.45), 0.05, 0.95)
            for side in (-1, 1):
                at = np.arange(10, metres - 8, STEP)
                along += [(u, side) for u in at[rng.random(len(at)) < dense]]
        along.sort()
        forward = (corners[b] - corners[a]) / metres
        across = np.array([-forward[1], forward[0]])
        before, walked = a, 0.0
        for u, side in along:
            count = 1 + int(rng.random() < 0.35) * int(rng.integers(1, 3))
            count += int(rng.integers(4, 38)) if rng.random() < 0.06 else 0
            if total >= ndoors:
                break
            count = min(count, ndoors - total)
            total += count
            node = len(corners) + len(doors)
            places.append(corners[a] + forward * u + across * side * 7)
            doors.append(count)
            edges.add(before, node, u - walked + CURB)
            before, walked = node, u
        edges.add(before, b, metres - walked + CURB)
    return places, doors
