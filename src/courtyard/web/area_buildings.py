"""The buildings and blocks of an area in lists: found by street and block, as one walks them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import CharField
from django.db.models.functions import Cast

from courtyard.electorate.voters import address
from courtyard.journal.reader import Reader
from courtyard.territory.finding import spelling, walking
from courtyard.territory.models import Area, Building, Complex

PAGE = 50

comparable = lru_cache(maxsize=10_000)(address.street)  # a street has many buildings


@dataclass(frozen=True, slots=True)
class Asked:
    """Which buildings are looked at. All of it stands in the address."""

    street: str = ""
    block: str = ""
    by: str = ""
    page: int = 1

    @classmethod
    def of(cls, said: Mapping[str, str]) -> "Asked":
        """From the query of an address; what makes no sense there is left out."""
        page = said.get("page", "1")
        return cls(
            street=said.get("street", "")[:120].strip(),
            block=said.get("block", "")[:40].strip(),
            by="block" if said.get("by") == "block" else "",
            page=int(page) if page.isdecimal() and len(page) < 5 else 1,
        )

    def query(self, **changes: Any) -> str:
        """The query of the same with changes; `?` alone shows everything."""
        asked = replace(self, **changes)
        said = {"street": asked.street, "block": asked.block, "by": asked.by}
        said |= {"page": str(asked.page)} if asked.page > 1 else {}
        return "?" + urlencode({key: value for key, value in said.items() if value})


@dataclass(frozen=True, slots=True)
class Block:
    """A block, with how many buildings and homes of the area are in it."""

    code: str
    buildings: int
    homes: int


@dataclass(frozen=True, slots=True)
class Buildings:
    """One page of buildings or of blocks, how many were found, and what one can choose from."""

    asked: Asked
    rows: list[Building]
    blocks: list[Block]
    complexes: list[Complex]
    found: int
    pages: int
    streets: list[str]

    @property
    def some_invented(self) -> bool:
        """Whether an address on this page is invented."""
        return any(one.address_source == "invented" for one in self.rows)

    @property
    def some_guessed(self) -> bool:
        """Whether the doors of one on this page are guessed."""
        return any(one.doors_source == "guess" for one in self.rows)


def buildings(reader: Reader, area: Area, asked: Asked) -> Buildings:
    """The buildings with homes inside an area by street and number, or its blocks; fifty a page.

    A street is found however it is spelt.
    """
    homes = Building.objects.visible_to(reader).inside(area).filter(homes__gt=0)
    # Ids as text: to make ten thousand of them takes longer than to read the rows.
    known_by = homes.order_by().annotate(key=Cast("id", CharField()))
    every = list(known_by.values_list("key", "street", "number", "block", "homes"))
    known: dict[str, set[str]] = {}
    for _, street, *_rest in every:
        known.setdefault(comparable(street), set()).add(street)
    heard = {name: key for key, names in known.items() for name in names}
    wanted = comparable(asked.street)
    found = [
        one
        for one in every
        if wanted in ("", heard[one[1]]) and asked.block.casefold() in ("", one[3].casefold())
    ]
    blocks = _blocks(found) if asked.by == "block" else []
    count = len(blocks) if asked.by == "block" else len(found)
    pages = max(1, -(-count // PAGE))
    asked = replace(asked, page=min(max(asked.page, 1), pages))
    before = (asked.page - 1) * PAGE
    ids = [] if asked.by == "block" else walked(found, heard, before)
    by_id = Building.objects.visible_to(reader).in_bulk(ids) if ids else {}
    rows = [by_id[one] for one in ids if one in by_id]
    lots = Complex.objects.visible_to(reader).inside(area)[:PAGE]
    streets = sorted(map(spelling, known.values()), key=str.casefold)
    shown = blocks[before : before + PAGE]
    return Buildings(asked, rows, shown, list(lots), count, pages, streets)


def walked(found: Sequence[tuple[Any, ...]], heard: Mapping[str, str], before: int) -> list[UUID]:
    """A page of the buildings by street and number; no street is sorted that is on another."""
    streets: dict[str, list[tuple[Any, ...]]] = {}
    for one in found:
        streets.setdefault(heard[one[1]], []).append(one)
    ids: list[UUID] = []
    for street in sorted(streets):
        own = streets[street]
        if before < len(own) and len(ids) < PAGE:
            own.sort(key=lambda one: walking(one[2]))
            ids += [UUID(one[0]) for one in own[before : before + PAGE - len(ids)]]
        before = max(0, before - len(own))
    return ids


def _blocks(found: Sequence[tuple[Any, ...]]) -> list[Block]:
    counted: dict[str, tuple[int, int]] = {}
    for *_address, code, homes in found:
        some, held = counted.get(code, (0, 0))
        counted[code] = (some + 1, held + homes)
    made = [Block(code, *counts) for code, counts in counted.items()]
    return sorted(made, key=lambda one: walking(one.code))
