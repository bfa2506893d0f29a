from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courtyard.plan.distances import distances
from courtyard.plan.network import NOWHERE, BrokenNetwork, Network
from courtyard.plan.turf import Bounds, Cut, cut
from courtyard.plan.turf_ground import Stops

FEW = Bounds(2, 3)


def street(*metres: float) -> Network:
    doors = np.arange(len(metres))
    return Network.of_ways((doors, doors + 1), metres, len(metres) + 1)


def stops(nodes, doors, **known) -> Stops:
    return Stops(np.array(nodes, dtype=np.int32), np.array(doors, dtype=np.int64), **known)


def whats(found: Cut) -> dict[str, tuple[int, ...]]:
    return {note.what: note.stops for note in found.notes}


def town(rows: int, seed: int = 1) -> tuple[Network, Stops]:
    """A grid of streets, 90 by 60 metres, with a building of some doors at each crossing."""
    number = np.arange(rows * rows).reshape(rows, rows)
    a = np.r_[number[:, :-1].ravel(), number[:-1].ravel()]
    b = np.r_[number[:, 1:].ravel(), number[1:].ravel()]
    metres = np.r_[np.full(rows * (rows - 1), 90.0), np.full(rows * (rows - 1), 60.0)]
    doors = np.random.default_rng(seed).integers(1, 12, rows * rows)
    return Network.of_ways((a, b), metres, rows * rows), stops(number.ravel(), doors)


def is_whole(found: Cut, ground: Stops) -> None:
    """Every door is in exactly one turf, and the figures of the turfs are true."""
    parts = found.parts
    assert np.bincount(parts.stop, parts.doors, len(ground.doors)).tolist() == ground.doors.tolist()
    assert sorted(found.walk.tolist()) == list(range(len(parts.stop)))
    for turf, ring in enumerate(found.rings):
        assert (found.turf[ring] == turf).all()
        assert found.doors[turf] == parts.doors[ring].sum()


def exhaustive(metres, doors, least: int, most: int) -> float:
    """The fewest metres of all cuts within the bounds; infinite if there is none."""

    def tour(members: list[int]) -> float:
        first, *others = members
        return min(
            sum(metres[a, b] for a, b in zip((first, *rest), (*rest, first), strict=True))
            for rest in permutations(others)
        )

    def best(left: list[int]) -> float:
        if not left:
            return 0.0
        first, *others = left
        found = np.inf
        for which in range(2 ** len(others)):
            members = [first, *(o for at, o in enumerate(others) if which >> at & 1)]
            if least <= sum(doors[m] for m in members) <= most:
                rest = [o for o in others if o not in members]
                found = min(found, tour(members) + best(rest))
        return found

    return best(list(range(len(doors))))


def test_it_cuts_a_four_door_street_at_its_gap() -> None:
    found = cut(street(10, 50, 10), stops(range(4), [1, 1, 1, 1]), FEW)

    assert [sorted(ring.tolist()) for ring in found.rings] == [[0, 1], [2, 3]]
    assert found.metres.tolist() == [20, 20]
    assert found.doors.tolist() == [2, 2]
    assert found.notes == ()


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_it_finds_the_best_of_all_cuts_of_a_tiny_ground(data) -> None:
    count = data.draw(st.integers(2, 6))
    doors = data.draw(st.lists(st.integers(1, 3), min_size=count, max_size=count))
    lengths = st.lists(st.integers(1, 99), min_size=count - 1, max_size=count - 1)
    behind = [data.draw(st.integers(0, node - 1)) for node in range(1, count)]
    network = Network.of_ways((behind, range(1, count)), data.draw(lengths), count)
    ground = stops(range(count), doors)
    best = exhaustive(distances(network, ground.nodes), doors, 3, 6)

    found = cut(network, ground, Bounds(3, 6))

    is_whole(found, ground)
    within = ((found.doors >= 3) & (found.doors <= 6)).all()
    assert within == np.isfinite(best)
    if within:
        assert found.metres.sum() == pytest.approx(best)


def test_it_numbers_what_lies_together_one_after_the_other() -> None:
    network, ground = town(16)
    places = np.array([[90 * (n % 16), 60 * (n // 16)] for n in range(256)], dtype=float)
    found = cut(network, stops(ground.nodes, ground.doors, places=places), effort=0.1)
    middles = np.array([places[ring].mean(axis=0) for ring in found.rings])
    apart = np.hypot(*np.diff(middles, axis=0).T)
    anyhow = np.hypot(*(middles[:, None] - middles).transpose(2, 0, 1))
    assert len(apart) > 20
    assert apart.mean() < anyhow.mean() / 2
    is_whole(found, ground)


def test_it_keeps_every_turf_of_a_town_within_bounds() -> None:
    network, ground = town(20)

    found = cut(network, ground, effort=0.2)

    is_whole(found, ground)
    assert 40 <= found.doors.min() <= found.doors.max() <= 60
    assert found.metres.sum() == pytest.approx(found.found.metres)
    assert found.found.metres < found.found.metres_before
    assert not found.found.stopped


def test_it_gives_the_same_for_the_same_seed() -> None:
    network, ground = town(9)
    one, again, other = (cut(network, ground, effort=0.1, seed=seed) for seed in (3, 3, 4))

    assert one.walk.tolist() == again.walk.tolist()
    assert one.walk.tolist() != other.walk.tolist()


def test_it_stops_when_asked_and_is_whole_all_the_same() -> None:
    network, ground = town(9)
    asked: list[int] = []

    found = cut(network, ground, stop=lambda: asked.append(0) or len(asked) > 5)  # type: ignore[func-returns-value]

    is_whole(found, ground)
    assert found.found.stopped
    assert found.found.sweeps >= 5
    assert ((found.doors >= 40) & (found.doors <= 60)).all()


def test_it_counts_minutes_where_asked() -> None:
    network, ground = town(9)
    minutes = ground.doors * 2.5
    timed = stops(ground.nodes, ground.doors, minutes=minutes)

    found = cut(network, timed, Bounds(90, 130, "minutes"), effort=0.2)

    is_whole(found, ground)
    spent = np.bincount(found.turf, minutes[found.parts.stop])
    assert ((spent >= 90) & (spent <= 130)).all()


def test_it_shares_out_a_building_larger_than_a_turf() -> None:
    floors = {1: [[10] * 5, [10] * 5, [12] * 4]}
    ground = stops(range(3), [45, 148, 9_669], floors=floors)

    found = cut(street(30, 30), ground)

    is_whole(found, ground)
    assert ((found.doors >= 40) & (found.doors <= 60)).all()
    ends = [share.last for share in found.parts.share[1:4] if share]
    assert ends == [(0, 4), (1, 4), (2, 3)]  # each entrance is a share
    assert whats(found) == {"shared out": (1, 2), "to be surveyed": (2,)}


def test_it_never_shares_out_a_building_that_fits() -> None:
    found = cut(street(30, 30), stops(range(3), [60, 59, 40]))
    assert sorted(found.parts.stop.tolist()) == [0, 1, 2]


@pytest.mark.parametrize(("doors", "turfs"), [([30], [30]), ([35, 35], [35, 35]), ([0], [0])])
def test_it_reports_what_cannot_be_cut_evenly(doors, turfs) -> None:
    found = cut(street(10, 10), stops(range(len(doors)), doors))

    assert sorted(found.doors.tolist()) == turfs
    assert set(whats(found)) == {"out of bounds", "not to be cut evenly"}


def test_it_cuts_a_ground_without_stops() -> None:
    found = cut(street(10), stops([], []))
    assert found.rings == []


def test_it_places_an_island_with_the_nearest_and_says_so() -> None:
    network = Network.of_ways(([0, 2, 4], [1, 3, 5]), [10, 10, 10], 6)
    places = np.array([[0, 0], [10, 0], [500, 0], [510, 0], [530, 0], [540, 0]], dtype=float)
    ground = stops(range(5), [2, 1, 1, 1, 1], places=places[:5])

    found = cut(network, ground, FEW)

    is_whole(found, ground)
    assert [sorted(ring.tolist()) for ring in found.rings] == [[0, 1], [2, 3, 4]]
    assert whats(found) == {"island": (4,), "in pieces": (2, 3, 4)}
    assert found.metres.tolist() == [20, 20 + 2 * 1.3 * 20]


def test_it_places_stops_off_the_network_and_without_a_place() -> None:
    places = np.array([[0, 0], [10, 0], [np.nan, np.nan], [0, 2], [400, 0]])
    ground = stops([0, 1, NOWHERE, NOWHERE, 2], [1, 1, 1, 1, 2], places=places)

    found = cut(street(10, 390), ground, FEW)

    is_whole(found, ground)
    assert found.turf[0] == found.turf[3]
    assert whats(found)["off the network"] == (3,)
    assert whats(found)["without a place"] == (2,)


def test_it_is_whole_where_nothing_is_known() -> None:
    ground = stops([NOWHERE] * 5, [1] * 5)
    is_whole(cut(street(10), ground, FEW), ground)


@pytest.mark.parametrize(
    ("ground", "says"),
    [
        (lambda: stops([0, 1], [1]), "2 stops, but doors of 1"),
        (lambda: stops([0], [-1]), "Stop 0 has fewer"),
        (lambda: stops([0], [1], minutes=np.array([np.nan])), "Minutes"),
        (lambda: cut(street(10), stops([7], [1])), "not among the 2"),
    ],
)
def test_it_refuses_stops_that_do_not_fit(ground, says) -> None:
    with pytest.raises(BrokenNetwork, match=says):
        ground()


def test_it_refuses_bounds_that_cannot_be() -> None:
    with pytest.raises(ValueError, match="60 to 40 doors"):
        Bounds(60, 40)
