"""A ground made of files of one's own, without a database: doors, and streets if there are any."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.spatial import Delaunay, QhullError, cKDTree

from courtyard.electorate.refusal import Refused
from courtyard.plan.network import NOWHERE, Network
from courtyard.plan.turf_ground import DETOUR, Stops
from courtyard.plan.turf_shares import Floors
from courtyard.territory import pavements
from courtyard.territory.complexes import MOST_HOMES
from courtyard.territory.doors import guesses
from courtyard.territory.geometry import metres_per_degree, nearest_line

from .cuttable import Cuttable, floors_of, minutes_in, named
from .own_doors import OwnDoors, read_doors
from .own_streets import OwnStreets, read_streets
from .own_table import Aside

FARTHEST = 150.0  # metres between neighbours, where no street is known
MOST_FLOORS = 200
AWAY = 1e7  # metres: a place that is near nothing
GUESSED = (
    f"No streets were given: ways are guessed between places up to {FARTHEST:.0f} m apart, "
    f"{DETOUR:g} times as long as the straight line. Barriers are not known; give --streets."
)

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Own:
    """A ground of one's own files, what was read, and what was noticed while reading."""

    ground: Cuttable
    files: Mapping[str, str]
    rows: int
    empty: int
    aside: tuple[Aside, ...]
    remarks: tuple[str, ...]
    lines: tuple[npt.NDArray[np.float64], ...]


def own_ground(doors: Path, streets: Path | None = None) -> Own:
    """Reads the files and lays out the ways between the doors. Raises Refused."""
    found = read_doors(doors)
    middle = np.nanmean(found.degrees, axis=0)
    scale = np.array(metres_per_degree(middle[1]), dtype=np.float64)
    xy = (found.degrees - middle) * scale
    around = read_streets(streets, found, middle, scale) if streets else None
    network, nodes = _on_streets(around, found, xy) if around else _between_neighbours(xy)
    floors = _floors(found)
    stops = Stops(nodes, found.doors, minutes=_minutes(found, floors), places=xy, floors=floors)
    rows = [(one, name, False) for one, name in zip(found.ids, found.names, strict=True)]
    files = {found.file: found.sha256} | ({around.file: around.sha256} if around else {})
    return Own(
        named(Path(found.file).stem, network, stops, rows, found.degrees),
        files,
        found.rows,
        found.empty,
        (*found.aside, *(around.aside if around else ())),
        around.remarks if around else (GUESSED,),
        tuple(around.lines) if around else (),
    )


def _on_streets(
    streets: OwnStreets, doors: OwnDoors, xy: Floats
) -> tuple[Network, npt.NDArray[np.int32]]:
    """The pavements on which the doors stand; off the network what stands near no street."""
    longitude, latitude = doors.degrees.T
    reach = pavements.FARTHEST
    near = nearest_line(longitude, latitude, list(streets.degrees), within=reach)
    if (near.line < 0).all():
        km = _apart(streets.streets.corners, xy) / 1000
        what = f"no street is near the doors; the nearest is {km:,.0f} km away"
        mend = "Give streets of the same place, longitude first"
        raise Refused(what, mend=mend, file=streets.file)
    known = np.asarray(np.isfinite(xy).all(axis=1), dtype=bool)
    stops = pavements.Stops(
        xy=np.where(known[:, None], xy, AWAY),
        segment=near.line.astype(np.int64),
        side=near.side,
        along=np.nan_to_num(near.along),
    )
    a, b, metres = pavements.ways_of(streets.streets, stops)
    corners = len(streets.streets.corners)
    network = Network.of_ways((a, b), metres, corners + len(doors))
    nodes = np.arange(corners, corners + len(doors), dtype=np.int32)
    nodes[np.diff(network.starts)[corners:] == 0] = NOWHERE
    return network, nodes


def _apart(corners: Floats, xy: Floats) -> float:
    known = xy[np.isfinite(xy).all(axis=1)]
    return float(cKDTree(corners).query(known)[0].min())


def _between_neighbours(xy: Floats) -> tuple[Network, npt.NDArray[np.int32]]:
    """Guessed ways: from each place to those around it (Delaunay 1934), if they are near."""
    nodes = np.full(len(xy), NOWHERE, dtype=np.int32)
    known = np.asarray(np.isfinite(xy).all(axis=1), dtype=bool)
    places, at = np.unique(xy[known].round(1), axis=0, return_inverse=True)
    nodes[known] = at.ravel()
    a, b = _pairs(places).T
    metres = np.hypot(*(places[a] - places[b]).T)
    near = metres <= FARTHEST
    return Network.of_ways((a[near], b[near]), DETOUR * metres[near], len(places)), nodes


def _pairs(places: Floats) -> npt.NDArray[np.int64]:
    try:
        corners = Delaunay(places).simplices
        return np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]])
    except (QhullError, ValueError):  # too few places, or all of them in a line
        order = np.lexsort(places.T)
        return np.column_stack([order[:-1], order[1:]])


def _floors(doors: OwnDoors) -> Mapping[int, Floors]:
    """The landings that the file says: a pattern, or a number of floors with as many on each."""
    found = dict(floors_of(doors.floors, doors.doors))
    for stop, (said, many) in enumerate(zip(doors.floors, doors.doors.tolist(), strict=True)):
        if said.isdecimal() and 0 < int(said) <= min(many, MOST_FLOORS):
            each, more = divmod(many, int(said))
            found[stop] = (tuple(each + (floor < more) for floor in range(int(said))),)
    return found


def _minutes(doors: OwnDoors, floors: Mapping[int, Floors]) -> Floats:
    """The minutes in each place; where its floors are not known, with stairs as is guessed."""
    patterns = guesses(np.minimum(doors.doors, MOST_HOMES))
    return minutes_in({**floors_of(patterns, doors.doors), **floors}, doors.doors)
