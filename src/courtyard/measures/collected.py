"""What is known of each line of a ranking, as columns: votes of a contest, counts of areas."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from uuid import UUID

import numpy as np
import numpy.typing as npt
from django.db.models import Max, Q

from courtyard.electorate.questions import AreaFigures, Candidate, whole_result
from courtyard.journal.reader import Reader, Sight
from courtyard.territory.models import Area, Count, Edition

from .shrinkage import Bools, Floats

READ_AT_ONCE = 10_000
BUILT = ("large_buildings", "stabilised_homes", "complex_homes")  # 0 where only homes are counted


@dataclass(frozen=True, slots=True)
class Known:
    """An area as a ranking names it."""

    id: UUID
    code: str
    name: str
    within: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a ranking: an area, and the `others` that are counted together with it.

    `codes` are the areas inside of it, or itself, for which results are reported.
    """

    area: Known
    others: tuple[Known, ...]
    codes: frozenset[str]

    @property
    def areas(self) -> tuple[Known, ...]:
        """All of them, the one the line is named after first."""
        return (self.area, *self.others)


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """A contest as it was counted: who stood, and what each area reported."""

    candidates: tuple[Candidate, ...]
    areas: Mapping[str, AreaFigures]

    def host(self, code: str) -> str:
        """The area under which the votes of this one stand: itself, or the one it is counted in."""
        return (code in self.areas and self.areas[code].counted_in) or code


@dataclass(frozen=True, slots=True, eq=False)
class Votes:
    """Of each line: votes for one candidate, for all, and ballots; nan where nothing is reported.

    `ballots` are the votes for the office where an area reports no ballots.
    """

    some: Floats
    total: Floats
    ballots: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A count of each line with what it may be, nan where it is not known."""

    value: Floats
    low: Floats
    high: Floats

    @property
    def known(self) -> Bools:
        """The lines of which it is known."""
        return ~np.isnan(self.value)


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """The counts of all lines by measure, and by whom they were published, as of which day."""

    lines: int
    columns: Mapping[str, Column]
    sources: Mapping[str, date]

    def __getitem__(self, measure: str) -> Column:
        nothing = np.full(self.lines, np.nan)
        return self.columns.get(measure) or Column(nothing, nothing, nothing)

    def sum(self, measures: Sequence[str]) -> Column:
        """Several measures together, known where one of them is."""
        found = [self[one] for one in measures if one in self.columns]
        if len(found) < 2:
            return found[0] if found else self[""]
        known = np.logical_or.reduce([one.known for one in found])

        def added(bound: Callable[[Column], Floats]) -> Floats:
            return np.where(known, np.nansum([bound(one) for one in found], axis=0), np.nan)

        return Column(
            added(lambda one: one.value), added(lambda one: one.low), added(lambda one: one.high)
        )


@lru_cache(maxsize=16)
def result_of(root: Path, slug: str, version: int) -> Result:
    """What was counted in a contest. A version never changes, so it is read once in a process."""
    del version
    names, areas = whole_result(root, slug)
    return Result(tuple(names), {one.area: one for one in areas})


def lines_of(reader: Reader, edition: Edition, kind: str, result: Result) -> tuple[Line, ...]:
    """The lines of a ranking of areas of this kind, as far as the reader sees, in order of codes.

    Districts that are counted together are one line; a larger area holds those inside of it.
    """
    return _lines(_Asked.by(reader, edition, kind), result)


def votes_of(lines: Sequence[Line], result: Result, place: int, *, whole: bool) -> Votes:
    """The votes of each line for the candidate at this place.

    A district that is counted in another has that one's votes. In a larger area (`whole`) the
    votes are summed where they were reported, so that each is counted once.
    """
    rows, reported = _reported(result)
    both = [
        (n, rows[code])
        for n, line in enumerate(lines)
        for code in (line.codes if whole else {result.host(one) for one in line.codes})
        if code in rows
    ]
    of, row = np.array(both, int).reshape(-1, 2).T
    known = np.bincount(of, minlength=len(lines)) > 0
    columns = (reported[row, 2 + place], reported[row, 0], reported[row, 1])
    return Votes(*(np.where(known, np.bincount(of, one, len(lines)), np.nan) for one in columns))


@lru_cache(maxsize=16)
def _reported(result: Result) -> tuple[Mapping[str, int], Floats]:
    """What each area reported: its row by its code; votes for the office, ballots, each one's."""
    rows = {code: n for n, code in enumerate(result.areas)}
    reported = [
        (one.total, one.total if one.ballots is None else one.ballots, *one.votes)
        for one in result.areas.values()
    ]
    return rows, np.array(reported, float).reshape(len(rows), 2 + len(result.candidates))


def counts_of(
    reader: Reader, edition: Edition, kind: str, lines: Sequence[Line], wanted: Q
) -> Counts:
    """The counts of the lines; those of areas counted together are summed."""
    rows = _rows(_Asked.by(reader, edition, kind), wanted)
    place = {area.code: n for n, line in enumerate(lines) for area in line.areas}
    at = np.array([place[code] for code in rows.codes], int)
    made = {
        name: _column(len(lines), at[of], bounds) for name, (of, bounds) in rows.columns.items()
    }
    if homes := made.get("homes"):
        made |= {name: _nothing_is_zero(made[name], homes.known) for name in BUILT if name in made}
    return Counts(len(lines), made, rows.sources)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Of which areas something is asked: those of a kind of an edition, as far as one sees.

    `ground` are the editions in force: any count or table anew is one more of them.
    """

    sight: Sight
    ground: tuple[UUID, ...]
    edition: UUID
    own_kind: str
    kind: str

    @classmethod
    def by(cls, reader: Reader, edition: Edition, kind: str) -> "_Asked":
        """As it is now."""
        ground = Edition.objects.visible_to(reader).in_force().order_by("id")
        found = tuple(ground.values_list("id", flat=True))
        return cls(Sight.of(reader), found, edition.id, edition.kind, kind)


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Counts as they lie in the table: of each measure whose they are, by place in `codes`, and

    value, low and high. Memory is all that it takes: 24 bytes a count.
    """

    codes: tuple[str, ...]
    columns: Mapping[str, tuple[npt.NDArray[np.int64], Floats]]
    sources: Mapping[str, date]


@lru_cache(maxsize=8)
def _lines(asked: _Asked, result: Result) -> tuple[Line, ...]:
    kind = asked.kind
    areas = Area.objects.visible_to(asked.sight.reader).filter(edition=asked.edition)
    if kind == asked.own_kind:
        groups: dict[str, list[Known]] = {}
        rows = areas.filter(kind=kind).order_by("code")
        for key, code, name, within in rows.values_list("id", "code", "name", "parent__name"):
            one = Known(key, code, name, within or "")
            groups.setdefault(result.host(one.code), []).append(one)
        return tuple(_line(host, found) for host, found in groups.items())
    larger = areas.filter(kind=kind).order_by("code")
    inside: dict[str, set[str]] = {}
    for code, path in areas.filter(kind=asked.own_kind).values_list("code", "path"):
        steps = path.strip("/").split("/")
        for depth in range(1, len(steps)):
            inside.setdefault(f"/{'/'.join(steps[:depth])}/", set()).add(code)
    columns = ("id", "code", "name", "parent__name", "path")
    return tuple(
        Line(Known(key, code, name, within or ""), (), frozenset(inside.get(path, ())))
        for key, code, name, within, path in larger.values_list(*columns)
    )


@lru_cache(maxsize=8)
def _rows(asked: _Asked, wanted: Q) -> _Rows:
    areas = {"area__edition": asked.edition, "area__kind": asked.kind}
    rows = Count.objects.visible_to(asked.sight.reader).filter(wanted, **areas).order_by()
    found: dict[str, tuple[list[int], list[tuple[float, float, float]]]] = {}
    codes: dict[str, int] = {}
    columns = ("area__code", "measure", "value", "low", "high")
    for code, measure, value, low, high in rows.values_list(*columns).iterator(READ_AT_ONCE):
        of, bounds = found.setdefault(measure, ([], []))
        of.append(codes.setdefault(code, len(codes)))
        bounds.append((value, low, high))
    sources = rows.values("source").annotate(last=Max("as_of")).values_list("source", "last")
    made = {name: (np.array(of), np.array(bounds)) for name, (of, bounds) in found.items()}
    return _Rows(tuple(codes), made, dict(sources))


def _line(host: str, areas: Sequence[Known]) -> Line:
    first = next((one for one in areas if one.code == host), areas[0])
    others = tuple(one for one in areas if one != first)
    return Line(first, others, frozenset(one.code for one in areas))


def _column(lines: int, at: npt.NDArray[np.int64], bounds: Floats) -> Column:
    summed, known = np.zeros((lines, 3)), np.zeros(lines, bool)
    np.add.at(summed, at, bounds)
    known[at] = True
    summed[~known] = np.nan
    return Column(*summed.T)


def _nothing_is_zero(column: Column, known: Bools) -> Column:
    """What nobody counted there is 0 where buildings were counted at all."""
    zero = known & ~column.known
    return Column(*(np.where(zero, 0, one) for one in (column.value, column.low, column.high)))
