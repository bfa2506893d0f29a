"""What the quality report says of a voter file's fields and of its history."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from courtyard.electorate.voters.elections import Elections
from courtyard.electorate.voters.layout import VoterLayout
from courtyard.electorate.voters.rows import BETWEEN
from courtyard.electorate.voters.sql import literal, rows_of
from courtyard.electorate.voters.stage import Stage

MOST_CODES = 30
TOLD = (
    "voter_id", "last_name", "first_name", "middle_name", "name_suffix", "born", "born_year",
    "party", "status", "registered", "county", "area", "congress", "senate", "house", "address",
    "number", "street", "side", "unit", "city", "zip", "building", "elections", "confidential",
)  # fmt: skip


def fields_of(
    connection: duckdb.DuckDBPyConnection,
    stage: Stage,
    layout: VoterLayout,
    folder: Path,
    rows: int,
) -> list[dict[str, Any]]:
    """Return for each field where it is from, how often it is filled, bad and unknown values."""
    connection.execute(f"CREATE VIEW kept AS FROM {rows_of((folder / 'voters').glob('*.parquet'))}")
    there = {"elections": "count(*) FILTER (times_voted > 0)"}
    there["confidential"] = "count(*) FILTER (confidential)"
    there["status"] = "count(*) FILTER (status <> 'unknown')"
    counted = ", ".join(there.get(name, f"count({name})") for name in TOLD)
    filled = connection.execute(f"SELECT {counted} FROM kept").fetchall()[0]  # noqa: S608
    unknown = {
        "party": _unknown(connection, "party", _words(layout, "party")),
        "status": _unknown(connection, "status_code", _codes(layout, "status")),
    }
    return [
        {
            "field": name,
            "column": _column(layout, name),
            "filled": count,
            "share": round(count / rows, 6) if rows else 0.0,
            "bad": stage.tally.bad[name],
            "bad_first": [
                {"line": line, "value": value}
                for line, value in stage.tally.bad_first.get(name, [])
            ],
            "unknown": unknown.get(name, []),
        }
        for name, count in zip(TOLD, filled, strict=True)
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


def _unknown(
    connection: duckdb.DuckDBPyConnection, column: str, known: list[str]
) -> list[dict[str, Any]]:
    if not known:
        return []
    among = ", ".join(literal(code) for code in known)
    found = connection.execute(
        f"SELECT {column}, count(*) AS rows FROM kept WHERE {column} NOT IN ({among}) "  # noqa: S608
        f"GROUP BY 1 ORDER BY rows DESC, 1 LIMIT {MOST_CODES}"
    ).fetchall()
    return [{"code": code, "rows": rows} for code, rows in found]


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
