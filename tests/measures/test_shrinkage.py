"""Shares of areas with chance taken out: tables by hand, slow references, and a known truth."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from courtyard.measures import shrinkage
from courtyard.measures.shrinkage import (
    WEAK,
    Prior,
    publishable,
    rate_prior,
    share_prior,
    shrunk,
    shrunk_change,
    shrunk_rate,
)

DISTRICTS = 446
OF_100 = Prior(mean=0.4, strength=100)


def simulated(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Districts of 5 to 800 voters, most of them small or large; their true shares; the votes."""
    stream = np.random.default_rng(seed)
    voters = np.round(np.exp(stream.uniform(np.log(5), np.log(800), DISTRICTS))).astype(int)
    truth = stream.beta(12, 18, DISTRICTS)
    return voters, truth, stream.binomial(voters, truth)


@pytest.mark.parametrize(
    ("successes", "trials", "mean"),
    [(0, 0, 0.4), (5, 6, 45 / 106), (60, 100, 0.5), (0, 900, 0.04), (900, 900, 0.94)],
)
def test_it_counts_the_prior_as_so_many_more_votes(
    successes: int, trials: int, mean: float
) -> None:
    found = shrunk([successes], [trials], OF_100)
    assert found.mean[0] == pytest.approx(mean)
    reference = stats.beta(40 + successes, 60 + trials - successes)
    assert found.low[0] == pytest.approx(reference.ppf(0.05))
    assert found.high[0] == pytest.approx(reference.ppf(0.95))


@pytest.mark.parametrize(
    ("counts", "homes", "mean"), [(0, 0, 0.8), (30, 10, 110 / 110), (0, 900, 0.08), (2.5, 50, 0.55)]
)
def test_it_counts_the_prior_as_so_many_more_homes(
    counts: float, homes: float, mean: float
) -> None:
    found = shrunk_rate([counts], [homes], Prior(mean=0.8, strength=100))
    assert found.mean[0] == pytest.approx(mean)
    reference = stats.gamma(80 + counts, scale=1 / (100 + homes))
    assert found.low[0] == pytest.approx(reference.ppf(0.05))
    assert found.high[0] == pytest.approx(reference.ppf(0.95))


def test_it_says_the_prior_itself_where_nothing_was_counted() -> None:
    found = shrunk([3, 0, float("nan"), 2, 9, 4, 5], [9, 0, 8, float("nan"), 20, 8, 9])
    assert found.known.tolist() == [True, False, False, False, True, True, True]
    assert np.isnan(found.raw).tolist() == [False, True, True, True, False, False, False]
    assert found.mean[1:4] == pytest.approx([found.prior.mean] * 3)
    assert found.low[1] == pytest.approx(stats.beta(*found.prior.beta).ppf(0.05))


def test_it_knows_nothing_of_an_area_without_homes_whatever_was_counted() -> None:
    found = shrunk_rate([7, 8, 9, 10, 11, 12], [0, 10, 20, 10, 20, 30])
    assert not found.known[0]
    assert found.mean[0] == pytest.approx(found.prior.mean)


def beta_binomial(prior: Prior, successes: int, trials: int) -> float:
    return float(stats.betabinom(trials, *prior.beta).logpmf(successes))


def negative_binomial(prior: Prior, counts: int, homes: int) -> float:
    shape, rate = prior.gamma
    return float(stats.nbinom(shape, rate / (rate + homes)).logpmf(counts))


@pytest.mark.parametrize("kind", ["share", "rate"])
def test_it_finds_no_likelier_prior_on_a_grid(kind: str) -> None:
    stream = np.random.default_rng(3)
    of = stream.integers(5, 200, 30)
    if kind == "share":
        some, one = stream.binomial(of, stream.beta(6, 4, 30)), beta_binomial
        found = share_prior(some, of)
    else:
        some, one = stream.poisson(of * stream.gamma(6, 0.1, 30)), negative_binomial
        found = rate_prior(some, of)

    def plausible(mean: float, strength: float) -> float:
        prior = Prior(mean, strength)
        middle = float(np.median(of))
        even = strength * middle / (strength + middle) ** 2
        return math.log(even) + sum(map(lambda x, n: one(prior, x, n), some, of))

    best = plausible(found.mean, found.strength)
    assert found.how == "fitted"
    for mean in (0.7, 0.9, 0.99, 1, 1.01, 1.1, 1.3):
        for strength in (0.2, 0.5, 0.9, 0.98, 1, 1.02, 1.1, 2, 5):
            assert plausible(mean * found.mean, strength * found.strength) <= best + 1e-6


@pytest.mark.parametrize("prior", [share_prior, rate_prior])
def test_it_finds_the_same_prior_factor_by_factor_as_by_the_gamma_function(
    prior, monkeypatch
) -> None:
    voters, _, votes = simulated(3)
    one_by_one = prior(votes, voters)
    monkeypatch.setattr(shrinkage, "FACTORS", 0)
    found = prior(votes, voters)
    assert found.mean == pytest.approx(one_by_one.mean, rel=1e-6)
    assert found.strength == pytest.approx(one_by_one.strength, rel=1e-4)


def test_it_finds_the_prior_that_made_the_areas() -> None:
    stream = np.random.default_rng(11)
    voters = stream.integers(5, 800, 5000)
    shares = share_prior(stream.binomial(voters, stream.beta(12, 18, 5000)), voters)
    assert (shares.mean, shares.strength) == (
        pytest.approx(0.4, abs=0.01),
        pytest.approx(30, rel=0.1),
    )
    rates = rate_prior(stream.poisson(voters * stream.gamma(6, 1 / 4, 5000)), voters)
    assert (rates.mean, rates.strength) == (
        pytest.approx(1.5, abs=0.03),
        pytest.approx(4, rel=0.1),
    )


def test_it_believes_areas_that_differ_by_chance_alone_to_be_much_alike() -> None:
    stream = np.random.default_rng(5)
    voters = stream.integers(5, 800, DISTRICTS)
    found = shrunk(stream.binomial(voters, 0.4), voters)
    assert found.prior.strength > 2000
    assert np.abs(found.mean - 0.4).max() < 0.03
    assert (found.high - found.low).min() > 0.001
    equal = shrunk([40] * 50, [100] * 50)
    assert equal.prior.how == "fitted"
    assert 500 < equal.prior.strength < 5000  # as sure as some of the votes, not as all and more
    assert equal.mean == pytest.approx(0.4, abs=0.001)


def test_it_says_so_where_a_prior_cannot_be_fitted() -> None:
    assert share_prior([], []) == Prior(0.5, WEAK, "few")
    assert share_prior([3], [9]) == Prior(0.35, WEAK, "few")
    assert share_prior([0] * 9, [11] * 9) == Prior(0.005, 100, "alike")
    assert share_prior([11] * 9, [11] * 9) == Prior(0.995, 100, "alike")
    assert rate_prior([0] * 9, [7.5] * 9) == Prior(0.5 / 67.5, 67.5, "alike")
    assert rate_prior([5, 4], [10, 9]) == Prior(0.5, WEAK, "few")
    assert math.isnan(rate_prior([0], [0]).mean)


def test_it_stays_sound_where_there_is_little_to_fit_to() -> None:
    singles = share_prior([1, 1, 1, 0, 0, 0], [1] * 6)
    assert singles.strength == pytest.approx(1, rel=0.01)
    rare = shrunk([1, 1, 1] + [0] * 443, [100] * 446)
    assert rare.mean[0] < 0.01
    assert rare.mean.sum() == pytest.approx(0.03, rel=0.3)
    opposite = shrunk([100] * 3 + [0] * 3, [100] * 6)
    assert opposite.mean == pytest.approx([1, 1, 1, 0, 0, 0], abs=0.01)


@pytest.mark.parametrize(
    ("some", "of"),
    [([3], [2]), ([-1], [2]), ([1], [-2]), ([1, 2], [3]), ([[1]], [[2]]), ([1], [float("inf")])],
)
def test_it_refuses_what_cannot_be_counts(some: list[float], of: list[float]) -> None:
    with pytest.raises(ValueError, match=r"counted|counts|count"):
        shrunk(some, of)


AREAS = st.lists(
    st.integers(0, 300).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))), max_size=30
)


@settings(deadline=None, max_examples=25)
@given(areas=AREAS, turned=st.randoms(use_true_random=False))
def test_it_gives_sound_shares_of_anything_countable(areas: list, turned) -> None:
    some, of = np.array(areas, float).reshape(-1, 2).T
    found = shrunk(some, of)
    assert ((found.low >= 0) & (found.low <= found.mean)).all()
    assert ((found.mean <= found.high) & (found.high <= 1)).all()
    towards = (found.mean - found.raw) * (found.prior.mean - found.raw)
    assert (towards[found.known] >= -1e-12).all()  # between what was counted and the whole
    order = list(range(len(areas)))
    turned.shuffle(order)
    assert shrunk(some[order], of[order]).mean == pytest.approx(found.mean[order], abs=2e-3)


@settings(deadline=None, max_examples=25)
@given(
    before=st.tuples(st.integers(0, 200), st.integers(200, 400)),
    after=st.tuples(st.integers(0, 200), st.integers(200, 400)),
)
def test_it_tells_a_change_as_drawing_both_does(
    before: tuple[int, int], after: tuple[int, int]
) -> None:
    prior = Prior(0.4, 20)
    one, two = shrunk(*([x] for x in before), prior), shrunk(*([x] for x in after), prior)
    found = shrunk_change(one, two)
    stream = np.random.default_rng(1)
    drawn = np.subtract(
        *(stream.beta(8 + some, 12 + of - some, 40_000) for some, of in (after, before))
    )
    assert found.mean[0] == pytest.approx(drawn.mean(), abs=0.002)
    assert found.low[0] == pytest.approx(np.quantile(drawn, 0.05), abs=0.004)
    assert found.high[0] == pytest.approx(np.quantile(drawn, 0.95), abs=0.004)


def test_it_knows_no_change_where_one_of_the_two_is_unknown() -> None:
    before, after = shrunk([0, 4, 6], [0, 9, 9], OF_100), shrunk([5, 5, 0], [9, 9, 0], OF_100)
    found = shrunk_change(before, after)
    assert found.known.tolist() == [False, True, False]
    assert found.raw[1] == pytest.approx(1 / 9)
    assert ((found.low < found.mean) & (found.mean < found.high)).all()


def test_it_lets_no_small_district_lead_by_chance() -> None:
    gained = []
    for seed in range(8):
        voters, truth, votes = simulated(seed)
        found = shrunk(votes, voters)
        by_raw, by_shrunk = (np.argsort(-x, kind="stable")[:20] for x in (found.raw, found.mean))
        assert np.median(voters[by_raw]) < 30 < np.median(voters[by_shrunk])
        gained.append(truth[by_shrunk].mean() - truth[by_raw].mean())
    assert min(gained) > 0
    assert np.mean(gained) > 0.02


def test_it_holds_the_truth_nine_times_in_ten() -> None:
    held, small = [], []
    for seed in range(20):
        voters, truth, votes = simulated(seed)
        found = shrunk(votes, voters)
        inside = (found.low <= truth) & (truth <= found.high)
        held.append(inside.mean())
        small.append(inside[voters < 20].mean())
    assert 0.85 <= min(held) <= max(held) <= 0.95
    assert np.mean(held) == pytest.approx(0.9, abs=0.01)
    assert np.mean(small) == pytest.approx(0.9, abs=0.015)


def test_it_holds_the_true_rate_nine_times_in_ten() -> None:
    held = []
    for seed in range(15):
        stream = np.random.default_rng(seed)
        homes, truth = stream.integers(3, 500, DISTRICTS), stream.gamma(6, 1 / 5, DISTRICTS)
        found = shrunk_rate(stream.poisson(homes * truth), homes)
        held.append(((found.low <= truth) & (truth <= found.high)).mean())
    assert 0.85 <= min(held) <= max(held) <= 0.95


def test_it_says_the_same_twice() -> None:
    voters, _, votes = simulated(1)
    assert shrunk(votes, voters).mean.tolist() == shrunk(votes, voters).mean.tolist()


@pytest.mark.parametrize(
    ("votes", "of", "may"),
    [(5, 10, False), (5, 11, True), (0, 11, False), (11, 11, False), (1, 500, True)],
)
def test_it_publishes_of_eleven_who_did_not_all_say_the_same(
    votes: int, of: int, may: bool
) -> None:
    assert publishable(votes, of) == may
    assert publishable([votes, float("nan")], [of, of]).tolist() == [may, False]
