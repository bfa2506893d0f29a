"""Homes given from outside, the ballots cast among them, and how many voters an area must have.

Whole areas are drawn together. A result that counts several areas as one is shared out among their
homes first, so that all that follows is exact area by area.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from . import people as drawn
from .geography import CITY
from .names import Column, Numbers

# Of a home: the shares of those with none, one … six registered voters; 1.185 in the mean.
HOME_SHARES = (0.33, 0.34, 0.21, 0.075, 0.03, 0.01, 0.005)
A_HOME = float(np.array(HOME_SHARES) @ np.arange(len(HOME_SHARES)))
LARGE = len(HOME_SHARES) - 1  # voters; more live together only where ballots ask for it
MOST_IN_A_HOME = 12
# An area has twice the voters that its ballots need, unless that takes more than these a home.
ROOMY = 3
TYPES_OF_KINDS = {
    "general": "GE",
    "primary": "PR",
    "presidential-primary": "PP",
    "special": "SP",
    "runoff": "RO",
}
FIRST_YEAR = 2000
AREAS_OF_A_DISTRICT = 1000  # area = assembly district * 1000 + election district
_BREAKS_A_LINE = "[\\x00-\\x1f\\x7f]"


@dataclass(frozen=True, slots=True, eq=False)
class Homes:
    """Doors, one entry a home in every column; made by ``of``, which checks them."""

    area: Numbers
    street: Column
    number: Column
    unit: Column  # empty: the only door
    city: Column
    zip5: Column
    county: Numbers  # the publisher's: Bronx 3, Kings 24, Manhattan 31, Queens 41, Richmond 43
    congress: Numbers
    senate: Numbers

    def __len__(self) -> int:
        return len(self.area)

    @classmethod
    def of(
        cls,
        *,
        area: npt.ArrayLike,
        street: Sequence[str] | Column,
        number: Sequence[str] | Column,
        unit: Sequence[str] | Column,
        city: Sequence[str] | Column,
        zip5: Sequence[str] | Column,
        county: npt.ArrayLike,
        congress: npt.ArrayLike,
        senate: npt.ArrayLike | None = None,
    ) -> Homes:
        """Takes lists, numpy or Arrow arrays; without ``senate`` its districts are made up.

        Raises ValueError for columns of unequal length, areas and counties that are not of New
        York City, and texts that would break a line of the file.
        """
        areas = _whole(area)
        senates = _made_up_senate(areas) if senate is None else _whole(senate)
        homes = cls(
            area=areas,
            street=_texts(street),
            number=_texts(number),
            unit=_texts(unit),
            city=_texts(city),
            zip5=_texts(zip5),
            county=_whole(county),
            congress=_whole(congress),
            senate=senates,
        )
        homes._check()
        return homes

    def _check(self) -> None:
        if {len(getattr(self, name)) for name in self.__slots__} != {len(self)}:
            raise ValueError("the columns of the homes are not equally long")
        assembly, district = np.divmod(self.area, AREAS_OF_A_DISTRICT)
        if not ((assembly >= 1) & (assembly <= 150) & (district >= 1)).all():
            raise ValueError("an area is an assembly district (1 to 150) * 1000 + its district")
        if not np.isin(self.county, CITY).all():
            raise ValueError(f"the counties are not those of New York City, {CITY}")
        for numbers in (self.congress, self.senate):
            if not ((numbers >= 0) & (numbers < AREAS_OF_A_DISTRICT)).all():
                raise ValueError("a district for Congress or Senate is not 0 to 999")


@dataclass(frozen=True, slots=True)
class Turnout:
    """The ballots of one election, area by area; of a closed primary those of one ``party``.

    ``groups`` says of areas in which other one their ballots are counted, and ``voted`` has them
    there. Raises ValueError for what cannot be.
    """

    day: date
    kind: str  # of TYPES_OF_KINDS
    party: str  # of PARTIES; empty: anybody may vote
    voted: Mapping[int, int]
    groups: Mapping[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.kind not in TYPES_OF_KINDS or self.party not in ("", *drawn.PARTIES):
            raise ValueError(f"{self.kind} of {self.party} is no election that is known")
        if not (self.day.year >= FIRST_YEAR and self.day < drawn.AS_OF):
            raise ValueError(f"{self.day} is not from {FIRST_YEAR} to {drawn.AS_OF}")
        if any(ballots < 0 for ballots in self.voted.values()):
            raise ValueError("there cannot be fewer than no ballots")

    @property
    def type(self) -> str:
        """As the publisher codes it."""
        return TYPES_OF_KINDS[self.kind]

    @property
    def name(self) -> str:
        """Tells it apart from the others: `2020-06-23-primary DEM`."""
        return f"{self.day.isoformat()}-{self.kind} {self.party}".strip()

    def counted_in(self, area: int) -> int:
        """The area in which the ballots of this one stand."""
        passed = {area}
        while (to := self.groups.get(area, area)) != area:
            if to in passed:
                raise ValueError(f"area {area} is counted in itself by way of others")
            passed.add(to)
            area = to
        return area


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Some whole areas, and what is to be drawn there. Areas are numbered within the block."""

    codes: Numbers  # of the areas
    homes: Numbers  # into Homes
    area: Numbers  # of each home
    ballots: Numbers  # a row for each turnout, a column for each area
    wanted: Numbers  # at least so many voters in each area


class Ground:
    """All homes by area, and all ballots shared out among the areas that have homes."""

    def __init__(self, homes: Homes, turnout: Sequence[Turnout]) -> None:
        _check_together(turnout)
        self.areas, self._of_home = np.unique(homes.area, return_inverse=True)
        self._order = np.argsort(self._of_home, kind="stable")
        self._many = np.bincount(self._of_home, minlength=len(self.areas)).astype(np.int64)
        # Ballots for which there is no home, or too few, by area and election.
        self.without_homes: defaultdict[str, dict[str, int]] = defaultdict(dict)
        self.too_few_homes: defaultdict[str, dict[str, int]] = defaultdict(dict)
        asked = np.zeros((len(turnout), len(self.areas)), dtype=np.int64)
        for row, one in enumerate(turnout):
            asked[row] = self._shared_out(one)
        self._ballots = self._fitting(turnout, asked)
        need = voters_needed(turnout, self._ballots)
        self._wanted = np.maximum(need, np.minimum(2 * need, ROOMY * self._many))

    def blocks(self) -> Iterator[Block]:
        """Portion after portion, in order of area; an area never lies in two."""
        ends = np.concatenate([[0], np.cumsum(self._many)])
        for first, end in self._bounds():
            homes = self._order[ends[first] : ends[end]]
            yield Block(
                codes=self.areas[first:end],
                homes=homes,
                area=self._of_home[homes] - first,
                ballots=self._ballots[:, first:end],
                wanted=self._wanted[first:end],
            )

    def _bounds(self) -> Iterator[tuple[int, int]]:
        first, held = 0, 0.0
        for area, voters in enumerate(np.maximum(self._wanted, self._many * A_HOME).tolist()):
            if held and held + voters > drawn.PORTION:
                yield first, area
                first, held = area, 0.0
            held += voters
        if first < len(self.areas):
            yield first, len(self.areas)

    def _shared_out(self, one: Turnout) -> Numbers:
        """The ballots in each area that has homes; those of areas counted as one by their homes."""
        found = np.zeros(len(self.areas), dtype=np.int64)
        members: defaultdict[int, list[int]] = defaultdict(list)
        for place, area in enumerate(self.areas.tolist()):
            members[one.counted_in(area)].append(place)
        counted: defaultdict[int, int] = defaultdict(int)
        for area, ballots in one.voted.items():
            counted[one.counted_in(area)] += ballots
        for area, ballots in sorted(counted.items()):
            if area in members:
                below = np.concatenate([[0], np.cumsum(self._many[members[area]])])
                found[members[area]] = np.diff(below * ballots // below[-1])
            elif ballots:
                self.without_homes[str(area)][one.name] = ballots
        return found

    def _fitting(self, turnout: Sequence[Turnout], ballots: Numbers) -> Numbers:
        """The ballots without those for which there is no room in the homes."""
        need, room = voters_needed(turnout, ballots), MOST_IN_A_HOME * self._many
        tight = need > room
        fitting = ballots.copy()
        fitting[:, tight] = ballots[:, tight] * room[tight] // need[tight]
        for row, place in np.argwhere(fitting < ballots).tolist():
            missing = int(ballots[row, place] - fitting[row, place])
            self.too_few_homes[str(self.areas[place])][turnout[row].name] = missing
        return fitting


def needed_of_parties(turnout: Sequence[Turnout], ballots: Numbers) -> dict[int, Numbers]:
    """By party (into PARTIES) how many of its voters each area must have."""
    return {
        drawn.PARTIES.index(party): ballots[[one.party == party for one in turnout]].max(axis=0)
        for party in dict.fromkeys(one.party for one in turnout if one.party)
    }


def voters_needed(turnout: Sequence[Turnout], ballots: Numbers) -> Numbers:
    """How many voters each area must have at least."""
    of_parties: Numbers = np.zeros(ballots.shape[1], dtype=np.int64)
    for many in needed_of_parties(turnout, ballots).values():
        of_parties = of_parties + many
    need: Numbers = np.maximum(of_parties, ballots.max(axis=0, initial=0))
    return need


def _check_together(turnout: Sequence[Turnout]) -> None:
    """Raises ValueError for two turnouts of one election, unless they are of different parties."""
    parties: defaultdict[tuple[date, str], list[str]] = defaultdict(list)
    for one in turnout:
        parties[one.day, one.kind].append(one.party)
    for (day, kind), found in parties.items():
        if len(found) > len(set(found)) or ("" in found and len(found) > 1):
            raise ValueError(f"the ballots of the {kind} election of {day} are given twice")


def _whole(values: npt.ArrayLike) -> Numbers:
    found = np.asarray(values)
    if found.ndim != 1 or (len(found) and not np.issubdtype(found.dtype, np.integer)):
        raise ValueError("a column that should be of whole numbers is not")
    return found.astype(np.int64)


def _texts(values: Sequence[str] | Column) -> Column:
    """As bytes, ready to stand between quotation marks."""
    found = values if isinstance(values, pa.Array | pa.ChunkedArray) else pa.array(values)
    found = pa.concat_arrays(found.chunks) if isinstance(found, pa.ChunkedArray) else found
    found = found.cast(pa.string())
    if found.null_count or pc.any(pc.match_substring_regex(found, _BREAKS_A_LINE)).as_py():
        raise ValueError("an address has no text, or one with a line end or NUL in it")
    return pc.replace_substring(found, '"', '""').cast(pa.binary())


def _made_up_senate(area: Numbers) -> Numbers:
    made_up: Numbers = area // AREAS_OF_A_DISTRICT * 62 // 150 + 1
    return made_up
