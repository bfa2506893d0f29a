"""From the cells of a voter file to rows in our words, a block at a time.

Columns are worked on as a whole by Arrow; what needs a rule (dates, codes, streets, units, areas)
is asked once for every distinct value. The columns that come out: docs/voter-files.md.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from courtyard.electorate.voters import address
from courtyard.electorate.voters.cells import Cells
from courtyard.electorate.voters.distinct import Distinct, encoded, plain
from courtyard.electorate.voters.layout import DISTRICTS, TEXTS, AreaRule, Field, VoterLayout

MOST_EXAMPLES = 20
NO_ID = "it has no voter id"
YEARS = (1870, 2100)
EPOCH = date(1970, 1, 1).toordinal()
BETWEEN = "\N{SYMBOL FOR UNIT SEPARATOR}"  # between cells that are asked about together
# Not even put on the disk of a confidential voter; the id is, until the histories are joined.
HIDDEN = (
    *TEXTS, "born", "born_year", "address", "number", "street", "side", "unit", "city", "zip",
)  # fmt: skip
LONG = ("voter_id", *TEXTS)  # texts that seldom repeat


@dataclass
class Tally:
    """What was counted while reading: rows, and bad values with the first lines they stand in."""

    rows: int = 0
    bad: Counter[str] = field(default_factory=Counter)
    bad_first: dict[str, list[tuple[int, str]]] = field(default_factory=dict)

    def add(self, other: Tally) -> None:
        """Add what another block counted."""
        self.rows += other.rows
        self.bad.update(other.bad)
        for name, found in other.bad_first.items():
            self.bad_first[name] = sorted(self.bad_first.get(name, []) + found)[:MOST_EXAMPLES]


def column_kinds(layout: VoterLayout) -> dict[str, Any]:
    """Return how each column a layout reads is best read from a file: as text or as codes."""
    long = {
        column for name in LONG if name in layout.fields for column in layout.fields[name].columns
    }
    long |= {
        column
        for name in ("line", "otherwise")
        if name in layout.address
        for column in layout.address[name].columns
    }
    long |= set(layout.history.columns_read) if layout.history else set()
    codes = pa.dictionary(pa.int32(), pa.string())
    return {column: pa.string() if column in long else codes for column in layout.needed}


class RowReader:
    """Reads the rows of one layout; may be used by several threads."""

    def __init__(self, layout: VoterLayout) -> None:
        self._layout = layout
        self._word = Distinct()
        self._upper = Distinct(str.upper)
        self._districts = {
            name: Distinct(_district_rule(layout.fields.get(name))) for name in DISTRICTS
        }
        self._day = {
            name: Distinct(_day_rule(one.date), pa.date32())
            for name, one in layout.fields.items()
            if one.date
        }
        self._year = Distinct(_year, pa.int16())
        self._party = Distinct(_code_rule(layout.fields.get("party")))
        self._status = Distinct(_code_rule(layout.fields.get("status"), "unknown"))
        self._area = Distinct(_area_rule(layout.areas))
        self._hidden = Distinct(_hidden_rule(layout), pa.bool_())
        self._street, self._unit = Distinct(address.street), Distinct(address.unit)
        self._number, self._side = Distinct(address.number), Distinct(address.side)
        self._zip = Distinct(address.zip5)

    def read(self, cells: Cells) -> tuple[Any, Tally]:
        """Return the rows as a ``pyarrow.Table``, without their history, and what was counted."""
        layout, table, tally = self._layout, cells.table, Tally(len(cells.table))
        hidden = self._confidential(table, cells, tally)
        made: dict[str, Any] = {"line": pa.array(cells.lines), "confidential": hidden}
        for name in LONG:
            made[name] = text_of(table, layout.fields.get(name))
        for name in ("born", "registered"):
            made[name] = self._dates(table, name, cells, hidden, tally)
        made["born_year"] = self._born_year(table, made["born"])
        made["party"] = self._party(_codes(table, layout.fields.get("party")))
        made |= self._statuses(table)
        made["county"] = self._word(_codes(table, layout.fields.get("county")))
        for name in DISTRICTS:
            made[name] = self._districts[name](_codes(table, layout.fields.get(name)))
        made["area"] = self._area(_together(table, _area_columns(layout.areas)))
        made |= self._address(table)
        if pc.any(hidden).as_py():
            made |= {name: pc.if_else(hidden, None, plain(made[name])) for name in HIDDEN}
        return pa.table(made), tally

    def _confidential(self, table: Any, cells: Cells, tally: Tally) -> Any:
        if self._layout.confidential is None:
            return pc.fill_null(pa.nulls(len(table), pa.bool_()), fill_value=False)
        codes = _codes(table, Field((self._layout.confidential.column,)))
        hidden, unknown = self._hidden.with_unanswered(codes)
        _tell(tally, "confidential", cells, unknown)
        if unknown:  # a flag that nobody knows hides its voter
            flags = pc.fill_null(hidden, fill_value=False).to_numpy(zero_copy_only=False).copy()
            flags[[at for at, _ in unknown]] = True
            return pa.array(flags)
        return pc.fill_null(hidden, fill_value=False)

    def _dates(self, table: Any, name: str, cells: Cells, hidden: Any, tally: Tally) -> Any:
        one = self._layout.fields.get(name)
        if one is None or name not in self._day:
            return pa.nulls(len(table), pa.date32())
        days, wrong = self._day[name].with_unanswered(_codes(table, one))
        shown = [(at, text) for at, text in wrong if not hidden[at].as_py()]
        _tell(tally, name, cells, shown)
        return days

    def _born_year(self, table: Any, born: Any) -> Any:
        one = self._layout.fields.get("born_year")
        if one is not None:
            return self._year(_codes(table, one))
        return pc.year(born).cast(pa.int16())

    def _statuses(self, table: Any) -> dict[str, Any]:
        one = self._layout.fields.get("status")
        codes = _codes(table, one)
        # A file without a status holds those who may vote.
        status = pc.fill_null(plain(self._status(codes)), "unknown" if one else "active")
        return {"status": status, "status_code": self._upper(codes)}

    def _address(self, table: Any) -> dict[str, Any]:
        said = {name: self._word(_codes(table, one)) for name, one in self._layout.address.items()}
        none = encoded(pa.nulls(len(table), pa.string()))
        number, street, unit = (said.get(name, none) for name in ("number", "street", "unit"))
        if "line" in said:
            line = plain(said["line"])
            number, street, within = _split(said["line"])
            unit = pc.coalesce(plain(unit), within)
        else:
            parts = [
                plain(said[name]) for name in ("number", "half", "street", "unit") if name in said
            ]
            line = _joined(parts, " ") if parts else plain(none)
            if "half" in said:
                number = _joined([plain(number), plain(said["half"])], " ")
        if "otherwise" in said:
            line = pc.coalesce(line, plain(said["otherwise"]))
        number = self._number(number)
        return {
            "address": line,
            "number": number,
            "street": self._street(street),
            "side": self._side(number),
            "unit": self._unit(unit),
            "city": self._upper(said.get("city", none)),
            "zip": self._zip(said.get("zip", none)),
        }


def text_of(table: Any, one: Field | None) -> Any:
    """Return texts that seldom repeat, without space around, null where there is none."""
    if one is None:
        return pa.nulls(len(table), pa.string())
    text = _joined([column_of(table, column) for column in one.columns], " ")
    text = pc.utf8_trim_whitespace(text)
    blank = pc.equal(text, "")
    return pc.if_else(blank, None, text) if pc.any(blank).as_py() else text


def _codes(table: Any, one: Field | None) -> Any:
    """Return values that often repeat, dictionary-encoded; those of several columns joined."""
    if one is None:
        return encoded(pa.nulls(len(table), pa.string()))
    if len(one.columns) == 1:
        return encoded(column_of(table, one.columns[0]))
    strip = Distinct()
    return encoded(_joined([plain(strip(column_of(table, column))) for column in one.columns], " "))


def _together(table: Any, columns: tuple[str, ...]) -> Any:
    if not columns:
        return encoded(pa.nulls(len(table), pa.string()))
    texts = [pc.fill_null(plain(column_of(table, column)), "") for column in columns]
    return pc.binary_join_element_wise(*texts, BETWEEN)


def column_of(table: Any, name: str) -> Any:
    """Return a column of the file; of nulls where the file lacks it."""
    if name in table.column_names:
        return table[name]
    return pa.nulls(len(table), pa.string())  # the file lacks it, and the report says so


def _joined(texts: list[Any], between: str) -> Any:
    """Return texts joined where they are; null where none is."""
    if len(texts) == 1:
        return plain(texts[0])
    # Arrow 26 drops a row where all are null and skipped, so that one of them must be a text.
    first, *rest = map(plain, texts)
    first = pc.fill_null(first, "")
    joined = pc.binary_join_element_wise(first, *rest, between, null_handling="skip")
    joined = pc.ascii_ltrim_whitespace(joined)
    return pc.if_else(pc.equal(joined, ""), None, joined)


def _split(lines: Any) -> tuple[Any, Any, Any]:
    """Return number, street and unit of addresses that a publisher writes in one line."""
    coded = encoded(lines)
    parts = [address.split(text) for text in coded.dictionary.to_pylist()]
    number, street, unit = (
        pa.array([part[place] or None for part in parts], pa.string()).take(coded.indices)
        for place in range(3)
    )
    return number, street, unit


def _day_rule(form: str) -> Callable[[str], int | None]:
    """Return a rule that gives a day as Arrow counts it, from 1 January 1970."""
    pattern = _pattern(form)

    def day(text: str) -> int | None:
        try:
            if pattern is not None and (cut := pattern.fullmatch(text)):
                found = date(int(cut["Y"]), int(cut["m"]), int(cut["d"]))
            else:
                # A calendar day is meant; the time zone only makes the moment between definite.
                found = datetime.strptime(text, form).replace(tzinfo=UTC).date()
        except ValueError:
            return None
        return found.toordinal() - EPOCH if YEARS[0] <= found.year <= YEARS[1] else None

    return day


def _pattern(form: str) -> re.Pattern[str] | None:
    """Return a pattern for formats of year, month and day in figures: five times quicker."""
    text = re.escape(form).replace("%Y", "(?P<Y>[0-9]{4})")
    text = text.replace("%m", "(?P<m>[0-9]{2})").replace("%d", "(?P<d>[0-9]{2})")
    return None if "%" in text or text.count("(?P<") != 3 else re.compile(text)


def _year(text: str) -> int | None:
    return (
        int(text)
        if text.isascii()
        and text.isdecimal()
        and YEARS[0] <= int(text[:9]) <= YEARS[1]
        and len(text) == 4
        else None
    )


def _code_rule(one: Field | None, otherwise: str = "") -> Callable[[str], str]:
    codes = {code.upper(): ours for code, ours in (one.codes or {}).items()} if one else {}
    known = bool(codes)

    def code(text: str) -> str:
        upper = text.upper()
        return codes.get(upper, otherwise or upper) if known else otherwise or upper

    return code


def _district_rule(one: Field | None) -> Callable[[str], str]:
    pattern = one.pattern if one else None

    def district(text: str) -> str:
        if pattern is not None:
            found = pattern.search(text)
            text = found[1] if found else ""
        return text.lstrip("0") or text

    return district


def _hidden_rule(layout: VoterLayout) -> Callable[[str], bool | None]:
    flag = layout.confidential
    return flag.hides if flag else lambda _: False


def _tell(tally: Tally, name: str, cells: Cells, bad: list[tuple[int, str]]) -> None:
    if bad:
        tally.bad[name] += len(bad)
        found = sorted((int(cells.lines[at]), text) for at, text in bad)
        tally.bad_first[name] = found[:MOST_EXAMPLES]


def _area_columns(rules: tuple[AreaRule, ...]) -> tuple[str, ...]:
    named = [column for rule in rules for column in rule.columns]
    return tuple(dict.fromkeys(named + [rule.only[0] for rule in rules if rule.only]))


def _area_rule(rules: tuple[AreaRule, ...]) -> Callable[[str], str]:
    columns = _area_columns(rules)

    def area(text: str) -> str:
        said = dict(zip(columns, (cell.strip() for cell in text.split(BETWEEN)), strict=False))
        for rule in rules:
            if rule.only is None or said.get(rule.only[0], "") in rule.only[1]:
                return _area(rule, [said.get(column, "") for column in rule.columns])
        return ""

    return area


def _area(rule: AreaRule, cells: list[str]) -> str:
    if not cells[-1].strip("*"):  # the smallest part is not said, or masked
        return ""
    if not rule.times:
        return rule.joined.join(cells)
    if not all(cell.isascii() and cell.isdecimal() for cell in cells):
        return ""
    high, low = (int(cell[:9]) for cell in cells)
    return str(high * rule.times + low) if high and 0 < low < rule.times else ""
