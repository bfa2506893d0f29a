"""Where to go first on the ground that is loaded: what is known of each area, ranked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np
from django.conf import settings
from django.db.models import Q
from django.utils.text import slugify

from courtyard.electorate.questions import Candidate, Contest, contests
from courtyard.electorate.threshold import FEWEST
from courtyard.journal.reader import Reader
from courtyard.territory.models import Area, Edition

from .collected import (
    Counts,
    Line,
    Result,
    Votes,
    counts_of,
    lines_of,
    result_of,
    votes_of,
)
from .potential import Part, Ranking, Reason, potential
from .shrinkage import Bools, Floats, Prior, Shrunk, shrunk, shrunk_change, shrunk_rate
from .weights import Weights
from .whom import Whom, whom_of

SEED = 14  # one seed, so that everybody sees the same ranks
BUILDINGS = ("homes", "large_buildings", "stabilised_homes")
OF_REGISTERED = ("first_time", "lapsed", "never_voted")
COUNTED = Q(measure__in=(*BUILDINGS, "complex_homes", *OF_REGISTERED, "registered"))

Fault = Literal[
    "no_contest",
    "no_such_contest",
    "no_such_candidate",
    "no_such_kind",
    "no_boundaries",
    "no_areas",
]


class NothingToRank(LookupError):
    """There is nothing to rank. `fault` is a code, so that each door can say it in its words."""

    def __init__(self, fault: Fault, asked: str = "", known: tuple[str, ...] = ()) -> None:
        self.fault, self.asked, self.known = fault, asked, known
        super().__init__(f"{fault}: {asked}")


@dataclass(frozen=True, slots=True)
class Before:
    """The contest of the last time, and for whom votes are compared; or why they are not.

    `fault` is empty if they are compared.
    """

    contest: Contest
    candidates: tuple[Candidate, ...]
    candidate: Candidate | None
    fault: Literal["", "boundaries", "candidate"]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A line with its rank, why it has it, and what is not known of it.

    `few` are the parts that rest on fewer than 11 votes or people; `is_complex` says that homes of
    it are of a complex whose buildings are not known, so that they may lie next door.
    """

    line: Line
    rank: int
    first: int
    last: int
    score: float
    reasons: tuple[Reason, ...]
    unknown: tuple[str, ...]
    few: frozenset[str]
    uncertain: bool
    is_complex: bool


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A ranking of areas with everything that a page must say beside it."""

    contest: Contest
    candidates: tuple[Candidate, ...]
    candidate: Candidate
    before: Before | None
    edition: Edition
    kind: str
    kinds: tuple[str, ...]
    lines: tuple[Line, ...]
    ranking: Ranking
    weights: Weights
    whom: Whom
    figures: Mapping[str, Shrunk]
    few: Mapping[str, Bools]
    is_complex: Bools
    counts: Counts

    def __len__(self) -> int:
        return int((~np.isnan(self.ranking.score)).sum())

    def __iter__(self) -> Iterator[Ranked]:
        """The lines of which something is known, from the first to the last."""
        return (self.at(n) for n in self.order())

    def order(self) -> list[int]:
        """The positions in `lines` of those of which something is known, first to last."""
        found: list[int] = self.ranking.order()[: len(self)].tolist()
        return found

    def at(self, n: int) -> Ranked:
        """The line at this position of `lines`."""
        found = self.ranking
        return Ranked(
            line=self.lines[n],
            rank=int(found.rank[n]),
            first=int(found.first[n]),
            last=int(found.last[n]),
            score=float(found.score[n]),
            reasons=tuple(found.why(n)),
            unknown=tuple(key for key in found.unknown(n) if key != "votes_per_home"),
            few=frozenset(key for key, few in self.few.items() if few[n]),
            uncertain=bool(found.uncertain[n]),
            is_complex=bool(found.uncertain[n] and self.is_complex[n]),
        )

    @property
    def missing(self) -> tuple[str, ...]:
        """The parts that are known of no area. Votes per home are left out where turnout is."""
        known = {one.part.key for one in self.ranking.parts}
        return tuple(
            key for key in self.ranking.missing if key != "votes_per_home" or "turnout" not in known
        )

    def prior(self, key: str) -> Prior | None:
        """Towards what small areas are pulled in this part."""
        return self.figures[key].prior if key in self.figures else None


def potential_of(
    reader: Reader,
    slug: str = "",
    *,
    candidate: str = "",
    before: str = "",
    stood: str = "",
    kind: str = "",
    weights: Weights | None = None,
    seed: int = SEED,
) -> Found:
    """Ranks all areas that the reader sees, on the boundaries of the contest's day.

    Without a slug it is the newest contest; without a candidate (a name, or its key) the leading
    one. `before` is the contest to compare with, `stood` for whom then, if it was somebody else.
    Raises NothingToRank, and Refused if a stored result is damaged.
    """
    contest, edition = _contest(reader, slug)
    result = _result(contest)
    if (chosen := _candidate(result, candidate)) is None:
        raise NothingToRank("no_such_candidate", candidate, _names(result))
    kinds = _kinds(reader, edition, kind)
    kind = kind or edition.kind
    lines = lines_of(reader, edition, kind, result)
    if not lines:
        raise NothingToRank("no_areas")
    last_time = _before(before, stood, chosen, edition, contest) if before else None
    whom = whom_of(Path(settings.COURTYARD_ELECTORATE), contest)
    counts = counts_of(reader, edition, kind, lines, COUNTED | whom.wanted(contest))
    whom = whom.settled(counts, contest)
    made = _Made(lines, whole=kind != edition.kind)
    made.of_votes(result, chosen, last_time)
    made.of_counts(counts, whom, contest)
    ranking = made.ranking(weights or Weights(), seed)
    return Found(
        contest=contest, candidates=_standing(result), candidate=chosen, before=last_time,
        edition=edition, kind=kind, kinds=kinds, lines=lines, ranking=ranking,
        weights=weights or Weights(), whom=whom, figures=made.figures, few=made.few,
        is_complex=np.nan_to_num(counts["complex_homes"].high) > 0, counts=counts,
    )  # fmt: skip


def rankable(reader: Reader) -> list[tuple[Contest, Edition]]:
    """The contests, newest first, for whose day boundaries are loaded, each with these."""
    editions = list(Edition.objects.visible_to(reader))
    held = [
        (one, edition)
        for one in contests(settings.COURTYARD_ELECTORATE)
        for edition in editions
        if edition.kind == one.area_kind and edition.valid_from <= one.date <= edition.valid_to
    ]
    return list({one.contest: (one, edition) for one, edition in reversed(held)}.values())[::-1]


def key_of(candidate: Candidate) -> str:
    """A candidate's name as an address writes it."""
    return slugify(candidate.name) or candidate.name


class _Made:
    """The parts, made one after the other, with the figures they are from."""

    def __init__(self, lines: tuple[Line, ...], *, whole: bool) -> None:
        self.lines, self.whole = lines, whole
        self.parts: dict[str, Part] = {}
        self.figures: dict[str, Shrunk] = {}
        self.few: dict[str, Bools] = {}

    def of_votes(self, result: Result, candidate: Candidate, before: Before | None) -> None:
        self.votes = self._votes(result, candidate)
        self._share("support", self.votes.some, self.votes.total)
        if "support" not in self.parts or before is None or before.candidate is None:
            return
        last = self._votes(_result(before.contest), before.candidate)
        changed = shrunk_change(_shrunk(last.some, last.total), self.figures["support"])
        self.parts["support_change"] = Part.of("support_change", changed)
        self.few["support_change"] = self.few["support"] | (last.total < FEWEST)

    def _votes(self, result: Result, candidate: Candidate) -> Votes:
        place = result.candidates.index(candidate)
        return votes_of(self.lines, result, place, whole=self.whole)

    def of_counts(self, counts: Counts, whom: Whom, contest: Contest) -> None:
        could, did = whom.could(counts).value, whom.did(counts, contest).value
        if whom.kind == "citizens":  # a census counts also those who are on no voter file today
            did = self.votes.ballots
        self._share("turnout", np.minimum(did, could), could)
        self._votes_per_home(counts)
        for key in BUILDINGS:
            column = counts[key]
            if column.known.any():
                self.parts[key] = Part(key, column.value, column.low, column.high)
        registered = counts["registered"].value
        for key in OF_REGISTERED:
            self._share(key, np.minimum(counts[key].value, registered), registered)

    def _share(self, key: str, some: Floats, of: Floats) -> None:
        found = _shrunk(some, of)
        if found.known.any():
            self.parts[key], self.figures[key] = Part.of(key, found), found
            self.few[key] = found.known & (of < FEWEST)

    def _votes_per_home(self, counts: Counts) -> None:
        """Votes for each home, where it is not known who could vote; unsure where homes are."""
        votes, homes, turnout = self.votes, counts["homes"], self.parts.get("turnout")
        known = ~np.isnan(votes.ballots) & (homes.value > 0)
        if turnout is not None:
            known &= ~turnout.known
        if not known.any():
            return
        middle = shrunk_rate(votes.ballots, homes.value)
        most = shrunk_rate(votes.ballots, homes.high, prior=middle.prior)
        fewest = shrunk_rate(votes.ballots, np.maximum(homes.low, 1), prior=middle.prior)
        low, high = np.minimum(most.low, middle.mean), np.maximum(fewest.high, middle.mean)
        self.figures["votes_per_home"] = middle
        mean = np.where(known, middle.mean, np.nan)
        self.parts["votes_per_home"] = Part("votes_per_home", mean, low, high)
        self.few["votes_per_home"] = known & (votes.ballots < FEWEST)

    def ranking(self, weights: Weights, seed: int) -> Ranking:
        """The same parts by the same weights are ranked once in a process."""
        parts = tuple(
            (key, one.value.tobytes(), one.low.tobytes(), one.high.tobytes())
            for key, one in self.parts.items()
        )
        return _ranked(parts, tuple(weights.all().items()), seed)


def _shrunk(some: Floats, of: Floats) -> Shrunk:
    return _shrunk_once(some.tobytes(), of.tobytes())


@lru_cache(maxsize=32)
def _shrunk_once(some: bytes, of: bytes) -> Shrunk:
    """To find what areas are like on the whole takes longest, and results do not change."""
    return shrunk(np.frombuffer(some), np.frombuffer(of))


@lru_cache(maxsize=16)
def _ranked(
    parts: tuple[tuple[str, bytes, bytes, bytes], ...],
    weights: tuple[tuple[str, int], ...],
    seed: int,
) -> Ranking:
    given = [
        Part(key, np.frombuffer(value), np.frombuffer(low), np.frombuffer(high))
        for key, value, low, high in parts
    ]
    return potential(given, Weights(dict(weights)), seed=seed)


def _contest(reader: Reader, slug: str) -> tuple[Contest, Edition]:
    held = rankable(reader)
    known = tuple(one.contest for one, _ in held)
    for one, edition in held:
        if not slug or one.contest == slug:
            return one, edition
    every = contests(settings.COURTYARD_ELECTORATE)
    if slug and slug not in {one.contest for one in every}:
        raise NothingToRank("no_such_contest", slug, known)
    raise NothingToRank("no_boundaries" if every else "no_contest", slug, known)


def _result(contest: Contest) -> Result:
    return result_of(Path(settings.COURTYARD_ELECTORATE), contest.contest, contest.version)


def _standing(result: Result) -> tuple[Candidate, ...]:
    return tuple(one for one in result.candidates if not one.write_in)


def _names(result: Result) -> tuple[str, ...]:
    return tuple(one.name for one in _standing(result))


def _candidate(result: Result, asked: str) -> Candidate | None:
    """The one of this name or key; the leading one if nobody is named."""
    standing = _standing(result)
    named = [one for one in standing if asked in (one.name, key_of(one))]
    return next(iter(named if asked else standing), None)


def _kinds(reader: Reader, edition: Edition, asked: str) -> tuple[str, ...]:
    """The kinds of areas of the edition that the reader sees, the edition's own first."""
    areas = Area.objects.visible_to(reader).filter(edition=edition)
    found = areas.order_by("kind").values_list("kind", flat=True).distinct()
    kinds = tuple(sorted(found, key=lambda one: (one != edition.kind, one)))
    if asked and asked not in kinds:
        raise NothingToRank("no_such_kind", asked, kinds)
    return kinds


def _before(slug: str, stood: str, chosen: Candidate, edition: Edition, now: Contest) -> Before:
    others = [one for one in contests(settings.COURTYARD_ELECTORATE) if one != now]
    contest = next((one for one in others if one.contest == slug), None)
    if contest is None:
        raise NothingToRank("no_such_contest", slug, tuple(one.contest for one in others))
    result = _result(contest)
    same = contest.area_kind == edition.kind
    if not (same and edition.valid_from <= contest.date <= edition.valid_to):
        return Before(contest, _standing(result), None, "boundaries")
    candidate = _candidate(result, stood or chosen.name)
    return Before(contest, _standing(result), candidate, "" if candidate else "candidate")
