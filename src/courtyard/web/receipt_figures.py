"""What may be told to everybody of how an area voted, so that nothing held back can be worked out.

An area is told by itself from 11 votes on, and if they were not all for one. Others are told as
part of the area around them. Where the sums that are shown would give a held-back area away by
subtraction, the next smallest is held back with it, until they are several and their sum itself
may be told. Pure, but for the last functions, which read what is published.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from courtyard.electorate.questions import AreaFigures, Candidate, Contest
from courtyard.electorate.threshold import FEWEST
from courtyard.measures.collected import result_of

Votes = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """One area, or several that were counted together; their votes stand under the first code."""

    codes: tuple[str, ...]
    around: str
    votes: Votes

    @property
    def total(self) -> int:
        """All votes for the office."""
        return sum(self.votes)


@dataclass(frozen=True, slots=True)
class Told:
    """What of a contest is told: of which areas, by every code; of which around them; the whole."""

    own: Mapping[str, Counted]
    around: Mapping[str, Votes]
    whole: Votes
    around_of: Mapping[str, str]

    def place_of(self, code: str) -> tuple[str, Votes]:
        """How an area is told: `own`, as part of what is `around` it, or of the `whole`."""
        if code in self.own:
            return "own", self.own[code].votes
        around = self.around_of[code]
        return ("around", self.around[around]) if around in self.around else ("whole", self.whole)


def tells(votes: Sequence[int]) -> bool:
    """Whether votes may be told: 11 or more, and not all of them for one."""
    return sum(votes) >= FEWEST and max(votes) < sum(votes)


def told(areas: Iterable[Counted]) -> Told | None:
    """What may be told of a contest, or None if not even the whole of it may."""
    areas = tuple(areas)
    whole = together(areas)
    if not tells(whole):
        return None
    by_around: dict[str, list[Counted]] = {}
    for one in areas:
        by_around.setdefault(one.around, []).append(one)
    sums = {around: together(inside) for around, inside in by_around.items()}
    # Those that cannot be told, and what has nothing around it, are one: the rest of the whole.
    around = {code: votes for code, votes in sums.items() if code and tells(votes)}
    held: set[Counted] | None = None
    while held is None:
        held = held_back([one for one in areas if one.around not in around])
        if held is None:  # the whole less what is told would give it away
            del around[min(around, key=lambda code: (sum(around[code]), code))]
    for code in around:
        held |= held_back(by_around[code]) or set()
    own = {code: one for one in areas if one not in held for code in one.codes}
    return Told(own, around, whole, {code: one.around for one in areas for code in one.codes})


def held_back(areas: Sequence[Counted]) -> set[Counted] | None:
    """Which areas are not told, if the sum of all of them is: none, or several whose sum may be.

    None if there are not enough of them for that.
    """
    held = [one for one in areas if not tells(one.votes)]
    others = sorted((one for one in areas if tells(one.votes)), key=lambda one: -one.total)
    while held and not (len(held) > 1 and tells(together(held))):
        if not others:
            return None
        held.append(others.pop())
    return set(held)


def together(areas: Sequence[Counted]) -> Votes:
    """The votes of several areas, candidate by candidate."""
    return tuple(map(sum, zip(*(one.votes for one in areas), strict=True))) or (0,)


@dataclass(frozen=True, slots=True)
class Row:
    """One candidate: the votes here and in the whole contest, and their shares (0 to 1)."""

    name: str
    write_in: bool
    votes: int
    share: float
    of_whole: int
    share_of_whole: float


def rows(names: Sequence[Candidate], here: Votes, whole: Votes) -> list[Row]:
    """The result of a place beside that of the whole contest, in the contest's order."""
    return [
        Row(one.name, one.write_in, some, some / sum(here), of_whole, of_whole / sum(whole))
        for one, some, of_whole in zip(names, here, whole, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Before:
    """The last time, if the same ground voted then and may be told; else why it is not compared.

    `why` is empty, or: `larger` (this is not an area alone), `nothing` (no earlier contest),
    `ground` (drawn otherwise then), `together` (counted with others then or now), `few`.
    """

    contest: Contest | None = None
    total: int = 0
    why: str = ""


def last_time(now: Contest, own: Counted | None, earlier: Iterable[tuple[Contest, bool]],
              tell: "Teller") -> Before:  # fmt: skip
    """The latest earlier contest on the same boundaries, one for the same office before others.

    `earlier` says of each contest whether its boundaries are the same.
    """
    if own is None:
        return Before(why="larger")
    known = [(one, same) for one, same in earlier if one.date < now.date]
    if not known:
        return Before(why="nothing")
    alike = [one for one, same in known if same and one.area_kind == now.area_kind]
    if not alike:
        return Before(why="ground")
    race = (now.office, now.district, now.party)
    found = max(alike, key=lambda one: ((one.office, one.district, one.party) == race, one.date))
    then = tell(found)
    if then is None or own.codes[0] not in then.around_of:
        return Before(found, why="few")
    counted = then.own.get(own.codes[0])
    if counted is None:
        return Before(found, why="few")
    if set(counted.codes) != set(own.codes):
        return Before(found, why="together")
    return Before(found, counted.total)


class Teller:
    """Tells contests of one electorate, each by the areas around its areas."""

    def __init__(self, root: Path, around: Mapping[str, str]) -> None:
        self.root, self.around = root, tuple(sorted(around.items()))

    def __call__(self, contest: Contest) -> Told | None:
        """What may be told of a contest."""
        return _told(self.root, contest.contest, contest.version, self.around)

    def candidates(self, contest: Contest) -> tuple[Candidate, ...]:
        """The candidates, in the order of every figure."""
        return result_of(self.root, contest.contest, contest.version).candidates


def counted(areas: Iterable[AreaFigures], around: Mapping[str, str]) -> list[Counted]:
    """The areas of a result, each with those that were counted in it."""
    areas = list(areas)
    guests: dict[str, list[str]] = {}
    for one in areas:
        if one.counted_in is not None:
            guests.setdefault(one.counted_in, []).append(one.area)
    return [
        Counted((one.area, *guests.get(one.area, ())), around.get(one.area, ""), one.votes)
        for one in areas
        if one.counted_in is None
    ]


@lru_cache(maxsize=16)
def _told(root: Path, slug: str, version: int, around: tuple[tuple[str, str], ...]) -> Told | None:
    return told(counted(result_of(root, slug, version).areas.values(), dict(around)))
