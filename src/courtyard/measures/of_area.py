"""What is known of one area: its results, who could vote and did, its homes. Every door says it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from django.conf import settings

from courtyard.electorate.dataset import datasets
from courtyard.electorate.questions import Contest, contests
from courtyard.electorate.threshold import FEWEST
from courtyard.journal.reader import Reader
from courtyard.territory.models import Area, Count

from .collected import Column, Counts, Result, result_of
from .whom import whom_of

BUILT = ("homes", "buildings", "large_buildings", "stabilised_homes", "complex_homes")
INVENTED = "invented"


@dataclass(frozen=True, slots=True)
class Figure:
    """One count of an area, between `low` and `high` where it is not known for sure."""

    value: float
    low: float
    high: float
    source: str
    as_of: date

    @property
    def is_sure(self) -> bool:
        """Whether there is nothing between low and high."""
        return self.low == self.high


@dataclass(frozen=True, slots=True)
class Votes:
    """For whom an area voted; share (0–1) is of all votes for the office there."""

    name: str
    write_in: bool
    votes: int
    share: float


@dataclass(frozen=True, slots=True)
class AreaResult:
    """A contest in an area. `votes` is empty if they are too few to be told.

    `counted_in`: the district whose figures these are; `together`: those counted with it.
    `districts` reported it, and the figures are the sum of theirs.
    """

    contest: Contest
    votes: tuple[Votes, ...]
    total: int
    ballots: int | None
    districts: int
    counted_in: str = ""
    together: tuple[str, ...] = ()

    @property
    def is_few(self) -> bool:
        """Whether the votes are too few to be told."""
        return self.total < FEWEST


@dataclass(frozen=True, slots=True)
class Turnout:
    """Who could vote in a contest and did, as far as is known; None where it is not.

    `kind`: `registered`, `enrolled` in `party`, or `unknown`; `homes` is for what stands in its
    place: votes per 100 homes.
    """

    contest: Contest
    kind: str
    party: str = ""
    could: int | None = None
    did: int | None = None
    votes: int = 0
    homes: float | None = None

    @property
    def share(self) -> float | None:
        """Who voted of those who could; None if that is not known or some of it are too few."""
        if self.could is None or self.did is None or self.few:
            return None
        return self.did / self.could

    @property
    def left(self) -> int | None:
        """How many could have voted and did not."""
        return None if self.could is None or self.did is None else max(self.could - self.did, 0)

    @property
    def few(self) -> str:
        """Which of them are too few to be told: `could`, `did`, `left`, or none."""
        counts = {"could": self.could, "did": self.did, "left": self.left}
        known = {name: count for name, count in counts.items() if count is not None}
        return next((name for name, count in known.items() if count < FEWEST), "")

    @property
    def per_100_homes(self) -> float | None:
        """Votes for each hundred homes, where no more is known."""
        few = not self.homes or self.homes < FEWEST or self.votes < FEWEST
        return None if few else 100 * self.votes / (self.homes or 1)


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that is known of an area. `invented`: its voters never lived."""

    area: Area
    results: tuple[AreaResult, ...]
    turnouts: tuple[Turnout, ...]
    figures: Mapping[str, Figure]
    invented: bool

    @property
    def homes(self) -> dict[str, Figure]:
        """The counts of what is built."""
        return {one: self.figures[one] for one in BUILT if one in self.figures}

    @property
    def voters(self) -> dict[str, Figure]:
        """All other counts: those of voters."""
        return {name: one for name, one in self.figures.items() if name not in BUILT}


def sheet_of(reader: Reader, area: Area) -> Sheet:
    """What is known of an area that the reader may see. Raises Refused if a result is damaged."""
    root = Path(settings.COURTYARD_ELECTORATE)
    counts = Count.objects.visible_to(reader).filter(area=area)
    figures = {
        one.measure: Figure(one.value, one.low, one.high, one.source, one.as_of) for one in counts
    }
    results = tuple(results_of(reader, area, root))
    voters = {one.source for name, one in figures.items() if name not in BUILT}
    turnouts = tuple(_turnout(root, one, figures) for one in results)
    return Sheet(area, results, turnouts, figures, are_invented(root, voters))


def are_invented(root: Path, sources: Collection[str]) -> bool:
    """Whether voters of these sources are invented: their file, or the source itself, says so."""
    if any(INVENTED in one.casefold() for one in sources):
        return True
    files = [
        str(one.get("file", ""))
        for version in (datasets(root) if sources else ())
        if version.kind == "voters" and version.manifest.get("title", version.name) in sources
        for one in version.manifest.get("sources", [])
    ]
    return any(INVENTED in name.casefold() for name in files)


def results_of(reader: Reader, area: Area, root: Path) -> Iterable[AreaResult]:
    """The contests that were held on the ground of this area in its edition's days, newest first.

    Those of districts inside of it are summed.
    """
    held = [
        one
        for one in contests(root)
        if area.edition.valid_from <= one.date <= area.edition.valid_to
    ]
    inside = Area.objects.visible_to(reader).filter(path__startswith=area.path)
    columns = ("code", "kind", "edition__valid_from", "edition__valid_to")
    parts = list(inside.values_list(*columns)) if held else []
    for contest in held:
        codes = {
            code
            for code, kind, first, last in parts
            if kind == contest.area_kind and first <= contest.date <= last
        }
        result = result_of(root, contest.contest, contest.version)
        if found := _result(contest, result, codes, alone=contest.area_kind == area.kind):
            yield found


def _result(contest: Contest, result: Result, codes: set[str], *, alone: bool) -> AreaResult | None:
    known = codes & set(result.areas)
    if not known:
        return None
    hosts = {result.host(code) for code in known} if alone else known
    areas = [result.areas[code] for code in hosts if code in result.areas]
    total = sum(one.total for one in areas)
    tallies = [one.ballots for one in areas if one.ballots is not None]
    votes = [sum(one.votes[n] for one in areas) for n in range(len(result.candidates))]
    rows = [
        Votes(one.name, one.write_in, some, some / total)
        for one, some in zip(result.candidates, votes, strict=True)
        if total >= FEWEST
    ]
    [own] = known if alone and len(known) == 1 else [""]
    host = result.areas[own].counted_in if own else None
    guests = [one.area for one in result.areas.values() if own and one.counted_in == (host or own)]
    return AreaResult(
        contest, tuple(rows), total, sum(tallies) if tallies else None, len(known),
        host or "", tuple(sorted(guests)),
    )  # fmt: skip


def _turnout(root: Path, result: AreaResult, figures: Mapping[str, Figure]) -> Turnout:
    contest, counts = result.contest, _columns(figures)
    whom = whom_of(root, contest).settled(counts, contest)
    homes = figures.get("homes")
    could, did = _whole(whom.could(counts)), _whole(whom.did(counts, contest))
    if whom.kind == "citizens":
        did = result.total if result.ballots is None else result.ballots
    known = could is not None and did is not None
    return Turnout(
        contest=contest,
        kind=whom.kind,
        party=whom.party,
        could=could if known else None,
        did=did if known else None,
        votes=result.total,
        # Where districts were counted together, so must their homes be: that is not known here.
        homes=homes.value if homes and not (result.together or result.counted_in) else None,
    )


def _columns(figures: Mapping[str, Figure]) -> Counts:
    def column(one: float) -> np.ndarray:
        return np.array([one], float)

    return Counts(
        1,
        {
            name: Column(column(one.value), column(one.low), column(one.high))
            for name, one in figures.items()
        },
        {one.source: one.as_of for one in figures.values()},
    )


def _whole(column: Column) -> int | None:
    value = float(column.value[0])
    return None if np.isnan(value) else round(value)
