"""The pages for what went wrong: what it was, and what to do next."""

import logging
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.views.decorators.csrf import csrf_exempt

log = logging.getLogger("courtyard.csp")


def _page(request: HttpRequest, status: int, kind: str) -> HttpResponse:
    return render(request, "error.html", {"kind": kind}, status=status, using="jinja2")


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """400: something in the request made no sense."""
    return _page(request, 400, "bad")


def refused(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """403: the reader's role does not reach this."""
    return _page(request, 403, "refused")


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form too old, or from another site."""
    return _page(request, 403, "stale")


def conflict(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """409: this form was sent before, with other words."""
    return _page(request, 409, "stale")


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """404: not here, or not for this reader; which of the two is not said."""
    return _page(request, 404, "missing")


def elsewhere(request: HttpRequest) -> HttpResponse:
    """400: asked for under another address. Says the right one, in both languages."""
    return HttpResponse(
        format_html(
            '<!doctype html><html lang="en"><meta charset="utf-8"><title>Courtyard</title>'
            '<p>Courtyard is at <a href="{0}">{0}</a>.</p>'
            '<p lang="es">Courtyard está en <a href="{0}">{0}</a>.</p></html>',
            settings.COURTYARD_URL,
        ),
        status=400,
    )


def broken(request: HttpRequest) -> HttpResponse:
    """500: our fault. Rendered without the database, which may be what broke."""
    return HttpResponse(BROKEN, status=500)


BROKEN = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Not done</title>
<h1>This went wrong on our side</h1><p>Nothing was saved half-way. Try again in a minute; if it
happens again, tell whoever runs this Courtyard.</p>
<h1 lang="es">Algo falló de nuestro lado</h1><p lang="es">Nada quedó guardado a medias. Inténtelo
de nuevo en un minuto; si vuelve a pasar, avise a quien administra este Courtyard.</p></html>"""


@csrf_exempt
def csp_report(request: HttpRequest) -> HttpResponse:
    """Takes a browser's report of blocked content; keeps only that there was one."""
    log.warning("csp report")  # its body is not even read
    return HttpResponse(status=204)
