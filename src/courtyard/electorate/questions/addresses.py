"""Doors, and the names behind them: the only place from which anybody's name or address comes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from courtyard.electorate.permitted import PURPOSES, NotPermitted, Permitted, may_read_names
from courtyard.electorate.questions.asking import (
    EVERYBODY,
    PLACES,
    REGISTERED,
    BadQuestion,
    Voters,
    Where,
    check,
    no_such,
    ordered,
    people,
    those,
    words,
)

ON_A_LIST = (
    "voter_id", "last_name", "first_name", "middle_name", "name_suffix", "party", "address",
    "number", "street", "side", "unit", "city", "zip", "building", "household",
)  # fmt: skip
IN_ORDER = ("street", "side", "number", "unit", "last_name", "first_name", "voter_id")


def doors(voters: Voters, *, by: Sequence[str] = (), where: Where = EVERYBODY) -> Any:
    """Return how many registered voters live behind how many doors, in how many buildings.

    Columns: the words of ``by``; residents, all who are registered; households and buildings, those
    that differ among their addresses; without_door, residents whose address is confidential or
    cannot be grouped. By party or status a household counts once in each. Raises BadQuestion.
    """
    by = words(by, PLACES)
    found = people(voters, [*by, "household", "building"], where, status=REGISTERED)
    counts = {
        "residents": found.count(),
        "households": found.household.nunique(),
        "buildings": found.building.nunique(),
        "without_door": found.count() - found.household.count(),
    }
    asked = found.group_by(*by).agg(**counts) if by else found.agg(**counts)
    return ordered(voters.answer(asked), by)


def names(voters: Voters, *, area: str, purpose: str, where: Where = EVERYBODY) -> Any:
    """Return the registered voters of one area with name and address, in the order of a walk.

    ``purpose`` is what they are read for, one of PURPOSES. A confidential voter is never among
    them. Columns: ON_A_LIST. Raises NotPermitted if the dataset does not allow the purpose, and
    BadQuestion for an unknown purpose or area.
    """
    if purpose not in PURPOSES:
        raise no_such("purpose", purpose, PURPOSES)
    permitted = Permitted.of(voters.version.manifest)
    if not may_read_names(permitted, purpose):
        raise NotPermitted(permitted, purpose)
    if not area or where.area:
        raise BadQuestion("names are read for one area at a time", mend="Name one area")
    here = Where(area=(area,))
    found = those([*ON_A_LIST, "confidential"], here, where, status=REGISTERED)
    # Who is not said to be listed is not listed.
    found = found.filter(~found.confidential.fill_null(True))
    rows = voters.answer(found.select(*ON_A_LIST))
    if not rows.num_rows:
        check(voters, here, where)
    return ordered(rows, IN_ORDER)
