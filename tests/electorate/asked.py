"""Every question of voters, asked of an engine and answered plainly, to be compared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from tests.electorate.voter_file import NASTY, Plain, Row

from courtyard.electorate import questions
from courtyard.electorate.questions import Ballot, Voters, Where

UNDATED, PRIMARY, SPECIAL = "2016-general", "2018-06-26-primary", "2018-06-26-special"
DAY = date(2020, 6, 23)
Asked = tuple[Callable[..., Any], Callable[[Plain], list[tuple[Any, ...]]]]
ASKED: dict[str, Asked] = {
    "registered": (questions.registered, Plain.registered),
    "voted ever": (questions.voted, Plain.voted),
    "voted in one": (
        lambda *a, **k: questions.voted(*a, **k, election=SPECIAL),
        lambda plain: plain.voted(SPECIAL),
    ),
    "turnout": (
        lambda *a, **k: questions.turnout(*a, **k, election=UNDATED),
        lambda plain: plain.turnout(UNDATED),
    ),
    "first time": (
        lambda *a, **k: questions.first_time(*a, PRIMARY, **k),
        lambda plain: plain.first_time(PRIMARY),
    ),
    "first time, no day": (
        lambda *a, **k: questions.first_time(*a, UNDATED, **k),
        lambda plain: plain.first_time(UNDATED),
    ),
    "lapsed since a day": (
        lambda *a, **k: questions.lapsed(*a, date(2020, 6, 24), **k),
        lambda plain: plain.lapsed(date(2020, 6, 24)),
    ),
    "lapsed since an election": (
        lambda *a, **k: questions.lapsed(*a, PRIMARY, **k),
        lambda plain: plain.lapsed(date(2018, 6, 26)),
    ),
    "never voted": (questions.never_voted, Plain.never_voted),
    "doors": (questions.doors, Plain.doors),
    "eligible": (
        lambda *a, **k: questions.eligible(*a, Ballot(DAY), **k),
        lambda plain: plain.eligible(DAY, lambda party: True),
    ),
    "eligible in a primary": (
        lambda *a, **k: questions.eligible(*a, Ballot(DAY, "democratic"), **k),
        lambda plain: plain.eligible(DAY, lambda party: party == "DEM"),
    ),
}
BY_ELECTION: dict[str, Asked] = {
    "voted": (questions.voted, Plain.voted),
    "voted in one": (
        lambda *a, **k: questions.voted(*a, **k, election=PRIMARY),
        lambda plain: plain.voted(PRIMARY),
    ),
    "turnout": (questions.turnout, Plain.turnout),
    "turnout of one": (
        lambda *a, **k: questions.turnout(*a, **k, election=PRIMARY),
        lambda plain: plain.turnout(PRIMARY),
    ),
}
WHERE: tuple[dict[str, tuple[str, ...]], ...] = (
    {},
    {"congress": ("14",)},
    {"area": (NASTY,), "party": ("DEM", "O'X")},
)


def rows_of(table: Any) -> list[tuple[Any, ...]]:
    """The rows of a table as tuples, sorted; nothing before something."""
    return in_order(tuple(row.values()) for row in table.to_pylist())


def in_order(rows: Any) -> list[tuple[Any, ...]]:
    return sorted(rows, key=lambda row: [(one is not None, str(one)) for one in row])


def agree(
    asked: Asked, voters: Voters, rows: Sequence[Row], by: tuple[str, ...], where: Any
) -> None:
    """Ask both ways; a place that no row has is refused, and nothing else is."""
    question, plain = asked
    if any(not any(row[word] == v for row in rows) for word, vs in where.items() for v in vs):
        return
    found = question(voters, by=by, where=Where(**where))
    assert found.column_names[: len(by)] == list(by)
    assert rows_of(found) == in_order(plain(Plain(rows, by, where))), (by, where)
