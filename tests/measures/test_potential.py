"""Where to go first: tables by hand, a slow obvious reference, and what holds of any ranking."""

import math
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courtyard.measures.potential import Part, Ranking, potential
from courtyard.measures.shrinkage import shrunk, shrunk_change, shrunk_rate
from courtyard.measures.weights import HEAVIEST, PARTS, Weights, WrongWeight

NONE = dict.fromkeys(PARTS, 0)
UNKNOWN = float("nan")


def only(**chosen: int) -> Weights:
    """Weights in which nothing counts but what is named."""
    return Weights({**NONE, **chosen})


def five() -> list[Part]:
    return [
        Part("support", [0.6, 0.4, 0.5, 0.4, 0.1]),
        Part("turnout", [0.2, 0.3, UNKNOWN, 0.1, 0.9]),
        Part("homes", [10, 500, 300, UNKNOWN, 100]),
    ]


def simulated(seed: int, areas: int = 200) -> tuple[list[Part], np.ndarray]:
    """Support, turnout and homes of areas; and their voters."""
    stream = np.random.default_rng(seed)
    voters = stream.integers(5, 800, areas)
    votes = stream.binomial(voters, stream.beta(9, 5, areas))
    homes = voters * stream.uniform(1, 3, areas)
    parts = [
        Part.of("support", shrunk(stream.binomial(votes, stream.beta(12, 18, areas)), votes)),
        Part.of("turnout", shrunk(votes, voters)),
        Part("homes", homes, homes * 0.9, homes * 1.3),
    ]
    return parts, voters


def same(one: Ranking, other: Ranking) -> bool:
    fields = ("score", "rank", "first", "last", "complete", "uncertain")
    return all(np.array_equal(getattr(one, f), getattr(other, f), equal_nan=True) for f in fields)


def test_it_ranks_five_areas_as_a_person_with_a_pencil_does() -> None:
    found = potential(five(), only(support=2, turnout=1, homes=1), seed=1)
    support = [9 / 10, 4 / 10, 7 / 10, 4 / 10, 1 / 10]
    turnout = [5 / 8, 3 / 8, None, 7 / 8, 1 / 8]
    homes = [1 / 8, 7 / 8, 5 / 8, None, 3 / 8]
    expected = [
        (2 * support[0] + turnout[0] + homes[0]) / 4,
        (2 * support[1] + turnout[1] + homes[1]) / 4,
        (2 * support[2] + homes[2]) / 3,
        (2 * support[3] + turnout[3]) / 3,
        (2 * support[4] + turnout[4] + homes[4]) / 4,
    ]
    assert found.score == pytest.approx(expected, abs=1e-8)
    assert found.rank.tolist() == [2, 4, 1, 3, 5]
    assert found.order().tolist() == [2, 0, 3, 1, 4]
    assert (found.first == found.rank).all()  # nothing is unsure, so neither is a rank
    assert (found.last == found.rank).all()
    assert found.complete.tolist() == [True, True, False, False, True]
    assert found.unknown(2) == ("turnout",)
    assert found.missing == ()


def test_it_answers_why_here() -> None:
    found = potential(five(), only(support=2, turnout=1, homes=1, committees=5), seed=1)
    assert found.missing == ("committees",)
    homes, support, turnout = found.why(1)
    assert (support.key, support.place, support.of, support.sharing) == ("support", 3, 5, 2)
    assert (homes.key, homes.place, homes.of, homes.sharing, homes.value) == ("homes", 1, 4, 1, 500)
    assert (turnout.key, turnout.place, turnout.weight) == ("turnout", 3, 1)  # less is better
    assert support.points == pytest.approx(2 * 0.4 / 4)
    assert homes.standing == 7 / 8
    assert [reason.key for reason in found.why(3)] == ["turnout", "support"]


@settings(deadline=None, max_examples=30)
@given(
    rows=st.lists(
        st.tuples(*[st.one_of(st.just(UNKNOWN), st.integers(0, 6).map(lambda n: n / 6))] * 3),
        min_size=1,
        max_size=25,
    ),
    chosen=st.tuples(*[st.integers(0, HEAVIEST)] * 3).filter(any),
)
def test_it_agrees_with_counting_one_by_one(rows: list, chosen: tuple[int, int, int]) -> None:
    keys = ("support", "turnout", "homes")
    columns = list(zip(*rows, strict=True))
    weights = only(**dict(zip(keys, chosen, strict=True)))
    found = potential([Part(*one) for one in zip(keys, columns, strict=True)], weights, seed=3)
    for area, row in enumerate(rows):
        points = weight_known = 0.0
        for key, column, value, weight in zip(keys, columns, row, chosen, strict=True):
            if math.isnan(value):
                continue
            known = [other for other in column if not math.isnan(other)]
            worse = sum(other > value if key == "turnout" else other < value for other in known)
            alike = sum(other == value for other in known)
            points += weight * (worse + alike / 2) / len(known)
            weight_known += weight
        if weight_known:
            assert found.score[area] == pytest.approx(points / weight_known, abs=1e-7)
        else:
            assert math.isnan(found.score[area])
            assert found.why(area) == []
        reasons = found.why(area)
        assert all(0 < reason.standing < 1 for reason in reasons)
        assert [r.points for r in reasons] == sorted((r.points for r in reasons), reverse=True)
        assert not reasons or sum(reason.points for reason in reasons) == found.score[area]
    assert sorted(found.rank) == list(range(1, len(rows) + 1))
    in_order = found.score[found.order()]
    in_order = in_order[~np.isnan(in_order)]
    assert (np.diff(in_order) <= 1e-6).all()
    assert not np.isnan(found.score[found.order()[: len(in_order)]]).any()


def test_it_sums_the_parts_to_the_score_exactly_in_any_order() -> None:
    stream = np.random.default_rng(2)
    keys = [key for key in PARTS if PARTS[key].kind == "share"] + ["homes", "members"]
    found = potential([Part(key, stream.random(300)) for key in keys], seed=1)
    for area in range(300):
        points = [reason.points for reason in found.why(area)]
        assert sum(points) == sum(reversed(points)) == math.fsum(points) == found.score[area]


def test_it_keeps_ranks_between_first_and_last() -> None:
    parts, voters = simulated(1)
    found = potential(parts, seed=4)
    assert (found.first >= 1).all()
    assert (found.last <= len(voters)).all()
    assert ((found.first <= found.rank) & (found.rank <= found.last)).all()
    width = found.last - found.first
    assert width[voters < 100].mean() > 1.2 * width[voters > 500].mean()


def test_it_keeps_the_rank_itself_between_them_where_all_might_stand_anywhere() -> None:
    value = np.linspace(0.51, 0.5, 200)
    found = potential([Part("support", value, value - 0.3, value + 0.3)], seed=1)
    assert found.first[0] == 1
    assert found.last[-1] == 200
    assert (found.last - found.first).min() > 150


def test_it_ranks_those_of_one_score_in_the_order_in_which_they_came() -> None:
    found = potential([Part("support", [0.4, 0.5] * 50)], seed=1)
    assert found.order().tolist() == [*range(1, 100, 2), *range(0, 100, 2)]
    assert {reason.place for area in range(1, 100, 2) for reason in found.why(area)} == {1}
    assert found.why(8)[0].place == 51
    assert found.why(8)[0].sharing == 50


def test_it_spans_ranks_as_drawing_and_ranking_everything_anew_does() -> None:
    stream = np.random.default_rng(8)
    voters = stream.integers(5, 800, 150)
    votes = stream.binomial(voters, stream.beta(12, 18, 150))
    shares = shrunk(votes, voters)
    found = potential([Part.of("support", shares)], only(support=1), draws=4000, seed=1)
    a, b = shares.prior.beta
    drawn = stream.beta(a + votes, b + voters - votes, (4000, 150))
    ranks = 150 - drawn.argsort(axis=1).argsort(axis=1)
    low, high = np.quantile(ranks, [0.05, 0.95], axis=0)
    assert np.abs(found.first - np.minimum(low, found.rank)).mean() < 2
    assert np.abs(found.last - np.maximum(high, found.rank)).mean() < 2


def test_it_does_not_spread_what_is_sure() -> None:
    parts, _ = simulated(1)
    found = potential(parts, only(support=5), seed=1)
    assert (found.last - found.first).mean() > 20
    homes = Part("homes", parts[2].value)
    assert (potential([homes], seed=1).last == potential([homes], seed=1).first).all()


def test_it_gives_one_answer_to_one_seed() -> None:
    parts, _ = simulated(2)
    assert same(potential(parts, seed=7), potential(parts, seed=7))
    other = potential(parts, seed=8)
    assert (other.rank == potential(parts, seed=7).rank).all()
    assert (other.last != potential(parts, seed=7).last).any()


def test_it_does_not_mind_in_which_order_areas_or_parts_come() -> None:
    parts, voters = simulated(5, areas=30)
    weights = only(support=9, turnout=7, homes=10)
    plain = potential(parts, weights, seed=5)
    assert (
        len(set(np.round(plain.score, 6))) == 30
    )  # those of one score go in the order in which they came
    turn = np.random.default_rng(1).permutation(len(voters))
    turned = potential([_turned(part, turn) for part in parts], weights, seed=5)
    for field in ("score", "rank", "first", "last", "complete", "uncertain"):
        assert np.array_equal(getattr(turned, field), getattr(plain, field)[turn])
    assert turned.why(0) == plain.why(int(turn[0]))
    assert same(potential(parts[::-1], weights, seed=5), plain)


def _turned(part: Part, turn: np.ndarray) -> Part:
    return Part(part.key, part.value[turn], part.low[turn], part.high[turn])


def test_it_leaves_out_what_has_no_weight() -> None:
    parts, _ = simulated(4)
    weights = Weights({"homes": 0})
    assert same(potential(parts, weights, seed=5), potential(parts[:2], weights, seed=5))
    assert "homes" not in potential(parts, weights, seed=5).missing


@settings(deadline=None, max_examples=25)
@given(
    values=st.lists(st.integers(0, 20), min_size=2, max_size=30),
    others=st.randoms(use_true_random=False),
    area=st.integers(0, 29),
    more=st.integers(1, 20),
)
def test_it_never_ranks_an_area_lower_for_more_support(values, others, area, more) -> None:
    area %= len(values)
    homes = Part("homes", [others.randint(0, 9) for _ in values])
    turnout = Part("turnout", [others.choice([0.2, 0.4, UNKNOWN]) for _ in values])
    raised = [value + more * (n == area) for n, value in enumerate(values)]
    before, after = (
        potential([Part("support", np.array(x) / 40), homes, turnout], draws=1, seed=1)
        for x in (values, raised)
    )
    assert after.rank[area] <= before.rank[area]
    assert after.score[area] >= before.score[area]


def test_it_says_when_a_rank_rests_on_a_count_that_is_not_sure() -> None:
    homes = Part("homes", [2659, 300, 40, UNKNOWN], [100, 280, 40, 0], [2659, 310, 40, 9])
    support = Part("support", [0.5, 0.4, 0.3, 0.2])
    found = potential([homes, support], only(homes=5, support=2), seed=1)
    assert found.uncertain.tolist() == [True, False, False, False]
    assert {reason.key: reason.uncertain for reason in found.why(0)} == {
        "homes": True,
        "support": False,
    }
    assert found.first[0] == 1
    assert found.last[0] > 1


def test_it_takes_its_direction_from_the_table_unless_told() -> None:
    change = [0.1, -0.2, 0.05]
    gained = potential([Part("support_change", change)], seed=1)
    lost = potential([Part("support_change", change, direction="less")], seed=1)
    assert gained.rank.tolist() == [1, 3, 2]
    assert lost.rank.tolist() == [3, 1, 2]


def test_it_takes_what_shrinkage_gives() -> None:
    before, after = shrunk([1, 2, 0], [9, 9, 0]), shrunk([3, 2, 4], [9, 9, 9])
    parts = [
        Part.of("support", after),
        Part.of("support_change", shrunk_change(before, after)),
        Part.of("votes_per_home", shrunk_rate([9, 9, 9], [4, 30, 0])),
    ]
    found = potential(parts, seed=1)
    assert [part.known.tolist() for part in parts] == [
        [True, True, True],
        [True, True, False],
        [True, True, False],
    ]
    assert [reason.key for reason in found.why(2)] == ["support"]


def test_it_ranks_what_nothing_is_known_of_last() -> None:
    found = potential([Part("support", [UNKNOWN, 0.1, 0.9])], seed=1)
    assert found.rank.tolist() == [3, 2, 1]
    assert (found.first[0], found.last[0]) == (3, 3)
    nothing = potential([Part("support", [UNKNOWN] * 3)], seed=1)
    assert nothing.rank.tolist() == [1, 2, 3]
    assert not nothing.complete.any()
    assert not nothing.uncertain.any()
    assert "support" in nothing.missing
    assert potential([Part("support", [])], seed=1).rank.tolist() == []


@pytest.mark.parametrize(
    ("key", "values", "message"),
    [
        ("apathy", ([0.1],), "is no part"),
        ("support", ([1.1],), "no share can have"),
        ("support_change", ([-1.1],), "no change can have"),
        ("homes", ([-1],), "no count can have"),
        ("homes", ([float("inf")],), "no count can have"),
        ("support", ([[0.1]],), "for each area"),
        ("support", ([0.1], [0.1, 0.1]), "for each area"),
        ("support", ([0.1], [0.2], [0.3]), "outside its interval"),
        ("support", ([0.1], [UNKNOWN], [0.3]), "outside its interval"),
    ],
)
def test_it_refuses_a_part_that_cannot_be(key: str, values: tuple, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Part(key, *values)


def test_it_refuses_parts_that_do_not_go_together() -> None:
    support = Part("support", [0.1, 0.2])
    for parts in ([], [support, Part("homes", [1])], [support, support]):
        with pytest.raises(ValueError, match=r"same areas|twice"):
            potential(parts, seed=1)
    with pytest.raises(ValueError, match="draw"):
        potential([support], draws=0, seed=1)


@pytest.mark.parametrize(
    ("chosen", "fault"),
    [
        ({"apathy": 1}, "unknown"),
        ({"support": 2.5}, "not_whole"),
        ({"support": True}, "not_whole"),
        ({"support": "3"}, "not_whole"),
        ({"support": -1}, "out_of_range"),
        ({"support": 11}, "out_of_range"),
        (NONE, "nothing_left"),
    ],
)
def test_it_says_what_is_wrong_with_a_weight(chosen: dict, fault: str) -> None:
    with pytest.raises(WrongWeight) as raised:
        Weights(chosen)
    assert raised.value.fault == fault
    assert raised.value.key == (next(iter(chosen)) if fault != "nothing_left" else "")


def test_it_keeps_the_usual_weight_of_what_is_not_named() -> None:
    chosen = {"support": 9}
    weights = Weights(chosen)
    chosen["support"] = 0
    assert weights.of("support") == 9
    assert weights.all() == {**Weights().all(), "support": 9}
    assert list(weights.all()) == list(PARTS)
    assert all(key == part.key and 0 < part.weight <= HEAVIEST for key, part in PARTS.items())


def test_it_ranks_a_city_while_one_waits() -> None:
    stream = np.random.default_rng(1)
    parts = []
    for key in list(PARTS)[:12]:
        value = stream.random(5700)
        parts.append(Part(key, value, value * 0.9, np.minimum(1, value * 1.1)))
    begun = time.perf_counter()
    potential(parts, seed=1)
    assert time.perf_counter() - begun < 3  # 0.5 s on a calm machine
