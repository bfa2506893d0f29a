"""The ground on the Sources page: boundaries, streets, buildings and people counted, in lists."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from courtyard.journal.reader import Reader
from courtyard.territory.acts import COUNTS
from courtyard.territory.models import Edition, Report

from .source_words import Names
from .sources_ground import days


@dataclass(frozen=True, slots=True)
class ListedGround:
    """A line of the list: an edition in force, in words; without rows if no report was kept."""

    first: UUID
    title: str
    publisher: str
    licence: str
    days: str
    rows: int | None
    set_aside: int
    loaded: datetime | None
    by: str


def listed_ground(reader: Reader) -> list[tuple[str, list[ListedGround]]]:
    """Every edition, by what it is of; of those that follow each other the one in force.

    Where nothing of a ground is in force, its newest stands below “Taken out of force”.
    """
    seen = Edition.objects.visible_to(reader).exclude(kind=COUNTS).filter(pruned_at=None)
    newest: dict[UUID, Edition] = {}
    for one in seen.order_by("loaded_at", "id"):
        last = newest.get(one.first)
        if last is None or last.replaced_at is not None:
            newest[one.first] = one
    shown = sorted(newest.values(), key=lambda one: (one.kind, -one.valid_from.toordinal()))
    reports = {
        one.edition_id: one for one in Report.objects.visible_to(reader).filter(edition__in=shown)
    }
    names = Names(reader, [one.by for one in reports.values()])
    groups: dict[str, list[ListedGround]] = {name: [] for name in _groups().values()}
    groups[_("Taken out of force")] = []
    for one in shown:
        told = reports.get(one.id)
        group = _groups().get(one.of, _("Boundaries"))
        groups[group if one.replaced_at is None else _("Taken out of force")].append(
            ListedGround(
                one.first, one.name, one.publisher, one.licence, days(one),
                told.said.get("rows_kept") if told else None,
                told.said.get("rows_set_aside", 0) if told else 0,
                one.loaded_at, names[told.by] if told else "",
            )
        )  # fmt: skip
    return [(name, some) for name, some in groups.items() if some]


def _groups() -> dict[str, str]:
    return {
        "areas": _("Boundaries"),
        "streets": _("Streets"),
        "buildings": _("Buildings"),
        "census": _("People counted by a census"),
    }
