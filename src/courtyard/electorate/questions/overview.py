"""What is in a voter file: its elections, and how many are of which status."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from courtyard.electorate.questions.asking import EVERYBODY, REGISTERED, Voters, people


def elections(voters: Voters) -> Any:
    """Return the elections in the histories of a voter file, oldest first.

    Columns: election (its name), date (null where only the year is known), kind, voters (how many
    on the file voted in it when it was loaded). Raises Refused if it is damaged.
    """
    known = list(voters.elections.values())
    columns = {
        "election": pa.array([one.name for one in known], pa.string()),
        "date": pa.array([one.day if one.has_day else None for one in known], pa.date32()),
        "kind": pa.array([one.kind for one in known], pa.string()),
        "voters": pa.array([one.voters for one in known], pa.int64()),
    }
    return pa.table(columns)


def summary(voters: Voters) -> Any:
    """Return what a voter file holds, one figure a row.

    Columns: what (all, registered, confidential, status, election), which (the status or the
    election; null for the others), voters. Raises Refused if it is damaged.
    """
    found = people(voters, ["status", "confidential"], EVERYBODY)
    counted = found.group_by("status", "confidential").agg(voters=found.count())
    rows = voters.answer(counted).to_pylist()
    by_status: dict[str, int] = {}
    for row in rows:
        by_status[row["status"]] = by_status.get(row["status"], 0) + row["voters"]
    figures: list[tuple[str, str | None, int]] = [
        ("all", None, sum(by_status.values())),
        ("registered", None, sum(by_status.get(status, 0) for status in REGISTERED)),
        ("confidential", None, sum(row["voters"] for row in rows if row["confidential"])),
        *(("status", status, by_status[status]) for status in sorted(by_status)),
        *(("election", one.name, one.voters) for one in voters.elections.values()),
    ]
    what, which, many = zip(*figures, strict=True)
    return pa.table({
        "what": pa.array(what, pa.string()),
        "which": pa.array(which, pa.string()),
        "voters": pa.array(many, pa.int64()),
    })  # fmt: skip
