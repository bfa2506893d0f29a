"""Where to go first: areas in order of what an organisation looks for, each with its reasons.

Every part gives an area a place among the areas, the weights make a score of the places, and the
score makes the rank. Nothing else enters, so that every rank can be taken apart again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import starmap

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from .shrinkage import TAIL, Bools, Change, Floats, Shrunk
from .weights import PARTS, Direction, Kind, Weights

Ints = npt.NDArray[np.int64]

WIDE = 0.5  # a count whose interval is wider than this share of it is uncertain, and so its rank
LIKELY = 32  # values, each as likely as the others, that stand for one that is not sure
EXACT = 2.0**30  # points are kept in these steps, so that they sum exactly in any order
POSITION = 31  # bits in which an area's position fits
TOGETHER = 100_000  # scores that are drawn at once, which holds memory down
ENDS: dict[Kind, tuple[float, float]] = {
    "share": (0, 1),
    "change": (-1, 1),
    "rate": (0, np.inf),
    "count": (0, np.inf),
}


@dataclass(frozen=True, slots=True, eq=False, init=False)
class Part:
    """One figure of every area, nan where it is not known; `low` to `high` hold it with 90 %.

    Without an interval it is sure. The direction is that of PARTS unless it is given.
    """

    key: str
    value: Floats
    low: Floats
    high: Floats
    direction: Direction

    def __init__(
        self,
        key: str,
        value: npt.ArrayLike,
        low: npt.ArrayLike | None = None,
        high: npt.ArrayLike | None = None,
        direction: Direction | None = None,
    ) -> None:
        if key not in PARTS:
            raise ValueError(f"{key!r} is no part; these are: {', '.join(PARTS)}")
        middle = np.asarray(value, float)
        object.__setattr__(self, "key", key)
        object.__setattr__(self, "value", middle)
        object.__setattr__(self, "low", middle if low is None else np.asarray(low, float))
        object.__setattr__(self, "high", middle if high is None else np.asarray(high, float))
        object.__setattr__(self, "direction", direction or PARTS[key].direction)
        self._check()

    def _check(self) -> None:
        if self.value.ndim != 1 or not self.value.shape == self.low.shape == self.high.shape:
            raise ValueError(f"{self.key}: a value, a low and a high end for each area")
        known = self.known
        value, low, high = self.value[known], self.low[known], self.high[known]
        if not ((low <= value) & (value <= high)).all():
            raise ValueError(f"{self.key}: a value lies outside its interval")
        least, most = ENDS[PARTS[self.key].kind]
        if not ((value >= least) & (value <= most) & np.isfinite(value)).all():
            raise ValueError(f"{self.key}: a value that no {PARTS[self.key].kind} can have")

    @classmethod
    def of(cls, key: str, found: Shrunk | Change) -> "Part":
        """A part from a shrunk share, rate or change; an area with nothing counted is not known."""
        return cls(key, np.where(found.known, found.mean, np.nan), found.low, found.high)

    @property
    def known(self) -> Bools:
        """The areas for which there is a value."""
        return ~np.isnan(self.value)

    @property
    def uncertain(self) -> Bools:
        """The areas whose count or rate is so unsure that a rank resting on it must say so."""
        if PARTS[self.key].kind not in {"count", "rate"}:
            return np.zeros(len(self.value), bool)
        return self.known & (self.high - self.low > WIDE * self.value)


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of an area's score: its figure, its place among the areas, the points it gives.

    `place` of `of` counts from the best; `sharing` areas have it, this one among them. `standing`
    says the same as a number in 0…1. The points of all reasons sum to the score.
    """

    key: str
    value: float
    low: float
    high: float
    place: int
    of: int
    sharing: int
    standing: float
    weight: int
    points: float
    uncertain: bool


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """A part as it counts in a ranking, among `of` areas; where it is not known all is 0."""

    part: Part
    weight: int
    of: int
    standing: Floats
    place: Ints
    sharing: Ints
    points: Floats
    uncertain: Bools

    def reason(self, area: int) -> Reason:
        """What this part says of one area."""
        return Reason(
            key=self.part.key,
            value=float(self.part.value[area]),
            low=float(self.part.low[area]),
            high=float(self.part.high[area]),
            place=int(self.place[area]),
            of=self.of,
            sharing=int(self.sharing[area]),
            standing=float(self.standing[area]),
            weight=self.weight,
            points=float(self.points[area]),
            uncertain=bool(self.uncertain[area]),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """The areas in order. `score` is the weighted mean of their standings, nan if nothing is known.

    `rank` counts from 1, where to go first; it lies between `first` and `last` with 90 %.
    `complete` areas have every part that counts; `uncertain` ones rest on a count that is not sure.
    `missing` parts have a weight, but are known of no area.
    """

    parts: tuple[Counted, ...]
    score: Floats
    rank: Ints
    first: Ints
    last: Ints
    complete: Bools
    uncertain: Bools
    missing: tuple[str, ...]

    def order(self) -> Ints:
        """The areas, by their position in what was given, from the first to the last."""
        return np.argsort(self.rank)

    def why(self, area: int) -> list[Reason]:
        """Why an area has its rank: what is known of it, what gives most points first."""
        reasons = [one.reason(area) for one in self.parts if one.place[area]]
        return sorted(reasons, key=lambda reason: -reason.points)

    def unknown(self, area: int) -> tuple[str, ...]:
        """The parts that count elsewhere, but are not known of this area."""
        return tuple(one.part.key for one in self.parts if not one.place[area])


def potential(
    parts: Sequence[Part], weights: Weights | None = None, *, draws: int = 500, seed: int
) -> Ranking:
    """Ranks the areas by the parts that have a weight, over those that are known of each area.

    A part's standing is its mid-rank percentile: the share of areas that stand worse, and half of
    those that stand alike. How sure a rank is comes from drawing every unsure value anew, `draws`
    times. One seed gives one answer; areas in another order get the same one in that order.
    """
    areas = _areas(parts)
    if draws < 1:
        raise ValueError("at least one draw")
    weights = weights or Weights()
    given = {part.key: part for part in parts}
    used = [given[key] for key in PARTS if key in given and weights.of(key)]
    used = [part for part in used if part.known.any()]
    weight = np.array([weights.of(part.key) for part in used], int)
    known = np.array([part.known for part in used], bool).reshape(len(used), areas)
    shares = known * weight[:, None] / np.maximum(weight @ known, 1)
    counted = tuple(starmap(_counted, zip(used, weight.tolist(), shares, strict=True)))
    unsure = np.array([one.uncertain for one in counted], bool).reshape(len(used), areas)
    score = sum((one.points for one in counted), np.zeros(areas))
    score[~known.any(axis=0)] = np.nan
    rank = _ranks(score)
    first, last = _span(used, shares, rank, draws, seed)
    named = {part.key for part in used}
    return Ranking(
        parts=counted,
        score=score,
        rank=rank,
        first=first,
        last=last,
        complete=np.logical_and(known.all(axis=0), known.any(axis=0)),
        uncertain=np.logical_or.reduce(unsure, axis=0),
        missing=tuple(key for key in PARTS if weights.of(key) and key not in named),
    )


def _areas(parts: Sequence[Part]) -> int:
    sizes = {len(part.value) for part in parts}
    if len(sizes) != 1:
        raise ValueError("the parts must be of the same areas, and at least one")
    if len({part.key for part in parts}) < len(parts):
        raise ValueError("a part is given twice")
    return sizes.pop()


def _counted(part: Part, weight: int, share: Floats) -> Counted:
    """What one part gives to each area."""
    known, of = part.known, int(part.known.sum())
    standing = np.zeros(len(known))
    place, sharing = np.zeros((2, len(known)), int)
    worse, alike = _among(part, part.value[known])
    standing[known] = (worse + alike / 2) / of
    place[known] = of - worse - alike + 1
    sharing[known] = alike
    points = np.round(standing * share * EXACT) / EXACT
    return Counted(part, weight, of, standing, place, sharing, points, part.uncertain)


def _among(part: Part, values: Floats) -> tuple[Ints, Ints]:
    """How many of the values stand worse than each, and how many stand alike, itself among them."""
    better = values if part.direction == "more" else -values
    _, which, alike = np.unique(better, return_inverse=True, return_counts=True)
    return (np.cumsum(alike) - alike)[which], alike[which]


def _ranks(score: Floats) -> Ints:
    """1 for the highest score; the same to a millionth go in the order of areas, nan goes last."""
    order = np.argsort(-np.round(score, 6), kind="stable")
    rank = np.empty(len(score), int)
    rank[order] = np.arange(1, len(score) + 1)
    return rank


def _span(
    parts: Sequence[Part], shares: Floats, rank: Ints, draws: int, seed: int
) -> tuple[Ints, Ints]:
    """The ranks between which each area's lies with 90 %, its own rank always among them.

    Areas are drawn in the order of their rank, so that the order in which they were given changes
    nothing; each part has a stream of its own. The matrix of ranks is all that grows with draws.
    """
    order = np.argsort(rank)
    sure = np.where((shares > 0).any(axis=0), 0.0, -1.0)[order].astype(np.float32)
    unsure = []
    for part, share in zip(parts, shares, strict=True):
        points = (_standings(part) * share[:, None])[order].astype(np.float32)
        if (points == points[:, :1]).all():
            sure += points[:, 0]
        else:
            stream = np.random.default_rng([seed, list(PARTS).index(part.key)])
            unsure.append((points, stream))
    if not unsure:
        return rank, rank
    drawn = _drawn(sure, unsure, draws)
    drawn.sort(axis=1)
    beyond, back = int(TAIL * draws), rank - 1
    low, high = drawn[back, beyond], drawn[back, draws - 1 - beyond]
    return np.minimum(low, rank), np.maximum(high, rank)


def _standings(part: Part) -> Floats:
    """The standings an area may have in a part: an area to a row, each as likely as the next.

    A value is spread over LIKELY ones, normal on each side so that `low` and `high` are its 5 % and
    95 % points, within what is possible. All of all areas are then ranked together: where an area
    would stand on average if the others were drawn too.
    """
    known = part.known
    steps = ndtri((np.arange(LIKELY) + 0.5) / LIKELY) / ndtri(1 - TAIL)
    value = part.value[known][:, None]
    reach = np.where(steps < 0, value - part.low[known][:, None], part.high[known][:, None] - value)
    likely = np.clip(value + steps * reach, *ENDS[PARTS[part.key].kind])
    worse, alike = _among(part, likely.ravel())
    standings = np.zeros((len(known), LIKELY))
    standings[known] = ((worse + alike / 2) / likely.size).reshape(-1, LIKELY)
    return standings


def _drawn(
    sure: npt.NDArray[np.float32],
    unsure: Sequence[tuple[npt.NDArray[np.float32], np.random.Generator]],
    draws: int,
) -> npt.NDArray[np.int32]:
    """The rank of every area in every draw, an area to a row."""
    areas = len(sure)
    row = np.arange(areas, dtype=np.int32) * LIKELY
    ranks, places = np.empty((draws, areas), np.int32), np.arange(1, areas + 1, dtype=np.int32)
    at_once = max(1, TOGETHER // areas)
    for begin in range(0, draws, at_once):
        size = (min(at_once, draws - begin), areas)
        score = np.broadcast_to(sure, size).copy()
        for points, stream in unsure:
            which = stream.integers(LIKELY, size=size, dtype=np.uint8) + row
            score += points.ravel().take(which, mode="clip")
        for number, order in enumerate(_highest_first(score), begin):
            ranks[number, order] = places
    return np.ascontiguousarray(ranks.T)


def _highest_first(score: npt.NDArray[np.float32]) -> Ints:
    """The order of each row, those alike as they stand.

    The bits of a float of 0 or more rise with it; with the position behind them they make whole
    numbers of which no two are alike, and these sort several times as fast.
    """
    position = np.arange(score.shape[1], dtype=np.int64)
    keys = (-score.view(np.int32).astype(np.int64) << POSITION) | position
    keys.sort(axis=1)
    return keys & ((1 << POSITION) - 1)
