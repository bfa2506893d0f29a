"""How the cells of a results file stand: which layout it is in, and what each column is."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from courtyard.electorate.refusal import Refused, UnknownKind
from courtyard.electorate.results.layout import AreaRule, Layout, layouts, plain
from courtyard.electorate.source import AGAIN

MOST_COLUMNS = 1_000
DELIMITERS = ",\t;|"
FIXED = ("event", "party", "office", "district", "county")


class Unread(Exception):
    """A row that cannot be read. ``str()`` is the reason; ``field`` is our word for the column.

    ``missing`` is False if nothing is missing from the totals without the row.
    """

    def __init__(self, why: str, *, field: str = "", value: str = "", missing: bool = True) -> None:
        self.field, self.value, self.missing = field, value, missing
        super().__init__(why)


@dataclass(frozen=True)
class Form:
    """The layout of a file, its columns in order, and where ours are: by our word, the place.

    ``methods`` are the places of columns to be summed, ``units`` the candidates of a table.
    """

    layout: Layout
    header: tuple[str, ...]
    delimiter: str
    repeated: bool
    at: Mapping[str, int]
    methods: tuple[int, ...] = ()
    units: tuple[tuple[int, str], ...] = ()
    areas: tuple[AreaRule, ...] = ()
    needs: int = field(default=0)

    def column(self, ours: str) -> str:
        """Return the publisher's name of our column, or our word if the file has none."""
        return self.header[self.at[ours]] if ours in self.at else ours

    def values(self, text: str) -> list[str]:
        """Return the cells of a line, one for each column. Raises Unread."""
        cells = split(text, self.delimiter)
        width = len(self.header)
        expected = width * 2 if self.repeated else width
        if len(cells) != expected:
            if not self.layout.ragged or len(cells) < self.needs or any(cells[expected:]):
                raise Unread(f"it has {len(cells)} fields where {expected} are expected")
            cells = cells[:expected] + [""] * (expected - len(cells))
        if not self.repeated:
            return cells
        if tuple(cells[:width]) != self.header:
            raise Unread("it names other columns than the first row")
        return cells[width:]


def split(text: str, delimiter: str) -> list[str]:
    """Return the cells of one line of CSV, without space around. Raises Unread."""
    if "\0" in text:
        raise Unread("it contains a NUL byte")
    if '"' not in text:
        return [cell.strip() for cell in text.split(delimiter)]
    try:
        cells = next(csv.reader([text], delimiter=delimiter, strict=True))
    except (csv.Error, StopIteration) as e:
        raise Unread("its quotation marks do not match") from e
    return [cell.strip() for cell in cells]


def recognise(first: str, layout: Layout | None, said: Mapping[str, str]) -> Form:
    """Return the form of a file from its first line, in ``layout`` or in any that is shipped.

    Raises Refused, naming a missing column. A file of another kind is never quoted in the
    refusal: it may be a voter file.
    """
    delimiter = max(DELIMITERS, key=first.count)
    try:
        cells = split(first, delimiter)
    except Unread as e:
        raise Refused(f"the first row cannot be read: {e}", mend=AGAIN) from e
    if len(cells) > 2 * MOST_COLUMNS:
        what = f"there are {len(cells):,} columns"
        raise Refused(what, mend=f"A table of results has at most {MOST_COLUMNS:,}")
    tried = (layout,) if layout else layouts()
    half = cells[: len(cells) // 2] if len(cells) % 2 == 0 else []
    forms = [
        form
        for one in tried
        for header, repeated in ((half, True), (cells, False))
        if repeated <= one.repeated
        and (form := _form(one, header, delimiter, said, repeated=repeated))
    ]
    # Many tables could be one of areas and figures: layouts that know more columns come first.
    best = max(forms, key=lambda form: len(form.layout.needed), default=None)
    if best is None or (best.layout.shape == "columns" and layout is None):
        _refuse_nearly(tried, cells, said)
    if best is None:
        raise unknown()
    _refuse_twice(best)
    return best


def _form(
    layout: Layout,
    header: Sequence[str],
    delimiter: str,
    said: Mapping[str, str],
    *,
    repeated: bool,
) -> Form | None:
    """Return the form of a header in a layout, or None if it is in another one."""
    names = [plain(name) for name in header]
    at = _places(layout, names)
    if _missing(layout, at, said):
        return None
    methods = tuple(n for n, name in enumerate(names) if name in map(plain, layout.methods))
    areas = tuple(rule for rule in layout.areas if _fits(rule, at, said))
    units: tuple[tuple[int, str], ...] = ()
    if layout.shape == "columns":
        ours = {plain(name) for theirs in layout.columns.values() for name in theirs}
        ours |= {plain(name) for name in layout.ignored}
        units = tuple((n, header[n]) for n, name in enumerate(names) if name and name not in ours)
    counted = bool(units) if layout.shape == "columns" else "votes" in at or bool(methods)
    if not areas or not counted:
        return None
    used = _used(at, units, methods)
    needs = max(used) + 1
    return Form(layout, tuple(header), delimiter, repeated, at, methods, units, areas, needs)


def _used(
    at: Mapping[str, int], units: Sequence[tuple[int, str]], methods: Sequence[int]
) -> set[int]:
    """Return the places of all columns that are read."""
    return {*at.values(), *(n for n, _ in units), *(() if "votes" in at else methods)}


def _refuse_twice(form: Form) -> None:
    names = [plain(name) for name in form.header]
    for place in sorted(_used(form.at, form.units, form.methods)):
        if names.count(names[place]) > 1:
            what = f"there are two columns named {form.header[place]}"
            raise Refused(what, mend="Remove one of them")


def _places(layout: Layout, names: Sequence[str]) -> dict[str, int]:
    """Return the place of each of our columns; a column is taken once, by the first that fits."""
    at: dict[str, int] = {}
    for ours, theirs in layout.columns.items():
        for name in map(plain, theirs):
            if name in names and names.index(name) not in at.values():
                at[ours] = names.index(name)
                break
    return at


def _missing(layout: Layout, at: Mapping[str, int], said: Mapping[str, str]) -> list[str]:
    """Return our words for the columns that are needed, and neither there nor said."""
    given = {word for word in FIXED if said.get(word) or layout.contest.get(word)}
    return [ours for ours in layout.needed if ours not in at and ours not in given]


def _fits(rule: AreaRule, at: Mapping[str, int], said: Mapping[str, str]) -> bool:
    # A county stands in the file's name too; whether it does is seen row by row.
    there = all(word in at or word == "county" for word in rule.fields)
    return there and any(word in at for word in rule.fields) and not rule.without & set(at)


def _refuse_nearly(tried: Sequence[Layout], cells: Sequence[str], said: Mapping[str, str]) -> None:
    """Raise Refused, naming what is missing, if most columns of one layout are there."""
    names = {plain(cell) for cell in cells}
    for layout in tried:
        columns = layout.columns
        there = [ours for ours in layout.needed if names & set(map(plain, columns.get(ours, ())))]
        if len(tried) == 1 or 2 * len(there) > len(layout.needed):
            lacking = _missing(layout, dict.fromkeys(there, 0), said)
            missing = [columns.get(ours, (ours,))[0] for ours in lacking]
            named = ", ".join(missing) or "of areas, or of votes"
            what = f"missing column{'s' if len(missing) > 1 else ''} {named}"
            raise Refused(what, mend=AGAIN)


def unknown() -> Refused:
    """Return the refusal of a file that is of no kind there is; nothing of it is quoted."""
    known = ", ".join(layout.place for layout in layouts())
    mend = f"It reads results of {known}"
    return UnknownKind("this is not a kind of file Courtyard reads", mend=mend)
