"""A block of lines as columns of text, every row with its line number; what is no row, set aside.

The rows of a block are parsed at once by Arrow. Only where the count of rows and lines differs are
the lines looked at one by one: those with quotation marks that do not match, and blank ones.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as arrow_csv

from courtyard.electorate.source import Block

MOST_LINES_A_ROW = 50
NUL = "it contains a NUL byte"
QUOTES = "its quotation marks do not match"

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Grid:
    """How the cells of a file stand: its columns in order, the delimiter, and if it is quoted."""

    columns: tuple[str, ...]
    delimiter: str
    quoted: bool = True

    def fields(self, count: int) -> str:
        """Return the reason to set a row aside that has another number of fields."""
        return f"it has {count} fields where {len(self.columns)} are expected"


@dataclass
class Cells:
    """The rows of one block: a ``pyarrow.Table`` of text, a line number each, and the rest.

    ``odd`` holds what is no row: line number, reason, raw text.
    """

    table: Any
    lines: Numbers
    odd: list[tuple[int, str, str]] = field(default_factory=list)


def read_cells(block: Block, grid: Grid, wanted: Sequence[str]) -> Cells:
    """Return the ``wanted`` columns of a block's rows. Blank lines are no rows."""
    data, first = block.data, block.first_line
    ends = np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n"))
    count = len(ends) + (not data.endswith(b"\n"))
    ragged: list[Any] = []
    table = _parsed(data, grid, wanted, ragged)
    whole = table.num_rows + len(ragged) == count and b"\0" not in data
    if whole and all(row.number is not None for row in ragged):
        numbers = np.arange(first, first + count, dtype=np.int64)
        keep = np.delete(numbers, [row.number - 1 for row in ragged])
        odd = [
            (first + row.number - 1, grid.fields(row.actual_columns), row.text) for row in ragged
        ]
        return Cells(table, keep, odd)
    return _line_by_line(data, first, grid, wanted)


def _parsed(data: bytes, grid: Grid, wanted: Sequence[str], ragged: list[Any]) -> Any:
    def skip(row: Any) -> str:
        ragged.append(row)
        return "skip"

    return arrow_csv.read_csv(
        BytesIO(data),
        read_options=arrow_csv.ReadOptions(
            column_names=list(grid.columns), use_threads=False, block_size=len(data) + 1
        ),
        parse_options=arrow_csv.ParseOptions(
            delimiter=grid.delimiter,
            quote_char='"' if grid.quoted else False,
            newlines_in_values=grid.quoted,
            invalid_row_handler=skip,
        ),
        convert_options=arrow_csv.ConvertOptions(
            include_columns=list(wanted),
            column_types=dict.fromkeys(wanted, pa.string()),
            check_utf8=False,
            strings_can_be_null=False,
        ),
    )


def _line_by_line(data: bytes, first: int, grid: Grid, wanted: Sequence[str]) -> Cells:
    """Parse what is plain at once, and by Python what is not; the rows come in any order."""
    lines = data.split(b"\n")
    if not lines[-1]:
        lines.pop()
    lines = [line.removesuffix(b"\r") for line in lines]
    alone = _uneven(lines) if grid.quoted else set()
    alone |= {at for at, line in enumerate(lines) if b"\0" in line}
    plain = [at for at, line in enumerate(lines) if at not in alone and line.strip()]
    ragged: list[Any] = []
    joined = b"\n".join(lines[at] for at in plain) + b"\n"
    table = _parsed(joined, grid, wanted, ragged)
    numbers = np.array(plain, dtype=np.int64)
    if table.num_rows + len(ragged) != len(plain):  # a quote within a quote that Arrow reads on
        alone, plain, ragged = set(range(len(lines))), [], []
        table, numbers = table.slice(0, 0), numbers[:0]
    odd = [
        (first + plain[row.number - 1], grid.fields(row.actual_columns), row.text) for row in ragged
    ]
    numbers = np.delete(numbers, [row.number - 1 for row in ragged])
    more, places = [], []
    for at, cells, reason, raw in _singly(lines, sorted(alone), grid):
        if reason:
            odd.append((first + at, reason, raw))
        else:
            more.append(cells)
            places.append(at)
    if more:
        by_name = dict(zip(grid.columns, zip(*more, strict=True), strict=True))
        extra = pa.table({name: pa.array(by_name[name], pa.string()) for name in wanted})
        table = pa.concat_tables([table, extra])
        numbers = np.concatenate([numbers, np.array(places, dtype=np.int64)])
    return Cells(table, numbers + first, sorted(odd))


def _uneven(lines: list[bytes]) -> set[int]:
    """Return the places of lines with an odd number of quotes, and of those between two such.

    Lines between are part of one row if the lines together are one; ``_singly`` tries that.
    """
    odd = [at for at, line in enumerate(lines) if line.count(b'"') % 2]
    found = set(odd)
    for begin, end in zip(odd[::2], odd[1::2], strict=False):
        if end - begin < MOST_LINES_A_ROW:
            found |= set(range(begin, end + 1))
    return found


def _singly(
    lines: list[bytes], places: list[int], grid: Grid
) -> Iterator[tuple[int, list[str], str, str]]:
    """Yield place, cells, reason and raw text of each row among these lines; one of the two."""
    waiting = list(reversed(places))
    while waiting:
        at = waiting.pop()
        raw = lines[at].decode()
        if not raw.strip():
            continue
        if "\0" in raw:
            yield at, [], NUL, raw.replace("\0", "\N{SYMBOL FOR NULL}")
            continue
        cells = _split(raw, grid)
        if cells is None and (together := _joined(lines, at, waiting, grid)):
            cells, used = together
            del waiting[len(waiting) - used :]
        if cells is None:
            yield at, [], QUOTES, raw
        elif len(cells) != len(grid.columns):
            yield at, [], grid.fields(len(cells)), raw
        else:
            yield at, cells, "", raw


def _joined(
    lines: list[bytes], at: int, waiting: list[int], grid: Grid
) -> tuple[list[str], int] | None:
    """Return the cells of a row over several lines, and how many of those waiting it takes."""
    raw = lines[at]
    for used, place in enumerate(reversed(waiting[-MOST_LINES_A_ROW:]), start=1):
        if place != at + used:
            return None
        raw += b"\n" + lines[place]
        if raw.count(b'"') % 2 == 0:
            cells = _split(raw.decode(), grid)
            return (cells, used) if cells and len(cells) == len(grid.columns) else None
    return None


def _split(text: str, grid: Grid) -> list[str] | None:
    """Return the cells of one row, or None if its quotation marks do not match."""
    if not grid.quoted:
        return text.split(grid.delimiter)
    if text.count('"') % 2:
        return None
    try:
        rows = list(csv.reader(text.splitlines(keepends=True), delimiter=grid.delimiter))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None
