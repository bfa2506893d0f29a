"""The words of the pages of areas and buildings."""

from collections.abc import Iterable
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courtyard.measures.of_area import Figure, Turnout
from courtyard.territory.doors import BASEMENT, GROUND, Door

from .environment import day, number


def kind_of(kind: str) -> str:
    """A kind of area, one of it."""
    known = {
        "election_district": _("Election district"),
        "assembly_district": _("Assembly district"),
        "congressional_district": _("Congressional district"),
        "neighbourhood": _("Neighbourhood"),
    }
    return known.get(kind, kind.replace("_", " ").capitalize())


def kinds_of(kind: str) -> str:
    """A kind of area, several of it."""
    known = {
        "election_district": _("Election districts"),
        "assembly_district": _("Assembly districts"),
        "congressional_district": _("Congressional districts"),
        "neighbourhood": _("Neighbourhoods"),
    }
    return known.get(kind, kind.replace("_", " ").capitalize())


def whom(turnout: Turnout) -> str:
    """Whom a turnout counts, in a sentence."""
    if turnout.could is None and turnout.kind == "unknown":
        return _(
            "Who could vote in it is not known, so there is no turnout: votes are set beside homes."
        )
    if turnout.could is None:
        return _("No voter file is loaded, so there is no turnout: votes are set beside homes.")
    if turnout.kind == "enrolled":
        return _(
            "Counted are those enrolled as %(party)s: only they could vote in this primary. "
            "Everybody else here is a neighbour who could not."
        ) % {"party": turnout.party}
    if turnout.kind == "citizens":
        return _(
            "Counted are the citizens of voting age, by a census table, registered or not. Who "
            "lives here and is no citizen is a neighbour who could not vote."
        )
    return _(
        "Counted are those registered. Who lives here and may not register is a neighbour who "
        "could not vote."
    )


def unsure(complex_homes: Figure | None) -> str:
    """Why homes have a range."""
    if complex_homes is None or complex_homes.high <= 0:
        return ""
    shared = round(complex_homes.high)
    return ngettext(
        "%(homes)s home of a complex whose buildings are not known is shared among the districts "
        "it may reach.",
        "%(homes)s homes of complexes whose buildings are not known are shared among the "
        "districts they may reach.",
        shared,
    ) % {"homes": number(shared)}


def counted(figures: Iterable[Figure]) -> list[str]:
    """Where counts are from and of which day, each once."""
    return sorted({f"{one.source}, {day(one.as_of)}" for one in figures})


def floor_name(floor: int) -> str:
    """A floor as it is written beside its doors."""
    if floor in (GROUND, BASEMENT):
        return _("Ground floor") if floor == GROUND else _("Basement")
    return _("Floor %(number)s") % {"number": floor}


def by_entrance(doors: Iterable[Door]) -> list[tuple[str, list[tuple[str, list[str]]]]]:
    """The doors by entrance, and there by floor, the highest floor first."""
    entrances = []
    for entrance, some in groupby(doors, key=lambda door: door.entrance):
        floors: dict[int, list[str]] = {}
        for door in some:
            floors.setdefault(door.floor, []).append(door.name)
        named = [(floor_name(one), floors[one]) for one in sorted(floors, reverse=True)]
        entrances.append((entrance, named))
    return entrances
