"""The map's tiles as they were written, for everybody: geometry only, from files only."""

import json
import re
from collections.abc import Collection

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from courtyard.territory.tiles import LAST_ZOOM
from courtyard.territory.tiling import Tiling, folder

DIGEST = re.compile(r"[0-9a-f]{64}")
FOR_GOOD = "public, max-age=31536000, immutable"
A_MINUTE = "public, max-age=60"


def tile(request: HttpRequest, digest: str, z: int, x: int, y: int) -> HttpResponse:
    """One tile. 204 where an edition has nothing at a zoom it is drawn at, 404 for all else."""
    content = _content(digest, z, x, y)
    if content is None:
        return HttpResponse(status=404, headers={"Cache-Control": A_MINUTE})
    if not content:
        return HttpResponse(status=204, headers={"Cache-Control": FOR_GOOD})
    return HttpResponse(
        content,
        content_type="application/vnd.mapbox-vector-tile",
        headers={"Content-Encoding": "gzip", "Cache-Control": FOR_GOOD},
    )


def map_of(tiling: Tiling, codes: Collection[str]) -> str:
    """What the map's script is told, as JSON; it opens on the areas of these codes."""
    whole = reverse("tile", args=[tiling.digest, 0, 0, 0]).removesuffix("0/0/0.mvt")
    return json.dumps(
        {
            "tiles": whole + "{z}/{x}/{y}.mvt",
            "zooms": [tiling.first_zoom, tiling.last_zoom],
            "around": tiling.around,
            "across": tiling.across,
            "whole": tiling.box(),
            "bounds": tiling.box(codes),
        },
        separators=(",", ":"),
    )


def _content(digest: str, z: int, x: int, y: int) -> bytes | None:
    if not DIGEST.fullmatch(digest) or z > LAST_ZOOM or max(x, y) >= 1 << z:
        return None
    zoom = folder() / digest / str(z)
    try:
        return (zoom / str(x) / f"{y}.mvt").read_bytes()
    except FileNotFoundError:
        return b"" if zoom.is_dir() else None
