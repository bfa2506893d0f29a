"""Why a part is where it is: against all places tried one by one, over all shortest ways."""

import numpy as np
import pytest
from tests.plan.test_turf import stops, town

from courtyard.plan.distances import distances
from courtyard.plan.turf import Bounds, cut
from courtyard.plan.turf_corrections import excluded
from courtyard.plan.turf_why import why_here, why_not_there

BOUNDS = Bounds(12, 20)


@pytest.fixture(scope="module")
def made():
    network, ground = town(7)
    return cut(network, ground, BOUNDS, effort=0.1)


def length(ring: list[int], metres) -> float:
    return float(sum(metres[a, b] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)))


@pytest.fixture(scope="module")
def metres(made):
    return distances(made.ground.network, made.ground.nodes[made.parts.stop])


def test_it_says_what_a_place_costs(made, metres) -> None:
    for part in range(0, len(made.turf), 5):
        here = why_here(made, part)
        ring = made.rings[here.turf].tolist()
        without = [other for other in ring if other != part]
        shorter = length(without, metres) if without else 0.0
        assert here.metres == pytest.approx(length(ring, metres) - shorter)
        assert here.load - here.load_without == made.parts.load[part]
        assert here.load == made.doors[here.turf]


def test_it_says_what_another_turf_would_cost(made, metres) -> None:
    for part in range(0, len(made.turf), 7):
        others = [turf for turf in range(len(made.doors)) if turf != made.turf[part]]
        for there in why_not_there(made, part, others):
            ring = made.rings[there.turf].tolist()
            tried = [
                length([*ring[:at], part, *ring[at:]], metres) for at in range(1, len(ring) + 1)
            ]
            assert there.metres == pytest.approx(min(tried) - length(ring, metres))
            assert there.load == made.doors[there.turf] + made.parts.doors[part]
            assert there.fits is (12 <= there.load <= 20)


def test_it_knows_when_a_turf_needs_its_building(made) -> None:
    kept = {why_here(made, part).keeps for part in range(len(made.turf))}
    assert kept == {True, False}


def test_it_says_nothing_of_what_is_in_no_turf(made) -> None:
    assert why_here(excluded(made, [3]), 3) is None


def test_it_knows_a_turf_of_one_building() -> None:
    network, _ = town(3)
    alone = cut(network, stops([0, 8], [15, 15]), BOUNDS)
    here = why_here(alone, 0)
    assert (here.metres, here.load_without, here.keeps) == (0.0, 0, True)
    [there] = why_not_there(alone, 0, [int(alone.turf[1])])
    assert there.metres == 2 * np.ptp([0, 300])
    assert not there.fits
