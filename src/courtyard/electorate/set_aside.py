"""Rows set aside: a file that says which and why, and that can be mended and loaded again."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

HEADER = ("dataset", "source", "line", "reason", "row")
# What a spreadsheet would run as a formula; told apart from an apostrophe of the row itself.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")


@dataclass(frozen=True)
class SetAside:
    """One row that was not kept. ``source`` is a bare file name, ``row`` its raw text.

    The raw text of a confidential voter is not kept: ``row`` is empty.
    """

    source: str
    line: int
    reason: str
    row: str


def write_set_aside(path: Path, dataset: str, rows: Iterable[SetAside]) -> int:
    """Write rows set aside, a UTF-8 CSV file for this user only; return how many there were.

    No file is written if there are none. A row that begins like a formula has an apostrophe put
    before it, so that no spreadsheet runs it; ``read_set_aside`` takes it away again.
    """
    count, file = 0, None
    try:
        for one in rows:
            count += 1
            if file is None:
                path.touch(mode=0o600)
                file = path.open("w", encoding="utf-8", newline="")
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(HEADER)
            shown = f"'{one.row}" if one.row.startswith(FORMULA) else one.row
            writer.writerow((dataset, one.source, one.line, one.reason, shown))
    finally:
        if file is not None:
            file.close()
    return count


def read_set_aside(path: Path) -> Iterator[tuple[str, SetAside]]:
    """Yield the dataset and the row of each line of such a file. Raises ValueError, csv.Error."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        for line in csv.DictReader(file, strict=True):
            row = line["row"]
            raw = row.removeprefix("'")
            yield line["dataset"], SetAside(line["source"], int(line["line"]), line["reason"], raw)
