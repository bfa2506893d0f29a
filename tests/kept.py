"""What a fixture wrote to the database, kept for the process, so that acts make it only once."""

import sys
from collections.abc import Callable
from functools import cache

from django.apps import apps
from django.db import connection

Rows = dict[str, list[tuple[object, ...]]]
KEPT: dict[tuple[str, ...], Rows] = {}
# What these remember of rows is right as long as only acts write; a test may write by hand.
REMEMBERING = ("canvass.", "measures.", "territory.finding", "web.")


class Kept:
    """What stands in the database of a test, built step by step and always in the same way."""

    def __init__(self) -> None:
        self.steps: tuple[str, ...] = ()

    def build(self, step: str, made: Callable[[], object]) -> None:
        """Does what `made` does, or, from the second time on, puts its rows back."""
        self.steps += (step,)
        if (rows := KEPT.get(self.steps)) is not None:
            put_back(rows)
            return
        before = everything()
        made()
        after = everything()
        assert all(set(rows) <= set(after[table]) for table, rows in before.items())
        added = {
            table: [row for row in rows if row not in set(before[table])]
            for table, rows in after.items()
        }
        KEPT[self.steps] = {table: rows for table, rows in added.items() if rows}


def forget() -> None:
    """Empties what the program remembers of rows: those of the next test may have their ids."""
    rooms = tuple(f"courtyard.{one}" for one in REMEMBERING)
    for name, module in list(sys.modules.items()):
        if name.startswith(rooms):
            for value in vars(module).values():
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


def everything() -> Rows:
    """Every row of every table."""
    with connection.cursor() as cursor:
        found = {}
        for table, columns in tables().items():
            if connection.vendor == "postgresql":
                cursor.execute("SELECT kept.rows(%s)", [table])
            else:
                # The plus gives values as they lie there, not as Django reads them.
                cursor.execute(f"SELECT {', '.join(f'+{one}' for one in columns)} FROM {table}")
            found[table] = cursor.fetchall()
        return found


def put_back(rows: Rows) -> None:
    """Adds the rows as they were."""
    with connection.cursor() as cursor:
        for table, values in rows.items():
            if connection.vendor == "postgresql":
                told = ",".join(str(one) for (one,) in values)
                cursor.execute("SELECT kept.put_back(%s, %s)", [table, f"[{told}]"])
            else:
                marks = ", ".join("%s" for _ in tables()[table])
                columns = ", ".join(tables()[table])
                cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", values)


@cache
def tables() -> dict[str, list[str]]:
    """The columns of every table, quoted."""
    quoted = connection.ops.quote_name
    return {
        model._meta.db_table: [quoted(one.column) for one in model._meta.local_concrete_fields]
        for model in apps.get_models(include_auto_created=True)
    }
