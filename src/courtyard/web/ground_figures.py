"""The figures of the Ground page: one contest, one measure, one row an area."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.text import slugify

from courtyard.electorate.questions import AreaFigures, Candidate, Contest, candidates, figures
from courtyard.electorate.threshold import FEWEST

from .choropleth import breaks, step

BALLOTS = "ballots"


@dataclass(frozen=True, slots=True)
class Measure:
    """What can be shown of a contest: a candidate's share, or the ballots cast."""

    key: str
    name: str
    votes: int
    share: float | None
    place: int | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """One area in one measure. `value` is a share (0–1) or a count, None below the threshold."""

    code: str
    votes: int
    total: int
    value: float | None
    step: int
    counted_in: str


@dataclass(frozen=True, slots=True)
class Figures:
    """A contest in one measure: the steps of its colours and every area's figure by code."""

    contest: Contest
    measures: tuple[Measure, ...]
    measure: Measure
    candidates: tuple[Candidate, ...]
    areas: dict[str, AreaFigures]
    shown: dict[str, Shown]
    breaks: tuple[float, ...]

    @property
    def is_share(self) -> bool:
        """Whether values are shares rather than counts."""
        return self.measure.key != BALLOTS


def ground_figures(contest: Contest, measure: str) -> Figures:
    """Everything the map and the list say of a contest in one measure.

    An unknown measure is the leading candidate's. Areas counted in another one show that one's
    figures and say so.
    """
    names, areas = _counted(settings.COURTYARD_ELECTORATE, contest.contest, contest.version)
    measures = _measures(names, areas.values())
    chosen = next((one for one in measures if one.key == measure), measures[0])
    raw = {
        code: _value(area, chosen.place) for code, area in areas.items() if area.counted_in is None
    }
    at = breaks([value for _, _, value in raw.values() if value is not None])
    shown = {}
    for code, area in areas.items():
        votes, total, value = raw[area.counted_in or code]
        colour = step(value, at) if value is not None else 0
        shown[code] = Shown(code, votes, total, value, colour, area.counted_in or "")
    return Figures(contest, measures, chosen, names, areas, shown, at)


@lru_cache(maxsize=8)
def _counted(
    root: Path, slug: str, version: int
) -> tuple[tuple[Candidate, ...], dict[str, AreaFigures]]:
    """A version never changes, so that each is read once in a process."""
    del version
    return tuple(candidates(root, slug)), {area.area: area for area in figures(root, slug)}


def _measures(names: Sequence[Candidate], areas: Iterable[AreaFigures]) -> tuple[Measure, ...]:
    total = sum(one.votes for one in names)
    keys = [slugify(one.name) or f"candidate-{n}" for n, one in enumerate(names, 1)]
    by_name = tuple(
        Measure(
            key=key if keys.count(key) == 1 and key != BALLOTS else f"{key}-{n}",
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
