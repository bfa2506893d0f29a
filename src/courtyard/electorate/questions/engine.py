"""Where a question is answered: an Ibis expression is compiled to SQL and run over Parquet files.

An engine is named by plain text: ``duckdb``, or ``spark://…`` (see ``spark.py``).
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from courtyard.electorate.questions.tables import columns_of, tables_in, to_sql
from courtyard.electorate.refusal import Refused, shown

DUCKDB = "duckdb"
SPARK = "spark://"
RELOAD = "Load its file again"
# No extension is ever fetched: the engine that is installed is all there is.
CONFIG: dict[str, Any] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
}
ARROW = {"string": pa.string(), "int64": pa.int64(), "date": pa.date32(), "boolean": pa.bool_()}
Files = Mapping[str, Sequence[Path]]


def answer(question: Any, files: Files, engine: str = DUCKDB) -> Any:
    """Return what a question (an Ibis expression) gives over these files, as a ``pyarrow.Table``.

    ``files`` are the Parquet files behind each table it is written on. Columns have the types that
    the expression says, whatever the engine counts in; rows come in no order. Raises Refused if the
    files are damaged, or the engine is unknown or does not answer.
    """
    if engine == DUCKDB:
        run = _duckdb
    elif engine.startswith(SPARK):
        # Here, because Spark may not be installed.
        from courtyard.electorate.questions.spark import run_on_spark as run  # noqa: PLC0415
    else:
        what = f"“{shown(engine)}” is no engine"
        raise Refused(what, mend="Set COURTYARD_ENGINE to duckdb, or to spark://host:port")
    used = {name: files[name] for name in tables_in(question)}
    return run(question, used, engine).cast(pa.schema(columns_of(question, ARROW)))


def _duckdb(question: Any, files: Files, engine: str) -> Any:
    # One engine a question, though that takes 10 ms: the server forks its processes, and one that
    # drops an engine that its parent started ends with it.
    with tempfile.TemporaryDirectory(prefix="courtyard-") as spill:
        config = CONFIG | {
            "threads": os.cpu_count() or 1,
            "memory_limit": f"{_memory() // 2 >> 20}MiB",
            "temp_directory": spill,
            "preserve_insertion_order": False,
        }
        try:
            with duckdb.connect(config=config) as connection:
                for name, paths in files.items():
                    literal = [_plain(path) for path in paths]
                    connection.read_parquet(literal).create_view(name)
                return connection.execute(to_sql(question, "duckdb")).to_arrow_table()
        except duckdb.OutOfMemoryException as e:
            raise Refused("there is too little memory for this", mend="Ask by fewer words") from e
        except duckdb.Error as e:
            raise Refused("the stored dataset is damaged", mend=RELOAD) from e


def _memory() -> int:
    """Return the machine's memory in bytes."""
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def _plain(path: Path) -> str:
    """Return the path so that DuckDB takes no character of it for a pattern."""
    return re.sub(r"([*?\[])", r"[\1]", str(path))
