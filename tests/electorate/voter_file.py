"""A small invented voter file in the schema of the dataset, and plain answers to every question.

The answers are slow and obvious: a loop over rows, with no column that was worked out beforehand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from courtyard.electorate.dataset import Version, writing

Row = dict[str, Any]
SCHEMA = pa.schema(
    {name: pa.string() for name in ("voter_id",)}
    | {"confidential": pa.bool_()}
    | {name: pa.string() for name in ("last_name", "first_name", "middle_name", "name_suffix")}
    | {"born": pa.date32(), "born_year": pa.int16()}
    | {name: pa.string() for name in ("party", "status", "status_code")}
    | {"registered": pa.date32()}
    | {name: pa.string() for name in ("county", "area", "congress", "senate", "house")}
    | {name: pa.string() for name in ("address", "number", "street", "side", "unit", "city", "zip")}
    | {"building": pa.int64(), "household": pa.int64()}
    | {"elections": pa.list_(pa.int16()), "methods": pa.list_(pa.int8())}
    | {"first_voted": pa.date32(), "last_voted": pa.date32(), "times_voted": pa.int16()}
    | {"source": pa.int16(), "line": pa.int64()}
)
MANIFEST: Row = {
    "title": "Invented voters", "layout": "ny", "publisher": "nobody", "licence": "CC0-1.0",
    "permitted": {"uses": ["election"], "law": "The law of the test.", "whose": "Nobody's."},
    "primaries": "closed",
    "parties": {"DEM": "Democratic", "REP": "Republican", "BLK": "no party", "O'X": "O'X\\ é"},
    "rows_read": 0, "rows_kept": 0, "rows_set_aside": 0, "confidential": 0, "notes": [],
}  # fmt: skip
NASTY = "o'x\\ \"é` --"
DISTRICTS = {
    "area": ("34003", "9001", "34010", NASTY, None),
    "county": ("Bronx", "Queens", None),
    "congress": ("14", "7", None),
    "senate": ("12", "13"),
    "house": ("34", "39", "9"),
}
ELECTIONS: tuple[tuple[str, date | None, int, str], ...] = (
    ("2016-general", None, 2016, "general"),
    ("2016-04-19-presidential-primary", date(2016, 4, 19), 2016, "presidential-primary"),
    ("2018-06-26-primary", date(2018, 6, 26), 2018, "primary"),
    ("2018-06-26-special", date(2018, 6, 26), 2018, "special"),
    ("2020-06-23-primary", date(2020, 6, 23), 2020, "primary"),
    ("2024-11-05-general", date(2024, 11, 5), 2024, "general"),
)


def day_of(election: str) -> date:
    """The day of an election; 1 July of its year where the file does not say."""
    return next(day or date(year, 7, 1) for name, day, year, _ in ELECTIONS if name == election)


def invented(random: Random, count: int) -> list[Row]:
    """Voters of every kind. ``history`` has names of elections."""
    return [_voter(random, number) for number in range(count)]


def _voter(random: Random, number: int) -> Row:
    hidden = random.random() < 0.2
    apart = hidden or random.random() < 0.1
    household = random.randrange(9)
    born = date(random.choice((1960, 2001, 2002, 2003)), 6, random.randrange(20, 26))
    year_only = hidden or random.random() < 0.2
    known = {} if hidden else {
        "voter_id": f"NY{number:04}", "last_name": random.choice(("Ruiz", "Roe", NASTY)),
        "first_name": "Ana", "address": "12 Elm St", "number": random.choice(("9", "12", "100")),
        "street": random.choice(("ELM ST", "OAK ST")), "side": "even", "unit": None,
        "city": "Bronx", "zip": "10451",
    }  # fmt: skip
    return known | {
        "confidential": hidden,
        "born": None if year_only else born,
        "born_year": random.choice((born.year, None)) if year_only else born.year,
        "party": random.choice(("DEM", "REP", "BLK", "O'X", None)),
        "status": random.choice(("active", "active", "inactive", "preregistered", "removed")),
        "building": None if apart else household // 3,
        "household": None if apart else household,
        "history": [one[0] for one in ELECTIONS if random.random() < 0.3],
        **{word: random.choice(values) for word, values in DISTRICTS.items()},
    }


def stored(root: Path, rows: Sequence[Row], *, name: str = "ny-voters", **said: Any) -> Version:
    """The rows as a dataset in force, in two parts."""
    with writing(root, "voters", name) as draft:
        (draft.folder / "voters").mkdir()
        ready = [_stored(row, line) for line, row in enumerate(rows, 1)]
        half = len(ready) // 2
        for part, some in enumerate((ready[:half], ready[half:])):
            table = pa.Table.from_pylist(some, schema=SCHEMA)
            pq.write_table(table, draft.folder / "voters" / f"part-{part}.parquet")
        held = Counter(election for row in rows for election in row["history"])
        elections = {
            "id": pa.array(range(len(ELECTIONS)), pa.int16()),
            "election": [one[0] for one in ELECTIONS],
            "date": pa.array([one[1] for one in ELECTIONS], pa.date32()),
            "year": pa.array([one[2] for one in ELECTIONS], pa.int16()),
            "kind": [one[3] for one in ELECTIONS],
            "voters": pa.array([held[one[0]] for one in ELECTIONS], pa.int64()),
        }
        pq.write_table(pa.table(elections), draft.folder / "elections.parquet")
        return draft.put_in_force(MANIFEST | said)


def _stored(row: Row, line: int) -> Row:
    days = sorted(day_of(one) for one in row["history"])
    numbers = sorted([one[0] for one in ELECTIONS].index(name) for name in row["history"])
    return row | {
        "elections": numbers,
        "methods": [0] * len(numbers),
        "first_voted": days[0] if days else None,
        "last_voted": days[-1] if days else None,
        "times_voted": len(numbers),
        "source": 0,
        "line": line,
    }


@dataclass(frozen=True)
class Plain:
    """The plain answers: lists of rows, each the words asked by and then numbers."""

    rows: Sequence[Row]
    by: tuple[str, ...] = ()
    where: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def _those(self, *status: str) -> list[Row]:
        kept = [row for row in self.rows if all(row[w] in v for w, v in self.where.items())]
        return [row for row in kept if not status or row["status"] in status]

    def _registered(self) -> list[Row]:
        return self._those("active", "inactive")

    def _key(self, row: Row, election: str = "") -> tuple[Any, ...]:
        return tuple(election if word == "election" else row[word] for word in self.by)

    def _count(self, keys: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        counted = Counter(keys)
        if not self.by:
            return [(counted[()],)]
        return [(*key, count) for key, count in counted.items()]

    def registered(self) -> list[tuple[Any, ...]]:
        return self._count(self._key(row) for row in self._registered())

    def voted(self, election: str | None = None) -> list[tuple[Any, ...]]:
        if "election" in self.by:
            pairs = [(row, one) for row in self._those() for one in row["history"]]
            return self._count(self._key(row, one) for row, one in pairs if election in (None, one))
        return self._count(
            self._key(row)
            for row in self._those()
            if (election in row["history"] if election else row["history"])
        )

    def turnout(self, election: str | None = None) -> list[tuple[Any, ...]]:
        asked = [one[0] for one in ELECTIONS if election in (None, one[0])]
        asked = asked if "election" in self.by else [election or ""]
        total: Counter[tuple[Any, ...]] = Counter()
        cast: Counter[tuple[Any, ...]] = Counter()
        for row in self._registered():
            for one in asked:
                total[self._key(row, one)] += 1
                cast[self._key(row, one)] += one in row["history"]
        if not total and set(self.by) <= {"election"}:
            return [(one, 0, 0) if self.by else (0, 0) for one in asked]
        return [(*key, count, cast[key]) for key, count in total.items()]

    def first_time(self, election: str) -> list[tuple[Any, ...]]:
        def is_first(row: Row) -> bool:
            earlier = [one for one in row["history"] if day_of(one) < day_of(election)]
            return election in row["history"] and not earlier

        return self._count(self._key(row) for row in self._those() if is_first(row))

    def lapsed(self, since: date) -> list[tuple[Any, ...]]:
        def is_lapsed(row: Row) -> bool:
            return bool(row["history"]) and all(day_of(one) < since for one in row["history"])

        return self._count(self._key(row) for row in self._registered() if is_lapsed(row))

    def never_voted(self) -> list[tuple[Any, ...]]:
        return self._count(self._key(row) for row in self._registered() if not row["history"])

    def doors(self) -> list[tuple[Any, ...]]:
        behind: dict[tuple[Any, ...], list[Row]] = {} if self.by else {(): []}
        for row in self._registered():
            behind.setdefault(self._key(row), []).append(row)
        return [
            (
                *key,
                len(some),
                len({row["household"] for row in some} - {None}),
                len({row["building"] for row in some} - {None}),
                len([row for row in some if row["household"] is None]),
            )
            for key, some in behind.items()
        ]

    def eligible(self, day: date, may: Callable[[str | None], bool]) -> list[tuple[Any, ...]]:
        def is_grown(row: Row) -> bool:
            if row["born"]:
                born = row["born"]
                had_birthday = (born.month, born.day) <= (day.month, day.day)
                return bool(day.year - born.year - (not had_birthday) >= 18)
            if row["status"] == "preregistered":
                return False
            return row["born_year"] is None or day.year - row["born_year"] >= 18

        found = self._those("active", "inactive", "preregistered")
        return self._count(self._key(row) for row in found if is_grown(row) and may(row["party"]))
