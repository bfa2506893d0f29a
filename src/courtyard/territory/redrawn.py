"""Boundaries drawn anew: which area of the newer edition is the same as one before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

import shapely

from .models import Area, Edition, Outline
from .odd import shortened

ENOUGH = 0.95  # of the ground of both together: the same district, drawn a little otherwise


@dataclass(frozen=True, slots=True)
class Successor:
    """The area of the same kind and code in a later edition, and how much of both they share.

    `overlap` is the ground that both have, out of all that either has (0 to 1).
    """

    area: Area
    overlap: float

    @property
    def is_same(self) -> bool:
        """Whether nobody needs to look: it is the same area, drawn again."""
        return self.overlap >= ENOUGH


def ended(areas: Iterable[UUID]) -> Mapping[UUID, Edition]:
    """Those of the areas whose edition has a later one of its kind: the newest of these."""
    newest: dict[str, Edition] = {}
    for one in Edition.objects.order_by("valid_from", "id"):
        newest[one.kind] = one
    rows = Area.objects.filter(id__in=list(areas)).select_related("edition")
    return {
        one.id: newest[one.edition.kind]
        for one in rows
        if newest[one.edition.kind].valid_from > one.edition.valid_from
    }


def successors(areas: Iterable[UUID]) -> dict[UUID, Successor | None]:
    """Of areas whose boundaries were drawn anew the area of the same kind and code in the newest

    edition, or None where there is none; others are left out.
    """
    later = ended(areas)
    old = {one.id: one for one in Area.objects.filter(id__in=later)}
    new = {
        (one.edition_id, one.kind, one.code): one
        for one in Area.objects.filter(edition__in=set(later.values()))
    }
    pairs = {key: new.get((later[key].id, one.kind, one.code)) for key, one in old.items()}
    wanted = [*pairs, *(one.id for one in pairs.values() if one)]
    texts = dict(Outline.objects.filter(area__in=wanted).values_list("area_id", "geometry"))
    return {
        key: Successor(one, _overlap(texts[key], texts[one.id])) if one else None
        for key, one in pairs.items()
    }


def without_successor(edition: Edition) -> list[str]:
    """What to say of boundaries that are loaded: which areas of those before are not the same."""
    older = Edition.objects.filter(kind=edition.kind, valid_from__lt=edition.valid_from)
    last = older.order_by("-valid_from", "id").first()
    if last is None:
        return []
    rows = {one.id: one for one in Area.objects.filter(edition=last).order_by("kind", "code")}
    found = successors(rows)
    told = []
    for key, one in rows.items():
        if key not in found:
            continue
        same = found[key]
        if same is None:
            told.append(f"{one.name}: no area of that code any more; roles there are not passed")
        elif not same.is_same:
            told.append(f"{one.name}: {same.overlap:.0%} the same ground; a person passes roles")
    return shortened(told)


def _overlap(one: str, other: str) -> float:
    first, second = shapely.from_geojson([one, other])
    whole = shapely.area(shapely.union(first, second))
    return float(shapely.area(shapely.intersection(first, second)) / whole) if whole else 0.0
