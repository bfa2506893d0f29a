"""A layout for a voter file of one's own: guessed from its header, and written as TOML."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from courtyard.electorate.refusal import Refused
from courtyard.electorate.source import first_lines
from courtyard.electorate.voters.cells import Grid
from courtyard.electorate.voters.recognise import DELIMITERS, cells_of

ASKED = {
    "voter_id": "the voter id",
    "last_name": "the last name",
    "first_name": "the first name",
    "middle_name": "the middle name",
    "born": "the date of birth",
    "born_year": "the year of birth",
    "party": "the party",
    "status": "the status (active, inactive)",
    "registered": "the date of registration",
    "county": "the county",
    "area": "the precinct or election district",
    "congress": "the congressional district",
    "senate": "the state senate district",
    "house": "the state house or assembly district",
    "line": "the street address in one line",
    "unit": "the apartment",
    "city": "the city",
    "zip": "the ZIP code",
}
GUESSES = {
    "voter_id": "voter ?id|voterid|vanid|vuid|sos_?voterid|state_?voter_?id|voter file vanid|id",
    "last_name": "last_?name|surname|lname|last",
    "first_name": "first_?name|fname|given_?name|first",
    "middle_name": "middle_?name|mname|middle",
    "born": "dob|birth_?date|date_?of_?birth|born",
    "born_year": "birth_?year|year_?of_?birth|yob",
    "party": "party|party_?(cd|code|affiliation)|enrollment",
    "status": "status|voter_?status|status_?(cd|code)",
    "registered": "reg(istration)?_?date|registered|date_?registered",
    "county": "county|county_?(code|name|id)",
    "area": "precinct|precinct_?(code|name|abbrv)|ed|election_?district",
    "congress": "cd|congress|congressional_?district",
    "senate": "sd|senate|(state_?)?senate_?district",
    "house": "hd|ad|house|(state_?)?(house|assembly|representative)_?district",
    "line": "address|street_?address|(residence_?)?address_?(line_?)?1?|v?address",
    "unit": "apt|apartment|unit|address_?(line_?)?2",
    "city": "city|town",
    "zip": "zip|zip_?(code|5)|postal_?code",
}
DATES = ("%Y-%m-%d", "%m/%d/%Y", "%Y%m%d", "%d/%m/%Y", "%m/%d/%y", "%Y-%m-%d %H:%M:%S")
STATUSES = {
    "A": "active", "ACTIVE": "active", "I": "inactive", "INACTIVE": "inactive",
    "P": "pending", "PENDING": "pending", "R": "removed", "REMOVED": "removed",
}  # fmt: skip
ADDRESS = ("line", "unit", "city", "zip")
MOST_COLUMNS = 1_000


@dataclass(frozen=True)
class Table:
    """A file with a header: its delimiter, its columns, and the first values of each."""

    delimiter: str
    columns: tuple[str, ...]
    values: Mapping[str, tuple[str, ...]]


def table_of(path: Path) -> Table:
    """Return how a file with a header stands. Raises Refused if it is no such table."""
    lines = first_lines(path)
    rows = {mark: cells_of(lines[0], Grid((), mark)) or [] for mark in DELIMITERS}
    delimiter, columns = max(rows.items(), key=lambda one: len(one[1]))
    columns = [column.strip() for column in columns]
    if not 1 < len(columns) <= MOST_COLUMNS or len(set(columns)) < len(columns) or "" in columns:
        what = "the first line is no header with a name of its own for each column"
        raise Refused(what, mend="Put one there, and load it again", file=path.name, line=1)
    cells = [row for line in lines[1:] if (row := cells_of(line, Grid((), delimiter)))]
    whole = [row for row in cells if len(row) == len(columns)]
    values = {name: tuple(row[at].strip() for row in whole) for at, name in enumerate(columns)}
    return Table(delimiter, tuple(columns), values)


def guessed(table: Table) -> dict[str, str]:
    """Return which column is likely which of our fields; each column once."""
    found: dict[str, str] = {}
    for ours, pattern in GUESSES.items():
        for column in table.columns:
            if column not in found.values() and re.fullmatch(
                pattern, column.casefold().replace(" ", "_")
            ):
                found[ours] = column
                break
    return found


@dataclass(frozen=True)
class About:
    """What is said of a voter file of one's own: dataset, title, publisher, law, purposes."""

    dataset: str
    title: str
    publisher: str
    law: str
    uses: Sequence[str]


def layout_text(table: Table, chosen: Mapping[str, str], about: About) -> str:
    """Return the TOML of a layout by which the columns ``chosen`` are read.

    Raises Refused if the voter id is not chosen, or a date is in no form that is known.
    """
    if "voter_id" not in chosen:
        raise Refused("no column is the voter id", mend="Without one a voter cannot be told again")
    said = [_head(table, about), "[fields]"]
    fields = [one for one in chosen if one not in (*ADDRESS, "area")]
    said += [f"{ours} = {_field(table, ours, chosen[ours])}" for ours in fields]
    address = [one for one in ADDRESS if one in chosen]
    if address:
        said += ["", "[address]", *(f"{ours} = {_text(chosen[ours])}" for ours in address)]
    if "area" in chosen:
        columns = [chosen[one] for one in ("county", "area") if one in chosen]
        said += ["", "[[area]]", f"columns = [{', '.join(map(_text, columns))}]", 'joined = "/"']
    return "\n".join(said) + "\n"


def _head(table: Table, about: About) -> str:
    return f"""\
# Written by `courtyard load` from what was answered. See docs/voter-files.md.
kind = "voters"
dataset = {_text(about.dataset)}
what = {_text(about.title)}
publisher = {_text(about.publisher)}
licence = {_text(about.law)}

[permitted]
uses = [{", ".join(map(_text, about.uses))}]
commercial = false
names_on_phones = false
law = {_text(about.law)}
whose = {_text(about.publisher)}

[file]
header = true
delimiter = {_text(table.delimiter)}
"""


def _field(table: Table, ours: str, column: str) -> str:
    if ours in ("born", "registered"):
        return f"{{ column = {_text(column)}, date = {_text(_date_form(table, column))} }}"
    if ours == "status":
        codes = ", ".join(f"{_text(code)} = {_text(word)}" for code, word in STATUSES.items())
        return f"{{ column = {_text(column)}, codes = {{ {codes} }} }}"
    return _text(column)


def _date_form(table: Table, column: str) -> str:
    values = [value for value in table.values[column] if value]
    read = {form: sum(_is_date(value, form) for value in values) for form in DATES}
    best = max(read, key=lambda form: read[form])
    if values and 2 * read[best] <= len(values):
        what = f"the dates in {column} are in no form that is known"
        raise Refused(
            what, mend="Write the layout by hand, with its date format: docs/voter-files.md"
        )
    return best


def _is_date(value: str, form: str) -> bool:
    try:
        return 1870 <= datetime.strptime(value, form).replace(tzinfo=UTC).year <= 2100
    except ValueError:
        return False


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # a JSON text is a TOML one
