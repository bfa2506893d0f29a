r"""What one entry of a vote history says: which election, and how somebody voted in it.

A publisher's spellings are data, the table ``[history]`` of its layout:

    [history]
    shape = "list"        # where the entries are. "list": one after another in a cell (New York);
                          # "rows": one row a voter and election, in columns (North Carolina,
                          # Florida); "columns": the name of a column is the election, and any
                          # value in it says voted (Ohio)
    column = "VoterHistory"            # list: the column;
    separator = ";"                    #       what stands between entries
    fields = { date = "election_lbl", type = "election_desc", method = "voting_method" }   # rows
    date_format = "%Y%m%d"             # or several, tried in order: ["%Y-%m-%d", "%m/%d/%Y"]
    years = [1940, 2030]               # first and last that can be, at most 100 of them: what lies
                                       # outside is no election, and two figures mean the one inside
    spellings = ['(?P<date>\d{8}) (?P<type>[A-Z]{2})(?:\((?P<method>[A-Z])\))?']   # list, columns
    not_voted = ["N"]                  # methods that say: no vote, or one that did not count
    known_methods_only = true          # an entry of a method that is not named is not read, so that
                                       # it is reported; without it, it is a vote

    [history.types]                    # a code, or words found in a description → KINDS
    GE = "general"
    "GENERAL" = "general"

    [history.methods]                  # the same → METHODS; what is not named is "unknown"
    P = "polls"

A spelling is a regular expression for a whole entry, tried in order on the entry in capitals with
single spaces. Its groups are ``date`` (by ``date_format``) or ``year`` (two or four figures),
``type``, and if there is one ``method``. In ``types`` and ``methods`` a key that is the whole word
comes first, then in the order of the table the first that stands in it as words; the key ``"*"``
takes what is left. Without it an entry of unknown type is not read, so that it is reported.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from courtyard.electorate.refusal import Refused, shown

KINDS = (
    "general",
    "primary",
    "presidential-primary",
    "special",
    "runoff",
    "local",
    "other",
)
METHODS = ("unknown", "polls", "early", "absentee", "affidavit", "military", "mail", "other")
SHAPES = ("list", "rows", "columns")
GROUPS = frozenset(("date", "year", "type", "method"))
ANY_OTHER = "*"
NO = "no"
MEND = "Correct the table [history] of the layout"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it reads: the day if it is said, the year, the kind of election, and how."""

    day: date | None
    year: int
    kind: str
    method: str
    voted: bool


@dataclass(frozen=True, slots=True)
class ElectionKey:
    """One election of a file."""

    day: date | None
    year: int
    kind: str

    @property
    def name(self) -> str:
        """Return e.g. `2020-11-03-general`, or `2016-general` if the day is unknown."""
        return f"{self.day.isoformat() if self.day else self.year}-{self.kind}"

    @property
    def counted_as(self) -> date:
        """Return the day, or 1 July of the year if it is unknown."""
        return self.day or date(self.year, 7, 1)


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way in which a publisher writes an entry."""

    pattern: re.Pattern[str]

    @classmethod
    def of(cls, text: str) -> Spelling:
        """Return the spelling of a regular expression. Raises Refused if it cannot be one."""
        try:
            pattern = re.compile(text, re.ASCII)
        except (re.error, TypeError) as e:
            raise Refused(f"the spelling “{shown(str(text))}” is no pattern", mend=MEND) from e
        named = set(pattern.groupindex)
        if not named <= GROUPS or "type" not in named or len(named & {"date", "year"}) != 1:
            what = f"the spelling “{shown(text)}” does not name type and one of date and year"
            raise Refused(what, mend=MEND)
        return cls(pattern)

    def read(self, entry: str) -> dict[str, str] | None:
        """Return what the groups hold, or None if the entry is spelled otherwise."""
        found = self.pattern.fullmatch(entry)
        return found.groupdict(default="") if found else None


@dataclass(frozen=True, slots=True)
class Words:
    """Codes and words of a publisher, and ours for them."""

    codes: dict[str, str]
    within: tuple[tuple[re.Pattern[str], str], ...]

    @classmethod
    def of(cls, name: str, table: Mapping[str, str], ours: tuple[str, ...]) -> Words:
        """Return the words of a table. Raises Refused if one of ours in it is unknown."""
        for word, meant in table.items():
            if meant not in ours:
                what = f"[history.{name}] says “{shown(str(meant))}” for “{shown(word)}”"
                raise Refused(what, mend=f"Known are {', '.join(ours)}. {MEND}")
        codes = {_plain(word): meant for word, meant in table.items()}
        within = tuple(
            (re.compile(rf"(?<!\w){re.escape(word)}(?!\w)"), meant)
            for word, meant in codes.items()
            if word and word != ANY_OTHER
        )
        return cls(codes, within)

    def meant(self, said: str) -> str | None:
        """Return our word for what is said, in capitals with single spaces; None if unknown."""
        if said in self.codes:
            return self.codes[said]
        for pattern, meant in self.within:
            if pattern.search(said):
                return meant
        return self.codes.get(ANY_OTHER) if said else None


@dataclass(frozen=True, slots=True)
class HistoryRule:
    """How a publisher writes what somebody voted in: the table ``[history]`` of a layout."""

    shape: str
    column: str
    separator: str
    fields: dict[str, str]
    date_formats: tuple[str, ...]
    years: tuple[int, int]
    spellings: tuple[Spelling, ...]
    types: Words
    methods: Words
    not_voted: Words
    known_methods_only: bool = False

    @property
    def columns_read(self) -> list[str]:
        """Return the columns the history is read from; none where their names are the elections."""
        if self.shape == "rows":
            return list(self.fields.values())
        return [self.column] if self.shape == "list" else []

    def entries(self, cell: str) -> list[str]:
        """Return the entries of one cell, without space around; none if it is empty."""
        said = cell.split(self.separator) if self.separator else [cell]
        return [entry for part in said if (entry := part.strip())]


def history_rule(table: Mapping[str, Any]) -> HistoryRule:
    """Return the rule that a table ``[history]`` says. Raises Refused, naming what cannot be."""
    rule = HistoryRule(
        shape=table.get("shape", "list"),
        column=table.get("column", ""),
        separator=table.get("separator", ""),
        fields=dict(table.get("fields", {})),
        date_formats=_date_formats(table.get("date_format", "")),
        years=_years(table.get("years", ())),
        spellings=tuple(Spelling.of(text) for text in table.get("spellings", ())),
        types=Words.of("types", table.get("types", {}), KINDS),
        methods=Words.of("methods", table.get("methods", {}), METHODS),
        not_voted=Words.of("not_voted", dict.fromkeys(table.get("not_voted", ()), NO), (NO,)),
        known_methods_only=bool(table.get("known_methods_only", False)),
    )
    if rule.shape not in SHAPES:
        raise Refused(f"[history] shape is none of {', '.join(SHAPES)}", mend=MEND)
    needed = {"list": ("column", "spellings"), "rows": ("fields",), "columns": ("spellings",)}
    missing = next((name for name in (*needed[rule.shape], "types") if not table.get(name)), None)
    if missing:
        raise Refused(f"[history] of shape {rule.shape} has no {missing}", mend=MEND)
    dated = "date" in rule.fields or any("date" in one.pattern.groupindex for one in rule.spellings)
    if dated and not any(rule.date_formats):
        raise Refused("[history] reads dates and has no date_format", mend=MEND)
    if not set(rule.fields) <= GROUPS:
        raise Refused(f"[history] fields are none but {', '.join(sorted(GROUPS))}", mend=MEND)
    return rule


def read_entry(entry: str, rule: HistoryRule) -> Entry | None:
    """Return what an entry, or the name of an election's column, says; None if it says nothing.

    None too for a day or year that cannot be, and for an unknown type.
    """
    text = _plain(entry)
    for spelling in rule.spellings:
        if (said := spelling.read(text)) and (found := _entry(said, rule)):
            return found
    return None


def read_fields(values: Mapping[str, str], rule: HistoryRule) -> Entry | None:
    """Return what the columns of one history row say, or None as for ``read_entry``."""
    said = {role: _plain(values.get(column) or "") for role, column in rule.fields.items()}
    return _entry(said, rule)


def resolve(entries: Iterable[Entry]) -> dict[Entry, ElectionKey]:
    """Return the election of every entry of a file.

    An entry without a day is the one dated election of its kind and year; if the file dates none,
    or several, it is an election whose day is unknown.
    """
    known = set(entries)
    days: dict[tuple[int, str], set[date]] = defaultdict(set)
    for entry in known:
        if entry.day:
            days[entry.year, entry.kind].add(entry.day)
    found = {}
    for entry in known:
        dated = days.get((entry.year, entry.kind), set())
        day = entry.day or (next(iter(dated)) if len(dated) == 1 else None)
        found[entry] = ElectionKey(day, entry.year, entry.kind)
    return found


def _plain(text: str) -> str:
    return " ".join(text.upper().split())


def _date_formats(said: Any) -> tuple[str, ...]:
    formats = (said,) if isinstance(said, str) else tuple(said)
    if not all(isinstance(one, str) for one in formats):
        raise Refused("[history] date_format is no text, and no list of texts", mend=MEND)
    return formats


def _years(said: Any) -> tuple[int, int]:
    if len(said) == 2 and all(isinstance(year, int) for year in said):
        first, last = said
        if 1000 <= first <= last <= 9999 and last - first < 100:
            return first, last
    what = "[history] years is not a first and a last year, at most 100 apart"
    raise Refused(what, mend=MEND)


def _entry(said: Mapping[str, str], rule: HistoryRule) -> Entry | None:
    kind = rule.types.meant(said.get("type", ""))
    day = _day(said.get("date", ""), rule)
    year = day.year if day else _year(said.get("year", ""), rule)
    if not kind or not year or (said.get("date") and not day):
        return None
    method = said.get("method", "")
    voted, how = rule.not_voted.meant(method) is None, rule.methods.meant(method)
    if voted and how is None and rule.known_methods_only:
        return None
    return Entry(day, year, kind, how or "unknown", voted)


def _day(said: str, rule: HistoryRule) -> date | None:
    first, last = rule.years
    for form in rule.date_formats if said.isascii() else ():
        try:
            # A calendar day is meant; the time zone only makes the moment between a definite one.
            day = datetime.strptime(said, form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
        if first <= day.year <= last:
            return day
    return None


def _year(said: str, rule: HistoryRule) -> int | None:
    if not re.fullmatch(r"[0-9]{2}|[0-9]{4}", said):
        return None
    first, last = rule.years
    year = int(said)
    if len(said) == 2:  # the one year of the window that ends so
        year = first + (year - first) % 100
    return year if first <= year <= last else None
