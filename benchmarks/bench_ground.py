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
    client = Client(headers={"accept-encoding": "gzip", "host": settings.COURTYARD_HOST})
    client.force_login(organiser, backend=settings.AUTHENTICATION_BACKENDS[0])
    part = {"headers": {"HX-Request": "true", "HX-Request-Type": "partial"}}

    def get(address: str, **how: object) -> None:
        answer = client.get(address, **how)
        assert answer.status_code == 200, answer.status_code

    return {
        "the page": lambda: get("/ground/"),
        "its part for htmx": lambda: get("/ground/", **part),
        "a district": lambda: get("/ground/?area=34003"),
        "the figures for the map": lambda: get("/ground/figures/"),
        "the print view": lambda: get("/ground/print/"),
    }
