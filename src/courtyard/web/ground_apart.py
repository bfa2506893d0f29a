"""A contest for which no map can be drawn: its totals, and its areas as the publisher counts them.

It was counted by other areas than those that are drawn, or other boundaries held on its day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from courtyard.electorate.questions import AreaFigures, Contest
from courtyard.electorate.threshold import FEWEST
from courtyard.journal.reader import Reader
from courtyard.territory.models import Area

from .ground_figures import Measure, counted

MOST_AREAS = 100  # more are districts of other boundaries, and their numbers would mislead


@dataclass(frozen=True, slots=True)
class Row:
    """An area as its publisher names it, with its page if it has one for this reader.

    `shares` (0–1) are of the candidates in their order; none where too few voted.
    """

    name: str
    id: UUID | None
    total: int
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Apart:
    """What is told of such a contest. `many`: so many areas that they are not listed."""

    contest: Contest
    candidates: tuple[Measure, ...]
    total: int
    rows: tuple[Row, ...]
    many: int
    other_boundaries: bool


def apart_of(reader: Reader, contest: Contest, *, other_boundaries: bool) -> Apart:
    """The totals of a contest, and each of its areas if they are not too many."""
    _, areas, measures = counted(contest)
    own = {code: area for code, area in areas.items() if area.counted_in is None}
    named = sorted((one for one in measures if one.name), key=lambda one: -one.votes)
    many = len(own) if other_boundaries or len(own) > MOST_AREAS else 0
    return Apart(
        contest,
        tuple(named),
        sum(area.total for area in own.values()),
        () if many else tuple(_rows(reader, contest, own, named)),
        many,
        other_boundaries,
    )


def _rows(
    reader: Reader, contest: Contest, own: dict[str, AreaFigures], named: Sequence[Measure]
) -> list[Row]:
    seen = Area.objects.visible_to(reader).filter(kind=contest.area_kind, code__in=own)
    seen = seen.filter(
        edition__valid_from__lte=contest.date, edition__valid_to__gte=contest.date
    ).order_by("code")
    known = {code: (key, name) for key, code, name in seen.values_list("id", "code", "name")}
    rows = []
    for code, area in sorted(own.items()):
        key, name = known.get(code, (None, code))
        enough = area.total >= FEWEST
        shares = [area.votes[one.place or 0] / area.total for one in named] if enough else []
        rows.append(Row(name, key, area.total, tuple(shares)))
    return rows
