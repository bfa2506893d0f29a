"""The demonstration's invented voters: they live in real buildings and cast the real ballots."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import shapely
from django.conf import settings

from courtyard.electorate.invented.homes import Homes, Turnout
from courtyard.electorate.invented.placed import placed_name, write_placed_voters
from courtyard.electorate.invented.write import truth_of
from courtyard.electorate.questions import Contest, contests, figures
from courtyard.territory.complexes import shared
from courtyard.territory.doors import doors_of
from courtyard.territory.models import Building, Complex, Outline

SEED = 14
# The days of the contests in which the invented voters have voted; both were closed primaries.
DAYS = (date(2018, 9, 13), date(2020, 6, 23))
COUNTIES = {"BX": 3, "QN": 41}
CITIES = {"BX": "BRONX", "QN": "QUEENS"}
CONGRESS = 14
UNKNOWN_ZIP = {"BX": "10461", "QN": "11372"}


@dataclass(frozen=True, slots=True)
class _Home:
    """A door with its address, and the district it is in."""

    area: int
    street: str
    number: str
    unit: str
    zip: str
    borough: str


def write_invented_electorate(folder: Path) -> Path:
    """Writes the file of invented voters beside the truth of it, and gives its path.

    Raises Refused where a file of that name is somebody else's.
    """
    folder.mkdir(parents=True, exist_ok=True)
    out = folder / placed_name("ny14", SEED)
    if truth_of(out).exists():  # written last: the file is whole
        return out
    homes = [*_in_buildings(), *_in_complexes()]
    told = Homes.of(
        area=np.array([one.area for one in homes], np.int64),
        street=[one.street for one in homes],
        number=[one.number for one in homes],
        unit=[one.unit for one in homes],
        city=[CITIES[one.borough] for one in homes],
        zip5=[one.zip or UNKNOWN_ZIP[one.borough] for one in homes],
        county=np.array([COUNTIES[one.borough] for one in homes], np.int64),
        congress=np.full(len(homes), CONGRESS, np.int64),
    )
    write_placed_voters(out, told, _turnouts(), seed=SEED)
    return out


def _turnouts() -> list[Turnout]:
    known = {one.date: one for one in contests(Path(settings.COURTYARD_ELECTORATE))}
    return [_turnout(known[day]) for day in DAYS if day in known]


def _turnout(contest: Contest) -> Turnout:
    """The ballots of a contest in the districts of the ground; where none are told, its votes."""
    ours = {code for code, _ in _districts()}
    root = Path(settings.COURTYARD_ELECTORATE)
    found = [one for one in figures(root, contest.contest) if one.area in ours]
    voted = {int(one.area): one.ballots if one.ballots is not None else one.total for one in found}
    groups = {int(one.area): int(one.counted_in) for one in found if one.counted_in in ours}
    return Turnout(day=contest.date, kind="primary", party="DEM", voted=voted, groups=groups)


def _districts() -> list[tuple[str, str]]:
    """Code and outline of every election district."""
    rows = Outline.objects.filter(area__kind="election_district").order_by("area__code")
    return list(rows.values_list("area__code", "geometry"))


def _in_buildings() -> Iterator[_Home]:
    columns = ("area__code", "street", "number", "zip", "block", "doors")
    rows = Building.objects.exclude(area=None).exclude(homes=0).values_list(*columns)
    units: dict[str, list[str]] = {}
    for area, street, number, zip_, block, doors in rows.order_by("code").iterator():
        if doors not in units:
            units[doors] = [door.name for door in doors_of(doors)]
        alone = len(units[doors]) == 1
        for unit in units[doors]:
            yield _Home(int(area), street, number, "" if alone else unit, zip_, block[:2])


def _in_complexes() -> Iterator[_Home]:
    """Homes of complexes, numbered through, shared among the districts they may reach."""
    rows = list(Complex.objects.order_by("code"))
    districts = _districts()
    shapes = list(shapely.from_geojson([text for _, text in districts]))
    places = np.array([(one.longitude, one.latitude, one.homes) for one in rows]).reshape(-1, 3)
    shares = shared(places[:, 0], places[:, 1], places[:, 2], shapes)
    for n, one in enumerate(rows):
        mine = np.flatnonzero(shares.complex == n)
        upto = np.round(np.cumsum(shares.share[mine]) * one.homes).astype(int)
        for home in range(one.homes):
            area = int(shares.area[mine[np.searchsorted(upto, home, side="right")]])
            if area >= 0:
                code = int(districts[area][0])
                yield _Home(code, one.name.upper(), "1", f"{home + 1}", "", one.block[:2])
