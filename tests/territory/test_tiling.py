"""Tiles of an edition: the same for everybody, found again, made anew when due, cleared away."""

import gzip
import json
import os
import shutil
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import mapbox_vector_tile
import numpy as np
import pytest
import shapely
from django.utils import timezone
from tests.conftest import KEEPER, NOW, Cast, small_ground
from tests.territory.test_editions import another

from courtyard.journal.op import new_op
from courtyard.journal.reader import NOBODY
from courtyard.journal.scope import reading_as
from courtyard.territory import tiling
from courtyard.territory.acts import load_boundaries
from courtyard.territory.models import Area, Edition
from courtyard.territory.tiles import MOST_BYTES, TooDense
from courtyard.territory.tiling import ready_tiles, tiles_of


@pytest.fixture(autouse=True)
def home(settings, tmp_path: Path) -> Path:
    settings.COURTYARD_HOME = tmp_path / "home"
    return settings.COURTYARD_HOME / "tiles"


@pytest.fixture
def edition(ground: dict[str, Area]) -> Edition:
    return Edition.objects.get(kind="election_district")


def drawn(folder: Path) -> Iterator[tuple[str, dict]]:
    """Every feature of every tile, by layer."""
    for path in folder.rglob("*.mvt"):
        content = gzip.decompress(path.read_bytes())
        for name, layer in mapbox_vector_tile.decode(content).items():
            for feature in layer["features"]:
                yield name, feature


def neighbourhoods():
    """Two areas across the others, in an edition of their own."""
    found = another(small_ground()[1], kind="neighbourhood", parent_kind="", within="")
    return found.__class__(found.layout, found.file, found.sha256, found.areas[3:5], ())


def later(days: int = 2):
    return timezone.now() + timedelta(days=days)


def test_it_draws_each_area_under_its_number_with_code_and_name(edition, ground, home) -> None:
    found = tiles_of(edition)
    assert found
    own = sorted(area.code for area in ground.values() if area.kind == edition.kind)
    assert [found.places[code].number for code in own] == list(range(1, len(own) + 1))
    assert set(found.places) == set(own)
    told = {}
    for layer, feature in drawn(home / found.digest):
        if layer == "areas":
            told[feature["id"]] = feature["properties"]
    expected = {
        number: {"code": code, "name": ground[code].name} for number, code in enumerate(own, 1)
    }
    assert told == expected
    for code in own:
        west, south, east, north = found.places[code].box
        assert west < ground[code].longitude < east
        assert south < ground[code].latitude < north


def test_it_draws_the_areas_around_them_the_smallest_first(edition, home) -> None:
    found = tiles_of(edition)
    assert found.around == ("assembly_district", "congressional_district")
    assert found.across == ()
    names = {
        (layer, one["properties"]["name"])
        for layer, one in drawn(home / found.digest) if layer != "areas"
    }  # fmt: skip
    assert names == {
        ("assembly_district", "Assembly district 34"),
        ("assembly_district", "Assembly district 80"),
        ("congressional_district", "NY-14"),
    }
    about = json.loads((home / found.digest / "tiles.json").read_text())
    assert about["attribution"] == edition.publisher
    outer = Edition.objects.get(kind="congressional_district")
    assert tiles_of(outer).around == ()


def test_it_draws_other_areas_across_them_apart(edition, home) -> None:
    load_boundaries(op=new_op(), by=KEEPER, at=NOW, boundaries=neighbourhoods())
    found = tiles_of(edition)
    assert found.across == ("neighbourhood",)
    assert "neighbourhood" in {layer for layer, _ in drawn(home / found.digest)}


def test_it_draws_no_slits_between_the_parts_of_a_larger_area() -> None:
    halves = shapely.union_all([shapely.box(0, 0, 1, 2), shapely.box(1 + 1e-6, 0, 2, 2)])
    torn = shapely.union(halves, shapely.box(0.5, 0.9, 1.5, 1.1))
    assert len(shapely.get_coordinates(torn)) > 5
    (closed,) = tiling._closed(np.array([torn]))
    assert closed.geom_type == "Polygon"
    assert shapely.equals_exact(closed.normalize(), shapely.box(0, 0, 2, 2).normalize(), 1e-9)


@pytest.mark.whole_ground
def test_it_keeps_every_tile_of_the_real_ground_small(edition, home) -> None:
    found = tiles_of(edition)
    assert (found.first_zoom, found.last_zoom) == (9, 14)
    sizes = [path.stat().st_size for path in (home / found.digest).rglob("*.mvt")]
    assert sizes
    assert max(sizes) <= MOST_BYTES


def test_it_finds_them_again_without_asking_or_writing(
    edition, monkeypatch, django_assert_num_queries
) -> None:
    ready_tiles(at=timezone.now())
    first = tiles_of(edition)
    monkeypatch.setattr(tiling, "_make", None)  # calling it would fail
    with django_assert_num_queries(0):
        assert tiles_of(edition) == first
    ready_tiles(at=timezone.now())


@pytest.mark.parametrize("what", ["note", "note cut", "folder", "areas"])
def test_it_makes_them_again_when_something_is_missing(edition, home, what: str) -> None:
    first = tiles_of(edition)
    note = home / f"{edition.id.hex}.json"
    if what == "note":
        note.unlink()
    elif what == "note cut":
        note.write_text(note.read_text()[:-20])
    elif what == "folder":
        shutil.rmtree(home / first.digest)
    else:
        (home / first.digest / "areas.json").write_text("")
        tiling._read.cache_clear()
    assert tiles_of(edition) == first
    assert list((home / first.digest).rglob("*.mvt"))
    assert not [path for path in home.iterdir() if path.name.startswith(".")]


def test_it_draws_anew_when_other_tiles_are_due(edition, monkeypatch) -> None:
    first = tiles_of(edition)
    monkeypatch.setattr(tiling, "DRAWN", tiling.DRAWN + 1)
    monkeypatch.setattr(tiling, "LAST_ZOOM", 12)
    assert tiles_of(edition).digest != first.digest


def test_it_draws_anew_what_lies_around_and_keeps_the_old_for_a_day(edition, home) -> None:
    before = tiles_of(edition)
    old = time.time() - 7 * 24 * 3600
    os.utime(home / before.digest, (old, old))
    load_boundaries(op=new_op(), by=KEEPER, at=NOW, boundaries=neighbourhoods())
    assert tiles_of(edition) == before  # whoever asks does not wait for what is only beside
    ready_tiles(at=timezone.now())
    after = tiles_of(edition)
    assert after.digest != before.digest
    assert after.places == before.places
    assert (home / before.digest).is_dir()
    ready_tiles(at=later())
    assert not (home / before.digest).exists()
    assert tiles_of(edition) == after


def test_it_removes_what_is_of_no_edition_once_it_is_old(edition, home) -> None:
    found = tiles_of(edition)
    ready_tiles(at=timezone.now())
    kept = {path.name for path in home.iterdir()}
    gone = home / f"{new_op().hex}.json"
    gone.write_text(json.dumps({"drawn": tiling.DRAWN, "digest": "e" * 64, "made_from": []}))
    for name in ("e" * 64, "..killed.unfinished"):
        (home / name / "14").mkdir(parents=True)
    ready_tiles(at=timezone.now())
    assert gone.exists()
    assert (home / ("e" * 64)).exists()
    ready_tiles(at=later())
    assert {path.name for path in home.iterdir()} == kept
    assert tiles_of(edition) == found


def test_it_is_made_once_by_several_at_a_time(edition, monkeypatch) -> None:
    sheets, editions = tiling._sheets(edition, []), tiling._editions()
    made: list[str] = []
    monkeypatch.setattr(tiling, "_sheets", lambda *_: made.append("once") or sheets)
    several = [
        threading.Thread(target=tiling._make_if_due, args=(edition, editions)) for _ in range(4)
    ]
    for one in several:
        one.start()
    for one in several:
        one.join()
    assert made == ["once"]
    assert tiles_of(edition)


def test_it_does_without_what_cannot_be_drawn_and_tries_once(edition, monkeypatch, caplog) -> None:
    tried: list[object] = []

    def refuse(*args: object, **_: object) -> None:
        tried.append(args)
        raise TooDense("too much in one place")

    monkeypatch.setattr(tiling, "write_tiles", refuse)
    assert tiles_of(edition) is None
    assert tiles_of(edition) is None
    assert len(tried) == 1
    assert "too much in one place" in caplog.text


def test_it_tries_again_after_a_full_disk(edition, monkeypatch, caplog) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as now:
        now.setattr(tiling, "write_tiles", full)
        assert tiles_of(edition) is None
    assert "No space left" in caplog.text
    assert tiles_of(edition)


def test_it_has_none_for_an_edition_without_areas(walls: None) -> None:
    empty = Edition(
        id=new_op(), name="Streets", kind="street", valid_from=NOW.date(), valid_to=NOW.date(),
        publisher="", licence="", file="streets.csv", sha256="0" * 64,
    )  # fmt: skip
    assert tiles_of(empty) is None


def test_it_is_the_same_whoever_asks(edition, cast: Cast, home) -> None:
    found = []
    for reader in (cast.captain.reader(), NOBODY, cast.administrator.reader()):
        shutil.rmtree(home, ignore_errors=True)
        with reading_as(reader, door="reading"):
            found.append(tiles_of(edition))
    assert found[0]
    assert found[0] == found[1] == found[2]
