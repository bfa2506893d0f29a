"""The Board of Elections' file of 4,064 rows into a checked dataset, against readers by hand.

The peers only parse and write Parquet: no checks, no combined districts, no version, no fsync.
"""

import csv
import gzip
import shutil
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars
import pyarrow
import pyarrow.parquet

from courtyard.electorate.dataset import save
from courtyard.electorate.questions import figures
from courtyard.electorate.results.loading import read_results

FILE = next((Path(__file__).parent.parent / "demo" / "results").glob("*EDLevel.csv.gz"))
NOW = datetime(2026, 11, 1, tzinfo=UTC)


def cases() -> dict[str, Callable[[], object]]:
    """Ours first."""
    folder = Path(tempfile.mkdtemp())
    out = folder / "out.parquet"
    kept = folder / "kept"
    (contest,) = read_results(FILE)
    save(kept, contest, at=NOW)

    def courtyard() -> None:
        shutil.rmtree(folder / "fresh", ignore_errors=True)
        for one in read_results(FILE):
            save(folder / "fresh", one, at=NOW)

    def by_duckdb() -> None:
        duckdb.sql(
            f"COPY (SELECT * FROM read_csv('{FILE}', header=false, all_varchar=true)) "
            f"TO '{out}' (FORMAT parquet, COMPRESSION zstd)"
        )

    def by_polars() -> None:
        polars.read_csv(FILE, has_header=False, infer_schema=False).write_parquet(out)

    def by_csv() -> None:
        with gzip.open(FILE, "rt") as file:
            columns = list(zip(*csv.reader(file), strict=True))
        table = pyarrow.table({str(n): list(column) for n, column in enumerate(columns)})
        pyarrow.parquet.write_table(table, out)

    return {
        "courtyard load (checked, versioned, fsynced)": courtyard,
        "DuckDB read_csv to Parquet": by_duckdb,
        "polars read_csv to Parquet": by_polars,
        "csv and pyarrow": by_csv,
        "courtyard: all figures of the contest": lambda: figures(kept, contest.contest),
    }
