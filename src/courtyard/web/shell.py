"""What stands around every page: whose ground it is, where one can go, who is signed in."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _

from courtyard.journal.reader import EVERYWHERE, NOBODY, Rank, Reader
from courtyard.territory.models import Area
from courtyard.territory.placing import NEIGHBOURHOOD

THEMES = ("", "light", "dark", "sunlight")


def shell(request: HttpRequest) -> dict[str, Any]:
    """The frame of a page for this reader. One query, for the name of the scope."""
    reader: Reader = getattr(request, "reader", NOBODY)
    return {
        "signed_in": reader != NOBODY,
        "name": getattr(getattr(request, "user", None), "name", ""),
        "scope": scope_name(reader),
        "places": places(reader, request.path),
        "theme": theme_of(request),
        "language": get_language() or "en",
        "languages": settings.LANGUAGES,
        "direction": "rtl" if get_language_bidi() else "ltr",
        "here": request.get_full_path() if request.method == "GET" else "/",
        "demo": settings.COURTYARD_DEMO,
        "nonce": getattr(request, "csp_nonce", ""),
    }


def theme_of(request: HttpRequest) -> str:
    """The theme asked for in the address, or chosen on this device, or as the device says."""
    chosen = request.GET.get("theme") or request.COOKIES.get("theme", "")
    return chosen if chosen in THEMES else ""


def scope_name(reader: Reader) -> str:
    """Whose ground this is: the areas of the reader's roles."""
    if reader.rank is None:
        return ""
    outermost = Area.objects.visible_to(reader).order_by("path")
    if EVERYWHERE in reader.paths():
        outermost = outermost.filter(parent=None).exclude(kind=NEIGHBOURHOOD)
    else:
        outermost = outermost.filter(id__in=[grant.area for grant in reader.grants])
    return " · ".join(outermost.values_list("name", flat=True)[:3]) or _("No ground yet")


def places(reader: Reader, path: str) -> list[dict[str, Any]]:
    """The navigation: only what this reader can open."""
    groups: list[tuple[str, list[tuple[str, str, Rank | None]]]] = [
        (
            _("Place"),
            [
                (_("Ground"), "ground", Rank.MEMBER),
                (_("Where to go first"), "first", Rank.MEMBER),
                (_("Sources"), "sources", Rank.ORGANISER),
            ],
        ),
        (_("People"), [(_("Access"), "access", Rank.ORGANISER)]),
        (_("You"), [(_("Sign-in and devices"), "devices", None)]),
    ]
    made = []
    for title, entries in groups:
        items = [
            {"label": label, "href": reverse(name), "current": path.startswith(reverse(name))}
            for label, name, least in entries
            if least is None or (reader.rank is not None and reader.rank >= least)
        ]
        if items and reader != NOBODY:
            made.append({"title": title, "items": items})
    return made
