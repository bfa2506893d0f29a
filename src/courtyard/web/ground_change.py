"""What changed on the Ground page between two contests: one figure an area, in five colours.

Two contests are compared by district only on the same edition of boundaries. Where either of them
counted districts together, all of these are compared as one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType

from courtyard.electorate.questions import AreaFigures, Contest
from courtyard.electorate.threshold import FEWEST
from courtyard.measures.collected import Result
from courtyard.measures.since import spelt

from .choropleth import step
from .ground_figures import BALLOTS, Compared, Figures, Measure, Shown, counted, result_in

ROUND = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8)  # times a power of ten: where a colour may begin
FAR, NEAR = 0.6, 0.2  # three fifths of the areas changed by less than the far break; it times this


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted of some areas together: votes for one, for all, and ballots."""

    votes: int
    total: int
    ballots: int | None

    def figure(self, *, is_share: bool, of_votes: bool = False) -> float | None:
        """The share, or the ballots (`of_votes`: all votes); None if a share is of too few."""
        if of_votes:
            return float(self.total)
        if not is_share:
            return None if self.ballots is None else float(self.ballots)
        return self.votes / self.total if self.total >= FEWEST else None


def ground_change(now: Figures, before: Contest, stood: str) -> Figures:
    """The same areas by how the chosen measure changed since the contest before.

    `stood` is whose votes of then are compared, if it was somebody else; an unknown one is whoever
    has the same name. If nobody has, nothing is compared: `compared.candidate` is None.
    """
    is_share = now.measure.key != BALLOTS
    _, then_areas, measures = counted(before)
    chosen = stood_by(measures, stood, now.measure)
    of_votes = not is_share and no_ballots(now.areas.values(), then_areas.values())
    compared = Compared(
        before, tuple(one for one in measures if one.name), chosen, of_votes=of_votes
    )
    if chosen is None:
        return replace(now, compared=compared)
    places = (now.measure.place, chosen.place)
    found = _changed(result_in(now.contest), result_in(before), places, of_votes=of_votes)
    return replace(
        now,
        shown=found.shown,
        breaks=found.breaks,
        unit="points" if is_share else "more",
        compared=replace(compared, then=found.then, now=found.now),
    )


@dataclass(frozen=True, slots=True)
class _Changed:
    """Every area by how it changed, where the colours begin, and all compared areas together."""

    shown: Mapping[str, Shown]
    breaks: tuple[float, ...]
    then: float | None
    now: float | None


@lru_cache(maxsize=16)
def _changed(
    now: Result, then: Result, places: tuple[int | None, int | None], *, of_votes: bool
) -> _Changed:
    """Once for two results in a process. Without a place it is of ballots, or of all votes."""
    is_share = places[0] is not None
    rows: dict[str, Shown] = {}
    both: list[tuple[Tally, Tally]] = []
    for codes in together(now.areas, then.areas):
        first = next((code for code in codes if _reports(now.areas, code)), codes[0])
        new = tally(_reported(now.areas, codes), places[0])
        old = tally(_reported(then.areas, codes), places[1])
        if new and old:
            both.append((old, new))
        for code in codes:
            rows[code] = _row(code, first, old, new, is_share=is_share, of_votes=of_votes)
    firsts = [one for one in rows.values() if not one.counted_in]
    at = breaks([one.value for one in firsts if one.value is not None], is_share=is_share)
    shown = {
        code: one if one.value is None else replace(one, step=step(one.value, at))
        for code, one in rows.items()
    }
    sides = [_sum(side) for side in zip(*both, strict=True)]
    whole = [one.figure(is_share=is_share, of_votes=of_votes) for one in sides] or [None, None]
    return _Changed(MappingProxyType(shown), at, whole[0], whole[1])


def breaks(values: Sequence[float], *, is_share: bool) -> tuple[float, ...]:
    """Four round values, the same on both sides of nothing, at which a step begins."""
    sizes = sorted(abs(value) for value in values)
    if not sizes:
        return ()
    least = 0.05 if is_share else 5.0
    far = _rounded(max(sizes[min(int(FAR * len(sizes)), len(sizes) - 1)], least))
    near = _rounded(far * NEAR)
    return (-far, -near, near, far)


def together(*contests: Mapping[str, AreaFigures]) -> list[list[str]]:
    """The areas of all contests, those that any of them counted as one in one list, by code."""
    lead: dict[str, str] = {}

    def led_by(code: str) -> str:
        while (leader := lead.setdefault(code, code)) != code:
            code = leader
        return code

    for areas in contests:
        for code, area in areas.items():
            lead[led_by(code)] = led_by(area.counted_in or code)
    groups: dict[str, list[str]] = {}
    for code in sorted(lead):
        groups.setdefault(led_by(code), []).append(code)
    return list(groups.values())


def tally(areas: Iterable[AreaFigures], place: int | None) -> Tally | None:
    """What some areas reported together; None if they reported nothing."""
    found = list(areas)
    if not found:
        return None
    ballots = [one.ballots for one in found if one.ballots is not None]
    return Tally(
        votes=0 if place is None else sum(one.votes[place] for one in found),
        total=sum(one.total for one in found),
        ballots=sum(ballots) if ballots else None,
    )


def stood_by(measures: Sequence[Measure], stood: str, now: Measure) -> Measure | None:
    """With which measure of then one of now is compared; None if nobody is named and none alike."""
    if now.key == BALLOTS:
        return next(one for one in measures if one.key == BALLOTS)
    named = [one for one in measures if one.name and (one.key == stood if stood else False)]
    same = [one for one in measures if one.name and spelt(one.name) == spelt(now.name)]
    return next(iter(named or same), None)


def no_ballots(*contests: Iterable[AreaFigures]) -> bool:
    """Whether one of the contests reports no ballots at all, but only votes for the office."""
    return any(all(one.ballots is None for one in areas) for areas in contests)


def _reports(areas: Mapping[str, AreaFigures], code: str) -> bool:
    return code in areas and areas[code].counted_in is None


def _reported(areas: Mapping[str, AreaFigures], codes: Iterable[str]) -> list[AreaFigures]:
    return [areas[code] for code in codes if _reports(areas, code)]


def _row(
    code: str,
    first: str,
    old: Tally | None,
    new: Tally | None,
    *,
    is_share: bool,
    of_votes: bool,
) -> Shown:
    then = old.figure(is_share=is_share, of_votes=of_votes) if old else None
    now = new.figure(is_share=is_share, of_votes=of_votes) if new else None
    value = None if then is None or now is None else now - then
    few = value is None and is_share and old is not None and new is not None
    host = "" if code == first else first
    return Shown(code, 0, 0, value, 0, host, then=then, now=now, few=few)


def _sum(tallies: Iterable[Tally]) -> Tally:
    found = list(tallies)
    ballots = [one.ballots for one in found if one.ballots is not None]
    return Tally(
        sum(one.votes for one in found),
        sum(one.total for one in found),
        sum(ballots) if ballots else None,
    )


def _rounded(size: float) -> float:
    """The next round value at or below: 0.17 is 0.1, and 34 is 20."""
    power = 1.0
    while power > size:
        power /= 10
    while power * 10 <= size:
        power *= 10
    return round(max(one * power for one in ROUND if one * power <= size * (1 + 1e-9)), 9)
