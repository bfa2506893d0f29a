"""The entries of vote histories in a block of cells, as numbers, however a publisher writes them.

Three ways: one column of joined entries (New York), a column for each election (Ohio), a file of
its own with a row a vote (North Carolina, Florida).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from courtyard.electorate.voters.cells import Cells
from courtyard.electorate.voters.distinct import Distinct, plain
from courtyard.electorate.voters.elections import Entries
from courtyard.electorate.voters.history import HistoryRule, read_entry, read_fields
from courtyard.electorate.voters.recognise import VoterFile
from courtyard.electorate.voters.rows import BETWEEN, Tally, column_of, text_of

Counts = dict[int, int]


def is_election(column: str, rule: HistoryRule) -> bool:
    """Return whether the name of a column is an election, under this rule."""
    return rule.shape == "columns" and read_entry(column, rule) is not None


class HistoryReader:
    """Reads the histories of one file; may be used by several threads."""

    def __init__(self, one: VoterFile, entries: Entries) -> None:
        rule = one.layout.history
        assert rule is not None  # noqa: S101  # asked before
        self._file, self._rule, self._entries = one, rule, entries
        self._elections = [column for column in one.grid.columns if is_election(column, rule)]
        self._joined = Distinct(lambda text: entries.number(text, self._entry), pa.int32())
        self._fields = Distinct(lambda text: entries.number(text, self._of_fields), pa.int32())

    def read_beside(self, cells: Cells) -> tuple[Any, Counts]:
        """Return a list of entry numbers for each row, and how often each number occurs."""
        if self._rule.shape == "columns":
            lists = self._of_columns(cells.table)
        else:
            lists = self._of_text(column_of(cells.table, self._rule.column))
        return lists, _counted(lists.flatten())

    def read_alone(self, cells: Cells) -> tuple[Any, Tally, Counts]:
        """Return the rows of a file of votes: voter_id, number of the entry, and line."""
        table = cells.table
        voter = text_of(table, self._file.layout.fields["voter_id"])
        if self._rule.shape == "columns":
            lists = self._of_columns(table)
            of_row = pc.list_parent_indices(lists)
            entry = lists.flatten()
        else:
            of_row = pa.array(range(len(table)))
            columns = [plain(column_of(table, column)) for column in self._rule.columns_read]
            cells_of = [pc.fill_null(pc.utf8_trim_whitespace(one), "") for one in columns]
            entry = self._fields(pc.binary_join_element_wise(*cells_of, BETWEEN))
        rows = pa.table(
            {
                "voter_id": voter.take(of_row),
                "entry": entry,
                "line": pa.array(cells.lines).take(of_row),
                "confidential": pa.nulls(len(entry), pa.bool_()),
            }
        )
        return rows, Tally(len(table)), _counted(entry)

    def _entry(self, text: str) -> Any:
        return read_entry(text, self._rule)

    def _of_fields(self, text: str) -> Any:
        values = text.split(BETWEEN)
        return read_fields(dict(zip(self._rule.columns_read, values, strict=True)), self._rule)

    def _of_text(self, column: Any) -> Any:
        chunk = plain(column)
        # Without a separator a cell is one entry.
        lists = pc.split_pattern(chunk, self._rule.separator or BETWEEN)
        numbers = self._joined(lists.flatten())
        lengths = pc.fill_null(pc.list_value_length(lists), 0).to_numpy(zero_copy_only=False)
        rows = np.repeat(np.arange(len(chunk), dtype=np.int64), lengths)
        valid = numbers.is_valid().to_numpy(zero_copy_only=False)
        flat = numbers.filter(numbers.is_valid())
        return _lists(np.bincount(rows[valid], minlength=len(chunk)), flat)

    def _of_columns(self, table: Any) -> Any:
        """An empty cell is no vote; any other is one in the election its column is named for."""
        places, numbers = [np.empty(0, np.int64)], [np.empty(0, np.int32)]
        for name in self._elections:
            values = pc.fill_null(pc.utf8_trim_whitespace(table[name]), "")
            at = np.flatnonzero(pc.not_equal(values, "").to_numpy(zero_copy_only=False))
            places.append(at)
            numbers.append(np.full(len(at), self._entries.number(name, self._entry), np.int32))
        row = np.concatenate(places)
        order = np.argsort(row, kind="stable")
        flat = pa.array(np.concatenate(numbers)[order], pa.int32())
        return _lists(np.bincount(row, minlength=len(table)), flat)


def _lists(counts: npt.NDArray[np.int64], flat: Any) -> Any:
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), flat)


def _counted(numbers: Any) -> Counts:
    counts = np.bincount(numbers.drop_null().to_numpy())
    return {int(at): int(counts[at]) for at in np.flatnonzero(counts)}
