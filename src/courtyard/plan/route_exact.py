"""The shortest round through a few stops, for certain."""

from typing import Any

import numpy as np

from courtyard.plan.compiled import compiled
from courtyard.plan.network import Whole

FEW = 9  # stops; every further one doubles the work


@compiled
def shortest_round(costs: Whole) -> Whole:
    """The shortest round through all stops, from stop 0: int32[n], for n of at most FEW.

    Held and Karp (1962): the cheapest way from stop 0 through each set of stops to each of them.
    """
    others = len(costs) - 1
    tour = np.zeros(others + 1, np.int32)
    if others < 1:
        return tour
    sets = 1 << others
    cheapest = np.full((sets, others), np.int64(1) << 60)
    before = np.zeros((sets, others), np.int8)
    for last in range(others):
        cheapest[1 << last, last] = costs[0, last + 1]
    for through in range(1, sets):
        for last in range(others):
            here = cheapest[through, last]
            if through >> last & 1:
                for then in range(others):
                    with_then = through | 1 << then
                    cost = here + costs[last + 1, then + 1]
                    if with_then != through and cost < cheapest[with_then, then]:
                        cheapest[with_then, then] = cost
                        before[with_then, then] = last
    through = sets - 1
    home: Any = np.argmin(cheapest[through] + costs[0, 1:])
    for at in range(others, 0, -1):
        tour[at] = home + 1
        through, home = through ^ 1 << home, before[through, home]
    return tour
