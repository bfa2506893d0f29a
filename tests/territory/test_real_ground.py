"""All of the district's ground, as it is published: loaded whole, and drawn."""

from pathlib import Path

import pytest
from django.utils import timezone
from tests.conftest import DEMO, KEEPER, NOW
from tests.kept import Kept

from courtyard.electorate.load import Loaded
from courtyard.journal.op import new_op
from courtyard.journal.scope import reading_as
from courtyard.sources.loading import load_files
from courtyard.territory.counting import homes_counted
from courtyard.territory.models import Building
from courtyard.territory.tiles import MOST_BYTES
from courtyard.territory.tiling import ground_tiles, ready_tiles


@pytest.fixture
def made(kept: Kept) -> list[Loaded]:
    """Every file of the demonstration's ground, as one loads them."""
    files = [
        *(DEMO / "areas").glob("*.geojson"), *(DEMO / "streets").glob("*.gz"),
        *(DEMO / "buildings").glob("*.gz"),
    ]  # fmt: skip
    with reading_as(KEEPER):
        return kept.build("real ground", lambda: load_files(files, by=KEEPER, at=NOW, op=new_op()))


def test_it_loads_the_whole_ground_of_the_district(made: list[Loaded]) -> None:
    lots = next(one for one in made if one.layout == "nyc_lots")
    assert (lots.rows_read, lots.rows_kept) == (73_401, 73_399)
    with reading_as(KEEPER):
        homes = [row for row in homes_counted() if row.measure == "homes"]
        found = Building.objects.filter(address_source="published").count()
    assert found > 3_000
    assert sum(row.value for row in homes if row.path.count("/") == 4) == pytest.approx(
        271_280, rel=0.01
    )


def test_it_keeps_every_tile_of_the_real_ground_small(made, settings, tmp_path: Path) -> None:
    settings.COURTYARD_HOME = tmp_path
    ready_tiles(at=timezone.now())
    assert len(ground_tiles(KEEPER)) == 3  # two files of streets, one of buildings
    for found in ground_tiles(KEEPER):
        tiles = list((tmp_path / "tiles" / found.digest).rglob("*.mvt"))
        assert tiles
        assert max(one.stat().st_size for one in tiles) <= MOST_BYTES
