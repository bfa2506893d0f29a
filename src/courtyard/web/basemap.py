"""The operator's own map beneath ours: one PMTiles archive in the home, read a tile at a time.

The archive is read here and not in the browser: so its addresses are like those of our own tiles,
the browser carries no library for it, and nothing of the file but tiles can be asked for.
"""

import logging
import os
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import strip_tags

if TYPE_CHECKING:
    from pmtiles.reader import Reader as Archive

FOR_MEMBERS = "private, max-age=31536000, immutable"
LAST_ZOOM = 30
CORNERS = ("min_lon", "min_lat", "max_lon", "max_lat")
# What a file that is cut off or damaged makes the reader stumble over.
UNSOUND = (ValueError, LookupError, EOFError, zlib.error, OSError)

log = logging.getLogger("courtyard.web")


@dataclass(frozen=True, slots=True)
class Basemap:
    """An archive that can be drawn: `stamp` changes with the file, `packed` is how its tiles are

    compressed, `layers` the names of what is in them.
    """

    archive: "Archive"
    stamp: str
    packed: str
    zooms: tuple[int, int]
    bounds: tuple[float, float, float, float]
    layers: tuple[str, ...]
    credit: str

    def told(self) -> dict[str, Any]:
        """What the map's script is told of it."""
        whole = reverse("basemap", args=[self.stamp, 0, 0, 0]).removesuffix("0/0/0.mvt")
        return {
            "tiles": whole + "{z}/{x}/{y}.mvt",
            "zooms": self.zooms,
            "bounds": self.bounds,
            "layers": self.layers,
        }


def basemap() -> Basemap | None:
    """The archive that is there now; None without one, or if it cannot be drawn (the log says)."""
    path = Path(settings.COURTYARD_BASEMAP)
    try:
        now = path.stat()
    except OSError:
        return None
    return _opened(path, f"{now.st_mtime_ns:x}-{now.st_size:x}")


def tile(_request: HttpRequest, stamp: str, z: int, x: int, y: int) -> HttpResponse:
    """One tile of the archive. 204 where it has none, 404 for all else."""
    found = basemap()
    if found is None or stamp != found.stamp or z > LAST_ZOOM or max(x, y) >= 1 << z:
        return HttpResponse(status=404)
    try:
        content = found.archive.get(z, x, y)  # type: ignore[no-untyped-call]
    except UNSOUND:
        log.error("a tile of the basemap cannot be read")  # noqa: TRY400  # where is nobody's
        return HttpResponse(status=404)
    headers = {"Cache-Control": FOR_MEMBERS}
    if not content:
        return HttpResponse(status=204, headers=headers)
    if found.packed:
        headers["Content-Encoding"] = found.packed
    return HttpResponse(content, content_type="application/vnd.mapbox-vector-tile", headers=headers)


@lru_cache(maxsize=1)
def _opened(path: Path, stamp: str) -> Basemap | None:
    # Only where there is an archive: the server starts without.
    from pmtiles.reader import Reader as Archive  # noqa: PLC0415
    from pmtiles.tile import (  # noqa: PLC0415
        Compression,
        MagicNumberNotFound,
        SpecVersionUnsupported,
        TileType,
    )

    packings = {Compression.GZIP: "gzip", Compression.NONE: ""}
    try:
        archive = Archive(_reading(path))  # type: ignore[no-untyped-call]
        header, about = archive.header(), archive.metadata()  # type: ignore[no-untyped-call]
    except (*UNSOUND, MagicNumberNotFound, SpecVersionUnsupported):
        log.error("%s: not drawn; it is no sound PMTiles archive", path.name)  # noqa: TRY400
        return None
    packed = packings.get(header["tile_compression"])
    if header["tile_type"] != TileType.MVT or packed is None:
        log.error("%s: not drawn; its tiles are no vector tiles packed by gzip", path.name)
        return None
    west, south, east, north = (header[f"{one}_e7"] / 1e7 for one in CORNERS)
    return Basemap(
        archive,
        stamp,
        packed,
        (header["min_zoom"], header["max_zoom"]),
        (west, south, east, north),
        tuple(str(one["id"]) for one in about.get("vector_layers", ())),
        strip_tags(str(about.get("attribution", ""))).strip(),
    )


def _reading(path: Path) -> Callable[[int, int], bytes]:
    """Bytes of a file by their place. Not mapped into memory: a file cut short ends no server."""

    def read(offset: int, length: int) -> bytes:
        with path.open("rb") as file:
            return os.pread(file.fileno(), length, offset)

    return read
