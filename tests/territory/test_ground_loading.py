"""Streets and buildings loaded: on which street, in which area, which number; and counted."""

from datetime import timedelta

import pytest
from tests.conftest import KEEPER, NOW, Cast
from tests.territory.small_supply import buildings_of, streets_of

from courtyard.journal.act import NotAllowed
from courtyard.journal.op import new_op
from courtyard.journal.scope import reading_as
from courtyard.territory.acts import (
    LoadedBefore,
    NoStreets,
    SuppliedInPart,
    correct_doors,
    count,
    load_buildings,
    load_streets,
)
from courtyard.territory.counting import Counted, Counts, homes_counted, together
from courtyard.territory.doors import BadPattern
from courtyard.territory.models import Area, Building, Complex, Count, Segment

pytestmark = pytest.mark.django_db


@pytest.fixture
def districts(ground: dict[str, Area], walls: None) -> list[Area]:
    return list(Area.objects.filter(kind="election_district").order_by("code"))


def load(tmp_path, districts: list[Area], homes=(1, 8)) -> None:
    load_streets(op=new_op(), by=KEEPER, at=NOW, supply=streets_of(tmp_path, districts))
    load_buildings(op=new_op(), by=KEEPER, at=NOW, supply=buildings_of(tmp_path, districts, homes))


def test_it_puts_each_building_on_its_street_and_into_its_district(tmp_path, districts) -> None:
    load(tmp_path, districts)
    assert Segment.objects.count() == len(districts)
    for n, area in enumerate(districts):
        found = Building.objects.filter(area=area).select_related("segment")
        assert found.count() == 4
        assert {one.path for one in found} == {area.path}
        assert {one.segment.area_id for one in found} == {area.id}
        assert {one.street for one in found} == {found[0].segment.street}
        odd = {(int(one.number) % 2, one.side) for one in found}
        assert len(odd) == 2  # one side odd, the other even
        assert {one.block for one in found} == {f"block {n}"}
    sources = dict(Segment.objects.values_list("street", "name_source"))
    assert sources.pop("1 Street") == sources.pop("2 Street") == "published"
    assert set(sources.values()) == {"invented"}
    assert set(Building.objects.values_list("address_source", flat=True)) == {"invented"}


def test_it_guesses_how_doors_lie_and_says_that_it_guesses(tmp_path, districts) -> None:
    load(tmp_path, districts)
    assert set(Building.objects.values_list("homes", "doors_source")) == {
        (1, "guess"),
        (8, "guess"),
    }
    assert Building.objects.filter(homes=1).first().doors == "1 door"


def test_it_makes_a_lot_of_many_homes_a_complex_shared_among_its_districts(
    tmp_path, districts
) -> None:
    load(tmp_path, districts[:1], homes=(2, 9_000))
    assert Building.objects.count() == 2
    one = Complex.objects.first()
    assert (Complex.objects.count(), one.homes, one.reach > 400) == (2, 9_000, True)
    counted = [row for row in homes_counted() if row.measure == "homes"]
    here = [row for row in counted if row.area == districts[0].id]
    assert here[0].low == 4  # the two houses are all that is sure
    assert here[0].low < here[0].value <= here[0].high == 18_004
    everywhere = [row for row in counted if row.area in {area.id for area in districts}]
    assert sum(row.value for row in everywhere) <= 18_004.5


def test_it_wants_streets_before_buildings_and_each_file_once(tmp_path, districts) -> None:
    buildings, streets = buildings_of(tmp_path, districts), streets_of(tmp_path, districts)
    with pytest.raises(NoStreets, match="Load the streets first"):
        load_buildings(op=new_op(), by=KEEPER, at=NOW, supply=buildings)
    load_streets(op=new_op(), by=KEEPER, at=NOW, supply=streets)
    with pytest.raises(LoadedBefore):
        load_streets(op=new_op(), by=KEEPER, at=NOW, supply=streets)
    with pytest.raises(SuppliedInPart, match="less than half"):
        load_streets(op=new_op(), by=KEEPER, at=NOW, supply=streets_of(tmp_path, districts[:2]))
    assert Segment.objects.count() == len(districts)


def test_it_keeps_what_lies_in_no_district(tmp_path, districts) -> None:
    load(tmp_path, districts)
    outside = Area(longitude=-73.0, latitude=42.0)
    supply = buildings_of(tmp_path, [outside])
    load_buildings(op=new_op(), by=KEEPER, at=NOW, supply=supply)
    found = Building.objects.filter(area=None)
    assert set(found.values_list("path", "hood", "segment")) == {("/", "", None)}


def test_it_shows_a_captain_the_buildings_of_the_area_and_an_outsider_none(
    tmp_path, cast: Cast, districts
) -> None:
    load(tmp_path, districts)
    for person, many in (("captain", 16), ("organiser", 32), ("outsider", 16), ("stranger", 0)):
        by = cast[person].reader()
        with reading_as(by):
            assert Building.objects.visible_to(by).count() == many
            assert Segment.objects.visible_to(by).count() == (8 if many else 0)  # of whole NY-14
    captain, outsider = cast["captain"].reader(), cast["outsider"].reader()
    with reading_as(captain):
        mine = set(Building.objects.visible_to(captain).values_list("id", flat=True))
    with reading_as(outsider):
        assert mine.isdisjoint(Building.objects.visible_to(outsider).values_list("id", flat=True))


def test_it_lets_who_was_there_correct_the_doors(tmp_path, cast: Cast, districts) -> None:
    load(tmp_path, districts)
    canvasser, outsider = cast["canvasser"].reader(), cast["outsider"].reader()
    house = Building.objects.filter(path__startswith=canvasser.paths()[0], homes=8).first()
    with reading_as(canvasser):
        made = correct_doors(
            op=new_op(), by=canvasser, at=NOW, building=house.id, doors="2 floors x a-c, no 2c"
        )
        assert (made.homes, made.doors_source) == (5, "seen")
        with pytest.raises(BadPattern):
            correct_doors(op=new_op(), by=canvasser, at=NOW, building=house.id, doors="many")
    with reading_as(outsider), pytest.raises(Building.DoesNotExist):
        correct_doors(op=new_op(), by=outsider, at=NOW, building=house.id, doors="1 door")
    member = cast["member"].reader()
    with reading_as(member), pytest.raises(NotAllowed):
        correct_doors(op=new_op(), by=member, at=NOW, building=house.id, doors="1 door")


def test_it_counts_into_every_area_once_and_says_nothing_new(tmp_path, districts) -> None:
    load(tmp_path, districts)
    counts = Counts(tuple(homes_counted()))
    count(op=new_op(), by=KEEPER, at=NOW, counts=counts)
    told = Count.objects.values_list("area__kind", "measure", "value", "low", "high")
    assert ("election_district", "homes", 18.0, 18.0, 18.0) in told
    assert ("election_district", "large_buildings", 16.0, 16.0, 16.0) in told
    assert ("assembly_district", "homes", 72.0, 72.0, 72.0) in told
    assert ("congressional_district", "buildings", 32.0, 32.0, 32.0) in told
    with pytest.raises(LoadedBefore):
        count(op=new_op(), by=KEEPER, at=NOW + timedelta(days=1), counts=counts)
    fewer = Counts(counts.rows[:3])
    count(op=new_op(), by=KEEPER, at=NOW, counts=fewer)
    assert Count.objects.count() == 3
    count(op=new_op(), by=KEEPER, at=NOW + timedelta(days=1), counts=counts)
    assert Count.objects.count() == len(counts.rows)


def test_it_adds_up_what_several_voter_files_have_of_an_area() -> None:
    here, there = new_op(), new_op()

    def of(area, value: float, source: str, measure: str = "registered") -> Counted:
        return Counted(area, "/x/", measure, value, value, value, source)

    rows = [of(here, 3, "A"), of(there, 0, "A"), of(here, 4, "B"), of(there, 5, "B")]
    rows += [of(here, 0, "C"), of(here, 2, "C", "never_voted")]
    assert together(rows) == (
        of(here, 7, "A, B"), of(there, 5, "B"), of(here, 2, "C", "never_voted"),
    )  # fmt: skip
