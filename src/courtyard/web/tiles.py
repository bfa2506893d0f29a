"""The map's tiles as they were written, for everybody: geometry only, from files only."""

import json
import re
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from courtyard.journal.reader import Reader
from courtyard.territory.models import Area
from courtyard.territory.tiles import LAST_ZOOM
from courtyard.territory.tiling import Tiling, folder, ground_tiles

from .basemap import basemap

DIGEST = re.compile(r"[0-9a-f]{64}")
FOR_GOOD = "public, max-age=31536000, immutable"
A_MINUTE = "public, max-age=60"
ANY = UUID(int=0)
PAGES = ("area", "building")


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


def map_of(tiling: Tiling, codes: Collection[str], reader: Reader) -> str:
    """What the map's script is told, as JSON; it opens on the areas of these codes."""
    ground, under = ground_tiles(reader), basemap()
    told = {
        **_source(tiling),
        "around": tiling.around,
        "across": tiling.across,
        "whole": tiling.box(),
        "bounds": tiling.box(codes),
        "ground": [_source(one) for one in ground],
        "basemap": under.told() if under else None,
        "credit": _credit([*(one.credit for one in ground), under.credit if under else ""]),
        "note": _("† an invented name") if any(one.invented for one in ground) else "",
        "pages": _pages(tiling, reader),
        "words": {
            "invented": _("This address is invented."),
            "complex": _("complex"),
            "opens": _("opens its page"),
        },
    }
    return json.dumps(told, separators=(",", ":"), ensure_ascii=False)


def _credit(asked: Sequence[str]) -> str:
    """What has to stand on the map, each once, also if another says it and more."""
    once = dict.fromkeys(filter(None, asked))
    longer = [one for one in once if not any(two != one and two.startswith(one) for two in once)]
    return " · ".join(longer)


def _pages(tiling: Tiling, reader: Reader) -> dict[str, Any]:
    """Where pages of areas and buildings are, and which areas across have one for the reader."""
    across = Area.objects.visible_to(reader).filter(kind__in=tiling.across)
    pages = {name: reverse(name, args=[ANY]).replace(str(ANY), "ID") for name in PAGES}
    return {**pages, "own": sorted(across.values_list("code", flat=True).distinct())}


def _source(tiling: Tiling) -> dict[str, Any]:
    """Where a set of tiles is, and what it has."""
    whole = reverse("tile", args=[tiling.digest, 0, 0, 0]).removesuffix("0/0/0.mvt")
    return {
        "tiles": whole + "{z}/{x}/{y}.mvt",
        "zooms": [tiling.first_zoom, tiling.last_zoom],
        "bounds": tiling.bounds,
        "layers": tiling.layers,
    }


def _content(digest: str, z: int, x: int, y: int) -> bytes | None:
    if not DIGEST.fullmatch(digest) or z > LAST_ZOOM or max(x, y) >= 1 << z:
        return None
    zoom = folder() / digest / str(z)
    try:
        return (zoom / str(x) / f"{y}.mvt").read_bytes()
    except FileNotFoundError:
        return b"" if zoom.is_dir() else None
