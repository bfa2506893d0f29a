"""The map's tiles of each edition: made once, kept in the home, and found again by a small file.

Geometry that its publisher shows to everybody, with codes and names: no figures, nobody's rights.
An edition of areas is drawn with the larger areas of its days; one of streets or buildings alone.
In `<home>/tiles` lie a folder for each set of tiles, named by its digest, and for each edition a
note that says which of them are its own and what they were made from.
"""

import fcntl
import json
import logging
import math
import os
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from uuid import UUID

import numpy as np
import numpy.typing as npt
import shapely
from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q

from courtyard.journal.reader import EVERYWHERE, Grant, Rank, Reader
from courtyard.journal.scope import reading_as

from . import rules
from .models import Area, Edition, Outline
from .tile_ground import GROUND, INVENTED, LAST_BUILDINGS, credit_of, ground_layers, is_ground
from .tiles import Layer, TooDense, swap, write_tiles

AREAS = "areas"  # the layer of the edition's own areas; those around them are named by their kind
NAMES = "names"  # where the names of the areas across them stand
LAST_ZOOM = 14  # on a grid of half a metre
FURTHER = 2  # zooms out from where the whole is as wide as a tile
NEARER = 2  # zooms later what lies across is drawn
SLIT = 1e-5  # degrees: a metre
LEFT_FOR = timedelta(days=1)  # pages that are open still ask for the tiles they began with
DRAWN = 2  # to be raised when other tiles would be made of the same outlines
LOCK = "lock"
# Reads outlines for everybody, in nobody's name: the same in every installation, like the worker.
TILER = Reader(UUID("0c0a27fa-0000-8000-8000-0074696c6572"), (Grant(Rank.MEMBER, EVERYWHERE),))

log = logging.getLogger("courtyard.territory")


@dataclass(frozen=True, slots=True)
class Place:
    """An area's number in its tiles, and its box in degrees: west, south, east, north."""

    number: int
    box: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Tiling:
    """The tiles of an edition, with the layers of larger areas: those around its own, and those

    that lie across them, such as neighbourhoods; the smallest areas first. `bounds` is the box of
    all that is drawn, in degrees; `credit` the words that must stand beside it, if any; `invented`
    whether names in it are.
    """

    digest: str
    first_zoom: int
    last_zoom: int
    bounds: tuple[float, float, float, float]
    credit: str
    invented: bool
    layers: tuple[str, ...]
    around: tuple[str, ...]
    across: tuple[str, ...]
    places: Mapping[str, Place]

    def box(self, codes: Collection[str] | None = None) -> tuple[float, float, float, float]:
        """The box around some areas, or around all if none of those is known."""
        found = [place.box for code in codes or () if (place := self.places.get(code))]
        boxes = np.array(found or [place.box for place in self.places.values()])
        west, south = boxes[:, :2].min(axis=0).tolist()
        east, north = boxes[:, 2:].max(axis=0).tolist()
        return west, south, east, north


def folder() -> Path:
    """Where all tiles lie."""
    return Path(settings.COURTYARD_HOME) / "tiles"


def tiles_of(edition: Edition) -> Tiling | None:
    """The tiles of an edition, made now if they are not there. None if there can be none.

    Making takes a seventh of a second for the 449 districts of NY-14, and is written to the log if
    it fails. Whoever asks meanwhile waits.
    """
    note = _note(edition.id)
    if note and (found := _tiling(note)):
        return found
    if not note or note.digest:
        _make_if_due(edition, _editions())
        note = _note(edition.id)
    return _tiling(note) if note else None


def ground_tiles(reader: Reader) -> list[Tiling]:
    """The tiles of the streets and buildings that are loaded, without those not made yet.

    They are made after loading (`ready_tiles`): a city's take longer than a page may wait.
    """
    editions = Edition.objects.visible_to(reader).in_force().order_by("kind", "id")
    notes = [_note(edition.id) for edition in editions if is_ground(edition)]
    return [found for note in notes if note and (found := _tiling(note))]


def ready_tiles(*, at: datetime) -> None:
    """Makes the tiles that are due, and removes those of editions that are gone.

    To be called after ground was loaded, outside of the transaction.
    """
    editions = _editions()
    for edition in editions:
        _make_if_due(edition, editions)
    _prune({edition.id for edition in editions}, before=(at - LEFT_FOR).timestamp())


@dataclass(frozen=True, slots=True)
class _Note:
    """What an edition's file says: which tiles (none: there can be none), made from what."""

    digest: str
    made_from: list[str]


def _note(edition: UUID) -> _Note | None:
    try:
        told = json.loads((folder() / f"{edition.hex}.json").read_text())
        return _Note(told["digest"], told["made_from"]) if told["drawn"] == DRAWN else None
    except (OSError, ValueError, KeyError):
        return None


def _tiling(note: _Note) -> Tiling | None:
    place = folder() / note.digest
    if not note.digest or not place.is_dir():
        return None
    try:
        return _read(place)
    except (OSError, ValueError, KeyError):
        return None


@lru_cache(maxsize=16)
def _read(place: Path) -> Tiling:
    told = json.loads((place / "areas.json").read_text(encoding="utf-8"))
    places = {code: Place(number, (w, s, e, n)) for code, (number, w, s, e, n) in told["areas"]}
    first, last = told["zooms"]
    west, south, east, north = told["bounds"]
    return Tiling(
        place.name, first, last, (west, south, east, north), told["credit"], told["invented"],
        tuple(told["layers"]), tuple(told["around"]), tuple(told["across"]), places,
    )  # fmt: skip


def _editions() -> list[Edition]:
    """The editions in force that have areas or stand on the ground."""
    areas = Exists(Area.objects.visible_to(TILER).filter(edition=OuterRef("pk")))
    with reading_as(TILER, door="reading"):
        found = Edition.objects.visible_to(TILER).in_force().alias(drawn=areas)
        ordered = found.filter(GROUND | Q(drawn=True)).order_by("-valid_from", "name", "id")
        return list(ordered)


def _make_if_due(edition: Edition, editions: Sequence[Edition]) -> None:
    meanwhile = [one for one in editions if _beside(one, edition)]
    made_from = sorted(one.id.hex for one in meanwhile)
    try:
        with _locked():
            before = _note(edition.id)
            there = before and (not before.digest or _tiling(before))
            if before and there and before.made_from == made_from:
                return
            digest = _make(edition, meanwhile)
            if before and before.digest not in ("", digest) and _tiling(before):
                os.utime(folder() / before.digest)  # its last day begins
            _write(folder() / f"{edition.id.hex}.json",
                   {"drawn": DRAWN, "digest": digest, "made_from": made_from})  # fmt: skip
    except OSError as fault:
        log.error("no tiles could be written: %s", fault.strerror)  # noqa: TRY400


def _beside(one: Edition, other: Edition) -> bool:
    """Whether the areas of one are drawn with those of the other."""
    if one.kind == other.kind or is_ground(one) or is_ground(other):
        return False
    return rules.overlap(one.valid_from, one.valid_to, other.valid_from, other.valid_to)


@contextmanager
def _locked() -> Iterator[None]:
    """One writer at a time; the system lets go of the lock when its holder dies."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder() / LOCK).open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _make(edition: Edition, meanwhile: Sequence[Edition]) -> str:
    """Writes the tiles and gives their digest; nothing if the edition has none. Raises OSError."""
    if is_ground(edition):
        with reading_as(TILER, door="reading"):
            layers = ground_layers(edition, TILER)
        return _drawn(edition, layers, {"around": [], "across": [], "areas": []})
    sheets, around = _sheets(edition, meanwhile)
    if not sheets:
        return ""
    codes, boxes = sheets[AREAS].properties["code"], shapely.bounds(sheets[AREAS].geometries)
    areas = [
        (code, [number, *box])
        for number, (code, box) in enumerate(zip(codes, boxes.round(6).tolist(), strict=True), 1)
    ]
    told = {
        "around": [name for name in sheets if name in around],
        "across": [name for name in sheets if name not in {*around, AREAS, NAMES}],
        "areas": areas,
    }
    return _drawn(edition, list(sheets.values()), told)


def _drawn(edition: Edition, layers: Sequence[Layer], told: Mapping[str, object]) -> str:
    """Writes layers as the tiles of an edition; nothing without any, or if they are too dense."""
    if not layers:
        return ""
    into = folder() / f"{edition.id.hex}.made"
    credit = credit_of(edition)
    author = credit or edition.publisher
    try:
        made = write_tiles(layers, into, last_zoom=LAST_BUILDINGS, attribution=author)
    except (TooDense, ValueError) as error:
        log.error("no tiles of %s: %s", edition.name, error)  # noqa: TRY400  # a sentence
        return ""
    about = {
        "zooms": [made.first_zoom, made.last_zoom],
        "bounds": json.loads((into / "tiles.json").read_text(encoding="utf-8"))["bounds"],
        "credit": credit,
        "invented": any(1 in layer.properties.get(INVENTED, ()) for layer in layers),
        "layers": [layer.name for layer in layers],
    }
    _write(into / "areas.json", {**about, **told})
    swap(into, folder() / made.digest)
    return made.digest


def _sheets(edition: Edition, meanwhile: Sequence[Edition]) -> tuple[dict[str, Layer], set[str]]:
    """The layers by name: the edition's own areas, then larger ones, the smallest first.

    And the kinds of those that lie around its own.
    """
    with reading_as(TILER, door="reading"):
        larger = _larger(edition, meanwhile)
        if larger is None:
            return {}, set()
        drawn = {AREAS: _outlines(edition.id, edition.kind)}
        for kind, of in larger.items():
            outlines = _outlines(of, kind)
            drawn[kind] = replace(outlines, geometry=_closed(outlines.geometry))
        around = _around(edition)
    first = _first_zoom(drawn[AREAS].geometry)
    nearer = min(first + NEARER, LAST_ZOOM)
    layers = {
        name: _layer(name, outlines, first if name in {AREAS, *around} else nearer)
        for name, outlines in drawn.items()
    }
    across = [outlines for name, outlines in drawn.items() if name not in {AREAS, *around}]
    return layers | ({NAMES: _names(across, nearer)} if across else {}), around


def _larger(edition: Edition, meanwhile: Sequence[Edition]) -> dict[str, UUID] | None:
    """Of each kind with fewer areas the newest edition; None if this one has no areas at all."""
    areas = Area.objects.visible_to(TILER).filter(edition__in=[edition, *meanwhile])
    counted = areas.order_by().values_list("edition", "kind").annotate(Count("id"))
    many = {(of, kind): count for of, kind, count in counted}
    own = many.get((edition.id, edition.kind), 0)
    found: dict[str, tuple[int, UUID]] = {}
    for one in (edition, *meanwhile):
        for (of, kind), count in many.items():
            if of == one.id and count < own:
                found.setdefault(kind, (count, of))
    ordered = sorted(found, key=lambda kind: (-found[kind][0], kind))
    return {kind: found[kind][1] for kind in ordered} if own else None


def _closed(geometry: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Without the slits between the parts an area was put together from, which are no borders."""
    wider = shapely.buffer(geometry, SLIT, join_style="mitre")
    closed: npt.NDArray[np.object_] = shapely.buffer(wider, -SLIT, join_style="mitre")
    return closed


def _around(edition: Edition) -> set[str]:
    """The kinds of the areas in which those of an edition lie, and of those around them."""
    kinds, parts = set[str](), "parts"
    while True:
        inner = {f"{parts}__edition": edition, f"{parts}__kind": edition.kind}
        outer = Area.objects.visible_to(TILER).filter(**inner).order_by()
        found = set(outer.values_list("kind", flat=True).distinct())
        if not found:
            return kinds
        kinds |= found
        parts += "__parts"


@dataclass(frozen=True, slots=True)
class _Outlines:
    ids: list[UUID]
    codes: list[str]
    names: list[str]
    middles: list[tuple[float, float]]
    geometry: npt.NDArray[np.object_]


def _outlines(edition: UUID, kind: str) -> _Outlines:
    """The areas of one kind, in order of their codes."""
    found = Outline.objects.visible_to(TILER).filter(area__edition=edition, area__kind=kind)
    rows = found.order_by("area__code").values_list(
        "area", "area__code", "area__name", "area__longitude", "area__latitude", "geometry"
    )
    ids, codes, names, east, north, geometry = map(list, zip(*rows, strict=True))
    drawn = np.asarray(shapely.from_geojson(geometry))
    return _Outlines(ids, codes, names, list(zip(east, north, strict=True)), drawn)


def _layer(name: str, outlines: _Outlines, first: int) -> Layer:
    numbers = range(1, len(outlines.codes) + 1)
    told = {"code": outlines.codes, "name": outlines.names}
    return Layer(name, outlines.geometry, numbers, told, first, LAST_ZOOM)


def _names(across: Sequence[_Outlines], first: int) -> Layer:
    """Where the names of the areas across stand, and which areas' they are."""
    told = {
        "code": [code for one in across for code in one.codes],
        "name": [name for one in across for name in one.names],
        "id": [area.hex for one in across for area in one.ids],
    }
    points = shapely.points([middle for one in across for middle in one.middles])
    numbers = range(1, len(points) + 1)
    return Layer(NAMES, np.asarray(points, object), numbers, told, first, LAST_ZOOM)


def _first_zoom(geometry: npt.NDArray[np.object_]) -> int:
    """Where the whole is an eighth to a quarter as wide as a tile, or a little larger."""
    west, south, east, north = shapely.total_bounds(geometry).tolist()
    span = max(east - west, north - south, 1e-6) / 360
    return min(max(math.floor(-math.log2(span)) - FURTHER, 0), LAST_ZOOM)


def _write(path: Path, told: object) -> None:
    fresh = path.with_name(f".{path.name}")
    fresh.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    fresh.replace(path)


def _prune(editions: Collection[UUID], *, before: float) -> None:
    """Removes what no edition names, and what writers that were killed left, once it is old."""
    with _locked():
        notes = {f"{edition.hex}.json": _note(edition) for edition in editions}
        kept = {LOCK, *notes, *(note.digest for note in notes.values() if note)}
        for path in folder().iterdir():
            if path.name not in kept and path.stat().st_mtime < before:
                if path.is_dir():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    path.unlink()
