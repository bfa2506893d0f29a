"""What the tests of the electorate share: the real file, and a hand to write small ones."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from courtyard.electorate.results.loading import ContestResult, read_results

REAL = Path("demo/results/2020-06-23_nyc_boe_cd14_primary_EDLevel.csv.gz")

COLUMNS = (
    "AD",
    "ED",
    "County",
    "EDAD Status",
    "Event",
    "Party/Independent Body",
    "Office/Position Title",
    "District Key",
    "VoteFor",
    "Unit Name",
    "Tally",
)
USUAL = {
    "AD": "78",
    "ED": "037",
    "County": "Bronx",
    "EDAD Status": "IN-PLAY",
    "Event": "Primary Election 2020 - 06/23/2020",
    "Party/Independent Body": "Democratic",
    "Office/Position Title": "Representative in Congress",
    "District Key": "14",
    "VoteFor": "1",
    "Unit Name": "Badrun N. Khan",
    "Tally": "2",
}

Row = dict[str, str]


class EDLevel:
    """Writes files as the Board of Elections does."""

    columns = COLUMNS
    loaded = datetime(2026, 5, 1, 12, tzinfo=UTC)

    @staticmethod
    def row(**said: str) -> Row:
        """A usual row but for what is said: ``row(ED="40", Tally="1,234")``."""
        names = {
            "Status": "EDAD Status",
            "Unit": "Unit Name",
            "Party": "Party/Independent Body",
            "Office": "Office/Position Title",
            "District": "District Key",
        }
        return USUAL | {names.get(key, key): value for key, value in said.items()}

    @staticmethod
    def write(
        rows: Sequence[Row], *, repeated: bool = True, columns: Sequence[str] = COLUMNS
    ) -> bytes:
        text = io.StringIO()
        writer = csv.writer(text, quoting=csv.QUOTE_ALL)
        if not repeated:
            writer.writerow(columns)
        for row in rows:
            values = [row[name] for name in columns]
            writer.writerow([*columns, *values] if repeated else values)
        return text.getvalue().encode()


@pytest.fixture(scope="session")
def edlevel() -> type[EDLevel]:
    return EDLevel


@pytest.fixture(scope="session")
def real() -> Path:
    return next(p / REAL for p in Path(__file__).parents if (p / REAL).is_file())


@pytest.fixture(scope="session")
def real_result(real: Path) -> ContestResult:
    [result] = read_results([real]).contests
    return result


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., list[ContestResult]]:
    def reads(
        content: bytes,
        name: str = "results.csv",
        said: Mapping[str, str] | None = None,
        layout: str | Path | None = None,
    ) -> list[ContestResult]:
        path = tmp_path / name
        path.write_bytes(content)
        return list(read_results([path], said=said, layout=layout).contests)

    return reads
