"""Tiles over the web: for everybody, for good, and nothing else from the disk."""

import gzip
import json
from pathlib import Path
from shutil import copytree

import mapbox_vector_tile
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.conftest import KEEPER, NOW, Cast
from tests.kept import fill
from tests.territory.small_supply import streets_of
from tests.territory.test_tiling import neighbourhoods

from courtyard.journal.op import new_op
from courtyard.journal.scope import reading_as
from courtyard.territory.acts import load_boundaries, load_streets
from courtyard.territory.models import Area, Edition
from courtyard.territory.tiling import Tiling, folder, ready_tiles, tiles_of
from courtyard.web.tiles import map_of

LAYERS = {"areas", "assembly_district", "congressional_district"}


@pytest.fixture
def tiling(settings, tmp_path, kept, ground) -> Tiling:
    settings.COURTYARD_HOME = tmp_path / "home"
    edition = Edition.objects.get(kind="election_district")

    def draw(into: Path) -> None:
        assert tiles_of(edition)
        copytree(folder(), into, dirs_exist_ok=True)

    fill(folder(), f"tiles of {kept.steps[0]}", draw)
    found = tiles_of(edition)
    assert found
    return found


def some_tile(tiling: Tiling) -> tuple[str, bytes]:
    """The address of a tile, and what was written."""
    path = min((folder() / tiling.digest / "13").rglob("*.mvt"))
    x, y = int(path.parent.name), int(path.stem)
    return reverse("tile", args=[tiling.digest, 13, x, y]), path.read_bytes()


def test_it_is_for_everybody_and_for_good(tiling, client: Client) -> None:
    address, content = some_tile(tiling)
    assert address.startswith(f"/tiles/{tiling.digest}/13/")
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.content == content
    assert set(mapbox_vector_tile.decode(gzip.decompress(answer.content))) <= LAYERS
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Content-Type"] == "application/vnd.mapbox-vector-tile"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert not answer.cookies
    assert "Cookie" not in answer.headers.get("Vary", "")


def test_it_asks_nothing_of_database_or_session(
    tiling, cast, sign_in, django_assert_num_queries
) -> None:
    address, _ = some_tile(tiling)
    for person in ("captain", None):
        client = sign_in(person)
        with django_assert_num_queries(0):
            assert client.get(address).status_code == 200
            assert client.head(address).status_code == 200
            assert client.get(address[:-5] + "0.mvt").status_code in (204, 404)


def test_it_has_no_content_where_nothing_is_drawn(tiling, client: Client) -> None:
    answer = client.get(reverse("tile", args=[tiling.digest, 13, 0, 0]))
    assert answer.status_code == 204
    assert answer.content == b""
    assert "immutable" in answer.headers["Cache-Control"]
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize(
    "rest",
    ["8/0/0.mvt", "15/0/0.mvt", "13/8192/0.mvt", "13/0/8192.mvt", "25/0/0.mvt",
     "13/0/9" + "9" * 300 + ".mvt"],
)  # fmt: skip
def test_it_is_404_beyond_the_zooms_and_the_world(tiling, client: Client, rest: str) -> None:
    answer = client.get(f"/tiles/{tiling.digest}/{rest}")
    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "public, max-age=60"


@pytest.mark.parametrize(
    "path",
    ["{digest}/13/-1/0.mvt", "{digest}/13/0/0.mvt.gz", "{digest}/tiles.json", "{digest}/areas.json",
     "{digest}/../lock", "{digest}/", "..%2F13/0/0/0.mvt", "../tiles/13/0/0.mvt", "lock", "",
     "{upper}/13/0/0.mvt", "{digest}0/13/0/0.mvt", "{digest}%00/13/0/0.mvt", "home/13/0/0.mvt",
     "{digest}/13/%2e%2e/0.mvt", "{digest}/1" + "3" * 5000 + "/0/0.mvt"],
)  # fmt: skip
def test_it_gives_nothing_else_from_the_disk(tiling, client: Client, path: str) -> None:
    told = path.format(digest=tiling.digest, upper=tiling.digest.upper())
    answer = client.get(f"/tiles/{told}")
    assert answer.status_code == 404
    assert "immutable" not in answer.headers["Cache-Control"]


def test_it_is_404_of_other_digests(tiling, client: Client) -> None:
    answer = client.get(reverse("tile", args=["0" * 64, 13, 0, 0]))
    assert answer.status_code == 404


def test_it_is_read_only(tiling, client: Client) -> None:
    address, _ = some_tile(tiling)
    assert client.post(address).status_code == 405


def test_it_tells_the_map_where_streets_are_and_whose_neighbourhoods_open(
    tiling, ground: dict[str, Area], cast: Cast, tmp_path, client: Client
) -> None:
    load_boundaries(op=new_op(), by=KEEPER, at=NOW, boundaries=neighbourhoods())
    districts = [one for one in ground.values() if one.kind == "election_district"]
    load_streets(op=new_op(), by=KEEPER, at=NOW, supply=streets_of(tmp_path, districts))
    ready_tiles(at=timezone.now())
    anew = tiles_of(Edition.objects.get(kind="election_district"))
    codes = sorted(Area.objects.filter(kind="neighbourhood").values_list("code", flat=True))
    told = {}
    for name in ("administrator", "captain"):
        reader = getattr(cast, name).reader()
        with reading_as(reader):
            told[name] = json.loads(map_of(anew, ["34001"], reader))
    (streets,) = told["captain"]["ground"]
    assert streets["layers"] == ["streets"]
    assert streets["zooms"] == [13, 14]
    assert told["captain"]["note"]  # some of their names are invented
    assert told["captain"]["pages"]["own"] == []
    assert told["administrator"]["pages"]["own"] == codes
    assert told["administrator"]["pages"]["building"] == "/building/ID/"
    digest = streets["tiles"].split("/")[2]
    z, x, y = min((folder() / digest).rglob("*.mvt")).with_suffix("").parts[-3:]
    answer = client.get(streets["tiles"].format(z=z, x=x, y=y))
    assert set(mapbox_vector_tile.decode(gzip.decompress(answer.content))) == {"streets"}
