"""One contest being gathered from the rows of a file, and what it is when it is whole."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from courtyard.electorate.form import CORRECT, Row, event_and_date
from courtyard.electorate.layout import Layout
from courtyard.electorate.refusal import Refused, shown
from courtyard.electorate.table import Rows, first_repeat

LONGEST_SLUG = 120
LONGEST_CHAIN = 20


@dataclass(frozen=True)
class Source:
    """The file a result came from: bare name, SHA-256 in hex, size in bytes, data rows read."""

    file: str
    sha256: str
    size: int
    layout: str
    rows_read: int


@dataclass(frozen=True)
class ContestResult:
    """The result of one contest.

    ``contest`` is its slug; ``rows`` a ``pyarrow.Table`` of area, county, kind (candidate,
    write-in, tally), unit, votes, line; ``combined`` maps an area to the area that counts it;
    ``notes`` are sentences about what looks odd but was kept.
    """

    contest: str
    title: str
    event: str
    party: str
    office: str
    district: str
    vote_for: int
    date: date
    publisher: str
    licence: str
    rows: Any
    combined: dict[str, str]
    source: Source
    notes: list[str]


@dataclass(slots=True)
class Area:
    """What the rows of one area said so far."""

    county: str
    host: str | None
    line: int
    votes: int = 0
    ballots: int | None = None
    candidates: int = 0


@dataclass
class Gathering:
    """The rows of one contest so far; ``finish`` checks the whole. Raises Refused without file."""

    layout: Layout
    key: tuple[str, str, str, str]
    vote_for: int
    rows: Rows = field(default_factory=Rows)
    areas: dict[str, Area] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.event, self.date = event_and_date(self.layout, self.key[0])
        self.slug = slug_of(self.date, *self.key[1:])

    def add(self, row: Row) -> None:
        """Take a row in."""
        area = self.areas.setdefault(row.area, Area(row.county, row.host, row.line))
        if (area.county, area.host) != (row.county, row.host):
            what = f"area {row.area} has another county or status here than in line {area.line}"
            raise Refused(what, mend=CORRECT)
        if row.vote_for != self.vote_for:
            what = f"the contest elects {row.vote_for} here and {self.vote_for} before"
            raise Refused(what, mend=CORRECT)
        if row.host and row.votes:
            what = f"area {row.area} is combined into {row.host} but reports {row.votes} of its own"
            raise Refused(what, mend=CORRECT)
        if row.kind != "tally":
            area.votes += row.votes
        elif self.layout.counts_ballots(row.unit):
            area.ballots = (area.ballots or 0) + row.votes
        if row.kind == "candidate":
            area.candidates += 1
            self.names.add(row.unit)
        self.rows.add((row.area, row.county, row.kind, row.unit), row.votes, row.line)

    def finish(self, source: Source, notes: list[str]) -> ContestResult:
        """Return the contest, whole and checked. ``notes`` are those about the file."""
        table = self.rows.table()
        repeat = first_repeat(table)
        if repeat:
            raise _repeated(*repeat)
        _, party, office, district = self.key
        return ContestResult(
            contest=self.slug,
            title=f"{' '.join(filter(None, (office, district)))}, "
            + " ".join(filter(None, (party, self.event))),
            event=self.event,
            party=party,
            office=office,
            district=district,
            vote_for=self.vote_for,
            date=self.date,
            publisher=self.layout.publisher,
            licence=self.layout.licence,
            rows=table,
            combined={code: self._host(code) for code, area in self.areas.items() if area.host},
            source=source,
            notes=[*self._notes(), *notes],
        )

    def _host(self, code: str) -> str:
        """Return the area in play at the end of a chain of combinations."""
        passed, area = [code], self.areas[code]
        while host := area.host:
            if host not in self.areas:
                what = f"area {passed[-1]} is combined into {host}, which is not in the contest"
                raise Refused(what, mend=CORRECT, line=area.line)
            if host in passed or len(passed) == LONGEST_CHAIN:
                chain = " into ".join([*passed, host])
                what = f"areas are combined in a circle, or through too many: {chain}"
                raise Refused(shown(what, 300), mend=CORRECT, line=area.line)
            passed.append(host)
            area = self.areas[host]
        return passed[-1]

    def _notes(self) -> list[str]:
        play = {code: area for code, area in self.areas.items() if not area.host}
        over = [
            code
            for code, area in play.items()
            if area.ballots is not None and area.votes > area.ballots * self.vote_for
        ]
        short = [code for code, area in play.items() if area.candidates < len(self.names)]
        notes = []
        if over:
            notes.append(f"More votes than ballots in {_listed(over)}.")
        if short:
            notes.append(f"Not every candidate has a line in {_listed(short)}.")
        return notes


def slug_of(day: date, party: str, office: str, district: str) -> str:
    """Return the address of a contest, such as 2020-06-23-democratic-mayor."""
    plain = unicodedata.normalize("NFKD", f"{party} {office} {district}").casefold()
    words = "-".join(re.findall(r"[a-z0-9]+", plain.encode("ascii", "ignore").decode()))
    if not words:
        raise Refused("the contest has no name in Latin letters", mend=CORRECT)
    slug = f"{day.isoformat()}-{words}"
    if len(slug) <= LONGEST_SLUG:
        return slug
    mark = hashlib.sha256(plain.encode()).hexdigest()[:8]
    return f"{slug[: LONGEST_SLUG - 9].rstrip('-')}-{mark}"


def _repeated(first: dict[str, Any], again: dict[str, Any]) -> Refused:
    which = f"“{shown(first['unit'])}” in area {first['area']}"
    if first["votes"] == again["votes"]:
        what = f"{which} stands here and in line {first['line']}"
    else:
        what = f"{which} has {again['votes']} here and {first['votes']} in line {first['line']}"
    return Refused(what, mend="Remove the line that is wrong", line=again["line"])


def _listed(codes: list[str]) -> str:
    codes = sorted(codes, key=lambda code: (len(code), code))
    more = f" and {len(codes) - 5} more" if len(codes) > 5 else ""
    return f"{'area' if len(codes) == 1 else 'areas'} {', '.join(codes[:5])}{more}"
