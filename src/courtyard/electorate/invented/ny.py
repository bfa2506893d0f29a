"""The New York layout (NYSVOTER): 47 fields, all quoted, no header; and the older one of 45.

Lines end in LF: the export has been seen with both ends, and LF is what tools on the way leave.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from . import people as drawn
from .geography import DIRECTIONS, SPELLINGS, direction_after, direction_before
from .history import Votes
from .names import Column, Numbers, column, weighted
from .people import NO_NUMBER, People, Pools

_FIELDS = (
    "LASTNAME FIRSTNAME MIDDLENAME NAMESUFFIX RADDNUMBER RHALFCODE RPREDIRECTION RSTREETNAME "
    "RPOSTDIRECTION RAPARTMENTTYPE RAPARTMENT RADDRNONSTD RCITY RZIP5 RZIP4 MAILADD1 MAILADD2 "
    "MAILADD3 MAILADD4 DOB GENDER ENROLLMENT OTHERPARTY COUNTYCODE ED LD TOWNCITY WARD CD SD AD "
    "LASTVOTERDATE PREVYEARVOTED PREVCOUNTY PREVADDRESS PREVNAME COUNTYVRNUMBER REGDATE VRSOURCE "
    "IDREQUIRED IDMET STATUS REASONCODE INACT_DATE PURGE_DATE SBOEID VoterHistory"
)
FIELDS = tuple(_FIELDS.split())
_OLDER = [name for name in FIELDS if name not in ("RAPARTMENTTYPE", "RADDRNONSTD", "RAPARTMENT")]
_OLDER.insert(_OLDER.index("RPREDIRECTION"), "RAPARTMENT")
LAYOUTS = {"ny47": FIELDS, "ny45": tuple(_OLDER)}

_DAY_0 = date(1900, 1, 1)
_DAYS = 46_500  # to April 2027
_BEFORE_1970 = (date(1970, 1, 1) - _DAY_0).days
Columns = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Texts:
    """Pools of short texts, each to be taken from by number; the first of many is empty."""

    days: Column
    counts: Column  # "0" … "19999"
    units: Column  # "" and A1, B1 …

    @classmethod
    def of_all(cls) -> Texts:
        """The pools."""
        days = pa.array(np.datetime_as_string(np.datetime64(_DAY_0) + np.arange(_DAYS)))
        units = [b"", *(f"{door // 8 + 1}{'ABCDEFGH'[door % 8]}".encode() for door in range(200))]
        counts = pa.array(np.arange(20_000)).cast(pa.string()).cast(pa.binary())
        written = pc.replace_substring(days, "-", "").cast(pa.binary())
        return cls(pa.concat_arrays([written, column([b""])]), counts, column(units))


def columns(
    rng: np.random.Generator,
    voters: People,
    pools: Pools,
    texts: Texts,
    votes: Votes,
    histories: Column,
    election_days: Numbers,
) -> Columns:
    """Every field of the 47 as a column of bytes, clean."""
    voted = _last_voted(votes, election_days)
    return (
        _names(rng, voters, pools)
        | _address(rng, voters, pools, texts)
        | _mail(rng, voters, texts)
        | _districts(voters, pools, texts)
        | _standing(rng, voters, texts)
        | _before(rng, voters, pools, texts, voted)
        | {"SBOEID": state_ids(voters), "VoterHistory": histories}
    )


def lines(made: Columns, fields: tuple[str, ...]) -> Column:
    """The rows as they stand in the file, each with its line end."""
    quoted = [made[name] for name in fields]
    quoted[0] = pc.binary_join_element_wise(pa.scalar(b'"', pa.binary()), quoted[0], b"")
    quoted[-1] = pc.binary_join_element_wise(quoted[-1], pa.scalar(b'"\n', pa.binary()), b"")
    return pc.binary_join_element_wise(*quoted, b'","')


def state_ids(voters: People) -> Column:
    """SBOEID: 20 characters, each row's its own, in no order that can be seen."""
    rows = np.arange(voters.start, voters.start + len(voters), dtype=np.int64)
    mixed = (rows * 387_420_489 + 12_345) % 1_000_000_000  # 3**18 shares no factor with 10**9
    return _joined(b"NY00000000", pa.array(1_000_000_000 + mixed).cast(pa.string()))


def _names(rng: np.random.Generator, voters: People, pools: Pools) -> Columns:
    suffixes = (0.96, 0.02, 0.008, 0.007, 0.005)
    return {
        "LASTNAME": pools.last.take(pa.array(voters.last)),
        "FIRSTNAME": pools.first.take(pa.array(voters.first)),
        "MIDDLENAME": _or_empty(pools.first, voters.middle),
        "NAMESUFFIX": _one_of(rng, (b"", b"JR", b"SR", b"II", b"III"), suffixes, len(voters)),
    }


def _address(rng: np.random.Generator, voters: People, pools: Pools, texts: Texts) -> Columns:
    places, count = voters.places, len(voters)
    spelling = weighted(rng, (0.6, 0.2, 0.1, 0.1), count)
    typed = (voters.unit != NO_NUMBER) & (rng.random(count) < 0.7)
    return {
        "RADDNUMBER": _take(pools.geography.numbers, places.number),
        "RHALFCODE": _take(column([b"", b"1/2"]), places.half),
        "RPREDIRECTION": _take(column(list(DIRECTIONS)), direction_before(places.street)),
        "RSTREETNAME": _take(pools.geography.streets, places.street * SPELLINGS + spelling),
        "RPOSTDIRECTION": _take(column(list(DIRECTIONS)), direction_after(places.street)),
        "RAPARTMENTTYPE": _take(column([b"", b"APT"]), typed),
        "RAPARTMENT": _take(texts.units, voters.unit + 1),
        "RADDRNONSTD": _empty(count),
        "RCITY": _take(pools.geography.places, places.place),
        "RZIP5": pc.cast(pa.array(places.zip5), pa.string()).cast(pa.binary()),
        "RZIP4": _take(texts.counts, rng.integers(1000, 10_000, count)),
    }


def _mail(rng: np.random.Generator, voters: People, texts: Texts) -> Columns:
    count = len(voters)
    has = rng.random(count) < 0.06
    box = _joined(b"PO BOX ", _take(texts.counts, rng.integers(1, 9999, count)))
    town = _joined(b"INVENTED NY ", _take(texts.counts, rng.integers(10_001, 14_900, count)))
    return {
        "MAILADD1": _where(has, box),
        "MAILADD2": _where(has, town),
        "MAILADD3": _empty(count),
        "MAILADD4": _empty(count),
    }


def _districts(voters: People, pools: Pools, texts: Texts) -> Columns:
    places = voters.places
    numbers = {
        "COUNTYCODE": places.county,
        "ED": places.district,
        "LD": places.assembly % 25 + 1,
        "WARD": places.district % 10,
        "CD": places.congress,
        "SD": places.senate,
        "AD": places.assembly,
    }
    made = {name: _take(texts.counts, values) for name, values in numbers.items()}
    made["COUNTYCODE"] = _take(column([f"{n:02}".encode() for n in range(63)]), places.county)
    return made | {"TOWNCITY": _take(pools.geography.places, places.place)}


def _standing(rng: np.random.Generator, voters: People, texts: Texts) -> Columns:
    """Party, status, days: what the board holds of the person."""
    count = len(voters)
    inactive = voters.status == drawn.STATUSES.index("I")
    purged = voters.status == drawn.STATUSES.index("P")
    gone = rng.integers(0, np.maximum(drawn.TODAY - voters.registered, 1)) + voters.registered
    other = voters.party == drawn.PARTIES.index("OTH")
    reasons = (b"MOVED", b"NCOA", b"VOTER-REQ", b"DUPLICATE")
    genders = ((b"F", b"M", b"", b"U", b"X"), (0.5, 0.43, 0.05, 0.015, 0.005))
    others = ((b"IND", b"GRE", b"LBT", b"REF"), (6, 2, 1, 1))
    sources = (b"MAIL", b"DMV", b"AGCY", b"CBOE", b"SCHOOL", b"OVR", b"LOCALREG")
    return {
        "DOB": _day(texts, voters.born),
        "REGDATE": _day(texts, voters.registered),
        "GENDER": _one_of(rng, *genders, count),
        "ENROLLMENT": _take(column([code.encode() for code in drawn.PARTIES]), voters.party),
        "OTHERPARTY": _where(other, _one_of(rng, *others, count)),
        "VRSOURCE": _one_of(rng, sources, (30, 40, 5, 10, 3, 9, 3), count),
        "IDREQUIRED": _one_of(rng, (b"N", b"Y"), (0.98, 0.02), count),
        "IDMET": _one_of(rng, (b"Y", b"N"), (0.98, 0.02), count),
        "STATUS": _take(column([code.encode() for code in drawn.STATUSES]), voters.status),
        "REASONCODE": _where(inactive | purged, _one_of(rng, reasons, (4, 3, 2, 1), count)),
        "INACT_DATE": _where(inactive | purged, _day(texts, gone)),
        "PURGE_DATE": _where(purged, _day(texts, gone)),
    }  # fmt: skip


def _before(
    rng: np.random.Generator, voters: People, pools: Pools, texts: Texts, voted: Numbers
) -> Columns:
    """When they voted last, and what they were called and lived before."""
    count = len(voters)
    moved, renamed = rng.random(count) < 0.1, rng.random(count) < 0.04
    number = _take(texts.counts, rng.integers(1, 999, count))
    street = _take(pools.geography.streets, rng.integers(0, len(pools.geography.streets), count))
    year = voted.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    never = voted == NO_NUMBER
    rows = np.arange(voters.start, voters.start + count, dtype=np.int64)
    return {
        "LASTVOTERDATE": _where(~never, _day(texts, voted)),
        "PREVYEARVOTED": _where(~never, _take(texts.counts, year)),
        "PREVCOUNTY": _where(moved, _take(texts.counts, rng.integers(1, 63, count))),
        "PREVADDRESS": _where(moved, pc.binary_join_element_wise(number, street, b" ")),
        "PREVNAME": _where(
            renamed, pools.last.take(pa.array(rng.integers(0, drawn.LAST_NAMES, count)))
        ),
        "COUNTYVRNUMBER": pa.array(100_000 + rows).cast(pa.string()).cast(pa.binary()),
    }


def _last_voted(votes: Votes, election_days: Numbers) -> Numbers:
    """The day of each voter's newest entry, NO_NUMBER for never."""
    first, end = votes.offsets[:-1], votes.offsets[1:]
    if not len(votes.election):
        return np.full(len(first), NO_NUMBER)
    newest = election_days[votes.election[np.minimum(first, len(votes.election) - 1)]]
    return np.where(end > first, newest, NO_NUMBER)


def _day(texts: Texts, days: Numbers) -> Column:
    return _take(texts.days, days + _BEFORE_1970)


def _take(pool: Column, numbers: Any) -> Column:
    return pool.take(pa.array(numbers.astype(np.int32)))


def _or_empty(pool: Column, numbers: Numbers) -> Column:
    has = numbers != NO_NUMBER
    return _where(has, pool.take(pa.array(np.where(has, numbers, 0))))


def _where(has: Any, values: Column) -> Column:
    return pc.if_else(pa.array(has), values, pa.scalar(b"", pa.binary()))


def _empty(count: int) -> Column:
    return pa.repeat(pa.scalar(b"", pa.binary()), count)


def _joined(before: bytes, values: Column) -> Column:
    return pc.binary_join_element_wise(
        pa.scalar(before, pa.binary()), values.cast(pa.binary()), b""
    )


def _one_of(
    rng: np.random.Generator, words: tuple[bytes, ...], shares: tuple[float, ...], count: int
) -> Column:
    return _take(column(list(words)), weighted(rng, shares, count))
