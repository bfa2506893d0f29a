"""Reads a file of one's own, a table or GeoJSON, and finds columns by the names they often have."""

import csv
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import shapely
from shapely.errors import ShapelyError

from courtyard.electorate.refusal import Refused, shown
from courtyard.electorate.results.form import DELIMITERS
from courtyard.electorate.source import first_lines, open_source
from courtyard.territory.odd import OTHER_FIELDS

MOST_BYTES = 256 << 20
MOST_ROWS = 200_000  # more are not one area
SPLIT = "Cut it by areas, a file each"
_PLAIN = re.compile(r"[^a-z0-9]")


@dataclass(frozen=True, slots=True)
class Aside:
    """A row of which something could not be read: its place in the file, why, and its id.

    A row that is `kept` lacks only what the reason names.
    """

    where: str
    what: str
    about: str = ""
    kept: bool = False

    def __str__(self) -> str:
        return f"{self.where}: {f'“{shown(self.about)}”: ' if self.about else ''}{self.what}"


@dataclass(slots=True)
class Table:
    """Rows of a file: cells by column, the line or feature each stands in, its shape if drawn."""

    file: str
    sha256: str
    header: list[str]
    of: str = "line"
    cells: list[list[str]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    shapes: list[Any] = field(default_factory=list)
    aside: list[Aside] = field(default_factory=list)

    def where(self, row: int) -> str:
        """Where a row stands: `line 7`."""
        return f"{self.of} {self.numbers[row]:,}"

    def column(self, names: Sequence[str]) -> list[str] | None:
        """The cells of the first of the names that is a column; None if none is."""
        known = {
            _PLAIN.sub("", name.lower()): at for at, name in reversed([*enumerate(self.header)])
        }
        at = next((known[name] for name in names if name in known), None)
        return None if at is None else [cells[at].strip() for cells in self.cells]

    def needed(self, what: str, names: Sequence[str]) -> list[str]:
        """The cells of a column that must be there. Raises Refused."""
        found = self.column(names)
        if found is None:
            there = ", ".join(shown(name, 30) for name in self.header[:20]) or "no column"
            raise Refused(
                f"it has no column for {what}; there is {there}",
                mend=f"Name one of them {' or '.join(names[:3])}",
                file=self.file,
            )
        return found


def read_table(path: Path, shapes: Sequence[str]) -> Table:
    """Reads a CSV or GeoJSON of such shapes (`Point`, …). Raises Refused."""
    size = path.stat().st_size if path.is_file() else 0
    if size > MOST_BYTES:
        what = f"it has {size >> 20:,} MB, more than the {MOST_BYTES >> 20} that are read at once"
        raise Refused(what, mend=SPLIT, file=path.name)
    with open_source(path) as source:
        digest = source.digest()
    drawn = _is_json(path)
    table = _drawn(path, digest, shapes) if drawn else _typed(path, digest)
    if not table.cells and not table.aside:
        raise Refused("it holds no rows", mend="Export it again", file=path.name)
    if len(table.cells) > MOST_ROWS:
        what = f"it has {len(table.cells):,} rows, more than the {MOST_ROWS:,} that are cut at once"
        raise Refused(what, mend=SPLIT, file=path.name)
    return table


def _is_json(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


def _typed(path: Path, digest: str) -> Table:
    delimiter = max(DELIMITERS, key=first_lines(path)[0].count)
    numbers = [1]

    def texts() -> Iterator[str]:
        for number, text in source.lines():
            numbers[0] = number
            yield f"{text}\n"

    try:
        with open_source(path) as source:
            reader = csv.reader(texts(), delimiter=delimiter, strict=True)
            header = next((row for row in reader if any(row)), [])
            table = Table(path.name, digest, [cell.strip() for cell in header])
            for cells in reader:
                if len(cells) == len(header):
                    table.cells.append(cells)
                    table.numbers.append(numbers[0])
                elif any(cells):
                    table.aside.append(Aside(f"line {numbers[0]:,}", OTHER_FIELDS))
    except Refused as refused:
        raise refused.at(path.name) from refused.__cause__
    except csv.Error as error:
        what = f"it is no table that can be read ({error})"
        raise Refused(what, mend="Save it as CSV again", file=path.name, line=numbers[0]) from error
    return table


def _drawn(path: Path, digest: str, shapes: Sequence[str]) -> Table:
    features = _features(path)
    said = [one.get("properties") if isinstance(one, dict) else None for one in features]
    rows = [one if isinstance(one, dict) else {} for one in said]
    table = Table(path.name, digest, list(dict.fromkeys(name for row in rows for name in row)))
    table.of = "feature"
    kinds = [_kind(one) for one in features]
    if features and not any(kind in shapes for kind in kinds):
        what = f"its features are {max(set(kinds), key=kinds.count)}s; needed are {shapes[0]}s"
        mend = "Give the middle of each building" if shapes[0] == "Point" else "Give lines"
        raise Refused(what, mend=f"{mend}, or a CSV", file=path.name)
    for number, (feature, row, kind) in enumerate(zip(features, rows, kinds, strict=True), 1):
        table.cells.append([_text(row.get(name)) for name in table.header])
        table.numbers.append(number)
        table.shapes.append(_shape(feature) if kind in shapes else None)
    return table


def _features(path: Path) -> list[Any]:
    again = "Export it as GeoJSON again"
    try:
        whole = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Refused("it is no JSON that can be read", mend=again, file=path.name) from error
    features = whole.get("features") if isinstance(whole, dict) else None
    if not isinstance(features, list):
        raise Refused("it is JSON, but no collection of features", mend=again, file=path.name)
    return features


def _kind(feature: Any) -> str:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    return str(geometry.get("type", "nothing")) if isinstance(geometry, dict) else "nothing"


def _shape(feature: Any) -> Any:
    try:
        return shapely.force_2d(shapely.geometry.shape(feature["geometry"]))
    except (LookupError, TypeError, ValueError, AttributeError, ShapelyError):
        return None


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value)
