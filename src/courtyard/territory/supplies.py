"""Reads a publisher's streets, buildings and addresses, tables or GeoJSON, into plain columns."""

import csv
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.errors import ShapelyError

from courtyard.electorate.refusal import Refused
from courtyard.electorate.results.form import DELIMITERS
from courtyard.electorate.source import first_lines, open_source

from .boundaries import Unreadable
from .ground_layout import GEOMETRY, GroundLayout, ground_layouts
from .odd import DOUBLE, NO_HOMES, NO_ID, NO_LINE, NO_PLACE, OTHER_FIELDS, Odd, ReadFile

MOST_HOMES = 100_000
LONGEST, LONGEST_CELL = 120, 200_000  # of a text, and of a line as WKT
LINES = ("LineString", "MultiLineString")

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Supply:
    """What one file supplies: a row each of streets, buildings or addresses.

    `words`: our word → a text a row, "" where there is none. `geometry`: lines of streets (WGS84),
    else empty. `homes` of buildings. `odd` are the rows that could not be placed or read, `files`
    those it was read from, `notes` what was noticed besides.
    """

    layout: GroundLayout
    file: str
    sha256: str
    words: dict[str, list[str]]
    longitude: Floats
    latitude: Floats
    homes: npt.NDArray[np.int32]
    geometry: npt.NDArray[np.object_]
    odd: tuple[Odd, ...]
    files: tuple[ReadFile, ...]
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.longitude)

    def word(self, name: str) -> list[str]:
        """A word of every row."""
        return self.words.get(name) or [""] * len(self)

    def with_addresses(self, addresses: "Supply") -> "Supply":
        """The same buildings with the addresses that another file gives for their codes.

        Several addresses of a building: the first. Those of buildings that are not here are told
        in `notes`.
        """
        given: dict[str, int] = {}
        for at, code in enumerate(addresses.word("code")):
            given.setdefault(code, at)
        found = [given.get(code) for code in self.word("code")]
        words = dict(self.words)
        for name in ("address", "zip"):
            theirs = addresses.word(name)
            words[name] = [
                (theirs[n] if n is not None else "") or own
                for n, own in zip(found, self.word(name), strict=True)
            ]
        words["stabilised"] = ["" if n is None else "yes" for n in found]
        lost = len(given.keys() - set(self.word("code")))
        told = f"{addresses.file}: addresses of {lost:,} buildings that are not in {self.file}"
        notes = (*self.notes, *map(str, addresses.odd), *([told] if lost else ()))
        digest = hashlib.sha256(f"{self.sha256} {addresses.sha256}".encode()).hexdigest()
        files = self.files + addresses.files
        return replace(self, words=words, notes=notes, sha256=digest, files=files)


@dataclass
class _Rows:
    """Rows as they are read: cells by column, the line or feature each stands in, its geometry."""

    header: list[str]
    cells: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    drawn: list[Any] = field(default_factory=list)
    odd: list[Odd] = field(default_factory=list)


def supply_of(path: Path) -> GroundLayout | None:
    """The layout of a file of streets, buildings or addresses; None if it is none of them."""
    try:
        if _is_geojson(path):
            features = _features(path)
            if not features or _type_of(features[0]) not in (*LINES, "Point"):
                return None
            of = "streets" if _type_of(features[0]) in LINES else "buildings"
            header = list(_properties(features[0]))
            return _fitting(header, drawn=True, of=of)
        first = first_lines(path)[0]
        row = next(csv.reader([first], delimiter=_delimiter(first)), [])
    except (Refused, csv.Error):
        return None  # whoever reads it as something else says what is wrong with it
    return _fitting([cell.strip() for cell in row], drawn=False)


def read_supply(path: Path) -> Supply:
    """Reads a file that `supply_of` knows. Raises Unreadable, Refused."""
    layout = supply_of(path)
    if layout is None:
        raise Unreadable(f"{path.name}: no layout of streets, buildings or addresses knows it.")
    rows = _from_geojson(path) if _is_geojson(path) else _from_table(path)
    if not rows.cells:
        raise Unreadable(f"{path.name}: holds no rows. Export it again.")
    with open_source(path) as source:
        digest = source.digest()
    read = ReadFile(path.name, path.stat().st_size, len(rows.cells) + len(rows.odd), digest)
    return _supply(layout, read, rows)


def _supply(layout: GroundLayout, read: ReadFile, rows: _Rows) -> Supply:
    words = {word: _joined(rows, columns) for word, columns in layout.columns.items()}
    count = len(rows.cells)
    geometry = np.full(count, None, dtype=object)
    if layout.of == "streets":
        geometry = _lines(rows, words.pop(GEOMETRY, []))
        middle = shapely.line_interpolate_point(geometry, 0.5, normalized=True)
        longitude, latitude = shapely.get_x(middle), shapely.get_y(middle)
    elif layout.of == "buildings":
        longitude, latitude = _points(rows, words)
    else:
        longitude = latitude = np.zeros(count)
    homes = _homes(words.pop("homes", [""] * count), rows, read.file)
    good = placed = (np.abs(longitude) <= 180) & (np.abs(latitude) <= 90)  # of nan neither
    if layout.of != "streets":
        good = placed & _first_of_each(words["code"], layout.of)
    bad = np.flatnonzero(~good).tolist()
    odd = [Odd(read.file, rows.lines[n], *_why(layout, words, n, placed=placed[n])) for n in bad]
    if not good.any():
        raise Unreadable(f"{odd[0]}. No row of the file can be placed; mend it and load again.")
    kept = np.flatnonzero(good)
    return Supply(
        layout,
        read.file,
        read.sha256,
        {word: [texts[n] for n in kept] for word, texts in words.items()},
        longitude[kept],
        latitude[kept],
        homes[kept],
        geometry[kept],
        tuple(sorted((*rows.odd, *odd), key=lambda one: one.line)),
        (read,),
    )


def _why(
    layout: GroundLayout, words: Mapping[str, list[str]], n: int, *, placed: bool
) -> tuple[str, str]:
    """The reason, and the id of the row."""
    if layout.of == "streets":
        return NO_LINE, ""
    code = words["code"][n]
    if not placed:
        return NO_PLACE, code
    return (DOUBLE, code) if code else (NO_ID, "")


def _first_of_each(codes: Sequence[str], of: str) -> npt.NDArray[np.bool_]:
    """Which rows have a code, and of buildings are the first with it."""
    seen: set[str] = set()
    good = np.zeros(len(codes), bool)
    for n, code in enumerate(codes):
        good[n] = bool(code) and (of == "addresses" or code not in seen)
        seen.add(code)
    return good


def _joined(rows: _Rows, columns: Sequence[str]) -> list[str]:
    places = [rows.header.index(column) for column in columns if column in rows.header]
    if len(places) == 1:
        return [cells[places[0]].strip()[:LONGEST_CELL] for cells in rows.cells]
    return [" ".join(cells[at].strip() for at in places)[:LONGEST] for cells in rows.cells]


def _lines(rows: _Rows, texts: Sequence[str]) -> npt.NDArray[np.object_]:
    """The lines of streets; those that are none are nothing, which has no middle."""
    if rows.drawn:
        found = np.array(rows.drawn, dtype=object)
    else:
        found = shapely.from_wkt(np.array(texts, dtype=object), on_invalid="ignore")
    kind = shapely.get_type_id(found)
    several = np.flatnonzero(kind == shapely.GeometryType.MULTILINESTRING)
    found[several] = [shapely.get_geometry(shapely.line_merge(found[n]), 0) for n in several]
    wrong = shapely.get_type_id(found) != shapely.GeometryType.LINESTRING
    found[wrong | shapely.is_empty(found)] = None
    result: npt.NDArray[np.object_] = found
    return result


def _points(rows: _Rows, words: dict[str, list[str]]) -> tuple[Floats, Floats]:
    east, north = words.pop("longitude", []), words.pop("latitude", [])
    if rows.drawn:
        drawn = np.array(rows.drawn, dtype=object)
        return shapely.get_x(drawn), shapely.get_y(drawn)
    return _numbers(east), _numbers(north)


def _numbers(texts: Sequence[str]) -> Floats:
    def number(text: str) -> float:
        try:
            return float(text)
        except ValueError:
            return float("nan")

    return np.array([number(text) for text in texts])


def _homes(texts: Sequence[str], rows: _Rows, file: str) -> npt.NDArray[np.int32]:
    """Homes a row; what is no number of homes counts as none and is told."""
    found = _numbers([text.replace(",", "") or "0" for text in texts])
    wrong = ~((found >= 0) & (found <= MOST_HOMES))
    rows.odd += [
        Odd(file, rows.lines[n], NO_HOMES, f"“{texts[n][:20]}”", kept=True)
        for n in np.flatnonzero(wrong).tolist()
    ]
    return np.where(wrong, 0, found).astype(np.int32)


def _from_table(path: Path) -> _Rows:
    with open_source(path) as source:
        lines = source.lines()
        numbers: list[int] = []

        def texts() -> Iterator[str]:
            for number, text in lines:
                numbers.append(number)
                yield f"{text}\n"

        reader = csv.reader(texts(), delimiter=_delimiter(first_lines(path)[0]), strict=True)
        try:
            rows = _Rows([cell.strip() for cell in next(reader)])
            for cells in reader:
                if len(cells) == len(rows.header):
                    rows.cells.append(cells)
                    rows.lines.append(numbers[-1])
                elif cells:
                    rows.odd.append(Odd(path.name, numbers[-1], OTHER_FIELDS))
        except csv.Error as error:
            where = f"{path.name}, line {numbers[-1] if numbers else 1}"
            raise Unreadable(f"{where}: not a table that can be read ({error}).") from error
    return rows


def _delimiter(header: str) -> str:
    """What stands most often between the names of the columns."""
    return max(DELIMITERS, key=header.count)


def _from_geojson(path: Path) -> _Rows:
    features = _features(path)
    header = list(dict.fromkeys(name for one in features for name in _properties(one)))
    rows = _Rows(header)
    for n, feature in enumerate(features, 1):
        said = _properties(feature)
        rows.cells.append([_text(said.get(name)) for name in header])
        rows.lines.append(n)
        try:
            rows.drawn.append(shapely.geometry.shape(feature["geometry"]))
        except (LookupError, TypeError, ValueError, AttributeError, ShapelyError):
            rows.drawn.append(None)
    return rows


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value)


def _is_geojson(path: Path) -> bool:
    return path.name.lower().endswith((".geojson", ".json"))


def _features(path: Path) -> list[Any]:
    try:
        whole = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return []  # read as boundaries, it is told what is wrong
    features = whole.get("features") if isinstance(whole, dict) else None
    return features if isinstance(features, list) else []


def _properties(feature: Any) -> dict[str, Any]:
    said = feature.get("properties") if isinstance(feature, dict) else None
    return said if isinstance(said, dict) else {}


def _type_of(feature: Any) -> str:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    return str(geometry.get("type")) if isinstance(geometry, dict) else ""


def _fitting(header: list[str], *, drawn: bool, of: str = "") -> GroundLayout | None:
    return next(
        (one for one in ground_layouts() if one.fits(header, drawn=drawn) and of in ("", one.of)),
        None,
    )
