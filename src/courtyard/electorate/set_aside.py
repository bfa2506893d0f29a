"""Rows set aside: a file that says which and why, and that can be mended and loaded again."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

HEADER = ("dataset", "source", "line", "reason", "row")
# What a spreadsheet would run as a formula; told apart from an apostrophe of the row itself.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
MOST_FIRST_LINES = 20


@dataclass(frozen=True)
class SetAside:
    """One row that was not kept. ``source`` is a bare file name, ``row`` its raw text.

    ``reason`` may say more of this one row after a colon; what stands before it is the kind that
    is counted. The raw text of a confidential voter is not kept: ``row`` is empty.
    """

    source: str
    line: int
    reason: str
    row: str


class SetAsideFile:
    """Writes rows set aside to a UTF-8 CSV file for this user only, and counts them by reason.

    No file is made if there are none. A row that begins like a formula has an apostrophe put before
    it, so that no spreadsheet runs it; ``read_set_aside`` takes it away again.
    """

    def __init__(self, path: Path, dataset: str) -> None:
        self.count = 0
        self._path, self._dataset = path, dataset
        self._reasons: Counter[str] = Counter()
        self._first: dict[str, list[int]] = {}
        self._file: TextIO | None = None

    def __enter__(self) -> SetAsideFile:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, one: SetAside) -> None:
        """Write one row."""
        if self._file is None:
            self._path.touch(mode=0o600)
            self._file = self._path.open("w", encoding="utf-8", newline="")
            csv.writer(self._file, lineterminator="\n").writerow(HEADER)
        shown = f"'{one.row}" if one.row.startswith(FORMULA) else one.row
        row = (self._dataset, one.source, one.line, one.reason, shown)
        csv.writer(self._file, lineterminator="\n").writerow(row)
        self.count += 1
        kind = one.reason.partition(":")[0]
        self._reasons[kind] += 1
        first = self._first.setdefault(kind, [])
        if len(first) < MOST_FIRST_LINES:
            first.append(one.line)

    def reasons(self) -> list[dict[str, Any]]:
        """Return for the report: reason, rows, and the first line numbers; most rows first."""
        return [
            {"reason": reason, "rows": rows, "first_lines": sorted(self._first[reason])}
            for reason, rows in self._reasons.most_common()
        ]


def write_set_aside(path: Path, dataset: str, rows: Iterable[SetAside]) -> list[dict[str, Any]]:
    """Write rows set aside to ``path`` and return the reasons as the report says them."""
    with SetAsideFile(path, dataset) as file:
        for one in rows:
            file.add(one)
        return file.reasons()


def read_set_aside(path: Path) -> Iterator[tuple[str, SetAside]]:
    """Yield the dataset and the row of each line of such a file.

    Raises ValueError, also for a line that has not all five cells and no other; csv.Error.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        for line in csv.DictReader(file, strict=True):
            if set(line) != set(HEADER) or None in line.values():
                raise ValueError(f"a row has not the cells {', '.join(HEADER)}")
            raw = line["row"].removeprefix("'")
            yield line["dataset"], SetAside(line["source"], int(line["line"]), line["reason"], raw)
