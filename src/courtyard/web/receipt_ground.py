"""The names of areas for the collective receipt, as their publisher gave them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from uuid import UUID

from courtyard.electorate.questions import Contest
from courtyard.territory.models import Area, Edition

from .ground_list import Named, matches


@dataclass(frozen=True, slots=True)
class Group:
    """Areas with the same one around them, for a list."""

    name: str
    areas: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """The areas of one edition: names, and what is around each. Empty where none is loaded."""

    edition: Edition | None = None
    names: Mapping[str, Named] = field(default_factory=dict)
    around: Mapping[str, str] = field(default_factory=dict)

    def name(self, code: str) -> str:
        """An area's name; its code where it has none."""
        return self.names[code].name if code in self.names else code

    def around_name(self, code: str) -> str:
        """The name of the area around it."""
        return self.names[code].within if code in self.names else ""

    def listed(self, codes: Iterable[str], find: str) -> list[Group]:
        """Those of these areas that are found, by the area around them; those without one last.

        Areas without a name are listed only if looked for, or if none has one.
        """
        groups: dict[str, list[Named]] = {}
        for code in codes:
            area = self.names.get(code) or Named(code, code, "")
            if (find or not self.names or code in self.names) and matches(area, find):
                groups.setdefault(area.within, []).append(area)
        made = [
            Group(name, tuple(sorted(areas, key=lambda one: one.name)))
            for name, areas in groups.items()
        ]
        return sorted(made, key=lambda group: (not group.name, group.areas[0].name))


class NotDrawn(LookupError):
    """An edition of which no area is there to be read."""


def editions() -> list[Edition]:
    """Every edition of boundaries, newest first."""
    return list(Edition.objects.published())


def of_day(drawn: Iterable[Edition], contest: Contest) -> Edition | None:
    """The edition on which a contest was held."""
    return next(
        (
            one
            for one in drawn
            if one.kind == contest.area_kind and one.valid_from <= contest.date <= one.valid_to
        ),
        None,
    )


def ground_of(edition: Edition | None) -> Ground:
    """The areas of an edition."""
    if edition is None:
        return Ground()
    try:
        names, around = _read(edition.id, edition.kind)
    except NotDrawn:
        return Ground()
    return Ground(edition, names, around)


@lru_cache(maxsize=8)
def _read(edition: UUID, kind: str) -> tuple[dict[str, Named], dict[str, str]]:
    """An edition never changes, so that each is read once in a process."""
    rows = Area.objects.published().filter(edition=edition, kind=kind).order_by("code")
    found = list(rows.values_list("code", "name", "parent__name", "parent__code"))
    if not found:
        raise NotDrawn(edition)
    names = {code: Named(code, name, within or "") for code, name, within, _ in found}
    return names, {code: outer for code, _, _, outer in found if outer}
