"""A block of lines as columns of text, every row with its line number; what is no row, set aside.

The rows of a block are parsed at once by Arrow. Lines with a NUL byte or an odd number of quotation
marks are taken out before and looked at one by one: some are part of a row over several lines.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as arrow_csv

from courtyard.electorate.scanning import Numbers, pieces, places_of
from courtyard.electorate.source import Block

MOST_LINES_A_ROW = 50
Flags = npt.NDArray[np.bool_]

NUL = "it contains a NUL byte"
QUOTES = "its quotation marks do not match"


@dataclass(frozen=True)
class Grid:
    """How the cells of a file stand: its columns in order, the delimiter, and if it is quoted."""

    columns: tuple[str, ...]
    delimiter: str
    quoted: bool = True

    def fields(self, count: int) -> str:
        """Return the reason to set a row aside that has another number of fields."""
        return f"it has another number of fields: {count} where {len(self.columns)} are expected"


@dataclass
class Cells:
    """The rows of one block: a ``pyarrow.Table`` of text, a line number each, and the rest.

    ``odd`` holds what is no row: line number, reason, raw text.
    """

    table: Any
    lines: Numbers
    odd: list[tuple[int, str, str]] = field(default_factory=list)


def read_cells(block: Block, grid: Grid, wanted: Mapping[str, Any]) -> Cells:
    """Return the ``wanted`` columns of a block's rows, each of the type it is wanted in.

    An empty cell is null. Blank lines are no rows.
    """
    if not block.data:
        return Cells(_none(wanted), np.zeros(0, np.int64))
    lines = Lines(block)
    blank, alone = lines.lengths == 0, lines.nulls()
    alone |= lines.returns()
    if grid.quoted:
        alone |= lines.uneven()
    if blank.any() or alone.any():
        return _line_by_line(lines, block.first_line, alone, blank, grid, wanted)
    ragged: list[Any] = []
    table = _parsed(block.data, grid, wanted, ragged)
    if table.num_rows + len(ragged) != len(lines):  # quotes that Arrow reads on over lines
        return _line_by_line(lines, block.first_line, ~blank, blank, grid, wanted)
    numbers = np.arange(block.first_line, block.first_line + len(lines), dtype=np.int64)
    odd = [
        (int(numbers[row.number - 1]), grid.fields(row.actual_columns), row.text) for row in ragged
    ]
    return Cells(table, np.delete(numbers, [row.number - 1 for row in ragged]), odd)


def _none(wanted: Mapping[str, Any]) -> Any:
    return pa.table({name: pa.array([], kind) for name, kind in wanted.items()})


def _parsed(data: bytes, grid: Grid, wanted: Mapping[str, Any], ragged: list[Any]) -> Any:
    def skip(row: Any) -> str:
        ragged.append(row)
        return "skip"

    if not data:
        return _none(wanted)
    return arrow_csv.read_csv(
        pa.BufferReader(data),
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
            column_types=dict(wanted),
            check_utf8=False,
            null_values=[""],
            strings_can_be_null=True,
        ),
    )


def _line_by_line(
    lines: Lines, first: int, alone: Flags, blank: Flags, grid: Grid, wanted: Mapping[str, Any]
) -> Cells:
    """Parse what is plain, and then what was looked at by itself, which is written anew."""
    ragged: list[Any] = []
    odd, written, places = _apart(lines, alone, grid)
    plain = np.flatnonzero(~alone & ~blank)
    data = b"".join((*lines.without(alone | blank), *written))
    table = _parsed(data, grid, wanted, ragged)
    if table.num_rows + len(ragged) != len(plain) + len(places):
        ragged.clear()  # quotes that Arrow reads on over lines: each line is looked at by itself
        odd, written, places = _apart(lines, ~blank, grid)
        plain = plain[:0]
        table = _parsed(b"".join(written), grid, wanted, ragged)
    numbers = np.concatenate([plain, np.array(places, dtype=np.int64)]) + first
    odd = [(at + first, reason, raw) for at, reason, raw in odd]
    odd += [
        (int(numbers[row.number - 1]), grid.fields(row.actual_columns), row.text) for row in ragged
    ]
    return Cells(table, np.delete(numbers, [row.number - 1 for row in ragged]), sorted(odd))


def _apart(
    lines: Lines, which: Flags, grid: Grid
) -> tuple[list[tuple[int, str, str]], list[bytes], list[int]]:
    """Return of these lines what is no row, and the rows as Arrow reads them with their places."""
    odd, written, places = [], [], []
    for at, cells, reason, raw in _singly(lines, np.flatnonzero(which).tolist(), grid):
        if reason:
            odd.append((at, reason, raw))
        else:
            written.append(_written(cells, grid))
            places.append(at)
    return odd, written, places


def _written(cells: list[str], grid: Grid) -> bytes:
    if not grid.quoted:
        return f"{grid.delimiter.join(cells)}\n".encode()
    text = StringIO()
    csv.writer(text, delimiter=grid.delimiter, lineterminator="\n").writerow(cells)
    return text.getvalue().encode()


class Lines:
    """The lines of a block by their places, without copying them."""

    def __init__(self, block: Block) -> None:
        self.data = block.data
        ends = block.ends
        if not self.data.endswith(b"\n"):
            ends = np.append(ends, len(self.data))
        self.ends = ends
        self.begins = np.concatenate([[0], ends[:-1] + 1])
        bytes_ = np.frombuffer(self.data, np.uint8)
        returns = (ends > self.begins) & (bytes_[ends - 1] == ord("\r"))
        self.lengths = ends - self.begins - returns

    def __len__(self) -> int:
        return len(self.ends)

    def __getitem__(self, place: int) -> bytes:
        begin = int(self.begins[place])
        return self.data[begin : begin + int(self.lengths[place])]

    def _counts(self, byte: bytes) -> Numbers:
        """Return how often a byte stands in each line."""
        found = places_of(self.data, byte)
        counts: Numbers = np.diff(np.searchsorted(found, self.ends, side="right"), prepend=0)
        return counts

    def returns(self) -> Flags:
        """Return which lines hold a return that is no line end: Arrow would end the row there."""
        if self.data.count(b"\r") == np.count_nonzero(self.ends - self.begins - self.lengths):
            return np.zeros(len(self), bool)
        found = places_of(self.data, b"\r")
        at = np.searchsorted(self.ends, found)
        inside = found < self.begins[at] + self.lengths[at]
        flags = np.zeros(len(self), bool)
        flags[at[inside]] = True
        return flags

    def _odd(self, byte: bytes) -> Flags:
        """Return which lines a byte stands in an odd number of times.

        By counting bits, 64 places of the text in a word: three times quicker than ``_counts``.
        """
        words = np.zeros(len(self.data) // 64 + 2, np.uint64)
        bits, at = words.view(np.uint8), 0
        for some in pieces(self.data):
            packed = np.packbits(some == byte[0], bitorder="little")
            bits[at : at + len(packed)] = packed
            at += len(packed)
        before = np.concatenate([[0], np.cumsum(np.bitwise_count(words), dtype=np.int64)])
        word, place = self.ends >> 6, (self.ends & 63).astype(np.uint64)
        within = words[word] & (np.uint64(1) << place) - np.uint64(1)
        upto = before[word] + np.bitwise_count(within)
        return np.asarray(np.diff(upto, prepend=0) % 2 == 1)

    def nulls(self) -> Flags:
        """Return which lines hold a NUL byte."""
        if b"\0" not in self.data:
            return np.zeros(len(self), bool)
        return np.asarray(self._counts(b"\0") > 0)

    def uneven(self) -> Flags:
        """Return which lines have an odd number of quotes, or stand between two such.

        Lines between are part of one row if the lines together are one; ``_singly`` tries that.
        """
        if b'"' not in self.data:
            return np.zeros(len(self), bool)
        found = self._odd(b'"')
        odd = np.flatnonzero(found).tolist()
        for begin, end in zip(odd[::2], odd[1::2], strict=False):
            if end - begin < MOST_LINES_A_ROW:
                found[begin:end] = True
        return found

    def without(self, out: Flags) -> Iterator[bytes | memoryview]:
        """Yield the lines that are not ``out``, one after another, each with a line end."""
        data, at = memoryview(self.data), 0
        for place in np.flatnonzero(out).tolist():
            yield data[at : int(self.begins[place])]
            at = int(self.ends[place]) + 1
        yield data[at:]
        if not self.data.endswith(b"\n") and at < len(data):
            yield b"\n"


def _singly(
    lines: Lines, places: list[int], grid: Grid
) -> Iterator[tuple[int, list[str], str, str]]:
    """Yield place, cells, reason and raw text of each row among these lines; one of the two."""
    waiting = list(reversed(places))
    while waiting:
        at = waiting.pop()
        raw = lines[at].decode().replace("\r", " ")
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


def _joined(lines: Lines, at: int, waiting: list[int], grid: Grid) -> tuple[list[str], int] | None:
    """Return the cells of a row over several lines, and how many of those waiting it takes."""
    raw = lines[at]
    alone = _split(lines[at + 1].decode(), grid) if at + 1 < len(lines) else None
    if alone is not None and len(alone) == len(grid.columns):
        return None  # the next line is a row: it is not swallowed
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
        rows = list(csv.reader([text], delimiter=grid.delimiter, strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None
