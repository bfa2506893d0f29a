"""Draws the voters of given homes so that exactly so many of each area cast each ballot.

First how many live where, then their parties, then all else by chance; last, who voted: those who
could, and likeliest those who vote often. Where they are too few, somebody is made one of them:
older, registered earlier, active. That never takes back a vote that was given before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from .geography import Places
from .history import Came
from .homes import (
    AREAS_OF_A_DISTRICT,
    HOME_SHARES,
    LARGE,
    MOST_IN_A_HOME,
    Block,
    Homes,
    Turnout,
    needed_of_parties,
)
from .names import Numbers, Zipf, weighted
from .people import (
    NO_NUMBER,
    PARTIES,
    STATUS_SHARES,
    STATUSES,
    TODAY,
    People,
    days,
    eighteen_years_before,
    eighteenth_birthday,
)

DEMOCRATS, SPREAD = 0.65, 0.05  # of an area's voters: the mean over areas, and how they differ
FEWEST, MOST = 0.5, 0.8
OTHER_PARTIES = (0, 0.27, 0.6, 0.07, 0.02, 0.04)  # of all who are no Democrats; as PARTIES
SPARE = 4  # a party has, where it can, a voter more for every so many who voted
IN_TIME = 30  # days from the 18th birthday to the first vote that is given
_YEARS_OLDER = 40  # at most, of those made old enough
_COUNTS = np.array([status not in ("P", "17") for status in STATUSES])


@dataclass(frozen=True, slots=True, eq=False)
class Residents:
    """The voters of a block, and who of them came to each turnout."""

    people: People
    home: Numbers  # into Homes, one a voter
    area: Numbers  # within the block, one a voter
    came: list[Came]  # one a turnout


def residents(
    rng: np.random.Generator,
    homes: Homes,
    block: Block,
    turnout: Sequence[Turnout],
    zipfs: tuple[Zipf, Zipf],
    start: int,
) -> Residents:
    """The voters of the homes of a block, shuffled; ``start`` is the row of the first."""
    sizes = _sizes(rng, block)
    at = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    area, home = block.area[at], block.homes[at]
    needed = needed_of_parties(turnout, block.ballots)
    party = _parties(rng, area, len(block.codes), needed)
    people = _people(rng, party, at, home, homes, zipfs, start)
    came = [
        _voted(rng, people, area, one, ballots)
        for one, ballots in zip(turnout, block.ballots, strict=True)
    ]
    return Residents(people, home, area, came)


def first_of_each(group: Numbers, many: Numbers, among: Came, *keys: npt.NDArray[Any]) -> Came:
    """Marks in every group its ``many`` entries that come first by the keys, of those ``among``."""
    able = np.flatnonzero(among)
    order = able[np.lexsort([*[key[able] for key in reversed(keys)], group[able]])]
    grouped = group[order]
    nth = np.arange(len(order)) - np.searchsorted(grouped, grouped)
    marked = np.zeros(len(group), dtype=np.bool_)
    marked[order] = nth < many[grouped]
    return marked


def _sizes(rng: np.random.Generator, block: Block) -> Numbers:
    """How many voters live in each home: as usual, and more where an area wants more."""
    areas, homes = len(block.codes), len(block.area)
    sizes = weighted(rng, HOME_SHARES, homes)
    lack = block.wanted - np.bincount(block.area, weights=sizes, minlength=areas).astype(np.int64)
    for most in [LARGE] * LARGE + [MOST_IN_A_HOME] * (MOST_IN_A_HOME - LARGE):
        if not (lack > 0).any():
            break
        more = first_of_each(block.area, lack, sizes < most, rng.random(homes))
        sizes = sizes + more
        lack = lack - np.bincount(block.area[more], minlength=areas)
    return sizes


def _parties(
    rng: np.random.Generator, area: Numbers, areas: int, needed: dict[int, Numbers]
) -> Numbers:
    """The party of each voter; in every area at least so many of each party as are needed."""
    count = len(area)
    share = np.clip(rng.normal(DEMOCRATS, SPREAD, areas), FEWEST, MOST)[area]
    party = np.where(rng.random(count) < share, 0, weighted(rng, OTHER_PARTIES, count))
    total = sum(needed.values(), start=np.zeros(areas, dtype=np.int64))
    spare = np.bincount(area, minlength=areas) - total
    kept = np.zeros(count, dtype=np.bool_)
    quotas = {
        one: many + np.minimum(many // SPARE, spare * many // np.maximum(total, 1))
        for one, many in needed.items()
    }
    for one, quota in quotas.items():
        kept |= first_of_each(area, quota, party == one, rng.random(count))
    for one, quota in quotas.items():
        lack = quota - np.bincount(area[party == one], minlength=areas)
        turned = first_of_each(area, lack, ~kept, rng.random(count))
        party[turned] = one
        kept |= turned
    return party


def _people(
    rng: np.random.Generator,
    party: Numbers,
    at: Numbers,
    home: Numbers,
    homes: Homes,
    zipfs: tuple[Zipf, Zipf],
    start: int,
) -> People:
    """All about them but how they voted. ``at`` numbers their homes within the block."""
    count = len(at)
    last, first = zipfs
    families = last.draw(rng, int(at.max(initial=0)) + 1)
    own_name = rng.random(count) < 0.2
    born, registered = days(rng, count)
    status = weighted(rng, STATUS_SHARES, count)
    adult = born <= eighteen_years_before(TODAY)
    return People(
        start=start,
        last=np.where(own_name, last.draw(rng, count), families[at]),
        first=first.draw(rng, count),
        middle=np.where(rng.random(count) < 0.6, first.draw(rng, count), NO_NUMBER),
        born=born,
        registered=registered,
        party=party,
        status=np.where(adult, status, STATUSES.index("17")),
        propensity=rng.beta(0.9, 1.1, count).astype(np.float32),
        building=at,
        household=at,
        unit=np.full(count, NO_NUMBER),
        places=_places(homes, home),
    )


def _places(homes: Homes, home: Numbers) -> Places:
    """Districts as given; the numbers of streets and cities stand for nothing here."""
    nothing = np.zeros(len(home), dtype=np.int64)
    assembly, district = np.divmod(homes.area[home], AREAS_OF_A_DISTRICT)
    return Places(
        county=homes.county[home],
        place=nothing,
        street=nothing,
        number=nothing,
        half=nothing,
        zip5=nothing,
        assembly=assembly,
        district=district,
        senate=homes.senate[home],
        congress=homes.congress[home],
    )


def _voted(
    rng: np.random.Generator, people: People, area: Numbers, one: Turnout, ballots: Numbers
) -> Came:
    """Who came; those who were too young, not yet registered or are struck off are made to fit."""
    day = (one.day - date(1970, 1, 1)).days
    count = len(people)
    of_party = people.party == PARTIES.index(one.party) if one.party else np.ones(count, np.bool_)
    grown = eighteenth_birthday(people.born) <= day - IN_TIME
    fit = grown & (people.registered < day) & _COUNTS[people.status]
    # Smallest first: a draw without replacement in which who votes often has better chances.
    luck = rng.exponential(size=count) / (people.propensity + 0.05)
    came = first_of_each(area, ballots, of_party, ~fit, luck)
    late = came & ~grown
    younger = day - IN_TIME - int(18.1 * 365.25)
    people.born[late] = younger - rng.integers(0, int(_YEARS_OLDER * 365.25), int(late.sum()))
    unregistered = np.flatnonzero(came & (people.registered >= day))
    of_age = eighteenth_birthday(people.born[unregistered])
    since = rng.random(len(unregistered)) * (day - of_age)
    people.registered[unregistered] = of_age + since.astype(np.int64)
    people.status[came & ~_COUNTS[people.status]] = STATUSES.index("A")
    return came
