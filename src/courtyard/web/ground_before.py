"""With which contests one can be compared, at which areas, and with which not and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from uuid import UUID

from django.conf import settings

from courtyard.electorate.questions import Contest
from courtyard.journal.reader import Reader
from courtyard.measures.collected import Line, lines_of, result_of
from courtyard.territory.models import Area, Edition

from .ground_change import Tally, no_ballots, stood_by, tally
from .ground_figures import BALLOTS, Compared, Figures, counted

How = Literal["district", "larger", "boundaries", "areas"]


@dataclass(frozen=True, slots=True)
class Other:
    """Another contest: compared by `district`, by a `larger` area; or not, and why not.

    `boundaries`: others held on its day; `areas`: it was counted by areas that are not loaded.
    """

    contest: Contest
    how: How


@dataclass(frozen=True, slots=True)
class Larger:
    """An area that holds districts, with its figure then and now; None where there is none."""

    id: UUID
    name: str
    then: float | None
    now: float | None

    @property
    def change(self) -> float | None:
        """By how much it changed, if both are known."""
        return None if self.then is None or self.now is None else self.now - self.then


def others_of(
    reader: Reader, edition: Edition, contest: Contest, known: Iterable[Contest]
) -> list[Other]:
    """Every other contest, in the order given, with how it can be compared with this one."""
    areas = Area.objects.visible_to(reader).filter(edition=edition)
    kinds = set(areas.order_by().values_list("kind", flat=True).distinct())

    def how(one: Contest) -> How:
        if not edition.valid_from <= one.date <= edition.valid_to:
            return "boundaries"
        if one.area_kind == edition.kind:
            return "district"
        return "larger" if one.area_kind in kinds else "areas"

    return [Other(one, how(one)) for one in known if one.contest != contest.contest]


def by_larger(
    reader: Reader, edition: Edition, now: Figures, before: Contest, stood: str
) -> tuple[Compared, list[Larger]]:
    """What changed in each of the larger areas by which the contest before was counted.

    Districts are summed in the area that holds them; the votes of then stand as they were reported.
    """
    _, then_areas, measures = counted(before)
    chosen = stood_by(measures, stood, now.measure)
    is_share = now.measure.key != BALLOTS
    of_votes = not is_share and no_ballots(now.areas.values(), then_areas.values())
    named = tuple(one for one in measures if one.name)
    compared = Compared(before, named, chosen, of_votes=of_votes)
    if chosen is None:
        return compared, []
    root = Path(settings.COURTYARD_ELECTORATE)
    result = result_of(root, now.contest.contest, now.contest.version)

    def figure(found: Tally | None) -> float | None:
        return found.figure(is_share=is_share, of_votes=of_votes) if found else None

    def larger(line: Line) -> Larger:
        inside = [now.areas[one] for one in sorted(line.codes) if one in now.areas]
        own = [one for one in inside if one.counted_in is None]
        old = [then_areas[line.area.code]] if line.area.code in then_areas else []
        return Larger(
            line.area.id, line.area.name, figure(tally(old, chosen.place)),
            figure(tally(own, now.measure.place)),
        )  # fmt: skip

    lines = lines_of(reader, edition, before.area_kind, result)
    return compared, [larger(line) for line in lines]
