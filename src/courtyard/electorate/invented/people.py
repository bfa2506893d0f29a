"""Draws invented voters, in portions: who they are and where they live, as columns of numbers.

Nothing here knows a layout. Numbers point into the pools of `Pools` and `Geography`; days count
from 1970-01-01. A building and its households lie within one portion, and portions are shuffled.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from .geography import CITY, Geography, Places, building_shares
from .names import Column, Numbers, Zipf, invented_names, weighted

AS_OF = date(2026, 1, 15)  # the day of the invented publication
TODAY = (AS_OF - date(1970, 1, 1)).days
PORTION = 50_000  # rows drawn and written together
PARTIES = ("DEM", "REP", "BLK", "OTH", "CON", "WOR")
PARTY_SHARES = (0.49, 0.225, 0.225, 0.035, 0.015, 0.01)
MAY_VOTE_IN_PRIMARIES = np.array([True, True, False, False, True, True])
STATUSES = ("A", "I", "P", "AM", "AU", "AP", "AF", "17")
STATUS_SHARES = (0.88, 0.08, 0.02, 0.01, 0.005, 0.003, 0.002, 0.0)
UNDER_18 = 0.006
HOUSEHOLD_SHARES = (0.38, 0.36, 0.15, 0.07, 0.03, 0.01)  # of one to six registered voters
DOORS = np.array([1, 2, 3, 4, 6, 8, 12, 20, 40, 80, 120, 200])
DOORS_IN_CITY = (0.38, 0.25, 0.12, 0.07, 0.06, 0.04, 0.03, 0.02, 0.015, 0.008, 0.004, 0.003)
DOORS_ELSEWHERE = (0.93, 0.04, 0, 0.015, 0, 0.008, 0, 0.005, 0, 0.002, 0, 0)
LAST_NAMES, FIRST_NAMES = 60_000, 6_000
NO_NUMBER = -1

# Streams of chance, so that one part can change without moving another.
POOLS, PEOPLE, HISTORY, LAYOUT, DIRT = range(5)


@dataclass(frozen=True, slots=True)
class Pools:
    """The texts that numbers of `People` point to."""

    last: Column
    first: Column
    geography: Geography

    @classmethod
    def of(cls, seed: int) -> Pools:
        """The pools of a seed."""
        rng = np.random.default_rng([seed, POOLS])
        last = invented_names(rng, LAST_NAMES, 3)
        first = invented_names(rng, FIRST_NAMES, 2)
        return cls(last, first, Geography(rng))


@dataclass(frozen=True, slots=True)
class People:
    """One portion of voters, one entry a voter in every column."""

    start: int  # row number of the first, from 0
    last: Numbers
    first: Numbers
    middle: Numbers  # NO_NUMBER: none
    born: Numbers  # day
    registered: Numbers  # day
    party: Numbers  # into PARTIES
    status: Numbers  # into STATUSES
    propensity: np.typing.NDArray[np.float32]  # 0 never votes … 1 votes whenever there is a vote
    building: Numbers  # within the portion
    household: Numbers  # within the portion
    unit: Numbers  # the door, from 0; NO_NUMBER in a building with one
    places: Places  # of the voters, not of the buildings

    def __len__(self) -> int:
        return len(self.born)


def portions(rows: int) -> list[int]:
    """Into how many rows each the file is drawn; nearly equal parts."""
    parts = -(-rows // PORTION)
    return [rows * (n + 1) // parts - rows * n // parts for n in range(parts)]


def people(rows: int, seed: int, pools: Pools) -> Iterator[People]:
    """``rows`` voters, portion by portion; the same for the same seed."""
    zipfs = (Zipf.of(LAST_NAMES, 0.85), Zipf.of(FIRST_NAMES, 0.9))
    start = 0
    for number, count in enumerate(portions(rows)):
        rng = np.random.default_rng([seed, PEOPLE, number])
        yield _portion(rng, pools.geography, zipfs, start, count)
        start += count


def _portion(
    rng: np.random.Generator, geography: Geography, zipfs: tuple[Zipf, Zipf], start: int, count: int
) -> People:
    building, household, unit, places = _homes(rng, geography, count)
    last, first = zipfs
    families = last.draw(rng, int(household.max()) + 1)
    own_name = rng.random(count) < 0.2
    born, registered = days(rng, count)
    party = weighted(rng, PARTY_SHARES, count)
    status = weighted(rng, STATUS_SHARES, count)
    adult = born <= eighteen_years_before(TODAY)
    return People(
        start=start,
        last=np.where(own_name, last.draw(rng, count), families[household]),
        first=first.draw(rng, count),
        middle=np.where(rng.random(count) < 0.6, first.draw(rng, count), NO_NUMBER),
        born=born,
        registered=registered,
        party=party,
        status=np.where(adult, status, STATUSES.index("17")),
        propensity=rng.beta(0.9, 1.1, count).astype(np.float32),
        building=building,
        household=household,
        unit=unit,
        places=places,
    )


def _homes(
    rng: np.random.Generator, geography: Geography, count: int
) -> tuple[Numbers, Numbers, Numbers, Places]:
    """Building, household, door and address of each voter, shuffled."""
    means = (DOORS @ np.array(DOORS_IN_CITY), DOORS @ np.array(DOORS_ELSEWHERE))
    county = weighted(rng, building_shares(*means), count)
    in_city = np.isin(county, CITY)
    doors = DOORS[np.where(in_city, weighted(rng, DOORS_IN_CITY, count),
                           weighted(rng, DOORS_ELSEWHERE, count))]  # fmt: skip
    building_of_door = np.repeat(np.arange(count), doors)[:count]  # as many doors as voters will do
    sizes = weighted(rng, HOUSEHOLD_SHARES, count) + 1
    household = np.repeat(np.arange(count), sizes)[:count]
    household = household[rng.permutation(count)]
    building = building_of_door[household]
    first_door = np.searchsorted(building_of_door, building_of_door)
    unit = np.where(doors[building_of_door] > 1, np.arange(count) - first_door, NO_NUMBER)
    addresses = geography.addresses(county[: int(building.max()) + 1])
    voters = (getattr(addresses, name)[building] for name in Places.__slots__)
    return building, household, unit[household], Places(*voters)


def days(rng: np.random.Generator, count: int) -> tuple[Numbers, Numbers]:
    """Days of birth and of registration: of age when registered, but for a few of 16 and 17."""
    year = 365.25
    ages = 18.01 + 80 * rng.beta(1.6, 2.2, count)
    young = rng.random(count) < UNDER_18
    ages = np.where(young, 16.05 + 1.9 * rng.random(count), ages)
    born = (TODAY - ages * year).astype(np.int64)
    of_age = born + np.where(young, int(16.01 * year), int(18.01 * year))
    since = rng.beta(0.6, 1.1, count)
    return born, of_age + (since * (TODAY - of_age)).astype(np.int64)


def eighteenth_birthday(born: Numbers) -> Numbers:
    """The day on which somebody turns 18; 1 March for those born on 29 February."""
    months = born.astype("datetime64[D]").astype("datetime64[M]")
    days = born.astype("datetime64[D]") - months.astype("datetime64[D]")
    birthday: Numbers = ((months + 18 * 12).astype("datetime64[D]") + days).astype(np.int64)
    return birthday


def eighteen_years_before(day: int) -> int:
    """The last day of birth of those who are of age on that day."""
    then = date.fromordinal(day + date(1970, 1, 1).toordinal())
    return (then.replace(year=then.year - 18) - date(1970, 1, 1)).days
