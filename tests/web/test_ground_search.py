"""What is found on the Ground page: areas, streets, buildings; by whom; nothing of it is kept."""

import re
from html import unescape

import pytest
from django.db import connection
from django.urls import reverse
from tests.conftest import DEMO, KEEPER
from tests.kept import load_results

from courtyard.journal.op import new_op
from courtyard.journal.scope import reading_as
from courtyard.territory.finding import STEPS, find
from courtyard.territory.models import Building, Edition

RESULT = DEMO / "results" / "2020-06-23_nyc_boe_cd14_primary_EDLevel.csv.gz"
ADDRESSES = [  # number, street, ZIP code, block; the first of AD 34, the last of AD 80
    ("37-12", "81ST STREET", "11372", "QN 1292"),
    ("37-14", "81st Street", "11372", "QN 1292"),
    ("37-120", "81st Street", "11372", "QN 1293"),
    ("9", "181st Street", "10460", "BX 12"),
    ("90-10", "ROOSEVELT AVE", "11372", "QN 1300"),
    *[(str(n), "Long Avenue", "11373", "QN 7") for n in range(1, 31)],
    ("1", "Far Road", "10461", "BX 99"),
]


@pytest.fixture
def buildings(ground, settings, tmp_path_factory) -> None:
    settings.COURTYARD_ELECTORATE = tmp_path_factory.mktemp("electorate")
    load_results(settings.COURTYARD_ELECTORATE, RESULT)
    lots = Edition.objects.create(
        id=new_op(), name="Lots", kind="buildings:lots", sha256="b", publisher="City",
        licence="MIT", valid_from="2016-01-01", valid_to="9999-12-31", file="x",
    )  # fmt: skip
    near = next(area for code, area in sorted(ground.items()) if code.startswith("340"))
    far = next(area for code, area in sorted(ground.items()) if code.startswith("800"))
    Building.objects.bulk_create(
        Building(
            id=new_op(), edition=lots, code=str(n), block=block, homes=6, side=1, along=n,
            number=number, street=street, zip=code, address_source="published",
            doors="3 doors", doors_source="guess", longitude=-73.9, latitude=40.75,
            area=(place := far if street == "Far Road" else near), path=place.path, hood="/-/",
        )
        for n, (number, street, code, block) in enumerate(ADDRESSES)
    )  # fmt: skip


@pytest.fixture
def typed(cast, buildings, sign_in):
    def found(person: str, words: str, **headers: str) -> str:
        client = sign_in(person)
        answer = client.post(reverse("ground"), {"find": words}, headers=headers)
        assert answer.status_code == 200
        text = re.sub(r"<[^>]+>", " ", answer.content.decode().split('id="results"')[1])
        return " ".join(unescape(text).split())

    return found


@pytest.mark.parametrize(
    ("words", "first", "count"),
    [("37-12 81 st", "37-12 81ST STREET", 2), ("37-12 81st Street", "37-12 81ST STREET", 2),
     ("81 street 37-14", "37-14 81st Street", 1),
     ("90-10 roosevelt avenue", "90-10 ROOSEVELT AVE", 1),
     ("qn1292", "37-12 81ST STREET", 2), ("QN 1293", "37-120 81st Street", 1),
     ("11372", "37-12 81ST STREET", 4), ("37-14 81 st 11372", "37-14 81st Street", 1),
     ("37-14 81 st 10460", "", 0), ("5 nowhere road", "", 0)],
)  # fmt: skip
def test_it_finds_buildings_as_people_write_them(buildings, words, first, count) -> None:
    with reading_as(KEEPER):
        found = find(KEEPER, words)
    assert [str(one) for one in found.buildings][:1] == [first] * bool(first)
    assert len(found.buildings) == count


@pytest.mark.parametrize(
    ("words", "names"),
    [("81 st", {"81st Street"}), ("81ST", {"81st Street"}), ("roosev", {"ROOSEVELT AVE"}),
     ("Roosevelt Ave.", {"ROOSEVELT AVE"}), ("long avenu", {"Long Avenue"}), ("8", set())],
)  # fmt: skip
def test_it_finds_streets_however_they_are_spelt(buildings, words, names) -> None:
    with reading_as(KEEPER):
        found = find(KEEPER, words).streets
    assert {one.name for one in found} == names
    if "81" in words:
        assert found[0].buildings == 3


def test_it_says_how_many_more_there_are(buildings) -> None:
    with reading_as(KEEPER):
        found = find(KEEPER, "11373")
    assert (len(found.buildings), found.more_buildings) == (20, 10)
    assert [one.number for one in found.buildings][:3] == ["1", "2", "3"]


def test_it_finds_only_what_one_may_see(typed) -> None:
    assert "1 Far Road" in typed("organiser", "1 far road")
    assert "1 Far Road" in typed("outsider", "1 far road")
    for person in ("captain", "canvasser", "member"):
        assert "Nothing on your ground is called that" in typed(person, "1 far road")
        assert "37-12 81ST STREET" in typed(person, "37-12 81 st")
    assert "Far Road" not in typed("captain", "far road")
    assert "37-12 81ST" not in typed("outsider", "37-12 81 st")


def test_it_groups_what_it_finds(typed) -> None:
    page = typed("organiser", "34")
    assert "Districts" in page
    assert "AD 34 · ED" in page
    assert "Assembly district 34" in page
    assert "Streets Long Avenue" in typed("captain", "long ave")


def test_it_keeps_no_address_in_an_address(cast, buildings, sign_in) -> None:
    """Who looks for where somebody lives leaves it in no log, no history and no link."""
    client = sign_in("captain")
    page = client.post(reverse("ground"), {"find": "37-12 81 st"}).content.decode()
    assert not re.search(r'(?:href|action|hx-\w+|data-\w+)="[^"]*\?[^"]*37-12', page)
    assert 'method="post"' in page.split('role="search"')[1][:200]
    ignored = client.get(reverse("ground"), {"find": "37-12 81 st"}).content.decode()
    assert 'data-find=""' in ignored


def test_it_answers_htmx_with_the_part_that_changes(typed, cast, buildings, sign_in) -> None:
    answer = sign_in("captain").post(
        reverse("ground"), {"find": "81 st"}, headers={"HX-Request-Type": "partial"}
    )
    text = answer.content.decode()
    assert "<html" not in text
    assert "81st Street" in text
    assert 'data-find="81 st"' in text


@pytest.mark.parametrize("words", ["\x00", "'; --", "%", "_" * 500, "<script>", "0 0", "-", "٣"])
def test_it_is_not_put_out_by_what_is_typed(typed, words) -> None:
    assert "<script>" not in typed("captain", words)


def test_it_asks_a_bounded_number_of_questions(
    cast, buildings, sign_in, django_assert_max_num_queries
) -> None:
    client = sign_in("captain")
    for words in ("37-12 81 st", "11373", "long", "34"):
        client.post(reverse("ground"), {"find": words})
        with django_assert_max_num_queries(44):  # with the savepoints and scopes of PostgreSQL
            client.post(reverse("ground"), {"find": words})


@pytest.mark.sqlite  # it reads SQLite's plans
def test_it_reads_no_table_through_to_know_its_streets(buildings) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {STEPS}")
        plan = [row[3] for row in cursor.fetchall()]
        cursor.execute(
            "EXPLAIN QUERY PLAN SELECT id FROM territory_building WHERE street IN (%s, %s)",
            ["a", "b"],
        )
        plan += [row[3] for row in cursor.fetchall()]
    assert len([one for one in plan if "INDEX" in one and "territory_building" in one]) >= 3
    assert not [one for one in plan if one.startswith("SCAN territory_building")]
