"""An operator's basemap: read from its archive, for members, and never a reason to fail."""

import gzip
import json
import os
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from courtyard.journal.scope import reading_as
from courtyard.territory.models import Area, Edition
from courtyard.territory.tiling import tiles_of
from courtyard.web.basemap import basemap
from courtyard.web.tiles import map_of

TILE = gzip.compress(b"\x1a\x00", mtime=0)
CREDIT = '<a href="https://www.openstreetmap.org">© OpenStreetMap contributors</a>'
HEADER = {
    "tile_type": TileType.MVT,
    "tile_compression": Compression.GZIP,
    "min_lon_e7": -741_000_000,
    "min_lat_e7": 406_000_000,
    "max_lon_e7": -736_000_000,
    "max_lat_e7": 410_000_000,
    "center_zoom": 10,
    "center_lon_e7": -739_000_000,
    "center_lat_e7": 408_000_000,
}


@pytest.fixture
def archive(settings, tmp_path: Path) -> Path:
    settings.COURTYARD_BASEMAP = tmp_path / "basemap.pmtiles"
    settings.COURTYARD_HOME = tmp_path / "home"
    write(settings.COURTYARD_BASEMAP)
    return settings.COURTYARD_BASEMAP


def write(path: Path, many: int = 40, **header: object) -> None:
    """An archive of so many tiles of zoom 10, each with another content, the first being `TILE`."""
    with path.open("wb") as file:
        writer = Writer(file)
        for number in range(many):
            content = gzip.compress(bytes([26, 0] * (number + 1)), mtime=0)
            writer.write_tile(zxy_to_tileid(10, 300, 384 + number), content)
        layers = [{"id": name, "fields": {}} for name in ("water", "roads")]
        writer.finalize(HEADER | header, {"vector_layers": layers, "attribution": CREDIT})


def address(z: int = 10, x: int = 300, y: int = 384, stamp: str = "") -> str:
    found = basemap()
    return reverse("basemap", args=[stamp or (found.stamp if found else "none"), z, x, y])


def test_it_gives_the_tiles_of_the_archive(archive, sign_in) -> None:
    client = sign_in("member")
    answer = client.get(address())
    assert answer.status_code == 200
    assert answer.content == TILE
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Cache-Control"].startswith("private")
    last = client.get(address(y=384 + 39))
    assert gzip.decompress(last.content) == bytes([26, 0] * 40)
    assert client.get(address(y=0)).status_code == 204


def test_it_is_for_members_only(archive, client: Client, sign_in, cast) -> None:
    assert client.get(address()).status_code == 302
    assert sign_in("member").get(address()).status_code == 200


@pytest.mark.parametrize("where", [(31, 0, 0), (10, 1024, 0), (10, 0, 1024)])
def test_it_is_404_beyond_the_zooms_and_the_world(archive, sign_in, where) -> None:
    assert sign_in("member").get(address(*where)).status_code == 404


def test_it_has_another_address_when_the_file_is_another(archive, sign_in) -> None:
    before = address()
    write(archive, many=3)
    os.utime(archive, ns=(1, 1))
    client = sign_in("member")
    assert address() != before
    assert client.get(address()).status_code == 200
    assert client.get(before).status_code == 404


def test_it_says_of_itself_what_the_map_needs(archive) -> None:
    found = basemap()
    assert found
    assert found.told() == {
        "tiles": f"/basemap/{found.stamp}/{{z}}/{{x}}/{{y}}.mvt",
        "zooms": (10, 10),
        "bounds": (-74.1, 40.6, -73.6, 41.0),
        "layers": ("water", "roads"),
    }
    assert found.credit == "© OpenStreetMap contributors"  # without its markup


def broken(path: Path, how: str) -> None:
    if how == "gone":
        path.unlink()
    elif how == "empty":
        path.write_bytes(b"")
    elif how == "another format":
        path.write_bytes(b"SQLite format 3\0" * 20)
    elif how == "cut off":
        path.write_bytes(path.read_bytes()[:200])
    elif how == "pictures":
        write(path, tile_type=TileType.PNG)
    else:
        write(path, tile_compression=Compression.ZSTD)


@pytest.mark.parametrize(
    "how", ["gone", "empty", "another format", "cut off", "pictures", "otherwise packed"]
)
def test_it_does_without_what_cannot_be_drawn(archive, sign_in, how: str, caplog) -> None:
    stamp = basemap().stamp
    broken(archive, how)
    assert basemap() is None
    assert sign_in("member").get(address(stamp=stamp)).status_code == 404
    assert ("not drawn" in caplog.text) == (how != "gone")
    assert str(archive.parent) not in caplog.text


def test_it_is_told_to_the_map_with_its_credit(archive, ground: dict[str, Area], cast) -> None:
    tiling = tiles_of(Edition.objects.get(kind="election_district"))
    with reading_as(cast.captain.reader()):
        told = json.loads(map_of(tiling, ["34001"], cast.captain.reader()))
        assert told["basemap"]["layers"] == ["water", "roads"]
        assert told["credit"] == "© OpenStreetMap contributors"
        archive.unlink()
        without = json.loads(map_of(tiling, ["34001"], cast.captain.reader()))
    assert without["basemap"] is None
    assert without["credit"] == ""
