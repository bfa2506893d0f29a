"""A quality report as a page reads it: what needs a look first. Pure, over report.json."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

FIRST_LINES = 5
FIRST_CODES = 6


@dataclass(frozen=True, slots=True)
class Field:
    """One field: how many rows have it, how many of those could not be read, unknown codes."""

    name: str
    column: str
    share: float
    bad: int
    bad_lines: tuple[int, ...]
    unknown: tuple[tuple[str, int], ...]
    more_codes: int

    @property
    def needs_a_look(self) -> bool:
        """Whether something in it could not be read or is not known."""
        return bool(self.bad or self.unknown)


@dataclass(frozen=True, slots=True)
class Report:
    """What a report says. Without one (from before there were reports) only the counts."""

    said: Mapping[str, Any]
    manifest: Mapping[str, Any] = field(default_factory=dict)

    def count(self, name: str) -> int:
        """One of the counts: rows_read, rows_kept, rows_set_aside, confidential."""
        return int(self.said.get(name) or self.manifest.get(name) or 0)

    @property
    def fields(self) -> list[Field]:
        """Every field, in the publisher's order."""
        return [_field(one) for one in self.said.get("fields") or []]

    @property
    def to_look_at(self) -> list[Field]:
        """The fields in which something could not be read, the most rows first."""
        found = [one for one in self.fields if one.needs_a_look]
        return sorted(found, key=lambda one: -(one.bad + sum(rows for _, rows in one.unknown)))

    @property
    def reasons(self) -> list[tuple[str, int, str]]:
        """Why rows were set aside: the reason, how many, the first line numbers."""
        return [
            (
                str(one["reason"]),
                int(one["rows"]),
                _lines(one.get("first_lines") or [], one["rows"]),
            )
            for one in self.said.get("set_aside") or []
        ]

    @property
    def sources(self) -> list[Mapping[str, Any]]:
        """The files it was made of."""
        return list(self.said.get("files") or self.manifest.get("sources") or [])

    @property
    def left_out(self) -> list[Mapping[str, Any]]:
        """Columns that were not kept, and why."""
        return list(self.said.get("left_out") or [])

    @property
    def changes(self) -> Mapping[str, Any] | None:
        """What changed against the version before."""
        return self.said.get("changes")

    @property
    def history(self) -> Mapping[str, Any] | None:
        """How much of the vote history was understood."""
        return self.said.get("history")

    @property
    def mended(self) -> int:
        """Lines that were not UTF-8, and were read as what they seem to be."""
        return int((self.said.get("text") or {}).get("lines_mended") or 0)

    @property
    def notes(self) -> list[str]:
        """What the load noticed."""
        return [str(one) for one in self.said.get("notes") or self.manifest.get("notes") or []]


def _field(one: Mapping[str, Any]) -> Field:
    codes = [(str(of["code"]), int(of["rows"])) for of in one.get("unknown") or []]
    return Field(
        str(one["field"]),
        str(one.get("column") or ""),
        # Down to the tenth: what is not filled in every row never reads 100 %.
        int(1000 * float(one.get("share") or 0)) / 1000,
        int(one.get("bad") or 0),
        tuple(int(of["line"]) for of in (one.get("bad_first") or [])[:FIRST_LINES]),
        tuple(codes[:FIRST_CODES]),
        max(0, len(codes) - FIRST_CODES),
    )


def _lines(first: list[int], rows: int) -> str:
    shown = ", ".join(str(one) for one in first[:FIRST_LINES])
    return f"{shown} …" if rows > FIRST_LINES else shown
