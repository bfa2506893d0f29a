"""Editions: one a day of each kind, the outer areas first, each area in the right surroundings."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import KEEPER, NOW, small_ground

from courtyard.journal.op import new_op
from courtyard.territory import rules
from courtyard.territory.acts import load_boundaries
from courtyard.territory.boundaries import Boundaries
from courtyard.territory.drawn import DaysTaken, OuterTooLate, Refusal
from courtyard.territory.models import Area, Edition

DAYS = st.dates(date(2020, 1, 1), date(2020, 1, 30))


def load(boundaries: Boundaries) -> Edition:
    return load_boundaries(op=new_op(), by=KEEPER, at=NOW, boundaries=boundaries)


def another(boundaries: Boundaries, **layout: object) -> Boundaries:
    """The same areas in another file and with another layout."""
    changed = replace(boundaries.layout, **layout)
    areas = tuple(replace(one, kind=changed.kind) for one in boundaries.areas)
    sha256 = f"{new_op().hex:0>64}"
    return replace(boundaries, sha256=sha256, file="another.geojson", layout=changed, areas=areas)


@given(DAYS, DAYS, DAYS, DAYS)
@settings(deadline=None)
def test_it_finds_a_shared_day_as_counting_would(a: date, b: date, c: date, d: date) -> None:
    (a, b), (c, d) = sorted((a, b)), sorted((c, d))
    counted = set(range(a.toordinal(), b.toordinal() + 1)) & set(
        range(c.toordinal(), d.toordinal() + 1)
    )
    assert rules.overlap(a, b, c, d) is bool(counted)


def test_it_refuses_a_second_edition_for_the_same_days(ground: dict[str, Area]) -> None:
    later = another(
        small_ground()[1],
        edition="Districts 2021",
        valid_from=date(2021, 6, 21),
        valid_to=date(2022, 1, 1),
    )
    with pytest.raises(DaysTaken) as refused:
        load(later)
    assert isinstance(refused.value, Refusal)
    said = str(refused.value)
    for part in (
        "“Districts 2021” is for 2021-06-21 to 2022-01-01",
        "“Election districts 2018–2021”",
        "loaded for 2017-09-01 to 2021-06-21",
        "fresh home",
    ):
        assert part in said
    assert Edition.objects.count() == 2
    assert Area.objects.count() == len(ground)


def test_it_takes_the_edition_of_the_days_after(ground: dict[str, Area]) -> None:
    later = another(small_ground()[1], valid_from=date(2021, 6, 22), valid_to=date(2022, 1, 1))
    edition = load(later)
    assert Area.objects.filter(edition=edition, parent=ground["14"]).count() == 2


def test_it_refuses_outer_areas_after_those_inside_them(walls: None) -> None:
    whole, districts = small_ground()
    load(districts)
    with pytest.raises(OuterTooLate) as refused:
        load(whole)
    assert isinstance(refused.value, Refusal)
    said = str(refused.value)
    assert "Assembly district 34" in said
    assert "inside NY-14" in said
    assert "outer areas first" in said
    assert "fresh home" in said
    assert Edition.objects.count() == 1
    assert not Area.objects.filter(code="14").exists()


def test_it_takes_outer_areas_of_other_days_afterwards(walls: None) -> None:
    whole, districts = small_ground()
    load(districts)
    load(another(whole, valid_from=date(2023, 1, 3), valid_to=date(2032, 1, 2)))
    assert Area.objects.get(code="34").parent is None


def test_it_takes_no_area_of_a_kind_it_did_not_name(walls: None) -> None:
    whole, districts = small_ground()
    load(another(whole, kind="school_district"))
    load(districts)
    assert Area.objects.get(code="34").parent is None


def test_it_takes_no_area_of_other_days(walls: None) -> None:
    whole, districts = small_ground()
    load(another(whole, valid_from=date(2021, 6, 22)))
    load(districts)
    assert Area.objects.get(code="34").parent is None


@pytest.mark.parametrize("newest_first", [True, False])
def test_it_takes_the_newest_of_several_surroundings(walls: None, newest_first: bool) -> None:
    whole, districts = small_ground()
    older = another(whole, valid_to=date(2019, 12, 31))
    newer = another(whole, valid_from=date(2020, 1, 1))
    for one in (newer, older) if newest_first else (older, newer):
        load(one)
    load(districts)
    parent = Area.objects.get(code="34").parent
    assert parent is not None
    assert parent.edition.valid_from == date(2020, 1, 1)


def test_it_takes_the_first_code_of_surroundings_as_new(walls: None) -> None:
    whole, districts = small_ground()
    twins = tuple(replace(whole.areas[0], code=code) for code in ("9", "16", "15"))
    load(replace(whole, areas=twins))
    load(districts)
    assert Area.objects.get(code="34").parent.code == "15"
