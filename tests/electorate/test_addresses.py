"""Addresses: one form for what is one street, one house, one door, and never for two."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtyard.electorate.voters import address

# Each row: the form, and spellings of it as boards of elections and voters write them.
STREETS = """
37 AVE = 37 AVE | 37TH AVE | 37 AVENUE | 37th Avenue | 037 AVENUE | 37 TH AVE | Thirty-Seventh Av.
80 ST = 80 STREET | 80TH ST | 80TH STR. | 80TH  STREET | EIGHTIETH ST
1 ST = 1 STREET | 1ST ST | FIRST STREET | 1 ST ST
3 AVE = 3 AVENUE | THIRD AVE | 3RD AVE | 3 RD AVE
12 ST = TWELFTH STREET | 12TH ST
20 RD = TWENTIETH ROAD | 20 ROAD
21 DR = TWENTY FIRST DRIVE | 21ST DR | 21 DRIVE
65 PL = 65TH PLACE | 65 PL
58 LN = 58 LANE | 58TH LN.
5 AVE = FIFTH AVENUE | 5 AVE
SAINT NICHOLAS AVE = ST NICHOLAS AVE | ST. NICHOLAS AVENUE | SAINT NICHOLAS AV
SAINT RAYMONDS AVE = ST RAYMOND'S AVENUE | SAINT RAYMONDS AVE
SAINT MARKS PL = ST MARKS PLACE | St. Mark’s Pl
SAINT LAWRENCE AVE = ST LAWRENCE AVE
E SAINT JAMES PARK = EAST ST JAMES PARK
NORTH ST = NORTH STREET | NORTH ST
N ST = N STREET
N 1 ST = NORTH 1 STREET | N 1ST ST | NORTH FIRST STREET
WEST ST = WEST STREET
SOUTH AVE = SOUTH AVENUE
EAST AVE = EAST AVE
WEST END AVE = WEST END AVENUE | W END AVE | W. END AV
EAST END AVE = E END AVE | EAST END AVENUE
WEST SIDE HWY = WEST SIDE HIGHWAY
E 4 ST = E 4TH ST | EAST 4 STREET | E. FOURTH STREET | EAST 4TH ST
E 180 ST = EAST 180TH STREET | E 180 ST
W 104 ST = WEST 104 STREET
E TREMONT AVE = EAST TREMONT AVENUE | E TREMONT AVE
E FORDHAM RD = EAST FORDHAM ROAD
E GUN HILL RD = East Gun Hill Road
E BROADWAY = EAST BROADWAY
BRONX PARK E = BRONX PARK EAST | BRONX PARK E
PELHAM PKWY N = PELHAM PARKWAY NORTH | PELHAM PKWY N | PELHAM PKY N.
HUTCHINSON RIVER PKWY E = HUTCHINSON RIVER PARKWAY EAST
CENTRAL PARK W = CENTRAL PARK WEST
PARK AVE S = PARK AVENUE SOUTH
PLAZA ST E = PLAZA STREET EAST
BOULEVARD E = BOULEVARD EAST | BLVD E
AVENUE N = AVENUE N | AVE N
AVENUE B = AVENUE B | AVE B
B AVE = B AVENUE
AVENUE OF THE AMERICAS = AVENUE OF THE AMERICAS | AVE OF THE AMERICAS
6 AVE = SIXTH AVENUE
ROOSEVELT AVE = ROOSEVELT AVENUE | Roosevelt Aven
NORTHERN BLVD = NORTHERN BOULEVARD | NORTHERN BL
JUNCTION BLVD = JUNCTION BLVD
DITMARS BLVD = DITMARS BLVD
GRAND CENTRAL PKWY = GRAND CENTRAL PARKWAY
GRAND CONCOURSE = GRAND CONCOURSE
HORACE HARDING EXPY = HORACE HARDING EXPRESSWAY | HORACE HARDING EXPWY
BROADWAY = BROADWAY
METROPOLITAN OVAL = METROPOLITAN OVAL
CASTLE HILL AVE = CASTLE HILL AVENUE | CASTLE HL AVE
CITY ISLAND AVE = CITY ISLAND AVENUE
QUEENS PLZ S = QUEENS PLAZA SOUTH
WESTCHESTER SQ = WESTCHESTER SQUARE
MCOWEN AVE = MC OWEN AVE | MCOWEN AVENUE
OBRIEN AVE = O'BRIEN AVENUE | O’BRIEN AVE
RODMANS NCK = Rodman's Neck
CHARLES J CRIMI RD = Charles J. Crimi Road
MOUNT EDEN PKWY = MT EDEN PARKWAY | MT. EDEN PKWY
FORT WASHINGTON AVE = FT WASHINGTON AVE
DOCTOR M L KING JR BLVD = DR M.L. KING JR BLVD
BEACH 116 ST = BEACH 116TH STREET
MAIN STREET EXT = MAIN ST EXT | MAIN STREET EXTENSION
NW 5 ST = N W 5TH ST | N.W. 5 STREET | NORTHWEST 5TH STREET | NORTH WEST FIFTH STREET
5 ST NW = 5TH ST N W | 5TH STREET NORTHWEST
US HWY 9W = US HIGHWAY 9W | U.S. HWY 9W
COUNTY RD 5 = COUNTY ROAD 5 | CO RD 5 | CTY. ROAD 05
STATE RTE 17 = STATE ROUTE 17 | STATE RT 17
PENA BLVD = PEÑA BOULEVARD
LODZ ST = ŁÓDŹ STREET
AVENUE = AVE | AVENUE
"""
NUMBERS = [
    ("37-52", "", "37-52", "even"),
    ("037-052", "", "37-52", "even"),
    ("37 - 52", "", "37-52", "even"),
    ("37–51", "", "37-51", "odd"),
    ("37-02", "", "37-02", "even"),
    ("37-2", "", "37-02", "even"),
    ("104-60", "", "104-60", "even"),
    ("37-52A", "", "37-52A", "even"),
    ("37-52", "A", "37-52A", "even"),
    ("123", "", "123", "odd"),
    ("  00123 ", "", "123", "odd"),
    ("123A", "", "123A", "odd"),
    ("123 a", "", "123A", "odd"),
    ("123-A", "", "123A", "odd"),
    ("123", "A", "123A", "odd"),
    ("123 1/2", "", "123 1/2", "odd"),
    ("123½", "", "123 1/2", "odd"),
    ("12", "1/2", "12 1/2", "even"),
    ("12A", "1/2", "12A 1/2", "even"),
    ("12", "REAR", "12 REAR", "even"),
    ("2001 TO 2015", "", "2001-2015", "odd"),
    ("2001-2015", "", "2001-2015", "odd"),
    ("49-11 TO 49-15", "", "49-11 TO 49-15", "odd"),
    ("# 14", "", "14", "even"),
    ("N12W34567", "", "N12W34567", "odd"),
    ("", "", "", None),
    ("0", "", "", None),
    ("000", "", "", None),
    ("REAR", "", "", None),
]
UNITS = """
4B = APT 4B | #4B | # 4B | 4-B | 4 B | UNIT 4B | apt. 4b | 04B | APT #4B | APARTMENT 4-B | STE 4B
2F = 2F | 2-F | APT 2F
12 = 012 | # 12 | NO 12 | NO. 12
10-5 = 10-5 | 10-05
105 = 105
A4 = A4 | A-4 | A 04
FL 2 = FL 2 | 2ND FLOOR | 2 FL | 2ND FL | FLR 2 | 2FL | FL2 | SECOND FLOOR | 2ND | FLOOR 2
FL 1 REAR = 1ST FL REAR | 1ST FLOOR REAR
FL 1 3 = 1ST FLOOR APT 3
BSMT = BSMT | BASEMENT | BASMT | APT BSMT
PH = PH | PENTHOUSE | PENT HOUSE
PH 2 = PH 2 | PH2 | PH-2 | PENTHOUSE 2
PH A = PHA | PH A | PH-A
FRNT = FRONT | FRNT
LOT 7 = LOT 7
BLDG 2 4B = BLDG 2 APT 4B | BUILDING 2 4-B
GARDEN LEFT = GARDEN LEFT
"""
LINES = [
    ("123 N MAIN ST APT 4B", "123", "N MAIN ST", "4B"),
    ("37-52 80TH ST # 2F", "37-52", "80 ST", "2F"),
    ("37-52 80TH ST #2F", "37-52", "80 ST", "2F"),
    ("1234 1/2 E 5TH AVE UNIT 10", "1234 1/2", "E 5 AVE", "10"),
    ("1234½ E 5TH AVE", "1234 1/2", "E 5 AVE", ""),
    ("2345A S MONROE ST 67B", "2345A", "S MONROE ST", "67B"),
    ("4234B SHAMROCK RD E", "4234B", "SHAMROCK RD E", ""),
    ("12 PARK AVE S 3C", "12", "PARK AVE S", "3C"),
    ("35-30 81 STREET APT 4A", "35-30", "81 ST", "4A"),
    ("104-60 QUEENS BLVD APT 12-C", "104-60", "QUEENS BLVD", "12C"),
    ("25-40 30TH RD 2ND FLOOR", "25-40", "30 RD", "FL 2"),
    ("25-40 30TH RD FL 2", "25-40", "30 RD", "FL 2"),
    ("25-40 30TH RD, 2 FL", "25-40", "30 RD", "FL 2"),
    ("25-40 30TH RD SECOND FLOOR", "25-40", "30 RD", "FL 2"),
    ("89-11 NORTHERN BLVD BSMT", "89-11", "NORTHERN BLVD", "BSMT"),
    ("12 MAIN ST REAR", "12", "MAIN ST", "REAR"),
    ("12 MAIN ST A", "12", "MAIN ST", "A"),
    ("12 MAIN ST PH 3", "12", "MAIN ST", "PH 3"),
    ("12 FRONT ST", "12", "FRONT ST", ""),
    ("12 PENTHOUSE ST", "12", "PENTHOUSE ST", ""),
    ("12 UNIT DR", "12", "UNIT DR", ""),
    ("12 ST NICHOLAS AVE APT A", "12", "SAINT NICHOLAS AVE", "A"),
    ("123 A MAIN ST", "123A", "MAIN ST", ""),
    ("123 A N MAIN ST", "123A", "N MAIN ST", ""),
    ("123 E ST", "123", "E ST", ""),
    ("123 B ST NW", "123", "B ST NW", ""),
    ("123 M L KING BLVD", "123", "M L KING BLVD", ""),
    ("123 E 4TH ST", "123", "E 4 ST", ""),
    ("123 AVENUE B", "123", "AVENUE B", ""),
    ("123 AVENUE N APT 3", "123", "AVENUE N", "3"),
    ("100 COUNTY ROAD 5", "100", "COUNTY RD 5", ""),
    ("100 US HWY 17", "100", "US HWY 17", ""),
    ("100 US HWY 17 LOT 4", "100", "US HWY 17", "LOT 4"),
    ("100 STATE ROUTE 9W", "100", "STATE RTE 9W", ""),
    ("12 MAIN ST PO BOX 4", "12", "MAIN ST", ""),
    ("2512 TO 2520 TRATMAN AVE", "2512-2520", "TRATMAN AVE", ""),
    ("49-11 TO 49-15 SKILLMAN AVE", "49-11 TO 49-15", "SKILLMAN AVE", ""),
    ("12 & 14 MAIN ST", "12-14", "MAIN ST", ""),
    ("12 BROADWAY APT 3", "12", "BROADWAY", "3"),
    ("MAIN ST", "", "MAIN ST", ""),
    ("5TH AVE", "", "5 AVE", ""),
    ("37 AVE", "", "37 AVE", ""),
]
NOT_A_DOOR = [
    "PO BOX 12", "P.O. Box 12", "P O BOX 12", "POST OFFICE BOX 12", "BOX 12", "RR 2 BOX 7",
    "R.R. 2 BOX 7", "RURAL ROUTE 2 BOX 7", "HC 61 BOX 4", "GENERAL DELIVERY", "PSC 4 BOX 120",
    "REMOVED", "CONFIDENTIAL", "** CONFIDENTIAL **", "*", "***", "", "  ", "UNKNOWN",
]  # fmt: skip
ZIPS = [
    ("11372", "11372"), ("12345-6789", "12345"), ("123456789", "12345"), ("12345 6789", "12345"),
    ("12345-", "12345"), (" 11372 ", "11372"), ("2139", "02139"), ("2139-1234", "02139"),
    ("21391234", "02139"), ("11372.0", "11372"), ("00000", ""), ("", ""), ("123", ""),
    ("1137A", ""), ("١١٣٧٢", ""), ("123456", ""),
]  # fmt: skip

DIRT = """
N S E W NORTH SOUTH EAST WEST NE SW ST STREET AVE AVENUE AV RD PL PARK HILL EXT MC OWEN SAINT MT FT
DR CO HWY 1 2 3 11 37 037 9W 1ST 2ND 3RD 4TH TH ND FIRST TWENTY THIRTIETH SECOND END SIDE OF THE A B
APT # UNIT FL FLOOR 2FL FL2 PH PHA BSMT REAR 4B 04 0 00 - -- 1/2 ½ TO BOX PO RR LOT O' N.W. NONE PVT
HOUSE MAIN Ł é
"""
WORDS = st.sampled_from(DIRT.split())
ANY = st.one_of(st.text(max_size=30), st.lists(WORDS, max_size=8).map(" ".join))


def table(text: str) -> list[tuple[str, str]]:
    rows = [line.split(" = ") for line in text.strip().splitlines()]
    return [(said.strip(), form) for form, spellings in rows for said in spellings.split("|")]


@pytest.mark.parametrize(("said", "form"), table(STREETS))
def test_it_gives_a_street_its_one_name(said: str, form: str) -> None:
    assert address.street(said) == form


def test_it_keeps_apart_what_are_two_streets() -> None:
    forms = [line.split(" = ")[0] for line in STREETS.strip().splitlines()]
    assert len({address.street(form) for form in forms}) == len(forms)


@pytest.mark.parametrize(("raw", "half", "form", "side"), NUMBERS)
def test_it_gives_a_house_its_number_and_side(
    raw: str, half: str, form: str, side: str | None
) -> None:
    assert address.number(raw, half) == form
    assert address.side(form) == side


@pytest.mark.parametrize(("said", "form"), table(UNITS))
def test_it_gives_an_apartment_its_one_name(said: str, form: str) -> None:
    assert address.unit(said) == form


@pytest.mark.parametrize(
    ("raw", "kind", "form"),
    [
        ("4B", "APT", "4B"),
        ("APT 4B", "APT", "4B"),
        ("2", "FL", "FL 2"),
        ("2ND", "FL", "FL 2"),
        ("2ND FLOOR", "FL", "FL 2"),
        ("PH2", "PH", "PH 2"),
        ("", "BSMT", "BSMT"),
        ("", "APT", ""),
        ("#", "", ""),
        ("NONE", "", ""),
        ("N/A", "", ""),
        ("PVT HOUSE", "", ""),
        ("000", "", ""),
        ("", "", ""),
    ],
)
def test_it_reads_an_apartment_and_its_kind(raw: str, kind: str, form: str) -> None:
    assert address.unit(raw, kind) == form


@pytest.mark.parametrize(("line", "number", "street", "unit"), LINES)
def test_it_splits_a_line(line: str, number: str, street: str, unit: str) -> None:
    assert address.split(line) == (number, street, unit)


@pytest.mark.parametrize("line", NOT_A_DOOR)
def test_it_finds_no_door_in_a_box_or_a_withheld_address(line: str) -> None:
    assert address.split(line) == ("", "", "")


@pytest.mark.parametrize(("raw", "five"), ZIPS)
def test_it_reads_a_zip_code(raw: str, five: str) -> None:
    assert address.zip5(raw) == five


@given(ANY)
def test_it_changes_nothing_the_second_time(text: str) -> None:
    for once in (address.street, address.number, address.unit, address.zip5):
        assert once(once(text)) == once(text)


@given(ANY, ANY)
def test_it_reads_any_text(text: str, other: str) -> None:
    number, street, unit = address.split(text)
    assert address.street(street) == street
    assert address.side(number) in ("odd", "even", None)
    assert address.unit(unit) == unit
    assert address.number(address.number(text, other)) == address.number(text, other)
    assert address.unit(address.unit(text, other)) == address.unit(text, other)
    five = address.zip5(text)
    assert five == "" or (len(five) == 5 and five.isdigit())


@given(
    st.integers(1, 99999),
    st.one_of(st.none(), st.integers(0, 99)),
    st.sampled_from(("", "A", "1/2", "REAR")),
    st.integers(0, 2),
)
def test_it_puts_a_house_on_the_side_of_its_last_whole_number(
    house: int, after: int | None, half: str, zeros: int
) -> None:
    raw = "0" * zeros + str(house) + ("" if after is None else f"-{after:02}")
    last = house if after is None else after
    assert address.side(address.number(raw, half)) == ("odd" if last % 2 else "even")


@given(st.integers(1, 999), st.sampled_from(["A", "B", "C", "D", "F"]), st.integers(1, 240))
def test_it_finds_again_what_was_put_in_a_line(house: int, letter: str, street: int) -> None:
    said = address.split(f"{house} {street}TH STREET APT {letter}{house % 9 + 1}")
    assert said == (str(house), f"{street} ST", f"{letter}{house % 9 + 1}")
