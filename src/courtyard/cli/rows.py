"""Rows on the terminal: a table for people, JSON and CSV for programs."""

import csv
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import click

# A spreadsheet takes a cell that begins with one of these for a formula.
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
NOTHING = "–"

Row = Mapping[str, Any]


def print_json(rows: Sequence[Row]) -> None:
    """Prints rows as a JSON array; days as ISO text."""
    click.echo(json.dumps(list(rows), ensure_ascii=False, default=_iso))


def print_csv(columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Prints rows as CSV; a text that a spreadsheet would take for a formula gets a ' before it."""
    writer = csv.writer(sys.stdout)
    writer.writerow(columns)
    writer.writerows([harmless(row[name]) for name in columns] for row in rows)


def harmless(cell: Any) -> Any:
    """The cell, or with a ' before it if a spreadsheet would take it for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULAS) else cell


def print_table(columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Prints rows for people: numbers to the right with thousands separators, words to the left."""
    heads = [name.replace("_", " ") for name in columns]
    lines = [[_shown(row[name]) for name in columns] for row in rows]
    widths = [max(map(len, column)) for column in zip(heads, *lines, strict=True)]
    right = [any(isinstance(row[name], int | float) for row in rows) for name in columns]
    for line in [heads, *lines]:
        cells = [
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(line, widths, right, strict=True)
        ]
        click.echo("  ".join(cells).rstrip())


def _shown(cell: Any) -> str:
    if cell is None:
        return NOTHING
    if isinstance(cell, float):
        return f"{cell:.1%}"
    if isinstance(cell, int):
        return f"{cell:,}"
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in str(cell))


def _iso(cell: object) -> str:
    if isinstance(cell, date):
        return cell.isoformat()
    raise TypeError(f"{type(cell).__name__} is nothing for JSON")
