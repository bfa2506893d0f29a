"""The rows of a contest as columns: the only module that knows pyarrow."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

WORDS = ("area", "county", "kind", "unit")


@dataclass
class Rows:
    """Rows being gathered: words as numbers into a list, so that a big file stays small."""

    _known: tuple[dict[str, int], ...] = field(default_factory=lambda: tuple({} for _ in WORDS))
    _words: tuple[array[int], ...] = field(default_factory=lambda: tuple(array("i") for _ in WORDS))
    _votes: array[int] = field(default_factory=lambda: array("q"))
    _line: array[int] = field(default_factory=lambda: array("q"))

    def add(self, words: tuple[str, str, str, str], votes: int, line: int) -> None:
        """Add a row: area, county, kind and unit; votes; its line in the file."""
        for word, known, column in zip(words, self._known, self._words, strict=True):
            column.append(known.setdefault(word, len(known)))
        self._votes.append(votes)
        self._line.append(line)

    def table(self) -> Any:
        """Return a ``pyarrow.Table``: area, county, kind, unit, votes, line."""
        count = len(self._votes)
        columns: dict[str, Any] = {}
        for name, known, column in zip(WORDS, self._known, self._words, strict=True):
            codes = pa.Array.from_buffers(pa.int32(), count, [None, pa.py_buffer(column)])
            columns[name] = pa.DictionaryArray.from_arrays(codes, pa.array(known, pa.string()))
        for name, numbers in (("votes", self._votes), ("line", self._line)):
            columns[name] = pa.Array.from_buffers(pa.int64(), count, [None, pa.py_buffer(numbers)])
        return pa.table(columns)


def first_repeat(table: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Return the first two rows that name the same area and unit, or None if there are none."""
    counted = table.group_by(["area", "unit"]).aggregate([("line", "count"), ("line", "min")])
    lines = counted.filter(pc.greater(counted["line_count"], 1))["line_min"]
    if len(lines) == 0:
        return None
    first = table.filter(pc.equal(table["line"], pc.min(lines))).to_pylist()[0]
    same = pc.and_(
        pc.equal(table["area"], first["area"]),
        pc.equal(table["unit"], first["unit"]),
    )
    return first, table.filter(same).slice(1, 1).to_pylist()[0]


def write_parquet(table: Any, path: Path) -> None:
    """Write the table as zstd Parquet; the same table gives the same bytes."""
    pq.write_table(table, path, compression="zstd")
