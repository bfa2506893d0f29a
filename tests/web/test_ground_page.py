"""The Ground page without a browser: figures, scope, search, order, small numbers."""

import gzip
import json
import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import DEMO, NOW
from tests.figures_told import by_code
from tests.kept import load_results

from courtyard.electorate.questions import AreaFigures, contests
from courtyard.electorate.results.loading import read_results, save_results
from courtyard.measures.collected import Result
from courtyard.territory.models import Area, Edition
from courtyard.territory.tiling import tiles_of
from courtyard.web.ground import View
from courtyard.web.ground_figures import BALLOTS, ground_figures, shown_in
from courtyard.web.ground_list import Named, matches

RESULT = DEMO / "results" / "2020-06-23_nyc_boe_cd14_primary_EDLevel.csv.gz"


@pytest.fixture
def result(settings, tmp_path_factory):
    """The real contest, in a dataset of its own."""
    settings.COURTYARD_ELECTORATE = tmp_path_factory.mktemp("electorate")
    load_results(settings.COURTYARD_ELECTORATE, RESULT)
    return contests(settings.COURTYARD_ELECTORATE)[0]


@pytest.fixture
def page(result, sign_in):
    def opened(person: str, name: str = "ground", **query: str) -> str:
        answer = sign_in(person).get(reverse(name), query)
        assert answer.status_code == 200
        return answer.content.decode()

    return opened


def test_it_counts_as_the_publisher_does(result) -> None:
    figures = ground_figures(result, "")
    votes = {measure.key: measure.votes for measure in figures.measures}
    assert votes == {
        "alexandria-ocasio-cortez": 46577,
        "michelle-caruso-cabrera": 11337,
        "badrun-n-khan": 3119,
        "samuel-h-sloan": 1406,
        "ballots": 42329 + 22000 + 208 + 693,
    }
    assert len(figures.areas) == 449
    assert sum(area.votes[0] for area in figures.areas.values()) == 46577


def test_it_shows_a_combined_district_with_its_hosts_figures(result) -> None:
    figures = ground_figures(result, "")
    combined = [one for one in figures.shown.values() if one.counted_in]
    assert len(combined) == 21
    for one in combined:
        host = figures.shown[one.counted_in]
        assert (one.value, one.step) == (host.value, host.step)


def test_it_shows_no_share_of_fewer_than_eleven_votes(result) -> None:
    figures = ground_figures(result, "")
    few = [one for one in figures.shown.values() if one.total < 11]
    assert few
    assert all(one.value is None and one.step == 0 for one in few)


def test_it_takes_fifths(result) -> None:
    figures = ground_figures(result, BALLOTS)
    hosts = [one.step for one in figures.shown.values() if not one.counted_in]
    assert all(60 < hosts.count(step) < 110 for step in range(1, 6))


def test_it_does_not_take_ballots_that_nobody_reports_for_few() -> None:
    one = AreaFigures("1", "", None, votes=(40,), total=40, ballots=None, by_tally={})
    shown, _ = shown_in(Result((), {"1": one}), None)
    assert (shown["1"].value, shown["1"].few) == (None, False)


def test_it_says_who_is_shown_to_whom(page) -> None:
    captain = page("captain")
    assert "AD 34 · ED" in captain
    assert "AD 80" not in captain
    assert "AD 80 · ED" in page("organiser")


def test_it_gives_the_map_only_the_readers_areas(page, result) -> None:
    tiling = tiles_of(Edition.objects.get(kind="election_district"))
    assert tiling
    codes = {place.number: code for code, place in tiling.places.items()}
    told = by_code(json.loads(page("captain", "ground-figures")), codes)
    assert set(told) == {code for code in tiling.places if code.startswith("34")}
    whole = by_code(json.loads(page("organiser", "ground-figures")), codes)
    assert set(whole) == set(tiling.places)
    assert {code: whole[code] for code in told} == told
    figures = ground_figures(result, "")
    assert {code: step for code, (step, *_) in whole.items()} == {
        code: figures.shown[code].step for code in whole
    }


def test_it_opens_the_map_on_the_readers_areas(page) -> None:
    tiling = tiles_of(Edition.objects.get(kind="election_district"))
    assert tiling
    for person, codes in (
        ("organiser", set(tiling.places)),
        ("captain", {code for code in tiling.places if code.startswith("34")}),
    ):
        told = map_told(page(person))
        assert tiling.digest in told["tiles"]
        assert told["tiles"].endswith("/{z}/{x}/{y}.mvt")
        assert told["bounds"] == list(tiling.box(codes))
        assert told["whole"] == list(tiling.box())
        assert told["around"] == ["assembly_district", "congressional_district"]


def test_it_tells_the_map_where_the_chosen_district_lies(page) -> None:
    tiling = tiles_of(Edition.objects.get(kind="election_district"))
    assert tiling
    box = re.search(r'data-box="([^"]*)"', page("captain", area="34001"))
    assert box
    assert json.loads(box[1]) == list(tiling.places["34001"].box)
    assert f'data-chosen="{tiling.places["34001"].number}"' in page("captain", area="34001")
    assert 'data-box="" data-chosen=""' in page("captain")


def test_it_does_without_a_map_that_cannot_be_drawn(page, monkeypatch) -> None:
    monkeypatch.setattr("courtyard.web.ground.tiles_of", lambda edition: None)
    text = page("captain", area="34001")
    assert "The map cannot be drawn now" in text
    assert 'data-map=""' in text
    assert "AD 34 · ED" in text
    assert json.loads(page("captain", "ground-figures"))["numbers"] == []


def map_told(text: str) -> dict:
    found = re.search(r'data-map="([^"]*)"', text)
    assert found
    return json.loads(unescape(found[1]))


def test_it_does_not_open_a_district_of_others(result, sign_in) -> None:
    assert sign_in("outsider").get(reverse("ground"), {"area": "34001"}).status_code == 404
    assert sign_in("captain").get(reverse("ground"), {"area": "34001"}).status_code == 200


@pytest.mark.whole_ground
def test_it_sends_few_bytes_an_area(page) -> None:
    """So that a city of six thousand stays below a hundred kilobytes, with all else of the page."""
    for query in ({}, {"show": BALLOTS}):
        told = page("organiser", "ground-figures", **query)
        assert len(gzip.compress(told.encode())) < 10 * sum(
            many for _, many in json.loads(told)["numbers"]
        )


@pytest.mark.whole_ground
def test_it_prints_a_district_at_once(page) -> None:
    printed = page("organiser", "ground-print")
    assert len(rows_of(printed)) == 446  # three of 449 have no outline
    assert "Part 1" not in printed
    assert printed.count('class="area') <= 6


def test_it_prints_a_city_in_parts(page, monkeypatch) -> None:
    whole = rows_of(page("organiser", "ground-print"))
    monkeypatch.setattr("courtyard.web.ground.PRINTED", 3)
    parts = -(-len(whole) // 3)
    told = [page("organiser", "ground-print", page=str(n + 1)) for n in range(parts)]
    assert [row for part in told for row in rows_of(part)] == whole
    assert f"Part 2 of {parts}: rows 4 to 6 of {len(whole)}." in told[1]
    assert 'href="/ground/print/?page=3" rel="next"' in told[1]
    assert 'href="/ground/print/" rel="prev"' in told[1]
    assert 'rel="next"' not in told[-1]
    assert ["ground-drawing" in part for part in told] == [True] + [False] * (parts - 1)
    assert 'href="/ground/print/"' in page("organiser", page="2")  # from any page the first part


def rows_of(text: str) -> list[str]:
    return re.findall(r'<th scope="row"><span translate="no">([^<]*)<', text)


def test_it_sorts_by_the_address_alone(page) -> None:
    names = re.findall(r"AD \d+ · ED \d+", page("organiser", sort="name", order="up"))
    assert names == sorted(names)


@pytest.mark.parametrize(
    "query",
    [{"page": "9" * 4}, {"page": "-1"}, {"page": "x"}, {"sort": "; drop"}, {"show": "<b>"},
     {"stood": "\x00'\"<script>"}, {"order": "sideways"}],
)  # fmt: skip
def test_it_is_not_put_out_by_a_strange_address(page, query) -> None:
    text = page("organiser", **query)
    assert "<script>" not in text
    assert "<b>" not in text.split("<main")[1].split("map-tip")[0]


def test_it_does_not_know_another_contest(result, sign_in) -> None:
    assert sign_in("organiser").get(reverse("ground"), {"contest": "../x"}).status_code == 404


def test_it_draws_no_contest_of_other_areas(result, page, sign_in, settings) -> None:
    night = RESULT.parent / "2018-06-26_primary_by_assembly_district_election_night.csv"
    counties = RESULT.parent / "20180626__ny__primary__county.csv"
    before = page("organiser")
    for path in (night, counties):
        save_results(settings.COURTYARD_ELECTORATE, read_results([path]), at=NOW, by="tests")
    assert len(contests(settings.COURTYARD_ELECTORATE)) == 21
    assert 'id="map"' in before
    after = page("organiser")
    assert after.count("by-county") > before.count("by-county") == 0  # in a list of their own
    assert after.index("Results without a map") < after.index("by-county")
    text = page("organiser", contest="2018-06-26-primary-by-assembly-district")
    assert 'id="map"' not in text
    assert "It was counted by other areas" in text
    assert "15,897" in text
    ours = Area.objects.get(kind="assembly_district", code="80")
    assert f'<a href="{reverse("area", args=[ours.id])}">Assembly district 80</a>' in text


def test_it_tells_the_totals_of_a_day_on_which_other_boundaries_held(
    result, page, settings
) -> None:
    older = [
        RESULT.parent / f"20160419__ny__primary__{one}__precinct.csv.gz"
        for one in ("bronx", "queens")
    ]
    save_results(settings.COURTYARD_ELECTORATE, read_results(older), at=NOW, by="tests")
    text = page("organiser", contest="2016-04-19-democratic-president-openelections-ny")
    assert "Other boundaries held on that day" in text
    assert 'id="map"' not in text
    assert "Hillary Clinton" in text
    assert "34003" not in text


def test_it_says_what_to_do_when_nothing_is_loaded(cast, sign_in, settings, tmp_path) -> None:
    settings.COURTYARD_ELECTORATE = tmp_path
    text = sign_in("organiser").get(reverse("ground")).content.decode()
    assert "courtyard load" in text


def test_it_names_source_and_date(page) -> None:
    text = page("organiser", area="34001")
    assert text.count("New York City Board of Elections") >= 2
    assert text.count("June 23, 2020") >= 3
    assert "Department of City Planning" in text


@pytest.mark.whole_ground
def test_it_asks_the_database_a_fixed_number_of_questions(
    result, sign_in, django_assert_max_num_queries
) -> None:
    client: Client = sign_in("organiser")
    tiles_of(Edition.objects.get(kind="election_district"))  # as it is after loading
    for name in ("ground", "ground-print", "ground-figures"):
        with django_assert_max_num_queries(20):  # with the savepoints and scopes of PostgreSQL
            assert client.get(reverse(name)).status_code == 200


AREA = Named("34003", "AD 34 · ED 003", "Assembly district 34")


@pytest.mark.parametrize(
    ("find", "found"),
    [("ad 34", True), ("34/003", True), ("34 3", True), ("AD 34 · ED 003", True), ("34003", True),
     ("assembly", True), ("35", False), ("ed 4", False), ("", True)],
)  # fmt: skip
def test_it_finds_a_district_as_people_write_it(find: str, found: bool) -> None:
    assert matches(AREA, find) is found


@given(st.builds(View, sort=st.sampled_from(["value", "name"]), upward=st.booleans(),
                 before=st.text(max_size=20), page=st.integers(1, 99),
                 area=st.from_regex(r"[0-9]{0,6}", fullmatch=True)))  # fmt: skip
def test_it_keeps_the_whole_view_in_the_address(view: View) -> None:
    from urllib.parse import parse_qsl, urlsplit

    assert View.of(dict(parse_qsl(urlsplit(view.address()).query))) == view
