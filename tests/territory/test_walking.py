"""An area as planners want it: every home can be walked to, on pavements as walkers feel them."""

import numpy as np
import pytest
from tests.conftest import KEEPER, NOW, Cast
from tests.territory.small_supply import buildings_of, streets_of

from courtyard.journal.op import new_op
from courtyard.journal.scope import reading_as
from courtyard.plan.distances import distances
from courtyard.territory.acts import load_buildings, load_streets
from courtyard.territory.models import Area, Segment
from courtyard.territory.pavements import WIDE_KERB
from courtyard.territory.supplies import Supply
from courtyard.territory.walking import Walkable, walkable


def walked(tmp_path, ground: dict[str, Area], kind: str) -> Walkable:
    """The ground of AD 34, all of whose streets are of a kind."""
    districts = [one for one in ground.values() if one.kind == "election_district"]
    supply: Supply = streets_of(tmp_path, districts)
    supply.words["kind"] = [kind] * len(supply)
    load_streets(op=new_op(), by=KEEPER, at=NOW, supply=supply)
    load_buildings(op=new_op(), by=KEEPER, at=NOW, supply=buildings_of(tmp_path, districts))
    return walkable(ground["34"], KEEPER)


def opposite(found: Walkable) -> float:
    """Metres from the first house to the nearest as the crow flies: across the street."""
    apart = np.hypot(*(found.degrees - found.degrees[0]).T)
    return float(distances(found.network, found.at[[0, int(np.argsort(apart)[1])]])[0, 1])


def test_it_has_every_home(tmp_path, ground) -> None:
    found = walked(tmp_path, ground, "residential")
    assert found.doors.sum() == 4 * 2 * (1 + 8)
    assert len(set(found.ids)) == len(found.ids) == 16


def test_a_narrow_street_is_crossed_from_door_to_door(tmp_path, ground) -> None:
    assert opposite(walked(tmp_path, ground, "residential")) < 15


@pytest.mark.parametrize("kind", ["primary", "secondary_link"])
def test_a_wide_street_is_crossed_at_its_corners(tmp_path, ground, kind) -> None:
    assert opposite(walked(tmp_path, ground, kind)) > 2 * WIDE_KERB


def test_nobody_walks_along_a_motorway(tmp_path, ground) -> None:
    found = walked(tmp_path, ground, "motorway")
    assert not len(found.corners)
    assert np.isinf(opposite(found))


def test_a_captain_walks_along_streets_outside_of_the_area(tmp_path, ground, cast: Cast) -> None:
    mine = walked(tmp_path, ground, "residential")
    captain = cast["captain"].reader()
    with reading_as(captain):
        found = walkable(ground["34"], captain)
        assert Segment.objects.visible_to(captain).exclude(path__startswith=ground["34"].path)
    assert len(found.corners) == len(mine.corners)
    assert np.array_equal(found.network.metres, mine.network.metres)
