"""The collective receipt: for everybody, what was decided here together, and how to reach us.

No sign-in, no cookie, published results only. These pages are read at the door `public`, where the
database shows the names of areas and nothing else.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext as _

from courtyard.electorate.questions import Contest, contests
from courtyard.electorate.refusal import Refused
from courtyard.journal.reader import NOBODY

from .environment import day, number, percent
from .receipt_drawing import crowd, qr
from .receipt_figures import Counted, Teller, Told, last_time, rows
from .receipt_ground import Ground, editions, ground_of, of_day
from .receipt_picture import Bar, Picture
from .shell import theme_of

KEPT = "public, max-age=300"
UNQUOTED = "!$&'()*+,;=/~:@"  # as django.urls.reverse leaves them in a path
View = Callable[..., HttpResponse]


def for_everybody(view: View) -> View:
    """In the language of the address, and without a word about who is reading kept by caches."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        language = asked_language(request) or translation.get_language() or "en"
        with translation.override(language):
            response = view(request, *args, **kwargs)
        response.headers["Content-Language"] = language
        response.headers["Cache-Control"] = "private, no-store" if _inside(request) else KEPT
        patch_vary_headers(response, ["Cookie", "Accept-Language"])
        return response

    return answered


@for_everybody
def index(request: HttpRequest) -> HttpResponse:
    """The areas of the latest contest."""
    known = _contests()
    if not known:
        return render(request, "receipt/nothing.html", _frame(request), using="jinja2")
    return _list(request, known, known[0])


@for_everybody
def contest_page(request: HttpRequest, contest: str) -> HttpResponse:
    """The areas of one contest, to find one's own."""
    known = _contests()
    return _list(request, known, _named(known, contest))


@for_everybody
def page(request: HttpRequest, contest: str, area: str) -> HttpResponse:
    """What one area decided, beside the whole and the last time."""
    here = _here(contest, area)
    context = _frame(request) | {
        "here": here,
        "rows": rows(here.teller.candidates(here.contest), here.votes, here.told.whole),
        "before": last_time(here.contest, here.counted, here.earlier, here.teller),
        "headline": headline(here.contest, number(sum(here.votes))),
        "crowd": crowd(sum(here.votes)),
        "picture": settings.COURTYARD_URL + _address(request, "here-picture", *here.args),
        "absolute": settings.COURTYARD_URL + _address(request, "here-area", *here.args),
        "postcard": _address(request, "here-postcard", *here.args),
        "list": _address(request, "here-contest", here.contest.contest),
    }
    return render(request, "receipt/page.html", context, using="jinja2")


@for_everybody
def postcard(request: HttpRequest, contest: str, area: str) -> HttpResponse:
    """The same to print and put under a door: four on a sheet, or one."""
    here = _here(contest, area)
    address = settings.COURTYARD_URL + _address(request, "here-area", *here.args)
    one = "one" in request.GET
    other = {} if one else {"one": "1"}
    context = _frame(request) | {
        "here": here,
        "address": (settings.COURTYARD_URL + reverse("here")).partition("://")[2].rstrip("/"),
        "qr": qr(address),
        "headline": headline(here.contest, number(sum(here.votes))),
        "cards": 1 if one else 4,
        "other": _address(request, "here-postcard", *here.args, **other),
        "back": _address(request, "here-area", *here.args),
    }
    return render(request, "receipt/postcard.html", context, using="jinja2")


@for_everybody
def picture(request: HttpRequest, contest: str, area: str) -> HttpResponse:
    """The picture that is shown when somebody shares the page."""
    here = _here(contest, area)
    drawn = _picture(here)
    etag = f'"{drawn.digest}"'
    unchanged: HttpResponse | None = get_conditional_response(request, etag=etag)
    return unchanged or HttpResponse(drawn.png(), content_type="image/png", headers={"ETag": etag})


@dataclass(frozen=True, slots=True)
class Here:
    """An area as it is told: by itself, or as part of the area around it or of the whole."""

    contest: Contest
    code: str
    ground: Ground
    told: Told
    teller: Teller
    earlier: tuple[tuple[Contest, bool], ...]

    @property
    def args(self) -> tuple[str, str]:
        """What the addresses of its pages are made of."""
        return self.contest.contest, self.code

    @property
    def level(self) -> str:
        """`own`, `around` or `whole`."""
        return self.told.place_of(self.code)[0]

    @property
    def votes(self) -> tuple[int, ...]:
        """The votes of what is told."""
        return self.told.place_of(self.code)[1]

    @property
    def counted(self) -> Counted | None:
        """The area with those counted together with it, if it is told by itself."""
        return self.told.own.get(self.code)

    @property
    def name(self) -> str:
        """The area that was asked for."""
        return self.ground.name(self.code)

    @property
    def place(self) -> str:
        """What is told in its stead, or the area itself."""
        if self.level == "whole":
            return whole_name(self.contest)
        return self.name if self.level == "own" else self.ground.around_name(self.code)

    @property
    def with_it(self) -> list[str]:
        """The areas that were counted together with it."""
        codes = self.counted.codes if self.counted else ()
        return [self.ground.name(code) for code in codes if code != self.code]


def asked_language(request: HttpRequest) -> str:
    """The language the address asks for, if it is one we speak."""
    language = request.GET.get("lang", "")
    return language if language in dict(settings.LANGUAGES) else ""


def whole_name(contest: Contest) -> str:
    """The whole of a contest in a few words."""
    return f"{contest.office} {contest.district}".strip() or contest.title


def contact_link(contact: str) -> str:
    """Where a contact leads: a page, a mailbox or a telephone; empty for other words."""
    if re.match(r"https?://", contact):
        return contact
    if re.fullmatch(r"[^\s@<>\"]+@[^\s@<>\"]+\.[^\s@<>\"]+", contact):
        return f"mailto:{quote(contact, safe='@+')}"
    if re.fullmatch(r"\+?[\d\s().\-/]{6,}", contact):
        return "tel:" + re.sub(r"[^\d+]", "", contact)
    return ""


def _contests() -> list[Contest]:
    """Newest first, those by districts before all others; none while one is damaged."""
    try:
        known = contests(settings.COURTYARD_ELECTORATE)
    except Refused:
        return []
    return sorted(known, key=lambda one: one.area_kind != "election_district")


def _named(known: list[Contest], slug: str) -> Contest:
    found = next((one for one in known if one.contest == slug), None)
    if found is None:
        raise Http404
    return found


def _here(slug: str, code: str) -> Here:
    known = _contests()
    contest = _named(known, slug)
    drawn = editions()
    ground = ground_of(of_day(drawn, contest))
    teller = Teller(settings.COURTYARD_ELECTORATE, ground.around)
    told = teller(contest)
    if told is None or code not in told.around_of:
        raise Http404
    earlier = tuple(
        (one, ground.edition is not None and of_day(drawn, one) == ground.edition)
        for one in known
        if one != contest and one.area_kind == contest.area_kind
    )
    return Here(contest, code, ground, told, teller, earlier)


def _list(request: HttpRequest, known: list[Contest], contest: Contest) -> HttpResponse:
    ground = ground_of(of_day(editions(), contest))
    told = Teller(settings.COURTYARD_ELECTORATE, ground.around)(contest)
    find = request.GET.get("find", "")[:80].strip()
    groups = ground.listed(told.around_of, find) if told else []
    found = sum(len(group.areas) for group in groups)
    context = _frame(request) | {
        "contest": contest,
        "told": told,
        "ground": ground,
        "groups": groups,
        "found": found,
        "more": len(told.around_of) - found if told and not find else 0,
        "find": find,
        "whole_name": whole_name(contest),
        "link": _area_address(request, contest),
        "action": reverse("here-contest", args=[contest.contest]),
        "others": [
            (one, _address(request, "here-contest", one.contest)) for one in known if one != contest
        ],
    }  # fmt: skip
    return render(request, "receipt/list.html", context, using="jinja2")


def _frame(request: HttpRequest) -> dict[str, Any]:
    """What stands around each of these pages. It asks the database nothing."""
    said = {key: value for key, value in request.GET.items() if key != "lang"}
    return {
        "language": translation.get_language() or "en",
        "asked": asked_language(request),
        "direction": "rtl" if translation.get_language_bidi() else "ltr",
        "languages": [
            (code, name, f"{request.path}?{urlencode(said | {'lang': code})}")
            for code, name in settings.LANGUAGES
        ],
        "theme": theme_of(request),
        "organisation": settings.COURTYARD_ORGANISATION,
        "contact": settings.COURTYARD_CONTACT,
        "contact_link": contact_link(settings.COURTYARD_CONTACT),
        "inside": _inside(request),
        "demo": settings.COURTYARD_DEMO,
        "home": _address(request, "here"),
    }


def _inside(request: HttpRequest) -> bool:
    return bool(request.reader != NOBODY)  # type: ignore[attr-defined]


def _address(request: HttpRequest, name: str, *args: str, **query: str) -> str:
    """The address of one of these pages, in the language that this one was asked in."""
    if asked := asked_language(request):
        query["lang"] = asked
    return reverse(name, args=args) + (f"?{urlencode(query)}" if query else "")


def _area_address(request: HttpRequest, contest: Contest) -> Callable[[str], str]:
    """Gives the address of an area's page by its code; made once, as a city has thousands."""
    before, _code, after = _address(request, "here-area", contest.contest, "~").rpartition("~")
    return lambda code: before + quote(code, safe=UNQUOTED) + after


def _picture(here: Here) -> Picture:
    total = sum(here.votes)
    shown = rows(here.teller.candidates(here.contest), here.votes, here.told.whole)
    return Picture(
        headline=headline(here.contest, number(total)),
        place=here.place,
        contest=f"{here.contest.title} · {day(here.contest.date)}",
        bars=tuple(
            Bar(row.name, f"{number(row.votes)} · {percent(row.share)}", round(row.share, 4))
            for row in shown
            if not row.write_in
        )[:4],
        foot=settings.COURTYARD_ORGANISATION or "Courtyard",
        source=f"{here.contest.publisher}, {day(here.contest.date)}",
    )


def headline(contest: Contest, total: str) -> str:
    """The sentence of all this."""
    if contest.vote_for == 1:
        return _("You were one of %(total)s here") % {"total": total}
    return _("Your votes were among %(total)s here") % {"total": total}
