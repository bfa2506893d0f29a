"""Take over voters of the version in force into a load that adds to it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from courtyard.electorate.dataset import Version
from courtyard.electorate.voters.elections import Entries
from courtyard.electorate.voters.finish import GROUP_ROWS
from courtyard.electorate.voters.history import METHODS, Entry
from courtyard.electorate.voters.sql import engine, literal
from courtyard.electorate.voters.stage import Stage, write_staged

MADE_AGAIN = "building, household, elections, methods, first_voted, last_voted, times_voted, source"


def stage_again(stage: Stage, old: Version, *, with_history: bool) -> int:
    """Stage the voters of a version that the load does not bring itself; return how many.

    ``with_history``: also the elections they voted in. Confidential voters have no id to be told
    by: those of a county are kept unless the load brings most of that county.
    """
    paths = ", ".join(literal(str(path)) for path in old.parts)
    sql = f"""
        SELECT * EXCLUDE ({MADE_AGAIN}), elections, methods,
            (source + {len(stage.files)})::SMALLINT AS source
        FROM read_parquet([{paths}])
    """  # noqa: S608  # names of our own
    if list(stage.folder.glob("voters-*.parquet")):
        staged = f"SELECT voter_id FROM read_parquet({literal(stage.voters)})"  # noqa: S608
        covered = f"""
            SELECT county FROM (
                SELECT county, count(*) AS n FROM read_parquet({literal(stage.voters)}) GROUP BY 1
            ) JOIN (
                SELECT county, count(*) AS old FROM read_parquet([{paths}]) GROUP BY 1
            ) USING (county) WHERE 2 * n > old
        """  # noqa: S608
        sql += f""" WHERE CASE WHEN voter_id IS NULL THEN county NOT IN ({covered})
            ELSE voter_id NOT IN ({staged}) END"""
    number = _numbers(old, stage.entries)
    rows = 0
    with engine(stage.folder) as connection:
        for at, batch in enumerate(connection.execute(sql).to_arrow_reader(GROUP_ROWS * 4)):
            table = pa.Table.from_batches([batch])
            entries = number(table) if with_history else pa.nulls(len(table), pa.list_(pa.int32()))
            table = table.drop_columns(["elections", "methods"]).append_column("entries", entries)
            write_staged(table, stage.folder / f"again-{at:05}.parquet")
            rows += len(table)
    for path in stage.folder.glob("again-*.parquet"):
        path.rename(path.with_name("voters-" + path.name))
    stage.tally.rows += rows
    return rows


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
