"""Counts of voters: registered, voted, turnout, first-time, lapsed, never voted.

Confidential voters are counted like everybody. A voter file is of today: who moved away or died
since an election is not in it, so that no count is the one of the election's own day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from courtyard.electorate.questions.asking import (
    EVERYBODY,
    PLACES,
    REGISTERED,
    BadQuestion,
    Voters,
    Where,
    counted,
    ordered,
    people,
    words,
)
from courtyard.electorate.questions.tables import literal, table


def registered(voters: Voters, *, by: Sequence[str] = (), where: Where = EVERYBODY) -> Any:
    """Return how many are registered: on the file today as active or inactive.

    Columns: the words of ``by``, registered. Raises BadQuestion.
    """
    by = words(by, PLACES)
    found = people(voters, by, where, status=REGISTERED)
    return counted(voters, found, by, "registered")


def voted(
    voters: Voters,
    *,
    by: Sequence[str] = (),
    where: Where = EVERYBODY,
    election: str | None = None,
) -> Any:
    """Return how many voted in an election, in each one (by ``election``), or ever.

    Counts everybody on the file today, of whatever status, whose history has it.
    Columns: the words of ``by``, voted. Raises BadQuestion.
    """
    by = words(by)
    found = people(voters, [*by, "elections", "times_voted"], where)
    if election is not None:
        found = _took_part(found, voters.election(election).id)
    elif "election" not in by:
        found = found.filter(found.times_voted > 0)
    if "election" not in by:
        return counted(voters, found, by, "voted")
    keys = [word for word in by if word != "election"]
    votes = found.select(*keys, id=found.elections.unnest())
    votes = votes.group_by(*keys, "id").agg(voted=votes.count())
    named = _elections(voters, election)
    asked = votes.inner_join(named, votes.id == named.id)
    columns = [named[word] if word == "election" else votes[word] for word in by]
    asked = asked.select(*columns, "voted")
    return ordered(voters.answer(asked), by)


def turnout(
    voters: Voters,
    *,
    by: Sequence[str] = (),
    where: Where = EVERYBODY,
    election: str | None = None,
) -> Any:
    """Return how many are registered today, and how many of those voted in an election.

    Those who have left the file are in neither count, those who came since are in the first: it is
    the record of today's voters, not the turnout of that day. Columns: the words of ``by``,
    registered, voted. Raises BadQuestion, also if no election is named and ``by`` has none.
    """
    by = words(by)
    if election is None and "election" not in by:
        raise BadQuestion("turnout is of an election", mend="Name one, or ask by election")
    keys = [word for word in by if word != "election"]
    if "election" in by:
        return _turnout_by_election(voters, by, keys, where, election)
    found = people(voters, [*keys, "elections"], where, status=REGISTERED)
    number = voters.election(election or "").id
    counts = {"registered": found.count(), "voted": _has(found, number).sum().fill_null(0)}
    asked = found.group_by(*keys).agg(**counts) if keys else found.agg(**counts)
    return ordered(voters.answer(asked), keys)


def first_time(
    voters: Voters, election: str, *, by: Sequence[str] = (), where: Where = EVERYBODY
) -> Any:
    """Return how many voted in this election and, by their history, in none before its day.

    Counts everybody on the file today, of whatever status. An election whose day is unknown counts
    as of 1 July of its year. Columns: the words of ``by``, first_time. Raises BadQuestion.
    """
    by, one = words(by, PLACES), voters.election(election)
    found = people(voters, [*by, "elections", "first_voted"], where)
    found = _took_part(found.filter(found.first_voted == one.day), one.id)
    return counted(voters, found, by, "first_time")


def lapsed(
    voters: Voters, since: date | str, *, by: Sequence[str] = (), where: Where = EVERYBODY
) -> Any:
    """Return how many are registered and have voted before, but never ``since``.

    ``since`` is a day, which itself counts, or the name of an election, which stands for its day.
    Columns: the words of ``by``, lapsed. Raises BadQuestion.
    """
    by = words(by, PLACES)
    day = since if isinstance(since, date) else voters.election(since).day
    found = people(voters, [*by, "last_voted"], where, status=REGISTERED)
    return counted(voters, found.filter(found.last_voted < day), by, "lapsed")


def never_voted(voters: Voters, *, by: Sequence[str] = (), where: Where = EVERYBODY) -> Any:
    """Return how many are registered and have no vote on the file.

    Columns: the words of ``by``, never_voted. Raises BadQuestion.
    """
    by = words(by, PLACES)
    found = people(voters, [*by, "times_voted", "last_voted"], where, status=REGISTERED)
    found = found.filter(found.times_voted.fill_null(0) == 0, found.last_voted.isnull())
    return counted(voters, found, by, "never_voted")


def _turnout_by_election(
    voters: Voters, by: tuple[str, ...], keys: list[str], where: Where, election: str | None
) -> Any:
    known = people(voters, keys, where, status=REGISTERED)
    known = (known.group_by(*keys) if keys else known).agg(registered=known.count())
    votes = people(voters, [*keys, "elections"], where, status=REGISTERED)
    votes = votes.select(*keys, id=votes.elections.unnest())
    votes = votes.group_by(*keys, "id").agg(voted=votes.count())
    every = known.cross_join(_elections(voters, election))
    same = [every[word].identical_to(votes[word]) for word in keys]
    both = every.left_join(votes, [*same, every.id == votes.id])
    asked = both.select(
        *[every[word] for word in by], every.registered, voted=votes.voted.fill_null(0)
    )
    return ordered(voters.answer(asked), by)


def _has(found: Any, number: int) -> Any:
    return found.elections.contains(literal(number, "int16")).fill_null(literal(False, "boolean"))


def _took_part(found: Any, number: int) -> Any:
    return found.filter(_has(found, number))


def _elections(voters: Voters, election: str | None) -> Any:
    named = table("elections").select("id", "election")
    return named.filter(named.id == voters.election(election).id) if election else named
