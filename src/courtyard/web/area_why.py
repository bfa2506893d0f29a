"""Why an area ranks where it does, and what changed there since the contest before, in words."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from courtyard.electorate.refusal import Refused
from courtyard.journal.reader import Reader
from courtyard.measures.collected import Line
from courtyard.measures.ground import NothingToRank, key_of
from courtyard.measures.since import Since, Step
from courtyard.territory.models import Area

from . import first_words as words
from .environment import number, percent
from .first import View, found_for, row
from .ground import View as GroundView
from .ground import contest_name

MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True)
class Change:
    """A line of the table of changes, in words."""

    name: str
    then: str
    now: str
    change: str


def why(reader: Reader, area: Area) -> dict[str, Any] | None:
    """The rank of an area among those of its kind with every part of it; None if it is not ranked.

    It is the ranking of the newest contest, as the list of where to go first begins.
    """
    view = View(kind=area.kind)
    try:
        found = found_for(reader, view)
    except (NothingToRank, Refused):
        return None
    if found.edition.id != area.edition_id:
        return None
    at = next((n for n in found.order() if _holds(found.lines[n], area)), None)
    if at is None:
        return None
    one = found.at(at)
    plain = View(area=area.code, kind="" if area.kind == found.edition.kind else area.kind)
    return {
        "row": row(one),
        "told": words.told(found, one),
        "unknown": [words.part_name(key) for key in one.unknown],
        "score": number(round(100 * one.score, 1)),
        "of": len(found),
        "contest": contest_name(found.contest),
        "candidate": found.candidate.name,
        "whom": words.whom(found),
        "address": plain.address(),
        "rank": words.ordinal(one.rank),
        "map": GroundView(
            contest=found.contest.contest, show=key_of(found.candidate), area=area.code
        ).address()
        if area.kind == found.edition.kind
        else "",
    }


def changes(one: Since) -> list[Change]:
    """The steps between two contests, in words."""
    return [
        Change(
            step.name or (_("Ballots cast") if step.of == "ballots" else _("Votes for the office")),
            _figure(step, step.then), _figure(step, step.now), _by(step),
        )
        for step in one.steps
    ]  # fmt: skip


def no_change(one: Since) -> str:
    """Why two contests are not compared here; empty if they are."""
    if one.fault == "few":
        return _(
            "Fewer than 11 votes were counted here in one of the two, so they are not compared."
        )
    if one.fault == "together":
        return _(
            "The publisher counted this district with others in one of the two and not in the "
            "other: the figures are of different ground, so they are not compared."
        )
    return ""


def _holds(line: Line, area: Area) -> bool:
    return any(known.id == area.id for known in line.areas)


def _figure(step: Step, value: float) -> str:
    return percent(value, 1) if step.name else number(round(value))


def _by(step: Step) -> str:
    size = round(100 * step.change, 1) if step.name else round(step.change)
    sign = "+" if size > 0 else MINUS if size < 0 else ""
    written = sign + number(abs(size))
    return _("%(points)s points") % {"points": written} if step.name else written
