"""One contest being gathered from the rows of files, and what it is when it is whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from courtyard.electorate.refusal import Refused, shown
from courtyard.electorate.results import table as tables
from courtyard.electorate.results.form import Unread
from courtyard.electorate.results.layout import Layout, plain
from courtyard.electorate.results.rows import Row
from courtyard.electorate.results.table import Rows
from courtyard.electorate.results.words import Contest

LONGEST_CHAIN = 20
MOST_AREAS = 250_000
MOST_NAMES = 5_000
MOST_REPEATED = 100_000
SPLIT = "This is not a table of results, or it must be split"

Line = tuple[int, int]  # number of a source, line in it


@dataclass(slots=True)
class Area:
    """What the rows of one area said so far."""

    kind: str
    county: str
    host: str | None
    where: Line


@dataclass(frozen=True)
class Whole:
    """A contest that was checked whole: its rows, and the lines that had to be left out."""

    rows: Any
    area_kind: str
    combined: dict[str, str]
    notes: list[str]
    left_out: dict[Line, Unread]


@dataclass
class Gathering:
    """The rows of one contest so far; ``finish`` checks the whole."""

    layout: Layout
    contest: Contest
    vote_for: int = 0
    rows: Rows = field(default_factory=Rows)
    areas: dict[str, Area] = field(default_factory=dict)
    lines: dict[int, int] = field(default_factory=dict)

    def check(self, row: Row, where: Line) -> None:
        """Raise Unread if a row cannot be together with those before it."""
        area = self.areas.get(row.area)
        if area and (area.county, area.host) != (row.county, row.host):
            before = f"line {area.where[1]}"
            if area.where[0] != where[0]:
                before = f"another file, {before}"
            raise Unread(f"area {row.area} has another county or status here than in {before}")
        if row.vote_for and self.vote_for and row.vote_for != self.vote_for:
            what = f"the contest elects {row.vote_for} here and {self.vote_for} before"
            raise Unread(what, field="vote_for", value=str(row.vote_for))
        if row.host and row.votes:
            what = f"area {row.area} is combined into {row.host} but reports {row.votes} of its own"
            raise Unread(what, field="votes", value=str(row.votes))

    def add(self, row: Row, where: Line) -> None:
        """Take a row in that was checked. Raises Refused for more names than results have."""
        if row.area not in self.areas:
            self.areas[row.area] = Area(row.area_kind, row.county, row.host, where)
        if len(self.areas) > MOST_AREAS or self.rows.names > MOST_NAMES:
            what = f"a contest has more than {MOST_AREAS:,} areas or {MOST_NAMES:,} names"
            raise Refused(what, mend=SPLIT)
        self.vote_for = self.vote_for or row.vote_for
        self.rows.add(
            (row.area, row.county, row.kind, row.unit, row.party_line, row.said),
            (row.votes, where[1], where[0]),
        )

    def finish(self, more: list[Any]) -> Whole:
        """Return the contest, whole and checked; ``more`` are tables of rows that belong to it."""
        rows = tables.joined([self.rows.table(), *more]) if more else self.rows.table()
        rows = one_spelling(rows)
        left_out: dict[Line, Unread] = {}
        for first, again in tables.repeats(rows, MOST_REPEATED + 1):
            left_out[again["source"], again["line"]] = _repeated(first, again)
        if len(left_out) > MOST_REPEATED:
            raise Refused(f"more than {MOST_REPEATED:,} rows stand there again", mend=SPLIT)
        if left_out:
            rows = tables.without_lines(rows, set(left_out))
        combined = self._combined(rows, left_out)
        rows = tables.without_lines(rows, set(left_out)) if left_out else rows
        kinds = {area.kind for area in self.areas.values()}
        notes = self._notes(rows, combined)
        if len(kinds) > 1:
            notes.append(f"Areas of several kinds: {', '.join(sorted(kinds))}.")
        return Whole(tables.kept(rows), one_kind(kinds), combined, notes, left_out)

    def _combined(self, rows: Any, left_out: dict[Line, Unread]) -> dict[str, str]:
        """Return where each combined area is counted; rows of those that say amiss are left out."""
        combined = {}
        for code, area in self.areas.items():
            if area.host:
                try:
                    combined[code] = self._host(code)
                except Unread as why:
                    of_area = tables.lines_of(rows, code)
                    left_out.update(dict.fromkeys(of_area, why))
        return combined

    def _host(self, code: str) -> str:
        """Return the area in play at the end of a chain of combinations. Raises Unread."""
        passed, area = [code], self.areas[code]
        while host := area.host:
            if host not in self.areas:
                what = f"area {passed[-1]} is combined into {host}, which is not in the contest"
                raise Unread(what, field="status", value=host)
            if host in passed or len(passed) == LONGEST_CHAIN:
                chain = shown(" into ".join([*passed, host]), 200)
                what = f"areas are combined in a circle, or through too many: {chain}"
                raise Unread(what, field="status", value=host)
            passed.append(host)
            area = self.areas[host]
        return passed[-1]

    def _notes(self, rows: Any, combined: dict[str, str]) -> list[str]:
        votes: Counter[str] = Counter()
        ballots: Counter[str] = Counter()
        names: Counter[str] = Counter()
        summed = tables.sums(rows, ("area", "kind", "unit"))
        tallies = list(dict.fromkeys(one["unit"] for one in summed if one["kind"] == "tally"))
        counting = self.layout.ballots_of(tallies)
        for one in summed:
            code = one["area"]
            if one["kind"] != "tally":
                votes[code] += one["votes"]
                names[code] += one["kind"] == "candidate"
            elif one["unit"] in counting:
                ballots[code] += one["votes"]
        play = [code for code in self.areas if code not in combined]
        seats, most = self.vote_for or 1, len(self.candidates(rows))
        some = {
            "More votes than ballots in": [
                code for code in play if code in ballots and votes[code] > ballots[code] * seats
            ],
            "Not every candidate has a line in": [c for c in play if 0 < names[c] < most],
            "No candidate has a line in": [c for c in play if most and not names[c]],
        }
        notes = [f"{what} {listed(codes)}." for what, codes in some.items() if codes]
        if not counting and any(self.layout.counts_ballots(unit) for unit in tallies):
            notes.append("Ballots cast are not known: no line counts those cast at the polls.")
        return notes

    def is_without_names(self) -> bool:
        """Return whether no row is of a candidate: write-ins and tallies often name no party."""
        return not self.candidates(self.rows.table())

    @staticmethod
    def candidates(rows: Any) -> list[str]:
        """Return the names of the candidates, in order."""
        return [one["unit"] for one in tables.sums(rows, ("unit", "kind")) if _stands(one)]


def one_spelling(rows: Any) -> Any:
    """Return rows in which a candidate has one spelling, whatever the case and the full stops.

    The first that is not all in capitals is kept.
    """
    spellings: dict[str, list[str]] = {}
    for name in tables.values(rows, "unit"):
        spellings.setdefault(plain(name) or name, []).append(name)
    chosen = {
        name: next((one for one in names if not one.isupper()), names[0])
        for names in spellings.values()
        if len(names) > 1
        for name in names
    }
    return tables.renamed(rows, "unit", chosen) if chosen else rows


def one_kind(kinds: Collection[str]) -> str:
    """Return the kind of all areas of a contest: ``mixed`` if they are not of one kind."""
    return next(iter(kinds)) if len(kinds) == 1 else "mixed"


def listed(codes: list[str], most: int = 5) -> str:
    """Return area codes in words: ``areas 78037, 78040 and 3 more``."""
    codes = sorted(codes, key=lambda code: (len(code), code))
    more = f" and {len(codes) - most:,} more" if len(codes) > most else ""
    return f"{'area' if len(codes) == 1 else 'areas'} {', '.join(codes[:most])}{more}"


def _stands(one: dict[str, Any]) -> bool:
    return bool(one["kind"] == "candidate")


def _repeated(first: dict[str, Any], again: dict[str, Any]) -> Unread:
    which = f"“{shown(first['unit'])}” in area {first['area']}"
    where = f"line {first['line']}"
    if first["source"] != again["source"]:
        where = f"another file, {where}"
    if first["votes"] == again["votes"]:
        return Unread(f"{which} stands here and in {where}", missing=False)
    what = f"{which} has {again['votes']} here and {first['votes']} in {where}"
    return Unread(what, field="votes", value=str(again["votes"]))
