"""The tables a question is written on, as Ibis sees them: columns and types; no engine, no files.

The only module that imports Ibis, and that only when something is asked: it takes 0.2 seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

TABLES: Mapping[str, Mapping[str, str]] = {
    "results": {
        "area": "string",
        "county": "string",
        "kind": "string",
        "unit": "string",
        "votes": "int64",
    },
    "elections": {
        "id": "int16",
        "election": "string",
        "date": "date",
        "year": "int16",
        "kind": "string",
        "voters": "int64",
    },
    "voters": {
        "voter_id": "string",
        "confidential": "boolean",
        "last_name": "string",
        "first_name": "string",
        "middle_name": "string",
        "name_suffix": "string",
        "born": "date",
        "born_year": "int16",
        "party": "string",
        "status": "string",
        "county": "string",
        "area": "string",
        "congress": "string",
        "senate": "string",
        "house": "string",
        "address": "string",
        "number": "string",
        "street": "string",
        "side": "string",
        "unit": "string",
        "city": "string",
        "zip": "string",
        "building": "int64",
        "household": "int64",
        "elections": "array<int16>",
        "first_voted": "date",
        "last_voted": "date",
        "times_voted": "int16",
    },
}


@cache
def table(name: str) -> Any:
    """Return the unbound Ibis table of this name: results, elections or voters."""
    return _ibis().table(dict(TABLES[name]), name=name)


def literal(value: object, kind: str) -> Any:
    """Return a value as part of an expression, of this type of Ibis; never pasted as text."""
    return _ibis().literal(value, kind)


def to_sql(question: Any, dialect: str) -> str:
    """Return an expression as SQL in the dialect of ``duckdb`` or ``pyspark``."""
    return _compiled(question.op(), dialect)


@lru_cache(maxsize=256)
def _compiled(operation: Any, dialect: str) -> str:
    """Compile an operation; pages ask the same few again, and to compile takes 7 ms."""
    return str(_ibis().to_sql(operation.to_expr(), dialect=dialect))


def columns_of(question: Any, types: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns that an expression gives, with what ``types`` has for each one's type."""
    return {name: types[str(kind).lstrip("!")] for name, kind in question.schema().items()}


def tables_in(question: Any) -> list[str]:
    """Return the names of the tables that an expression is written on."""
    found = question.op().find(_ibis().expr.operations.UnboundTable)
    return sorted({one.name for one in found})


@cache
def _ibis() -> Any:
    import ibis  # noqa: PLC0415  # here, so that what asks nothing starts without it

    return ibis
