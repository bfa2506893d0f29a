"""Language and light: choices of this device, kept in cookies and nowhere else."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

from .shell import THEMES

YEAR = 365 * 24 * 3600


def language(request: HttpRequest) -> HttpResponse:
    """Keeps the language chosen; an unknown one changes nothing."""
    chosen = request.POST.get("language", "")
    known = chosen in dict(settings.LANGUAGES)
    return _kept(request, settings.LANGUAGE_COOKIE_NAME, chosen if known else None)


def theme(request: HttpRequest) -> HttpResponse:
    """Keeps the light chosen: day, night, in the sun, or as the device says."""
    chosen = request.POST.get("theme", "")
    return _kept(request, "theme", chosen if chosen in THEMES else None)


def _kept(request: HttpRequest, cookie: str, value: str | None) -> HttpResponse:
    # Where the reader is now; `next` was written when the page was first loaded.
    back = request.headers.get("Referer") or request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    response = HttpResponseRedirect(back)
    if value is not None:
        secure = settings.SESSION_COOKIE_SECURE
        response.set_cookie(
            cookie, value, max_age=YEAR, httponly=True, secure=secure, samesite="Lax"
        )
    return response
