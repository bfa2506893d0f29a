"""What changed between two versions of a voter file: who came, who went, what is new of whom."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from courtyard.electorate.dataset import Version
from courtyard.electorate.voters.sql import engine, rows_of

GROUPS = {
    "name": ("last_name", "first_name", "middle_name", "name_suffix", "born", "born_year"),
    "address": ("address", "city", "zip"),
    "party": ("party",),
    "status": ("status", "status_code"),
    "districts": ("county", "area", "congress", "senate", "house"),
    "history": ("times_voted", "last_voted", "first_voted"),
}


def compare_versions(old: Version, new: Version) -> dict[str, Any]:
    """Return what ``changes`` says of two versions of one voter file."""
    with tempfile.TemporaryDirectory() as spill:
        return {"against": old.number, **changes(old.parts, new.parts, Path(spill))}


def changes(old: Sequence[Path], new: Sequence[Path], spill: Path) -> dict[str, Any]:
    """Return how many voters were added, removed and changed, and changed in what.

    ``old`` and ``new`` are the Parquet files of the versions. Voters are told by their voter id;
    confidential ones have none here and are not compared. Rows are compared by a 64-bit hash of
    each group of columns, so that two million rows fit into little memory.
    """
    unequal = {name: f"o.{name} <> n.{name}" for name in GROUPS}
    other = " OR ".join(unequal.values())
    counted = ", ".join(
        f"count(*) FILTER (o.voter_id = n.voter_id AND {unlike}) AS {name}"
        for name, unlike in unequal.items()
    )
    sql = f"""
        SELECT count(*) FILTER (o.voter_id IS NULL) AS added,
            count(*) FILTER (n.voter_id IS NULL) AS removed,
            count(*) FILTER (o.voter_id = n.voter_id AND ({other})) AS changed,
            {counted}
        FROM ({_hashed(old)}) o FULL JOIN ({_hashed(new)}) n USING (voter_id)
    """  # noqa: S608  # names of our own columns
    with engine(spill) as connection:
        added, removed, changed, *by = connection.execute(sql).fetchall()[0]
    return {
        "added": added,
        "removed": removed,
        "changed": changed,
        "by": dict(zip(GROUPS, by, strict=True)),
    }


def _hashed(parts: Sequence[Path]) -> str:
    hashes = ", ".join(f"hash({', '.join(columns)}) AS {name}" for name, columns in GROUPS.items())
    rows = rows_of(parts)
    return f"SELECT voter_id, {hashes} FROM {rows} WHERE voter_id NOTNULL"  # noqa: S608  # our names
