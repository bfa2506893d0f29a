"""Invented voters as the finished dataset, written straight to Parquet for benchmarks of questions.

Twelve elections, 12,750 areas, seven parties; about five votes a voter; sorted by area and address.
"""

import json
import shutil
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

CHUNK = 1_000_000
GROUP = 131_072
EPOCH = date(1970, 1, 1)
PARTIES = ("DEM", "REP", "BLK", "IND", "CON", "WOR", "GRE")
ENROLLED = (0.5, 0.22, 0.2, 0.03, 0.02, 0.02, 0.01)
DAYS = (
    "2014-11-04-general", "2016-04-19-presidential-primary", "2016-06-28-primary",
    "2016-11-08-general", "2018-06-26-primary", "2018-11-06-general", "2020-06-23-primary",
    "2020-11-03-general", "2021-11-02-general", "2022-06-28-primary", "2022-11-08-general",
    "2024-11-05-general",
)  # fmt: skip
TURNOUT = np.array([0.3, 0.2, 0.1, 0.62, 0.14, 0.47, 0.2, 0.68, 0.23, 0.15, 0.48, 0.65])


def _days(texts: tuple[str, ...]) -> np.ndarray:
    return np.array([(date.fromisoformat(t[:10]) - EPOCH).days for t in texts], np.int32)


def words(prefix: str, count: int) -> pa.Array:
    """As many words as are asked for."""
    return pa.array([f"{prefix}{n:05}" for n in range(count)])


def taken(values: pa.Array, where: np.ndarray) -> pa.Array:
    """Values at these places."""
    return values.take(pa.array(where.astype(np.int32)))


def write(folder: Path, count: int) -> Path:
    """A version's folder of `count` voters; made once, kept under its number."""
    home = folder / f"voters-{count}"
    if (home / "manifest.json").exists():
        return home
    shutil.rmtree(home, ignore_errors=True)
    (home / "voters").mkdir(parents=True)
    voters = np.zeros(len(DAYS), np.int64)
    for first in range(0, count, CHUNK):
        table, bits = _chunk(first, min(CHUNK, count - first), count)
        voters += bits.sum(axis=0)
        path = home / "voters" / f"part-{first // CHUNK:04}.parquet"
        pq.write_table(table, path, compression="zstd", row_group_size=GROUP)
    elections = pa.table({
        "id": pa.array(range(len(DAYS)), pa.int16()),
        "election": list(DAYS),
        "date": pa.array(_days(DAYS), pa.date32()),
        "year": pa.array([int(text[:4]) for text in DAYS], pa.int16()),
        "kind": [text[11:] for text in DAYS],
        "voters": pa.array(voters),
    })  # fmt: skip
    pq.write_table(elections, home / "elections.parquet", compression="zstd")
    (home / "manifest.json").write_text(json.dumps(_manifest(count)))
    return home


def _manifest(count: int) -> dict[str, object]:
    return {
        "dataset": "invented-voters", "kind": "voters", "title": "Invented voters", "version": 1,
        "loaded_at": "2026-01-01T00:00:00+00:00", "loaded_by": "benchmark", "publisher": "nobody",
        "licence": "CC0-1.0", "layout": "invented", "primaries": "closed",
        "permitted": {"uses": ["election", "organising"], "commercial": True,
                      "names_on_phones": True, "law": "None.", "whose": "Nobody's."},
        "parties": {"DEM": "Democratic", "REP": "Republican", "BLK": "Blank"}, "sources": [],
        "rows_read": count, "rows_kept": count, "rows_set_aside": 0, "confidential": count // 500,
        "notes": [], "parts_sha256": {},
    }  # fmt: skip


def _chunk(first: int, size: int, count: int) -> tuple[pa.Table, np.ndarray]:
    random = np.random.default_rng([first, count])
    place = (first + np.arange(size)) * 12_750 // count  # areas in order, of equal size
    ad, ed = place // 85 + 1, place % 85 + 1
    row = first + np.arange(size, dtype=np.int64)
    household = row * 10 // 19
    hidden = random.random(size) < 0.002
    eager = np.clip(random.normal(1, 0.6, size), 0, 2.2)[:, None]
    bits = random.random((size, len(DAYS))) < TURNOUT * eager * 0.95
    times = bits.sum(axis=1)
    offsets = pa.array(np.concatenate([[0], np.cumsum(times)]).astype(np.int32))
    ids = np.nonzero(bits)[1]
    days = _days(DAYS)
    none = times == 0
    area = ad * 1000 + ed
    born = random.integers(-14_000, 14_000, size)
    status = random.choice(3, size, p=[0.87, 0.1, 0.03])
    street = household // 40 % 20_000
    shown = pa.array(hidden)  # as a mask: null where it is hidden

    def text(values: pa.Array, where: np.ndarray) -> pa.Array:
        return pa.compute.if_else(shown, pa.scalar(None, pa.string()), taken(values, where))

    number = words("", 1000)
    codes = pa.array([str(n) for n in range(151_000)])
    columns = {
        "voter_id": text(pa.array([f"NY{n:018}" for n in range(first, first + size)]), row - first),
        "confidential": shown,
        "last_name": text(words("SURNAME", 5000), random.integers(0, 5000, size)),
        "first_name": text(words("NAME", 2000), random.integers(0, 2000, size)),
        "middle_name": text(words("M", 26), random.integers(0, 26, size)),
        "name_suffix": pa.nulls(size, pa.string()),
        "born": pa.array(born.astype(np.int32), pa.date32(), mask=hidden),
        "born_year": pa.array((1970 + born / 365.25).astype(np.int16)),
        "party": taken(pa.array(PARTIES), random.choice(7, size, p=ENROLLED)),
        "status": taken(pa.array(["active", "inactive", "removed"]), status),
        "status_code": taken(pa.array(["A", "I", "P"]), status),
        "registered": pa.array(random.integers(8000, 20_000, size).astype(np.int32), pa.date32()),
        "county": taken(words("County", 62), ad * 61 // 150),
        "area": taken(codes, area),
        "congress": taken(codes, ad * 25 // 150 + 1),
        "senate": taken(codes, ad * 62 // 150 + 1),
        "house": taken(codes, ad),
        "address": text(words("ADDRESS ", 20_000), street),
        "number": text(number, household % 1000),
        "street": text(words("STREET ", 20_000), street),
        "side": text(pa.array(["even", "odd"]), household % 2),
        "unit": text(number, row % 60),
        "city": text(words("CITY", 500), place // 26),
        "zip": text(codes, 10_000 + place // 8),
        "building": pa.array(household // 4, mask=hidden),
        "household": pa.array(household, mask=hidden),
        "elections": pa.ListArray.from_arrays(offsets, pa.array(ids.astype(np.int16))),
        "methods": pa.ListArray.from_arrays(
            offsets, pa.array(random.integers(0, 8, len(ids)).astype(np.int8))),
        "first_voted": pa.array(days[bits.argmax(axis=1)], pa.date32(), mask=none),
        "last_voted": pa.array(days[11 - bits[:, ::-1].argmax(axis=1)], pa.date32(), mask=none),
        "times_voted": pa.array(times.astype(np.int16)),
        "source": pa.array(np.zeros(size, np.int16)),
        "line": pa.array(row + 1),
    }  # fmt: skip
    return pa.table(columns), bits
