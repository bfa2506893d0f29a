"""The rows of a contest as columns: the only module of results that knows pyarrow."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

WORDS = ("area", "county", "kind", "unit", "party_line", "said")
FIGURES = ("votes", "line", "source")
KEPT = ("area", "county", "kind", "unit", "party_line", "votes", "source", "line")
KEY = ("area", "unit", "party_line")


@dataclass
class Rows:
    """Rows being gathered: words as numbers into a list, so that a big file stays small."""

    _known: tuple[dict[str, int], ...] = field(default_factory=lambda: tuple({} for _ in WORDS))
    _words: tuple[array[int], ...] = field(default_factory=lambda: tuple(array("i") for _ in WORDS))
    _figures: tuple[array[int], ...] = field(
        default_factory=lambda: tuple(array("q") for _ in FIGURES)
    )

    def add(self, words: Sequence[str], figures: Sequence[int]) -> None:
        """Add a row: its WORDS and its FIGURES, in their order."""
        for word, known, column in zip(words, self._known, self._words, strict=True):
            column.append(known.setdefault(word, len(known)))
        for figure, numbers in zip(figures, self._figures, strict=True):
            numbers.append(figure)

    @property
    def names(self) -> int:
        """Return how many different words the column with the most of them has, but for areas."""
        return max(len(known) for known in self._known[1:])

    def table(self) -> Any:
        """Return a ``pyarrow.Table`` of WORDS and FIGURES."""
        count = len(self._figures[0])
        columns: dict[str, Any] = {}
        for name, known, column in zip(WORDS, self._known, self._words, strict=True):
            codes = pa.Array.from_buffers(pa.int32(), count, [None, pa.py_buffer(column)])
            columns[name] = pa.DictionaryArray.from_arrays(codes, pa.array(known, pa.string()))
        for name, numbers in zip(FIGURES, self._figures, strict=True):
            columns[name] = pa.Array.from_buffers(pa.int64(), count, [None, pa.py_buffer(numbers)])
        return pa.table(columns)


def repeats(table: Any, most: int) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield rows that name an area, unit and party line again, each after the first that does.

    At most ``most`` of them are yielded. Tallies and write-ins that the publisher names otherwise
    are no repeats: ``said`` differs.
    """
    by = ["area", "unit", "party_line", "said"]
    plain = as_text(table)
    counted = plain.group_by(by).aggregate([("line", "count")])
    again = counted.filter(pc.greater(counted["line_count"], 1)).select(by)
    if not again.num_rows:
        return
    rows = plain.join(again, keys=by, join_type="left semi")
    rows = rows.slice(0, most + again.num_rows)
    first: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in rows.sort_by([("source", "ascending"), ("line", "ascending")]).to_pylist():
        key = tuple(row[name] for name in by)
        if key in first:
            yield first[key], row
        else:
            first[key] = row


def lines_of(table: Any, area: str) -> list[tuple[int, int]]:
    """Return source and line of every row of an area."""
    rows = table.filter(pc.equal(pc.cast(table["area"], pa.string()), area))
    return list(zip(rows["source"].to_pylist(), rows["line"].to_pylist(), strict=True))


def marks(table: Any) -> set[tuple[int, int]]:
    """Return source and line of every row."""
    return set(zip(table["source"].to_pylist(), table["line"].to_pylist(), strict=True))


def of_lines(table: Any, source: int, lines: Collection[int]) -> list[dict[str, Any]]:
    """Return the rows of some lines of a source."""
    mask = pc.and_(
        pc.equal(table["source"], source),
        pc.is_in(table["line"], pa.array(list(lines), pa.int64())),
    )
    found: list[dict[str, Any]] = as_text(table.filter(mask)).to_pylist()
    return found


def of_areas(table: Any, areas: Collection[str]) -> Any:
    """Return the rows of some areas."""
    words = pc.cast(table["area"], pa.string())
    return table.filter(pc.is_in(words, pa.array(list(areas), pa.string())))


def without_counties(table: Any, counties: Collection[str]) -> Any:
    """Return the rows of all but some counties."""
    words = pc.cast(table["county"], pa.string())
    mask = pc.is_in(words, pa.array(list(counties), pa.string()))
    return table.filter(pc.invert(mask))


def without_lines(table: Any, lines: set[tuple[int, int]]) -> Any:
    """Return the table without the rows of these lines, each a source and a line of it."""
    marks = zip(table["source"].to_pylist(), table["line"].to_pylist(), strict=True)
    return table.filter(pa.array([mark not in lines for mark in marks], pa.bool_()))


def sums(table: Any, by: Sequence[str]) -> list[dict[str, Any]]:
    """Return the votes by some columns: each a dict of them and ``votes``, in order."""
    summed = as_text(table).group_by(list(by)).aggregate([("votes", "sum")])
    summed = summed.rename_columns([*by, "votes"])
    found: list[dict[str, Any]] = summed.sort_by([(name, "ascending") for name in by]).to_pylist()
    return found


def renamed(table: Any, column: str, names: Mapping[str, str]) -> Any:
    """Return the table with words of a column replaced."""
    place = table.schema.get_field_index(column)
    chunked = table[column].combine_chunks()
    plain = chunked if isinstance(chunked, pa.DictionaryArray) else chunked.dictionary_encode()
    words = [names.get(word, word) for word in plain.dictionary.to_pylist()]
    once = {word: n for n, word in enumerate(dict.fromkeys(words))}
    places = pa.array([once[word] for word in words], pa.int32())
    codes = places.take(plain.indices)
    column_of = pa.DictionaryArray.from_arrays(codes, pa.array(list(once), pa.string()))
    return table.set_column(place, column, column_of)


def values(table: Any, column: str) -> list[Any]:
    """Return the different values of a column, in the order in which they first stand."""
    return list(dict.fromkeys(pc.unique(table[column]).to_pylist()))


def as_text(table: Any) -> Any:
    """Return the table with its words as plain text."""
    columns = {
        name: pc.cast(table[name], pa.string()) if name in WORDS else table[name]
        for name in table.column_names
    }
    return pa.table(columns)


def kept(table: Any) -> Any:
    """Return the columns that are stored, without the publisher's words for tallies."""
    found = table.select(list(KEPT))
    for name in KEPT:
        if name in WORDS and not pa.types.is_dictionary(found[name].type):
            place = KEPT.index(name)
            found = found.set_column(place, name, found[name].dictionary_encode())
    place = KEPT.index("source")
    return found.set_column(place, "source", pc.cast(found["source"], pa.int16()))


def joined(tables: Sequence[Any]) -> Any:
    """Return the rows of several tables of the same columns, one after the other."""
    return pa.concat_tables(tables).combine_chunks()


def of_source(table: Any, sources: Mapping[int, int]) -> Any:
    """Return the table with the numbers of its sources replaced."""
    moved = [sources[one] for one in table["source"].to_pylist()]
    place = table.schema.get_field_index("source")
    return table.set_column(place, "source", pa.array(moved, pa.int16()))


def write_parquet(table: Any, path: Path) -> None:
    """Write the table as zstd Parquet; the same table gives the same bytes."""
    encoded = [name for name in KEPT if name in WORDS]
    pq.write_table(as_text(table), path, compression="zstd", use_dictionary=encoded)


def read_parquet(path: Path) -> Any:
    """Return the table of a Parquet file. A version from before party lines gets empty ones."""
    table = pq.read_table(path)
    for name, value in (("party_line", pa.scalar("")), ("source", pa.scalar(0, pa.int16()))):
        if name not in table.column_names:
            table = table.append_column(name, pa.repeat(value, table.num_rows))
    return kept(table)


def compared(old: Any, new: Any) -> dict[str, int]:
    """Return how many rows were added, removed and changed, by area, unit and party line."""

    def figures(table: Any, name: str) -> Any:
        summed = as_text(table).group_by(list(KEY)).aggregate([("votes", "sum")])
        return summed.rename_columns([*KEY, name])

    both = figures(old, "was").join(figures(new, "is"), keys=list(KEY), join_type="full outer")
    gone, fresh = pc.is_null(both["is"]), pc.is_null(both["was"])
    changed = pc.fill_null(pc.not_equal(both["was"], both["is"]), False)
    return {
        name: int(pc.sum(mask).as_py() or 0)
        for name, mask in (("added", fresh), ("removed", gone), ("changed", changed))
    }
