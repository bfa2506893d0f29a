"""Roles in areas whose boundaries were drawn anew: which area of today each may pass to."""

from dataclasses import dataclass

from courtyard.journal.reader import Reader, rank_of
from courtyard.people import rules
from courtyard.people.models import Role
from courtyard.territory.models import Area, Edition
from courtyard.territory.redrawn import ended, successors

from .role_words import role_name


@dataclass(frozen=True, slots=True)
class Redrawn:
    """A role that is still held in an area of older boundaries.

    `same` is the area of today that is the same, if nobody needs to look; `overlap` how much of the
    ground of both the area of its code has (None without one); `areas` those one may choose from.
    """

    role: Role
    words: str
    same: Area | None
    overlap: float | None
    areas: list[tuple[str, str]]


def redrawn_roles(reader: Reader) -> list[Redrawn]:
    """Those within the reader's areas that they may pass, by name and area."""
    held = Role.objects.visible_to(reader).held().exclude(area=None)
    roles = list(held.select_related("account", "area").order_by("account__name", "id"))
    places = {one.area_id for one in roles if one.area_id}
    later, known = ended(places), successors(places)
    found = []
    for one in roles:
        if one.area is None or one.area.id not in later:
            continue
        areas = _areas(reader, one, later[one.area.id])
        follows = known.get(one.area.id)
        same = follows.area if follows and follows.is_same and follows.area in areas else None
        found.append(
            Redrawn(
                one, role_name(one.role), same, follows.overlap if follows else None,
                [(str(area.id), area.name) for area in areas],
            )
        )  # fmt: skip
    return found


def _areas(reader: Reader, role: Role, edition: Edition) -> list[Area]:
    """The areas of an edition to which the reader may pass a role."""
    kind, rank = role.area.kind if role.area else "", rank_of(role.role)
    seen = Area.objects.visible_to(reader).filter(edition=edition, kind=kind).order_by("code")
    return [one for one in seen if rules.may_pass(reader, rank, role.path, one.path)]
