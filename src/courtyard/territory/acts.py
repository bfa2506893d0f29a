"""What is done to the territory."""

from datetime import datetime
from uuid import UUID

import shapely

from courtyard.journal.act import act, ask, touches
from courtyard.journal.op import further_id
from courtyard.journal.reader import EVERYWHERE, Reader

from . import rules
from .boundaries import Boundaries, Drawn
from .models import Area, Edition, Outline


class LoadedBefore(Exception):
    """The very same file is loaded already: nothing is to be done."""


@act("territory.load_boundaries", row=Edition)
def load_boundaries(*, op: UUID, by: Reader, at: datetime, boundaries: Boundaries) -> Edition:
    """Takes in one edition of boundaries whole. Raises LoadedBefore for the same file again."""
    ask(rules.may_load_boundaries(by))
    layout = boundaries.layout
    if Edition.objects.filter(kind=layout.kind, sha256=boundaries.sha256).exists():
        raise LoadedBefore(boundaries.file)
    edition = Edition(
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
    edition.save(force_insert=True)
    surroundings = _surroundings(layout.kind)
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


def _surroundings(kind: str) -> list[Outline]:
    """The outermost areas loaded so far, in one of which new areas may lie."""
    outlines = Outline.objects.filter(area__parent=None).exclude(area__kind=kind)
    return list(outlines.select_related("area"))


def _around(drawn: Drawn, surroundings: list[Outline]) -> Area | None:
    for outline in surroundings:
        whole = shapely.from_geojson(outline.geometry)
        if shapely.contains_xy(whole, drawn.longitude, drawn.latitude):
            return outline.area
    return None
