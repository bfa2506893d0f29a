"""What the page Cut shows: the list of turfs, the one that is opened, and the building in it."""

from dataclasses import replace
from typing import Any

import numpy as np

from courtyard.canvass.beside import beside, beside_part
from courtyard.canvass.rules import USUAL
from courtyard.canvass.shapes import walk_line
from courtyard.canvass.told import left_out, stops_at, stops_of
from courtyard.canvass.words import place
from courtyard.journal.reader import Reader
from courtyard.plan.network import NOWHERE
from courtyard.plan.turf_why import why_here, why_not_there
from courtyard.territory.counting import HOMES
from courtyard.territory.models import Area, Building, Count
from courtyard.territory.placing import NEIGHBOURHOOD

from . import cut_words as words
from .area_around import around
from .area_words import kinds_of
from .cut_asked import OUT, View
from .cut_draft import Draft, Missing, longer_of
from .cut_map import map_told

PAGE = 50  # turfs
LINES = 40  # buildings without a turf, or inside of which one can choose
OFFERED = 6  # turfs into which a building is offered to go


def shown(reader: Reader, area: Area, view: View, draft: Draft) -> dict[str, Any]:
    """Everything a draft's page is made of."""
    recipe = draft.recipe
    view = _opened(view, draft)
    out = [turf for turf in draft.turfs if turf.out_of_bounds]
    rows = out if view.only == OUT else draft.turfs
    pages = max(1, -(-len(rows) // PAGE))
    page = min(view.page, pages)
    return {
        "missing": None,
        "view": view,
        "draft": draft,
        "recipe": recipe,
        "size": recipe.size,
        "of": recipe.of,
        "words": words,
        "share_words": place,
        "figures": View(view.area, cut=view.cut).address("cut-turfs"),
        "map": map_told(area, draft, reader),
        "sentence": words.sentence(recipe, draft.turfs),
        "total": words.walked(draft.turfs),
        "out": out,
        "rows": rows[(page - 1) * PAGE : page * PAGE],
        "page": page,
        "pages": pages,
        "turf": turf_shown(draft, view) if view.turf else None,
        "sheet": part_shown(draft, view.part) if view.part is not None else None,
        "gone": left_out(draft.cut, draft.ground)[:LINES],
        "notes": words.notes(draft.cut),
        "longer": longer_of(draft),
        "last": words.last_step(recipe, draft.cut, draft.ground),
        "no_streets": not len(draft.ground.network.ends),
    }


def _opened(view: View, draft: Draft) -> View:
    """The view with what is not in the draft left out, and a building's own turf opened."""
    part = view.part if view.part is not None and view.part < len(draft.cut.turf) else None
    turf = view.turf if view.turf <= len(draft.turfs) else 0
    if part is not None:
        turf = int(draft.cut.turf[part]) + 1 if draft.cut.turf[part] != NOWHERE else 0
    page = view.page
    return View(view.area, cut=draft.recipe.digest, turf=turf, part=part, only=view.only, page=page)


def turf_shown(draft: Draft, view: View) -> dict[str, Any]:
    """The turf that is opened: its walk, and what lies beside it."""
    turf = draft.turfs[view.turf - 1]
    near = [draft.turfs[one] for one in beside(draft.cut, draft.ground, turf.index)]
    degrees = draft.ground.degrees[draft.cut.parts.stop[list(turf.parts)]]
    box = [*degrees.min(axis=0).tolist(), *degrees.max(axis=0).tolist()]
    return {
        "it": turf,
        "stops": stops_of(draft.cut, draft.ground, turf.index),
        "near": near,
        "box": box,
        "way": walk_line(draft.cut, draft.ground, turf.index).round(6).tolist(),
        "is_larger": int(draft.cut.parts.load[list(turf.parts)].sum()) > draft.cut.bounds.loads[1],
    }


def part_shown(draft: Draft, part: int) -> dict[str, Any]:
    """A building that is looked at: why it is where it is, and where else it could be."""
    [stop] = stops_at(draft.cut, draft.ground, [part])
    near = beside_part(draft.cut, draft.ground, part, OFFERED)
    there = sorted(why_not_there(draft.cut, part, near), key=lambda one: one.metres)
    turf = int(draft.cut.turf[part])
    return {
        "stop": stop,
        "is_out": turf == NOWHERE,
        "why": words.why(why_here(draft.cut, part), draft.cut.bounds),
        "there": [(one, words.why_not(one, draft.cut.bounds)) for one in there],
        "same": _same(draft, part),
    }


def _same(draft: Draft, part: int) -> list[int]:
    """The turfs, from 1, among which the building is shared out, if it is."""
    if draft.cut.parts.share[part] is None:
        return []
    stop = draft.cut.parts.stop
    found = np.unique(draft.cut.turf[stop == stop[part]])
    return [int(turf) + 1 for turf in found if turf != NOWHERE]


def without(reader: Reader, area: Area, view: View, missing: Missing) -> dict[str, Any]:
    """What is shown where there is no draft: why, and what can be done."""
    of = missing.recipe.of if missing.recipe else view.unit
    size = missing.recipe.size if missing.recipe else view.size or USUAL[of]
    return {
        "missing": missing,
        "view": replace(view, typed=view.typed or str(size), unit=of),
        "size": size,
        "of": of,
        "groups": _inside(reader, area) if missing.why == "large" else [],
    }


def _inside(reader: Reader, area: Area) -> list[tuple[str, list[tuple[Area, int | None]]]]:
    """The areas inside a large one or across it, by kind, with their homes where counted."""
    near = around(reader, area)
    some = [*near.inside, *near.crossing]
    if not any(one.kind == NEIGHBOURHOOD for one in some):  # people know these better
        stand = Building.objects.visible_to(reader).inside(area).order_by()
        met = stand.values_list("neighbourhood", flat=True).distinct()
        some += Area.objects.visible_to(reader).filter(id__in=[one for one in met if one])
    counts = Count.objects.visible_to(reader).filter(area__in=some, measure=HOMES)
    homes = dict(counts.values_list("area", "value"))
    told: dict[str, list[tuple[Area, int | None]]] = {}
    for one in some:
        count = round(homes[one.id]) if one.id in homes else None
        told.setdefault(kinds_of(one.kind), []).append((one, count))
    return sorted(told.items())
