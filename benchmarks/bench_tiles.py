"""Vector tiles of zoom 14: 446 districts and 50,000 points, cut, coded and written, against a peer.

The peer, mapbox-vector-tile, is handed the pieces cut, rounded and turned the right way, and only
has to code and compress them; nothing is written. Both code the same features, which is checked.
"""

import gzip
import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import mapbox_vector_tile
import numpy as np
import shapely

from courtyard.territory.tile_layers import POINTS, Drawing, Parts
from courtyard.territory.tiles import Layer, write_tiles

FILE = Path(__file__).parent.parent / "demo" / "areas" / "election_districts_2018-2021.geojson"
ZOOM, MANY, SEED = 14, 50_000, 14
LOCAL = {"quantize_bounds": None, "y_coord_down": True, "check_winding_order": False}


def cases() -> dict[str, Callable[[], object]]:
    """Ours first."""
    into = Path(tempfile.mkdtemp()) / "tiles"
    layers = _layers()
    pieces = _pieces(layers)
    asked = sum(len(features) for tile in pieces for features in tile.values())

    def courtyard() -> None:
        assert write_tiles(layers, into, last_zoom=ZOOM).features == asked

    def peer() -> None:
        for tile in pieces:
            named = [{"name": name, "features": found} for name, found in tile.items()]
            gzip.compress(mapbox_vector_tile.encode(named, default_options=LOCAL), mtime=0)

    sizes = [mapbox_vector_tile.encode(
        [{"name": name, "features": found} for name, found in tile.items()], default_options=LOCAL
    ) for tile in pieces]  # fmt: skip
    coded = sum(len(layer["features"]) for one in sizes
                for layer in mapbox_vector_tile.decode(one).values())  # fmt: skip
    assert coded == asked, (coded, asked)
    return {
        f"courtyard: cut, coded, written ({asked:,} features)": courtyard,
        "mapbox-vector-tile: coding alone": peer,
    }


def _layers() -> list[Layer]:
    districts = json.loads(FILE.read_text())["features"]
    outlines = shapely.from_geojson([json.dumps(one["geometry"]) for one in districts])
    codes = [one["properties"]["ed"] for one in districts]
    west, south, east, north = shapely.total_bounds(outlines)
    random = np.random.default_rng(SEED)
    points = shapely.points(random.uniform(west, east, MANY), random.uniform(south, north, MANY))
    return [
        Layer("districts", outlines, codes, {"code": [str(code) for code in codes]}, ZOOM, ZOOM),
        Layer("buildings", points, range(MANY), {"code": [f"{n:08}" for n in range(MANY)]},
              ZOOM, ZOOM),
    ]  # fmt: skip


def _pieces(layers: list[Layer]) -> list[dict[str, list[dict[str, object]]]]:
    """Each tile's features as the peer wants them."""
    tiles: dict[tuple[int, int], dict[str, list[dict[str, object]]]] = {}
    for layer in layers:
        ids = np.asarray(layer.ids, np.uint64)
        drawing = Drawing(layer.geometries, ids)
        for cell in drawing.cells(ZOOM, exact=True):
            found = _features(cell.cut(1), drawing.kind == POINTS, layer)
            if found:
                tiles.setdefault((cell.x, cell.y), {})[layer.name] = found
    return list(tiles.values())


def _features(parts: Parts, points: bool, layer: Layer) -> list[dict[str, object]]:
    drawn: dict[int, list[list[np.ndarray]]] = {}
    for start, many, row, sign in zip(
        parts.starts, parts.lengths, parts.row.tolist(), parts.sign.tolist(), strict=True
    ):
        ring = parts.xy[start : start + many].astype(int)
        polygons = drawn.setdefault(row, [])
        if sign < 0:
            polygons[-1].append(ring)
        else:
            polygons.append([ring])
    return [
        {
            "geometry": shapely.Point(polygons[0][0][0]) if points else shapely.MultiPolygon(
                [(polygon[0], polygon[1:]) for polygon in polygons]
            ),
            "properties": {key: column[row] for key, column in layer.properties.items()},
            "id": int(layer.ids[row]),
        }
        for row, polygons in drawn.items()
    ]  # fmt: skip
