"""From a line of a results file to a row: which layout it is in, and what its cells say."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

from courtyard.electorate.layout import Kind, Layout, layouts
from courtyard.electorate.lines import AGAIN
from courtyard.electorate.refusal import Refused, shown

NUMBER = re.compile(r"[0-9]{1,9}|[0-9]{1,3}(?:,[0-9]{3}){1,2}")
CORRECT = "Correct the line, or download the file again from the publisher"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a results file, in our words. ``host`` is the area a combined one votes in."""

    contest: tuple[str, str, str, str]  # event, party, office, district
    vote_for: int
    area: str
    host: str | None
    county: str
    kind: Kind
    unit: str
    votes: int
    line: int


@dataclass(frozen=True)
class Form:
    """The layout of a file, the order of its columns, and whether every row repeats them."""

    layout: Layout
    header: tuple[str, ...]
    repeated: bool

    def row(self, cells: list[str], line: int) -> Row:
        """Return the row these cells are. Raises Refused, without a place."""
        said = dict(zip(self.header, self._values(cells), strict=True))
        layout = self.layout
        high, low = layout.area_columns
        word = {ours: said[theirs] for ours, theirs in layout.columns.items()}
        for ours in ("event", "office", "unit"):
            if not word[ours]:
                raise Refused(f"{layout.columns[ours]} is empty", mend=CORRECT)
        return Row(
            contest=(word["event"], word["party"], word["office"], word["district"]),
            vote_for=_number(word["vote_for"], layout.columns["vote_for"], least=1),
            area=_area(layout, said[high], said[low]),
            host=_host(layout, word["status"]),
            county=word["county"],
            kind=layout.kind(word["unit"]),
            unit=word["unit"],
            votes=_number(word["votes"], layout.columns["votes"]),
            line=line,
        )

    def _values(self, cells: list[str]) -> list[str]:
        width = len(self.header)
        expected = width * 2 if self.repeated else width
        if len(cells) != expected:
            what = f"the row has {len(cells)} fields where {expected} are expected"
            raise Refused(what, mend=f"The file may be cut off or damaged. {AGAIN}")
        if not self.repeated:
            return cells
        if tuple(cells[:width]) != self.header:
            raise Refused("the row names other columns than the first row", mend=CORRECT)
        return cells[width:]


def split(text: str) -> list[str]:
    """Return the cells of one line of CSV, without space around. Raises Refused, without place."""
    try:
        cells = next(csv.reader([text], strict=True))
    except (csv.Error, StopIteration) as e:
        what = "the quotation marks in the line do not match"
        raise Refused(what, mend=f"The file may be cut off or damaged. {AGAIN}") from e
    return [cell.strip() for cell in cells]


def recognise(cells: list[str]) -> Form:
    """Return the form of a file from its first row. Raises Refused, naming a missing column.

    A file of another kind is never quoted in the refusal: it may be a voter file.
    """
    half = cells[: len(cells) // 2] if len(cells) % 2 == 0 else []
    nearest = max(layouts(), key=lambda layout: len(set(layout.column_names) & set(cells)))
    wanted = set(nearest.column_names)
    for header, repeated in ((half, True), (cells, False)):
        if wanted <= set(header):
            twice = next((name for name in nearest.column_names if header.count(name) > 1), None)
            if twice:
                raise Refused(f"there are two columns named {twice}", mend="Remove one of them")
            return Form(nearest, tuple(header), repeated)
    if 2 * len(wanted & set(cells)) < len(wanted):
        known = "; ".join(layout.what for layout in layouts())
        raise Refused("this is not a kind of file Courtyard reads", mend=f"It reads: {known}")
    missing = [name for name in nearest.column_names if name not in cells]
    named = f"column{'s' if len(missing) > 1 else ''} {', '.join(missing)}"
    raise Refused(f"missing {named}", mend=AGAIN)


def event_and_date(layout: Layout, event: str) -> tuple[str, date]:
    """Return the name of the event and the day of the vote. Raises Refused, without a place."""
    found = layout.event.fullmatch(event)
    if found:
        try:
            # A calendar day is meant; the time zone only makes the moment between a definite one.
            day = datetime.strptime(found["date"], layout.date_format).replace(tzinfo=UTC).date()
        except ValueError:
            day = date.min
        if 1900 <= day.year <= 2100:
            return found["name"], day
    what = f"“{shown(event)}” does not end with a day that can be"
    raise Refused(what, mend=f"Expected is a name and a date like 06/23/2020. {CORRECT}")


def _number(text: str, column: str, least: int = 0) -> int:
    if NUMBER.fullmatch(text):
        number = int(text.replace(",", ""))
        if number >= least:
            return number
    what = f"{column} “{shown(text)}” is not a whole number of {least} or more"
    raise Refused(what, mend=CORRECT)


def _area(layout: Layout, high: str, low: str) -> str:
    upper = _number(high, layout.area_columns[0], least=1)
    lower = _number(low, layout.area_columns[1], least=1)
    if max(upper, lower) >= layout.area_times:
        what = f"{' '.join(layout.area_columns)} “{shown(high)} {shown(low)}” is no area code"
        raise Refused(what, mend=CORRECT)
    return str(upper * layout.area_times + lower)


def _host(layout: Layout, status: str) -> str | None:
    if status.upper() == layout.in_play:
        return None
    found = layout.combined.fullmatch(status.upper())
    if found:
        high, low = layout.area_columns
        return _area(layout, found[high], found[low])
    what = f"unknown {layout.columns['status']} “{shown(status)}”"
    raise Refused(what, mend=f"Expected is {layout.in_play} or a combined district. {CORRECT}")
