"""Counts of areas: homes from the buildings that are loaded, voters from the voter file."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
import shapely

from courtyard.electorate import questions
from courtyard.electorate.questions import Voters

from .complexes import counts_of, shared
from .models import Area, Building, Complex, Outline
from .placing import NEIGHBOURHOOD, smallest_districts

HOMES = "homes"
FEWEST_OF_LARGE = 6  # homes of a building that the law counts among the large ones
LARGEST_PARTIES = 4
LONGEST_SOURCE = 200
NEWEST_ELECTIONS = 3
LAPSED_AFTER = timedelta(days=4 * 365 + 1)  # without a vote: four years, one of each general


@dataclass(frozen=True, slots=True)
class Counted:
    """One count of one area; `low` and `high` differ from `value` where it is not sure."""

    area: UUID
    path: str
    measure: str
    value: float
    low: float
    high: float
    source: str

    def row(self) -> dict[str, Any]:
        """What a row of it says."""
        said = asdict(self)
        return {"area_id": said.pop("area"), **said}


@dataclass(frozen=True)
class Counts:
    """All counts together."""

    rows: tuple[Counted, ...]

    @cached_property
    def sha256(self) -> str:
        """A fingerprint of them."""
        rows = sorted(self.rows, key=lambda one: (one.path, one.measure))
        text = "\n".join(map(repr, rows))
        return hashlib.sha256(text.encode()).hexdigest()


def together(rows: Iterable[Counted]) -> tuple[Counted, ...]:
    """One count an area and measure: those of several voter files are added up."""
    found: dict[tuple[UUID, str], Counted] = {}
    for one in rows:
        before = found.get((one.area, one.measure))
        found[one.area, one.measure] = _added(before, one) if before else one
    return tuple(found.values())


def _added(one: Counted, more: Counted) -> Counted:
    """Of a file that has nobody there nothing is said, not even its name."""
    if not more.high:
        return one
    return replace(
        more,
        value=one.value + more.value,
        low=one.low + more.low,
        high=one.high + more.high,
        source=f"{one.source}, {more.source}"[:LONGEST_SOURCE] if one.high else more.source,
    )


@dataclass(frozen=True, slots=True)
class _Kind:
    """The areas of one kind of one edition, in order of their codes."""

    areas: tuple[Area, ...]
    outlines: tuple[Any, ...]

    @property
    def place(self) -> dict[UUID, int]:
        return {area.id: n for n, area in enumerate(self.areas)}


def homes_counted() -> Iterator[Counted]:
    """Homes and buildings of every area of every kind, of the districts and the neighbourhoods."""
    columns = ("area_id", "neighbourhood_id", "homes", "stabilised", "edition__name")
    rows = list(Building.objects.values_list(*columns))
    complexes = list(Complex.objects.values_list("longitude", "latitude", "homes", "stabilised"))
    if not rows and not complexes:
        return
    homes = np.array([row[2] for row in rows], np.int64)
    stabilised = np.array([row[3] for row in rows], bool)
    source = ", ".join(sorted({row[4] for row in rows}))
    sure = {
        HOMES: homes,
        "buildings": (homes > 0).astype(np.int64),
        "large_buildings": np.where(homes >= FEWEST_OF_LARGE, homes, 0),
        "stabilised_homes": np.where(stabilised, homes, 0),
    }
    lots = np.array(complexes, dtype=float).reshape(-1, 4)
    unsure = {
        HOMES: lots[:, 2],
        "large_buildings": lots[:, 2],
        "stabilised_homes": lots[:, 2] * lots[:, 3],
        "complex_homes": lots[:, 2],
    }
    for kind in _kinds():
        where = _where([(row[0], row[1]) for row in rows], kind)
        shares = shared(lots[:, 0], lots[:, 1], lots[:, 2], kind.outlines)
        for measure in dict.fromkeys([*sure, *unsure]):
            own = sure.get(measure, np.zeros_like(homes))
            others = unsure.get(measure, np.zeros(len(lots)))
            found = counts_of(where, own, shares, others, len(kind.areas))
            bounds = (found.value.tolist(), found.low.tolist(), found.high.tolist())
            for area, value, low, high in zip(kind.areas, *bounds, strict=True):
                if high > 0 or measure == HOMES:
                    yield Counted(area.id, area.path, measure, round(value, 1), low, high, source)


def voters_counted(voters: Voters, days: Iterable[str]) -> Iterator[Counted]:
    """Voters of every district and of the areas around it, from a voter file.

    Votes are counted in the elections of these `days` (ISO) and in the newest of the file. Raises
    Refused, BadQuestion.
    """
    source = str(voters.version.manifest.get("title", voters.version.name))
    elections = _elections(voters, set(days))
    tables: dict[str, Mapping[str, int]] = {}
    by_party = _by(questions.registered(voters, by=("area", "party")), "registered")
    parties = _largest(by_party)
    tables |= _with_parties("registered", by_party, parties)
    for election in elections:
        votes = questions.voted(voters, by=("area", "party"), election=election)
        tables |= _with_parties(f"voted:{election}", _by(votes, "voted"), parties)
    if elections:
        newest = elections[-1]
        since = voters.election(newest).day - LAPSED_AFTER
        first = questions.first_time(voters, newest, by=("area",))
        tables["first_time"] = _plain(first, "first_time")
        tables["lapsed"] = _plain(questions.lapsed(voters, since, by=("area",)), "lapsed")
    tables["never_voted"] = _plain(questions.never_voted(voters, by=("area",)), "never_voted")
    for kind in _kinds(neighbourhoods=False):
        yield from _summed(kind, tables, source)


def _elections(voters: Voters, days: set[str]) -> list[str]:
    known = [one for one in voters.elections.values() if one.has_day]
    wanted = {one.name for one in known if one.day.isoformat() in days}
    wanted |= {one.name for one in known[-NEWEST_ELECTIONS:]}
    return [one.name for one in known if one.name in wanted]


def _by(table: Any, count: str) -> dict[tuple[str, str], int]:
    return {(row["area"] or "", row["party"] or ""): row[count] for row in table.to_pylist()}


def _plain(table: Any, count: str) -> dict[str, int]:
    return {row["area"] or "": row[count] for row in table.to_pylist()}


def _largest(counts: Mapping[tuple[str, str], int]) -> list[str]:
    total: dict[str, int] = defaultdict(int)
    for (_, party), count in counts.items():
        total[party] += count
    named = sorted((party for party in total if party), key=lambda one: -total[one])
    return named[:LARGEST_PARTIES]


def _with_parties(
    measure: str, counts: Mapping[tuple[str, str], int], parties: Iterable[str]
) -> dict[str, Mapping[str, int]]:
    every: dict[str, int] = defaultdict(int)
    for (area, _), count in counts.items():
        every[area] += count
    found: dict[str, Mapping[str, int]] = {measure: every}
    for party in parties:
        found[f"{measure}:{party}"] = {
            area: count for (area, theirs), count in counts.items() if theirs == party
        }
    return found


def _summed(kind: _Kind, tables: Mapping[str, Mapping[str, int]], source: str) -> Iterator[Counted]:
    """The counts of the districts, or of what lies around them, from those by a district's code."""
    inside = _codes_inside()
    for area in kind.areas:
        codes = inside[area.id]
        for measure, counts in tables.items():
            value = float(sum(counts.get(code, 0) for code in codes))
            yield Counted(area.id, area.path, measure, value, value, value, source)


def _codes_inside() -> dict[UUID, list[str]]:
    """The codes of the smallest districts inside of each area, itself included."""
    codes: dict[UUID, list[str]] = defaultdict(list)
    for area in next(iter(_kinds(neighbourhoods=False))).areas:
        for around in map(UUID, area.path.strip("/").split("/")):
            codes[around].append(area.code)
    return codes


def _kinds(*, neighbourhoods: bool = True) -> list[_Kind]:
    """The kinds that are counted, the smallest districts first: one edition of each."""
    smallest = smallest_districts().areas
    if not smallest:
        return []
    ids = {part for _, path in smallest for part in path.strip("/").split("/")}
    outlines = Outline.objects.select_related("area")
    around = [one for one in outlines if one.area_id.hex in ids]
    if neighbourhoods:
        around += list(outlines.filter(area__kind=NEIGHBOURHOOD))
    by_kind: dict[str, list[Outline]] = defaultdict(list)
    for one in sorted(around, key=lambda one: (-one.path.count("/"), one.area.kind, one.area.code)):
        by_kind[one.area.kind].append(one)
    return [
        _Kind(
            tuple(one.area for one in some),
            tuple(shapely.from_geojson([one.geometry for one in some])),
        )
        for some in by_kind.values()
    ]


def _where(rows: Iterable[tuple[UUID | None, UUID | None]], kind: _Kind) -> npt.NDArray[np.int32]:
    """In which of the areas each building stands, -1 for none of them."""
    place = kind.place
    of_district: dict[UUID | None, int] = {None: -1}
    for area, path in Area.objects.values_list("id", "path"):
        inside = [place[one] for one in map(UUID, path.strip("/").split("/")) if one in place]
        of_district[area] = inside[-1] if inside else -1
    return np.array(
        [max(of_district[area], of_district[hood]) for area, hood in rows], dtype=np.int32
    )
