"""The page of one area: its results, who could vote, its homes and buildings, its neighbours."""

from itertools import groupby
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from courtyard.electorate.refusal import Refused
from courtyard.electorate.threshold import FEWEST
from courtyard.journal.reader import Reader
from courtyard.measures.of_area import Sheet, sheet_of
from courtyard.measures.since import since
from courtyard.territory.models import Area, Edition, Segment

from .area_around import Around, around, locator
from .area_buildings import Asked, Buildings, buildings
from .area_why import changes, no_change, why
from .area_words import counted, kind_of, kinds_of, unsure, whom
from .cut_offered import offers_cut

HOMES = "homes"


def page(request: HttpRequest, area: UUID) -> HttpResponse:
    """The page of an area that is the reader's; any other is not there."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    found = Area.objects.visible_to(reader).select_related("edition").filter(id=area).first()
    if found is None:
        raise Http404
    try:
        sheet = sheet_of(reader, found)
    except Refused as error:
        context = {"area": found, "kind": kind_of(found.kind), "damaged": str(error)}
        return render(request, "area/damaged.html", context, using="jinja2")
    return render(request, "area/page.html", _context(request, sheet), using="jinja2")


def _context(request: HttpRequest, sheet: Sheet) -> dict[str, Any]:
    reader: Reader = request.reader  # type: ignore[attr-defined]
    found = sheet.area
    near = around(reader, found)
    listed = None if near.inside else buildings(reader, found, Asked.of(request.GET))
    names = _names(reader, sheet)
    return {
        "area": found,
        "kind": kind_of(found.kind),
        "sheet": sheet,
        "turnouts": [(one, whom(one)) for one in sheet.turnouts],
        "around": near,
        "groups": _groups(near),
        "drawing": locator(reader, found),
        "since": [(one, changes(one), no_change(one)) for one in since(sheet.results)],
        "why": why(reader, found),
        "figures": _figures(sheet),
        "unsure": unsure(sheet.figures.get("complex_homes")),
        "listed": listed,
        "may_cut": offers_cut(reader, found.id),
        "names": names,
        "names_of": lambda result: ", ".join(names.get(one, one) for one in result.together),
        "fewest": FEWEST,
        "editions": _editions(reader, found, near, listed),
        "counted": counted(sheet.figures.values()),
    }


def _groups(near: Around) -> list[tuple[str, list[Area]]]:
    """What lies inside, or crosses it, by kind."""
    both = (*near.inside, *near.crossing)
    ordered = sorted(both, key=lambda one: (one.kind, one.name, one.code))
    return [(kinds_of(kind), list(some)) for kind, some in groupby(ordered, lambda one: one.kind)]


def _figures(sheet: Sheet) -> list[dict[str, Any]]:
    """The counts of what is built, with their words, in the order in which they are shown."""
    words = {
        HOMES: _("homes"),
        "buildings": _("buildings with homes"),
        "large_buildings": _("homes in buildings of six homes and more"),
        "stabilised_homes": _("homes in buildings with rent-stabilised homes"),
    }
    return [{"label": words[name], "it": one} for name, one in sheet.homes.items() if name in words]


def _names(reader: Reader, sheet: Sheet) -> dict[str, str]:
    """The names of districts that were counted together, by their codes."""
    codes = {code for one in sheet.results for code in (one.counted_in, *one.together) if code}
    if not codes:
        return {}
    seen = Area.objects.visible_to(reader).filter(edition=sheet.area.edition, code__in=codes)
    return dict(seen.filter(kind=sheet.area.kind).values_list("code", "name"))


def _editions(reader: Reader, area: Area, near: Around, listed: Buildings | None) -> list[Edition]:
    """Every publication of which something is shown, each once."""
    ids = {area.edition_id, *(one.edition_id for one in (*near.inside, *near.crossing))}
    if listed is not None:
        ids |= {one.edition_id for one in (*listed.rows, *listed.complexes)}
        streets = {one.segment_id for one in listed.rows if one.segment_id}
        shown = Segment.objects.visible_to(reader).filter(id__in=streets).order_by()
        ids |= set(shown.values_list("edition", flat=True).distinct())
    return list(Edition.objects.visible_to(reader).filter(id__in=ids).order_by("name"))
