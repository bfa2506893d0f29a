"""The buildings of an area in a list: found by street and block, in the order one walks them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from courtyard.journal.reader import Reader
from courtyard.territory.models import Area, Building, Complex

PAGE = 50
DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which buildings are looked at. All of it stands in the address."""

    street: str = ""
    block: str = ""
    page: int = 1

    @classmethod
    def of(cls, said: Mapping[str, str]) -> "Asked":
        """From the query of an address; what makes no sense there is left out."""
        page = said.get("page", "1")
        return cls(
            street=said.get("street", "")[:120].strip(),
            block=said.get("block", "")[:40].strip(),
            page=int(page) if page.isdecimal() and len(page) < 5 else 1,
        )

    def query(self, **changes: Any) -> str:
        """The query of the same with changes; `?` alone shows everything."""
        asked = replace(self, **changes)
        said = {"street": asked.street, "block": asked.block}
        said |= {"page": str(asked.page)} if asked.page > 1 else {}
        return "?" + urlencode({key: value for key, value in said.items() if value})


@dataclass(frozen=True, slots=True)
class Buildings:
    """One page of buildings, how many were found, and what one can choose from."""

    asked: Asked
    rows: list[Building]
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
    """The buildings with homes inside an area, by street and house number, fifty a page."""
    homes = Building.objects.visible_to(reader).inside(area).filter(homes__gt=0)
    every = list(homes.order_by().values_list("id", "street", "number", "block"))
    streets = sorted({street for _, street, _, _ in every}, key=str.casefold)
    found = [
        one
        for one in every
        if asked.street.casefold() in ("", one[1].casefold())
        and asked.block.casefold() in ("", one[3].casefold())
    ]
    found.sort(key=lambda one: (one[1].casefold(), walking(one[2])))
    pages = max(1, -(-len(found) // PAGE))
    asked = replace(asked, page=min(max(asked.page, 1), pages))
    ids = [one[0] for one in found[(asked.page - 1) * PAGE : asked.page * PAGE]]
    by_id = Building.objects.visible_to(reader).in_bulk(ids)
    rows = [by_id[one] for one in ids if one in by_id]
    lots = Complex.objects.visible_to(reader).inside(area)[:PAGE]
    return Buildings(asked, rows, list(lots), len(found), pages, streets)


def walking(number: str) -> tuple[list[int], str]:
    """A house number's place in its street: 9 before 37-12, and that before 37-104."""
    return [int(one[:9]) for one in DIGITS.findall(number)], number
