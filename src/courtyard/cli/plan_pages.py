"""The pages of a plan: an index with a map and a table of turfs, and sheets to walk by."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import jinja2
import shapely
from django.utils.translation import get_language, gettext, ngettext

from courtyard.canvass import words

from . import plan_maps, plan_words
from .plan_sheets import Entry, Plane, Sheet, sheets_of
from .turf_rows import Told

FONT = "atkinson-hyperlegible-next-latin-wght-normal.woff2"
OUTLINE = 30.0  # metres that the outline of a section is rounded by


@dataclass(frozen=True, slots=True)
class Around:
    """What the pages of a section say besides its turfs."""

    title: str
    above: str
    root: str
    bounds: str
    sources: tuple[str, ...]
    told: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    lines: tuple[Any, ...] = field(default=(), repr=False)
    ground: shapely.Geometry | None = None


@cache
def _pages() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("courtyard.cli", "jinja2"),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.policies["ext.i18n.trimmed"] = True
    made.globals.update(language=get_language)
    made.filters.update(
        number=plan_words.number,
        duration=plan_words.duration,
        metres=plan_words.metres,
        place=words.place,
        doors=plan_words.doors,
        turfs=plan_words.turfs,
    )
    return made


def copy_look(root: Path) -> None:
    """Puts the type and its licence beside the pages, where they have been brought by npm."""
    vendor = resources.files("courtyard") / "web/static/vendor/atkinson-hyperlegible-next"
    for name, theirs in ((FONT, FONT), ("LICENSE", "type-licence.txt")):
        if (file := vendor / name).is_file():
            (root / theirs).write_bytes(file.read_bytes())


def write_section(told: Told, around: Around, folder: Path) -> shapely.Geometry:
    """Writes the index and the sheets of one ground; gives its outline in degrees."""
    folder.mkdir(parents=True, exist_ok=True)
    plane = Plane(told.ground.degrees)
    streets = plan_maps.Streets([plane(line) for line in around.lines], around.names)
    sheets = sheets_of(told, plane)
    grounds = [entry.ground for sheet in sheets for entry in sheet.entries]
    says = gettext("Map of the turfs, in the colours of their sheets")
    _write(
        folder / "index.html",
        "section.html",
        around=around,
        told=told,
        sheets=sheets,
        entries=sorted(
            ((entry, sheet) for sheet in sheets for entry in sheet.entries),
            key=lambda pair: pair[0].turfs[0].number,
        ),
        notes=[plan_words.note(note) for note in told.cut.notes],
        map=plan_maps.map_of_sheets(sheets, streets, says) if sheets else "",
    )
    places, around_it = plane(told.ground.degrees), shapely.STRtree(grounds)
    for sheet in sheets:
        _write(
            folder / sheet.file,
            "sheet.html",
            around=around,
            sheet=sheet,
            sheets=sheets,
            map=plan_maps.map_of_sheet(sheet, around_it, streets, gettext("Map of this sheet")),
            entries=[(entry, _small(entry, places, streets)) for entry in sheet.entries],
        )
    whole = plan_maps.whole_of(grounds) if grounds else shapely.Polygon()
    rounded = shapely.buffer(shapely.buffer(whole, OUTLINE, quad_segs=2), -OUTLINE, quad_segs=2)
    outline = shapely.simplify(rounded, OUTLINE / 3)
    return shapely.transform(outline, lambda xy: (xy / plane.scale + plane.middle).round(6))


def write_overview(
    sections: Sequence[dict[str, Any]],
    outlines: Sequence[shapely.Geometry],
    around: Around,
    folder: Path,
) -> None:
    """Writes the index over several sections, each with its own in a folder."""
    plane = Plane(shapely.get_coordinates(list(outlines)))
    flat = plane.shapes(list(outlines))
    links = [f"{section['folder']}/index.html" for section in sections]
    says = gettext("Map of the parts of %(area)s") % {"area": around.title}
    ground = plane.shapes(around.ground) if around.ground is not None else None
    drawn = plan_maps.map_of_sections(flat, links, ground, says)
    _write(folder / "index.html", "overview.html", around=around, sections=sections, map=drawn)


def _small(entry: Entry, places: Any, streets: plan_maps.Streets) -> str:
    says = gettext("Map of turf %(number)s") % {"number": entry.numbers}
    return plan_maps.map_of_entry(entry, places, streets, says)


def _write(path: Path, template: str, **said: Any) -> None:
    page = _pages().get_template(template).render(**said)
    path.write_text(page, encoding="utf-8")


__all__ = ["Around", "Sheet", "copy_look", "write_overview", "write_section"]
