"""Vector tiles: read back by another's reader, nothing lost, nothing torn, never too large."""

import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import mapbox_vector_tile
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import DEMO

from courtyard.territory.tile_layers import BUFFER, EXTENT
from courtyard.territory.tiles import MOST_BYTES, Layer, TileSet, TooDense, write_tiles

DISTRICTS = DEMO / "areas" / "election_districts_2018-2021.geojson"
CORE = shapely.box(0, 0, EXTENT, EXTENT)
WINDOW = CORE.buffer(BUFFER + 1, join_style="mitre")
HERE = np.array([-73.9, 40.75])
Place = tuple[int, int, int]


def degrees(x: float, y: float) -> tuple[float, float]:
    """From the world's square, y down, slowly and by the textbook."""
    latitude = np.degrees(2 * np.arctan(np.exp((1 - 2 * y) * np.pi)) - np.pi / 2)
    return x * 360 - 180, float(latitude)


def on_grid(zoom: int, *corners: tuple[float, float]) -> list[tuple[float, float]]:
    whole = EXTENT << zoom
    return [degrees(x / whole, y / whole) for x, y in corners]


def layer(*geometries: object, first: int = 14, last: int = 14, name: str = "areas", **properties):
    return Layer(name, np.array(geometries, object), range(len(geometries)), properties,
                 first, last)  # fmt: skip


def read(into: Path) -> dict[Place, dict]:
    tiles = {}
    for path in into.rglob("*.mvt"):
        zoom, x, y = path.relative_to(into).with_suffix("").parts
        content = gzip.decompress(path.read_bytes())
        tiles[int(zoom), int(x), int(y)] = mapbox_vector_tile.decode(
            content, default_options={"y_coord_down": True}
        )
    return tiles


def features(tiles: dict[Place, dict], name: str = "areas") -> Iterator[tuple[Place, dict]]:
    for place, layers in tiles.items():
        for feature in layers.get(name, {"features": []})["features"]:
            yield place, feature


def shape(feature: dict) -> shapely.Geometry:
    drawn = shapely.geometry.shape(feature["geometry"])
    if drawn.geom_type.endswith("Polygon"):  # a hole may touch its ring where both were cut
        return shapely.make_valid(drawn, method="structure", keep_collapsed=False)
    return drawn


def whole(tiles: dict[Place, dict], zoom: int) -> dict[int, shapely.Geometry]:
    """Each geometry put together again on the grid of the whole zoom, without the buffers."""
    pieces = defaultdict(list)
    for (z, x, y), feature in features(tiles):
        if z == zoom:
            piece = shapely.intersection(shape(feature), CORE)
            corner = np.array([x, y]) * EXTENT
            moved = shapely.transform(piece, lambda local, corner=corner: local + corner)
            pieces[feature["id"]].append(moved)
    return {number: shapely.union_all(some) for number, some in pieces.items()}


def grid_of(geometry: shapely.Geometry, zoom: int) -> shapely.Geometry:
    def project(c: np.ndarray) -> np.ndarray:
        sine = np.sin(np.radians(c[:, 1]))
        y = 0.5 - np.log((1 + sine) / (1 - sine)) / (4 * np.pi)
        return np.column_stack([c[:, 0] / 360 + 0.5, y]) * (EXTENT << zoom)

    return shapely.transform(geometry, project)


def districts(first: int, last: int) -> Layer:
    found = json.loads(DISTRICTS.read_text())["features"]
    outlines = shapely.from_geojson([json.dumps(one["geometry"]) for one in found])
    codes = [one["properties"]["ed"] for one in found]
    named = {"code": [str(code) for code in codes]}
    return Layer("areas", outlines, codes, named, first, last)


@pytest.fixture(scope="module")
def ground(tmp_path_factory) -> tuple[TileSet, dict[Place, dict], Path]:
    into = tmp_path_factory.mktemp("tiles") / "districts"
    made = write_tiles([districts(8, 14)], into)
    return made, read(into), into


def test_it_puts_a_square_where_it_belongs(tmp_path) -> None:
    corner = 4823 * EXTENT, 6160 * EXTENT
    places = [(100, 200), (300, 200), (300, 500), (100, 500)]
    hole = [(150, 250), (250, 250), (250, 450), (150, 450)]
    outer, inner = (
        on_grid(14, *((corner[0] + x, corner[1] + y) for x, y in ring)) for ring in (places, hole)
    )
    write_tiles([layer(shapely.Polygon(outer, [inner]), code=["30001"])], tmp_path / "one")
    tiles = read(tmp_path / "one")
    assert set(tiles) == {(14, 4823, 6160)}
    ((_, feature),) = features(tiles)
    assert (feature["id"], feature["properties"]) == (0, {"code": "30001"})
    found = tiles[14, 4823, 6160]["areas"]
    assert (found["version"], found["extent"]) == (2, EXTENT)
    first, second = feature["geometry"]["coordinates"]
    assert [set(map(tuple, ring)) for ring in (first, second)] == [set(places), set(hole)]
    # Clockwise on the screen, where y goes down, is what the other way round would be on paper.
    assert shapely.LinearRing(first).is_ccw
    assert not shapely.LinearRing(second).is_ccw


@given(st.lists(st.tuples(st.floats(-179.9, 179.9), st.floats(-84.9, 84.9)), max_size=40),
       st.integers(4, 15))  # fmt: skip
@settings(max_examples=20)
def test_it_finds_each_point_once_within_a_unit_of_its_place(places, zoom: int) -> None:
    points = shapely.points(np.array(places).reshape(-1, 2))
    with TemporaryDirectory() as folder:
        made = write_tiles([layer(*points, first=zoom, last=zoom)], Path(folder) / "t")
        tiles = read(Path(folder) / "t")
    found = {feature["id"]: (place, feature) for place, feature in features(tiles)}
    assert made.features == len(found) == len(places) == sum(1 for _ in features(tiles))
    for number, ((_, x, y), feature) in found.items():
        here = np.array(feature["geometry"]["coordinates"]) + np.array([x, y]) * EXTENT
        there = shapely.get_coordinates(grid_of(points[number], zoom))[0]
        assert np.abs(here - there).max() <= 1


RADII = st.lists(st.floats(0.02, 1), min_size=3, max_size=12)


@given(RADII, st.floats(0.0005, 3), st.integers(6, 12), st.booleans())
@settings(max_examples=20)
def test_it_keeps_the_extent_of_any_polygon(radii, size: float, zoom: int, holed: bool) -> None:
    angles = np.linspace(0, 2 * np.pi, len(radii), endpoint=False)
    ring = np.column_stack([np.cos(angles), np.sin(angles)]) * np.array(radii)[:, None] * size
    star = shapely.Polygon(ring + HERE, [ring / 2 + HERE] if holed else None)
    with TemporaryDirectory() as folder:
        write_tiles([layer(star, first=zoom, last=zoom)], Path(folder) / "t")
        tiles = read(Path(folder) / "t")
    found, true = whole(tiles, zoom)[0], grid_of(star, zoom)
    assert abs(found.area - true.area) <= true.length + 2
    for _, feature in features(tiles):
        assert WINDOW.covers(shape(feature))


@given(RADII, st.floats(0.0005, 3), st.integers(6, 12))
@settings(max_examples=20)
def test_it_keeps_the_length_of_any_line(radii, size: float, zoom: int) -> None:
    steps = np.column_stack([radii, np.roll(radii, 1)]) * size
    line = shapely.LineString(np.cumsum(steps * [1, -0.5], axis=0) + HERE)
    with TemporaryDirectory() as folder:
        write_tiles([layer(line, first=zoom, last=zoom)], Path(folder) / "t")
        tiles = read(Path(folder) / "t")
    found, true = whole(tiles, zoom)[0], grid_of(line, zoom)
    assert abs(found.length - true.length) <= 2 * (len(radii) + len(tiles))
    assert found.hausdorff_distance(true) <= 2


def test_a_line_that_comes_back_is_not_joined_along_the_edge(tmp_path) -> None:
    out = [(4000, 100), (5000, 100), (5000, 900), (4000, 900)]
    write_tiles([layer(shapely.LineString(on_grid(5, *out)), first=5, last=5)], tmp_path / "t")
    (feature,) = read(tmp_path / "t")[5, 0, 0]["areas"]["features"]
    assert feature["geometry"]["type"] == "MultiLineString"
    assert shape(feature).length == 2 * (160)


def test_a_tile_inside_a_polygon_is_full_and_one_inside_its_hole_is_not_there(tmp_path) -> None:
    around, inner = ([(low, low), (high, low), (high, high), (low, high)]
                     for low, high in ((100, 12 * EXTENT), (4 * EXTENT, 8 * EXTENT)))  # fmt: skip
    polygon = shapely.Polygon(on_grid(4, *around), [on_grid(4, *inner)])
    write_tiles([layer(polygon, first=4, last=4)], tmp_path / "t")
    tiles = read(tmp_path / "t")
    ((_, feature),) = features({(4, 2, 2): tiles[4, 2, 2]})
    assert shape(feature).equals(shapely.box(-64, -64, 4160, 4160))
    assert (4, 5, 5) not in tiles
    assert (4, 4, 4) in tiles


def test_neighbours_share_their_borders_at_every_zoom(tmp_path) -> None:
    lines = np.random.default_rng(3).uniform(-0.0002, 0.0002, (9, 9, 40, 2))
    areas = [_tile_of(lines, column, row) for column in range(8) for row in range(8)]
    assert shapely.coverage_is_valid(np.array(areas))
    write_tiles([layer(*areas, first=7, last=13)], tmp_path / "t")
    tiles = read(tmp_path / "t")
    for zoom in range(7, 14):
        together = shapely.union_all(list(whole(tiles, zoom).values()))
        filled = [shapely.Polygon(one.exterior) for one in shapely.get_parts(together)]
        gaps = shapely.difference(shapely.union_all(filled), together)
        assert gaps.buffer(-0.5).is_empty
        apart = sum(area.area for area in whole(tiles, zoom).values()) - together.area
        assert apart <= 0.01 * together.area  # nor do they lie over each other


def _tile_of(lines: np.ndarray, x: int, y: int) -> shapely.Polygon:
    """A field of a crooked chessboard: its sides are the very coordinates of its neighbours'."""

    def side(x: int, y: int, along: int) -> np.ndarray:
        moved = lines[x, y].copy()
        moved[0] = 0
        moved = moved if along == 0 else moved[:, ::-1]
        moved[:, along] += np.linspace(0, 0.02, 41)[:40]
        return moved + np.array([x, y]) * 0.02

    corner = np.array([[x + 1, y + 1]]) * 0.02
    ring = [side(x, y, 0), side(x + 1, y, 1), corner, side(x, y + 1, 0)[::-1], side(x, y, 1)[::-1]]
    return shapely.Polygon(np.concatenate(ring) + HERE)


def test_the_real_districts_are_all_there_at_every_zoom(ground) -> None:
    made, tiles, _ = ground
    layer = districts(8, 14)
    for zoom in range(8, 15):
        found = {feature["id"] for place, feature in features(tiles) if place[0] == zoom}
        assert found == set(layer.ids)
        true, drawn = grid_of(layer.geometries, zoom), whole(tiles, zoom)
        area = sum(drawn[code].area for code in layer.ids)
        assert area == pytest.approx(shapely.area(true).sum(), rel=0.005)
    assert (made.first_zoom, made.last_zoom, made.coarsened) == (8, 14, 0)
    named = {feature["properties"]["code"] for _, feature in features(tiles)}
    assert named == set(map(str, layer.ids))


def test_the_last_zoom_is_as_true_as_its_grid(ground) -> None:
    drawn = whole(ground[1], 14)
    for code, outline in zip(districts(8, 14).ids, grid_of(districts(8, 14).geometries, 14),
                             strict=True):  # fmt: skip
        # The outlines' own flaws aside, of the width of a few units.
        apart = shapely.symmetric_difference(drawn[code], shapely.make_valid(outline))
        assert apart.buffer(-1.1).is_empty


def test_no_tile_is_empty_and_all_are_counted(ground) -> None:
    made, tiles, into = ground
    assert all(layers and all(one["features"] for one in layers.values())
               for layers in tiles.values())  # fmt: skip
    sizes = [path.stat().st_size for path in into.rglob("*.mvt")]
    assert (made.tiles, made.bytes, made.largest) == (len(sizes), sum(sizes), max(sizes))
    assert made.features == sum(1 for _ in features(tiles))


def test_it_says_what_is_in_the_tiles(tmp_path) -> None:
    streets = layer(shapely.LineString([(-73.9, 40.7), (-73.8, 40.75)]), name="streets", first=13,
                    last=15, name_=["Roosevelt Avenue"], lanes=[2])  # fmt: skip
    write_tiles([streets], tmp_path / "t", last_zoom=14, attribution="© OpenStreetMap, ODbL")
    about = json.loads((tmp_path / "t" / "tiles.json").read_text())
    assert about["tilejson"] == "3.0.0"
    assert (about["minzoom"], about["maxzoom"]) == (13, 14)
    assert about["bounds"] == [-73.9, 40.7, -73.8, 40.75]
    assert about["attribution"] == "© OpenStreetMap, ODbL"
    assert about["vector_layers"] == [
        {"id": "streets", "minzoom": 13, "maxzoom": 14,
         "fields": {"name_": "String", "lanes": "Number"}},
    ]  # fmt: skip


def test_the_same_layers_make_the_same_bytes_and_others_another_digest(ground, tmp_path) -> None:
    again = write_tiles([districts(8, 14)], tmp_path / "again")
    assert again == ground[0]
    for path in ground[2].rglob("*.*"):
        other = tmp_path / "again" / path.relative_to(ground[2])
        assert path.read_bytes() == other.read_bytes()
    said = write_tiles([districts(8, 14)], tmp_path / "said", attribution="New York City")
    assert said.digest != again.digest


@given(st.lists(st.tuples(st.text(max_size=9), st.integers(-(2**63), 2**63 - 1)),
                min_size=1, max_size=9))  # fmt: skip
@settings(max_examples=20)
def test_it_keeps_any_words_and_numbers(values) -> None:
    points = shapely.points(np.full((len(values), 2), 10.0))
    words, numbers = zip(*values, strict=True)
    with TemporaryDirectory() as folder:
        write_tiles([layer(*points, name_ü=words, n=numbers)], Path(folder) / "t")
        tiles = read(Path(folder) / "t")
    found = {feature["id"]: feature["properties"] for _, feature in features(tiles)}
    assert found == {n: {"name_ü": word, "n": many} for n, (word, many) in enumerate(values)}


def test_nothing_at_all_is_no_tile(tmp_path) -> None:
    made = write_tiles([layer(), layer(None, shapely.Point(), name="gone")], tmp_path / "none")
    assert (made.tiles, made.features, made.largest) == (0, 0, 0)
    assert [path.name for path in (tmp_path / "none").iterdir()] == ["tiles.json"]
    assert write_tiles([], tmp_path / "none").tiles == 0


@pytest.mark.parametrize("small", [
    shapely.Polygon([(10, 10), (10.0000001, 10), (10, 10.0000001)]),
    shapely.Polygon([(10, 10)] * 4),
    shapely.Polygon([(10, 10), (10.5, 10), (10, 10)]),
    shapely.LineString([(10, 10), (10.0000001, 10)]),
    shapely.MultiPolygon([shapely.box(9, 9, 9.0000001, 10), shapely.box(10, 9, 11, 9.0000001)]),
], ids=["triangle", "point", "there and back", "line", "slivers"])  # fmt: skip
def test_what_is_too_small_is_drawn_as_small_as_can_be(small, tmp_path) -> None:
    write_tiles([layer(small, first=0, last=15)], tmp_path / "t")
    found = defaultdict(list)
    for (zoom, *_), feature in features(read(tmp_path / "t")):
        found[zoom].append(shape(feature))
    assert set(found) == set(range(16))
    assert all(one.length for some in found.values() for one in some)


def test_dense_points_are_thinned_out_before_the_last_zoom_and_never_there(tmp_path) -> None:
    random = np.random.default_rng(1)
    x, y = random.uniform(-73.9, -73.8, 40_000), random.uniform(40.7, 40.75, 40_000)
    points = shapely.points(x, y)
    codes = [f"{number:012}" for number in random.integers(0, 10**12, len(points))]
    made = write_tiles([layer(*points, first=11, last=15, code=codes)], tmp_path / "t")
    seen = Counter(place[0] for place, _ in features(read(tmp_path / "t")))
    assert seen[15] == 40_000
    assert 0 < seen[11] < seen[13] < 40_000
    assert made.coarsened
    assert made.largest <= MOST_BYTES


def test_dense_areas_are_drawn_coarser_and_none_is_lost(tmp_path) -> None:
    cells = [shapely.box(x, y, x + 1, y + 1) for x in range(50) for y in range(50)]
    cells = shapely.segmentize(np.array(cells), 0.05)
    crooked = shapely.transform(cells, lambda c: (c + np.sin(c[:, ::-1] * 9) / 20) / 100 + HERE)
    codes = [f"{code:015}" for code in np.random.default_rng(4).integers(0, 10**15, 2500)]
    made = write_tiles([layer(*crooked, first=8, last=12, code=codes)], tmp_path / "t")
    tiles = read(tmp_path / "t")
    for zoom in range(8, 13):
        assert {f["id"] for place, f in features(tiles) if place[0] == zoom} == set(range(2500))
    assert made.coarsened
    assert made.largest <= MOST_BYTES
    last = [feature for place, feature in features(tiles) if place[0] == 12]
    assert all(feature["properties"]["code"] for feature in last)


def test_it_says_which_tile_is_too_dense_at_the_last_zoom(tmp_path) -> None:
    points = shapely.points(np.random.default_rng(2).uniform(10, 10.01, (40_000, 2)))
    with pytest.raises(TooDense, match=r"areas: tile 12/\d+/\d+ has \d+ KiB.* higher zoom"):
        write_tiles([layer(*points, first=12, last=12)], tmp_path / "t")
    assert not list(tmp_path.iterdir())


def test_several_layers_lie_in_the_same_tiles(tmp_path) -> None:
    box, point = shapely.box(10, 10, 10.01, 10.01), shapely.Point(10.005, 10.005)
    layers = [layer(box, last=15), layer(point, name="doors", first=15, last=15)]
    write_tiles(layers, tmp_path / "t")
    tiles = read(tmp_path / "t")
    assert {place[0] for place, _ in features(tiles, "doors")} == {15}
    assert {place[0] for place, _ in features(tiles)} == {14, 15}
    assert any(set(layers) == {"areas", "doors"} for layers in tiles.values())


def test_a_failure_leaves_the_former_tiles_and_a_success_replaces_them(tmp_path) -> None:
    into = tmp_path / "tiles"
    points = shapely.points(np.random.default_rng(2).uniform(10, 10.01, (40_000, 2)))
    (tmp_path / ".tiles.unfinished" / "14").mkdir(parents=True)  # of one that was killed
    write_tiles([layer(shapely.Point(1, 1))], into)
    before = read(into)
    with pytest.raises(TooDense):
        write_tiles([layer(*points, first=12, last=12)], into)
    assert read(into) == before
    write_tiles([layer(shapely.Point(2, 2))], into)
    assert set(read(into)).isdisjoint(before)
    assert [path.name for path in tmp_path.iterdir()] == ["tiles"]


@pytest.mark.parametrize(("changes", "says"), [
    ({"ids": [-1]}, "whole numbers"),
    ({"ids": [2**53]}, "whole numbers"),
    ({"ids": [0.5]}, "whole numbers"),
    ({"ids": [1, 2]}, "not as many"),
    ({"properties": {"code": []}}, "not as many"),
    ({"name": ""}, "name"),
    ({"first_zoom": 15}, "zooms"),
    ({"geometries": np.array([shapely.from_wkt("GEOMETRYCOLLECTION (POINT (1 1))")])}, "each"),
    ({"geometries": np.array([shapely.Point(np.inf, 1)])}, "not a number"),
    ({"properties": {"n": [2**63]}}, "too large"),
])  # fmt: skip
def test_it_refuses_what_cannot_be_a_layer(tmp_path, changes: dict, says: str) -> None:
    said = {"name": "areas", "geometries": np.array([shapely.Point(1, 1)]), "ids": [1],
            "properties": {}, "first_zoom": 14, "last_zoom": 14} | changes  # fmt: skip
    with pytest.raises(ValueError, match=says):
        write_tiles([Layer(**said)], tmp_path / "t")


def test_it_refuses_layers_of_one_name_and_those_that_would_not_be_shown(tmp_path) -> None:
    with pytest.raises(ValueError, match="same name"):
        write_tiles([layer(), layer()], tmp_path / "t")
    with pytest.raises(ValueError, match="begins after zoom 13"):
        write_tiles([layer()], tmp_path / "t", last_zoom=13)
    both = [shapely.Point(1, 1), shapely.box(1, 1, 2, 2)]
    with pytest.raises(ValueError, match="a layer each"):
        write_tiles([layer(*both)], tmp_path / "t")
