"""The Ground page's list: the same areas as the map, sorted and searched. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from .ground_figures import Figures, Shown

SORTS = ("value", "votes", "total", "then", "now", "name")
PAGE = 50
PRINTED = 500  # rows that are printed at once: a dozen sheets


@dataclass(frozen=True, slots=True)
class Named:
    """An area as the territory knows it."""

    code: str
    name: str
    within: str
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the list: the area, its figure, and the name of the one it is counted in.

    `own` says whether the counts are written in this row: each stands in one row only, and none
    below the threshold does.
    """

    area: Named
    shown: Shown
    counted_in: str
    own: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """The rows on this page, how many were found in all, and which page of how many it is."""

    lines: tuple[Line, ...]
    found: int
    page: int
    pages: int


def listed(
    figures: Figures,
    areas: Mapping[str, Named],
    *,
    sort: str,
    upward: bool,
    page: int,
    size: int = PAGE,
) -> Listed:
    """The areas that have both an outline and a figure, sorted, one page of them."""
    lines = every_line(figures, areas, sort=sort, upward=upward)
    pages = max(1, -(-len(lines) // size))
    page = min(max(page, 1), pages)
    return Listed(tuple(lines[(page - 1) * size : page * size]), len(lines), page, pages)


def every_line(
    figures: Figures, areas: Mapping[str, Named], *, sort: str, upward: bool, find: str = ""
) -> list[Line]:
    """All of them, sorted; those of equal figure by name, those without a figure last."""
    lines = [
        Line(
            area,
            shown,
            _name(shown.counted_in, areas),
            shown.value is not None and shown.counted_in not in areas,
        )
        for code, area in areas.items()
        if (shown := figures.shown.get(code)) is not None and matches(area, find)
    ]
    lines.sort(key=lambda line: line.area.name, reverse=sort == "name" and not upward)
    if sort != "name":
        lines.sort(key=lambda line: _key(line.shown, sort, upward=upward))
    return lines


def matches(area: Named, find: str) -> bool:
    """Whether every word looked for is in the area's name, its code or the area around it.

    Numbers match with or without leading zeros: `ad 30 ed 46` finds AD 30 · ED 046.
    """
    if not find:
        return True
    words = find.replace("·", " ").replace("/", " ").casefold().split()
    text = f"{area.name} {area.within}".casefold()
    numbers = {part.lstrip("0") for part in text.replace("·", " ").split() if part.isdigit()}
    return all(
        word.lstrip("0") in numbers or word == area.code if word.isdigit() else word in text
        for word in words
    )


def without_outline(figures: Figures, areas: Iterable[str]) -> list[str]:
    """The codes that have results but no outline in this edition."""
    return sorted(set(figures.shown) - set(areas))


def _key(shown: Shown, sort: str, *, upward: bool) -> tuple[bool, float]:
    own = {"votes": shown.votes, "total": shown.total}  # counted once, where the publisher did
    said = {"value": shown.value, "then": shown.then, "now": shown.now}
    value = said[sort] if sort in said else None if shown.counted_in else own[sort]
    return value is None, (value or 0.0) * (1 if upward else -1)


def _name(code: str, areas: Mapping[str, Named]) -> str:
    return areas[code].name if code in areas else code
