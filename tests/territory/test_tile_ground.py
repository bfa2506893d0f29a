"""Tiles of streets and buildings: whole streets, dots, names; no figures; gone with the edition."""

import shutil
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import pytest
from django.utils import timezone
from tests.conftest import KEEPER, NOW
from tests.kept import fill
from tests.territory.small_supply import built
from tests.territory.test_tiling import drawn, later, neighbourhoods

from courtyard.journal.op import new_op
from courtyard.journal.reader import NOBODY
from courtyard.territory import tile_ground, tiling
from courtyard.territory.acts import load_boundaries
from courtyard.territory.models import Area, Building, Complex, Edition, Segment
from courtyard.territory.tiling import Tiling, ground_tiles, ready_tiles, tiles_of

HOMES = (0, 1, 8, 9_000)


@pytest.fixture(autouse=True)
def home(settings, tmp_path: Path) -> Path:
    settings.COURTYARD_HOME = tmp_path / "home"
    return settings.COURTYARD_HOME / "tiles"


@pytest.fixture
def districts(ground: dict[str, Area]) -> list[Area]:
    return list(Area.objects.filter(kind="election_district").order_by("code"))


@pytest.fixture
def loaded(kept, home: Path, tmp_path: Path, districts: list[Area]) -> tuple[Edition, Edition]:
    """The editions of streets and of buildings, with their tiles."""
    editions = built(kept, tmp_path, districts, HOMES)

    def draw(into: Path) -> None:
        ready_tiles(at=timezone.now())
        shutil.copytree(home, into, dirs_exist_ok=True)

    fill(home, f"tiles of {kept.steps}", draw)
    return tuple(Edition.objects.get(id=one.id) for one in editions)


def told(home: Path, found: Tiling, layer: str, zoom: int) -> dict[int, dict[str, object]]:
    """The properties of a layer's features at a zoom, by id."""
    folder = home / found.digest / str(zoom)
    return {one["id"]: one["properties"] for name, one in drawn(folder) if name == layer}


def test_it_draws_each_street_once_with_its_name_and_whether_that_is_invented(loaded, home) -> None:
    found = tiles_of(loaded[0])
    assert found
    assert (found.layers, found.first_zoom, found.last_zoom) == (("streets",), 13, 14)
    expected = {
        (street, int(source == "invented"))
        for street, source in Segment.objects.values_list("street", "name_source")
    }
    for zoom in (13, 14):
        streets = told(home, found, "streets", zoom).values()
        assert sorted((one["name"], one["invented"]) for one in streets) == sorted(expected)
    assert found.invented


def test_it_joins_the_pieces_of_a_street(loaded, districts, home) -> None:
    segment = Segment.objects.get(street="1 Street")
    middle = segment.longitude, segment.latitude
    ends = [(middle[0] + step, middle[1]) for step in (-0.001, 0, 0.001)]
    for number, (start, end) in enumerate(pairwise(ends), 100):
        Segment.objects.create(
            id=new_op(), edition=segment.edition, area=segment.area, path=segment.path, hood="/",
            longitude=start[0], latitude=start[1], number=number, street="Long Road",
            name_source="osm", start="a", end="b", metres=84,
            geometry=f'{{"type":"LineString","coordinates":[{[*start]},{[*end]}]}}',
        )  # fmt: skip
    (layer,) = tile_ground.ground_layers(loaded[0], tiling.TILER)
    at = layer.properties["name"].index("Long Road")
    assert layer.geometries[at].geom_type == "LineString"
    assert list(layer.geometries[at].coords) == [ends[0], ends[1], ends[2]]


def test_it_draws_buildings_with_homes_and_leads_to_their_pages(loaded, home) -> None:
    found = tiles_of(loaded[1])
    assert found
    assert found.layers == ("complexes", "complex_names", "blocks", "buildings")
    standing = Building.objects.filter(homes__gt=0)
    assert 0 < standing.count() < Building.objects.count()
    near = told(home, found, "buildings", 16).values()
    assert {(one["id"], one["number"], one["street"], one["invented"]) for one in near} == {
        (one.id.hex, one.number, one.street, 1) for one in standing
    }
    dots = told(home, found, "buildings", 15)
    assert len(dots) == standing.count()
    assert not any(dots.values())
    blocks = told(home, found, "blocks", 16).values()
    assert {one["name"] for one in blocks} == set(standing.values_list("block", flat=True))


def test_it_tells_no_figures(loaded, home) -> None:
    said = defaultdict(set)
    for edition in loaded:
        for layer, feature in drawn(home / tiles_of(edition).digest):
            said[layer] |= set(feature["properties"])
    assert said == {
        "streets": {"name", "invented"},
        "complexes": set(),
        "complex_names": {"name"},
        "blocks": {"name"},
        "buildings": {"id", "number", "street", "invented"},
    }


def test_it_draws_a_complex_as_far_as_it_may_reach(loaded) -> None:
    layers = {one.name: one for one in tile_ground.ground_layers(loaded[1], tiling.TILER)}
    one = Complex.objects.order_by("code").first()
    disc = layers["complexes"].geometries[0]
    north = (disc.bounds[3] - one.latitude) * 111_050
    assert north == pytest.approx(one.reach, rel=0.01)
    assert disc.centroid.x == pytest.approx(one.longitude)


def test_it_asks_for_the_credit_that_is_due(loaded, districts) -> None:
    osm = Edition(kind="streets:osm_edges", publisher="OpenStreetMap contributors")
    assert tile_ground.credit_of(osm) == "© OpenStreetMap contributors, ODbL"
    assert tiles_of(loaded[0]).credit == ""
    assert tiles_of(districts[0].edition).credit == ""


def test_it_is_found_by_whoever_has_a_role_and_drawn_by_nobody_who_asks(loaded, home) -> None:
    found = ground_tiles(KEEPER)
    assert [one.layers[0] for one in found] == ["complexes", "streets"]
    assert ground_tiles(NOBODY) == []
    shutil.rmtree(home)
    assert ground_tiles(KEEPER) == []  # a page does not wait for a whole city
    ready_tiles(at=timezone.now())
    assert ground_tiles(KEEPER) == found


def test_it_is_not_drawn_anew_for_other_boundaries(loaded, districts, home) -> None:
    notes = {one: (home / f"{one.id.hex}.json").read_text() for one in loaded}
    own = tiles_of(districts[0].edition)
    load_boundaries(op=new_op(), by=KEEPER, at=NOW, boundaries=neighbourhoods())
    ready_tiles(at=timezone.now())
    assert {one: (home / f"{one.id.hex}.json").read_text() for one in loaded} == notes
    assert tiles_of(districts[0].edition) != own


def test_it_is_gone_a_day_after_its_edition_was_replaced(loaded, home) -> None:
    streets, _ = loaded
    gone = tiles_of(streets)
    Edition.objects.filter(id=streets.id).update(replaced_at=NOW)
    assert [one.layers[0] for one in ground_tiles(KEEPER)] == ["complexes"]
    ready_tiles(at=timezone.now())
    assert (home / gone.digest).is_dir()  # pages that are open still ask for it
    ready_tiles(at=later())
    assert not (home / gone.digest).exists()


def test_it_names_the_areas_across_where_they_are(loaded, districts, home) -> None:
    edition = load_boundaries(op=new_op(), by=KEEPER, at=NOW, boundaries=neighbourhoods())
    ready_tiles(at=timezone.now())
    found = tiles_of(districts[0].edition)
    names = told(home, found, "names", found.last_zoom).values()
    assert {(one["code"], one["name"], one["id"]) for one in names} == {
        (one.code, one.name, one.id.hex) for one in Area.objects.filter(edition=edition)
    }
    assert found.across == ("neighbourhood",)
