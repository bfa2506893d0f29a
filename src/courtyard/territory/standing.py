"""From a publisher's supply to rows on the ground: in which area, on which street, its number."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import numpy as np
import shapely

from courtyard.journal.op import further_id

from .addressing import INVENTED, addresses, named
from .complexes import MOST_HOMES, reach
from .doors import guesses
from .geometry import metres_per_degree, nearest_line
from .models import Building, Complex, Edition, Segment
from .placing import Places, places_of
from .supplies import Supply

SEED = 14  # of invented names: the same in every installation, so that two of one ground agree
FARTHEST = 2_000.0  # metres to a street; blocks without streets inside of them stay reachable
INVENTED_NAME, PUBLISHED, GUESS, SEEN = "invented", "published", "guess", "seen"
# `2001 TO 2015 NEWBOLD AVE`, `37-12 TO 37-16 79TH ST`: the first number, and the street.
ADDRESS = re.compile(r"(?P<number>\d[\w-]*)(?: TO [\w-]+)?\s+(?P<street>\S.*)")


def segments_of(edition: Edition, supply: Supply) -> list[Segment]:
    """The segments of a supply of streets, those without a name under an invented one."""
    lines, given = list(supply.geometry), supply.word("street")
    found = named(lines, given, seed=SEED)
    places = places_of(supply.longitude, supply.latitude)
    metres = _lengths(supply)
    words = zip(supply.word("start"), supply.word("end"), supply.word("kind"), strict=True)
    return [
        Segment(
            id=further_id(edition.id, f"segment:{n}"),
            **_where(edition, supply, places, n),
            number=n,
            street=found.names[n],
            name_source=INVENTED_NAME if found.source[n] == INVENTED else supply.layout.names_from,
            kind=kind[:40],
            start=start[:24],
            end=end[:24],
            metres=round(float(metres[n]), 1),
            geometry=shapely.to_geojson(lines[n]),
        )
        for n, (start, end, kind) in enumerate(words)
    ]


def complexes_of(edition: Edition, supply: Supply) -> list[Complex]:
    """The lots of so many homes that they must be several buildings."""
    which = np.flatnonzero(supply.homes > MOST_HOMES).tolist()
    places = places_of(supply.longitude, supply.latitude)
    blocks, codes, stabilised = (supply.word(word) for word in ("block", "code", "stabilised"))
    addresses_ = supply.word("address")
    return [
        Complex(
            id=further_id(edition.id, f"building:{codes[n]}"),
            **_where(edition, supply, places, n),
            code=codes[n],
            name=addresses_[n].title() or blocks[n],
            block=blocks[n][:40],
            homes=int(supply.homes[n]),
            stabilised=bool(stabilised[n]),
            reach=round(float(reach(supply.homes[n])), 1),
        )
        for n in which
    ]


def large_lots(complexes: Sequence[Complex]) -> list[str]:
    """What a report says of complexes, if there are any."""
    homes = sum(one.homes for one in complexes)
    told = (
        f"{len(complexes):,} lots of over {MOST_HOMES} homes are taken as complexes, with "
        f"{homes:,} homes: where their buildings stand is not known"
    )
    return [told] if complexes else []


def buildings_of(
    edition: Edition, supply: Supply, segments: Sequence[Segment]
) -> Iterator[Building]:
    """One building for each of the other lots, on the nearest of the segments, with its number."""
    known = [ADDRESS.fullmatch(text.strip()) for text in supply.word("address")]
    published = {n: found["number"] for n, found in enumerate(known) if found}
    published |= {n: text for n, text in enumerate(supply.word("number")) if text}
    streets = {n: found["street"] for n, found in enumerate(known) if found}
    streets |= {n: text for n, text in enumerate(supply.word("street")) if text}
    spots = spots_of(supply.longitude, supply.latitude, segments, published, streets)
    places = places_of(supply.longitude, supply.latitude)
    doors = guesses(np.minimum(supply.homes, MOST_HOMES))
    zips = supply.word("zip")
    codes, blocks, stabilised = (supply.word(word) for word in ("code", "block", "stabilised"))
    for n in np.flatnonzero(supply.homes <= MOST_HOMES).tolist():
        yield Building(
            id=further_id(edition.id, f"building:{codes[n]}"),
            **_where(edition, supply, places, n),
            **spots(n),
            code=codes[n],
            block=blocks[n][:40],
            homes=int(supply.homes[n]),
            stabilised=bool(stabilised[n]),
            zip=_zip(zips[n]),
            address_source=PUBLISHED if n in published else INVENTED_NAME,
            doors=doors[n],
            doors_source=GUESS,
        )


SPOT = ("segment", "side", "along", "number", "street")


def moved(
    buildings: Sequence[Building], segments: Sequence[Segment], streets: Mapping[UUID, str]
) -> Sequence[Building]:
    """The same buildings on other segments, with their SPOT as it is there.

    `streets` are the names of the segments they stood on. What was published of an address stays.
    """
    published = {
        n: one.number for n, one in enumerate(buildings) if one.address_source == PUBLISHED
    }
    given = {
        n: one.street
        for n, one in enumerate(buildings)
        if one.street and one.street != (one.segment_id and streets.get(one.segment_id))
    }
    longitude = np.array([one.longitude for one in buildings])
    latitude = np.array([one.latitude for one in buildings])
    spots = spots_of(longitude, latitude, segments, published, given)
    for n, one in enumerate(buildings):
        for name, value in spots(n).items():
            setattr(one, name, value)
    return buildings


def spots_of(
    longitude: np.ndarray,
    latitude: np.ndarray,
    segments: Sequence[Segment],
    published: Mapping[int, str],
    streets: Mapping[int, str],
) -> Callable[[int], dict[str, Any]]:
    """Where each of some points stands: SPOT of the nth, by the nearest of the segments.

    House numbers that are not `published` are invented along the street; `streets` are the names
    that are known, the others are those of the segments.
    """
    lines = list(shapely.from_geojson([one.geometry for one in segments]))
    near = nearest_line(longitude, latitude, lines, within=FARTHEST)
    names = [one.street for one in segments]
    along = np.nan_to_num(near.along)
    numbers = addresses(lines, names, near.line, along, near.side, published, seed=SEED).numbers

    def spot(n: int) -> dict[str, Any]:
        at = int(near.line[n])
        return {
            "segment": segments[at] if at >= 0 else None,
            "side": int(near.side[n]),
            "along": round(float(along[n]), 1),
            "number": numbers[n][:20],
            "street": (streets.get(n) or (names[at] if at >= 0 else ""))[:120],
        }

    return spot


def _where(edition: Edition, supply: Supply, places: Places, n: int) -> Mapping[str, object]:
    area: UUID | None = places.areas[n]
    return {
        "edition": edition,
        "area_id": area,
        "neighbourhood_id": places.neighbourhoods[n],
        "path": places.paths[n],
        "hood": places.hoods[n],
        "longitude": round(float(supply.longitude[n]), 7),
        "latitude": round(float(supply.latitude[n]), 7),
    }


def _lengths(supply: Supply) -> np.ndarray:
    east, north = metres_per_degree(supply.latitude)
    parts, at = shapely.get_coordinates(supply.geometry, return_index=True)
    moves = np.diff(parts, axis=0) * np.column_stack([east[at[1:]], north[at[1:]]])
    steps = np.hypot(moves[:, 0], moves[:, 1]) * (at[1:] == at[:-1])
    return np.bincount(at[1:], weights=steps, minlength=len(supply))


def _zip(text: str) -> str:
    return "" if text.startswith("99999") else text[:10]
