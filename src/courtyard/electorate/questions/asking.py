"""What all questions about voters share: of whom they are asked, by which words, of which few."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from courtyard.electorate.dataset import Version, current, datasets
from courtyard.electorate.questions.engine import DUCKDB, RELOAD, Files, answer
from courtyard.electorate.questions.tables import table
from courtyard.electorate.refusal import Refused, shown

BY = ("area", "county", "party", "status", "congress", "senate", "house", "election")
# Codes that are numbers in most places: shorter ones come first, as people count.
CODES = ("area", "congress", "senate", "house", "number")
PLACES = tuple(word for word in BY if word != "election")
REGISTERED = ("active", "inactive")
MOST_NAMED = 20


class BadQuestion(Refused):
    """A question that cannot be answered as it was asked; ``str()`` says what there is instead."""


@dataclass(frozen=True, slots=True)
class Where:
    """Which voters a question is about: for each word the values that will do; none said: all."""

    area: tuple[str, ...] = ()
    county: tuple[str, ...] = ()
    party: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    congress: tuple[str, ...] = ()
    senate: tuple[str, ...] = ()
    house: tuple[str, ...] = ()

    def said(self) -> dict[str, tuple[str, ...]]:
        """Return the words for which something was said."""
        named = {one.name: tuple(getattr(self, one.name)) for one in fields(self)}
        return {word: values for word, values in named.items() if values}


EVERYBODY = Where()


@dataclass(frozen=True, slots=True)
class Election:
    """An election of a voter file. ``day`` is 1 July of its year where the file says no day."""

    id: int
    name: str
    day: date
    has_day: bool
    kind: str
    voters: int


@dataclass(frozen=True)
class Voters:
    """One version of a voter file and the engine that answers: what questions are asked of."""

    version: Version
    engine: str = DUCKDB

    def answer(self, question: Any) -> Any:
        """Return what an Ibis expression over ``voters`` and ``elections`` gives."""
        return answer(question, self._files, self.engine)

    @property
    def _files(self) -> Files:
        folder = self.version.folder
        parts = sorted(folder.glob("voters/*.parquet"))
        return {"voters": parts, "elections": [folder / "elections.parquet"]}

    @cached_property
    def elections(self) -> Mapping[str, Election]:
        """The elections of the file by name, oldest first. Raises Refused if they are damaged."""
        try:
            rows = pq.read_table(self.version.folder / "elections.parquet").to_pylist()
        except (OSError, pa.ArrowException) as e:
            raise Refused("the stored dataset is damaged", mend=RELOAD) from e
        known = [
            Election(
                id=row["id"],
                name=row["election"],
                day=row["date"] or date(row["year"], 7, 1),
                has_day=row["date"] is not None,
                kind=row["kind"],
                voters=row["voters"],
            )
            for row in rows
        ]
        return {one.name: one for one in sorted(known, key=lambda one: (one.day, one.name))}

    def election(self, name: str) -> Election:
        """Return the election of this name. Raises BadQuestion, naming those there are."""
        if found := self.elections.get(name):
            return found
        raise no_such("election", name, list(self.elections)[::-1])


def voters_of(root: Path, dataset: str | None = None, *, engine: str = DUCKDB) -> Voters:
    """Return the voter file of this name that is in force, or the only one if none is named.

    Raises BadQuestion if it is not there or it is not clear which is meant, Refused if damaged.
    """
    if dataset is not None:
        version = current(root, dataset)
        if version is not None and version.kind == "voters":
            return Voters(version, engine)
    loaded = [one for one in datasets(root) if one.kind == "voters"]
    names = ", ".join(one.name for one in loaded)
    if dataset is not None:
        mend = f"Loaded: {names}" if names else "None is loaded: courtyard load FILE"
        raise BadQuestion(f"no voter file “{shown(dataset)}” is loaded", mend=mend)
    if not loaded:
        raise BadQuestion("no voter file is loaded", mend="Load one: courtyard load FILE")
    if len(loaded) > 1:
        raise BadQuestion("more than one voter file is loaded", mend=f"Say which: {names}")
    return Voters(loaded[0], engine)


def words(by: Sequence[str], known: Sequence[str] = BY) -> tuple[str, ...]:
    """Return the words to answer by, each once. Raises BadQuestion for one that is not known."""
    for word in by:
        if word not in known:
            raise no_such("word to ask by", word, known)
    return tuple(dict.fromkeys(by))


def people(
    voters: Voters, columns: Collection[str], *where: Where, status: Sequence[str] = ()
) -> Any:
    """Return these columns of the voters whom every ``where`` means, and of these statuses only.

    Only what is needed is taken: an engine that keeps a part to use it twice keeps no more.
    Raises BadQuestion if a ``where`` names what the file has nowhere.
    """
    check(voters, *where)
    return those(columns, *where, status=status)


def check(voters: Voters, *where: Where) -> None:
    """Raise BadQuestion if a ``where`` names what the file has nowhere."""
    for word, values in [said for one in where for said in one.said().items()]:
        column = table("voters").select(word)
        for value in values:
            one = column.filter(column[word] == value).limit(1)
            if "\0" in value or not voters.answer(one).num_rows:
                there = voters.answer(column.distinct())
                raise no_such(word, value, ordered(there.drop_null(), [word])[word].to_pylist())


def those(columns: Collection[str], *where: Where, status: Sequence[str] = ()) -> Any:
    """Return the same as ``people``, without looking whether what ``where`` names is there."""
    said = [(word, values) for one in where for word, values in one.said().items()]
    base = table("voters")
    needed = {*columns, *(word for word, _ in said), "status"}
    found = base.select(*[name for name in base.columns if name in needed])
    conditions = [found[word].isin(values) for word, values in said]
    conditions += [found.status.isin(tuple(status))] if status else []
    return found.filter(*conditions) if conditions else found


def counted(voters: Voters, found: Any, by: Sequence[str], name: str) -> Any:
    """Return how many rows there are by these words, under ``name``, in order."""
    count = {name: found.count()}
    asked = found.group_by(*by).agg(**count) if by else found.agg(**count)
    return ordered(voters.answer(asked), by)


def ordered(rows: Any, by: Sequence[str]) -> Any:
    """Return a table in the order of these columns; codes as people count, nothing at the end."""
    keys: list[tuple[str, str]] = []
    for word in by:
        if word in CODES:
            rows = rows.append_column(f"#{word}", pc.utf8_length(rows[word]))
            keys.append((f"#{word}", "ascending"))
        keys.append((word, "ascending"))
    rows = rows.sort_by(keys) if keys else rows
    return rows.drop_columns([f"#{word}" for word in by if word in CODES])


def no_such(what: str, name: str, known: Sequence[str]) -> BadQuestion:
    """Return the refusal of a name that is not there, with those that are, the nearest first."""
    asked = name.casefold()
    folded = {one.casefold(): one for one in known}
    starts = [one for one in known if one.casefold().startswith(asked)]
    near = [folded[one] for one in difflib.get_close_matches(asked, list(folded), n=5)]
    named = list(dict.fromkeys([*starts, *near, *known]))
    more = f" and {len(named) - MOST_NAMED:,} more" if len(named) > MOST_NAMED else ""
    there = ", ".join(map(shown, named[:MOST_NAMED])) + more if named else "none"
    return BadQuestion(f"there is no {what} “{shown(name)}”", mend=f"There is: {there}")
