"""Where invented voters live: New York's codes of counties and districts, invented addresses.

No two buildings have one address: those of a county are counted through, and the number gives the
street, the block and the house. Twenty follow each other on a street before the next begins.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .names import Column, Numbers, column, invented_names

COUNTIES = 62
BRONX, KINGS, MANHATTAN, QUEENS, RICHMOND = 3, 24, 31, 41, 43
CITY = (BRONX, KINGS, MANHATTAN, QUEENS, RICHMOND)
# Voters in a thousand of the state; a county that is not named has SMALL.
SHARES = {3: 65, 24: 120, 31: 85, 41: 105, 43: 25, 52: 85, 30: 83, 60: 48, 15: 48, 28: 38, 34: 24}
SHARES |= {1: 16, 14: 16, 36: 18, 44: 16, 33: 11, 32: 11, 46: 13}
SMALL = 3.9

STREETS = 1500
NUMBERED = 400  # of the streets: 1 AVE, 1 ST, 1 RD, 1 DR, 2 AVE …
SPELLINGS = 4  # of one street
ON_A_BLOCK = 20
PLACES = 12  # cities or neighbourhoods of a county; the other four boroughs are one each
BOROUGHS = {BRONX: b"BRONX", KINGS: b"BROOKLYN", MANHATTAN: b"NEW YORK", RICHMOND: b"STATEN ISLAND"}
ZIPS = {BRONX: 10451, KINGS: 11201, MANHATTAN: 10001, QUEENS: 11351, RICHMOND: 10301}
ZIPS_OF_A_COUNTY = 48
ASSEMBLY = {BRONX: (77, 87), KINGS: (41, 60), MANHATTAN: (65, 76), QUEENS: (23, 40)}
ASSEMBLY |= {RICHMOND: (61, 64), 52: (1, 12), 30: (13, 22), 60: (88, 95)}
NY14 = (34, 36, 39, 82, 87)  # assembly districts put into congressional district 14
TYPES = ("AVENUE AVE", "STREET ST", "ROAD RD", "DRIVE DR", "PLACE PL", "LANE LN", "COURT CT",
         "BOULEVARD BLVD")  # fmt: skip
PLAIN_NUMBERS = 20_000  # house numbers of the pool before Queens' begin
DIRECTIONS = (b"", b"E", b"W", b"N", b"S")


@dataclass(frozen=True, slots=True)
class Places:
    """Addresses of some buildings, one entry each; numbers point into the pools of `Geography`."""

    county: Numbers  # as the publisher codes them, 1–62
    place: Numbers  # the city, into ``places``
    street: Numbers  # 0–1499, before spellings
    number: Numbers  # into ``numbers``
    half: Numbers  # 1: the house number has a 1/2
    zip5: Numbers
    assembly: Numbers
    district: Numbers  # election district, within the assembly district
    senate: Numbers
    congress: Numbers


class Geography:
    """Gives out addresses, none twice, and holds the pools of their texts."""

    def __init__(self, rng: np.random.Generator) -> None:
        bases = [name.decode() for name in invented_names(rng, STREETS, 3).to_pylist()]
        spelled = [text for street in range(STREETS) for text in spellings(street, bases[street])]
        self.streets: Column = column([text.encode() for text in spelled])
        self.places: Column = column(_place_names(rng))
        plain = [str(number) for number in range(PLAIN_NUMBERS)]
        hyphened = [f"{cross}-{house:02}" for cross in range(300) for house in range(100)]
        self.numbers: Column = column([text.encode() for text in plain + hyphened])
        self._given = np.zeros(COUNTIES + 1, dtype=np.int64)
        self._first_assembly, self._assemblies = _assembly_districts()
        self._first_zip = _first_zips()

    def addresses(self, county: Numbers) -> Places:
        """An address for each building, in the county given for it, that none had before."""
        nth = self._given[county] + _nth_of_its_kind(county)
        self._given += np.bincount(county, minlength=COUNTIES + 1)
        stretch, position = nth // ON_A_BLOCK, nth % ON_A_BLOCK
        one_place = np.isin(county, list(BOROUGHS))
        places = np.where(one_place, 1, PLACES)
        streets = np.where(one_place, 1200, PLACES * 150)
        round_, of_county = stretch // streets, stretch % streets
        of_place, place = of_county // places, of_county % places
        block = round_ + 1 + of_county * 7 % 30
        house = position * 5 + 1 + stretch % 4
        queens = PLAIN_NUMBERS + block * 100 + house
        assembly = self._first_assembly[county] + of_county % self._assemblies[county]
        zips = np.where(one_place, of_county % 14, place * 4 + of_place % 4)
        return Places(
            county=county,
            place=county * PLACES + place,
            street=(of_place * 7 + county * 97) % STREETS,
            number=np.where(county == QUEENS, queens, block * 100 + house),
            half=(nth % 101 == 100).astype(np.int64),
            zip5=self._first_zip[county] + zips,
            assembly=assembly,
            district=1 + (of_county * 7 + round_) % 100,
            senate=assembly * 62 // 150 + 1,
            congress=_congress(assembly),
        )


def building_shares(doors_in_city: float, doors_elsewhere: float) -> list[float]:
    """How often a building stands in county 0, 1 … 62, given the mean doors of one."""
    share = [0.0] + [SHARES.get(county, SMALL) for county in range(1, COUNTIES + 1)]
    mean = [doors_in_city if county in CITY else doors_elsewhere for county in range(len(share))]
    return [voters / doors for voters, doors in zip(share, mean, strict=True)]


def spellings(street: int, base: str) -> tuple[str, ...]:
    """One street in the ways it is written: `37TH AVENUE`, `37 AVE`, `37TH AVE.`, `37 AVENUE`."""
    number, kind = divmod(street, 4)
    long, short = TYPES[kind if street < NUMBERED else street % len(TYPES)].split()
    if street >= NUMBERED:
        return (f"{base} {long}", f"{base} {short}", f"{base} {short}.", f"{base} {long}")
    number += 1
    nth = f"{number}{_ordinal(number)}"
    return (f"{nth} {long}", f"{number} {short}", f"{nth} {short}.", f"{number} {long}")


def _ordinal(number: int) -> str:
    return "TH" if number % 100 in (11, 12, 13) else {1: "ST", 2: "ND", 3: "RD"}.get(
        number % 10, "TH"
    )  # fmt: skip


def direction_before(street: Numbers) -> Numbers:
    """Into DIRECTIONS: every eleventh street is an east or a west one."""
    return np.where(street % 11 < 2, street % 11 + 1, 0)


def direction_after(street: Numbers) -> Numbers:
    """Into DIRECTIONS: a few streets end in north or south."""
    return np.where(street % 53 < 2, street % 53 + 3, 0)


def _place_names(rng: np.random.Generator) -> list[bytes]:
    names: list[bytes] = invented_names(rng, (COUNTIES + 1) * PLACES, 3).to_pylist()
    for county, borough in BOROUGHS.items():
        names[county * PLACES] = borough
    return names


def _assembly_districts() -> tuple[Numbers, Numbers]:
    spans: dict[int, tuple[int, int]] = {}
    others = [county for county in range(1, COUNTIES + 1) if county not in ASSEMBLY]
    for place, county in enumerate(others):
        spans[county] = (96 + place, 97 + place)
    spans |= ASSEMBLY
    spans[0] = (1, 1)
    first = np.array([spans[county][0] for county in range(COUNTIES + 1)], dtype=np.int64)
    last = np.array([spans[county][1] for county in range(COUNTIES + 1)], dtype=np.int64)
    return first, last - first + 1


def _first_zips() -> Numbers:
    others = [county for county in range(COUNTIES + 1) if county not in ZIPS]
    zips = {county: 12001 + place * ZIPS_OF_A_COUNTY for place, county in enumerate(others)}
    return np.array([(zips | ZIPS)[county] for county in range(COUNTIES + 1)], dtype=np.int64)


def _congress(assembly: Numbers) -> Numbers:
    usual = assembly * 25 // 150 + 1
    usual = np.where(usual == 14, 13, usual)
    return np.where(np.isin(assembly, NY14), 14, usual)


def _nth_of_its_kind(values: Numbers) -> Numbers:
    """For each value how many like it came before."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    firsts = np.searchsorted(ordered, ordered)
    nth = np.empty(len(values), dtype=np.int64)
    nth[order] = np.arange(len(values)) - firsts
    return nth
