"""Boundaries: the real files whole, all else refused with a sentence, nothing half-loaded."""

import json
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import DEMO, KEEPER, NOW

from courtyard.journal.op import new_op
from courtyard.territory.acts import LoadedBefore, load_boundaries
from courtyard.territory.boundaries import Unreadable, read_boundaries
from courtyard.territory.models import Area, Edition, Outline

DISTRICTS = DEMO / "areas" / "election_districts_2018-2021.geojson"
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[-73.9, 40.7], [-73.9, 40.8], [-73.8, 40.7], [-73.9, 40.7]]],
}


def district(ed: object = 30001, **changes: object) -> dict:
    properties = {"ed": ed, "assembly_district": 30}
    return {"type": "Feature", "properties": properties, "geometry": SQUARE} | changes


def collection(*features: object, **more: object) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features)} | more).encode()


@pytest.fixture
def read(tmp_path):
    def reading(content: bytes):
        path = tmp_path / "areas.geojson"
        path.write_bytes(content)
        return read_boundaries(path)

    return reading


def test_it_reads_the_446_districts_and_what_they_make_up() -> None:
    found = read_boundaries(DISTRICTS)
    assert len(found.areas) == 446
    assert {one.kind for one in found.parents} == {"assembly_district"}
    assert found.areas[0].name == "AD 26 · ED 001"
    assert all(-74 < one.longitude < -73 and 40 < one.latitude < 41 for one in found.areas)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00", "UTF-8"),
        (collection(district())[:-20], "breaks off"),
        (b"[1, 2]", "FeatureCollection"),
        (b'{"type": "Topology"}', "FeatureCollection"),
        (collection(), "no areas"),
        (collection({"properties": {"name": "x"}}), "no layout knows"),
        (collection(district(), {"type": "Feature"}), "feature 2"),
        (collection(district(geometry=None)), "feature 1"),
        (collection(district(geometry={"type": "Point", "coordinates": [1, 2]})), "no polygon"),
        (collection(district(30001), district("30001")), "features 1 and 2"),
        (collection(district(ed=None)), "feature 1"),
        (collection(district(), crs={"properties": {"name": "EPSG:2263"}}), "WGS84"),
        (collection(district(geometry={"type": "Polygon", "coordinates": [
            [[9e5, 1e5], [9e5, 2e5], [8e5, 1e5], [9e5, 1e5]]]})), "degrees"),
        (collection(district(), crs="EPSG:2263"), "WGS84"),
        (collection(district(), crs={"type": "name", "properties": None}), "WGS84"),
        (collection(district(), crs={"type": "link", "properties": {"href": "x"}}), "WGS84"),
        (collection(district(), crs=[2263]), "WGS84"),
        (collection(district(properties=None)), "no layout knows"),
        (collection(district(properties=5)), "no layout knows"),
        (collection(district(), district(30002, properties=None)), "feature 2: has no properties"),
        (collection(district(), district(30002, properties=["ed"])), "feature 2"),
        (collection(district(), "feature"), "feature 2"),
        (collection(district(properties={"ed": 1, "assembly_district": None})), "feature 1: assem"),
        (collection(district(geometry={"type": "Polygon", "coordinates": {"a": 1}})), "outline"),
        (collection(district(geometry={"type": "Polygon", "coordinates": [
            [[10**400, 1], [1, 2], [2, 3], [3, 3]]]})), "outline"),
        (collection(district(geometry={"type": "Polygon", "coordinates": [
            [[1, 2], [2, 3], [3, 4], [1, 2]]]})), "encloses nothing"),
        ("{}".encode("utf-16"), "UTF-8"),
        (b"[" * 100_000, "GeoJSON"),
    ],
)  # fmt: skip
def test_it_says_what_is_wrong_and_where(read, content: bytes, says: str) -> None:
    with pytest.raises(Unreadable, match=says) as refused:
        read(content)
    assert str(refused.value).startswith("areas.geojson")


@pytest.mark.parametrize(
    "code", ["<b>", "30\n001", "-1", " ", "", "é1", "３", "1;2", "a" * 61, True, 1.5, [], {}, -7]
)
def test_it_refuses_a_code_of_odd_characters(read, code: object) -> None:
    with pytest.raises(Unreadable, match="feature 1: ed holds no code"):
        read(collection(district(ed=code)))


@pytest.mark.parametrize("code", ["7", "A 1.2_b/c-d", "a" * 60, 30001, 30001.0, " 30001 "])
def test_it_takes_codes_as_publishers_write_them(read, code: object) -> None:
    assert len(read(collection(district(ed=code))).areas) == 1


@pytest.mark.parametrize("crs", [None, "EPSG:4326", {"properties": {"name": "urn:OGC:1.3:CRS84"}}])
def test_it_takes_degrees_however_they_are_named(read, crs: object) -> None:
    assert read(collection(district(), crs=crs)).areas


def test_it_refuses_a_file_whose_name_is_too_long(tmp_path) -> None:
    with pytest.raises(Unreadable, match="Rename"):
        read_boundaries(tmp_path / ("a" * 220 + ".geojson"))


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
                    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
                        st.sampled_from(["type", "coordinates", "properties", "name", "ed"]),
                        inner | st.just("Polygon"), max_size=4), max_leaves=12),
       st.sampled_from(["crs", "properties", "geometry", "ed", "coordinates"]))  # fmt: skip
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300, deadline=None
)
def test_it_reads_or_refuses_whatever_stands_in_a_field(read, odd: object, field: str) -> None:
    whole = {"crs": odd} if field == "crs" else {}
    changes = {
        "properties": {"properties": odd},
        "geometry": {"geometry": odd},
        "coordinates": {"geometry": {"type": "Polygon", "coordinates": odd}},
    }.get(field, {})
    with suppress(Unreadable):
        second = district(odd if field == "ed" else 30002, **changes)
        assert read(collection(district(), second, **whole)).areas


@given(st.binary(max_size=60), st.integers(0, 400), st.data())
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None
)
def test_it_reads_or_refuses_and_nothing_else(read, scrap: bytes, at: int, data) -> None:
    good = collection(district(), district(30002))
    at = min(at, len(good))
    damaged = data.draw(st.sampled_from([good[:at], good[:at] + scrap + good[at:], scrap]))
    with suppress(Unreadable):
        assert read(damaged).areas


def test_it_loads_an_edition_whole_and_once(walls: None) -> None:
    boundaries = read_boundaries(DISTRICTS)
    said = {"by": KEEPER, "at": NOW, "boundaries": boundaries}
    edition = load_boundaries(op=new_op(), **said)
    assert Area.objects.filter(edition=edition, kind="election_district").count() == 446
    assert Outline.objects.count() == Area.objects.count()
    with pytest.raises(LoadedBefore):
        load_boundaries(op=new_op(), **said)
    assert Edition.objects.count() == 1


def test_it_puts_areas_inside_the_area_that_holds_them(ground: dict[str, Area]) -> None:
    assert ground["34"].path == f"{ground['14'].path}{ground['34'].id.hex}/"
    inside = Area.objects.filter(parent=ground["34"])
    assert inside.exists()
    assert all(area.path.startswith(ground["34"].path) for area in inside)


def test_it_shows_areas_as_far_as_a_role_reaches(cast, ground: dict[str, Area]) -> None:
    seen = Area.objects.visible_to(cast.captain.reader())
    assert {area.code[:2] for area in seen} == {"34"}
    assert not Area.objects.visible_to(cast.stranger.reader()).exists()
    assert Area.objects.visible_to(cast.administrator.reader()).count() == len(ground)
