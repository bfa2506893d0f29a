"""The Ground page: a contest on the map and in the list, and where every figure is from."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from courtyard.electorate.questions import Contest, contests
from courtyard.electorate.refusal import Refused
from courtyard.electorate.threshold import FEWEST
from courtyard.journal.reader import EVERYWHERE, Reader
from courtyard.territory.models import Area, Edition
from courtyard.territory.tiling import Tiling, tiles_of

from .environment import day, number, percent
from .ground_drawing import drawing
from .ground_figures import Figures, ground_figures
from .ground_list import SORTS, Named, every_line, listed, without_outline
from .tiles import map_of

KIND = "election_district"
# MapLibre starts its worker through a Blob-free URL but writes no trusted types yet.
MAP_POLICY = {"require-trusted-types-for": None, "trusted-types": None}


@dataclass(frozen=True, slots=True)
class View:
    """What is being looked at. All of it stands in the address."""

    contest: str = ""
    show: str = ""
    sort: str = "value"
    upward: bool = False
    find: str = ""
    page: int = 1
    area: str = ""

    @classmethod
    def of(cls, said: Mapping[str, str]) -> "View":
        """From the query of an address; what makes no sense there is left at its default."""
        page = said.get("page", "1")
        return cls(
            contest=said.get("contest", "")[:120],
            show=said.get("show", "")[:120],
            sort=sort if (sort := said.get("sort", "value")) in SORTS else "value",
            upward=said.get("order") == "up",
            find=said.get("find", "")[:80].strip(),
            page=int(page) if page.isdecimal() and len(page) < 5 else 1,
            area=said.get("area", "")[:60],
        )

    def address(self, name: str = "ground", **changes: Any) -> str:
        """The address of this view with changes; defaults are left out."""
        view, plain = replace(self, **changes), View()
        said = {
            "contest": view.contest,
            "show": view.show,
            "sort": "" if view.sort == plain.sort else view.sort,
            "order": "up" if view.upward else "",
            "find": view.find,
            "page": "" if view.page == 1 else str(view.page),
            "area": view.area,
        }
        query = urlencode({key: value for key, value in said.items() if value})
        return reverse(name) + (f"?{query}" if query else "")


@csp_replace(MAP_POLICY)
def page(request: HttpRequest) -> HttpResponse:
    """The page, or for htmx only the part that changes."""
    context = _context(request)
    template = "ground/page.html"
    if request.headers.get("HX-Request-Type") == "partial" and context["figures"]:
        template = "ground/part.html"
    response = render(request, template, context, using="jinja2")
    patch_vary_headers(response, ["HX-Request-Type"])
    return response


def printed(request: HttpRequest) -> HttpResponse:
    """The same on paper: a drawn map and the whole list."""
    context = _context(request)
    if not context["figures"]:
        raise Http404
    view, figures, areas = replace(context["view"], find=""), context["figures"], context["areas"]
    context["whole"] = every_line(figures, areas, sort=view.sort, upward=view.upward)
    if not areas:
        raise Http404
    context["drawing"] = drawing(request.reader, context["edition"])  # type: ignore[attr-defined]
    return render(request, "ground/print.html", context, using="jinja2")


def figures_json(request: HttpRequest) -> HttpResponse:
    """The figures of one measure for the map: `[step, figure in words, name, number in the tiles]`

    by area code, of every area that is the reader's.
    """
    context = _context(request)
    figures: Figures | None = context["figures"]
    tiling: Tiling | None = context.get("tiling")
    if figures is None:
        raise Http404
    areas: dict[str, Named] = context["areas"]
    places = tiling.places if tiling else {}
    told = {
        code: [
            shown.step if (shown := figures.shown.get(code)) else 0,
            figure_words(figures, code),
            area.name,
            places[code].number,
        ]
        for code, area in areas.items()
        if code in places
    }
    return JsonResponse({"areas": told})


def figure_words(figures: Figures, code: str) -> str:
    """An area's figure as the tip on the map says it."""
    shown = figures.shown.get(code)
    if shown is None:
        return _("nothing reported")
    if shown.value is None:
        return _("fewer than 11 votes") if figures.is_share else _("nothing reported")
    if figures.is_share:
        return _("%(share)s · %(votes)s of %(total)s votes") % {
            "share": percent(shown.value),
            "votes": number(shown.votes),
            "total": number(shown.total),
        }
    return _("%(votes)s ballots cast") % {"votes": number(shown.votes)}


def _context(request: HttpRequest) -> dict[str, Any]:
    reader: Reader = request.reader  # type: ignore[attr-defined]
    view = View.of(request.GET)
    nothing: dict[str, Any] = {
        "view": view,
        "contest": None,
        "figures": None,
        "areas": {},
        "damaged": "",
    }
    try:
        known = [c for c in contests(settings.COURTYARD_ELECTORATE) if c.area_kind == KIND]
    except Refused as error:  # one is damaged: say so, and not as if all were well
        return nothing | {"damaged": str(error)}
    if not known and not view.contest:
        return nothing
    contest = next(
        (one for one in known if one.contest == (view.contest or known[0].contest)), None
    )
    if contest is None:
        raise Http404
    edition = _edition(reader, contest)
    if edition is None:
        return nothing | {"contest": contest}
    others = [
        {"label": contest_name(one), "href": View(contest=one.contest).address()}
        for one in known
        if one != contest
    ]
    return {"others": others, **_shown(reader, view, contest, edition)}


def _shown(reader: Reader, view: View, contest: Contest, edition: Edition) -> dict[str, Any]:
    areas = _areas(reader, edition)
    if view.area and view.area not in areas:
        raise Http404
    figures = ground_figures(contest, view.show)
    tiling = tiles_of(edition)
    chosen = tiling and tiling.places.get(view.area)
    return {
        "view": view,
        "contest": contest,
        "edition": edition,
        "figures": figures,
        "areas": areas,
        "tiling": tiling,
        "map": map_of(tiling, areas) if tiling else "",
        "box": list(chosen.box) if chosen else "",
        "listed": listed(
            figures, areas, sort=view.sort, upward=view.upward, find=view.find, page=view.page
        ),
        "missing": without_outline(figures, areas) if _sees_the_whole(reader, contest) else [],
        "legend": legend(figures),
        "measures": _choices(view, figures),
        "source": source(contest),
        "detail": figures.areas.get(view.area),
        "fewest": FEWEST,
        "columns": _columns(view, figures),
    }


def _sees_the_whole(reader: Reader, contest: Contest) -> bool:
    """Whether all districts of the contest lie within the reader's areas."""
    if reader.covers(EVERYWHERE):
        return True
    outer = Area.objects.visible_to(reader).filter(parent=None, code=contest.district)
    return bool(outer.exists())


def _edition(reader: Reader, contest: Contest) -> Edition | None:
    editions = Edition.objects.visible_to(reader).filter(kind=KIND)
    found: Edition | None = editions.holding_on(contest.date).first()
    return found


def _areas(reader: Reader, edition: Edition) -> dict[str, Named]:
    rows = Area.objects.visible_to(reader).filter(edition=edition, kind=KIND).order_by("code")
    return {
        code: Named(code, name, within or "")
        for code, name, within in rows.values_list("code", "name", "parent__name")
    }


def source(contest: Contest) -> str:
    """Where the figures of a contest are from, in one line."""
    return f"{contest.publisher}, {contest.source}"


def legend(figures: Figures) -> list[str]:
    """The five labels under the colours, from few to many; empty where a step has no areas."""
    at = figures.breaks
    if not at:
        return []
    write = percent if figures.is_share else number
    first = _("under %(value)s") % {"value": write(at[0])}
    last = _("%(value)s and over") % {"value": write(at[-1])}
    return ["" for _ in range(4 - len(at))] + [first, *(write(one) for one in at[:-1]), last]


def short_names(names: Iterable[str]) -> dict[str, str]:
    """Surnames, where each is one word that no other name ends in; else the whole name."""
    last = {name: name.split()[-1] for name in names if name.split()}
    once = Counter(last.values())
    plain = re.compile(r"[^\W\d_][\w'’-]{2,}")
    return {
        name: word if once[word] == 1 and plain.fullmatch(word) else name
        for name, word in last.items()
    }


def _choices(view: View, figures: Figures) -> list[dict[str, Any]]:
    short = short_names(one.name for one in figures.measures)
    return [
        {
            "label": short.get(one.name, one.name) or _("Ballots cast"),
            "href": view.address(show=one.key, page=1),
            "current": one == figures.measure,
            "is_name": bool(one.name),
        }
        for one in figures.measures
    ]


def _columns(view: View, figures: Figures) -> list[dict[str, Any]]:
    heads = [
        ("name", _("District"), False),
        ("value", _("Share"), True),
        ("votes", _("Votes"), True),
    ]
    heads.append(("total", _("Of"), True))
    if not figures.is_share:
        heads = [heads[0], ("value", _("Ballots"), True)]
    made = []
    for key, label, is_number in heads:
        current = view.sort == key
        upward = not view.upward if current else key == "name"
        made.append(
            {
                "label": label,
                "href": view.address(sort=key, upward=upward, page=1),
                "sort": ("ascending" if view.upward else "descending") if current else "",
                "num": is_number,
                "minor": key == "total",
            }
        )
    return made


def contest_name(contest: Contest) -> str:
    """A contest in one line: `Democratic primary …, 23 June 2020`."""
    return f"{contest.title}, {day(contest.date)}"
