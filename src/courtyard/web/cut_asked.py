"""What is looked at on the page Cut: all of it stands in the address, and nothing personal."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from courtyard.canvass.rules import SIZES, USUAL

DOORS = "doors"
LIST, OUT = "", "out"


@dataclass(frozen=True, slots=True)
class View:
    """An area's draft, the turf and the building that are opened, and the page of the list.

    `typed` is a size as it was typed, in a `unit`: doors or minutes. `turf` counts from 1,
    0 is none; `part` is the cut's own number.
    """

    area: UUID
    typed: str = ""
    unit: str = DOORS
    cut: str = ""
    turf: int = 0
    part: int | None = None
    only: str = LIST
    page: int = 1

    @classmethod
    def of(cls, area: UUID, said: Mapping[str, str]) -> "View":
        """From the query of an address; what makes no sense there is left out."""
        return cls(
            area=area,
            typed=said.get("size", "")[:12].strip(),
            unit=unit if (unit := said.get("of", "")) in SIZES else DOORS,
            cut=said.get("cut", "")[:64],
            turf=whole(said.get("turf", "")) or 0,
            part=whole(said.get("part", "")),
            only=OUT if said.get("only") == OUT else LIST,
            page=max(1, whole(said.get("page", "")) or 1),
        )

    @property
    def size(self) -> int | None:
        """The doors or minutes that are asked for; None for what is no size."""
        size = whole(self.typed) if self.typed else USUAL[self.unit]
        fewest, most = SIZES[self.unit]
        return size if size is not None and fewest <= size <= most else None

    def address(self, name: str = "cut", **changes: Any) -> str:
        """The address of this view with changes; defaults are left out."""
        view = replace(self, **changes)
        said = {
            "size": "" if view.cut else view.typed,
            "of": "" if view.cut or view.unit == DOORS else view.unit,
            "cut": view.cut,
            "turf": str(view.turf) if view.turf else "",
            "part": "" if view.part is None else str(view.part),
            "only": view.only,
            "page": str(view.page) if view.page > 1 else "",
        }
        query = urlencode({key: value for key, value in said.items() if value})
        return reverse(name, args=[view.area]) + (f"?{query}" if query else "")


def whole(said: str) -> int | None:
    """A number from 0 as it was typed; None for anything else."""
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 9 else None
