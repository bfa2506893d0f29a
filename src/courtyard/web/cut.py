"""The page Cut: an area cut into turfs, on the map and in the list, and what is corrected."""

from typing import Any
from uuid import UUID

from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers

from courtyard.canvass.rules import SIZES, USUAL
from courtyard.journal.reader import Reader
from courtyard.territory.models import Area

from .cut_asked import View
from .cut_correct import Wrong, corrected
from .cut_draft import Draft, Missing, area_to_cut, ask_longer, draft, ground_of
from .cut_map import turfs_told
from .cut_shown import shown, without
from .ground import MAP_POLICY


@csp_replace(MAP_POLICY)  # type: ignore[arg-type]  # any view will do
def page(request: HttpRequest, area: UUID) -> HttpResponse:
    """The page, or for htmx only the part that changes. A correction is posted to it."""
    found = area_to_cut(request, area)
    if request.method == "POST":
        return _posted(request, found)
    return _page(request, found, View.of(area, request.GET))


def turfs_json(request: HttpRequest, area: UUID) -> HttpResponse:
    """The turfs of a draft for the map; `cut_map.turfs_told` says how."""
    found = area_to_cut(request, area)
    made = _draft(request, found, View.of(area, request.GET))
    if isinstance(made, Missing):
        raise Http404
    return JsonResponse(turfs_told(made))


def _posted(request: HttpRequest, area: Area) -> HttpResponse:
    view = View.of(area.id, request.POST)
    made = _draft(request, area, view)
    if isinstance(made, Missing):
        return _page(request, area, view)
    if request.POST.get("verb") == "search":
        ask_longer(made)
        return _answer(request, area, view)
    try:
        after = corrected(made, request.POST, view)
    except Wrong as wrong:
        return _page(request, area, view, wrong=str(wrong))
    return _answer(request, area, after)


def _answer(request: HttpRequest, area: Area, after: View) -> HttpResponse:
    """What was done is looked at: for htmx at once, else at its own address."""
    if _is_partial(request):
        response = _page(request, area, after)
        response["HX-Push-Url"] = after.address()
        return response
    response = redirect(after.address())
    response.status_code = 303
    return response


def _draft(request: HttpRequest, area: Area, view: View) -> Draft | Missing:
    ground = ground_of(request.reader, area)  # type: ignore[attr-defined]
    return ground if isinstance(ground, Missing) else draft(view, ground)


def _page(request: HttpRequest, area: Area, view: View, *, wrong: str = "") -> HttpResponse:
    reader: Reader = request.reader  # type: ignore[attr-defined]
    made = _draft(request, area, view)
    context: dict[str, Any] = {"area": area, "wrong": wrong, "sizes": SIZES, "usual": USUAL}
    if isinstance(made, Missing):
        context |= without(reader, area, view, made)
    else:
        context |= shown(reader, area, view, made)
    missing = made.why if isinstance(made, Missing) else ""
    template = "cut/part.html" if _is_partial(request) and not missing else "cut/page.html"
    bad = wrong or missing == "size"
    response = render(request, template, context, status=400 if bad else 200, using="jinja2")
    patch_vary_headers(response, ["HX-Request-Type"])
    return response


def _is_partial(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request-Type") == "partial"
