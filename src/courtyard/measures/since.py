"""What changed in one area between two contests that were both counted on its boundaries."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from courtyard.electorate.questions import Contest

from .of_area import AreaResult

# Why two contests of an area are not compared: too few votes in one, or not the same districts.
Fault = Literal["", "few", "together"]


@dataclass(frozen=True, slots=True)
class Step:
    """One figure then and now: a candidate's share (0–1), or with no name a count.

    It counts `ballots`; or `votes` for the office, where ballots are not known of both.
    """

    name: str
    then: float
    now: float
    of: Literal["share", "ballots", "votes"] = "share"

    @property
    def change(self) -> float:
        """By how much it grew."""
        return self.now - self.then


@dataclass(frozen=True, slots=True)
class Since:
    """A contest and the one before it in an area, with a step for each figure that both have.

    `fault` says why there is none.
    """

    contest: Contest
    before: Contest
    steps: tuple[Step, ...]
    fault: Fault = ""


def since(results: Sequence[AreaResult]) -> tuple[Since, ...]:
    """Each contest with the newest one of an earlier day, the newest first.

    Candidates are the same if they are called the same. An area that was counted alone in the one
    and with others in the other is not compared: the figures are of different ground.
    """
    made = []
    for result in results:
        earlier = [one for one in results if one.contest.date < result.contest.date]
        if earlier:
            before = max(earlier, key=lambda one: one.contest.date)
            made.append(_since(result, before))
    return tuple(made)


def spelt(name: str) -> str:
    """A name by its letters alone: publishers write one name in several ways."""
    return "".join(one for one in name.casefold() if one.isalnum())


def _since(now: AreaResult, then: AreaResult) -> Since:
    if _ground(now) != _ground(then):
        return Since(now.contest, then.contest, (), "together")
    if now.is_few or then.is_few:
        return Since(now.contest, then.contest, (), "few")
    shares = {spelt(one.name): one.share for one in then.votes if not one.write_in}
    steps = [
        Step(one.name, shares[spelt(one.name)], one.share)
        for one in now.votes
        if not one.write_in and spelt(one.name) in shares
    ]
    if now.ballots is not None and then.ballots is not None:
        steps.append(Step("", float(then.ballots), float(now.ballots), "ballots"))
    else:
        steps.append(Step("", float(then.total), float(now.total), "votes"))
    return Since(now.contest, then.contest, tuple(steps))


def _ground(result: AreaResult) -> tuple[str, tuple[str, ...]]:
    return result.counted_in, result.together
