"""Boundaries, streets and buildings on the Sources page: report, editions, undoing."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.conftest import KEEPER, NOW, Cast
from tests.kept import load_results
from tests.measures.the_counts import CONTEST, PRIMARY
from tests.territory.small_supply import buildings_of, streets_of

from courtyard.electorate.questions import figures
from courtyard.journal.op import new_op
from courtyard.journal.scope import reading_as
from courtyard.territory.acts import load_buildings, load_streets
from courtyard.territory.models import Area, Building, Count, Edition
from courtyard.territory.supplies import read_supply


@pytest.fixture
def editions(cast: Cast, tmp_path, settings) -> list[Edition]:
    """Buildings, and a newer file of them in which a row stands twice."""
    settings.COURTYARD_ELECTORATE = tmp_path / "electorate"
    areas = list(Area.objects.filter(kind="election_district").order_by("code"))
    said = {"by": KEEPER, "at": NOW}
    load_streets(op=new_op(), supply=streets_of(tmp_path, areas), **said)
    first = load_buildings(op=new_op(), supply=buildings_of(tmp_path, areas), **said)
    buildings_of(tmp_path, areas, (1, 12))
    path = tmp_path / "buildings.csv"
    rows = path.read_text().splitlines()
    path.write_text("\n".join([*rows, rows[3]]) + "\n")
    later = {"by": KEEPER, "at": NOW + timedelta(days=1)}
    return [first, load_buildings(op=new_op(), supply=read_supply(path), **later)]


def text(client: Client, route: str, *arguments: object, query: str = "") -> str:
    answer = client.get(reverse(route, args=arguments) + query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_it_lists_boundaries_streets_and_buildings_with_their_rows(editions, sign_in) -> None:
    page = text(sign_in("organiser"), "sources")
    for title in ("Boundaries", "Streets", "Buildings"):
        assert f"<h2>{title}</h2>" in page
    assert "Election districts 2018–2021" in page
    assert f'href="/sources/ground/{editions[0].id}/"' in page
    assert "1 set aside" in page
    assert "Taken out of force" not in page


def test_it_shows_what_was_read_and_which_row_stands_twice(editions, sign_in) -> None:
    page = text(sign_in("organiser"), "ground-source", editions[0].id)
    assert "An earlier row has the same id." in page
    assert "line 34 (0-1--1)" in page
    assert "version 2 · in force" in page
    assert "as given" in page
    assert "Undo this load" not in page  # an organiser of one district looks only
    old = text(sign_in("organiser"), "ground-source", editions[0].id, query="?version=1")
    assert "This version is not in force" in old
    there = reverse("ground-source", args=[editions[0].id])
    assert sign_in("organiser").get(f"{there}?version=9").status_code == 404
    assert sign_in("captain").get(there).status_code == 403


def test_it_shows_boundaries_and_lets_nobody_take_them_out(editions, sign_in) -> None:
    one = Edition.objects.get(kind="election_district")
    administrator = sign_in("administrator")
    page = text(administrator, "ground-source", one.id)
    assert "Holds from 2017-09-01 to 2021-06-21." in page
    assert "Undo this load" not in page
    assert administrator.get(reverse("ground-put-back", args=[one.id])).status_code == 403


def test_it_is_undone_and_put_back_and_counted_anew(editions, sign_in) -> None:
    administrator = sign_in("administrator")
    first = editions[0].id
    page = text(administrator, "ground-source", first)
    assert f'href="/sources/ground/{first}/put-back/?to=1"' in page
    assert "Put version 1 back in force?" in text(
        administrator, "ground-put-back", first, query="?to=1"
    )
    there, op = reverse("ground-put-back", args=[first]), str(new_op())
    for _ in range(2):
        answer = administrator.post(there, {"op": op, "was": "2", "to": "1"})
        assert answer.headers["Location"] == reverse("ground-source", args=[first])
    with reading_as(KEEPER):
        assert set(Building.objects.values_list("edition", flat=True)) == {first}
        assert Count.objects.filter(measure="homes", area__code="34").get().value == 72
    late = administrator.post(there, {"op": str(new_op()), "was": "2", "to": "1"})
    assert late.status_code == 409
    assert "Nothing was changed" in late.content.decode()
    administrator.post(there, {"op": str(new_op()), "was": "1", "to": ""})
    with reading_as(KEEPER):
        assert not Building.objects.exists()
    assert "Taken out of force" in text(administrator, "sources")
    assert "Nothing of this is in force" in text(administrator, "ground-source", first)
    administrator.post(there, {"op": str(new_op()), "was": "", "to": "2"})
    with reading_as(KEEPER):
        assert Building.objects.count() == 32


def test_it_keeps_streets_on_which_buildings_stand(editions, sign_in) -> None:
    streets = Edition.objects.get(kind="streets:plain_streets").id
    there = reverse("ground-put-back", args=[streets])
    answer = sign_in("administrator").post(there, {"op": str(new_op()), "was": "1", "to": ""})
    assert answer.status_code == 409
    assert "Buildings stand on these streets" in answer.content.decode()


def test_it_removes_old_ones_for_good(editions, sign_in, tmp_path) -> None:
    areas = list(Area.objects.filter(kind="election_district").order_by("code"))
    for homes in (3, 4):
        supply, at = buildings_of(tmp_path, areas, (1, homes)), NOW + timedelta(days=homes)
        load_buildings(op=new_op(), by=KEEPER, at=at, supply=supply)
    first = editions[0].id
    administrator = sign_in("administrator")
    assert "Remove old versions" in text(administrator, "ground-source", first)
    there = reverse("ground-prune", args=[first])
    assert administrator.post(there, {"op": str(new_op())}).status_code == 302
    with reading_as(KEEPER):
        assert Edition.objects.exclude(pruned_at=None).count() == 1
        assert Building.every.values("edition").distinct().count() == 3
    assert "Remove old versions" not in text(administrator, "ground-source", first)


def test_it_opens_a_building_by_the_address_of_an_older_file(editions, sign_in, cast) -> None:
    captain = sign_in("captain")
    path = cast.captain.reader().paths()[0]
    old = Building.every.filter(edition=editions[0], homes=8, path__startswith=path).first()
    page = text(captain, "building", old.id)
    assert "12 homes" in page or ">12<" in page
    outsider = sign_in("outsider")
    assert outsider.get(reverse("building", args=[old.id])).status_code == 404


def test_it_says_which_districts_are_counted_in_another_larger_one(
    cast: Cast, ground, sign_in, settings, tmp_path
) -> None:
    settings.COURTYARD_ELECTORATE = tmp_path / "electorate"
    load_results(settings.COURTYARD_ELECTORATE, PRIMARY)
    found = {one.area: one.counted_in for one in figures(settings.COURTYARD_ELECTORATE, CONTEST)}
    code, host = next(pair for pair in found.items() if pair[1])
    administrator = sign_in("administrator")
    assert "Counted in another district" not in text(administrator, "dataset", CONTEST)
    edition = ground["34001"].edition
    for one, around in ((code, ground["34"]), (host, ground["80"])):
        Area.objects.filter(edition=edition, code=one).delete()
        made = new_op()
        Area(
            id=made, edition=edition, parent=around, path=f"{around.path}{made.hex}/", code=one,
            kind="election_district", name=f"District {one}", longitude=0, latitude=0,
        ).save(force_insert=True)  # fmt: skip
    page = text(administrator, "dataset", CONTEST)
    assert "Counted in another district" in page
    assert f"District {code}" in page
