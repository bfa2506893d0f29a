"""What is to be planned: an area that is loaded in its sections, or files of one's own."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courtyard.canvass.cuttable import Cuttable, ground_of
from courtyard.canvass.own_ground import own_ground
from courtyard.canvass.rules import bounds_of
from courtyard.journal.scope import reading_as
from courtyard.territory.models import Area, Edition, Outline, Segment
from courtyard.territory.placing import NEIGHBOURHOOD

from .area import KEEPER, found_area
from .cut import NotSaid, recipe_of, size_of
from .plan_pages import Around
from .plan_sections import Section, sections_of, without_homes
from .plan_work import Job
from .ready import ready_database

MARGIN = 300.0 / 111_000  # degrees around the homes, in which streets are drawn
PLAIN = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Plan:
    """What is planned: its name, what its figures are from, what is said of it, and its jobs."""

    name: str
    area: dict[str, str] | None
    sources: list[dict[str, str]]
    around: Around
    count: int
    jobs: Iterator[Job]


def plan_of_area(which: str, how: dict[str, Any]) -> Plan:
    """The plan of an area. Raises NoSuchArea, NotSaid, NotMigrated, BadSize."""
    size, of = size_of(how)
    least, most = bounds_of(size, of)
    ready_database()
    with reading_as(KEEPER):
        area = found_area(which, how["kind"])
        sections = sections_of(area, KEEPER, least)
        empty = without_homes(area, KEEPER)
        drawn = Outline.objects.visible_to(KEEPER).filter(area=area).values_list("geometry")
        ground = shapely.from_geojson(drawn[0][0]) if drawn else None
        editions = [
            one
            for one in Edition.objects.visible_to(KEEPER).in_force().order_by("kind", "name")
            if one.of in ("streets", "buildings", NEIGHBOURHOOD)
        ]
    if not sections:
        raise NotSaid(
            f"No homes are known in {area.name}. Load buildings: courtyard load FILE, "
            "or plan doors of your own with --doors-file."
        )
    told = [*_empty(empty), *(line for one in sections for line in one.told)]
    around = Around(
        area.name,
        "",
        "",
        _bounds(least, most, of),
        tuple(f"{one.name}, {one.publisher} ({one.licence})" for one in editions),
        tuple(told),
        ground=ground,
    )
    sources = [
        {name: str(getattr(one, name)) for name in
         ("kind", "name", "publisher", "licence", "file", "sha256")}
        for one in editions
    ]  # fmt: skip
    said = {"id": str(area.id), "kind": area.kind, "code": area.code, "name": area.name}
    jobs = _jobs(area, sections, around, how)
    return Plan(area.name, said, sources, around, len(sections), jobs)


def plan_of_files(doors: Path, streets: Path | None, how: dict[str, Any]) -> Plan:
    """The plan of files of one's own. Raises Refused, BadSize, NotSaid."""
    size, of = size_of(how)
    least, most = bounds_of(size, of)
    own = own_ground(doors, streets)
    told = (
        *own.remarks,
        *(str(one) for one in own.aside),
        *([f"{own.empty:,} rows have no doors"] if own.empty else []),
    )
    name = own.ground.name
    around = Around(
        name,
        "",
        "",
        _bounds(least, most, of),
        tuple(own.files),
        told,
        ("",) * len(own.lines),
        own.lines,
    )
    sources = [{"file": file, "sha256": sha256} for file, sha256 in own.files.items()]
    job = Job(0, "", own.ground, recipe_of(own.ground, **how), around, "")
    return Plan(name, None, sources, around, 1, iter([job]))


def slug(name: str) -> str:
    """A name fit for a folder: `pelham-bay-country-club`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return PLAIN.sub("-", plain).strip("-")[:60] or "area"


def _jobs(
    area: Area, sections: Sequence[Section], around: Around, how: dict[str, Any]
) -> Iterator[Job]:
    """A job for each section, read when it is asked for."""
    with reading_as(KEEPER):
        streets = _Streets()
        alone = len(sections) == 1
        folders = _folders(sections)
        for number, (section, folder) in enumerate(zip(sections, folders, strict=True)):
            ground = ground_of(section.name, area, KEEPER, section.part)
            names, lines = streets.around(ground)
            page = Around(
                section.name,
                "" if alone else around.title,
                "" if alone else "../",
                around.bounds,
                around.sources,
                around.told if alone else tuple(section.told),
                names,
                lines,
            )
            recipe = recipe_of(ground, **how)
            yield Job(number, section.code, ground, recipe, page, "" if alone else folder)


class _Streets:
    """Every street that is loaded, read once."""

    def __init__(self) -> None:
        rows = Segment.objects.visible_to(KEEPER).order_by("edition", "number")
        named = list(rows.values_list("street", "name_source", "geometry"))
        self._names = [street for street, *_ in named]
        texts = np.array([text for *_, text in named], dtype=object)
        self._lines = shapely.from_geojson(texts) if named else np.empty(0, object)
        self._tree = shapely.STRtree(self._lines)

    def around(self, ground: Cuttable) -> tuple[tuple[str, ...], tuple[Any, ...]]:
        """Names and lines (degrees) of the streets around a ground."""
        known = ground.degrees[np.isfinite(ground.degrees).all(axis=1)]
        if not len(known):
            return (), ()
        (west, south), (east, north) = known.min(axis=0), known.max(axis=0)
        box = shapely.box(west - MARGIN, south - MARGIN, east + MARGIN, north + MARGIN)
        names, lines = [], []
        for n in np.sort(self._tree.query(box)).tolist():
            for part in shapely.get_parts(self._lines[n]):
                names.append(self._names[n])
                lines.append(shapely.get_coordinates(part))
        return tuple(names), tuple(lines)


def _folders(sections: Sequence[Section]) -> list[str]:
    found: list[str] = []
    for section in sections:
        name = slug(section.name)
        while name in found:
            name = f"{name}-{slug(section.code)}"
        found.append(name)
    return found


def _bounds(least: int, most: int, of: str) -> str:
    if of == "minutes":
        return _("%(least)s to %(most)s minutes of work") % {"least": least, "most": most}
    return _("%(least)s to %(most)s doors") % {"least": least, "most": most}


def _empty(count: int) -> list[str]:
    if not count:
        return []
    said = ngettext("%(count)s lot has no homes", "%(count)s lots have no homes", count)
    return [said % {"count": f"{count:,}"}]
