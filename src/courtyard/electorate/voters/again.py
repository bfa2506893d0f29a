"""Take over voters of the version in force into a load that adds to it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from courtyard.electorate.dataset import Version
from courtyard.electorate.voters.elections import Entries
from courtyard.electorate.voters.finish import GROUP_ROWS
from courtyard.electorate.voters.history import METHODS, Entry
from courtyard.electorate.voters.sql import engine, rows_of
from courtyard.electorate.voters.stage import Stage, write_staged

COVERED = """
    SELECT n.county FROM (
        SELECT county, count(*) AS rows, bool_or(confidential) AS hidden FROM {new} GROUP BY 1
    ) n JOIN (SELECT county, count(*) AS rows FROM {old} GROUP BY 1) o
    ON n.county IS NOT DISTINCT FROM o.county WHERE hidden AND 2 * n.rows > o.rows
"""
MADE_AGAIN = "building, household, elections, methods, first_voted, last_voted, times_voted, source"


def stage_again(stage: Stage, old: Version, *, with_history: bool) -> int:
    """Stage the voters of a version that the load does not bring itself; return how many.

    ``with_history``: also the elections they voted in. Confidential voters have no id to be told
    by: those of a county are kept, unless the load brings confidential ones of that county and
    half as many voters of it as there were.
    """
    sql = f"""
        SELECT * EXCLUDE ({MADE_AGAIN}), elections, methods,
            (source + {len(stage.files)})::SMALLINT AS source
        FROM {rows_of(old.parts)} o
    """  # noqa: S608  # names of our own
    if new := stage.voters:
        sql += f""" WHERE CASE WHEN voter_id IS NULL THEN NOT EXISTS (
                SELECT 1 FROM ({COVERED.format(new=rows_of(new), old=rows_of(old.parts))}) c
                WHERE c.county IS NOT DISTINCT FROM o.county
            ) ELSE voter_id NOT IN (SELECT voter_id FROM {rows_of(new)}) END"""  # noqa: S608
    rows = hidden = 0
    number = _numbers(old, stage.entries)
    with engine(stage.folder) as connection:
        for at, batch in enumerate(connection.execute(sql).to_arrow_reader(GROUP_ROWS * 4)):
            table = pa.Table.from_batches([batch])
            entries = number(table) if with_history else pa.nulls(len(table), pa.list_(pa.int32()))
            table = table.drop_columns(["elections", "methods"]).append_column("entries", entries)
            write_staged(table, stage.folder / f"again-{at:05}.parquet")
            rows, hidden = rows + len(table), hidden + table["voter_id"].null_count
    for path in stage.folder.glob("again-*.parquet"):
        path.rename(path.with_name("voters-" + path.name))
    stage.tally.rows += rows
    _tell(stage, old, hidden)
    return rows


def _tell(stage: Stage, old: Version, hidden: int) -> None:
    """Say what became of the confidential voters there were, of whom ``hidden`` are kept."""
    went = old.manifest["confidential"] - hidden
    came = _confidential(stage) if hidden else 0
    if came:
        stage.notes.append(
            f"{came:,} confidential voters are added to the {hidden:,} there were. They have no id "
            "to be told by: who was there before is counted twice."
        )
    if went:
        stage.notes.append(
            f"{went:,} confidential voters of version {old.number} are replaced by the file's."
        )


def _confidential(stage: Stage) -> int:
    new = [path for path in stage.voters if not path.name.startswith("voters-again")]
    if not new:
        return 0
    with engine(stage.folder) as connection:
        sql = f"SELECT count(*) FILTER (confidential) FROM {rows_of(new)}"  # noqa: S608  # our paths
        return int(connection.execute(sql).fetchall()[0][0])


def carry_votes(stage: Stage, old: Version) -> None:
    """Stage the votes that a version knows of the voters of this load, who came without any."""
    sql = f"""
        SELECT voter_id, elections, methods FROM {rows_of(old.parts)}
        WHERE times_voted > 0 AND voter_id IN (SELECT voter_id FROM {rows_of(stage.voters)})
    """  # noqa: S608  # names of our own
    number, voters = _numbers(old, stage.entries), 0
    with engine(stage.folder) as connection:
        for at, batch in enumerate(connection.execute(sql).to_arrow_reader(GROUP_ROWS * 4)):
            table = pa.Table.from_batches([batch])
            lists = number(table)
            of_row = pc.list_parent_indices(lists)
            votes = {"voter_id": table["voter_id"].take(of_row), "entry": lists.flatten()}
            write_staged(pa.table(votes), stage.folder / f"carried-{at:05}.parquet")
            voters += len(table)
    if voters:
        stage.notes.append(
            f"No vote history came with the voters: {voters:,} of them keep that of version "
            f"{old.number}. Load its history to renew it."
        )


def _numbers(old: Version, entries: Entries) -> Any:
    """Return a function that turns a table's elections and methods into lists of entry numbers."""
    said = pq.read_table(old.folder / "elections.parquet").to_pylist()
    ids = np.array(
        [
            [
                entries.known(Entry(one["date"], one["year"], one["kind"], method, voted=True))
                for method in METHODS
            ]
            for one in said
        ]
        or [[0] * len(METHODS)],
        np.int32,
    )

    def number(table: Any) -> Any:
        elections = table["elections"].combine_chunks()
        methods = table["methods"].combine_chunks()
        flat = ids[
            elections.flatten().to_numpy(zero_copy_only=False),
            methods.flatten().to_numpy(zero_copy_only=False),
        ]
        offsets = elections.offsets.to_numpy()
        return pa.ListArray.from_arrays(pa.array(offsets - offsets[0], pa.int32()), pa.array(flat))

    return number
