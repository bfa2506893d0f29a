"""Where to go first without a browser: the list, its reasons, its weights, and who sees what."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.figures_told import by_code
from tests.kept import load_results
from tests.measures.the_counts import (
    BEFORE,
    CONTEST,
    EARLIER,
    PRIMARY,
    count,
    count_homes,
    count_voters,
    districts,
)

from courtyard.journal.models import Entry
from courtyard.journal.op import new_op
from courtyard.journal.reader import EVERYWHERE, Grant, Rank, Reader
from courtyard.journal.scope import reading_as
from courtyard.measures.ground import potential_of
from courtyard.measures.models import Weighting
from courtyard.measures.weights import PARTS
from courtyard.people.rules import OPERATOR
from courtyard.territory.models import Count
from courtyard.territory.tiling import tiles_of
from courtyard.web.first import View
from courtyard.web.first_map import ranks
from courtyard.web.first_words import ordinal, part_name, part_says, tenths

KEEPER = Reader(OPERATOR, (Grant(Rank.ADMINISTRATOR, EVERYWHERE),))


@pytest.fixture(autouse=True)
def results(settings, tmp_path) -> None:
    settings.COURTYARD_ELECTORATE = tmp_path / "electorate"
    load_results(settings.COURTYARD_ELECTORATE, PRIMARY)


@pytest.fixture
def page(sign_in):
    def opened(person: str, name: str = "first", status: int = 200, **query: str) -> str:
        answer = sign_in(person).get(reverse(name), query)
        assert answer.status_code == status
        return text_of(answer)

    return opened


def text_of(answer) -> str:
    return unescape(answer.content.decode())


def names(text: str) -> list[str]:
    """The districts in the order of the list."""
    return re.findall(
        r'<li[^>]*>\s*<div class="first-line">.*?translate="no">(AD [^<]*)<', text, re.DOTALL
    )


def words(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_it_lists_the_same_as_the_ranking(page, ground) -> None:
    count_homes(ground)
    found = potential_of(KEEPER)
    listed = page("administrator")
    assert names(listed) == [one.line.area.name for one in found]
    assert "Begin with" in listed
    assert re.search(r"votes per 100 homes \(\d+–\d+\), ", listed)
    assert "lowest of 8" in listed
    assert re.search(r"between \d(st|nd|rd|th) and \d(st|nd|rd|th)", listed)


def test_it_says_whom_turnout_counts_and_towards_what_small_areas_are_pulled(page, ground) -> None:
    alone = words(page("organiser"))
    assert "How many could vote in this contest is not loaded" in alone
    assert "as if" in alone
    assert "more votes had been cast there as everywhere" in alone
    assert "Not known yet of any area, and so not counted:" in alone
    assert "members, committees" in alone
    count_voters(ground)
    told = words(page("organiser"))
    assert "Turnout counts those enrolled as Democratic" in told
    assert "apathy" not in told.lower()
    assert "Lots of a test" in told


def test_it_opens_why_an_area_stands_there_and_the_points_sum(page, ground) -> None:
    count_homes(ground)
    count_voters(ground)
    code = districts(ground)[0].code
    opened = page("organiser", area=code)
    assert f'id="at-{code}"' in opened
    table = opened[opened.index("<table") : opened.index("</table>")]
    rows = re.findall(r"<tr.*?</tr>", table, re.DOTALL)[1:]
    points = [float(re.findall(r'translate="no">([\d.]+)</td>', one)[-1]) for one in rows]
    assert sum(points[:-1]) == pytest.approx(points[-1])
    for key in ("support", "turnout", "homes", "lapsed"):
        assert part_name(key) in table
        assert part_says(key) in unescape(table)


def test_it_finds_and_pages_and_keeps_what_was_chosen(page, ground) -> None:
    found = page("organiser", find="80 1", contest=CONTEST)
    assert len(names(found)) == 1
    assert "No district is called that" in page("organiser", find="nowhere")
    view = View.of({"contest": CONTEST, "find": "x", "page": "2", "before": EARLIER})
    assert (
        View.of(dict(pair.split("=") for pair in view.address().split("?")[1].split("&"))) == view
    )
    assert View.of({"page": "-1"}).page == 1
    page("organiser", contest="no-such", status=404)
    page("organiser", area="99999", status=404)
    page("organiser", kind="borough", status=404)
    assert "Ocasio-Cortez" in page("organiser", candidate="somebody-of-another-contest")


def test_it_compares_with_another_contest(page, settings, ground) -> None:
    load_results(settings.COURTYARD_ELECTORATE, BEFORE)
    assert "Alexandria Ocasio-Cortez did not stand then" in page("organiser", before=EARLIER)
    told = page("organiser", before=EARLIER, stood="jumaane-williams")
    assert "Compared with the votes for Jumaane Williams" in told


def test_it_shows_a_captain_only_his_areas(page, ground) -> None:
    count_homes(ground)
    listed = page("captain")
    assert {name[:5] for name in names(listed)} == {"AD 34"}
    assert "AD 80" not in listed
    assert "of 4" in listed
    page("captain", area=districts(ground)[-1].code, status=404)


def test_it_sends_strangers_away(cast, sign_in) -> None:
    for name in ("first", "first-print", "first-weights"):
        assert sign_in("stranger").get(reverse(name)).status_code == 403
        assert sign_in(None).get(reverse(name)).status_code == 302


def test_it_says_where_a_share_is_of_few(page, ground) -> None:
    count_voters(ground)
    first = districts(ground)[0]
    Count.objects.filter(area=first, measure__endswith=":DEM").update(value=7)
    assert "fewer than 11 people" in page("organiser", area=first.code)


def test_it_marks_what_rests_on_a_complex(page, ground) -> None:
    count_homes(ground)
    last = districts(ground)[-1]
    Count.objects.filter(area=last, measure="homes").update(value=2000, low=500, high=3000)
    count(last, complex_homes=(1500, 0, 2500))
    listed = page("organiser")
    assert listed.count("rests on homes of a complex") == 1
    assert "about 2,000 homes (500–3,000)" in listed


def test_it_prints_the_whole_list(page, ground) -> None:
    count_homes(ground)
    printed = page("organiser", "first-print")
    assert len(re.findall(r'<th scope="row"', printed)) == 8
    assert "Part 1" not in printed


def test_it_prints_a_city_in_parts(page, monkeypatch, ground) -> None:
    count_homes(ground)
    whole = re.findall(r'<th scope="row">(.*?)</th>', page("organiser", "first-print"), re.DOTALL)
    monkeypatch.setattr("courtyard.web.first.PRINTED", 3)
    told = [page("organiser", "first-print", page=str(n)) for n in (1, 2, 3)]
    assert whole == [
        one for part in told for one in re.findall(r'<th scope="row">(.*?)</th>', part, re.DOTALL)
    ]
    assert "Part 3 of 3: rows 7 to 8 of 8." in told[2]
    assert 'href="/first/print/?page=3" rel="next"' in told[1]


def test_it_colours_the_map_by_fifths(ground) -> None:
    found = potential_of(KEEPER)
    told = ranks(found)
    assert [step for step, *_ in told.values()] == sorted(
        (s for s, *_ in told.values()), reverse=True
    )
    assert {step for step, *_ in told.values()} == {1, 2, 3, 4, 5}
    assert next(iter(told.values()))[1] == "1st of 8"


def test_it_says_what_to_load_first(page, settings, tmp_path, ground) -> None:
    settings.COURTYARD_ELECTORATE = tmp_path / "empty"
    assert "No result is loaded yet" in page("member")
    page("member", "first-print", status=404)
    assert "nothing to rank yet" in page("member", "first-weights")


def test_it_previews_weights_without_saving(page, ground) -> None:
    count_homes(ground)
    numbers = dict.fromkeys(PARTS, "0") | {"homes": "10"}
    previewed = page("administrator", "first-weights", **numbers)
    assert names(previewed) == [one.name for one in reversed(districts(ground))]
    assert "Save these numbers" in previewed
    assert not Weighting.objects.exists()
    assert "Save these numbers" not in page("administrator", "first-weights")
    assert "Save these numbers" not in page("member", "first-weights", **numbers)


def test_it_saves_weights_once_and_the_list_follows(page, sign_in, ground) -> None:
    count_homes(ground)
    client, op = sign_in("administrator"), str(new_op())
    said = {"op": op, **dict.fromkeys(PARTS, "0"), "homes": "10"}
    before = names(page("administrator"))
    for _ in range(2):
        assert client.post(reverse("first-weights"), said).status_code == 302
    with reading_as(KEEPER):
        assert Weighting.objects.count() == 1
        assert Entry.objects.filter(act="measures.set_weights").count() == 1
    after = names(page("captain"))
    assert after == [one.name for one in reversed(districts(ground)) if one.code.startswith("34")]
    assert names(page("administrator")) != before
    assert "The usual numbers" in page("organiser", "first-weights")


@pytest.mark.parametrize(
    ("numbers", "says"),
    [
        ({"homes": "lots"}, "Homes: write a whole number from 0 to 10, not “lots”."),
        ({"turnout": "11"}, "Turnout: write a whole number from 0 to 10, not “11”."),
        ({"turnout": "-1"}, "Turnout: write a whole number from 0 to 10, not “-1”."),
        ({"support": "1.5"}, "Support: write a whole number from 0 to 10, not “1.5”."),
        ({"support": ""}, "Support: write a whole number from 0 to 10, not “”."),
        (dict.fromkeys(PARTS, "0"), "Give at least one part a weight above 0"),
    ],
)
def test_it_refuses_nonsense_in_a_sentence(page, sign_in, ground, numbers, says) -> None:
    assert says in page("administrator", "first-weights", **numbers)
    refused = sign_in("administrator").post(reverse("first-weights"), numbers)
    assert refused.status_code == 400
    assert says in text_of(refused)
    assert not Weighting.objects.exists()


def test_it_lets_only_who_organises_everywhere_save(sign_in, ground) -> None:
    for person, status in (("organiser", 403), ("captain", 403), ("administrator", 302)):
        answer = sign_in(person).post(reverse("first-weights"), {"homes": "7"})
        assert answer.status_code == status, person


def test_it_asks_the_database_a_bounded_number_of_questions(sign_in, ground) -> None:
    count_homes(ground)
    count_voters(ground)
    asked = {}
    for person in ("captain", "organiser"):
        client = sign_in(person)
        client.get(reverse("first"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("first"))
        asked[person] = len([one for one in queries if "territory_" in one["sql"]])
    assert asked["captain"] == asked["organiser"] < 12


def test_it_writes_places_and_points_as_people_do() -> None:
    assert [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 102, 111)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "111th",
    ]  # fmt: skip
    assert tenths([0.3333, 0.3333, 0.3334], 1.0) == [33.3, 33.3, 33.4]
    assert sum(tenths([0.12345, 0.2, 0.05], 0.37345)) == pytest.approx(37.3)
    assert all(part_name(key) and part_says(key).endswith(".") for key in PARTS)


def test_it_says_the_same_on_the_map_as_in_the_list(page, sign_in, ground) -> None:
    shown = re.findall(
        r'<li value="(\d+)">.*?translate="no">(AD [^<]*)<', page("captain", "first-map")
    )
    assert [name for _, name in shown] == names(page("captain"))
    tiling = tiles_of(ground["34001"].edition)
    assert tiling
    names_of = {place.number: ground[code].name for code, place in tiling.places.items()}
    told = by_code(sign_in("captain").get(reverse("first-figures")).json(), names_of)
    ranked = {name: words for name, (_, words, _) in told.items()}
    assert [ranked[name] for _, name in shown] == [
        f"{ordinal(int(rank))} of {len(told)}" for rank, _ in shown
    ]
    page("captain", "first-map", 404, kind="assembly_district")
    page("captain", "first-map", 404, contest="no-such")
