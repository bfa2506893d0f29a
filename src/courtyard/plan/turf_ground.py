"""What is cut into turfs: stops with their doors, on a network made whole, and what was noted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from courtyard.plan.network import NOWHERE, BrokenNetwork, Metres, Network, Whole
from courtyard.plan.turf_shares import Floors

DETOUR = 1.3  # metres walked for a metre in a straight line, where no way is known
UNKNOWN = 500.0  # metres taken for a way of which nothing is known


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the most of a turf, in doors or in minutes of work."""

    least: int = 40
    most: int = 60
    of: Literal["doors", "minutes"] = "doors"

    def __post_init__(self) -> None:
        if not 0 < self.least <= self.most:
            raise ValueError(f"A turf of {self.least} to {self.most} {self.of} cannot be.")

    @property
    def scale(self) -> int:
        """How many units of load one door or one minute is: minutes are counted in seconds."""
        return 60 if self.of == "minutes" else 1

    @property
    def loads(self) -> tuple[int, int]:
        """The least and the most in units of load."""
        return self.least * self.scale, self.most * self.scale


@dataclass(frozen=True, slots=True, eq=False)
class Stops:
    """Buildings: the node each lies at (or NOWHERE), its doors, and what else is known.

    ``minutes`` is what working each takes; ``places`` are metres on a plane, [n, 2], NaN where not
    known; ``floors`` gives, for large buildings, the doors on each floor of each entrance.
    """

    nodes: Whole
    doors: NDArray[np.int64]
    minutes: Metres | None = None
    places: Metres | None = None
    floors: Mapping[int, Floors] = field(default_factory=dict)

    def work(self, bounds: Bounds) -> Metres:
        """The doors or the minutes of each stop, as the bounds count; a door is else a minute."""
        minutes = self.doors if self.minutes is None else self.minutes
        return np.asarray(minutes if bounds.of == "minutes" else self.doors, dtype=np.float64)

    def __post_init__(self) -> None:
        if len(self.nodes) != len(self.doors):
            raise BrokenNetwork(f"{len(self.nodes)} stops, but doors of {len(self.doors)}.")
        if len(self.doors) and self.doors.min() < 0:
            raise BrokenNetwork(f"Stop {int(self.doors.argmin())} has fewer than no doors.")
        if self.minutes is not None and not (np.isfinite(self.minutes) & (self.minutes >= 0)).all():
            raise BrokenNetwork("Minutes are numbers of at least 0.")


@dataclass(frozen=True, slots=True)
class Note:
    """Something that was found on the way: a word for what (see ``cut``), and which stops."""

    what: str
    stops: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """A network on which every stop can be walked to.

    Of each stop: its node, and the number of the connected piece it lay in before all were joined.
    """

    network: Network
    nodes: Whole
    pieces: NDArray[np.int64]
    notes: tuple[Note, ...]


def whole_ground(network: Network, stops: Stops, bounds: Bounds) -> Ground:
    """The network with every stop and every piece of it joined on by what ways can be guessed.

    A stop off the network is joined to the nearest other, in a straight line; without a place, to
    the one before it in the list. Pieces are joined where two of their stops are nearest. Notes:
    ``off the network``, ``without a place``, ``island`` (a piece with less than a turf). Raises
    BrokenNetwork for a stop at no node of the network.
    """
    nodes = np.array(stops.nodes, dtype=np.int32)
    if len(nodes) and (nodes.min() < NOWHERE or nodes.max() >= network.nodes):
        raise BrokenNetwork(f"A stop lies at a node that is not among the {network.nodes}.")
    off = np.flatnonzero(nodes == NOWHERE)
    nodes[off] = network.nodes + np.arange(len(off), dtype=np.int32)
    pieces = np.r_[network.pieces(), network.nodes + np.arange(len(off))][nodes]
    pieces = np.unique(pieces, return_inverse=True)[1].astype(np.int64)
    places = _places(stops)
    known = np.asarray(np.isfinite(places).all(axis=1), dtype=bool)
    work = stops.work(bounds)
    island = (
        (np.bincount(pieces, work)[pieces] < bounds.least)
        if pieces.any()
        else np.zeros(len(nodes), dtype=bool)
    )
    island[off] = False
    noted = {
        "off the network": off[known[off]],
        "without a place": off[~known[off]],
        "island": np.flatnonzero(island),
    }
    notes = tuple(Note(what, tuple(which.tolist())) for what, which in noted.items() if len(which))
    links = _links(pieces, places, known)
    return Ground(_joined(network, nodes, len(off), links), nodes, pieces, notes)


Links = tuple[NDArray[np.int64], NDArray[np.int64], Metres]


def _places(stops: Stops) -> Metres:
    if stops.places is None:
        return np.full((len(stops.nodes), 2), np.nan)
    return np.asarray(stops.places, dtype=np.float64).reshape(-1, 2)


def _joined(network: Network, nodes: Whole, more: int, links: list[Links]) -> Network:
    if not links:
        return network
    rows = np.repeat(np.arange(network.nodes), np.diff(network.starts))
    once = rows < network.ends
    a, b, metres = (np.concatenate(column) for column in zip(*links, strict=True))
    ends = np.r_[rows[once], nodes[a]], np.r_[network.ends[once], nodes[b]]
    return Network.of_ways(ends, np.r_[network.metres[once], metres], network.nodes + more)


def _links(piece: NDArray[np.int64], places: Metres, known: NDArray[np.bool_]) -> list[Links]:
    """Ways that make one piece of all, as Borůvka (1926) does: from each piece to its nearest."""
    links: list[Links] = []
    at = np.flatnonzero(known)
    while len(at) and len(np.unique(piece[at])) > 1:
        found = _nearest_of_others(piece[at], places[at])
        a, b = at[found[0]], at[found[1]]
        links.append((a, b, DETOUR * found[2]))
        piece = _merged(piece, a, b)
    if len(piece) and len(np.unique(piece)) > 1:  # what has no place follows the list
        a = np.flatnonzero(piece[1:] != piece[:-1])
        links.append((a, a + 1, np.full(len(a), UNKNOWN)))
    return links


def _merged(
    piece: NDArray[np.int64], a: NDArray[np.int64], b: NDArray[np.int64]
) -> NDArray[np.int64]:
    size = int(piece.max()) + 1
    joined = coo_array((np.ones(len(a), dtype=np.int8), (piece[a], piece[b])), shape=(size, size))
    label = connected_components(joined, directed=False)[1]
    return np.asarray(label[piece], dtype=np.int64)


def _nearest_of_others(piece: NDArray[np.int64], places: Metres) -> Links:
    """From each piece but the largest a stop, and the nearest one of another piece, and how far."""
    tree = cKDTree(places)
    count = min(16, len(places))
    metres, near = tree.query(places, k=count)
    metres = np.where(piece[near] != piece[:, None], metres, np.inf)
    rank = metres.argmin(axis=1)
    own = np.arange(len(places))
    metres, near = metres[own, rank], near[own, rank]
    order = np.lexsort((own, metres, piece))
    names, first = np.unique(piece[order], return_index=True)
    ends = [(int(stop), int(near[stop]), float(metres[stop])) for stop in order[first]]
    largest = names[np.bincount(piece)[names].argmax()]
    for number, name in enumerate(names):
        if np.isinf(ends[number][2]) and name != largest:
            inside, outside = np.flatnonzero(piece == name), np.flatnonzero(piece != name)
            apart, there = cKDTree(places[outside]).query(places[inside])
            stop = int(apart.argmin())
            ends[number] = (int(inside[stop]), int(outside[there[stop]]), float(apart[stop]))
    ends = [end for end in ends if np.isfinite(end[2])]
    columns = np.array(ends).T
    return columns[0].astype(np.int64), columns[1].astype(np.int64), columns[2]
