"""What the quality report says of a voter file's fields and of its history."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pyarrow.compute as pc

from courtyard.electorate.voters.elections import Elections
from courtyard.electorate.voters.layout import VoterLayout
from courtyard.electorate.voters.rows import BETWEEN
from courtyard.electorate.voters.stage import Stage

MOST_CODES = 30
CODED = ("party", "status_code")
TOLD = (
    "voter_id", "last_name", "first_name", "middle_name", "name_suffix", "born", "born_year",
    "party", "status", "registered", "county", "area", "congress", "senate", "house", "address",
    "number", "street", "side", "unit", "city", "zip", "building", "elections", "confidential",
)  # fmt: skip


class Filled:
    """Counts, part by part, how often each field is filled and which codes stand in it."""

    def __init__(self) -> None:
        self._rows: Counter[str] = Counter()
        self._codes: dict[str, Counter[str]] = {name: Counter() for name in CODED}

    def add(self, part: Any) -> None:
        """Count a part, a ``pyarrow.Table`` of the columns of a version."""
        for name in TOLD:
            self._rows[name] += len(part) - part[name].null_count
        never = pc.sum(pc.equal(part["times_voted"], 0)).as_py()
        self._rows["elections"] -= never
        self._rows["confidential"] -= pc.sum(pc.invert(part["confidential"])).as_py()
        self._rows["status"] -= pc.sum(pc.equal(part["status"], "unknown")).as_py()
        for name, codes in self._codes.items():
            for one in pc.value_counts(part[name]).to_pylist():
                codes[one["values"]] += one["counts"]

    def rows(self, name: str) -> int:
        """Return in how many rows a field is filled."""
        return self._rows[name]

    def unknown(self, name: str, known: list[str]) -> list[dict[str, Any]]:
        """Return the codes that are not ``known``, those of most rows first; all are if none is."""
        found = [(code, rows) for code, rows in self._codes[name].items() if code not in known]
        found.sort(key=lambda one: (-one[1], one[0] or ""))
        return [{"code": code, "rows": n} for code, n in found if code and known][:MOST_CODES]


def fields_of(stage: Stage, layout: VoterLayout, filled: Filled, rows: int) -> list[dict[str, Any]]:
    """Return for each field where it is from, how often it is filled, bad and unknown values."""
    unknown = {
        "party": filled.unknown("party", _words(layout, "party")),
        "status": filled.unknown("status_code", _codes(layout, "status")),
    }
    return [
        {
            "field": name,
            "column": _column(layout, name),
            "filled": filled.rows(name),
            "share": round(filled.rows(name) / rows, 6) if rows else 0.0,
            "bad": stage.tally.bad[name],
            "bad_first": [
                {"line": line, "value": value}
                for line, value in stage.tally.bad_first.get(name, [])
            ],
            "unknown": unknown.get(name, []),
        }
        for name in TOLD
    ]


def history_of(stage: Stage, elections: Elections) -> dict[str, Any] | None:
    """Return how many entries of vote histories were read, and the ones that were not."""
    total = sum(stage.entry_rows.values())
    if not total:
        return None
    unread = [
        (stage.entries.texts[at], rows)
        for at, rows in stage.entry_rows.most_common()
        if stage.entries.read[at] is None
    ]
    return {
        "entries": total,
        "read": total - sum(rows for _, rows in unread),
        "unknown": [
            {"entry": text.replace(BETWEEN, " · "), "rows": rows}
            for text, rows in unread[:MOST_CODES]
        ],
        "elections": len(elections.keys),
    }


def _codes(layout: VoterLayout, name: str) -> list[str]:
    one = layout.fields.get(name)
    return [code.upper() for code in one.codes] if one and one.codes else []


def _words(layout: VoterLayout, name: str) -> list[str]:
    one = layout.fields.get(name)
    return list(dict.fromkeys(one.codes.values())) if one and one.codes else []


def _column(layout: VoterLayout, name: str) -> str:
    if name == "area":
        return " or ".join(" + ".join(rule.columns) for rule in layout.areas)
    if name == "confidential":
        return layout.confidential.column if layout.confidential else ""
    if name == "elections" and layout.history:
        return ", ".join(layout.history.columns_read)
    one = layout.fields.get(name) or layout.address.get(name) or layout.address.get("line")
    if one is None or (name in layout.fields) is (name in layout.address) is True:
        return ""
    return " + ".join(one.columns) if name in TOLD else ""
