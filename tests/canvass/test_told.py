"""What is told of a cut: rows of turfs, buildings in walking order, shares in words."""

import numpy as np
import pytest

from courtyard.canvass.cuttable import Cuttable, named
from courtyard.canvass.cutting import Recipe, corrected, cut_by
from courtyard.canvass.told import Place, left_out, minutes_of, stops_of, turfs
from courtyard.plan.network import Network
from courtyard.plan.route_doors import PACE
from courtyard.plan.turf_ground import Stops
from courtyard.plan.turf_shares import Share

DOORS = [4, 6, 5, 5, 4, 6, 40, 8, 2, 10, 30]


@pytest.fixture(scope="module")
def ground() -> Cuttable:
    """A street of eleven houses, thirty metres apart; one is as large as three turfs."""
    at = np.arange(len(DOORS))
    network = Network.of_ways((at[:-1], at[1:]), np.full(len(at) - 1, 30.0), len(at))
    floors = {6: [[4] * 5, [4] * 5]}
    stops = Stops(at.astype(np.int32), np.array(DOORS), np.array(DOORS) * 2.0, floors=floors)
    rows = [
        (f"id {n}", f"{2 * n + 1} {'CALM RD' if n % 2 else 'Calm Road'}", n == 3) for n in range(11)
    ]
    degrees = np.c_[-73.9 + at / 1000, np.full(len(at), 40.75)]
    return named("Calm", network, stops, rows, degrees)


def test_it_tells_of_every_turf_what_its_parts_add_up_to(ground) -> None:
    made = cut_by(Recipe.of_size(ground, 15), ground)
    told = turfs(made, ground)
    assert [one.number for one in told] == list(range(1, len(made.doors) + 1))
    assert sum(one.doors for one in told) == sum(DOORS)
    for one in told:
        stops = stops_of(made, ground, one.index)
        assert tuple(stop.part for stop in stops) == one.parts
        assert sum(stop.doors for stop in stops) == one.doors
        assert len({stop.id for stop in stops}) == one.buildings
        inside = sum(stop.minutes for stop in stops)
        assert one.minutes == pytest.approx(inside + one.metres / PACE.metres_a_second / 60)
        assert one.out_of_bounds is not (12 <= one.doors <= 18)
        assert one.streets == ("Calm Road",)
    assert minutes_of(made, ground).sum() == pytest.approx(2 * sum(DOORS))


def test_it_says_which_share_of_a_building_is_meant(ground) -> None:
    made = cut_by(Recipe.of_size(ground, 15), ground)
    shared = [
        stop
        for one in turfs(made, ground)
        for stop in stops_of(made, ground, one.index)
        if stop.place.of > 1
    ]
    large = sorted((s.place.at, s.place.of, s.place.words) for s in shared if s.id == "id 6")
    assert [at for at, *_ in large] == list(range(1, large[0][1] + 1))
    assert large[0][2].startswith("entrance 1, floor")
    unknown = [s.place.words for s in shared if s.id == "id 10"]
    assert sorted(unknown) == ["share 1 of 2, to be surveyed", "share 2 of 2, to be surveyed"]


def test_it_says_shares_over_two_entrances() -> None:
    place = Place(1, 2, Share(12, (0, 3), (1, 0)))
    assert place.words == "entrance 1, floor 4, to entrance 2, floor 1"
    assert Place(1, 2, Share(4, (1, 2), (1, 2))).words == "entrance 2, floor 3"
    assert Place().words == ""


def test_it_tells_what_was_left_out_and_what_is_pinned(ground) -> None:
    made = cut_by(Recipe.of_size(ground, 15), ground)
    part = int(made.walk[-1])
    assert left_out(made, ground) == []
    without = corrected(made, ("exclude", (part,)))
    [gone] = left_out(without, ground)
    assert gone.part == part
    assert sum(one.doors for one in turfs(without, ground)) == sum(DOORS) - gone.doors
    held = corrected(made, ("pin", (part,)))
    [stop] = [s for s in stops_of(held, ground, int(held.turf[part])) if s.part == part]
    assert stop.is_pinned


def test_it_knows_a_street_however_it_is_spelt(ground) -> None:
    told = turfs(cut_by(Recipe.of_size(ground, 15), ground), ground)
    assert {one.streets for one in told} == {("Calm Road",)}
