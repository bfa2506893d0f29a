"""The elections of a voter file: every distinct entry of its history numbered, then resolved."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from courtyard.electorate.refusal import Refused
from courtyard.electorate.voters.history import METHODS, ElectionKey, Entry, resolve

MOST_ENTRIES = 200_000
MOST_ELECTIONS = 30_000
NO_ELECTION = -1
METHOD_BITS = 3

Counts = npt.NDArray[np.int64]


class Entries:
    """Numbers distinct entries as they are met, and reads each once. Several threads may ask."""

    def __init__(self) -> None:
        self._ids: dict[object, int] = {}
        self.read: list[Entry | None] = []
        self.texts: list[str] = []
        self._lock = threading.Lock()

    def number(self, text: str, read: Callable[[str], Entry | None]) -> int:
        """Return the number of an entry as the publisher writes it. Raises Refused for too many."""
        return self._number(text, lambda: read(text), text)

    def known(self, entry: Entry) -> int:
        """Return the number of an entry that has been read before, such as in a version's rows."""
        return self._number(entry, lambda: entry, "")

    def _number(self, key: object, read: Callable[[], Entry | None], text: str) -> int:
        found = self._ids.get(key)
        if found is not None:
            return found
        entry = read()
        with self._lock:
            if key not in self._ids:
                if len(self.read) == MOST_ENTRIES:
                    what = f"the vote history holds more than {MOST_ENTRIES:,} different entries"
                    raise Refused(what, mend="Its column is not a vote history, or is damaged")
                self.read.append(entry)
                self.texts.append(text)
                self._ids[key] = len(self.read) - 1
            return self._ids[key]


@dataclass(frozen=True)
class Elections:
    """The elections of a file in order of their day, and which one each numbered entry is.

    ``election`` and ``method`` are arrays over entry numbers: an index into ``keys`` or
    NO_ELECTION, and an index into METHODS.
    """

    keys: tuple[ElectionKey, ...]
    election: npt.NDArray[np.int64]
    method: npt.NDArray[np.int64]

    @property
    def days(self) -> list[date]:
        """Return the day of each election; the middle of its year where only that is known."""
        return [key.counted_as for key in self.keys]

    def table(self, voters: npt.NDArray[np.int64]) -> Any:
        """Return elections.parquet: id, election, date, year, kind, and how many voted there."""
        return pa.table(
            {
                "id": pa.array(range(len(self.keys)), pa.int16()),
                "election": pa.array([key.name for key in self.keys], pa.string()),
                "date": pa.array([key.day for key in self.keys], pa.date32()),
                "year": pa.array([key.year for key in self.keys], pa.int16()),
                "kind": pa.array([key.kind for key in self.keys], pa.string()),
                "voters": pa.array(voters[: len(self.keys)], pa.int64()),
            }
        )


def elections_of(entries: Entries) -> Elections:
    """Resolve all numbered entries to the elections of the file."""
    voted = [entry for entry in entries.read if entry is not None and entry.voted]
    which = resolve(voted)
    keys = sorted(set(which.values()), key=lambda key: (key.counted_as, key.kind))
    if len(keys) > MOST_ELECTIONS:
        what = f"the vote history holds more than {MOST_ELECTIONS:,} elections"
        raise Refused(what, mend="Its column is not a vote history, or is damaged")
    place = {key: at for at, key in enumerate(keys)}
    election = np.full(len(entries.read) + 1, NO_ELECTION, np.int64)
    method = np.zeros(len(entries.read) + 1, np.int64)
    for at, entry in enumerate(entries.read):
        if entry is not None and entry.voted:
            election[at] = place[which[entry]]
            method[at] = METHODS.index(entry.method)
    return Elections(tuple(keys), election, method)


def columns_of(lists: Any, elections: Elections) -> tuple[dict[str, Any], Counts]:
    """Return from lists of entry numbers the columns of a voter's history, and voters an election.

    The columns are elections and methods (lists in order of the day, each election once),
    first_voted, last_voted and times_voted.
    """
    row, election, method = _votes(lists, elections)
    counts = np.bincount(row, minlength=len(lists))
    offsets = np.concatenate([[0], np.cumsum(counts)])
    days = np.array(elections.days or [date(1970, 1, 1)], "datetime64[D]").astype(np.int32)
    day = days[election] if len(row) else np.zeros(1, np.int32)
    first = np.minimum(offsets[:-1], len(day) - 1)
    last, none = np.maximum(offsets[1:] - 1, 0), counts == 0
    ends = pa.array(offsets, pa.int32())
    return {
        "elections": pa.ListArray.from_arrays(ends, pa.array(election, pa.int16())),
        "methods": pa.ListArray.from_arrays(ends, pa.array(method, pa.int8())),
        "first_voted": pa.array(day[first], pa.int32(), mask=none).cast(pa.date32()),
        "last_voted": pa.array(day[last], pa.int32(), mask=none).cast(pa.date32()),
        "times_voted": pa.array(counts, pa.int16()),
    }, np.bincount(election, minlength=len(elections.keys))


def _votes(lists: Any, elections: Elections) -> tuple[Any, Any, Any]:
    """Return row, election and method of each vote, a voter's elections in order and once each."""
    lists = lists.combine_chunks() if isinstance(lists, pa.ChunkedArray) else lists
    valid = lists.is_valid().to_numpy(zero_copy_only=False)
    lengths = np.where(valid, np.diff(lists.offsets.to_numpy()), 0)
    entry = lists.flatten().to_numpy(zero_copy_only=False)
    row = np.repeat(np.arange(len(lists), dtype=np.int32), lengths)
    kept = elections.election[entry] != NO_ELECTION
    # One number a vote, so that one sort brings all into order; the method counts last.
    bits = METHOD_BITS + max(1, len(elections.keys).bit_length())
    kind = np.int32 if len(lists).bit_length() + bits < 32 else np.int64
    vote = row[kept].astype(kind) << bits
    vote |= (elections.election[entry] << METHOD_BITS | elections.method[entry])[kept].astype(kind)
    vote.sort()
    once = np.ones(len(vote), bool)  # of equals the last, which knows the method if one does
    once[:-1] = vote[1:] >> METHOD_BITS != vote[:-1] >> METHOD_BITS
    vote = vote[once]
    election = vote >> METHOD_BITS & (1 << bits - METHOD_BITS) - 1
    return vote >> bits, election, vote & (1 << METHOD_BITS) - 1
