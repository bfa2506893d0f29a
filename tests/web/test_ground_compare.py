"""Two contests compared on the Ground page, and what is counted of its areas."""

import json
import re
from datetime import date
from html import unescape

import pytest
from django.urls import reverse
from hypothesis import example, given
from hypothesis import strategies as st
from tests.conftest import DEMO, KEEPER, NOW
from tests.figures_told import Told, by_code
from tests.kept import load_results

from courtyard.electorate.questions import AreaFigures, contests
from courtyard.journal.op import new_op
from courtyard.territory.acts import count
from courtyard.territory.counting import Counted, Counts
from courtyard.territory.models import Edition
from courtyard.territory.tiling import tiles_of
from courtyard.web.ground_change import breaks, ground_change, tally, together
from courtyard.web.ground_figures import ground_figures

RESULTS = DEMO / "results"
NOW_AND_THEN = (
    RESULTS / "2020-06-23_nyc_boe_cd14_primary_EDLevel.csv.gz",
    RESULTS / "2018-09-13_lieutenant_governor_by_election_district.csv.gz",
)
LAST_TIME = "2018-09-13-lieutenant-governor-by-election-district"
NIGHT = "2018-06-26-primary-by-assembly-district"
WILLIAMS = {"before": LAST_TIME, "stood": "jumaane-williams"}


@pytest.fixture
def results(settings, tmp_path_factory) -> None:
    """June 2020 and September 2018, by the same districts."""
    settings.COURTYARD_ELECTORATE = tmp_path_factory.mktemp("electorate")
    load_results(settings.COURTYARD_ELECTORATE, *NOW_AND_THEN)


@pytest.fixture
def counts(ground) -> None:
    """Homes of two districts, one not sure; and voters of them, the second too few to be told."""
    one, two = sorted(code for code in ground if code.startswith("340"))[:2]
    rows = [
        (one, "homes", 200.0, 150.0, 260.0),
        (two, "homes", 90.0, 90.0, 90.0),
        (one, "registered", 300.0, 300.0, 300.0),
        (two, "registered", 10.0, 10.0, 10.0),
        (one, "registered:DEM", 200.0, 200.0, 200.0),
        (two, "registered:DEM", 10.0, 10.0, 10.0),
        (one, "voted:2020-06-23-primary", 50.0, 50.0, 50.0),
        (one, "voted:2020-06-23-primary:DEM", 50.0, 50.0, 50.0),
        (two, "voted:2020-06-23-primary:DEM", 4.0, 4.0, 4.0),
    ]
    said = tuple(
        Counted(ground[code].id, ground[code].path, name, *three, "Invented voters")
        for code, name, *three in rows
    )
    count(op=new_op(), by=KEEPER, at=NOW, counts=Counts(said))


@pytest.fixture
def read(sign_in):
    def said(person: str, name: str = "ground", **query: str) -> str:
        answer = sign_in(person).get(reverse(name), query)
        assert answer.status_code == 200, answer.status_code
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())

    return said


def told(sign_in, person: str, **query: str) -> Told:
    tiling = tiles_of(Edition.objects.get(kind="election_district"))
    assert tiling
    codes = {place.number: code for code, place in tiling.places.items()}
    return by_code(sign_in(person).get(reverse("ground-figures"), query).json(), codes)


def test_it_is_the_difference_of_what_both_reported(results) -> None:
    now, then = contests_by_date()
    changed = ground_change(ground_figures(now, ""), then, "jumaane-williams")
    old = ground_figures(then, "jumaane-williams")
    new = ground_figures(now, "")
    alone = [
        code for code, one in changed.shown.items()
        if not one.counted_in and one.value is not None
        and not any(other.counted_in == code for other in changed.shown.values())
    ]  # fmt: skip
    assert len(alone) > 300
    for code in alone:
        a, b = old.shown[code].value, new.shown[code].value
        assert a is not None
        assert b is not None
        assert changed.shown[code].value == pytest.approx(b - a)


def contests_by_date():
    from django.conf import settings

    now, then = contests(settings.COURTYARD_ELECTORATE)
    assert (now.date, then.date) == (date(2020, 6, 23), date(2018, 9, 13))
    return now, then


def test_it_compares_districts_together_that_either_counted_together(results) -> None:
    now, then = contests_by_date()
    new, old = ground_figures(now, ""), ground_figures(then, "jumaane-williams")
    changed = ground_change(new, then, "jumaane-williams")
    groups = [one for one in together(new.areas, old.areas) if len(one) > 1]
    assert groups
    for codes in groups:
        assert len({changed.shown[code].value for code in codes}) == 1
        assert sum(not changed.shown[code].counted_in for code in codes) == 1


def test_it_tells_no_change_of_few_votes_or_of_none(results) -> None:
    now, then = contests_by_date()
    changed = ground_change(ground_figures(now, ""), then, "jumaane-williams")
    none = [one for one in changed.shown.values() if one.value is None]
    assert any(one.few for one in none)
    assert all(one.step == 0 for one in none)
    both = [one for one in changed.shown.values() if one.value is not None]
    assert all(one.then is not None and one.now is not None for one in both)


def test_it_compares_votes_where_ballots_are_not_reported_of_both(results, read) -> None:
    now, then = contests_by_date()
    changed = ground_change(ground_figures(now, "ballots"), then, "")
    assert changed.compared
    assert changed.compared.of_votes
    assert changed.unit == "more"
    page = read("captain", show="ballots", before=LAST_TIME)
    assert "Change in votes for the office" in page
    assert "Ballots are not reported of both" in page


def test_it_asks_with_whose_votes_to_compare(cast, results, read, sign_in) -> None:
    page = read("captain", before=LAST_TIME)
    assert "Nobody called Alexandria Ocasio-Cortez stood then." in page
    assert "Jumaane Williams" in page
    page = read("captain", **WILLIAMS)
    assert "Compared with Lieutenant Governor" in page
    assert "September 13, 2018" in page
    assert "District Change Then Now" in page
    assert "Change in share, in percentage points" in read("captain", "ground-print", **WILLIAMS)


def test_it_keeps_the_comparison_in_the_address(cast, results, sign_in) -> None:
    page = unescape(sign_in("captain").get(reverse("ground"), WILLIAMS).content.decode())
    query = f"before={LAST_TIME}&stood=jumaane-williams"
    for address in ("/ground/figures/?", "/ground/print/?", "/ground/?"):
        assert f"{address}{query}" in page, address


def test_it_gives_the_map_steps_of_its_own(cast, results, sign_in) -> None:
    areas = told(sign_in, "captain", **WILLIAMS)
    assert {code[:2] for code in areas} == {"34"}
    assert {step for step, *_ in areas.values()} <= {0, 6, 7, 8, 9, 10}
    assert any("then" in words for _, words, *_ in areas.values())
    assert {step for step, *_ in told(sign_in, "captain").values()} <= {0, 1, 2, 3, 4, 5}


def test_it_sorts_a_change(cast, results, sign_in) -> None:
    for sort in ("value", "then", "now"):
        text = sign_in("captain").get(reverse("ground"), {**WILLIAMS, "sort": sort})
        rows = re.findall(r"data-code.*?</tr>", text.content.decode(), re.DOTALL)
        column = ("value", "then", "now").index(sort)
        cells = [re.findall(r'class="num[^>]*>(.*?)</td>', row, re.DOTALL)[column] for row in rows]
        shown = [float(one.replace("−", "-")) for row in cells
                 if (one := re.sub(r"<[^>]+>|[\s\u202f%+]", "", row))]  # fmt: skip
        assert len(shown) > 2
        assert shown == sorted(shown, reverse=True), sort


def test_it_compares_by_the_larger_areas_where_only_they_were_counted(
    cast, results, settings, read, sign_in
) -> None:
    load_results(
        settings.COURTYARD_ELECTORATE,
        RESULTS / "2018-06-26_primary_by_assembly_district_election_night.csv",
    )
    page = read("captain", before=NIGHT)
    assert "was counted by larger areas" in page
    assert "Assembly district 34" in page
    assert "Assembly district 80" not in page
    assert {step for step, *_ in told(sign_in, "captain", before=NIGHT).values()} <= set(range(6))


def test_it_says_with_which_contests_it_cannot_be_compared(cast, results, settings, read) -> None:
    load_results(
        settings.COURTYARD_ELECTORATE, RESULTS / "20160419__ny__primary__queens__precinct.csv.gz"
    )
    assert "other boundaries held then" in read("captain")
    old = next(one for one in contests(settings.COURTYARD_ELECTORATE) if one.date.year == 2016)
    page = read("captain", before=old.contest)
    assert "Not compared with" in page
    assert "District Share Votes Of" in page


def test_it_does_not_know_another_contest_of_before(cast, results, sign_in) -> None:
    for name in ("ground", "ground-figures", "ground-print"):
        answer = sign_in("captain").get(reverse(name), {"before": "../x"})
        assert answer.status_code == 404


def test_it_shows_what_is_counted_with_its_source(cast, results, counts, read, sign_in) -> None:
    page = read("captain", show="homes")
    assert "290 homes in these districts." in page
    assert "about 200" in page
    assert "Counts: Invented voters" in page
    words = [one[1] for one in told(sign_in, "captain", show="homes").values()]
    assert "about 200 (between 150 and 260)" in words
    assert read("captain", "ground-print", show="homes").count("about 200") == 1


def test_it_names_whom_a_turnout_counts(cast, results, counts, read, sign_in) -> None:
    page = read("captain", show="turnout")
    assert "of those enrolled as Democratic today: nobody else could" in page
    assert "These voters are invented" in page
    words = [one[1] for one in told(sign_in, "captain", show="turnout").values()]
    assert "25\u202f% · 50 of 200 who could" in words
    assert "fewer than 11 people" in words
    assert "enrolled as Democratic here today" in read("captain", show="enrolled")


def test_it_never_says_who_stayed_away_where_only_homes_are_known(
    cast, results, ground, read
) -> None:
    [code] = [code for code in ground if code == "34001"]
    said = Counted(ground[code].id, ground[code].path, "homes", 200.0, 200.0, 200.0, "Lots")
    count(op=new_op(), by=KEEPER, at=NOW, counts=Counts((said,)))
    page = read("captain", show="votes-per-100-homes")
    assert "Who could vote is not counted in it" in page
    assert "Turnout" not in page
    assert "stayed away" not in page


def test_it_tells_nobody_the_counts_of_others(cast, results, counts, sign_in) -> None:
    said = told(sign_in, "outsider", show="homes")
    assert {one[1] for one in said.values()} == {"nothing reported"} or "34001" not in said
    assert not {code for code in said if code.startswith("34")}


@pytest.mark.whole_ground
def test_it_asks_the_database_a_fixed_number_of_questions(
    cast, results, counts, sign_in, django_assert_max_num_queries
) -> None:
    client = sign_in("organiser")
    tiles_of(Edition.objects.get(kind="election_district"))
    for query in (WILLIAMS, {"show": "turnout"}, {"show": "homes"}, {"before": LAST_TIME}):
        for name in ("ground", "ground-print", "ground-figures"):
            with django_assert_max_num_queries(34):  # with the savepoints and scopes of PostgreSQL
                assert client.get(reverse(name), query).status_code == 200


def area(code: str, votes: int, total: int, host: str | None = None) -> AreaFigures:
    return AreaFigures(code, "", host, (votes,), total, None, {})


@given(st.lists(st.floats(-0.9, 0.9, allow_nan=False), min_size=1, max_size=60))
@example([0.0])  # nothing changed anywhere
def test_it_begins_colours_at_the_same_on_both_sides(values: list[float]) -> None:
    low, less, more, high = breaks(values, is_share=True)
    assert (low, less) == (-high, -more)
    assert 0 < more < high
    assert len(f"{100 * high:g}") <= 4


def test_it_sums_what_stands_together() -> None:
    then = {"1": area("1", 10, 20), "2": area("2", 5, 10)}
    now = {"1": area("1", 24, 30), "2": area("2", 0, 0, "1"), "3": area("3", 1, 2)}
    assert together(now, then) == [["1", "2"], ["3"]]
    both = tally(then.values(), 0)
    assert both
    assert (both.votes, both.total, both.figure(is_share=True)) == (15, 30, 0.5)
    few = tally([area("3", 1, 2)], 0)
    assert few
    assert few.figure(is_share=True) is None
    assert tally([], 0) is None
    assert json.dumps(both.ballots) == "null"
