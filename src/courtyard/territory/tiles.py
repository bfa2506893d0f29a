"""Writes vector tiles of boundaries, streets or buildings as static files: geometry, no figures.

The files are Mapbox Vector Tiles 2.1 in the web's Mercator squares, compressed with gzip.

They are encoded here: every number of a layer is made a varint at once, at 0.9 µs a point and 10 µs
a district. mapbox-vector-tile takes 4.7 and 29 (72 when it also turns the rings), wants an object
and a dict for each, and brings protobuf and pyclipper along. It reads our tiles in the tests.
"""

import gzip
import hashlib
import heapq
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import index, itemgetter
from pathlib import Path

import numpy as np
import numpy.typing as npt

from .tile_layers import EXTENT, POINTS, POLYGONS, Cell, Drawing, Parts

MOST_BYTES = 50 * 1024
LARGEST_ID = 2**53 - 1  # what a browser can count
LAST_ZOOM = 24

# How a tile that is too large is made smaller: a coarser grid (an eighth of a CSS pixel at 1), of
# points one in so many; then without properties, for the ids stay. At a layer's last zoom no
# point and no property is left out, and no grid is coarser than 8.
_RUNGS = (
    (1, True), (2, True), (4, True), (8, True),
    (2, False), (4, False), (8, False), (16, False), (32, False), (64, False),
)  # fmt: skip
_COARSEST_AT_LAST = 8
_PACKED = 6  # of zlib: 9 takes half as long again and packs no tighter

Numbers = npt.NDArray[np.uint64]


class TooDense(Exception):
    """A tile cannot be made small enough; the sentence says which, and how to mend it."""


@dataclass(frozen=True, slots=True)
class Layer:
    """Geometries in WGS84, all points, all lines or all polygons, with their ids and properties.

    Properties are told from the zoom `named_from` on.

    Raises ValueError for what cannot be a layer. A geometry that is missing or empty is left out.
    """

    name: str
    geometries: npt.NDArray[np.object_]
    ids: Sequence[int] | npt.NDArray[np.integer]
    properties: Mapping[str, Sequence[str | int]]
    first_zoom: int
    last_zoom: int
    named_from: int = 0

    def __post_init__(self) -> None:
        ids = np.asarray(self.ids)
        if len(ids) and (ids.dtype.kind not in "iu" or ids.min() < 0 or ids.max() > LARGEST_ID):
            raise ValueError(f"{self.name}: ids are whole numbers from 0 to {LARGEST_ID}")
        if {len(ids), *map(len, self.properties.values())} != {len(self.geometries)}:
            raise ValueError(f"{self.name}: not as many ids or properties as geometries")
        if not self.name or not 0 <= self.first_zoom <= self.last_zoom <= LAST_ZOOM:
            raise ValueError(f"{self.name!r}: needs a name, and zooms from 0 to {LAST_ZOOM}")


@dataclass(frozen=True, slots=True)
class TileSet:
    """What was written. The digest belongs into the public address: tiles never change there."""

    digest: str
    first_zoom: int
    last_zoom: int
    tiles: int
    coarsened: int
    features: int
    bytes: int
    largest: int


def write_tiles(
    layers: Sequence[Layer], into: Path, *, last_zoom: int = 15, attribution: str = ""
) -> TileSet:
    """Writes `<z>/<x>/<y>.mvt` and `tiles.json` into a folder, whole or not at all.

    A folder of that name is replaced. One writer a folder at a time: what a killed one left beside
    it (`.<name>.unfinished`) is removed. Raises TooDense, ValueError and OSError.
    """
    if len({layer.name for layer in layers}) < len(layers):
        raise ValueError("two layers have the same name")
    if late := [layer.name for layer in layers if layer.first_zoom > last_zoom]:
        raise ValueError(f"{', '.join(late)}: begins after zoom {last_zoom}, the last")
    unfinished = into.with_name(f".{into.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    try:
        made = _write(layers, unfinished, last_zoom, attribution)
        os.sync()  # once, instead of forcing some thousand files one by one
        swap(unfinished, into)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return made


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A layer made ready: its geometries drawn, its values encoded and numbered."""

    layer: Layer
    last_zoom: int
    drawing: Drawing
    ids: Numbers
    values: list[bytes]
    tags: Numbers  # of each geometry: key, value, key, value …

    def shown(self, zoom: int) -> bool:
        return self.layer.first_zoom <= zoom <= self.last_zoom


@dataclass(slots=True)
class _Written:
    """Counts while it is being written."""

    folder: Path
    tiles: int = 0
    coarsened: int = 0
    features: int = 0
    bytes: int = 0
    largest: int = 0

    def add(self, tile: "_Tile", path: str) -> None:
        file = self.folder / f"{path}.mvt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(tile.packed)
        self.tiles += 1
        self.coarsened += tile.coarsened
        self.features += tile.features
        self.bytes += len(tile.packed)
        self.largest = max(self.largest, len(tile.packed))


@dataclass(frozen=True, slots=True)
class _Tile:
    content: bytes
    packed: bytes
    features: int
    coarsened: bool


def _write(layers: Sequence[Layer], folder: Path, last_zoom: int, attribution: str) -> TileSet:
    sheets = [_sheet(layer, last_zoom) for layer in layers]
    first = min((sheet.layer.first_zoom for sheet in sheets), default=0)
    last = max((sheet.last_zoom for sheet in sheets), default=0)
    written, digest = _Written(folder), hashlib.sha256()
    for zoom in range(first, last + 1):
        for x, y, cells in _tiles_of([sheet for sheet in sheets if sheet.shown(zoom)], zoom):
            path = f"{zoom}/{x}/{y}"
            tile = _smallest(cells, zoom, path)
            if tile.content:
                written.add(tile, path)
                # Of the bytes before compression: another zlib may pack the same tile otherwise.
                digest.update(f"{path} {len(tile.content)}\n".encode() + tile.content)
    about = json.dumps(_about(sheets, first, last, attribution), ensure_ascii=False, indent=1)
    (folder / "tiles.json").write_text(about, encoding="utf-8")
    digest.update(about.encode())
    return TileSet(
        digest.hexdigest(), first, last, written.tiles, written.coarsened,
        written.features, written.bytes, written.largest,
    )  # fmt: skip


def _sheet(layer: Layer, last_zoom: int) -> _Sheet:
    ids = np.asarray(layer.ids, dtype=np.uint64)
    try:
        drawing = Drawing(np.asarray(layer.geometries, dtype=object), ids)
    except ValueError as error:
        raise ValueError(f"{layer.name}: {error}") from error
    numbers: dict[str | int, int] = {}
    tags = np.zeros((len(ids), 2 * len(layer.properties)), np.uint64)
    for key, column in enumerate(layer.properties.values()):
        tags[:, 2 * key] = key
        tags[:, 2 * key + 1] = [numbers.setdefault(value, len(numbers)) for value in column]
    values = [_value(value) for value in numbers]
    return _Sheet(layer, min(layer.last_zoom, last_zoom), drawing, ids, values, tags)


def _tiles_of(
    sheets: list[_Sheet], zoom: int
) -> Iterator[tuple[int, int, list[tuple[_Sheet, Cell]]]]:
    """Each tile of a zoom with the layers that touch it."""

    def placed(number: int, sheet: _Sheet) -> Iterator[tuple[int, int, int, _Sheet, Cell]]:
        for cell in sheet.drawing.cells(zoom, exact=zoom == sheet.last_zoom):
            yield cell.x, cell.y, number, sheet, cell

    streams = [placed(number, sheet) for number, sheet in enumerate(sheets)]
    merged = heapq.merge(*streams, key=itemgetter(0, 1, 2))
    for (x, y), group in groupby(merged, key=itemgetter(0, 1)):
        yield x, y, [(sheet, cell) for _, _, _, sheet, cell in group]


def _smallest(cells: list[tuple[_Sheet, Cell]], zoom: int, path: str) -> _Tile:
    """The tile as finely drawn as fits."""
    every_last = all(zoom == sheet.last_zoom for sheet, _ in cells)
    packed = b""
    for step, named in _RUNGS:
        if every_last and not named:
            break
        content, features = b"", 0
        for sheet, cell in cells:
            last = zoom == sheet.last_zoom
            parts = cell.cut(min(step, _COARSEST_AT_LAST) if last else step)
            if len(parts.starts):
                told = (named or last) and zoom >= sheet.layer.named_from
                encoded, many = _encoded(sheet, parts, named=told)
                content, features = content + encoded, features + many
        packed = gzip.compress(content, _PACKED, mtime=0)
        if len(packed) <= MOST_BYTES:
            return _Tile(content, packed, features, step > 1)
    names = ", ".join(sheet.layer.name for sheet, _ in cells)
    which = "end" if every_last else "begin"
    raise TooDense(
        f"{names}: tile {path} has {len(packed) / 1024:.0f} KiB at its coarsest, and "
        f"{MOST_BYTES // 1024} is the most. Let the layer {which} at a higher zoom."
    )


def _about(
    sheets: list[_Sheet], first: int, last: int, attribution: str
) -> dict[str, str | int | list[str] | list[float] | list[dict[str, object]]]:
    boxes = np.array([sheet.drawing.bounds for sheet in sheets if sheet.drawing.bounds])
    world = [-180.0, -85.0511, 180.0, 85.0511]
    bounds = [*boxes[:, :2].min(axis=0), *boxes[:, 2:].max(axis=0)] if len(boxes) else world
    return {
        "tilejson": "3.0.0",
        "tiles": ["{z}/{x}/{y}.mvt"],
        "minzoom": first,
        "maxzoom": last,
        "bounds": [round(float(degree), 6) for degree in bounds],
        "attribution": attribution,
        "vector_layers": [
            {
                "id": sheet.layer.name,
                "minzoom": sheet.layer.first_zoom,
                "maxzoom": sheet.last_zoom,
                "fields": {
                    key: "String" if any(isinstance(value, str) for value in column) else "Number"
                    for key, column in sheet.layer.properties.items()
                },
            }
            for sheet in sheets
        ],
    }


def swap(made: Path, into: Path) -> None:
    """Puts a folder where another may stand, which is removed."""
    before = into.with_name(f".{into.name}.before")
    shutil.rmtree(before, ignore_errors=True)
    if into.exists():
        into.rename(before)
    made.rename(into)
    shutil.rmtree(before, ignore_errors=True)


def _encoded(sheet: _Sheet, parts: Parts, *, named: bool) -> tuple[bytes, int]:
    """One layer of one tile, and how many features it has."""
    kind = sheet.drawing.kind
    begins = np.ones(len(parts.row), bool)
    if kind != POINTS:
        begins[1:] = parts.row[1:] != parts.row[:-1]
    rows = parts.row[begins]
    keys, values = b"", b""
    tags = sheet.tags[rows][:, : None if named else 0]
    if tags.shape[1]:
        used, tags[:, 1::2] = np.unique(tags[:, 1::2], return_inverse=True)
        keys = b"".join(_bytes_field(3, key.encode()) for key in sheet.layer.properties)
        values = b"".join([sheet.values[number] for number in used.tolist()])
    commands, sizes = _commands(parts, begins, closed=kind == POLYGONS)
    features = _features(sheet.ids[rows], tags, kind, commands, sizes)
    name = _bytes_field(1, sheet.layer.name.encode())
    extent, version = b"\x28" + _varint(EXTENT), b"\x78\x02"
    return _bytes_field(3, version + name + features + keys + values + extent), len(rows)


def _commands(
    parts: Parts, begins: npt.NDArray[np.bool_], *, closed: bool
) -> tuple[Numbers, npt.NDArray[np.int64]]:
    """MoveTo, LineTo and ClosePath of all parts, and where those of each feature begin."""
    xy = parts.xy.astype(np.int64)
    moved = np.diff(xy, axis=0, prepend=[[0, 0]])
    moved[parts.starts[begins]] = xy[parts.starts[begins]]
    moved = (moved << 1) ^ (moved >> 63)
    lengths = parts.lengths
    sizes = 1 + 2 * lengths + (lengths > 1) + closed
    ends = np.cumsum(sizes)
    starts = ends - sizes
    commands = np.empty(int(sizes.sum()), np.uint64)
    commands[starts] = 1 << 3 | 1
    number = np.arange(len(xy)) - np.repeat(parts.starts, lengths)
    place = np.repeat(starts, lengths) + 1 + 2 * number + (number > 0)
    commands[place], commands[place + 1] = moved[:, 0], moved[:, 1]
    more = lengths > 1
    commands[starts[more] + 3] = (lengths[more] - 1) << 3 | 2
    if closed:
        commands[ends - 1] = 1 << 3 | 7
    return commands, starts[begins]


def _features(
    ids: Numbers, tags: Numbers, kind: int, commands: Numbers, starts: npt.NDArray[np.int64]
) -> bytes:
    """All features of a layer: every field of one is a row of varints, its strings are elsewhere.

    Field 2 of the layer, its length; then 1 the id, 2 the tags, 3 the kind, 4 the geometry.
    """
    many, width = tags.shape
    lead = 4 + (width + 2 if width else 0)
    head = np.empty((many, lead + 4), np.uint64)
    head[:, 0], head[:, 2], head[:, 3] = 2 << 3 | 2, 1 << 3, ids
    if width:
        head[:, 4], head[:, 5], head[:, 6:lead] = 2 << 3 | 2, _sizes(tags).sum(axis=1), tags
    head[:, lead], head[:, lead + 1], head[:, lead + 2] = 3 << 3, kind, 4 << 3 | 2
    drawn = np.add.reduceat(_sizes(commands), starts)
    head[:, lead + 3] = drawn
    head[:, 1] = _sizes(head[:, 2:]).sum(axis=1) + drawn
    width = head.shape[1]
    place = (starts + width * np.arange(many))[:, None] + np.arange(width)
    numbers = np.empty(head.size + len(commands), np.uint64)
    rest = np.ones(len(numbers), bool)
    rest[place] = False
    numbers[place], numbers[rest] = head, commands
    return _varints(numbers)


def _sizes(numbers: Numbers) -> npt.NDArray[np.int64]:
    """How many bytes each number takes: seven bits a byte."""
    sizes = np.ones(numbers.shape, np.int64)
    bits, most = 7, int(numbers.max(initial=0))
    while most >> bits:
        sizes += numbers >= np.uint64(1 << bits)
        bits += 7
    return sizes


def _varints(numbers: Numbers) -> bytes:
    sizes = _sizes(numbers)
    place = np.cumsum(sizes) - sizes
    out = np.empty(int(sizes.sum()), np.uint8)
    for number in range(int(sizes.max())):
        reaches = sizes > number
        seven = numbers[reaches] >> np.uint64(7 * number) & np.uint64(127)
        out[place[reaches] + number] = seven | (sizes[reaches] > number + 1).astype(np.uint64) << 7
    return out.tobytes()


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])


def _bytes_field(number: int, content: bytes) -> bytes:
    return bytes([number << 3 | 2]) + _varint(len(content)) + content


def _value(value: str | int) -> bytes:
    """A value as a field of its layer: text, or a whole number with its sign folded in."""
    if isinstance(value, str):
        return _bytes_field(4, _bytes_field(1, value.encode()))
    whole = index(value)
    if not -(2**63) <= whole < 2**63:
        raise ValueError(f"{whole} is too large for a property")
    return _bytes_field(4, bytes([6 << 3]) + _varint((whole << 1) ^ (whole >> 63)))
