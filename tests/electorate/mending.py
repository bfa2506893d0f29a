"""Files of results with rows to be set aside and mended, for the tests that mend them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from courtyard.electorate.dataset import Version, current, slugs
from courtyard.electorate.load import load
from courtyard.electorate.loaded import Loaded
from courtyard.electorate.questions import candidates, figures
from courtyard.electorate.set_aside import HEADER, SetAside, read_set_aside

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
NAME = "20200623__ny__primary__{}__precinct.csv"
BRONX, QUEENS = NAME.format("bronx"), NAME.format("queens")
HEAD = "precinct,office,party,candidate,votes"
MAYOR = "2020-06-23-democratic-mayor-openelections-ny"
JUDGE = "2020-06-23-democratic-judge-openelections-ny"
DAYS = count()

# What makes a row one that is set aside, whatever it says.
Hurt = Callable[[str], str]
HURTS: dict[str, Hurt] = {
    "cut off": lambda row: row.rsplit(",", 1)[0],
    "quotation mark": lambda row: f'{row}"',
    "NUL byte": lambda row: row.replace(",", "\0,", 1),
    "number": lambda row: f"{row.rsplit(',', 1)[0]},many",
}


def written(folder: Path, name: str, lines: Iterable[str]) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text("".join(f"{line}\n" for line in lines), newline="")
    return path


def take(root: Path, *paths: Path, **how: Any) -> list[Loaded]:
    """Load files, each time a while after the last."""
    return load(root, paths, at=AT + timedelta(minutes=next(DAYS)), **how)


def in_force(root: Path, name: str) -> Version:
    found = current(root, name)
    assert found
    return found


def aside(root: Path, *names: str) -> list[tuple[str, SetAside]]:
    """The rows set aside in versions in force: the dataset, and the row."""
    paths = [in_force(root, name).folder / "set-aside.csv" for name in names or slugs(root)]
    return [one for path in paths if path.exists() for one in read_set_aside(path)]


def file_of(path: Path, rows: Sequence[tuple[str, SetAside]], **mended: str) -> Path:
    """Write rows set aside as an organiser gives them back: ``mended`` by line, ``_3="…"``."""
    with path.open("w", newline="") as file:
        csv.writer(file).writerow(HEADER)
        for name, one in rows:
            row = mended.get(f"_{one.line}", one.row)
            csv.writer(file).writerow([name, one.source, one.line, one.reason, row])
    return path


def totals(root: Path, name: str) -> dict[str, int]:
    return {one.name: one.votes for one in candidates(root, name)}


def everything(root: Path) -> dict[str, Any]:
    """All that the contests in force say, but for when they were loaded and what was mended."""
    same = ("combined", "ballot_units", "vote_for", "area_kind", "rows_read", "rows_kept")
    found = {}
    for name in slugs(root):
        version = in_force(root, name)
        rows = pq.read_table(version.rows).to_pylist()
        notes = [one for one in version.manifest["notes"] if "ended" not in one]
        found[name] = (
            sorted(rows, key=lambda row: tuple(map(str, row.values()))),
            {word: version.manifest[word] for word in same},
            [one for one in notes if not one.startswith("Line ")],
            figures(root, name),
        )
    return found


def hurt_load(root: Path, name: str, lines: Sequence[str]) -> list[Loaded]:
    return take(root / "root", written(root, name, [HEAD, *lines]))


ROWS = [
    "1/77,Mayor,DEM,Ann,3",
    "2/77,Mayor,DEM,Ann,x",
    "3/77,Mayor,DEM,Ann,5",
    "4/77,Mayor,DEM,Ann,y",
]
