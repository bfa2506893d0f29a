"""A quality report as a page reads it: what needs a look first. Pure, over report.json."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

FIRST_LINES = 5
FIRST_CODES = 6
# A value so short and without a space is a code; a longer one may be somebody's name.
LONGEST_CODE = 4


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
    hidden: int  # rows with values that are counted and not shown

    @property
    def needs_a_look(self) -> bool:
        """Whether something in it could not be read or is not known."""
        return bool(self.bad or self.unknown or self.hidden)


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
        return sorted(
            found, key=lambda one: -(one.bad + one.hidden + sum(rows for _, rows in one.unknown))
        )

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


def without_rows(said: Mapping[str, Any]) -> dict[str, Any]:
    """The report for those who may not read rows: what stood in one is counted and not told.

    Of unknown codes and entries those that can be nothing else stay; the others are one entry
    without a value.
    """
    kept = dict(said)
    kept["fields"] = [
        {
            **one,
            "bad_first": [{"line": of["line"]} for of in one.get("bad_first") or []],
            "unknown": _codes_only(one.get("unknown") or [], "code"),
        }
        for one in said.get("fields") or []
    ]
    if history := said.get("history"):
        unknown = _codes_only(history.get("unknown") or [], "entry")
        kept["history"] = {**history, "unknown": unknown}
    return kept


def _codes_only(found: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    told = [one for one in found if _is_code(str(one.get(name, "")))]
    rest = sum(int(one["rows"]) for one in found if one not in told)
    return [*told, {"rows": rest}] if rest else told


def _is_code(value: str) -> bool:
    return 0 < len(value) <= LONGEST_CODE and not any(c.isspace() for c in value)


def _field(one: Mapping[str, Any]) -> Field:
    unknown = one.get("unknown") or []
    codes = [(str(of["code"]), int(of["rows"])) for of in unknown if "code" in of]
    return Field(
        str(one["field"]),
        str(one.get("column") or ""),
        # Down to the tenth: what is not filled in every row never reads 100 %.
        int(1000 * float(one.get("share") or 0)) / 1000,
        int(one.get("bad") or 0),
        tuple(int(of["line"]) for of in (one.get("bad_first") or [])[:FIRST_LINES]),
        tuple(codes[:FIRST_CODES]),
        max(0, len(codes) - FIRST_CODES),
        sum(int(of["rows"]) for of in unknown if "code" not in of),
    )


def _lines(first: list[int], rows: int) -> str:
    shown = ", ".join(str(one) for one in first[:FIRST_LINES])
    return f"{shown} …" if rows > FIRST_LINES else shown
