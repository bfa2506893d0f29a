"""The Ground page of the whole district, from request to compressed answer, without the network.

No peer draws this page; the parts are shown so that the next change can be held against them.
"""

from collections.abc import Callable

from django.conf import settings
from django.test import Client


def cases() -> dict[str, Callable[[], object]]:
    """The page, its part for htmx, the figures and the print view, as an organiser."""
    from courtyard.cli.ready import ready_static
    from courtyard.people.models import Account

    organiser = Account.objects.filter(email="organiser@demo.example").first()
    if organiser is None:
        print("  (needs the demonstration: run `courtyard demo` first)")
        return {}
    ready_static()
    client = Client(headers={"accept-encoding": "gzip", "host": "localhost"})
    client.force_login(organiser, backend=settings.AUTHENTICATION_BACKENDS[0])
    part = {"headers": {"HX-Request": "true", "HX-Request-Type": "partial"}}
    return {
        "the page": lambda: client.get("/ground/"),
        "its part for htmx": lambda: client.get("/ground/", **part),
        "a district": lambda: client.get("/ground/?area=34003"),
        "the figures for the map": lambda: client.get("/ground/figures/"),
        "the print view": lambda: client.get("/ground/print/"),
    }
