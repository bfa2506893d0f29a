"""The Ground page: a contest, a count or a change on the map and in the list, and what is found."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from courtyard.electorate.questions import Contest, contests
from courtyard.electorate.refusal import Refused
from courtyard.electorate.threshold import FEWEST
from courtyard.journal.reader import EVERYWHERE, Reader
from courtyard.territory.models import Area, Edition
from courtyard.territory.tiling import tiles_of

from . import ground_words as words
from .choropleth import STEPS
from .cut_offered import offers_cut
from .ground_apart import apart_of
from .ground_areas import areas_of
from .ground_before import Larger, Other, by_larger, others_of
from .ground_change import ground_change
from .ground_counts import ground_counts, key_of, offered
from .ground_drawing import drawing
from .ground_figures import BALLOTS, Figures, ground_figures
from .ground_list import PRINTED, SORTS, listed, without_outline
from .ground_search import search
from .ground_words import contest_name, source
from .map_figures import Told, map_figures
from .tiles import map_of

__all__ = ["KIND", "MAP_POLICY", "View", "contest_name", "source"]

KIND = "election_district"
# MapLibre starts its worker through a Blob-free URL but writes no trusted types yet.
MAP_POLICY = {"require-trusted-types-for": None, "trusted-types": None}


@dataclass(frozen=True, slots=True)
class View:
    """What is being looked at. All of it stands in the address.

    What is typed to find somebody's address does not: addresses are kept in logs and histories.
    """

    contest: str = ""
    show: str = ""
    before: str = ""
    stood: str = ""
    sort: str = "value"
    upward: bool = False
    page: int = 1
    area: str = ""

    @classmethod
    def of(cls, said: Mapping[str, str]) -> "View":
        """From the query of an address; what makes no sense there is left at its default."""
        page = said.get("page", "1")
        texts = ("contest", "show", "before", "stood")
        return cls(
            sort=sort if (sort := said.get("sort", "value")) in SORTS else "value",
            upward=said.get("order") == "up",
            page=int(page) if page.isdecimal() and len(page) < 5 else 1,
            area=said.get("area", "")[:60],
            **{name: said.get(name, "")[:120] for name in texts},
        )

    def address(self, name: str = "ground", **changes: Any) -> str:
        """The address of this view with changes; defaults are left out."""
        view, plain = replace(self, **changes), View()
        said = {
            "contest": view.contest,
            "show": view.show,
            "before": view.before,
            "stood": view.stood,
            "sort": "" if view.sort == plain.sort else view.sort,
            "order": "up" if view.upward else "",
            "page": "" if view.page == 1 else str(view.page),
            "area": view.area,
        }
        query = urlencode({key: value for key, value in said.items() if value})
        return reverse(name) + (f"?{query}" if query else "")


@csp_replace(MAP_POLICY)
def page(request: HttpRequest) -> HttpResponse:
    """The page, or for htmx only the part that changes. What is posted is looked for."""
    context = _context(request)
    typed = request.POST.get("find", "")[:80].strip() if request.method == "POST" else ""
    context["typed"], context["search"] = typed, None
    if typed and context["figures"]:
        reader: Reader = request.reader  # type: ignore[attr-defined]
        context["search"] = search(reader, typed, context["figures"], context["areas"])
    template = "ground/page.html"
    if request.headers.get("HX-Request-Type") == "partial" and context["figures"]:
        template = "ground/part.html"
    response = render(request, template, context, using="jinja2")
    patch_vary_headers(response, ["HX-Request-Type"])
    return response


def printed(request: HttpRequest) -> HttpResponse:
    """The same on paper: a drawn map and the whole list, of a city in parts."""
    context = _context(request)
    figures, areas, view = context["figures"], context["areas"], context["view"]
    if not figures or not areas:
        raise Http404
    whole = listed(figures, areas, sort=view.sort, upward=view.upward, page=view.page, size=PRINTED)
    context |= {"listed": whole, "drawing": None, "printed": PRINTED}
    context["part"] = lambda page: view.address("ground-print", page=page)
    if whole.page == 1:
        drawn = drawing(request.reader, context["edition"])  # type: ignore[attr-defined]
        context |= {"drawing": drawn, "paths": drawn.by_step(figures.shown)}
    return render(request, "ground/print.html", context, using="jinja2")


def figures_json(request: HttpRequest) -> HttpResponse:
    """The figures of one measure for the map, of every area that is the reader's.

    Steps 1 to 5 are from few to many, 6 to 10 from much less than before to much more, and 0 is
    not known.
    """
    context = _context(request, _figures_alone)
    figures: Figures | None = context["figures"]
    if figures is None:
        raise Http404
    first, write = STEPS if figures.is_change else 0, words.figure_words(figures)

    def told(code: str) -> Told:
        shown = figures.shown.get(code)
        step = first + shown.step if shown and shown.step else 0
        return step, write(code)

    return map_figures(context["areas"], context.get("tiling"), told)


def _context(request: HttpRequest, shown: "Shows | None" = None) -> dict[str, Any]:
    reader: Reader = request.reader  # type: ignore[attr-defined]
    view = View.of(request.GET)
    nothing: dict[str, Any] = {
        "view": view,
        "contest": None,
        "figures": None,
        "areas": {},
        "damaged": "",
        "apart": None,
    }
    try:
        every = contests(settings.COURTYARD_ELECTORATE)
    except Refused as error:  # one is damaged: say so, and not as if all were well
        return nothing | {"damaged": str(error)}
    if not every:
        return nothing
    kinds = {KIND, *Edition.objects.visible_to(reader).values_list("kind", flat=True)}
    contest = _contest(view, every, kinds)
    others: dict[str, Any] = {"others": [], "unmapped": []}
    for one in every:
        if one != contest:
            where = "others" if one.area_kind in kinds else "unmapped"
            link = {"label": contest_name(one), "href": View(contest=one.contest).address()}
            others[where].append(link)
    edition = _edition(reader, contest)
    if edition is None:
        apart = apart_of(reader, contest, other_boundaries=contest.area_kind in kinds)
        return nothing | others | {"contest": contest, "apart": apart, "words": words}
    return others | (shown or _shown)(reader, view, contest, edition, every)


def _contest(view: View, every: Sequence[Contest], kinds: Collection[str]) -> Contest:
    """The contest that is asked for; else the newest whose areas are drawn, or that there is."""
    if not view.contest:
        return next((one for one in every if one.area_kind in kinds), every[0])
    found = next((one for one in every if one.contest == view.contest), None)
    if found is None:
        raise Http404
    return found


Shows = Callable[[Reader, View, Contest, Edition, Sequence[Contest]], dict[str, Any]]


def _figures_alone(
    reader: Reader, view: View, contest: Contest, edition: Edition, every: Sequence[Contest]
) -> dict[str, Any]:
    """What the map asks for of all areas: no list is sorted, and nothing else is looked up."""
    plain = ground_figures(contest, view.show)
    befores = others_of(reader, edition, contest, every)
    compared = _compared(reader, view, edition, plain, befores)
    return {"areas": areas_of(reader, edition), "tiling": tiles_of(edition), **compared}


def _shown(
    reader: Reader, view: View, contest: Contest, edition: Edition, every: Sequence[Contest]
) -> dict[str, Any]:
    areas = areas_of(reader, edition)
    if view.area and view.area not in areas:
        raise Http404
    plain = ground_figures(contest, view.show)
    befores = others_of(reader, edition, contest, every)
    compared = _compared(reader, view, edition, plain, befores)
    figures: Figures = compared["figures"]
    tiling = tiles_of(edition)
    chosen = tiling and tiling.places.get(view.area)
    return {
        "view": view,
        "contest": contest,
        "edition": edition,
        "areas": areas,
        "tiling": tiling,
        "map": map_of(tiling, areas, reader) if tiling else "",
        "chosen": chosen,
        "listed": listed(figures, areas, sort=view.sort, upward=view.upward, page=view.page),
        "missing": without_outline(plain, areas) if _sees_the_whole(reader, contest) else [],
        "source": source(contest),
        "detail": figures.areas.get(view.area),
        "may_cut": bool(view.area) and offers_cut(reader, areas[view.area].id),
        "fewest": FEWEST,
        "columns": _columns(view, figures),
        "befores": befores,
        "words": words,
        **compared,
    }


def _compared(
    reader: Reader, view: View, edition: Edition, plain: Figures, befores: Sequence[Other]
) -> dict[str, Any]:
    """The figures that are shown, with the contest of before, and what else could be shown."""
    offer = offered(reader, edition, plain)
    key = key_of(view.show, offer.keys)
    other = next((one for one in befores if one.contest.contest == view.before), None)
    if view.before and other is None:
        raise Http404
    figures, compared = plain, None
    larger: list[Larger] = []
    if key:
        figures = ground_counts(reader, edition, plain, key)
    elif other and other.how == "district":
        figures = ground_change(plain, other.contest, view.stood)
        compared = figures.compared
    elif other and other.how == "larger":
        compared, larger = by_larger(reader, edition, plain, other.contest, view.stood)
    return {
        "figures": figures,
        "other": other,
        "compared": compared,
        "larger": larger,
        "as_change": replace(plain, unit="more" if plain.measure.key == BALLOTS else "points"),
        "is_ballots": plain.measure.key == BALLOTS,
        "measures": _choices(view, figures, key),
        "counts": [
            {
                "label": words.count_name(one.replace("_", "-")),
                "href": view.address(show=one.replace("_", "-"), stood="", page=1),
                "current": one == key,
            }
            for one in offer.keys
        ],
    }


def _sees_the_whole(reader: Reader, contest: Contest) -> bool:
    """Whether all districts of the contest lie within the reader's areas."""
    if reader.covers(EVERYWHERE):
        return True
    outer = Area.objects.visible_to(reader).filter(parent=None, code=contest.district)
    return bool(outer.exists())


def _edition(reader: Reader, contest: Contest) -> Edition | None:
    editions = Edition.objects.visible_to(reader).filter(kind=contest.area_kind)
    found: Edition | None = editions.holding_on(contest.date).first()
    return found


def _choices(view: View, figures: Figures, key: str) -> list[dict[str, Any]]:
    """The measures of the contest, and the count that is shown, if it is one."""
    short = words.short_names(one.name for one in figures.measures)
    made = [
        {
            "label": short.get(one.name, one.name) or _("Ballots cast"),
            "href": view.address(show=one.key, stood="", page=1),
            "current": one == figures.measure,
            "is_name": bool(one.name),
        }
        for one in figures.measures
    ]
    shown = {"label": words.count_name(key.replace("_", "-")), "href": view.address()}
    return [*made, {**shown, "current": True}] if key else made


def _columns(view: View, figures: Figures) -> list[dict[str, Any]]:
    made = []
    for key, label, is_minor in words.heads(figures):
        current = view.sort == key
        upward = not view.upward if current else key == "name"
        made.append(
            {
                "label": label,
                "href": view.address(sort=key, upward=upward, page=1),
                "sort": ("ascending" if view.upward else "descending") if current else "",
                "num": key != "name",
                "minor": is_minor,
            }
        )
    return made
