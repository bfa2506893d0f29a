"""What is found by what was typed on the Ground page: areas, streets, buildings. Never kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from courtyard.electorate.voters.address import zip5
from courtyard.journal.reader import Reader
from courtyard.territory.finding import MOST, Found, find
from courtyard.territory.models import Area, Building

from .area_words import kind_of
from .ground_figures import Figures
from .ground_list import Line, Named, every_line, matches


@dataclass(frozen=True, slots=True)
class Other:
    """An area that is no district of the contest looked at."""

    area: Area
    kind: str


@dataclass(frozen=True, slots=True)
class Search:
    """The first of what was found of each kind, and how many more there are."""

    lines: tuple[Line, ...]
    more_lines: int
    others: tuple[Other, ...]
    more_others: int
    ground: Found

    def __bool__(self) -> bool:
        return bool(self.lines or self.others or self.ground)


def search(reader: Reader, typed: str, figures: Figures, areas: Mapping[str, Named]) -> Search:
    """Everything that is called so, as far as the reader may see it."""
    lines = every_line(figures, areas, sort="name", upward=True, find=typed)
    others = _others(reader, typed, areas)
    ground = find(reader, typed)
    return Search(
        tuple(lines[:MOST]), max(0, len(lines) - MOST),
        tuple(Other(one, kind_of(one.kind)) for one in others[:MOST]),
        max(0, len(others) - MOST), ground,
    )  # fmt: skip


def _others(reader: Reader, typed: str, areas: Mapping[str, Named]) -> list[Area]:
    """Areas by name or code, and those in which a ZIP code is; without the districts listed."""
    seen = Area.objects.visible_to(reader)
    columns = ("id", "code", "name", "parent__name")
    listed = {one.id for one in areas.values()}
    found = [
        key
        for key, code, name, within in seen.order_by("name").values_list(*columns)
        if key not in listed and _is_called(Named(code, name, within or ""), typed)
    ]
    if zip5(typed) and len(typed) == 5:
        found += _of_zip(reader, typed)
    rows = seen.select_related("edition").filter(id__in=found[: 10 * MOST])
    return sorted(rows, key=lambda one: (one.kind, one.name))


def _is_called(area: Named, typed: str) -> bool:
    """By its own name or code, not by that of what is around it."""
    return (
        matches(Named(area.code, area.name, ""), typed) or typed.casefold() == area.code.casefold()
    )


def _of_zip(reader: Reader, code: str) -> Sequence[Any]:
    stand = Building.objects.visible_to(reader).filter(zip=code).order_by()
    return list(
        stand.exclude(neighbourhood=None).values_list("neighbourhood", flat=True).distinct()
    )
