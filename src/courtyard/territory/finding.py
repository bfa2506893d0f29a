"""Finds streets and buildings by what people write: an address, a street, a ZIP code, a block.

Spelling is forgiven as the electorate compares addresses (`81 st` is `81st Street`). At 850,000
buildings nothing is read through: the names of streets are taken from their index one by one, and
buildings by street, block or ZIP code.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q

from courtyard.electorate.voters.address import NEITHER, SUFFIXES, number, split, street, zip5
from courtyard.journal.reader import EVERYWHERE, Grant, Rank, Reader

from .models import Area, Building, Edition, OnGroundQuerySet

MOST = 20  # of each kind
NAMES = 60  # streets that are looked into
ROWS = 4000  # buildings that are put in order; of more the number is told
LONGEST = 80
BLOCK = re.compile(r"([a-z]{0,3})[ -]?0*([0-9]{1,7})", re.IGNORECASE)
FIGURES = re.compile(r"\d+")
# The next name after each, by the index: as many steps as there are names, not buildings.
STEPS = """
WITH RECURSIVE named(street) AS (
  SELECT min(street) FROM territory_building
  UNION ALL
  SELECT (SELECT min(street) FROM territory_building WHERE street > named.street)
  FROM named WHERE named.street IS NOT NULL
)
SELECT street FROM named WHERE street IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Street:
    """A street in one area, and how many of its buildings stand there."""

    name: str
    area: Area
    buildings: int


@dataclass(frozen=True, slots=True)
class Found:
    """The first of what was found, and how many more there are."""

    streets: tuple[Street, ...] = ()
    more_streets: int = 0
    buildings: tuple[Building, ...] = ()
    more_buildings: int = 0

    def __bool__(self) -> bool:
        return bool(self.streets or self.buildings)


def find(reader: Reader, typed: str) -> Found:
    """The streets and buildings that are meant, as far as the reader may see them."""
    words = typed[:LONGEST].split()
    code = next((one for one in words if len(one) == 5 and zip5(one)), "")
    rest = " ".join(one for one in words if one != code)
    seen = Building.objects.visible_to(reader)
    whole = _named(reader, rest)
    house, own = _addressed(reader, rest)
    streets, more = _streets(reader, seen.filter(street__in=whole)) if whole else ((), 0)
    meant = _meant(typed, code, rest)
    if own:
        meant = Q(street__in=own, number__startswith=FIGURES.findall(house)[0])
        meant &= Q(zip=code) if code else Q()
    if meant is None:
        return Found(streets, more)
    rows = list(seen.filter(meant).order_by().values_list("id", "street", "number")[:ROWS])
    if own:
        rows = [row for row in rows if number(row[2]).startswith(house)]
    rows.sort(key=lambda row: (number(row[2]) != house, street(row[1]), walking(row[2])))
    kept = seen.in_bulk([row[0] for row in rows[:MOST]])
    buildings = tuple(kept[row[0]] for row in rows[:MOST])
    count = seen.filter(meant).count() if len(rows) == ROWS else len(rows)
    return Found(streets, more, buildings, count - len(buildings))


def walking(house: str) -> tuple[list[int], str]:
    """A house number's place in its street: 9 before 37-12, and that before 37-104."""
    return [int(one[:9]) for one in FIGURES.findall(house)], house


def _addressed(reader: Reader, rest: str) -> tuple[str, list[str]]:
    """The house number of an address, whichever end it stands at, and the streets it may be in."""
    words = rest.split()
    for line in (rest, " ".join([*words[-1:], *words[:-1]])):
        house, named, _ = split(line)
        # `81 st` is a street, not number 81 in some street.
        if house and len(named) > 1 and named not in SUFFIXES and (own := _named(reader, named)):
            return number(house), own
    return "", []


def _meant(typed: str, code: str, rest: str) -> Q | None:
    """Buildings by ZIP code alone, or by block; None if neither is written."""
    if code and not rest:
        return Q(zip=code)
    block = BLOCK.fullmatch(typed.strip())
    if block and block[1]:
        letters = block[1].upper()
        return Q(block__in={f"{letters} {block[2]}", f"{letters}{block[2]}", typed.strip()})
    return None


def _named(reader: Reader, typed: str) -> list[str]:
    """The streets that are called so: every word begins one of the name's, numbers are the same."""
    asked = [words for words in (_plain(typed), street(typed).split()) if words]
    if not asked:
        return []
    editions = Edition.objects.visible_to(reader).filter(kind__startswith="buildings")
    known = _names(tuple(editions.order_by("id").values_list("id", flat=True)), reader.paths())
    found = [name for name, heard in known if any(_heard(words, heard) for words in asked)]
    first = asked[-1][0]
    found.sort(key=lambda name: (not street(name).startswith(first), len(name), name))
    return found[:NAMES]


def _heard(words: Sequence[str], name: frozenset[str]) -> bool:
    return all(
        word in name if word.isdigit() else any(one.startswith(word) for one in name)
        for word in words
    )


def _plain(text: str) -> list[str]:
    return NEITHER.sub(" ", text.upper().replace("'", "")).split()


@lru_cache(maxsize=32)
def _names(
    editions: tuple[UUID, ...], paths: tuple[str, ...]
) -> tuple[tuple[str, frozenset[str]], ...]:
    """The names of streets under some paths with their words, read once for the same buildings.

    Whoever may see everything is told by the index; others by the buildings of their areas.
    """
    del editions
    if paths == (EVERYWHERE,):
        with connection.cursor() as cursor:
            cursor.execute(STEPS)
            names = [row[0] for row in cursor.fetchall()]
    else:
        reader = Reader(UUID(int=0), tuple(Grant(Rank.MEMBER, path) for path in paths))
        areas = Area.objects.visible_to(reader).values("id")
        stand = Building.objects.filter(Q(area__in=areas) | Q(neighbourhood__in=areas))
        names = list(stand.order_by().values_list("street", flat=True).distinct())
    return tuple((one, frozenset((*_plain(one), *street(one).split()))) for one in sorted(names))


def _streets(
    reader: Reader, buildings: OnGroundQuerySet[Building]
) -> tuple[tuple[Street, ...], int]:
    """Streets by the neighbourhood in which their buildings stand, else by the district."""
    columns = ("street", "neighbourhood", "area")
    rows = list(buildings.order_by().values_list(*columns).annotate(Count("id")))
    ids = {one for _, hood, area, _ in rows for one in (hood, area) if one}
    places = Area.objects.visible_to(reader).in_bulk(ids)
    counted: Counter[tuple[str, UUID]] = Counter()
    spelt: dict[tuple[str, UUID], set[str]] = {}
    for name, hood, area, count in rows:
        place = next((one for one in (hood, area) if one in places), None)
        if place:
            key = (street(name), place)
            counted[key] += count
            spelt.setdefault(key, set()).add(name)
    order = sorted(counted, key=lambda key: (key[0], -counted[key], places[key[1]].name))
    found = (Street(spelling(spelt[key]), places[key[1]], counted[key]) for key in order[:MOST])
    return tuple(found), max(0, len(order) - MOST)


def spelling(names: Iterable[str]) -> str:
    """Of several spellings of one street the one to show: rather `81st Street` than `81ST ST`."""
    return max(names, key=lambda name: (not name.isupper(), len(name), name))
