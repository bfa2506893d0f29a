"""The calendar of New York's elections, 2004 to 2025: real days, rough shares of who votes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

TYPES = {
    "GE": "General Election",
    "PR": "Primary Election",
    "PP": "Presidential Primary",
    "SP": "Special Election",
    "RO": "Runoff Election",
}
CLOSED = frozenset({"PR", "PP", "RO"})  # asked of the voters of a party only
EARLY_VOTING_SINCE = date(2019, 10, 26)

# Primaries in September until 2018, in June after; in some years there were two.
_PRIMARIES = (
    "2004-09-14 2005-09-13 2006-09-12 2007-09-18 2008-09-09 2009-09-15 2010-09-14 2011-09-13 "
    "2012-09-13 2013-09-10 2014-09-09 2015-09-10 2016-09-13 2017-09-12 2018-09-13 2019-06-25 "
    "2020-06-23 2021-06-22 2022-06-28 2023-06-27 2024-06-25 2025-06-24"
)
_SECOND_PRIMARIES = "2012-06-26 2014-06-24 2016-06-28 2018-06-26 2022-08-23"
_PRESIDENTIAL_PRIMARIES = "2004-03-02 2008-02-05 2012-04-24 2016-04-19 2020-06-23 2024-04-02"
_SPECIAL = "2019-02-26 2021-02-02"
_RUNOFFS = "2009-09-29 2013-10-01"


@dataclass(frozen=True, slots=True)
class Election:
    """One election: its type as the publisher codes it, its day, and how many come.

    ``turnout`` is the chance that somebody who votes whenever there is a vote takes part;
    ``city`` says that only New York City voted; ``always_dated`` that its history is never spelled
    with a year alone, because another election of its type was held in that year.
    """

    type: str
    day: date
    turnout: float
    city: bool = False
    always_dated: bool = False


def general_day(year: int) -> date:
    """The Tuesday after the first Monday of November."""
    first = date(year, 11, 1)
    return first + timedelta(days=(7 - first.weekday()) % 7 + 1)


@cache
def elections() -> tuple[Election, ...]:
    """All of them, the newest first, as histories are written."""
    found = [Election("GE", general_day(year), _general(year)) for year in range(2004, 2026)]
    found += [Election("PR", day, 0.42) for day in _days(_PRIMARIES)]
    found += [Election("PR", day, 0.3, always_dated=True) for day in _days(_SECOND_PRIMARIES)]
    found += [Election("PP", day, 0.5) for day in _days(_PRESIDENTIAL_PRIMARIES)]
    found += [Election("SP", day, 0.15, city=True) for day in _days(_SPECIAL)]
    found += [Election("RO", day, 0.15, city=True) for day in _days(_RUNOFFS)]
    return tuple(sorted(found, key=lambda one: (one.day, one.type), reverse=True))


def _general(year: int) -> float:
    return 1.6 if year % 4 == 0 else 1.2 if year % 2 == 0 else 0.65


def _days(text: str) -> list[date]:
    return [date.fromisoformat(day) for day in text.split()]
