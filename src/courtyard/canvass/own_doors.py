"""A file of doors of one's own: where they are, how many, and what else is known of each place."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import shapely

from courtyard.electorate.refusal import Refused
from courtyard.territory.geometry import metres_per_degree
from courtyard.territory.odd import DOUBLE

from .own_table import Aside, Table, read_table

EAST = ("longitude", "lon", "lng", "long", "x", "xcoord", "xcoordinate", "pointx")
NORTH = ("latitude", "lat", "y", "ycoord", "ycoordinate", "pointy")
DOORS = (
    *("doors", "homes", "units", "numberofdoors", "numberofhomes", "numdoors", "dwellings"),
    *("households", "apartments", "unitsres", "residentialunits", "flats", "logements"),
)
HOMES = DOORS[1:]
ID = ("id", "code", "buildingid", "building", "bin", "bbl", "parcel", "fid", "uuid")
ADDRESS = ("address", "fulladdress", "streetaddress", "addr", "adresse", "direccion", "name")
NUMBER = ("number", "housenumber", "streetnumber", "no", "addrhousenumber")
STREET = ("street", "streetname", "road", "addrstreet")
FLOORS = ("floors", "pattern", "floorspattern", "doorspattern", "layout", "storeys", "levels")
MOST_DOORS = 100_000
FARTHEST = 100_000.0  # metres from the middle of all; what is farther is a slip
SOUTHERNMOST, NORTHERNMOST = -56.0, 79.0  # degrees between which people have homes

NO_PLACE = "it has no coordinates in degrees; its doors are put with those of the row before it"
FAR = "it lies {km:,} km from the others; its doors are put with those of the row before it"
NO_NUMBER = "“{text}” is no number of doors"

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class OwnDoors:
    """Rows with doors: `degrees` are NaN where the place is not known; `floors` as it was said."""

    file: str
    sha256: str
    ids: list[str]
    names: list[str]
    degrees: Floats
    doors: npt.NDArray[np.int64]
    floors: list[str]
    aside: tuple[Aside, ...]
    rows: int
    empty: int

    def __len__(self) -> int:
        return len(self.ids)


def read_doors(path: Path) -> OwnDoors:
    """Reads doors from a CSV or GeoJSON points. Raises Refused."""
    table = read_table(path, ("Point",))
    degrees = _degrees(table)
    counted, patterns = _counted(table)
    ids = table.column(ID) or [""] * len(table.cells)
    doors = [_number(text) for text in counted]
    aside = list(table.aside)
    kept = _kept(table, ids, counted, doors, aside)
    if not kept:
        first = f"; {aside[0]}" if aside else ""
        raise Refused(f"no row of it has doors{first}", mend="Mend it", file=path.name)
    where = degrees[kept]
    _placed(table, kept, where, aside)
    names = _names(table)
    return OwnDoors(
        path.name,
        table.sha256,
        [ids[n] or table.where(n).replace(" ", "-") for n in kept],
        [names[n] or ids[n] or table.where(n) for n in kept],
        where,
        np.array([doors[n] for n in kept], dtype=np.int64),
        [patterns[n] for n in kept],
        tuple(aside),
        len(table.cells) + len(table.aside),
        sum(number == 0 for number in doors),
    )


def _kept(
    table: Table,
    ids: Sequence[str],
    counted: Sequence[str],
    doors: Sequence[int | None],
    aside: list[Aside],
) -> list[int]:
    """The rows with doors; those of which the doors cannot be read are told."""
    kept, seen = [], set()
    for n, (number, own) in enumerate(zip(doors, ids, strict=True)):
        if number is None:
            what = NO_NUMBER.format(text=counted[n][:20])
            aside.append(Aside(table.where(n), what, own))
        elif own and own in seen:
            aside.append(Aside(table.where(n), f"{DOUBLE}; {number:,} doors", own))
        elif number:
            kept.append(n)
        seen.add(own)
    return kept


def _counted(table: Table) -> tuple[list[str], list[str]]:
    """The texts of the numbers of doors, and of how they lie."""
    floors = table.column(FLOORS) or [""] * len(table.cells)
    doors, homes = table.column(DOORS[:1]), table.column(HOMES)
    if doors and homes and all(_number(text) is None for text in doors[:50]):
        return homes, doors  # as Courtyard's own words are: homes counted, doors laid out
    return table.needed("the number of doors", DOORS), floors


def _number(text: str) -> int | None:
    """A whole number of doors; None if it says none."""
    try:
        number = float(text.replace(",", "").replace(" ", ""))
    except ValueError:
        return None
    return int(number) if number.is_integer() and 0 <= number <= MOST_DOORS else None


def _degrees(table: Table) -> Floats:
    if table.shapes:
        drawn = np.array(table.shapes, dtype=object)
        found = np.column_stack([shapely.get_x(drawn), shapely.get_y(drawn)])
    else:
        east = table.needed("the longitude", EAST)
        north = table.needed("the latitude", NORTH)
        found = np.array([[_degree(a), _degree(b)] for a, b in zip(east, north, strict=True)])
        found = found.reshape(-1, 2)
    _check(table, found)
    wrong = (np.abs(found) > (180, 90)).any(axis=1) | ~np.isfinite(found).all(axis=1)
    wrong |= (found == 0).all(axis=1)  # what programs write for nothing
    found[wrong] = np.nan
    if len(found) and wrong.all():
        raise Refused(
            "no row of it has coordinates",
            mend="Give longitude and latitude in degrees, such as -73.88 and 40.75",
            file=table.file,
        )
    return found


def _degree(text: str) -> float:
    try:
        return float(text.replace(",", ".") if text.count(",") == 1 and "." not in text else text)
    except ValueError:
        return math.nan


def _check(table: Table, degrees: Floats) -> None:
    """Raises Refused for degrees that are none, or stand the wrong way round."""
    given = degrees[np.isfinite(degrees).all(axis=1) & (degrees != 0).any(axis=1)]
    if not len(given):
        return
    east, north = np.median(given, axis=0)
    fits = abs(east) <= 180 and SOUTHERNMOST <= north <= NORTHERNMOST
    turned = abs(north) <= 180 and SOUTHERNMOST <= east <= NORTHERNMOST
    said = f"most rows lie near longitude {east:,.4g} and latitude {north:,.4g}"
    if not fits and turned:
        raise Refused(f"{said}, which seem to be swapped", mend="Swap the two", file=table.file)
    if not fits:
        mend = "Export it in degrees (WGS84, EPSG:4326)"
        raise Refused(
            f"{said}, which are no degrees of a place with homes", mend=mend, file=table.file
        )


def _placed(table: Table, kept: Sequence[int], degrees: Floats, aside: list[Aside]) -> None:
    """Takes away the places that cannot be, and tells of all rows that have none."""
    known = np.asarray(np.isfinite(degrees).all(axis=1), dtype=bool)
    if not known.any():
        mend = "Give longitude and latitude in degrees, such as -73.88 and 40.75"
        raise Refused("no row with doors has coordinates", mend=mend, file=table.file)
    middle = np.median(degrees[known], axis=0)
    away = np.hypot(*((degrees - middle) * np.array(metres_per_degree(middle[1]))).T)
    for at, n in enumerate(kept):
        if not known[at]:
            aside.append(Aside(table.where(n), NO_PLACE, kept=True))
        elif away[at] > FARTHEST:
            what = FAR.format(km=round(away[at] / 1000))
            aside.append(Aside(table.where(n), what, kept=True))
            degrees[at] = np.nan


def _names(table: Table) -> list[str]:
    street, number = table.column(STREET), table.column(NUMBER)
    whole = table.column(ADDRESS) or [""] * len(table.cells)
    if not (street and number):
        return whole
    parts = zip(whole, number, street, strict=True)
    return [own or f"{first} {second}".strip() for own, first, second in parts]
