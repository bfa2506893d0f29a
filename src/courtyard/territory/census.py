"""Reads a census table: a row an area, by its code, GEOID or OCD-ID, and counts of people there."""

import csv
import hashlib
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from courtyard.electorate.refusal import Refused
from courtyard.electorate.source import first_lines, open_source
from courtyard.journal.op import further_id

from .boundaries import Unreadable
from .models import Area, Count, Edition
from .odd import DOUBLE, NO_ID, OTHER_FIELDS, Odd, ReadFile, shortened

MEASURES = ("citizens_of_voting_age", "population", "renters")
NO_NUMBER = "it says no number of people"
NO_AREA = "no area of that id is loaded for that day"
SEVERAL = "several areas have that id: say which in a column “kind”"
COUNTY_OR_DISTRICT = 5  # digits that may be those of a county or of a state's district
MEND = "docs/guides/census-tables.md says how a layout is written"


@dataclass(frozen=True, slots=True)
class Counted:
    """The columns of one measure: its value, and its margin of error if the table has one."""

    value: str
    margin: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class CensusLayout:
    """What the columns of a census table mean.

    `area` names the column with the area's id, `kind` one with its kind of area, which may be
    missing; only rows with the values of `only` are read; `measures` are MEASURES. `as_of` is the
    day for which the figures are, if it is the same for every file.
    """

    name: str
    publisher: str
    licence: str
    edition: str
    area: str
    measures: dict[str, Counted]
    only: dict[str, str]
    kind: str = ""
    as_of: date | None = None

    def fits(self, header: Iterable[str]) -> bool:
        """Whether a table with these columns can be read."""
        there = set(header)
        asked = {one.value for one in self.measures.values() if not one.optional}
        some = any(one.value in there for one in self.measures.values())
        return some and {self.area, *self.only, *asked} <= there


@dataclass(frozen=True, slots=True)
class Row:
    """One row: where it stands in the file, the id of its area, and (value, margin) by measure."""

    line: int
    area: str
    kind: str
    counts: Mapping[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Census:
    """A table as it was read, and of which day its figures are."""

    layout: CensusLayout
    as_of: date
    read: ReadFile
    rows: tuple[Row, ...]
    odd: tuple[Odd, ...]

    @property
    def sha256(self) -> str:
        """Of the file, and of the day that was said with it."""
        return self.read.sha256


@dataclass(frozen=True, slots=True)
class Matched:
    """The rows that are of a loaded area, those that are not, and areas of which none is."""

    rows: tuple[tuple[Area, Row], ...]
    odd: tuple[Odd, ...]
    notes: tuple[str, ...]


def census_of(path: Path, own: CensusLayout | None = None) -> CensusLayout | None:
    """The layout of a census table; None if it is none."""
    try:
        row = next(csv.reader(first_lines(path)[:1]), [])
    except (Refused, csv.Error):
        return None
    header = [cell.strip() for cell in row]
    return next((one for one in (own, *_shipped()) if one and one.fits(header)), None)


def own_layout(path: Path) -> CensusLayout | None:
    """A layout of a census table that somebody wrote; None for one of another file. Refused."""
    try:
        said = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None  # whoever reads it as another layout says what is wrong with it
    if "measures" not in said:
        return None
    try:
        made = _layout(said)
    except (TypeError, AttributeError) as error:
        needed = "name, publisher, licence, edition, area, measures with a value each"
        raise Refused(f"these words are needed: {needed}", mend=MEND, file=path.name) from error
    if unknown := set(made.measures) - set(MEASURES):
        what = f"measures are {', '.join(MEASURES)}; it has {', '.join(sorted(unknown))}"
        raise Refused(what, mend=MEND, file=path.name)
    return made


def read_census(path: Path, as_of: date | None, own: CensusLayout | None = None) -> Census:
    """Reads a table that `census_of` knows. Raises Unreadable, Refused."""
    layout = census_of(path, own)
    if layout is None:
        raise Unreadable(f"{path.name}: no layout of census tables knows it.")
    day = as_of or layout.as_of
    if day is None:
        raise Unreadable(
            f"{path.name}: it does not say of which day its figures are. Say it with the file: "
            "--date 2020-12-31, the last day of the years they are of."
        )
    with open_source(path) as source:
        odd: list[Odd] = []
        count, rows = 0, list[Row]()
        try:
            for line, cells in _cells(source.lines(), path.name, odd):
                count += 1
                if row := _row(layout, path.name, line, cells, odd):
                    rows.append(row)
        except csv.Error as error:
            raise Unreadable(f"{path.name}: not a table that can be read ({error}).") from error
        digest = hashlib.sha256(f"{source.digest()} {day}".encode()).hexdigest()
    if not rows:
        raise Unreadable(f"{path.name}: holds no row that can be read. Export it again.")
    read = ReadFile(path.name, path.stat().st_size, count + len(odd), digest)
    return Census(layout, day, read, tuple(rows), tuple(odd))


def matched(table: Census) -> Matched:
    """Rows with their areas, among those whose boundaries hold on the table's day."""
    day = table.as_of
    there = Area.objects.filter(edition__valid_from__lte=day, edition__valid_to__gte=day)
    known = _Known(there.order_by("kind", "code"))
    rows: dict[Any, tuple[Area, Row]] = {}
    odd = list[Odd]()
    for row in table.rows:
        found = known.areas(row)
        why = NO_AREA if not found else SEVERAL if len(found) > 1 else ""
        if not why and found[0].id in rows:
            why = DOUBLE
        if why:
            odd.append(Odd(table.read.file, row.line, why, row.area))
        else:
            rows[found[0].id] = (found[0], row)
    kinds = {area.kind for area, _ in rows.values()}
    lost = [one.name for one in known.every if one.kind in kinds and one.id not in rows]
    notes = shortened([f"{name}: no row in this table" for name in lost])
    return Matched(tuple(rows.values()), tuple(odd), tuple(notes))


def rows_of(edition: Edition, found: Matched) -> Iterator[Count]:
    """The counts that the matched rows make: the value, and what it may be by its margin."""
    for area, row in found.rows:
        for measure, (value, margin) in row.counts.items():
            yield Count(
                id=further_id(edition.id, f"{area.id}:{measure}"), edition=edition, area=area,
                path=area.path, measure=measure, value=value, low=max(0.0, value - margin),
                high=value + margin, source=edition.name, as_of=edition.valid_from,
            )  # fmt: skip


class _Known:
    """Areas by their OCD-ID, GEOID and code."""

    def __init__(self, areas: Iterable[Area]) -> None:
        self.every = list(areas)
        self._by: dict[tuple[str, ...], list[Area]] = defaultdict(list)
        for one in self.every:
            self._by["code", one.code].append(one)
            if one.ocd_id:
                self._by["ocd", one.ocd_id].append(one)
            if one.geoid:
                level, number = _parts(one.geoid)
                self._by["geoid", number].append(one)
                self._by["geoid", level, number].append(one)

    def areas(self, row: Row) -> list[Area]:
        """The areas that a row may be of: one, if its id is known."""
        level, number = _parts(row.area)
        found = self._by.get(("ocd", row.area)) or self._by.get(("geoid", level, number)) or []
        if not found and len(number) != COUNTY_OR_DISTRICT:
            found = [
                one
                for one in self._by.get(("geoid", number), [])
                if not (level and _parts(one.geoid)[0])
            ]
        found = found or self._by.get(("code", row.area), [])
        return [one for one in found if row.kind in ("", one.kind)]


def _parts(geoid: str) -> tuple[str, str]:
    """`1400000US36081000100` is level 140, number 36081000100; a bare number has no level."""
    level, _, number = geoid.rpartition("US")
    return level[:3], number


@cache
def _shipped() -> tuple[CensusLayout, ...]:
    folder = resources.files("courtyard.territory") / "layouts" / "census"
    found = [_layout(tomllib.loads(one.read_text())) for one in folder.iterdir()]
    return tuple(sorted(found, key=lambda one: (-len(one.only), one.name)))


def _layout(text: dict[str, Any]) -> CensusLayout:
    measures = {name: Counted(**said) for name, said in text["measures"].items()}
    only = {column: str(value) for column, value in text.get("only", {}).items()}
    return CensusLayout(**{**text, "measures": measures, "only": only})


def _cells(
    lines: Iterable[tuple[int, str]], file: str, odd: list[Odd]
) -> Iterator[tuple[int, dict[str, str]]]:
    at = 0

    def texts() -> Iterator[str]:
        nonlocal at
        for number, text in lines:
            at = number
            yield f"{text}\n"

    reader = csv.reader(texts(), strict=True)
    header: Sequence[str] = [cell.strip() for cell in next(reader, [])]
    for cells in reader:
        if len(cells) == len(header):
            yield at, dict(zip(header, (cell.strip() for cell in cells), strict=True))
        elif cells:
            odd.append(Odd(file, at, OTHER_FIELDS))


def _row(
    layout: CensusLayout, file: str, line: int, cells: Mapping[str, str], odd: list[Odd]
) -> Row | None:
    if any(cells[column] != value for column, value in layout.only.items()):
        return None
    area = cells[layout.area]
    counts = {
        name: (_number(cells[one.value]), _number(cells.get(one.margin) or "0"))
        for name, one in layout.measures.items()
        if one.value in cells
    }
    counts = {
        name: (value, max(0, margin)) for name, (value, margin) in counts.items() if value >= 0
    }
    if area and counts:
        return Row(line, area, cells.get(layout.kind, ""), counts)
    odd.append(Odd(file, line, NO_NUMBER if area else NO_ID, area))
    return None


def _number(text: str) -> float:
    """A count; -1 for what is none, as the Census Bureau's own signs for it are below 0 too."""
    try:
        found = float(text.replace(",", ""))
    except ValueError:
        return -1.0
    return found if 0 <= found < 1e10 else -1.0
