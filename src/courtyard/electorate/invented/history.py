"""Who of the invented voters voted when, and the five ways in which a history is spelled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from .elections import CLOSED, EARLY_VOTING_SINCE, TYPES, Election, elections
from .geography import CITY
from .names import Column, Numbers, column
from .people import MAY_VOTE_IN_PRIMARIES, STATUSES, People, eighteenth_birthday

Came = npt.NDArray[np.bool_]  # one a voter

METHODS = "PEAFMO"  # polls, early, absentee, affidavit, military, other
SPELLINGS = ("modern", "code_first", "descriptive", "without_method", "two_digit_year")
YEAR_ONLY = (False, False, True, True, True)  # of the spellings
# How often each spelling is met, by when the election was.
_RECENT = (0.94, 0.04, 0.02, 0.0, 0.0)  # from 2016
_MIDDLE = (0.4, 0.2, 0.3, 0.1, 0.0)  # from 2010
_OLD = (0.1, 0.1, 0.3, 0.25, 0.25)
_ALWAYS_DATED = (0.8, 0.2, 0.0, 0.0, 0.0)
_MANY = 1000  # places in a table of chances


@dataclass(frozen=True, slots=True)
class Votes:
    """The entries of one portion of voters: voter after voter, the newest election first."""

    voter: Numbers  # within the portion
    election: Numbers  # into elections()
    offsets: Numbers  # where each voter's entries begin; one more than there are voters


@dataclass(frozen=True, slots=True)
class Written:
    """The same as texts: the histories, and how each entry is spelled."""

    texts: Column  # one a voter
    spelling: Numbers  # into SPELLINGS, one an entry


class History:
    """Draws votes and spells them, of the whole calendar or of the elections given."""

    def __init__(self, known: tuple[Election, ...] | None = None) -> None:
        self.elections = elections() if known is None else known
        self.days = np.array([_number(one.day) for one in self.elections])
        self._chances = np.stack([_chances(self.elections, key) for key in range(4)])
        self._spellings = np.stack([_table(_spelling_shares(one)) for one in self.elections])
        self._methods = np.stack([_table(_method_shares(one)) for one in self.elections])
        texts = [
            spelled(one, spelling, method)
            for one in self.elections
            for spelling in SPELLINGS
            for method in METHODS
        ]
        self._texts: Column = column([text.encode() for text in texts])

    def votes(
        self, rng: np.random.Generator, voters: People, given: Mapping[int, Came] | None = None
    ) -> Votes:
        """Who voted in what. Nobody before turning 18, nor before registering.

        ``given`` says of elections, by their place among ``elections``, who came: nothing is drawn.
        """
        enrolled = MAY_VOTE_IN_PRIMARIES[voters.party]
        in_city = np.isin(voters.places.county, CITY)
        chance = self._chances[enrolled * 2 + in_city]
        chance *= voters.propensity[:, None]
        since = np.maximum(voters.registered, eighteenth_birthday(voters.born))
        possible = np.searchsorted(-self.days, -since, side="right")  # the newest so many
        possible[voters.status == STATUSES.index("17")] = 0
        came = rng.random(chance.shape, dtype=np.float32) < chance
        came &= np.arange(len(self.elections)) < possible[:, None]
        for place, those in (given or {}).items():
            came[:, place] = those
        voter, election = np.nonzero(came)
        offsets = np.zeros(len(voters) + 1, dtype=np.int64)
        np.cumsum(came.sum(axis=1), out=offsets[1:])
        return Votes(voter, election, offsets)

    def written(self, rng: np.random.Generator, votes: Votes) -> Written:
        """The histories as texts. A voter's older entries look alike: they are of one county."""
        habit = rng.integers(0, _MANY, len(votes.offsets) - 1)[votes.voter]
        spelling = self._spellings[votes.election, habit]
        way = rng.integers(0, _MANY, len(votes.voter), dtype=np.int16)
        method = self._methods[votes.election, way]
        code = (votes.election * len(SPELLINGS) + spelling) * len(METHODS) + method
        entries = self._texts.take(pa.array(code))
        lists = pa.ListArray.from_arrays(pa.array(votes.offsets.astype(np.int32)), entries)
        return Written(pc.binary_join(lists, b";"), spelling)


def spelled(election: Election, spelling: str, method: str) -> str:
    """One entry: `20241105 GE(P)`, `GE 20201103(P)`, `General Election 2012(P)` …"""
    day, year, name = f"{election.day:%Y%m%d}", election.day.year, TYPES[election.type]
    if spelling == "modern":
        return f"{day} {election.type}({method})"
    if spelling == "code_first":
        return f"{election.type} {day}({method})"
    if spelling == "without_method":
        return f"{name.upper()} {year}"
    if spelling == "two_digit_year":
        return f"{year % 100:02} {name.upper()}({method})"
    if election.type == "PP":
        return f"{year} {name.upper()}({method})"
    return f"{name} {year}({method})"


def _number(day: date) -> int:
    return (day - date(1970, 1, 1)).days


def _chances(known: tuple[Election, ...], key: int) -> npt.NDArray[np.float32]:
    """The turnout of each election for: (no) party with primaries (2), (not) in the city (1)."""
    enrolled, in_city = divmod(key, 2)
    able = [(enrolled or one.type not in CLOSED) and (in_city or not one.city) for one in known]
    turnout = [one.turnout if may else 0.0 for one, may in zip(known, able, strict=True)]
    return np.array(turnout, dtype=np.float32)


def _spelling_shares(election: Election) -> tuple[float, ...]:
    if election.always_dated:
        return _ALWAYS_DATED
    year = election.day.year
    return _RECENT if year >= 2016 else _MIDDLE if year >= 2010 else _OLD


def _method_shares(election: Election) -> tuple[float, ...]:
    if election.day < EARLY_VOTING_SINCE:
        return (0.91, 0.0, 0.06, 0.015, 0.005, 0.01)
    if election.day.year == 2020:
        return (0.47, 0.28, 0.22, 0.02, 0.005, 0.005)
    return (0.68, 0.2, 0.09, 0.015, 0.005, 0.01)


def _table(shares: tuple[float, ...]) -> Numbers:
    """_MANY numbers in which each is as often as its share says."""
    return np.repeat(np.arange(len(shares)), np.rint(np.array(shares) * _MANY).astype(int))
