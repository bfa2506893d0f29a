"""The second half of loading voters: staged rows into the version's sorted Parquet files.

Rows with an id that an earlier row of the load has are set aside. DuckDB sorts, on disk where
memory does not do; histories are resolved to elections as the sorted rows pass.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from courtyard.electorate.progress import Progress, Tell
from courtyard.electorate.set_aside import SetAside
from courtyard.electorate.source import open_source
from courtyard.electorate.voters.elections import Elections, columns_of, elections_of
from courtyard.electorate.voters.recognise import VoterFile
from courtyard.electorate.voters.report import Filled
from courtyard.electorate.voters.sql import THREADS, engine, literal, rows_of
from courtyard.electorate.voters.stage import Stage

PART_ROWS = 250_000
GROUP_ROWS = 50_000
VOTES_AT_A_TIME = 2_000_000
# fmt: off
PERSONAL = (
    "voter_id", "last_name", "first_name", "middle_name", "name_suffix", "born", "born_year",
    "address", "number", "street", "side", "unit", "city", "zip",
)
PLAIN = (
    "party", "status", "status_code", "registered", "county", "area", "congress", "senate", "house",
)
COLUMNS = (
    "voter_id", "confidential", "last_name", "first_name", "middle_name", "name_suffix", "born",
    "born_year", *PLAIN, "address", "number", "street", "side", "unit", "city", "zip", "building",
    "household", "elections", "methods", "first_voted", "last_voted", "times_voted", "source",
    "line",
)
SELDOM_REPEATED = (
    "voter_id", "line", "building", "household", "address", "first_name", "last_name",
)
# fmt: on
PLACED = ("area", "county", "zip", "voter_id")  # by which row groups are passed over
CODED = {"elections": "elections.list.element", "methods": "methods.list.element"}

DOUBLED = """
    SELECT source, line, first_value(source) OVER one, first_value(line) OVER one,
        row_number() OVER one AS place, bool_or(confidential) OVER all_of_it, confidential
    FROM staged WHERE voter_id IN (SELECT voter_id FROM staged GROUP BY ALL HAVING count(*) > 1)
    WINDOW one AS (PARTITION BY voter_id ORDER BY source, line),
        all_of_it AS (PARTITION BY voter_id)
    ORDER BY source, line
"""


@dataclass(frozen=True)
class Finished:
    """What the second half made: rows kept and confidential, the elections, what is filled."""

    rows: int
    confidential: int
    elections: Elections
    filled: Filled


def finish(stage: Stage, files: Sequence[VoterFile], into: Path, tell: Tell) -> Finished:
    """Write ``voters/part-*.parquet`` and ``elections.parquet`` into a folder.

    ``files`` stand in the order of their numbers in ``source``.
    """
    elections = elections_of(stage.entries)
    with engine(stage.folder) as connection:
        connection.execute(f"CREATE VIEW staged AS FROM {rows_of(stage.voters)}")
        _set_doubled_aside(stage, connection, files)
        tell(Progress("", "sorting", 0, stage.tally.rows, 0))
        joined = bool(stage.votes or stage.votes_again)
        if stage.votes:
            _count_orphans(stage, connection)
        if joined:
            _join_votes(stage, connection)
        reader = connection.execute(_sorted_sql(connection, joined=joined)).to_arrow_reader(
            GROUP_ROWS
        )
        parts = _Parts(elections, into / "voters")
        rows = parts.write(reader, stage.tally.rows, tell)
    pq.write_table(elections.table(parts.voters), into / "elections.parquet", compression="zstd")
    return Finished(rows, parts.filled.rows("confidential"), elections, parts.filled)


def _set_doubled_aside(
    stage: Stage, connection: duckdb.DuckDBPyConnection, files: Sequence[VoterFile]
) -> None:
    """Set rows aside whose id stands before; one confidential row of an id hides all of them."""
    found = connection.execute(DOUBLED).fetchall()
    doubled = [row for row in found if row[4] > 1]
    hidden = [row for row in found if row[4] == 1 and row[5] and not row[6]]
    for name, rows in (("doubled", doubled), ("hidden", hidden)):
        connection.execute(f"CREATE TABLE {name} (source SMALLINT, line BIGINT)")
        if rows:
            table = pa.table({"s": [row[0] for row in rows], "l": [row[1] for row in rows]})
            connection.register("found", table)
            connection.execute(f"INSERT INTO {name} SELECT s, l FROM found")  # noqa: S608
    for source, one in enumerate(files):
        ours = {line: rest for at, line, *rest in doubled if at == source}
        if not ours:
            continue
        with open_source(one.path) as file:
            places = stage.files[source].places
            for line, text in file.picked(sorted(ours), quoted=one.grid.quoted, places=places):
                first_source, first_line, _, confidential, _ = ours[line]
                other = f" of {files[first_source].path.name}" if first_source != source else ""
                reason = f"an earlier row has the same voter id: in line {first_line}{other}"
                stage.aside.add(SetAside(file.name, line, reason, "" if confidential else text))
        stage.files[source].rows_set_aside += len(ours)


def _count_orphans(stage: Stage, connection: duckdb.DuckDBPyConnection) -> None:
    """Say how many votes of a file of its own are of nobody among the voters."""
    (count,) = connection.execute(
        f"SELECT count(*) FROM {rows_of(stage.votes)} WHERE voter_id NOT IN "  # noqa: S608
        "(SELECT voter_id FROM staged WHERE voter_id IS NOT NULL)"
    ).fetchall()[0]
    if count:
        votes = "votes are" if count > 1 else "vote is"
        stage.notes.append(f"{count:,} {votes} of nobody among the voters.")


def _join_votes(stage: Stage, connection: duckdb.DuckDBPyConnection) -> None:
    """Join the votes of a file of its own to their voters, a share of the voters at a time.

    A list for each voter does not go to disk by itself when memory ends; a share of them fits.
    """
    votes = rows_of([*stage.votes, *stage.votes_again])
    (count,) = connection.execute(f"SELECT count(*) FROM {votes}").fetchall()[0]  # noqa: S608
    shares = 1 + count // VOTES_AT_A_TIME
    for share in range(shares):
        ours = f"coalesce(hash(voter_id), 0) % {shares} = {share}"
        into = literal(str(stage.folder / f"joined-{share:03}.parquet"))
        connection.execute(
            f"""
            COPY (
                SELECT * FROM (FROM staged WHERE {ours}) LEFT JOIN (
                    SELECT voter_id, list(entry) AS apart FROM {votes}
                    WHERE voter_id IS NOT NULL AND {ours} GROUP BY voter_id
                ) USING (voter_id)
            ) TO {into} (FORMAT parquet, COMPRESSION uncompressed)
            """  # noqa: S608  # nothing of a file's text stands in it
        )
    joined = rows_of(stage.folder.glob("joined-*.parquet"))
    connection.execute(f"CREATE OR REPLACE VIEW staged AS FROM {joined}")


def _sorted_sql(connection: duckdb.DuckDBPyConnection, *, joined: bool) -> str:
    (some,) = connection.execute(
        "SELECT (SELECT bool_or(confidential) FROM staged) OR EXISTS (FROM hidden)"
    ).fetchall()[0]
    shown = "CASE WHEN NOT confidential THEN {0} END AS {0}" if some else "{0}"
    place = "coalesce(zip, city), street, number"
    grouped = "CASE WHEN NOT confidential AND street IS NOT NULL AND number IS NOT NULL"
    flag = "confidential OR (source, line) IN (FROM hidden)" if some else "confidential"
    return f"""
        SELECT {", ".join(map(shown.format, PERSONAL))}, confidential, {", ".join(PLAIN)},
            {grouped} THEN (hash({place}) >> 1)::BIGINT END AS building,
            {grouped} THEN (hash({place}, unit) >> 1)::BIGINT END AS household,
            entries, {"apart" if joined else "NULL::INTEGER[] AS apart"}, source, line
        FROM (
            SELECT * REPLACE ({flag} AS confidential)
            FROM staged WHERE (source, line) NOT IN (FROM doubled)
        )
        ORDER BY area, street, number, unit, household
    """  # noqa: S608  # nothing of a file's text stands in it


class _Parts:
    """Writes sorted rows to files, and counts: what is filled, and who voted in each election."""

    def __init__(self, elections: Elections, folder: Path) -> None:
        self.filled = Filled()
        self.voters = np.zeros(len(elections.keys), np.int64)
        self._elections, self._folder = elections, folder

    def write(self, reader: Any, total: int, tell: Tell) -> int:
        """Write the rows and return how many there were; by two threads, in their order."""
        self._folder.mkdir()
        rows = 0
        waiting: list[Any] = []
        with ThreadPoolExecutor(THREADS) as pool:
            for number, batches in enumerate(_gathered(reader)):
                table = pa.Table.from_batches(batches)
                path = self._folder / f"part-{number:05}.parquet"
                waiting.append(pool.submit(_write_part, table, self._elections, path))
                if len(waiting) == THREADS:
                    self._count(*waiting.pop(0).result())
                rows += len(table)
                tell(Progress("", "sorting", rows, total, rows))
            for one in waiting:
                self._count(*one.result())
        return rows

    def _count(self, part: Any, voters: npt.NDArray[np.int64]) -> None:
        self.filled.add(part)
        self.voters += voters


def _gathered(reader: Any) -> Iterator[list[Any]]:
    batches: list[Any] = []
    count = 0
    for batch in reader:
        batches.append(batch)
        count += len(batch)
        if count >= PART_ROWS:
            yield batches
            batches, count = [], 0
    if count:
        yield batches


def _write_part(table: Any, elections: Elections, path: Path) -> tuple[Any, npt.NDArray[np.int64]]:
    lists = _together(table["entries"], table["apart"])
    columns, voters = columns_of(lists, elections)
    for name, column in columns.items():
        table = table.append_column(name, column)
    table = table.select(list(COLUMNS))
    pq.write_table(
        table,
        path,
        compression="zstd",
        compression_level=1,
        use_dictionary=[CODED.get(name, name) for name in COLUMNS if name not in SELDOM_REPEATED],
        row_group_size=GROUP_ROWS,
        write_statistics=list(PLACED),
    )
    return table, voters


def _together(beside: Any, apart: Any) -> Any:
    """Return the lists of entries of two columns as one: of the row, and of a file of votes."""
    if apart.null_count == len(apart):
        return beside
    if beside.null_count == len(beside):
        return apart
    pairs = zip(beside.to_pylist(), apart.to_pylist(), strict=True)
    return pa.array([(a or []) + (b or []) for a, b in pairs], pa.list_(pa.int32()))
