"""What is counted of the areas themselves, for the Ground page: homes, voters, and turnout."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isnan
from pathlib import Path
from typing import NamedTuple

import numpy as np
from django.conf import settings
from django.db.models import Q

from courtyard.electorate.questions import AreaFigures
from courtyard.electorate.threshold import FEWEST
from courtyard.journal.reader import Reader
from courtyard.measures.collected import Column, Counts, Line, counts_of, lines_of, result_of
from courtyard.measures.of_area import are_invented
from courtyard.measures.whom import Whom, whom_of
from courtyard.territory.models import Count, Edition

from .choropleth import breaks, step
from .ground_figures import BALLOTS, BUILT, PEOPLE, RATE, Figures, Known, Measure, Shown, Unit

UNITS: Mapping[str, Unit] = {"turnout": "turnout", RATE: "rate"}


@dataclass(frozen=True, slots=True)
class Offered:
    """The measures of counts that can be shown of the areas beside those of a contest."""

    keys: tuple[str, ...]
    whom: Whom


def offered(reader: Reader, edition: Edition, figures: Figures) -> Offered:
    """What is counted of these areas. Turnout only where it is known who could vote."""
    seen = Count.objects.visible_to(reader).filter(area__edition=edition, area__kind=edition.kind)
    whom = whom_of(Path(settings.COURTYARD_ELECTORATE), figures.contest)
    keys: list[str] = [*BUILT, RATE] if seen.filter(measure="homes").exists() else []
    if seen.filter(measure="registered").exists():
        keys.append("registered")
        voted = seen.filter(measure__startswith=f"voted:{figures.contest.date.isoformat()}")
        keys += ["enrolled"] * (whom.kind == "enrolled")
        keys += ["turnout"] * (whom.kind != "unknown" and voted.exists())
    return Offered(tuple(keys), whom)


def ground_counts(reader: Reader, edition: Edition, figures: Figures, key: str) -> Figures:
    """The same areas by what is counted in them.

    Turnout and votes per 100 homes are of districts that were counted together, together.
    """
    root, contest = Path(settings.COURTYARD_ELECTORATE), figures.contest
    result = result_of(root, contest.contest, contest.version)
    lines = lines_of(reader, edition, edition.kind, result)
    if key in ("turnout", RATE):
        groups = lines
    else:
        groups = tuple(
            Line(area, (), frozenset({area.code})) for line in lines for area in line.areas
        )
    whom = whom_of(root, contest)
    wanted = Q(measure__in=("homes", key)) if key in (*BUILT, RATE) else Q(measure="registered")
    if key in ("enrolled", "turnout"):
        wanted = whom.wanted(contest)
    counts = counts_of(reader, edition, edition.kind, groups, wanted)
    if key == "turnout":
        whom = whom.settled(counts, contest)
    rows = _rows(figures, groups, counts, whom, key)
    values = [one.value for one in rows if one is not None and one.value is not None]
    at = breaks(values)
    return replace(
        figures,
        measure=Measure(key.replace("_", "-"), "", round(sum(values)), None),
        shown=_by_code(groups, rows, at),
        breaks=at,
        unit=UNITS.get(key, "count"),
        known=_known(root, counts, whom, key),
    )


def _known(root: Path, counts: Counts, whom: Whom, key: str) -> Known:
    sources = tuple(sorted(counts.sources.items()))
    of_file = key in PEOPLE and (key != "turnout" or whom.kind != "citizens")
    return Known(
        sources,
        invented=of_file and are_invented(root, [name for name, _ in sources]),
        party=whom.party if key in ("enrolled", "turnout") else "",
        citizens=key == "turnout" and whom.kind == "citizens",
    )


class _Row(NamedTuple):
    """What is counted of a line: as it is in Shown."""

    votes: int
    total: int
    value: float | None
    low: float | None = None
    high: float | None = None
    few: bool = False


def _rows(
    figures: Figures, lines: Sequence[Line], counts: Counts, whom: Whom, key: str
) -> list[_Row | None]:
    if key == "turnout":
        citizens = whom.kind == "citizens"
        did = _ballots(figures, lines) if citizens else whom.did(counts, figures.contest)
        return _turnout(did, whom.could(counts))
    if key == RATE:
        return _rate(figures, lines, counts["homes"])
    column = whom.could(counts) if key == "enrolled" else counts[key]
    return _counted(column, people=key in PEOPLE)


def _by_code(
    lines: Sequence[Line], rows: Sequence[_Row | None], at: Sequence[float]
) -> dict[str, Shown]:
    shown = {}
    for line, row in zip(lines, rows, strict=True):
        if row is None:
            continue
        votes, total, value, low, high, few = row
        colour = 0 if value is None else step(value, at)
        for area in line.areas:
            host = "" if area is line.area else line.area.code
            shown[area.code] = Shown(
                area.code, votes, total, value, colour, host, low, high, few=few
            )
    return shown


def _counted(column: Column, *, people: bool) -> list[_Row | None]:
    rows: list[_Row | None] = []
    bounds = (column.value.tolist(), column.low.tolist(), column.high.tolist())
    for value, low, high in zip(*bounds, strict=True):
        few = people and value < FEWEST
        one = _Row(0, 0, None if few else value, low, high, few=few)
        rows.append(None if isnan(value) else one)
    return rows


def _turnout(did: Column, could: Column) -> list[_Row | None]:
    """Who voted of those who could; not told where any of the three counts is too small."""
    rows: list[_Row | None] = []
    for voted, of in zip(did.value.tolist(), could.value.tolist(), strict=True):
        if isnan(voted) or isnan(of):
            rows.append(None)
            continue
        few = min(voted, of, max(of - voted, 0)) < FEWEST
        share = None if few else voted / of
        rows.append(_Row(round(voted), round(of), share, few=few))
    return rows


def _host(figures: Figures, line: Line) -> AreaFigures | None:
    """What the publisher reported of a line, in whichever of its areas that stands."""
    area = figures.areas.get(line.area.code)
    return figures.areas.get(area.counted_in) if area and area.counted_in else area


def _ballots(figures: Figures, lines: Sequence[Line]) -> Column:
    """The ballots of each line; votes for the office where none are reported."""
    hosts = [_host(figures, line) for line in lines]
    cast = [
        np.nan if one is None else one.total if one.ballots is None else one.ballots
        for one in hosts
    ]
    column = np.array(cast, float)
    return Column(column, column, column)


def _rate(figures: Figures, lines: Sequence[Line], homes: Column) -> list[_Row | None]:
    """Votes for each hundred homes, between what they may be where homes are not sure."""
    rows: list[_Row | None] = []
    bounds = (homes.value.tolist(), homes.low.tolist(), homes.high.tolist())
    for line, value, low, high in zip(lines, *bounds, strict=True):
        host = _host(figures, line)
        if host is None or not value > 0:
            rows.append(None)
            continue
        votes = host.total if host.ballots is None else host.ballots
        few = min(votes, value) < FEWEST
        most = 100 * votes / max(low, 1)
        rows.append(
            _Row(
                votes, round(value), None if few else 100 * votes / value,
                100 * votes / high, max(most, 100 * votes / value), few=few,
            )
        )  # fmt: skip
    return rows


def key_of(show: str, keys: Sequence[str]) -> str:
    """The measure of counts that an address means, or nothing."""
    return next((one for one in keys if show != BALLOTS and one.replace("_", "-") == show), "")
