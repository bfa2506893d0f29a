"""What is odd in a publisher's file, row by row, and the report of how well a file was read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

FIRST_LINES = 5
MOST_NOTES = 20

DOUBLE = "an earlier row has the same id"
NO_ID = "it has no id"
NO_LINE = "it has no line that can be read"
NO_PLACE = "it has no coordinates in degrees (WGS84)"
NO_HOMES = "it says no number of homes; none are counted"
OTHER_FIELDS = "it has another number of fields"


@dataclass(frozen=True, slots=True)
class Odd:
    """A row that could not be read as the others: in which file and line (or feature), and why.

    `what` is one of a few reasons, `about` the row's own id where it has one. A row that is `kept`
    lacks only what the reason names.
    """

    file: str
    line: int
    what: str
    about: str = ""
    kept: bool = False

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.about and f'{self.about}: '}{self.what}"


@dataclass(frozen=True, slots=True)
class ReadFile:
    """One file that was read: its name, bytes, rows and SHA-256."""

    file: str
    size: int
    rows_read: int
    sha256: str

    def row(self) -> dict[str, Any]:
        """As a report writes it."""
        return {name: getattr(self, name) for name in self.__slots__}


def report(
    files: Iterable[ReadFile], kept: int, odd: Sequence[Odd], notes: Iterable[str] = ()
) -> dict[str, Any]:
    """A quality report, in the words of a dataset's report.json."""
    aside = [one for one in odd if not one.kept]
    told = [
        f"line {one.line}: {one.about and f'{one.about}: '}{one.what}" for one in odd if one.kept
    ]
    return {
        "files": [one.row() for one in files],
        "rows_read": kept + len(aside),
        "rows_kept": kept,
        "rows_set_aside": len(aside),
        "set_aside": by_reason(aside),
        "notes": [*notes, *shortened(told)],
    }


def by_reason(odd: Iterable[Odd]) -> list[dict[str, Any]]:
    """The rows of each reason: how many, and the first with their lines and ids."""
    rows: dict[str, list[Odd]] = {}
    for one in odd:
        rows.setdefault(one.what, []).append(one)
    return [
        {
            "reason": what,
            "rows": len(some),
            "first_lines": [one.line for one in some[:FIRST_LINES]],
            "about": [one.about for one in some[:FIRST_LINES] if one.about],
        }
        for what, some in sorted(rows.items(), key=lambda pair: -len(pair[1]))
    ]


def shortened(told: Sequence[str]) -> list[str]:
    """The first of many sentences, and how many more there are."""
    more = len(told) - MOST_NOTES
    return [*told[:MOST_NOTES], *([f"and {more:,} more like these"] if more > 0 else [])]
