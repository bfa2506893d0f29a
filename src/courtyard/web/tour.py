"""The demonstration in six steps: where an example of everything is that this reader may open."""

from django.urls import reverse

from courtyard.journal.reader import NOBODY, Rank, Reader
from courtyard.territory.counting import HOMES
from courtyard.territory.models import Building, Count
from courtyard.territory.placing import NEIGHBOURHOOD
from courtyard.territory.standing import PUBLISHED


def places_to_see(reader: Reader) -> dict[str, tuple[str, str]]:
    """A name and an address for each step; what is not for this reader has none."""
    organises = reader.rank is not None and reader.rank >= Rank.ORGANISER
    return {
        "ground": ("", reverse("ground")),
        "first": ("", reverse("first")),
        "neighbourhood": _neighbourhood(reader) or ("", reverse("ground")),
        "house": _house(reader) or ("", reverse("ground")),
        "here": ("", reverse("here")),
        "sources": ("", reverse("sources") if organises or reader == NOBODY else ""),
    }


def _neighbourhood(reader: Reader) -> tuple[str, str] | None:
    """The one with most homes."""
    counts = Count.objects.visible_to(reader).filter(measure=HOMES, area__kind=NEIGHBOURHOOD)
    most = counts.order_by("-value").values_list("area", "area__name").first()
    return (most[1], reverse("area", args=[most[0]])) if most else None


def _house(reader: Reader) -> tuple[str, str] | None:
    """The one with most doors, among those whose address is published."""
    known = Building.objects.visible_to(reader).filter(address_source=PUBLISHED)
    most = known.order_by("-homes").values_list("id", "number", "street").first()
    return (f"{most[1]} {most[2]}", reverse("building", args=[most[0]])) if most else None
