"""What fixtures make, rows and files, kept for the process, so that it is made only once."""

import json
import os
import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache, lru_cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, TypeVar

from django.apps import apps
from django.conf import settings
from django.db import connection

from courtyard.electorate.results.loading import read_results, save_results

Rows = dict[str, list[tuple[object, ...]]]
Made = TypeVar("Made")
KEPT: dict[tuple[str, ...], tuple[Rows, object]] = {}
FOLDERS: dict[str, Path] = {}
# What these remember of rows is right as long as only acts write; a test may write by hand.
REMEMBERING = ("canvass.", "measures.", "territory.finding", "web.")


class Kept:
    """What stands in the database of a test, built step by step and always in the same way."""

    def __init__(self) -> None:
        self.steps: tuple[str, ...] = ()

    def build(self, step: str, make: Callable[[], Made]) -> Made:
        """Does what `make` does, or, from the second time on, puts its rows back.

        Gives what `make` gave, which is the same for all tests.
        """
        self.steps += (step,)
        if self.steps in KEPT:
            rows, made = KEPT[self.steps]
            put_back(rows)
            return made
        before = {table: set(rows) for table, rows in everything().items()}
        made = make()
        after = everything()
        assert all(rows <= set(after[table]) for table, rows in before.items())
        added = {
            table: [row for row in rows if row not in before[table]]
            for table, rows in after.items()
        }
        KEPT[self.steps] = {table: rows for table, rows in added.items() if rows}, made
        return made


def fill(folder: Path, name: str, made: Callable[[Path], object]) -> None:
    """Does what `made` does in a folder, or, from the second time on, copies its files."""
    if name not in FOLDERS:
        path = Path(mkdtemp(dir=os.environ["COURTYARD_TEST_HOME"]))
        made(path)
        FOLDERS[name] = path
    shutil.copytree(FOLDERS[name], folder, dirs_exist_ok=True)


def load_results(root: Path, *paths: Path) -> None:
    """Contests in an electorate, each as its publisher's file says."""
    at = datetime(2026, 11, 1, 12, tzinfo=UTC)
    for path in paths:
        fill(
            root,
            path.name,
            lambda into, path=path: save_results(into, read_results([path]), at=at, by="tests"),
        )


def forget() -> None:
    """Removes what the program keeps of rows: those of the next test may have their ids."""
    shutil.rmtree(Path(settings.COURTYARD_HOME) / "drafts", ignore_errors=True)
    for remembered in remembering(len(sys.modules)):
        remembered.cache_clear()


@lru_cache(maxsize=1)
def remembering(modules: int) -> list[Any]:
    """What of the program remembers, in so many modules as there are."""
    rooms = tuple(f"courtyard.{one}" for one in REMEMBERING)
    found = [module for name, module in sys.modules.items() if name.startswith(rooms)]
    return [one for module in found for one in vars(module).values() if hasattr(one, "cache_clear")]


def forget_tiles(editions: set[str]) -> None:
    """Has tiles made again that were drawn with other editions too."""
    for note in (Path(settings.COURTYARD_HOME) / "tiles").glob("*.json"):
        if not set(json.loads(note.read_text())["made_from"]) <= editions:
            note.unlink()


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
