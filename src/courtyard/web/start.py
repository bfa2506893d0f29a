"""The front page, and small pages without a room of their own."""

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from courtyard.journal.reader import NOBODY

from .shell import theme_of
from .tour import places_to_see


def start(request: HttpRequest) -> HttpResponse:
    """What Courtyard is, for those outside; the ground, for those inside.

    In the demonstration, for both, six steps through what can be seen.
    """
    if settings.COURTYARD_DEMO:
        told = {"places": places_to_see(request.reader)}  # type: ignore[attr-defined]
        return render(request, "tour.html", told, using="jinja2")
    if request.reader != NOBODY:  # type: ignore[attr-defined]
        return redirect("ground")
    return render(request, "start.html", using="jinja2")


def look(request: HttpRequest) -> HttpResponse:
    """Every component in every state."""
    return render(request, "look/look.html", {"theme": theme_of(request)}, using="jinja2")


def health(request: HttpRequest) -> HttpResponse:
    """Whether the server and its database answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")


def robots(request: HttpRequest) -> HttpResponse:
    """Nothing here is for search engines; what people share may be fetched to show it (noindex)."""
    allowed = "User-agent: *\nAllow: /here/\nDisallow: /\n"
    return HttpResponse(allowed, content_type="text/plain")
