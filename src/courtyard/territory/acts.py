"""What is done to the territory."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import shapely
from shapely.geometry.base import BaseGeometry

from courtyard.journal.act import act, ask, touches
from courtyard.journal.op import further_id
from courtyard.journal.reader import EVERYWHERE, Reader

from . import rules
from .boundaries import Boundaries, Drawn
from .counting import Counts
from .doors import doors_of, written
from .ground_layout import NO_END
from .layout import layouts
from .models import Area, Building, Complex, Count, Edition, Outline, Segment
from .standing import SEEN, buildings_of, complexes_of, segments_of
from .supplies import Supply

BATCH = 2_000
COUNTS = "counts"


class LoadedBefore(Exception):
    """The very same file is loaded already: nothing is to be done."""


class Refusal(Exception):
    """The boundaries do not fit what is loaded; the sentence says why and how to mend it."""


class DaysTaken(Refusal):
    """Another edition of the same kind holds on some of the same days."""


class OuterTooLate(Refusal):
    """Areas that belong inside the new ones were loaded before them, and so stand outside."""


class SuppliedBefore(Refusal):
    """Another file of the same publisher is loaded: the two would stand on one ground."""


class NoStreets(Refusal):
    """Buildings stand on streets, and none are loaded."""


@dataclass(frozen=True, slots=True)
class Around:
    """An area in which new areas may lie, with its outline read once."""

    area: Area
    outline: BaseGeometry


@act("territory.load_boundaries", row=Edition)
def load_boundaries(*, op: UUID, by: Reader, at: datetime, boundaries: Boundaries) -> Edition:
    """Takes in one edition of boundaries whole.

    Raises LoadedBefore for the same file again, and DaysTaken or OuterTooLate, both a Refusal.
    """
    ask(rules.may_load_boundaries(by))
    layout = boundaries.layout
    if Edition.objects.filter(kind=layout.kind, sha256=boundaries.sha256).exists():
        raise LoadedBefore(boundaries.file)
    edition = _edition(op, boundaries)
    _check_days(edition)
    _check_order(edition, boundaries)
    edition.save(force_insert=True)
    surroundings = _surroundings(edition, layout.within)
    parents = {
        drawn.code: _area(drawn, edition, _around(drawn, surroundings))
        for drawn in boundaries.parents
    }
    areas = [
        _area(drawn, edition, parents.get(drawn.parent_code) or _around(drawn, surroundings))
        for drawn in boundaries.areas
    ]
    Area.objects.bulk_create([*parents.values(), *areas])
    drawings = zip([*parents.values(), *areas], boundaries.parents + boundaries.areas, strict=True)
    Outline.objects.bulk_create(
        [
            Outline(
                id=further_id(area.id, "outline"), area=area, path=area.path, geometry=one.geometry
            )
            for area, one in drawings
        ]
    )
    touches([area.id for area in parents.values()])
    return edition


@act("territory.load_streets", row=Edition)
def load_streets(*, op: UUID, by: Reader, at: datetime, supply: Supply) -> Edition:
    """Takes in one file of streets. Raises LoadedBefore for the same again, SuppliedBefore."""
    ask(rules.may_load_ground(by))
    edition = _supplied(op, supply)
    Segment.objects.bulk_create(segments_of(edition, supply), batch_size=BATCH)
    return edition


@act("territory.load_buildings", row=Edition)
def load_buildings(*, op: UUID, by: Reader, at: datetime, supply: Supply) -> Edition:
    """Takes in one file of buildings, each on its nearest street; large lots become complexes.

    Raises LoadedBefore for the same again, SuppliedBefore, NoStreets.
    """
    ask(rules.may_load_ground(by))
    segments = list(Segment.objects.order_by("edition__name", "edition", "number"))
    if not segments:
        raise NoStreets(
            f"{supply.file}: no streets are loaded for the buildings to stand on; nothing was "
            "changed. Load the streets first, or in the same command."
        )
    edition = _supplied(op, supply)
    Complex.objects.bulk_create(complexes_of(edition, supply), batch_size=BATCH)
    Building.objects.bulk_create(buildings_of(edition, supply, segments), batch_size=BATCH)
    return edition


@act("territory.correct_doors", row=Building)
def correct_doors(*, op: UUID, by: Reader, at: datetime, building: UUID, doors: str) -> Building:
    """Writes down how the doors of a building lie, by somebody who has been there.

    Raises BadPattern, and Building.DoesNotExist for one that the reader may not see.
    """
    found: Building = Building.objects.visible_to(by).get(pk=building)
    ask(rules.may_correct(by, found.path, found.hood))
    found.doors, found.doors_source = written(doors), SEEN
    found.homes = len(doors_of(doors))
    found.save(update_fields=["doors", "doors_source", "homes"])
    return found


@act("territory.count", row=Edition)
def count(*, op: UUID, by: Reader, at: datetime, counts: Counts) -> Edition:
    """Copies counts of areas into the territory, in place of those before. Never names.

    Raises LoadedBefore if they are the same as those before.
    """
    ask(rules.may_count(by))
    last = Edition.objects.filter(kind=COUNTS).order_by("-valid_from", "-id").first()
    if last is not None and last.file == counts.sha256:
        raise LoadedBefore(COUNTS)
    edition = Edition(
        id=op, name="Counts", kind=COUNTS, valid_from=at.date(), valid_to=NO_END,
        publisher="", licence="", file=counts.sha256, sha256=further_id(op, counts.sha256).hex,
    )  # fmt: skip
    edition.save(force_insert=True)
    Count.objects.all().delete()
    rows = [
        Count(id=further_id(op, f"{one.area}:{one.measure}"), as_of=at.date(), **one.row())
        for one in counts.rows
    ]
    Count.objects.bulk_create(rows, batch_size=BATCH)
    return edition


def _supplied(op: UUID, supply: Supply) -> Edition:
    layout = supply.layout
    editions = Edition.objects.filter(kind=layout.kind)
    if editions.filter(sha256=supply.sha256).exists():
        raise LoadedBefore(supply.file)
    if other := editions.first():
        raise SuppliedBefore(
            f"{supply.file}: “{other.name}” is loaded already, from {other.file}; nothing was "
            "changed. Keep the loaded one, or load this one into a fresh home."
        )
    edition = Edition(
        id=op, name=layout.edition, kind=layout.kind, valid_from=layout.valid_from,
        valid_to=layout.valid_to, publisher=layout.publisher, licence=layout.licence,
        file=supply.file, sha256=supply.sha256,
    )  # fmt: skip
    edition.save(force_insert=True)
    return edition


def _edition(op: UUID, boundaries: Boundaries) -> Edition:
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
    )


def _area(drawn: Drawn, edition: Edition, parent: Area | None) -> Area:
    made = further_id(edition.id, f"{drawn.kind}:{drawn.code}")
    return Area(
        id=made,
        edition=edition,
        parent=parent,
        path=f"{parent.path if parent else EVERYWHERE}{made.hex}/",
        kind=drawn.kind,
        code=drawn.code,
        name=drawn.name,
        longitude=drawn.longitude,
        latitude=drawn.latitude,
    )


def _check_days(edition: Edition) -> None:
    taken = [one for one in _meanwhile(edition) if one.kind == edition.kind]
    if taken:
        other = taken[0]
        raise DaysTaken(
            f"{edition.file}: “{edition.name}” is for {_days(edition)}, but “{other.name}” "
            f"({other.file}) is loaded for {_days(other)}. On one day only one edition of "
            f"{edition.kind} can hold; nothing was changed. Keep the loaded one, or load this one "
            "into a fresh home."
        )


def _check_order(edition: Edition, boundaries: Boundaries) -> None:
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


def _surroundings(edition: Edition, kind: str) -> list[Around]:
    """The loaded areas of the kind around it that hold on its days, newest first, then by code."""
    outlines = Outline.objects.filter(area__kind=kind, area__edition__in=_meanwhile(edition))
    ordered = outlines.select_related("area").order_by(
        "-area__edition__valid_from", "area__code", "area__id"
    )
    return [Around(one.area, shapely.from_geojson(one.geometry)) for one in ordered]


def _around(drawn: Drawn, surroundings: Iterable[Around]) -> Area | None:
    for around in surroundings:
        if shapely.contains_xy(around.outline, drawn.longitude, drawn.latitude):
            return around.area
    return None
