"""The figures of the Ground page: one contest, one measure, one row an area."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

from django.conf import settings
from django.utils.text import slugify

from courtyard.electorate.questions import AreaFigures, Candidate, Contest
from courtyard.electorate.threshold import FEWEST
from courtyard.measures.collected import Result, result_of

from .choropleth import breaks, step

BALLOTS = "ballots"
# What is counted of areas, by whichever contest is looked at: see ground_counts.
BUILT = ("homes", "large_buildings", "stabilised_homes")
PEOPLE = ("registered", "enrolled", "turnout")
RATE = "votes_per_100_homes"
COUNTED = (*BUILT, *PEOPLE, RATE)

Unit = Literal["share", "turnout", "ballots", "count", "rate", "points", "more"]


@dataclass(frozen=True, slots=True)
class Measure:
    """What can be shown of areas: a candidate's share, the ballots cast, what is counted there."""

    key: str
    name: str
    votes: int
    share: float | None
    place: int | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """One area in one measure. `value` is a share (0–1) or a count, None below the threshold.

    `low` to `high` hold a count that is not sure; `then` and `now` are what a change is between.
    `few`: there is no value because it would be of fewer than 11.
    """

    code: str
    votes: int
    total: int
    value: float | None
    step: int
    counted_in: str
    low: float | None = None
    high: float | None = None
    then: float | None = None
    now: float | None = None
    few: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """Where counts of areas are from; `invented`: those who are counted never lived.

    `party`: in which those counted are enrolled, as only they could vote in the contest;
    `citizens`: those counted are the citizens of voting age, by a census table.
    """

    sources: tuple[tuple[str, date], ...]
    invented: bool = False
    party: str = ""
    citizens: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    """The earlier contest, who stood in it, and with whose votes those of now are compared.

    `then` and `now` are of all areas that are compared together: a share, or ballots; `of_votes`:
    votes for the office, because one of the two reports no ballots.
    """

    contest: Contest
    candidates: tuple[Measure, ...]
    candidate: Measure | None
    then: float | None = None
    now: float | None = None
    of_votes: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """A contest in one measure: the steps of its colours and every area's figure by code."""

    contest: Contest
    measures: tuple[Measure, ...]
    measure: Measure
    candidates: tuple[Candidate, ...]
    areas: Mapping[str, AreaFigures]
    shown: Mapping[str, Shown]
    breaks: tuple[float, ...]
    unit: Unit = "share"
    compared: Compared | None = None
    known: Known | None = None

    @property
    def is_share(self) -> bool:
        """Whether values are shares of a whole, with a count of both."""
        return self.unit in ("share", "turnout")

    @property
    def is_change(self) -> bool:
        """Whether values are changes between two contests."""
        return self.unit in ("points", "more")


def ground_figures(contest: Contest, measure: str) -> Figures:
    """Everything the map and the list say of a contest in one measure.

    An unknown measure is the leading candidate's. Areas counted in another one show that one's
    figures and say so.
    """
    result = result_in(contest)
    measures = _measures(result)
    chosen = next((one for one in measures if one.key == measure), measures[0])
    shown, at = shown_in(result, chosen.place)
    unit: Unit = "ballots" if chosen.key == BALLOTS else "share"
    return Figures(contest, measures, chosen, result.candidates, result.areas, shown, at, unit)


def counted(
    contest: Contest,
) -> tuple[tuple[Candidate, ...], Mapping[str, AreaFigures], tuple[Measure, ...]]:
    """Who stood in a contest, what each area reported by its code, and what can be shown of it."""
    result = result_in(contest)
    return result.candidates, result.areas, _measures(result)


def result_in(contest: Contest) -> Result:
    """What was counted in a contest, read once in a process."""
    return result_of(settings.COURTYARD_ELECTORATE, contest.contest, contest.version)


@lru_cache(maxsize=16)
def shown_in(result: Result, place: int | None) -> tuple[Mapping[str, Shown], tuple[float, ...]]:
    """Every area in one measure, and where the colours begin: once for a result in a process."""
    areas = result.areas
    raw = {code: _value(area, place) for code, area in areas.items() if area.counted_in is None}
    at = breaks([value for _, _, value in raw.values() if value is not None])
    shown = {}
    for code, area in areas.items():
        votes, total, value = raw[area.counted_in or code]
        colour = step(value, at) if value is not None else 0
        host = area.counted_in or ""
        shown[code] = Shown(
            code, votes, total, value, colour, host, few=value is None and place is not None
        )
    return MappingProxyType(shown), at


@lru_cache(maxsize=16)
def _measures(result: Result) -> tuple[Measure, ...]:
    names, areas = result.candidates, result.areas.values()
    total = sum(one.votes for one in names)
    keys = [slugify(one.name) or f"candidate-{n}" for n, one in enumerate(names, 1)]
    taken = (BALLOTS, *(one.replace("_", "-") for one in COUNTED))
    by_name = tuple(
        Measure(
            key=key if keys.count(key) == 1 and key not in taken else f"{key}-{n}",
            name=one.name,
            votes=one.votes,
            share=one.votes / total if total else None,
            place=n,
        )
        for n, (key, one) in enumerate(zip(keys, names, strict=True))
        if not one.write_in
    )
    ballots = sum(area.ballots or 0 for area in areas)
    return (*by_name, Measure(BALLOTS, "", ballots, None))


def _value(area: AreaFigures, place: int | None) -> tuple[int, int, float | None]:
    if place is None:
        ballots = area.ballots or 0
        return ballots, ballots, float(ballots) if area.ballots is not None else None
    votes = area.votes[place]
    return votes, area.total, votes / area.total if area.total >= FEWEST else None
