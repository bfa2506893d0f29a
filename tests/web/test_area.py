"""The pages of an area and of a building, without a browser: who sees what, and that it is so."""

import re
from dataclasses import replace
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.conftest import DEMO, KEEPER, NOW
from tests.kept import load_results

from courtyard.journal.models import Entry
from courtyard.journal.op import new_op
from courtyard.journal.scope import reading_as
from courtyard.measures.of_area import sheet_of
from courtyard.measures.since import since
from courtyard.territory.acts import count
from courtyard.territory.counting import Counted, Counts
from courtyard.territory.models import Area, Building, Edition, Segment

RESULT = DEMO / "results" / "2020-06-23_nyc_boe_cd14_primary_EDLevel.csv.gz"
LINE = '{"type":"LineString","coordinates":[[-73.9,40.75],[-73.89,40.75]]}'
BUILDINGS = 60


@pytest.fixture
def result(settings, tmp_path_factory) -> None:
    settings.COURTYARD_ELECTORATE = tmp_path_factory.mktemp("electorate")
    load_results(settings.COURTYARD_ELECTORATE, RESULT)


@pytest.fixture
def district(ground: dict[str, Area]) -> Area:
    """The first district of AD 34, which every captain of it sees."""
    return next(area for code, area in sorted(ground.items()) if code.startswith("340"))


@pytest.fixture
def street(district: Area) -> list[Building]:
    """Sixty buildings of one street in the district, with their counts: the first is published."""
    common = {"valid_from": "2016-01-01", "valid_to": "9999-12-31", "file": "x"}
    streets = Edition.objects.create(
        id=new_op(), name="Streets, OpenStreetMap", kind="streets:osm_edges", sha256="a",
        publisher="OpenStreetMap contributors", licence="ODbL", **common,
    )  # fmt: skip
    lots = Edition.objects.create(
        id=new_op(),
        name="Lots",
        kind="buildings:lots",
        sha256="b",
        publisher="City",
        licence="MIT",
        **common,
    )
    where = {"area": district, "path": district.path, "longitude": -73.9, "latitude": 40.75}
    segment = Segment.objects.create(
        id=new_op(), edition=streets, number=1, street="Calm Road", name_source="osm",
        start="1", end="2", metres=800, geometry=LINE, **where,
    )  # fmt: skip
    return Building.objects.bulk_create(
        Building(
            id=new_op(), edition=lots, code=str(n), block="BX 1", homes=6, segment=segment, side=1,
            along=n * 10, number=str(2 * n), street="Calm Road", zip="11372",
            address_source="published" if n == 1 else "invented",
            doors="3 floors × A–B", doors_source="guess", **where,
        )
        for n in range(1, BUILDINGS + 1)
    )  # fmt: skip


@pytest.fixture
def counts(district: Area) -> None:
    """Homes with a range, and invented voters: 200 enrolled, 50 of them voted."""
    said = {
        "homes": (360.0, 300.0, 400.0, "Lots"),
        "complex_homes": (60.0, 0.0, 2659.0, "Lots"),
        "registered": (250.0, 250.0, 250.0, "Invented voters"),
        "registered:DEM": (200.0, 200.0, 200.0, "Invented voters"),
        "voted:2020-06-23-primary": (50.0, 50.0, 50.0, "Invented voters"),
        "voted:2020-06-23-primary:DEM": (50.0, 50.0, 50.0, "Invented voters"),
        "first_time": (5.0, 5.0, 5.0, "Invented voters"),
    }
    rows = [Counted(district.id, district.path, name, *one) for name, one in said.items()]
    count(op=new_op(), by=KEEPER, at=NOW, counts=Counts(tuple(rows)))


@pytest.fixture
def read(sign_in):
    """The words of a page, as somebody reads it."""

    def said(person: str, address: str, **query: str) -> str:
        answer = sign_in(person).get(address, query)
        assert answer.status_code == 200, answer.status_code
        text = re.sub(r"<[^>]+>", " ", answer.content.decode())
        return " ".join(unescape(text).split())

    return said


def at(area: Area) -> str:
    return reverse("area", args=[area.id])


def of(building: Building) -> str:
    return reverse("building", args=[building.id])


def test_it_shows_an_area_to_those_whose_ground_it_is(cast, sign_in, result, district) -> None:
    for person in ("member", "canvasser", "captain", "organiser", "administrator"):
        assert sign_in(person).get(at(district)).status_code == 200, person
    assert sign_in("outsider").get(at(district)).status_code == 404
    assert sign_in("stranger").get(at(district)).status_code == 403
    assert sign_in(None).get(at(district)).status_code == 302


def test_it_links_only_to_what_one_may_see(cast, sign_in, result, ground) -> None:
    page = sign_in("captain").get(at(ground["34"])).content.decode()
    assert at(ground["14"]) not in page
    for code, area in ground.items():
        assert (f'href="{at(area)}"' in page) == (code[:2] == "34" and code != "34"), code
    assert at(ground["14"]) in sign_in("organiser").get(at(ground["34"])).content.decode()


@pytest.mark.whole_ground
def test_it_counts_as_the_publisher_does(result, ground) -> None:
    with reading_as(KEEPER):
        [whole] = sheet_of(KEEPER, ground["14"]).results
        parts = [sheet_of(KEEPER, ground[code]).results for code in ("34", "80")]
    assert whole.votes[0].votes == 46577
    assert all(0 < one.total < whole.total for [one] in parts)


def test_it_says_who_could_vote_and_did_not(cast, read, result, district, counts) -> None:
    page = read("captain", at(district))
    assert "50 of 200 voted; 150 could have and did not." in page
    assert "enrolled as Democratic" in page
    assert "neighbour" in page
    assert "These voters are invented" in page
    assert "voted for the first time in the newest election invented fewer than 11" in page


def test_it_sets_votes_beside_homes_without_a_voter_file(cast, read, result, district) -> None:
    rows = (Counted(district.id, district.path, "homes", 200.0, 200.0, 200.0, "Lots"),)
    count(op=new_op(), by=KEEPER, at=NOW, counts=Counts(rows))
    page = read("captain", at(district))
    assert "votes for each 100 homes" in page
    assert "No voter file is loaded" in page
    assert "could have and did not" not in page


def test_it_says_the_range_of_homes_and_why(cast, read, result, district, counts) -> None:
    page = read("captain", at(district))
    assert "between 300 and 400" in page
    assert "2,659 homes of complexes whose buildings are not known" in page


def test_it_lists_buildings_as_one_walks(cast, read, result, district, street) -> None:
    page = read("captain", at(district))
    numbers = [int(one) for one in re.findall(r"(\d+) Calm Road", page)]
    assert numbers == [2 * n for n in range(1, 51)]
    assert "4 Calm Road † (invented)" in page
    assert "2 Calm Road 6" in page
    assert "© OpenStreetMap contributors, ODbL" in page
    last = read("captain", at(district), page="2", street="calm road", block="BX 1")
    assert "120 Calm Road" in last
    assert "Page 2 of 2" in last
    assert "No building here" in read("captain", at(district), street="Loud Road")


def test_it_asks_the_database_a_bounded_number_of_times(
    cast, sign_in, result, district, ground, street, counts
) -> None:
    client = sign_in("organiser")
    for address in (at(district), at(ground["34"]), of(street[5])):
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        assert len(asked) <= 44, (address, len(asked))


def test_it_shows_a_building_and_who_stands_beside_it(cast, read, street, sign_in) -> None:
    page = read("member", of(street[5]))
    assert "This address is invented" in page
    assert "Guessed from the number of homes" in page
    assert "Floor 3 3A 3B Floor 2 2A 2B Floor 1 1A 1B" in page
    assert "Before: 10 Calm Road" in page
    assert "After: 14 Calm Road" in page
    assert "Have you been there?" not in page
    assert "Have you been there?" in read("canvasser", of(street[5]))
    assert sign_in("outsider").get(of(street[5])).status_code == 404


def test_it_takes_a_correction_once(cast, read, street, sign_in) -> None:
    client, said = sign_in("canvasser"), {"doors": "2 floors x A-C, basement", "op": str(new_op())}
    for _ in range(2):
        assert client.post(of(street[0]), said).status_code == 302
    with reading_as(KEEPER):
        found = Building.objects.get(id=street[0].id)
        assert (found.doors, found.doors_source) == ("2 floors × A–C, basement", "seen")
        assert found.homes == 7
        assert Entry.objects.filter(act="territory.correct_doors").count() == 1
    assert "Written down by somebody who has been there." in read("member", of(street[0]))
    assert client.post(of(street[0]), said | {"doors": "3 doors"}).status_code == 409


def test_it_refuses_a_correction_of_others(cast, street, sign_in) -> None:
    said = {"doors": "3 doors", "op": str(new_op())}
    assert sign_in("member").post(of(street[0]), said).status_code == 403
    assert sign_in("outsider").post(of(street[0]), said).status_code == 404
    with reading_as(KEEPER):
        assert Building.objects.get(id=street[0].id).doors_source == "guess"


@pytest.mark.parametrize("typed", ["six or so", "", "6 floors × A–F, no 9Z", "3 doors, " * 900])
def test_it_keeps_what_was_typed_when_it_cannot_be_read(cast, street, sign_in, typed) -> None:
    answer = sign_in("canvasser").post(of(street[0]), {"doors": typed, "op": str(new_op())})
    assert answer.status_code == 400
    page = unescape(answer.content.decode())
    assert 'aria-invalid="true"' in page
    assert typed in page
    with reading_as(KEEPER):
        assert Building.objects.get(id=street[0].id).doors_source == "guess"


@pytest.fixture
def last_time(result, settings) -> None:
    """September 2018 too, by the same districts."""
    path = DEMO / "results" / "2018-09-13_lieutenant_governor_by_election_district.csv.gz"
    load_results(settings.COURTYARD_ELECTORATE, path)


def test_it_says_what_changed_since_the_contest_before(cast, read, last_time, ground) -> None:
    page = read("captain", at(ground["34"]))
    assert "Since the contest before" in page
    assert "Compared with Lieutenant Governor" in page
    assert "September 13, 2018 June 23, 2020 Change Votes for the office" in page
    with reading_as(KEEPER):
        [one] = since(sheet_of(KEEPER, ground["34"]).results)
    [step] = one.steps
    assert (step.of, step.change) == ("votes", step.now - step.then)
    assert f"{round(step.then):,} {round(step.now):,}" in page


def test_it_compares_candidates_of_one_name_and_not_other_ground(cast, last_time, ground) -> None:
    with reading_as(KEEPER):
        results = sheet_of(KEEPER, ground["34"]).results
    now, then = results
    same = tuple(replace(one, name=one.name.upper().replace(" ", "_")) for one in now.votes)
    [one] = since((now, replace(then, votes=same)))
    assert {step.name for step in one.steps if step.of == "share"} == {
        vote.name for vote in now.votes if not vote.write_in
    }
    assert all(step.change == 0 for step in one.steps if step.of == "share")
    assert since((now, replace(then, total=10)))[0].fault == "few"
    assert since((now, replace(then, counted_in="34001")))[0].fault == "together"
    assert since((now,)) == ()


def test_it_says_why_it_ranks_where_it_does(cast, read, result, district, counts) -> None:
    page = read("captain", at(district))
    assert "Why it ranks where it does" in page
    assert "By support for Alexandria Ocasio-Cortez" in page
    assert "Support Votes for the chosen candidate" in page
    assert "Together" in page
    assert re.search(r"\d(?:st|nd|rd|th) of \d", page)


def test_it_ranks_among_what_one_sees(cast, read, result, district, ground) -> None:
    seen = {
        person: re.search(r"Why it ranks where it does \S+ of (\d+)", read(person, at(district)))
        for person in ("captain", "organiser")
    }
    assert seen["captain"]
    assert seen["organiser"]
    assert int(seen["captain"][1]) < int(seen["organiser"][1])


def test_it_lists_blocks_down_to_their_buildings(cast, read, result, district, street) -> None:
    page = read("captain", at(district), by="block")
    assert "1 block with homes" in page
    assert "BX 1 60 360" in page
    assert "60 buildings with homes" in read("captain", at(district), block="BX 1")
    assert "60 buildings with homes" in read("captain", at(district), street="CALM RD")
