"""A cut as rows and features, for the terminal and for files."""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import shapely

from courtyard.canvass.cuttable import Cuttable
from courtyard.canvass.cutting import Recipe, cut_by
from courtyard.canvass.shapes import grounds_of
from courtyard.canvass.told import Stop, Turf, stops_at, turfs
from courtyard.plan.turf import Cut

NOTES = {
    "off the network": "near no street that is known: a straight line is taken for the way there",
    "without a place": "without coordinates: walked to after the row before them",
    "island": "in parts that no way leads to, with less than a turf: joined by a straight line",
    "shared out": "larger than a turf, and shared out among several",
    "to be surveyed": "shared out by number only, because their floors are not known",
    "out of bounds": "in turfs that could not be brought within the bounds",
    "in pieces": "in turfs that lie on two sides of what no way leads across",
    "not to be cut evenly": "together, which no number of turfs holds within the bounds",
}
TURF_COLUMNS = ("turf", "doors", "buildings", "minutes", "metres", "out_of_bounds", "streets")
STOP_COLUMNS = (
    *("turf", "order", "id", "address", "invented", "share", "doors", "minutes"),
    *("longitude", "latitude"),
)


@dataclass(frozen=True)
class Told:
    """A cut of a ground, with its turfs and the stops of each in walking order."""

    ground: Cuttable
    recipe: Recipe
    cut: Cut

    @classmethod
    def of(cls, ground: Cuttable, recipe: Recipe) -> "Told":
        """Cuts a ground by a recipe."""
        return cls(ground, recipe, cut_by(recipe, ground))

    @cached_property
    def turfs(self) -> list[Turf]:
        """Every turf, by number."""
        return turfs(self.cut, self.ground)

    @cached_property
    def stops(self) -> list[list[Stop]]:
        """The stops of each turf, in walking order."""
        every = stops_at(self.cut, self.ground, self.cut.walk.tolist())
        begin = self.cut.begin.tolist()
        return [every[a:b] for a, b in pairwise(begin)]

    @cached_property
    def grounds(self) -> list[shapely.Geometry]:
        """The outline of each turf, in degrees."""
        return grounds_of(self.cut, self.ground)

    def place(self, stop: Stop) -> tuple[float, float] | None:
        """Longitude and latitude of a stop; None if they are not known."""
        east, north = self.ground.degrees[self.cut.parts.stop[stop.part]].tolist()
        return (round(east, 7), round(north, 7)) if math.isfinite(east + north) else None

    def notes(self) -> list[dict[str, Any]]:
        """What was noted on the way, each with its buildings."""
        return [
            {
                "what": note.what,
                "says": f"{len(note.stops):,} {NOTES.get(note.what, note.what)}",
                "buildings": [self.ground.ids[stop] for stop in note.stops],
            }
            for note in self.cut.notes
        ]


def turf_row(turf: Turf) -> dict[str, Any]:
    """A turf for programs."""
    return {
        "turf": turf.number,
        "doors": turf.doors,
        "buildings": turf.buildings,
        "minutes": round(turf.minutes, 1),
        "metres": round(turf.metres) if math.isfinite(turf.metres) else None,
        "out_of_bounds": turf.out_of_bounds,
        "streets": list(turf.streets),
    }


def stop_rows(told: Told, turf: Turf) -> list[dict[str, Any]]:
    """The stops of a turf for programs, in walking order."""
    return [_stop(told, turf, n, one) for n, one in enumerate(told.stops[turf.index], 1)]


def _stop(told: Told, turf: Turf, order: int, stop: Stop) -> dict[str, Any]:
    longitude, latitude = told.place(stop) or (None, None)
    return {
        "turf": turf.number,
        "order": order,
        "id": stop.id,
        "address": stop.name,
        "invented": stop.is_invented,
        "share": stop.place.words,
        "doors": stop.doors,
        "minutes": round(stop.minutes, 1),
        "longitude": longitude,
        "latitude": latitude,
    }


def document(told: Told) -> dict[str, Any]:
    """All of a cut as one object: how it is made, its turfs, and what was noted."""
    return {
        "name": told.ground.name,
        "ground": told.ground.digest,
        "cut": told.recipe.digest,
        "recipe": asdict(told.recipe),
        "doors": int(told.ground.stops.doors.sum()),
        "buildings": len(told.ground.ids),
        "turfs": [turf_row(one) | {"stops": stop_rows(told, one)} for one in told.turfs],
        "notes": told.notes(),
    }


def features(told: Told) -> list[dict[str, Any]]:
    """A polygon for each turf, then a point for each of its stops."""
    shapes = [
        _feature(json.loads(shapely.to_geojson(shape)) if not shape.is_empty else None,
                 {"is": "turf"} | turf_row(turf))
        for turf, shape in zip(told.turfs, told.grounds, strict=True)
    ]  # fmt: skip
    points = [
        _feature(_point(row), {"is": "stop"} | row)
        for turf in told.turfs
        for row in stop_rows(told, turf)
    ]
    return shapes + points


def flat(row: dict[str, Any]) -> dict[str, Any]:
    """A row for CSV: lists as text, nothing as an empty cell."""
    plain = {key: "; ".join(cell) if isinstance(cell, list) else cell for key, cell in row.items()}
    return {key: "" if cell is None else cell for key, cell in plain.items()}


def collection(parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Features as GeoJSON."""
    return {"type": "FeatureCollection", "features": list(parts)}


def _feature(geometry: Any, properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _point(row: dict[str, Any]) -> dict[str, Any] | None:
    east, north = row["longitude"], row["latitude"]
    return None if east is None else {"type": "Point", "coordinates": [east, north]}
