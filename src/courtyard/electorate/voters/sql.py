"""The little SQL that loading needs, of DuckDB alone. Questions are asked in questions/."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

MEMORY = "500MB"
THREADS = 2


@contextmanager
def engine(spill: Path, memory: str = MEMORY) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open an engine of bounded memory that puts what does not fit into a folder ``spill``.

    Raises OSError where disk or memory do not suffice.
    """
    config: dict[str, Any] = {
        # No extension is ever fetched: the engine that is installed is all there is.
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "threads": THREADS,
        "memory_limit": memory,
        "temp_directory": str(spill / "spill"),
        "preserve_insertion_order": False,
    }
    try:
        with duckdb.connect(config=config) as connection:
            yield connection
    except (duckdb.OutOfMemoryException, duckdb.IOException) as e:
        first = str(e).partition("\n")[0]
        raise OSError(f"the disk or the memory does not suffice: {first}") from e


def rows_of(paths: Iterable[Path]) -> str:
    """Return the SQL that reads Parquet files; no character of a path is taken for a pattern."""
    plain = (re.sub(r"([*?\[])", r"[\1]", str(path)) for path in sorted(paths))
    return f"read_parquet([{', '.join(map(literal, plain))}], union_by_name = true)"


def literal(text: str) -> str:
    """Return an SQL text."""
    return "'" + text.replace("'", "''") + "'"
