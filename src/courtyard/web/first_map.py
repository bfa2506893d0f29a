"""Where to go first, on the map: the same ranks as in the list, in five steps of colour."""

from itertools import islice, pairwise
from typing import Any

from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from courtyard.measures.ground import Found
from courtyard.territory.tiling import Tiling, tiles_of

from . import first_words as words
from .choropleth import STEPS
from .environment import number
from .first import PAGE, asked, row
from .ground import MAP_POLICY
from .map_figures import Told, map_figures
from .tiles import map_of


@csp_replace(MAP_POLICY)
def page(request: HttpRequest) -> HttpResponse:
    """The map, and beside it the first of the list."""
    view, found = asked(request)
    tiling = _tiling(found)
    areas = {area.code: area for n in found.order() for area in found.lines[n].areas}
    context: dict[str, Any] = {
        "view": view,
        "found": found,
        "rows": [row(one) for one in islice(found, PAGE)],
        "map": map_of(tiling, areas, request.reader) if tiling else "",  # type: ignore[attr-defined]
        "legend": _legend(found),
    }
    return render(request, "first/map.html", context, using="jinja2")


def figures_json(request: HttpRequest) -> HttpResponse:
    """The ranks for the map."""
    _view, found = asked(request)
    told = ranks(found)
    return map_figures(told, _tiling(found), told.__getitem__)


def ranks(found: Found) -> dict[str, Told]:
    """For a map: the rank of each area in words by its code, the first fifth in the darkest."""
    of = len(found)
    return {
        area.code: (STEPS - before * STEPS // of, place)
        for before, (n, place) in enumerate(zip(found.order(), words.places(of), strict=True))
        for area in found.lines[n].areas
    }


def _tiling(found: Found) -> Tiling | None:
    """The tiles of the ranked kind. Raises Http404 for a kind that is no edition's own."""
    if found.kind != found.edition.kind:
        raise Http404
    return tiles_of(found.edition)


def _legend(found: Found) -> list[str]:
    """The labels of the five steps, the last ranks first, as the colours go."""
    ends = [-(-len(found) * step // STEPS) for step in range(STEPS + 1)]
    return [
        _("%(first)s to %(last)s") % {"first": number(low + 1), "last": number(high)}
        for low, high in reversed(list(pairwise(ends)))
    ]
