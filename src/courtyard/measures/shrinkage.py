"""Shares and rates of areas with chance taken out of them, so that small areas top no list by luck.

An area of six voters of whom five voted for us has 83 %, and says little. So each area is read
together with all the others: what they are like on the whole (the prior) counts as so many more
votes in each, many beside six, few beside six hundred. This is empirical Bayes; beta-binomial for
shares (Skellam 1948; Casella 1985), gamma-Poisson for rates (Clayton & Kaldor 1987).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv, betaln, digamma, expit, gammaincinv, gammaln, logit

from courtyard.electorate.threshold import FEWEST

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Figures = npt.ArrayLike
# A log likelihood, and its slopes in the logit (or log) of the mean and the log of the strength.
Slope = tuple[float, float, float]

TAIL = 0.05  # on either side of an interval, which so holds 90 %
FEWEST_AREAS = 5  # fewer do not tell what areas are like on the whole
FACTORS = 5  # for each area, up to which it is faster to take them one by one
STEPS, CLOSE, NEAR, FLAT = 60, 1e-9, 1e-4, 1e12  # of the search for the likeliest prior
WEAK = 2.0  # votes: what the even prior Beta(1, 1) counts for


@dataclass(frozen=True, slots=True)
class Prior:
    """What areas are like on the whole, as if `strength` more votes had been cast in each like it.

    For shares it is Beta(mean·strength, (1−mean)·strength) and strength counts votes. For rates it
    is Gamma(shape mean·strength, rate strength) and strength counts homes. `how` tells where it is
    from: fitted to the areas; from few areas, and weak; of areas with none or all, alike; given.
    """

    mean: float
    strength: float
    how: Literal["fitted", "few", "alike", "given"] = "given"

    @property
    def beta(self) -> tuple[float, float]:
        """The two parameters of Beta, for shares."""
        return self.mean * self.strength, (1 - self.mean) * self.strength

    @property
    def gamma(self) -> tuple[float, float]:
        """Shape and rate of Gamma, for rates."""
        return self.mean * self.strength, self.strength


@dataclass(frozen=True, slots=True, eq=False)
class Shrunk:
    """One figure of every area. `raw` is as counted, nan where there was nothing to count from.

    There `known` is false, and mean and interval are the prior's own. `low` to `high` hold the true
    figure with 90 %, and always hold the mean.
    """

    prior: Prior
    known: Bools
    raw: Floats
    mean: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """A share after less the share before, in −1…1; known where both are."""

    known: Bools
    raw: Floats
    mean: Floats
    low: Floats
    high: Floats


def publishable(votes: Figures, of: Figures) -> Bools:
    """Whether a figure may be published: of 11 or more, and not all of them said the same.

    It looks at one figure alone. That no figure can be worked out from its neighbours and their sum
    (complementary suppression) is for whoever publishes a whole table.
    """
    some, all_of_them = np.asarray(votes, float), np.asarray(of, float)
    return (all_of_them >= FEWEST) & (some > 0) & (some < all_of_them)


def shrunk(successes: Figures, trials: Figures, prior: Prior | None = None) -> Shrunk:
    """The shares of areas, shrunk towards what they are on the whole.

    The posterior of an area is Beta(a + successes, b + trials − successes); its mean, and its 5 %
    and 95 % points by the inverse incomplete beta function, are returned (Gelman et al., Bayesian
    Data Analysis, 3rd ed. 2013, 2.4 and 5.3). The prior's parameters are taken as known, which for
    a few dozen areas or more costs next to nothing. Counts may be broken, where homes are shared.
    """
    some, of = _counts(successes, trials)
    if (some > of).any():
        raise ValueError("more were counted than there are")
    prior = prior or share_prior(some, of)
    a, b = prior.beta[0] + some, prior.beta[1] + of - some
    return _posterior(
        prior, some, of, a / (a + b), betaincinv(a, b, TAIL), betaincinv(a, b, 1 - TAIL)
    )


def shrunk_rate(counts: Figures, homes: Figures, prior: Prior | None = None) -> Shrunk:
    """How many a home (it may be more than one), shrunk towards what it is on the whole.

    The posterior of an area is Gamma(shape a + counts, rate b + homes) (Clayton & Kaldor 1987,
    Biometrics 43, 671–681; Bayesian Data Analysis 2.6). Where no homes are known, nothing is,
    whatever was counted there.
    """
    some, homes_there = _counts(counts, homes)
    some = np.where(homes_there > 0, some, 0)
    prior = prior or rate_prior(some, homes_there)
    shape, rate = prior.gamma[0] + some, prior.gamma[1] + homes_there
    low, high = gammaincinv(shape, TAIL) / rate, gammaincinv(shape, 1 - TAIL) / rate
    return _posterior(prior, some, homes_there, shape / rate, low, high)


def shrunk_change(before: Shrunk, after: Shrunk) -> Change:
    """How a share changed between two contests, each shrunk by itself.

    The interval is put together from the two by squaring and adding what each reaches beyond its
    mean (Newcombe 1998, Statistics in Medicine 17, 873–890, method 10; Zou & Donner 2008, 27,
    1693–1702). It needs no draws, and is as lopsided as they are. It takes the two as independent.
    """
    mean = after.mean - before.mean
    down = np.hypot(after.mean - after.low, before.high - before.mean)
    up = np.hypot(after.high - after.mean, before.mean - before.low)
    return Change(
        known=before.known & after.known,
        raw=after.raw - before.raw,
        mean=mean,
        low=np.clip(mean - down, -1, 1),
        high=np.clip(mean + up, -1, 1),
    )


def share_prior(successes: Figures, trials: Figures) -> Prior:
    """The Beta prior under which the areas' shares are likeliest, none of them left out.

    The marginal likelihood is the beta-binomial's (Skellam 1948, J. Roy. Stat. Soc. B 10, 257–261).
    Below five areas the prior is weak, around all votes together; where all areas have none, or all
    have all, it is what all votes together say (Jeffreys' Beta(votes + ½, others + ½)).
    """
    some, of = _counts(successes, trials)
    some, of = some[of > 0], of[of > 0]
    whole = float((some.sum() + 0.5) / (of.sum() + 1))
    if len(of) < FEWEST_AREAS:
        return Prior(whole, WEAK, "few")
    if some.sum() in {0, of.sum()}:
        return Prior(whole, float(of.sum() + 1), "alike")

    voted, others, together = _rising(some), _rising(of - some), _rising(of)

    def likelihood(mean: float, strength: float) -> Slope:
        a, b = mean * strength, (1 - mean) * strength
        (found, in_a), (more, in_b), (less, in_both) = voted(a), others(b), together(a + b)
        in_mean = mean * b * (in_a - in_b)  # of the logit
        return found + more - less, in_mean, a * in_a + b * in_b - strength * in_both

    return _likeliest(likelihood, of, float(logit(whole)), expit)


def rate_prior(counts: Figures, homes: Figures) -> Prior:
    """The Gamma prior under which the areas' rates are likeliest (the negative binomial's)."""
    some, of = _counts(counts, homes)
    some, of = some[of > 0], of[of > 0]
    whole = float((some.sum() + 0.5) / of.sum()) if len(of) else float("nan")
    if len(of) < FEWEST_AREAS:
        return Prior(whole, WEAK, "few")
    if some.sum() == 0:
        return Prior(whole, float(of.sum()), "alike")

    counted = _rising(some)

    def likelihood(mean: float, strength: float) -> Slope:
        shape, all_homes = mean * strength, strength + of
        found, in_shape = counted(shape)
        each = np.log(strength / all_homes)
        value = found + float((shape * each - some * np.log(all_homes)).sum())
        in_mean = shape * (in_shape + float(each.sum()))  # of its logarithm
        homes = float((shape * of - some * strength) @ (1 / all_homes))
        return value, in_mean, in_mean + homes

    return _likeliest(likelihood, of, float(np.log(whole)), np.exp)


def _likeliest(
    likelihood: Callable[[float, float], Slope],
    of: Floats,
    start: float,
    mean_of: Callable[[float], float],
) -> Prior:
    """The prior of the highest marginal likelihood times B(1 − B), between its ends.

    B = strength/(strength + votes of the middle area) is how far that area is shrunk, and even
    odds for it are the uniform shrinkage prior, written for the log of the strength (Christiansen &
    Morris 1997, J. Am. Stat. Assoc. 92, 618–632; to maximise it on such a scale is what Morris &
    Tang 2011, Statistical Science 26, 271–287, advise). It keeps the strength finite where areas
    differ no more than chance makes them, so that no interval shrinks to nothing, and near the
    middle area's votes where there is little to fit to. Among hundreds it changes hardly anything.
    """
    middle = float(np.log(np.median(of)))

    def unlikely(at: Floats) -> tuple[float, Floats]:
        log_odds = at[1] - middle  # of B
        even = log_odds - 2 * np.logaddexp(0, log_odds)
        found, in_mean, in_strength = likelihood(float(mean_of(at[0])), float(np.exp(at[1])))
        slope = np.array([in_mean, in_strength + 1 - 2 * expit(log_odds)])
        return -float(found + even) / len(of), -slope / len(of)

    ends = np.array([[start - 8, start + 8], [middle - 8, np.log(10 * of.sum())]]).T
    mean, strength = _lowest(unlikely, np.array([start, middle]), ends)
    return Prior(float(mean_of(mean)), float(np.exp(strength)), "fitted")


def _lowest(of: Callable[[Floats], tuple[float, Floats]], at: Floats, ends: Floats) -> Floats:
    """Where a smooth function of two numbers is lowest between its ends, by Newton's method.

    It is damped as Levenberg and Marquardt do (Nocedal & Wright 2006, 10.3), and its curvature is
    the difference of its slopes. A library's optimiser wakes all processors for these two numbers,
    and takes ten times as long.
    """
    value, slope = of(at)
    damping = 1.0
    for _ in range(STEPS):
        near = [(of(at + one)[1] - of(at - one)[1]) / (2 * NEAR) for one in NEAR * np.eye(2)]
        (xx, xy), (yx, yy) = near
        while damping < FLAT:
            a, b, c = xx + damping, (xy + yx) / 2, yy + damping
            if a > 0 and a * c > b * b:
                step = np.array([b * slope[1] - c * slope[0], b * slope[0] - a * slope[1]])
                there = np.clip(at + step / (a * c - b * b), *ends)
                lower, steepness = of(there)
                if lower <= value:
                    break
            damping = max(10 * damping, 1e-12)
        else:
            return at
        moved = float(np.abs(there - at).max())
        at, value, slope, damping = there, lower, steepness, damping / 30
        if moved < CLOSE:
            break
    return at


def _rising(counts: Floats) -> Callable[[float], tuple[float, float]]:
    """The sum over all counts of log Γ(at + count) − log Γ(at), and its slope, by `at`.

    For whole numbers Γ(at + count)/Γ(at) is at·(at + 1)…(at + count − 1). So where areas are many
    and counts small, each factor is taken once, as often as there are counts that reach it.
    """
    counts = counts[counts > 0]
    most = counts.max(initial=0)
    if most > FACTORS * len(counts) or (counts != np.round(counts)).any():
        constant = float(gammaln(counts).sum())
        return lambda at: (
            constant - float(betaln(at, counts).sum()),
            float((digamma(at + counts) - digamma(at)).sum()),
        )
    steps = np.arange(most)
    reached = len(counts) - np.cumsum(np.bincount(counts.astype(int)))[:-1]
    return lambda at: (
        float((reached * np.log(at + steps)).sum()),
        float((reached / (at + steps)).sum()),
    )


def _counts(some: Figures, of: Figures) -> tuple[Floats, Floats]:
    """Both as numbers, 0 of 0 where either is unknown (nan)."""
    counted, whole = np.asarray(some, float), np.asarray(of, float)
    if counted.shape != whole.shape or counted.ndim != 1:
        raise ValueError("there must be one count and one whole for each area")
    known = ~(np.isnan(counted) | np.isnan(whole))
    counted, whole = np.where(known, counted, 0), np.where(known, whole, 0)
    if (counted < 0).any() or (whole < 0).any() or not np.isfinite([counted, whole]).all():
        raise ValueError("counts are 0 or more, and finite")
    return counted, whole


def _posterior(
    prior: Prior, some: Floats, of: Floats, mean: Floats, low: Floats, high: Floats
) -> Shrunk:
    known = of > 0
    raw = np.divide(some, of, out=np.full(len(of), np.nan), where=known)
    return Shrunk(prior, known, raw, mean, np.minimum(low, mean), np.maximum(high, mean))
