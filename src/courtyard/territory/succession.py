"""Which editions follow each other: by the ground they stand on, or by the areas they count."""

from collections.abc import Callable, Hashable, Sequence, Set
from datetime import datetime
from itertools import chain
from uuid import UUID

import numpy as np
from django.db.models import Q

from . import rules
from .models import Building, Complex, Count, Edition, Segment
from .standing import SEEN
from .supplies import Supply

SQUARE = 0.005  # degrees, 400 to 550 m: streets and lots that stand in one are on one ground


def before(
    kind: str, marks: Set[Hashable], marks_of: Callable[[Edition], Set[Hashable]]
) -> tuple[Edition | None, Edition | None]:
    """The edition in force that one with these marks would replace, and one that it only overlaps.

    Marks are what an edition stands for: squares of ground, or areas and what is counted in them.
    """
    for one in Edition.objects.filter(kind=kind).in_force().order_by("loaded_at", "id"):
        follows = rules.follows(marks, marks_of(one))
        if follows != "elsewhere":
            return (one, None) if follows == "newer" else (None, one)
    return None, None


def squares_of(supply: Supply) -> Set[Hashable]:
    """The squares of ground in which a supply has something."""
    return _squares(supply.longitude, supply.latitude)


def squares_under(edition: Edition) -> Set[Hashable]:
    """The squares of ground in which an edition of streets or buildings has something."""
    of = (Segment,) if edition.of == "streets" else (Building, Complex)
    points = chain.from_iterable(
        one.every.filter(edition=edition).order_by().values_list("longitude", "latitude")
        for one in of
    )
    found = np.array(list(points), dtype=float).reshape(-1, 2)
    return _squares(found[:, 0], found[:, 1])


def counted_in(edition: Edition) -> Set[Hashable]:
    """The areas of which a census table in force says something, each with what."""
    rows = Count.every.filter(edition=edition).order_by()
    return set(rows.values_list("area_id", "measure"))


def carried(seen: dict[str, str], fresh: Sequence[Building]) -> tuple[list[Building], list[str]]:
    """The buildings among these whose doors somebody has seen, with what was seen, by code;

    and the codes that are no building any more.
    """
    by_code = {one.code: one for one in fresh}
    found = [by_code[code] for code in seen if code in by_code]
    return found, sorted(seen.keys() - by_code.keys())


def seen_doors(edition: UUID) -> dict[str, str]:
    """The doors of an edition's buildings that somebody corrected at the door, by code."""
    rows = Building.every.filter(edition=edition, doors_source=SEEN)
    return dict(rows.values_list("code", "doors"))


def streets_changed_since(moment: datetime | None) -> bool:
    """Whether streets were loaded or replaced since then: buildings kept meanwhile stood still."""
    if moment is None:
        return True
    lately = Q(loaded_at__gte=moment) | Q(replaced_at__gte=moment)
    return Edition.objects.filter(lately, kind__startswith="streets:").exists()


def changes(old: UUID, supply: Supply) -> dict[str, int]:
    """How many buildings of a newer file were not in the edition before, and how many are gone."""
    codes = set(
        chain.from_iterable(
            one.every.filter(edition=old).order_by().values_list("code", flat=True)
            for one in (Building, Complex)
        )
    )
    fresh = set(supply.word("code"))
    return {"added": len(fresh - codes), "removed": len(codes - fresh)}


def _squares(longitude: np.ndarray, latitude: np.ndarray) -> Set[Hashable]:
    whole = np.floor(np.column_stack([longitude, latitude]) / SQUARE).astype(int)
    return set(map(tuple, np.unique(whole, axis=0).tolist()))
