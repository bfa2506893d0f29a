"""Why a part is in its turf: what its place there costs, and what it would cost elsewhere."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from courtyard.plan.network import NOWHERE, Metres, Whole
from courtyard.plan.turf import Cut
from courtyard.plan.turf_walks import walked


@dataclass(frozen=True, slots=True)
class Here:
    """What a part adds to the walk of its turf, and the load the turf has with and without it."""

    turf: int
    metres: float
    load: int
    load_without: int
    bounds: tuple[int, int]

    @property
    def keeps(self) -> bool:
        """Whether its turf would be within the bounds without it, or be gone."""
        return self.load_without == 0 or self.bounds[0] <= self.load_without <= self.bounds[1]


@dataclass(frozen=True, slots=True)
class There:
    """What a part would add to the walk of another turf, and the load that would then have."""

    turf: int
    metres: float
    load: int
    bounds: tuple[int, int]

    @property
    def fits(self) -> bool:
        """Whether that turf would be within the bounds."""
        return self.bounds[0] <= self.load <= self.bounds[1]


def why_here(cut: Cut, part: int) -> Here | None:
    """What the place of a part costs in its turf; None for one that is in no turf."""
    turf = int(cut.turf[part])
    if turf == NOWHERE:
        return None
    ring = cut.rings[turf]
    at = int(np.flatnonzero(ring == part)[0])
    before, after = int(ring[at - 1]), int(ring[(at + 1) % len(ring)])
    ways = _ways(cut, [(before, part), (part, after), (before, after)])
    load = int(cut.parts.load[ring].sum())
    added = float(ways[0] + ways[1] - ways[2])
    return Here(turf, added, load, load - int(cut.parts.load[part]), cut.bounds.loads)


def why_not_there(cut: Cut, part: int, turfs: Collection[int]) -> list[There]:
    """What a part would cost at the best place in each of some other turfs, in their order."""
    rings = cut.rings
    return [
        There(
            turf,
            _cheapest(cut, part, rings[turf]),
            int(cut.parts.load[rings[turf]].sum() + cut.parts.load[part]),
            cut.bounds.loads,
        )
        for turf in turfs
    ]


def _cheapest(cut: Cut, part: int, ring: Whole) -> float:
    """The fewest metres that the part adds between two that follow each other."""
    to = _ways(cut, [(part, int(other)) for other in ring])
    steps = _ways(cut, list(zip(ring.tolist(), np.roll(ring, -1).tolist(), strict=True)))
    return float((to + np.roll(to, -1) - steps).min())


def _ways(cut: Cut, pairs: list[tuple[int, int]]) -> Metres:
    """Metres from one part to the other of each pair: half of the closed walk along both."""
    nodes = cut.ground.nodes[cut.parts.stop]
    rings = [np.array(pair, dtype=np.int32) for pair in pairs]
    return walked(cut.ground.network, nodes, rings) / 2
