"""The dirt of real voter files, in exact numbers of rows drawn from the seed.

`KINDS` is the whole list. What sets a row aside (``fatal``) falls on rows without other dirt, so
that the truth of what is kept is exact. Other kinds may meet on a row, but for those of one group.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .names import Column, Numbers
from .people import DIRT, portions

Change = Callable[[bytes, bytes], bytes]
FIRST_LINES = 20  # of each kind are named in the truth
SMALLEST = 200  # rows from which every kind occurs at least once


def _instead(value: bytes, word: bytes) -> bytes:
    return word


def _inside(value: bytes, word: bytes) -> bytes:
    return value[:1] + word + value[1:]


def _before(value: bytes, word: bytes) -> bytes:
    return word + value


def _after(value: bytes, word: bytes) -> bytes:
    return value + word


def _entry(value: bytes, word: bytes) -> bytes:
    return value + b";" + word if value else word


_ACCENTS = {"A": "Á", "E": "É", "I": "Í", "O": "Ó", "U": "Ú"}


def _accent(value: bytes, encoding: bytes) -> bytes:
    """The last vowel with its accent, in that encoding."""
    text = value.decode("ascii")
    place = max(text.rfind(vowel) for vowel in _ACCENTS)
    accented = text[:place] + _ACCENTS[text[place]] + text[place + 1 :]
    return accented.encode(encoding.decode())


def _fewer(line: bytes, word: bytes) -> bytes:
    """Without so many of its last fields; never 45, which is a layout of its own."""
    return b",".join(_fields(line)[: -int(word)]) + b"\n"


def _only_first(line: bytes, word: bytes) -> bytes:
    return _fields(line)[0] + b"\n"


def _more(line: bytes, word: bytes) -> bytes:
    return line.rstrip(b"\n") + word + b"\n"


def _stray_quote(line: bytes, word: bytes) -> bytes:
    """An odd quote: within the first field, or for the one that closes the row."""
    return line[:3] + b'"' + line[3:] if word == b"within" else line[:-2] + b"\n"


def _fields(line: bytes) -> list[bytes]:
    return [b'"' + one + b'"' for one in line[1:-2].split(b'","')]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of dirt: in one row of ``one_in`` one of ``fields`` is changed by one of ``words``.

    Without fields the line itself is changed. ``blanks`` are emptied with it; ``needs`` is a field
    that must hold something; with ``told`` the truth counts the words.
    """

    name: str
    one_in: int
    group: str
    fields: tuple[str, ...]
    change: Change
    words: tuple[bytes, ...]
    blanks: tuple[str, ...] = ()
    needs: str = ""
    told: bool = False

    @property
    def fatal(self) -> bool:
        """Whether a row with it must be set aside."""
        return self.group == "row"


_NO_DAYS = (b"19830231", b"00000000", b"UNKNOWN", b"19711301", b"02311983")
_NO_ENTRIES = (b"38121106 GE(P)", b"XX 20201103(P)", b"General Election 3812(P)")
_C1 = tuple(bytes([code]) for code in range(0x80, 0xA0))
_FORMULAS = (b"=HYPERLINK(A1)", b"=1+1", b"=cmd|' /C calc'!A0")
_STREET = ("RADDNUMBER", "RHALFCODE", "RPREDIRECTION", "RSTREETNAME", "RPOSTDIRECTION",
           "RAPARTMENTTYPE", "RAPARTMENT")  # fmt: skip
_PADDED = ("LASTNAME", "FIRSTNAME", "RSTREETNAME", "RCITY", "ENROLLMENT", "STATUS", "RADDNUMBER")
DUPLICATE = "duplicate_id"
MISSING_UNIT, NONSTANDARD = "missing_apartment", "nonstandard_address"
PADDED = "padded_field"

KINDS = (
    Kind("too_few_fields", 20_000, "row", (), _fewer, (b"1", b"3", b"12")),
    Kind("one_field", 100_000, "row", (), _only_first, (b"",)),
    Kind("too_many_fields", 20_000, "row", (), _more, (b',""', b',"MORE","","X"')),
    Kind("unbalanced_quote", 50_000, "row", (), _stray_quote, (b"within", b"end")),
    Kind("empty_id", 20_000, "row", ("SBOEID",), _instead, (b"", b"    ")),
    Kind("nul_byte", 50_000, "row", ("FIRSTNAME", "RSTREETNAME"), _inside, (b"\0",)),
    Kind(DUPLICATE, 5_000, "row", ("SBOEID",), _instead, (b"",)),
    Kind("bad_birth_date", 2_000, "born", ("DOB",), _instead, _NO_DAYS, told=True),
    Kind("bad_registration_date", 5_000, "registered", ("REGDATE",), _instead, _NO_DAYS, told=True),
    Kind("latin1_name", 100, "name", ("FIRSTNAME",), _accent, (b"latin-1",)),
    Kind("utf8_name", 5_000, "name", ("FIRSTNAME",), _accent, (b"utf-8",)),
    Kind("c1_byte", 3_000, "name", ("LASTNAME",), _inside, _C1),
    Kind("quote_in_field", 5_000, "name", ("FIRSTNAME",), _after, (b' ""BO""',)),
    Kind("formula", 20_000, "name", ("LASTNAME", "FIRSTNAME"), _instead, _FORMULAS),
    Kind("leading_sign", 20_000, "name", ("LASTNAME", "FIRSTNAME"), _before, (b"+", b"-", b"@")),
    Kind("unknown_party", 10_000, "party", ("ENROLLMENT",), _instead, (b"ZZZ", b"D?"), told=True),
    Kind("unknown_status", 10_000, "status", ("STATUS",), _instead, (b"Z", b"A9"), told=True),
    Kind("impossible_history", 5_000, "history", ("VoterHistory",), _entry, _NO_ENTRIES, told=True),
    Kind(MISSING_UNIT, 200, "address", ("RAPARTMENT",), _instead, (b"",),
         blanks=("RAPARTMENTTYPE",), needs="RAPARTMENT"),
    Kind(NONSTANDARD, 200, "address", ("RADDRNONSTD",), _instead,
         (b"RURAL ROUTE 2 BOX 114", b"LOT 7 BEHIND THE MILL"), blanks=_STREET),
    Kind(PADDED, 20, "spaces", _PADDED, _after, (b" ", b"   ", b"          ")),
)  # fmt: skip


@dataclass(slots=True)
class Soiled:
    """What was done to one portion: by kind the rows within it, ascending, and the words told."""

    rows: dict[str, Numbers] = field(default_factory=dict)
    words: dict[str, Counter[str]] = field(default_factory=dict)

    def fatal(self) -> Numbers:
        """All rows that must be set aside."""
        return np.concatenate([self.rows[kind.name] for kind in KINDS if kind.fatal])

    def of(self, name: str) -> Numbers:
        """The rows of one kind."""
        return self.rows.get(name, np.empty(0, dtype=np.int64))


class Dirt:
    """Soils a file of ``rows`` rows, portion after portion."""

    def __init__(self, seed: int, rows: int, fields: tuple[str, ...]) -> None:
        rng = np.random.default_rng([seed, DIRT])
        self._seed, self._rows = seed, rows
        # Without RADDRNONSTD (45 fields) no address can be a non-standard one.
        self.kinds = tuple(
            kind for kind in KINDS if set(kind.fields) & set(fields) or not kind.fields
        )
        self._offsets = {kind.name: int(rng.integers(0, rows)) for kind in KINDS}
        self._bounds = np.concatenate([[0], np.cumsum(portions(rows))]).tolist()
        self._earlier: list[bytes] = []  # ids of good rows of portions before

    def fields(self, portion: int, columns: dict[str, Any]) -> Soiled:
        """Changes the columns in place of the clean ones; what falls on lines is only drawn."""
        rng = np.random.default_rng([self._seed, DIRT, portion])
        soiled = self._draw(rng, portion, columns)
        for kind in self.kinds:
            if kind.name == DUPLICATE:
                self._duplicate(rng, soiled, columns)
            elif kind.fields:
                soiled.words[kind.name] = _change(rng, kind, soiled.rows[kind.name], columns)
        good = np.setdiff1d(np.arange(self._size(portion)), soiled.fatal())
        self._earlier += columns["SBOEID"].take(pa.array(good[:500])).to_pylist()
        return soiled

    def lines(self, portion: int, made: Column, soiled: Soiled) -> Column:
        """The lines with those changed whose fields do not count."""
        rng = np.random.default_rng([self._seed, DIRT, portion, 1])
        whole = {"": made}
        for kind in self.kinds:
            if not kind.fields:
                _change(rng, kind, soiled.rows[kind.name], whole)
        return whole[""]

    def _size(self, portion: int) -> int:
        return int(self._bounds[portion + 1] - self._bounds[portion])

    def _share(self, kind: Kind, portion: int) -> int:
        """How many rows of this portion; all portions together make exactly the whole number."""
        whole = round(self._rows / kind.one_in)
        if self._rows >= SMALLEST:
            whole = max(1, whole)
        offset = self._offsets[kind.name]
        below = [(whole * bound + offset) // self._rows for bound in self._bounds]
        return int(below[portion + 1] - below[portion])

    def _draw(self, rng: np.random.Generator, portion: int, columns: dict[str, Any]) -> Soiled:
        soiled = Soiled()
        good = np.arange(self._size(portion))
        for group in dict.fromkeys(kind.group for kind in self.kinds):
            free = rng.permutation(good)
            for kind in (one for one in self.kinds if one.group == group):
                able = _holding(free, columns[kind.needs]) if kind.needs else free
                taken = able[: self._share(kind, portion)]
                soiled.rows[kind.name] = np.sort(taken)
                free = free[~np.isin(free, taken)] if kind.needs else free[len(taken) :]
            if group == "row":
                good = np.sort(free)
        return soiled

    def _duplicate(self, rng: np.random.Generator, soiled: Soiled, columns: dict[str, Any]) -> None:
        """Each such row gets the id of a good one before it, here or some portions ago."""
        rows = soiled.rows[DUPLICATE]
        good = np.setdiff1d(np.arange(len(columns["SBOEID"])), soiled.fatal())
        if not self._earlier:  # the first row of a file can be no duplicate
            rows = soiled.rows[DUPLICATE] = rows[rows > good[0]]
        ids, far = [], rng.random(len(rows)) < 0.5
        for row, from_earlier in zip(rows.tolist(), far.tolist(), strict=True):
            before = int(np.searchsorted(good, row))
            if self._earlier and (from_earlier or not before):
                ids.append(self._earlier.pop(int(rng.integers(0, len(self._earlier)))))
            else:
                ids.append(columns["SBOEID"][int(good[rng.integers(0, before)])].as_py())
        columns["SBOEID"] = _replaced(columns["SBOEID"], rows, ids)


def _change(
    rng: np.random.Generator, kind: Kind, rows: Numbers, columns: dict[str, Any]
) -> Counter[str]:
    words = rng.integers(0, len(kind.words), len(rows))
    where = rng.integers(0, max(1, len(kind.fields)), len(rows))
    for number, name in enumerate(kind.fields or ("",)):
        here = where == number
        old = columns[name].take(pa.array(rows[here])).to_pylist()
        said = [kind.words[word] for word in words[here].tolist()]
        new = [kind.change(value, word) for value, word in zip(old, said, strict=True)]
        columns[name] = _replaced(columns[name], rows[here], new)
    for name in kind.blanks:
        columns[name] = _replaced(columns[name], rows, [b""] * len(rows))
    told = words.tolist() if kind.told else []
    return Counter(kind.words[word].decode("latin-1") for word in told)


def _replaced(values: Column, rows: Numbers, new: list[bytes]) -> Column:
    if not new:
        return values
    mask = np.zeros(len(values), dtype=bool)
    mask[rows] = True
    return pc.replace_with_mask(values, pa.array(mask), pa.array(new, pa.binary()))


def _holding(rows: Numbers, values: Column) -> Numbers:
    filled = np.asarray(pc.greater(pc.binary_length(values), 0), dtype=bool)
    holding: Numbers = rows[filled[rows]]
    return holding
