"""A newer file of streets or buildings: what stands, what is kept, and putting back."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from tests.conftest import KEEPER, NOW, Cast
from tests.territory.small_supply import buildings_of, streets_of

from courtyard.journal.act import NotAllowed
from courtyard.journal.models import Entry
from courtyard.journal.op import new_op
from courtyard.journal.scope import reading_as
from courtyard.territory.acts import (
    KeptAlready,
    LoadedBefore,
    Meanwhile,
    NoStreets,
    NothingToUndo,
    SuppliedInPart,
    correct_doors,
    load_buildings,
    load_streets,
    prune,
    put_back,
)
from courtyard.territory.counting import homes_counted
from courtyard.territory.models import Area, Building, Complex, Edition, Report, Segment
from courtyard.territory.rules import follows
from courtyard.territory.supplies import Supply

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=30)


@pytest.fixture
def districts(ground: dict[str, Area], walls: None) -> list[Area]:
    return list(Area.objects.filter(kind="election_district").order_by("code"))


@pytest.fixture
def loaded(tmp_path, districts) -> tuple[Edition, Edition]:
    """Streets, and eight homes in the larger houses of every district."""
    said = {"by": KEEPER, "at": NOW}
    return (
        load_streets(op=new_op(), supply=streets_of(tmp_path, districts), **said),
        load_buildings(op=new_op(), supply=buildings_of(tmp_path, districts), **said),
    )


def newer(tmp_path, districts, homes=(1, 12)) -> Edition:
    supply = buildings_of(tmp_path, districts, homes)
    return load_buildings(op=new_op(), by=KEEPER, at=LATER, supply=supply)


def corrected(cast: Cast, doors: str = "2 floors x a-c") -> Building:
    by = cast.canvasser.reader()
    house = Building.objects.filter(path__startswith=by.paths()[0], homes__gt=1).first()
    with reading_as(by):
        return correct_doors(op=new_op(), by=by, at=NOW, building=house.id, doors=doors)


def test_it_takes_the_place_of_the_older_file_everywhere_at_once(
    tmp_path, districts, loaded
) -> None:
    _, old = loaded
    made = newer(tmp_path, districts)
    old.refresh_from_db()
    assert (made.first, made.replaced_at, old.replaced_at) == (old.id, None, LATER)
    assert set(Building.objects.values_list("edition", "homes")) == {(made.id, 1), (made.id, 12)}
    assert set(Building.objects.visible_to(KEEPER).values_list("edition", flat=True)) == {made.id}
    assert Building.objects.inside(districts[0]).count() == 4
    assert Building.every.count() == 2 * Building.objects.count() == 64
    [row] = [
        one for one in homes_counted() if (one.area, one.measure) == (districts[0].id, "homes")
    ]
    assert row.value == 26
    assert Report.objects.get(edition=made).said["changes"] == {"added": 0, "removed": 0}
    with pytest.raises(LoadedBefore):
        newer(tmp_path, districts)


def test_it_is_done_once_if_it_is_sent_twice(tmp_path, districts, loaded) -> None:
    supply, op = buildings_of(tmp_path, districts, (1, 12)), new_op()
    made = [load_buildings(op=op, by=KEEPER, at=LATER, supply=supply) for _ in range(2)]
    assert made[0] == made[1]
    assert (
        Edition.objects.filter(kind=made[0].kind).count(),
        Entry.objects.filter(id=op).count(),
    ) == (2, 1)
    undo = {"op": new_op(), "by": KEEPER, "at": LATER, "first": made[0].first}
    undo |= {"was": made[0].id, "to": made[0].first}
    assert put_back(**undo) == put_back(**undo)
    assert set(Building.objects.values_list("edition", flat=True)) == {made[0].first}


def test_it_keeps_what_somebody_has_seen_at_the_door(
    tmp_path, districts, cast: Cast, loaded
) -> None:
    house = corrected(cast)
    made = newer(tmp_path, districts)
    kept = Building.objects.get(code=house.code)
    assert (kept.edition_id, kept.doors, kept.doors_source, kept.homes) == (
        made.id, house.doors, "seen", 6,
    )  # fmt: skip
    assert Building.objects.filter(doors_source="seen").count() == 1
    assert (
        "the doors of 1 buildings, seen by people, were kept"
        in Report.objects.get(edition=made).said["notes"]
    )
    # What is seen afterwards goes back with the older file.
    by = cast.canvasser.reader()
    with reading_as(by):
        correct_doors(op=new_op(), by=by, at=LATER, building=kept.id, doors="2 floors x a-d")
    put_back(op=new_op(), by=KEEPER, at=LATER, first=made.first, was=made.id, to=made.first)
    back = Building.objects.get(code=house.code)
    assert (back.id, back.doors, back.homes) == (house.id, "2 floors × A–D", 8)


def test_it_says_whose_doors_were_lost(tmp_path, districts, cast: Cast, loaded) -> None:
    house = corrected(cast)
    made = newer(tmp_path, districts, (1,))
    assert not Building.objects.filter(code=house.code).exists()
    said = Report.objects.get(edition=made).said
    assert said["changes"] == {"added": 0, "removed": 16}
    [lost] = [one for one in said["notes"] if one.startswith("doors seen by people of 1 ")]
    assert lost.endswith(house.code)


def test_it_is_the_same_building_under_the_address_of_an_older_file(
    tmp_path, districts, cast: Cast, loaded
) -> None:
    house = Building.objects.filter(homes=8, path__startswith=cast.canvasser.reader().paths()[0])[0]
    newer(tmp_path, districts)
    [same] = Building.objects.same_as(house.id)
    assert (same.code, same.homes, same.id != house.id) == (house.code, 12, True)
    assert list(Building.objects.same_as(same.id)) == [same]
    assert not Building.objects.same_as(new_op()).exists()
    by = cast.canvasser.reader()
    with reading_as(by):  # a page that was open while the newer file came
        made = correct_doors(op=new_op(), by=by, at=LATER, building=house.id, doors="1 door")
    assert made.id == same.id


def test_it_moves_the_buildings_onto_newer_streets_and_back(tmp_path, districts, loaded) -> None:
    streets, _ = loaded
    before = set(Building.objects.values_list("id", "segment", "street", "number", "side"))
    supply = streets_of(tmp_path, districts)
    shorter = replace(
        supply, sha256="1" * 64, words=supply.words | {"street": ["New Street"] * len(supply)}
    )
    made = load_streets(op=new_op(), by=KEEPER, at=LATER, supply=shorter)
    assert Segment.objects.count() == len(districts)
    assert set(Building.objects.values_list("segment__edition", "street")) == {
        (made.id, "New Street")
    }
    put_back(op=new_op(), by=KEEPER, at=LATER, first=made.first, was=made.id, to=streets.id)
    assert set(Building.objects.values_list("id", "segment", "street", "number", "side")) == before
    with pytest.raises(NoStreets):
        put_back(op=new_op(), by=KEEPER, at=LATER, first=streets.id, was=streets.id, to=None)
    assert Segment.objects.count() == len(districts)


def test_it_undoes_only_what_was_looked_at(tmp_path, districts, loaded) -> None:
    _, old = loaded
    made = newer(tmp_path, districts)
    said = {"by": KEEPER, "at": LATER, "first": old.id}
    with pytest.raises(Meanwhile):
        put_back(op=new_op(), was=old.id, to=None, **said)
    with pytest.raises(NothingToUndo):
        put_back(op=new_op(), was=made.id, to=made.id, **said)
    with pytest.raises(NothingToUndo):
        put_back(op=new_op(), was=made.id, to=new_op(), **said)
    put_back(op=new_op(), was=made.id, to=None, **said)
    assert not Building.objects.exists()
    put_back(op=new_op(), was=None, to=old.id, **said)
    assert Building.objects.count() == 32
    with pytest.raises(KeptAlready, match="Put it back"):
        newer(tmp_path, districts)


def test_it_leaves_boundaries_where_roles_are_held(ground, walls) -> None:
    one = Edition.objects.get(kind="election_district")
    with pytest.raises(NothingToUndo):
        put_back(op=new_op(), by=KEEPER, at=LATER, first=one.id, was=one.id, to=None)
    with pytest.raises(NothingToUndo):
        prune(op=new_op(), by=KEEPER, at=LATER, first=one.id, keep=1)


def test_it_prunes_all_but_the_newest_and_what_is_in_force(tmp_path, districts, loaded) -> None:
    streets, old = loaded
    second, third = newer(tmp_path, districts), newer(tmp_path, districts, (1, 400))
    assert Complex.objects.count() == 16
    put_back(op=new_op(), by=KEEPER, at=LATER, first=old.id, was=third.id, to=old.id)
    prune(op=new_op(), by=KEEPER, at=LATER, first=old.id, keep=1)
    kept = set(Building.every.values_list("edition", flat=True))
    assert kept == {old.id} | ({third.id, second.id} & kept)
    assert len(kept) == 2  # the newest, and the one in force
    gone = Edition.objects.get(kind=old.kind, pruned_at=LATER)
    assert Report.objects.filter(edition=gone).exists()
    with pytest.raises(NothingToUndo):
        put_back(op=new_op(), by=KEEPER, at=LATER, first=old.id, was=old.id, to=gone.id)
    supply = replace(streets_of(tmp_path, districts), sha256="1" * 64)
    load_streets(op=new_op(), by=KEEPER, at=LATER, supply=supply)
    prune(op=new_op(), by=KEEPER, at=LATER, first=streets.id, keep=1)
    assert set(Segment.every.values_list("edition__sha256", flat=True)) == {"1" * 64}


def test_it_lets_another_city_stand_beside_and_refuses_a_part(tmp_path, districts, loaded) -> None:
    def moved(supply: Supply, degrees: float) -> Supply:
        return replace(supply, sha256="2" * 64, longitude=supply.longitude + degrees)

    supply = buildings_of(tmp_path, districts)
    with pytest.raises(SuppliedInPart, match="less than half"):
        newer(tmp_path, districts[:2])
    load_buildings(op=new_op(), by=KEEPER, at=LATER, supply=moved(supply, -5.0))
    assert Building.objects.count() == 2 * len(supply)
    assert Edition.objects.filter(kind=supply.layout.kind).in_force().count() == 2
    assert np.ptp(list(Building.objects.values_list("longitude", flat=True))) > 5


@pytest.mark.parametrize(
    ("new", "old", "told"),
    [
        (range(100), range(100), "newer"), (range(50), range(100), "newer"),
        (range(49), range(100), "part"), (range(90, 190), range(100), "elsewhere"),
        (range(80, 180), range(100), "part"), (range(5), range(0), "elsewhere"),
        (range(1000), range(100), "newer"),
    ],
)  # fmt: skip
def test_it_tells_a_newer_file_from_a_neighbour_and_a_part(new, old, told) -> None:
    assert follows(set(new), set(old)) == told


@pytest.mark.parametrize("person", ["organiser", "outsider", "stranger"])
def test_it_is_refused_to_whoever_does_not_load(
    tmp_path, districts, cast: Cast, loaded, person
) -> None:
    _, old = loaded
    by = cast[person].reader()
    supply = buildings_of(tmp_path, districts, (1, 12))
    with reading_as(by):
        for what in (
            lambda: load_buildings(op=new_op(), by=by, at=LATER, supply=supply),
            lambda: put_back(op=new_op(), by=by, at=LATER, first=old.id, was=old.id, to=None),
            lambda: prune(op=new_op(), by=by, at=LATER, first=old.id, keep=1),
        ):
            with pytest.raises(NotAllowed):
                what()
