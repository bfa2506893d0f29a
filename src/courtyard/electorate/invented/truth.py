"""What is true of an invented file, counted as it is made: the answer to a loader's report."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .dirt import FIRST_LINES, KINDS, MISSING_UNIT, NONSTANDARD, Soiled
from .elections import Election, elections
from .history import SPELLINGS, YEAR_ONLY, Votes, Written
from .names import Column, Numbers
from .people import NO_NUMBER, People

_FATAL = {kind.name for kind in KINDS if kind.fatal}
_NOT_UTF8 = ("latin1_name", "c1_byte")


class Truth:
    """Adds up portions; ``told`` gives the whole as plain values for JSON."""

    def __init__(self, known: tuple[Election, ...] | None = None) -> None:
        self._known = elections() if known is None else known
        self._rows: Counter[str] = Counter()
        self._first: defaultdict[str, list[int]] = defaultdict(list)
        self._words: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._counts: Counter[str] = Counter()
        self._standing: Counter[tuple[str, str]] = Counter()
        self._dated = np.zeros(len(self._known), dtype=np.int64)
        self._year_only = np.zeros(len(self._known), dtype=np.int64)
        self._spellings = np.zeros(len(SPELLINGS), dtype=np.int64)

    def add(
        self,
        voters: People,
        votes: Votes,
        written: Written,
        columns: dict[str, Column],
        soiled: Soiled,
    ) -> None:
        """Counts one portion, with its columns as they are written."""
        kept = np.ones(len(voters), dtype=bool)
        for name, rows in soiled.rows.items():
            self._rows[name] += len(rows)
            missing = FIRST_LINES - len(self._first[name])
            self._first[name] += (voters.start + 1 + rows[:missing]).tolist()
            self._words[name] += soiled.words.get(name, Counter())
            if name in _FATAL:
                kept[rows] = False
        self._counts["rows"] += len(voters)
        self._counts["kept"] += int(kept.sum())
        not_utf8 = np.unique(np.concatenate([soiled.of(name) for name in _NOT_UTF8]))
        self._counts["lines_not_utf8"] += len(not_utf8)
        self._add_standing(columns, kept)
        self._add_votes(votes, written, kept)
        self._add_homes(voters, soiled, kept)

    def _add_standing(self, columns: dict[str, Column], kept: Numbers) -> None:
        codes = [pc.ascii_trim_whitespace(columns[name].cast(pa.string())).filter(pa.array(kept))
                 for name in ("ENROLLMENT", "STATUS")]  # fmt: skip
        grouped = pa.table(codes, ["party", "status"]).group_by(["party", "status"])
        for row in grouped.aggregate([([], "count_all")]).to_pylist():
            self._standing[row["party"], row["status"]] += row["count_all"]

    def _add_votes(self, votes: Votes, written: Written, kept: Numbers) -> None:
        of_kept = kept[votes.voter]
        election, spelling = votes.election[of_kept], written.spelling[of_kept]
        year_only = np.array(YEAR_ONLY)[spelling]
        many = len(self._dated)
        self._dated += np.bincount(election[~year_only], minlength=many)
        self._year_only += np.bincount(election[year_only], minlength=many)
        self._spellings += np.bincount(spelling, minlength=len(SPELLINGS))
        self._counts["all_entries"] += len(votes.voter)
        self._counts["voted"] += int((np.diff(votes.offsets)[kept] > 0).sum())

    def _add_homes(self, voters: People, soiled: Soiled, kept: Numbers) -> None:
        placed = kept.copy()
        placed[soiled.of(NONSTANDARD)] = False
        unit = voters.unit.copy()
        unit[soiled.of(MISSING_UNIT)] = NO_NUMBER
        doors = voters.building * 1000 + unit + 1
        self._counts["buildings"] += len(np.unique(voters.building[placed]))
        self._counts["households"] += len(np.unique(voters.household[placed]))
        self._counts["households_as_written"] += len(np.unique(doors[placed]))

    def told(self) -> dict[str, Any]:
        """The truth as plain values."""
        counts = self._counts
        dirt = {name: self._kind(name) for name in sorted(self._rows) if name not in _FATAL}
        return {
            "rows": counts["rows"],
            "rows_kept": counts["kept"],
            "rows_set_aside": counts["rows"] - counts["kept"],
            "set_aside": {name: self._kind(name) for name in sorted(_FATAL & set(self._rows))},
            "dirt": dirt,
            "bad_dates": {"DOB": self._rows["bad_birth_date"],
                          "REGDATE": self._rows["bad_registration_date"]},
            "lines_not_utf8": counts["lines_not_utf8"],
            "party_status": self._parties(),
            "history": {
                "voters": counts["voted"],
                "entries": int(self._spellings.sum()),
                "entries_of_all_rows": counts["all_entries"],
                "spellings": dict(zip(SPELLINGS, self._spellings.tolist(), strict=True)),
                "impossible": dict(sorted(self._words["impossible_history"].items())),
            },
            "elections": self._elections(),
            "homes": {name: counts[name] for name in ("buildings", "households",
                                                     "households_as_written")},
        }  # fmt: skip

    def _kind(self, name: str) -> dict[str, Any]:
        told: dict[str, Any] = {"rows": self._rows[name], "first_lines": self._first[name]}
        if self._words[name]:
            told["values"] = dict(sorted(self._words[name].items()))
        return told

    def _parties(self) -> dict[str, dict[str, int]]:
        parties: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for (party, status), count in sorted(self._standing.items()):
            parties[party][status] = count
        return dict(parties)

    def _elections(self) -> list[dict[str, Any]]:
        told = []
        for one, dated, year_only in zip(
            self._known, self._dated.tolist(), self._year_only.tolist(), strict=True
        ):
            held = one.day.isoformat()
            known = {"type": one.type, "year": one.day.year}
            for day, voters in ((held, dated), (None, year_only)):
                if voters:
                    told.append({**known, "date": day, "held": held, "voters": voters})
        return told
