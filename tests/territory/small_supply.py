"""A street in each district of the small ground, houses along it, for tests that load them."""

from pathlib import Path

from tests.conftest import KEEPER, NOW
from tests.kept import Kept

from courtyard.journal.op import new_op
from courtyard.territory.acts import load_buildings, load_streets
from courtyard.territory.models import Area, Edition
from courtyard.territory.supplies import Supply, read_supply

STEP = 0.0002  # degrees


def streets_of(folder: Path, areas: list[Area]) -> Supply:
    """One street through the middle of each district, the first two with a name."""
    rows = ["geometry,name,start,end"]
    for n, area in enumerate(areas):
        west, east = area.longitude - 3 * STEP, area.longitude + 3 * STEP
        line = f"LINESTRING ({west} {area.latitude}, {east} {area.latitude})"
        name = f"{n + 1} Street" if n < 2 else ""
        rows.append(f'"{line}",{name},{2 * n},{2 * n + 1}')
    return _read(folder / "streets.csv", rows)


def buildings_of(folder: Path, areas: list[Area], homes: tuple[int, ...] = (1, 8)) -> Supply:
    """A house north and one south of each street for each number of homes."""
    rows = ["id,longitude,latitude,homes,block"]
    for n, area in enumerate(areas):
        for k, many in enumerate(homes):
            for side in (-1, 1):
                east, north = area.longitude + (k - 1) * STEP, area.latitude + side * STEP / 4
                rows.append(f"{n}-{k}-{side},{east},{north},{many},block {n}")
    return _read(folder / "buildings.csv", rows)


def built(
    kept: Kept, folder: Path, areas: list[Area], homes: tuple[int, ...]
) -> tuple[Edition, Edition]:
    """The editions of such streets and buildings, loaded."""

    def load() -> tuple[Edition, Edition]:
        said = {"by": KEEPER, "at": NOW}
        streets = load_streets(op=new_op(), supply=streets_of(folder, areas), **said)
        supply = buildings_of(folder, areas, homes)
        return streets, load_buildings(op=new_op(), supply=supply, **said)

    return kept.build(f"buildings with {homes} homes", load)


def _read(path: Path, rows: list[str]) -> Supply:
    path.write_text("\n".join(rows) + "\n")
    return read_supply(path)
