"""Where to go first on real ground: what is joined, whom turnout counts, who sees what."""

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.conftest import KEEPER, NOW, Cast
from tests.kept import load_results
from tests.measures.the_counts import (
    BEFORE,
    CONTEST,
    EARLIER,
    PRIMARY,
    VOTED,
    count,
    count_homes,
    count_voters,
    districts,
)

from courtyard.journal.op import new_op
from courtyard.journal.reader import NOBODY
from courtyard.journal.scope import reading_as
from courtyard.measures.acts import set_weights
from courtyard.measures.ground import Found, NothingToRank, potential_of, rankable
from courtyard.measures.models import Weighting
from courtyard.measures.weights import PARTS, Weights, WrongWeight
from courtyard.territory.models import Count, Edition


@pytest.fixture(autouse=True)
def results(settings, tmp_path) -> None:
    settings.COURTYARD_ELECTORATE = tmp_path / "electorate"
    load_results(settings.COURTYARD_ELECTORATE, PRIMARY)


def only(**chosen: int) -> Weights:
    return Weights(dict.fromkeys(PARTS, 0) | chosen)


def codes(found: Found) -> list[str]:
    return [one.line.area.code for one in found]


def values(found: Found, key: str) -> list[float]:
    """The values of a part, in order of area codes."""
    part = next(one.part for one in found.ranking.parts if one.part.key == key)
    return [round(float(value), 3) for value in part.value]


def test_it_ranks_by_results_alone_where_nothing_else_is_known(ground) -> None:
    found = potential_of(KEEPER)
    assert found.contest.contest == CONTEST
    assert found.candidate.name == "Alexandria Ocasio-Cortez"
    assert [one.part.key for one in found.ranking.parts] == ["support"]
    assert {"homes", "turnout", "members", "committees", "uncontested"} <= set(found.missing)
    assert [one.rank for one in found] == list(range(1, 9))
    assert all(one.first <= one.rank <= one.last for one in found)


def test_it_says_votes_per_home_where_nobody_knows_who_could_vote(ground) -> None:
    count_homes(ground)
    found = potential_of(KEEPER)
    keys = {one.part.key for one in found.ranking.parts}
    assert "votes_per_home" in keys
    assert "turnout" not in keys
    assert found.prior("votes_per_home")


def test_it_counts_the_enrolled_in_a_closed_primary(ground) -> None:
    count_homes(ground)
    count_voters(ground)
    found = potential_of(KEEPER)
    assert (found.whom.kind, found.whom.party) == ("enrolled", "Democratic")
    turnout = values(found, "turnout")
    assert turnout == sorted(turnout)
    assert turnout[0] == pytest.approx(30 / 600, abs=0.03)
    assert "votes_per_home" not in {one.part.key for one in found.ranking.parts}
    assert "votes_per_home" not in found.missing
    assert values(found, "never_voted")[0] == pytest.approx(0.005, abs=0.002)


def test_it_counts_nobody_where_a_primary_does_not_say_whose_it_was(ground, settings) -> None:
    load_results(settings.COURTYARD_ELECTORATE, BEFORE)
    count_homes(ground)
    count(
        districts(ground)[0], registered=900, **{"voted:2018-09-13-primary".replace(":", "__"): 90}
    )
    found = potential_of(KEEPER, EARLIER)
    assert found.whom.kind == "unknown"
    assert "turnout" in found.missing


def test_it_shows_both_where_only_some_districts_have_voters(ground) -> None:
    count_homes(ground)
    first = districts(ground)[0]
    count(first, registered__DEM=600, **{f"{VOTED}:DEM".replace(":", "__"): 200})
    found = potential_of(KEEPER)
    known = {
        one.part.key: {found.lines[n].area.code for n in np.flatnonzero(one.part.known)}
        for one in found.ranking.parts
    }
    assert known["turnout"] == {first.code}
    assert known["votes_per_home"]
    assert first.code not in known["votes_per_home"]


def test_it_compares_two_contests_on_one_edition(ground, settings) -> None:
    load_results(settings.COURTYARD_ELECTORATE, BEFORE)
    nobody = potential_of(KEEPER, CONTEST, before=EARLIER)
    assert nobody.before
    assert nobody.before.fault == "candidate"
    assert "support_change" in nobody.missing
    found = potential_of(KEEPER, CONTEST, before=EARLIER, stood="jumaane-williams")
    assert found.before
    assert found.before.fault == ""
    changed = values(found, "support_change")
    assert all(-1 < one < 1 for one in changed)
    assert len(set(changed)) > 4


def test_it_compares_nothing_across_other_boundaries(ground, settings) -> None:
    load_results(settings.COURTYARD_ELECTORATE, BEFORE)
    Edition.objects.filter(kind="election_district").update(valid_from="2019-01-01")
    found = potential_of(KEEPER, CONTEST, before=EARLIER, stood="jumaane-williams")
    assert found.before
    assert found.before.fault == "boundaries"
    assert [one.contest for one, _ in rankable(KEEPER)] == [CONTEST]
    with pytest.raises(NothingToRank, match="no_boundaries"):
        potential_of(KEEPER, EARLIER)


@pytest.mark.whole_ground
def test_it_takes_districts_that_are_counted_together_as_one(ground) -> None:
    count(ground["34053"], homes=100)
    count(ground["34055"], homes=(50, 0, 200))
    found = potential_of(KEEPER)
    assert len(found.lines) == 446 - 20  # one of the 21 combined has no outline
    (line,) = [one for one in found if one.line.area.code == "34053"]
    assert [one.code for one in line.line.others] == ["34055"]
    homes = next(one for one in line.reasons if one.key == "homes")
    assert (homes.value, homes.low, homes.high) == (150, 100, 300)
    together = [area.code for one in found.lines for area in one.areas]
    assert len(together) == len(set(together)) == 446


@pytest.mark.whole_ground
def test_it_ranks_larger_areas_with_every_vote_once(ground) -> None:
    found = potential_of(KEEPER, kind="assembly_district")
    assert found.kind == "assembly_district"
    assert found.kinds == ("election_district", "assembly_district")
    assert "34" in codes(found)
    support = dict(
        zip([one.area.code for one in found.lines], values(found, "support"), strict=True)
    )
    assert 0.6 < support["34"] < 0.85


def test_it_marks_a_rank_that_rests_on_homes_of_a_complex(ground) -> None:
    count_homes(ground)
    last = districts(ground)[-1]
    Count.objects.filter(area=last, measure="homes").update(value=2000, low=500, high=3000)
    count(last, complex_homes=(1500, 0, 2500))
    marked = [one for one in potential_of(KEEPER) if one.is_complex]
    assert [one.line.area.code for one in marked] == [last.code]
    (homes,) = [one for one in marked[0].reasons if one.key == "homes"]
    assert homes.uncertain
    assert (homes.low, homes.high) == (500, 3000)


def test_it_shrinks_and_marks_shares_of_few(ground) -> None:
    first = districts(ground)[0]
    count_voters(ground)
    Count.objects.filter(area=first, measure="registered:DEM").update(value=4)
    Count.objects.filter(area=first, measure=f"{VOTED}:DEM").update(value=4)
    found = potential_of(KEEPER)
    (one,) = [one for one in found if one.line.area.code == first.code]
    (turnout,) = [reason for reason in one.reasons if reason.key == "turnout"]
    assert "turnout" in one.few
    assert turnout.value < 0.6


def test_it_sees_what_was_counted_anew(ground) -> None:
    count_homes(ground)
    before = potential_of(KEEPER)
    count_voters(ground)
    after = potential_of(KEEPER)
    assert {one.part.key for one in after.ranking.parts} > {"turnout", "first_time"}
    assert "turnout" not in {one.part.key for one in before.ranking.parts}


def test_it_ranks_only_what_the_reader_sees(cast: Cast, ground) -> None:
    count_homes(ground)
    reader = cast.captain.reader()
    with reading_as(reader, door="reading"):
        found = potential_of(reader)
    assert {code[:2] for code in codes(found)} == {"34"}
    assert [one.rank for one in found] == [1, 2, 3, 4]
    assert {reason.of for one in found for reason in one.reasons} == {4}


def test_it_changes_the_order_with_the_weights(ground) -> None:
    count_homes(ground)
    many = codes(potential_of(KEEPER, weights=only(homes=1)))
    assert many == [one.code for one in reversed(districts(ground))]
    assert codes(potential_of(KEEPER, weights=only(support=1))) != many


def test_it_asks_as_often_for_many_areas_as_for_few(cast: Cast, ground) -> None:
    count_homes(ground)
    count_voters(ground)
    asked = []
    for reader in (cast.captain.reader(), cast.organiser.reader()):
        potential_of(reader)
        with (
            CaptureQueriesContext(
                connection,
            ) as queries,
            reading_as(reader, door="reading"),
        ):
            potential_of(reader)
        asked.append(len([q for q in queries if "territory_" in q["sql"]]))
    assert asked[0] == asked[1] <= 5


def test_it_says_what_is_not_there(ground, settings, tmp_path) -> None:
    for said, fault in (
        ({"slug": "no-such"}, "no_such_contest"),
        ({"candidate": "Nobody"}, "no_such_candidate"),
        ({"kind": "borough"}, "no_such_kind"),
        ({"before": CONTEST}, "no_such_contest"),
    ):
        with pytest.raises(NothingToRank) as caught:
            potential_of(KEEPER, **said)
        assert caught.value.fault == fault
    with pytest.raises(NothingToRank, match="no_boundaries"):
        potential_of(NOBODY)
    settings.COURTYARD_ELECTORATE = tmp_path / "empty"
    with pytest.raises(NothingToRank, match="no_contest"):
        potential_of(KEEPER)


def test_it_keeps_the_weights_that_were_set_last(cast: Cast) -> None:
    by, op = cast.administrator.reader(), new_op()
    with reading_as(by, door="reading"):
        made = set_weights(op=op, by=by, at=NOW, chosen={"homes": 9})
        assert set_weights(op=op, by=by, at=NOW, chosen={"homes": 9}) == made
        assert Weighting.objects.visible_to(by).in_force().of("homes") == 9
        set_weights(op=new_op(), by=by, at=NOW, chosen=Weights().all())
        assert Weighting.objects.visible_to(by).in_force() == Weights()
        assert Weighting.objects.visible_to(by).count() == 2
        with pytest.raises(WrongWeight):
            set_weights(op=new_op(), by=by, at=NOW, chosen={"homes": 11})
    assert not Weighting.objects.visible_to(NOBODY).exists()
