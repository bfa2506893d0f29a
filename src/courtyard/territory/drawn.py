"""From boundaries as drawn to areas: what lies around them, and what stands in their way."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import shapely
from shapely.geometry.base import BaseGeometry

from courtyard.journal.op import further_id
from courtyard.journal.reader import EVERYWHERE

from . import rules
from .boundaries import Boundaries, Drawn
from .layout import layouts
from .models import Area, Edition, Outline


class Refusal(Exception):
    """The boundaries do not fit what is loaded; the sentence says why and how to mend it."""


class DaysTaken(Refusal):
    """Another edition of the same kind holds on some of the same days."""


class OuterTooLate(Refusal):
    """Areas that belong inside the new ones were loaded before them, and so stand outside."""


@dataclass(frozen=True, slots=True)
class Around:
    """An area in which new areas may lie, with its outline read once."""

    area: Area
    outline: BaseGeometry


def edition_of(op: UUID, at: datetime, boundaries: Boundaries) -> Edition:
    """The edition that a file of boundaries makes."""
    layout = boundaries.layout
    return Edition(
        id=op,
        name=layout.edition,
        kind=layout.kind,
        valid_from=layout.valid_from,
        valid_to=layout.valid_to,
        publisher=layout.publisher,
        licence=layout.licence,
        file=boundaries.file,
        sha256=boundaries.sha256,
        loaded_at=at,
    )


def area_of(drawn: Drawn, edition: Edition, parent: Area | None) -> Area:
    """The area that was drawn, inside of its parent."""
    made = further_id(edition.id, f"{drawn.kind}:{drawn.code}")
    return Area(
        id=made,
        edition=edition,
        parent=parent,
        path=f"{parent.path if parent else EVERYWHERE}{made.hex}/",
        kind=drawn.kind,
        code=drawn.code,
        name=drawn.name,
        ocd_id=drawn.ocd_id,
        geoid=drawn.geoid,
        longitude=drawn.longitude,
        latitude=drawn.latitude,
    )


def check_days(edition: Edition) -> None:
    """Raises DaysTaken if another edition of its kind holds on one of its days."""
    taken = [one for one in _meanwhile(edition) if one.kind == edition.kind]
    if taken:
        other = taken[0]
        raise DaysTaken(
            f"{edition.file}: “{edition.name}” is for {_days(edition)}, but “{other.name}” "
            f"({other.file}) is loaded for {_days(other)}. On one day only one edition of "
            f"{edition.kind} can hold; nothing was changed. Keep the loaded one, or load this one "
            "into a fresh home."
        )


def check_order(edition: Edition, boundaries: Boundaries) -> None:
    """Raises OuterTooLate if areas that name one of these kinds around them went without it."""
    drawn = [
        (one, {layout.kind for layout in layouts() if layout.within == one.kind})
        for one in boundaries.parents + boundaries.areas
    ]
    kinds = set[str]().union(*(inner for _, inner in drawn))
    editions = [one for one in _meanwhile(edition) if one.kind in kinds]
    alone = Area.objects.filter(parent=None, edition__in=editions).select_related("edition")
    for area in alone.order_by("edition__name", "kind", "code"):
        for one, inner in drawn:
            if area.edition.kind in inner and shapely.contains_xy(
                one.outline, area.longitude, area.latitude
            ):
                raise OuterTooLate(
                    f"{edition.file}: {area.name} of “{area.edition.name}” lies inside {one.name} "
                    "and was loaded before it; nothing was changed. Load the outer areas first "
                    f"({edition.file}, then {area.edition.file}), into a fresh home."
                )


def _meanwhile(edition: Edition) -> list[Edition]:
    """The loaded editions that share a day with this one, the newest first."""
    return [
        one
        for one in Edition.objects.order_by("-valid_from", "name", "id")
        if rules.overlap(one.valid_from, one.valid_to, edition.valid_from, edition.valid_to)
    ]


def _days(edition: Edition) -> str:
    return f"{edition.valid_from} to {edition.valid_to}"


def surroundings(edition: Edition, kind: str) -> list[Around]:
    """The loaded areas of the kind around it that hold on its days, newest first, then by code."""
    outlines = Outline.objects.filter(area__kind=kind, area__edition__in=_meanwhile(edition))
    ordered = outlines.select_related("area").order_by(
        "-area__edition__valid_from", "area__code", "area__id"
    )
    return [Around(one.area, shapely.from_geojson(one.geometry)) for one in ordered]


def around(drawn: Drawn, there: Iterable[Around]) -> Area | None:
    """The first of these areas in which it lies."""
    for one in there:
        if shapely.contains_xy(one.outline, drawn.longitude, drawn.latitude):
            return one.area
    return None
