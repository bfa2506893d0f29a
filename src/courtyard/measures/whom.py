"""Whom a turnout counts: those who could vote in that contest, as far as is known."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from django.db.models import Q

from courtyard.electorate.dataset import datasets
from courtyard.electorate.questions import BadQuestion, Contest, Where, ballot_of

from .collected import Column, Counts

CITIZENS = "citizens_of_voting_age"
SHORTEST_CODE = 3  # letters of a party's name that may be its code


@dataclass(frozen=True, slots=True)
class Whom:
    """Whom a turnout counts: all `registered`, or those `enrolled` in `party`, or it is `unknown`.

    In a general election it is the `citizens` of voting age where a census table is loaded.
    `codes` are the party codes under which they are counted; none: everybody registered. `open`:
    a primary in which everybody could vote.
    """

    kind: Literal["registered", "enrolled", "citizens", "unknown"]
    party: str = ""
    codes: tuple[str, ...] = ()
    open: bool = False

    def settled(self, counts: Counts, contest: Contest) -> "Whom":
        """The same, or unknown if a primary was held that day and nobody says whose this was;

        or the citizens, if a census table counts them wherever people are registered.
        """
        names = _elections(counts, contest)
        primary = bool(names) and all("primary" in one for one in names)
        if self.kind != "registered" or self.open:
            return self
        if primary:
            return Whom("unknown")
        citizens, registered = counts[CITIZENS].known, counts["registered"].known
        return Whom("citizens") if citizens.any() and citizens[registered].all() else self

    def wanted(self, contest: Contest) -> Q:
        """The counts that say how many could vote and how many did."""
        voted = Q(measure__startswith=f"voted:{contest.date.isoformat()}")
        if self.kind == "unknown":
            return Q(measure="")
        if not self.codes:
            return Q(measure__in=("registered", CITIZENS)) | voted
        ends = Q()
        for code in self.codes:
            ends |= Q(measure__endswith=f":{code}")
        return Q(measure__in=[f"registered:{code}" for code in self.codes]) | (voted & ends)

    def could(self, counts: Counts) -> Column:
        """How many could vote."""
        if self.kind == "citizens":
            return counts[CITIZENS]
        measures = [f"registered:{code}" for code in self.codes] or ["registered"]
        return counts.sum(measures if self.kind != "unknown" else ())

    def did(self, counts: Counts, contest: Contest) -> Column:
        """How many of them voted in the contest's election."""
        # One day may have held more than one election.
        names = _elections(counts, contest)
        likely = sorted(names, key=lambda one: (("primary" in one) != bool(contest.party), one))
        if self.kind == "unknown" or not likely:
            return counts.sum(())
        voted = f"voted:{likely[0]}"
        return counts.sum([f"{voted}:{code}" for code in self.codes] or [voted])


def whom_of(root: Path, contest: Contest) -> Whom:
    """Whom the turnout of a contest counts, by what the voter files in force say of primaries.

    Where no file says how a party is coded, its code is taken to be the beginning of its name.
    """
    try:  # where it was held is not asked here
        party = ballot_of(contest, Where(area=(contest.contest,))).primary
    except BadQuestion:
        return Whom("unknown")
    if not party:
        return Whom("registered")
    files = [one.manifest for one in datasets(root) if one.kind == "voters"]
    for said in files:
        if said.get("primaries") == "open":
            return Whom("registered", open=True)
        if said.get("primaries") != "closed":
            continue
        names = said.get("parties") or {}
        own = [
            c for c, name in names.items() if party.casefold() in (c.casefold(), name.casefold())
        ]
        if own:
            return Whom("enrolled", party, tuple(own))
    if files:
        return Whom("unknown")
    beginnings = [party[:n].upper() for n in range(SHORTEST_CODE, len(party) + 1)]
    return Whom("enrolled", party, tuple(beginnings))


def _elections(counts: Counts, contest: Contest) -> set[str]:
    """The elections of the contest's day in which votes were counted, by their names."""
    day = f"voted:{contest.date.isoformat()}"
    return {one.split(":")[1] for one in counts.columns if one.startswith(day)}
