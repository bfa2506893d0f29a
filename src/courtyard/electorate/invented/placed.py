"""Writes an invented voter file of given homes, in which given numbers of ballots were cast.

The file is in the New York layout of 47 fields, without dirt but for the five spellings of history.
Who lives behind the doors is invented; the doors and the numbers of ballots are given. Exact:

- every voter lives at one of the homes, with its address and its districts as given;
- in each area, or areas counted as one, so many registered voters have the election as there were
  ballots, all of the party if it is of one; nobody else has it, of whatever status. Left out, and
  named in the truth, are the ballots of areas without homes (``without_homes``), and those that
  would put more than MOST_IN_A_HOME voters in a home (``too_few_homes``);
- whoever voted was 18 and registered. No other election of the days given is in the file, and what
  could be taken for one of them, being of its type and year, is always written with its day.

By chance: voters a home (HOME_SHARES; a third of the homes has none), parties, ages, who votes how
often. The other elections are those of `elections`, their turnout rough.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .dirt import Soiled
from .elections import Election, elections
from .history import Came, History, Votes
from .homes import Block, Ground, Homes, Turnout
from .names import Column, Numbers, Zipf
from .ny import FIELDS, Texts, columns, lines
from .people import AS_OF, FIRST_NAMES, HISTORY, LAST_NAMES, LAYOUT, PARTIES, Pools
from .residents import Residents, residents
from .truth import Truth
from .write import block_of, may_write, replacing, write_truth

__all__ = ["Homes", "Turnout", "placed_name", "write_placed_voters"]

WHAT = (
    "Invented voters of homes that were given, in the layout of New York's NYSVOTER. None of these "
    "people ever lived; only how many voted in the elections under “turnout” was given."
)
MARK = "INVENTED"
PLACED = 5  # a stream of chance beside those of `people`


def placed_name(place: str, seed: int) -> str:
    """The name of a file that says plainly that its people are invented."""
    return f"{MARK}-ny-voters-{place}-seed{seed}.txt"


def write_placed_voters(
    out: Path,
    homes: Homes,
    turnout: Sequence[Turnout],
    *,
    seed: int,
    progress: Callable[[int], None] | None = None,
) -> dict[str, Any]:
    """Writes ``out`` and its truth, and returns the truth. The same seed gives the same bytes.

    ``progress`` is told the number of rows after each portion. Raises Refused for an ``out`` that
    exists and has no truth beside it; ValueError for a name that does not begin with MARK, and for
    elections that are given twice.
    """
    if not out.name.startswith(MARK):
        raise ValueError(f"the name of an invented file begins with {MARK}")
    may_write(out)
    writer = _Writer(homes, turnout, seed)
    with replacing(out) as file:
        for number, block in enumerate(writer.ground.blocks()):
            before = writer.rows
            file.write(writer.portion(number, block))
            if progress:
                progress(writer.rows - before)
    truth = writer.told(out.name)
    write_truth(out, truth)
    return truth


class _Writer:
    """Makes the bytes of each portion, and counts."""

    def __init__(self, homes: Homes, turnout: Sequence[Turnout], seed: int) -> None:
        self._homes, self._turnout, self._seed = homes, turnout, seed
        self.ground = Ground(homes, turnout)
        self._history = History(_calendar(turnout))
        places = {(one.type, one.day): n for n, one in enumerate(self._history.elections)}
        self._election = [places[one.type, one.day] for one in turnout]
        self._pools, self._texts = Pools.of(seed), Texts.of_all()
        self._zipfs = Zipf.of(LAST_NAMES, 0.85), Zipf.of(FIRST_NAMES, 0.9)
        self._truth = Truth(self._history.elections)
        self._voted: list[dict[str, int]] = [{} for _ in turnout]
        self.rows, self._size, self._digest, self._with_voters = 0, 0, hashlib.sha256(), 0

    def portion(self, number: int, block: Block) -> memoryview:
        """The bytes of one portion."""
        rng = np.random.default_rng([self._seed, PLACED, number])
        found = residents(rng, self._homes, block, self._turnout, self._zipfs, self.rows)
        rng = np.random.default_rng([self._seed, HISTORY, number])
        votes = self._history.votes(rng, found.people, self._given(found))
        written = self._history.written(rng, votes)
        rng = np.random.default_rng([self._seed, LAYOUT, number])
        made = columns(rng, found.people, self._pools, self._texts, votes, written.texts,
                       self._history.days)  # fmt: skip
        made |= self._addresses(rng, found.home)
        self._truth.add(found.people, votes, written, made, Soiled())
        self._count(block, found, votes)
        ready = block_of(lines(made, FIELDS))
        self._digest.update(ready)
        self._size += len(ready)
        self.rows += len(found.people)
        return ready

    def told(self, name: str) -> dict[str, Any]:
        """Returns what is true of all that was written."""
        told = self._truth.told()
        many = len(self._homes)
        told["homes"] = {
            "given": many,
            "with_voters": self._with_voters,
            "without_voters": many - self._with_voters,
        }
        return {
            "invented": True,
            "what": WHAT,
            "file": name,
            "layout": "ny47",
            "fields": len(FIELDS),
            "seed": self._seed,
            "dirty": False,
            "as_of": AS_OF.isoformat(),
            "size": self._size,
            "sha256": self._digest.hexdigest(),
            **told,
            "turnout": [self._told_of(n, one) for n, one in enumerate(self._turnout)],
            "without_homes": dict(self.ground.without_homes),
            "too_few_homes": dict(self.ground.too_few_homes),
        }

    def _given(self, found: Residents) -> dict[int, Came]:
        """Who came, by election: the primaries of two parties on one day are one election."""
        given: dict[int, Came] = {}
        for place, came in zip(self._election, found.came, strict=True):
            given[place] = given[place] | came if place in given else came
        return given

    def _addresses(self, rng: np.random.Generator, home: Numbers) -> dict[str, Column]:
        """The fields of the address, instead of the made-up ones."""
        at = pa.array(home)
        unit, city = self._homes.unit.take(at), self._homes.city.take(at)
        nothing = pa.repeat(pa.scalar(b"", pa.binary()), len(home))
        typed = pa.array(rng.random(len(home)) < 0.7)
        typed = pc.and_(typed, pc.greater(pc.binary_length(unit), 0))
        return {
            "RADDNUMBER": self._homes.number.take(at),
            "RHALFCODE": nothing,
            "RPREDIRECTION": nothing,
            "RSTREETNAME": self._homes.street.take(at),
            "RPOSTDIRECTION": nothing,
            "RAPARTMENTTYPE": pc.if_else(typed, pa.scalar(b"APT", pa.binary()), nothing),
            "RAPARTMENT": unit,
            "RCITY": city,
            "RZIP5": self._homes.zip5.take(at),
            "TOWNCITY": city,
        }

    def _count(self, block: Block, found: Residents, votes: Votes) -> None:
        """Counts, from the votes as they are written, who came in each area."""
        self._with_voters += len(np.unique(found.home))
        for n, one in enumerate(self._turnout):
            who = votes.voter[votes.election == self._election[n]]
            if one.party:
                who = who[found.people.party[who] == PARTIES.index(one.party)]
            many = np.bincount(found.area[who], minlength=len(block.codes))
            for area, voters in zip(block.codes.tolist(), many.tolist(), strict=True):
                if voters:
                    self._voted[n][str(area)] = voters

    def _told_of(self, n: int, one: Turnout) -> dict[str, Any]:
        return {
            "election": f"{one.day.isoformat()}-{one.kind}",
            "party": one.party,
            "ballots": sum(one.voted.values()),
            "voted": sum(self._voted[n].values()),
            "by_area": self._voted[n],
            "counted_in": {str(area): one.counted_in(area) for area in sorted(one.groups)},
        }


def _calendar(turnout: Sequence[Turnout]) -> tuple[Election, ...]:
    """The elections that are given, and all of other days; what could be mistaken is dated."""
    given = {(one.type, one.day) for one in turnout}
    days, years = {day for _, day in given}, {(type_, day.year) for type_, day in given}
    others = [
        replace(one, always_dated=one.always_dated or (one.type, one.day.year) in years)
        for one in elections()
        if one.day not in days
    ]
    others += [Election(type_, day, 0.0, always_dated=True) for type_, day in given]
    return tuple(sorted(others, key=lambda one: (one.day, one.type), reverse=True))
