"""From a line of a results file to rows: whose contest, which area, what was counted."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from operator import itemgetter
from typing import TypeVar

from courtyard.electorate.refusal import Refused, shown
from courtyard.electorate.results.form import Form, Unread
from courtyard.electorate.results.layout import AreaRule, Kind, plain
from courtyard.electorate.results.words import Contest, Words, as_name, day_of, event_named

NUMBER = re.compile(r"(?:[0-9]{1,9}|[0-9]{1,3}(?:,[0-9]{3}){1,2})(?:\.0+)?")
EVERY = ""  # the office of a line that counts the ballots of all contests of its area
OF_CONTEST = ("date", "event", "party", "office", "district")
OF_AREA = ("county", "assembly_district", "election_district", "precinct", "district", "area")
MOST_KNOWN = 100_000
CLOSE = 0.0051  # a share is published with two digits at least

Key = TypeVar("Key")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Row:
    """What one line says of one candidate or tally. ``host`` is the area a combined one votes in.

    ``said`` is the publisher's word for a tally; ``vote_for`` is 0 if the line does not say.
    """

    contest: Contest
    vote_for: int
    area: str
    area_kind: str
    host: str | None
    county: str
    kind: Kind
    unit: str
    said: str
    votes: int
    party_line: str


class Reader:
    """Reads the lines of one file. What was read of the same cells before is not read again."""

    def __init__(self, form: Form, words: Words, file: str) -> None:
        self.form, self.words, self.file = form, words, file
        self.contest: Contest | None = None  # of the line last read, as far as it was read
        self.area = ""
        self.reported: dict[str, float] = {}
        self._of_contest: dict[tuple[str, ...], tuple[Contest, str]] = {}
        self._of_area: dict[tuple[str, ...], tuple[str, str, str]] = {}
        self._of_unit: dict[str, tuple[Kind, str]] = {}
        self._contest_cells = itemgetter(*(form.at.get(word, -1) for word in OF_CONTEST))
        self._area_cells = itemgetter(*(form.at.get(word, -1) for word in OF_AREA))
        self._units = [(place, *self._unit(tidy(name)), name) for place, name in form.units]

    def rows(self, cells: list[str]) -> list[Row]:
        """Return the rows of a line. Raises Unread; Refused if no line of the file can be read."""
        self.contest, self.area = None, ""
        cells = [*cells, ""]  # the last is that of every column the file does not have
        if self.form.layout.shape == "columns":
            return self._of_table(cells)
        return [self._row(cells)]

    def is_table(self, cells: list[str]) -> bool:
        """Return whether a first line has the figures of a table, or is of another kind of file."""
        told = [NUMBER.fullmatch(cells[place]) is not None for place, _ in self.form.units]
        return not told or 2 * sum(told) > len(told)

    def _row(self, cells: list[str]) -> Row:
        said = self._cell(cells, "unit")
        contest, line = self._contest(cells)
        self.contest = contest
        self.area, area_kind, county = self._area(cells)
        contest = self._by(contest, area_kind)
        self.contest = contest
        if not said:
            if contest.office != EVERY:
                raise Unread(f"{self.form.column('unit')} is empty", field="unit")
            said = self._cell(cells, "office")
        kind, unit = self._unit(said)
        return Row(
            contest=contest,
            vote_for=self._vote_for(cells),
            area=self.area,
            area_kind=area_kind,
            host=self._host(cells),
            county=county,
            kind=kind,
            unit=unit,
            said="" if kind == "candidate" else plain(said),
            votes=self._votes(cells),
            party_line=line,
        )

    def _of_table(self, cells: list[str]) -> list[Row]:
        contest, _ = self._contest(cells)
        self.contest = contest
        self.area, area_kind, county = self._area(cells)
        contest = self._by(contest, area_kind)
        self.contest = contest
        rows = [
            Row(
                contest=contest,
                vote_for=0,
                area=self.area,
                area_kind=area_kind,
                host=None,
                county=county,
                kind=kind,
                unit=unit,
                said="" if kind == "candidate" else plain(name),
                votes=number(cells[place], name),
                party_line="",
            )
            for place, kind, unit, name in self._units
        ]
        self._check(cells, rows)
        return rows

    def _check(self, cells: list[str], rows: list[Row]) -> None:
        """Hold what the table adds up itself against its figures. Raises Unread."""
        cast = [row.votes for row in rows if row.kind != "tally"]
        if total := self._cell(cells, "total"):
            sums = {sum(cast), sum(row.votes for row in rows)}
            if number(total, self.form.column("total")) not in sums:
                column = self.form.column("total")
                why = f"{column} “{shown(total)}” is not the sum of the candidates, {sum(cast)}"
                raise Unread(why, field="total", value=total)
        if (share := self._cell(cells, "share")) and sum(cast):
            told = _share(share)
            parts = (votes / sum(cast) for votes in cast)
            if told is None or all(abs(told - part) > CLOSE for part in parts):
                why = f"{self.form.column('share')} “{shown(share)}” is no candidate's share"
                raise Unread(why, field="share", value=share)
        if (part := _share(self._cell(cells, "reported"))) is not None:
            self.reported[self.area] = part

    def _cell(self, cells: list[str], ours: str) -> str:
        return cells[self.form.at.get(ours, -1)]

    def _contest(self, cells: list[str]) -> tuple[Contest, str]:
        """Return the contest of a line, and the party line of its candidate."""
        return _known(self._of_contest, self._contest_cells(cells), self._new_contest)

    def _new_contest(self, said: tuple[str, ...]) -> tuple[Contest, str]:
        layout, words = self.form.layout, self.words
        day, event = self._event(said[0], said[1])
        party = layout.parties.get(plain(said[2]), said[2]) or words.party
        line = ""
        if layout.party == "line" and not any(one in plain(event) for one in layout.primaries):
            party, line = words.party, party
        office = said[3] or words.office
        if not office:
            raise Unread(f"{self.form.column('office')} is empty", field="office")
        kind, _ = layout.unit(office)
        office = EVERY if kind == "tally" else layout.offices.get(plain(office), office)
        district = said[4] or words.district
        if district.isdecimal():
            district = district.lstrip("0") or "0"
        contest = Contest(day, event, party, office, district, words.state)
        if office != EVERY:
            try:
                contest.slug(layout.suffix)
            except Refused as refused:
                raise Unread(refused.what, field="office") from refused
        return contest, line

    def _event(self, day: str, event: str) -> tuple[date, str]:
        layout, words = self.form.layout, self.words
        if not event and not words.event and "event" in self.form.at:
            raise Unread(f"{self.form.column('event')} is empty", field="event")
        if event and layout.event is not None:
            found = layout.event.fullmatch(event)
            held = day_of(found["date"], layout.dates) if found else None
            if found is None or held is None:
                why = f"“{shown(event)}” does not end with a day that can be"
                raise Unread(why, field="event", value=event)
            return held, found["name"]
        told = day_of(day, layout.dates) if day else words.date
        if told is None and day:
            raise Unread(f"“{shown(day)}” is no day that can be", field="date", value=day)
        if told is None:
            what = "the file does not say the day of the vote, and neither does its name"
            raise Refused(what, mend="Say it when loading: date=2018-06-26", file=self.file)
        return told, event_named(layout, event, told) if event else words.event

    def _by(self, contest: Contest, area_kind: str) -> Contest:
        return (
            contest
            if self.form.layout.has_plain_name(area_kind)
            else replace(contest, by=area_kind.replace("_", " "))
        )

    def _area(self, cells: list[str]) -> tuple[str, str, str]:
        """Return the code of a line's area, its kind, and its county."""
        return _known(self._of_area, self._area_cells(cells), self._new_area)

    def _new_area(self, said: tuple[str, ...]) -> tuple[str, str, str]:
        there = dict(zip(OF_AREA, said, strict=True))
        there["county"] = county = as_name(there["county"]) or self.words.county
        places = (word for word in there if word in self.form.at and word != "county")
        if plain(next((there[word] for word in places if there[word]), county)) in (
            self.form.layout.totals
        ):
            raise Unread("it adds up other rows", missing=False)
        for rule in self.form.areas:
            if code := _code(rule, there):
                return code, rule.kind.format(level=self.words.level or "area"), county
        rule = self.form.areas[0]
        columns = " ".join(self.form.column(word) for word in rule.fields)
        values = " ".join(there[word] for word in rule.fields)
        raise Unread(f"{columns} “{shown(values)}” is no area code", field="area", value=values)

    def _host(self, cells: list[str]) -> str | None:
        layout, status = self.form.layout, self._cell(cells, "status")
        if layout.combined is None or status.upper() == layout.in_play:
            return None
        found = layout.combined.fullmatch(status.upper())
        code = found and _number_of(found)
        if not code:
            why = f"unknown {self.form.column('status')} “{shown(status)}”"
            raise Unread(why, field="status", value=status)
        return code

    def _unit(self, said: str) -> tuple[Kind, str]:
        return _known(self._of_unit, said, self.form.layout.unit)

    def _vote_for(self, cells: list[str]) -> int:
        if "vote_for" not in self.form.at:
            return 0
        return number(self._cell(cells, "vote_for"), self.form.column("vote_for"), least=1)

    def _votes(self, cells: list[str]) -> int:
        if "votes" in self.form.at:
            return number(self._cell(cells, "votes"), self.form.column("votes"), ours="votes")
        parts = [(self.form.header[n], cells[n]) for n in self.form.methods if cells[n]]
        if not parts:
            raise Unread("no column of votes has a number", field="votes")
        return sum(number(text, column, ours="votes") for column, text in parts)


def number(text: str, column: str, *, least: int = 0, ours: str = "") -> int:
    """Return a whole number as published, with or without commas. Raises Unread."""
    if NUMBER.fullmatch(text):
        found = int(text.partition(".")[0].replace(",", ""))
        if found >= least:
            return found
    why = f"{column} “{shown(text)}” is not a whole number of {least} or more"
    raise Unread(why, field=ours or column, value=text)


def tidy(name: str) -> str:
    """Return the name of a candidate from the name of a column: ``JOSEPH_CROWLEY``."""
    return as_name(name) if "_" in name else " ".join(name.split())


def _code(rule: AreaRule, there: dict[str, str]) -> str:
    if any(not there[word] for word in rule.fields):
        return ""
    if rule.counties and plain(there["county"]) not in rule.counties:
        return ""
    found = rule.pattern.fullmatch(rule.template.format(**there))
    return _number_of(found) if found else ""


def _number_of(found: re.Match[str]) -> str:
    """Return an area code; empty if a part of it is 0."""
    if "code" in found.re.groupindex:
        code = " ".join(found["code"].split())
        return (code.lstrip("0") or "0") if code.isdecimal() and code.isascii() else code
    high, low = int(found["high"]), int(found["low"])
    return str(high * 1000 + low) if high and low and low < 1000 else ""


def _share(text: str) -> float | None:
    """Return a share from 0 to 1, written as such or in per cent; None if it is neither."""
    try:
        told = float(text.removesuffix("%"))
    except ValueError:
        return None
    told = told / 100 if text.endswith("%") or told > 1 else told
    return told if 0 <= told <= 1 else None


def _known(seen: dict[Key, Value], key: Key, find: Callable[[Key], Value]) -> Value:
    found = seen.get(key)
    if found is None:
        if len(seen) > MOST_KNOWN:
            seen.clear()
        found = seen[key] = find(key)
    return found
