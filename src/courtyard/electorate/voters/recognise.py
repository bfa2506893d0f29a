"""Which voter file a file is: told by its first lines, against every layout there is."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from courtyard.electorate.refusal import Refused
from courtyard.electorate.source import first_lines
from courtyard.electorate.voters.cells import Grid
from courtyard.electorate.voters.history import read_entry
from courtyard.electorate.voters.layout import VoterLayout, voter_layouts

DELIMITERS = ",\t|;"
MOST_COLUMNS = 2_000
ENOUGH = 0.6  # of the columns a layout reads; a publisher adds and drops some over the years


@dataclass(frozen=True)
class VoterFile:
    """A recognised file: its layout, how its cells stand, and how many lines its header takes.

    ``missing`` are columns that the layout reads and the file does not have.
    """

    path: Path
    layout: VoterLayout
    grid: Grid
    header_lines: int
    missing: tuple[str, ...]


def recognise_voters(path: Path, layouts: Sequence[VoterLayout] = ()) -> VoterFile | None:
    """Return what voter file, or vote-history file, this is; None if it is of no layout.

    Looks at the shipped layouts unless some are given. Raises Refused for what is no text.
    """
    lines = first_lines(path)
    fits = [
        (missing, layout, grid)
        for layout in layouts or voter_layouts()
        if (found := _fits(layout, lines)) is not None
        for missing, grid in [found]
    ]
    if not fits:
        return None
    # A history needs few columns, which stand in many a file of voters too.
    missing, layout, grid = min(fits, key=lambda fit: (fit[1].part == "history", len(fit[0])))
    if layout.confidential and layout.confidential.column in missing:
        what = f"there is no column {layout.confidential.column}, which says who is confidential"
        raise Refused(what, mend="Download the whole file from the publisher", file=path.name)
    return VoterFile(path, layout, grid, 1 if layout.header else 0, missing)


def _fits(layout: VoterLayout, lines: list[str]) -> tuple[tuple[str, ...], Grid] | None:
    if layout.header:
        return _by_header(layout, lines[0])
    grid = Grid(layout.columns, layout.delimiter, layout.quoted)
    rows = [cells for line in lines if (cells := cells_of(line, grid))]
    whole = [cells for cells in rows if len(cells) == len(grid.columns)]
    places = {column: grid.columns.index(column) for column in layout.proof}
    proved = [
        cells
        for cells in whole
        if all(layout.proof[column].fullmatch(cells[at]) for column, at in places.items())
    ]
    return ((), grid) if 2 * len(proved) > len(lines) else None


def _by_header(layout: VoterLayout, line: str) -> tuple[tuple[str, ...], Grid] | None:
    for delimiter in dict.fromkeys(layout.delimiter + DELIMITERS):
        cells = cells_of(line, Grid((), delimiter, layout.quoted))
        if cells is None or not 1 < len(cells) <= MOST_COLUMNS:
            continue
        ours = {column.casefold(): column for column in layout.needed}
        columns = [ours.get(cell.strip().casefold(), cell.strip()) for cell in cells]
        if len(set(columns)) < len(columns):
            columns = [
                f"{column} ({at})" if column in columns[:at] else column
                for at, column in enumerate(columns)
            ]
        missing = tuple(column for column in layout.needed if column not in columns)
        identity = layout.fields["voter_id"].columns
        if set(identity) & set(missing) or len(missing) > (1 - ENOUGH) * len(layout.needed):
            continue
        if layout.part == "history" and not _names_votes(layout, columns):
            continue
        return missing, Grid(tuple(columns), delimiter, layout.quoted)
    return None


def _names_votes(layout: VoterLayout, columns: list[str]) -> bool:
    rule = layout.history
    return rule is not None and (
        rule.shape != "columns" or any(read_entry(column, rule) for column in columns)
    )


def cells_of(line: str, grid: Grid) -> list[str] | None:
    """Return the cells of one line, or None if its quotation marks do not match."""
    if not grid.quoted:
        return line.split(grid.delimiter)
    try:
        return next(csv.reader([line], delimiter=grid.delimiter, strict=True), None)
    except csv.Error:
        return None
