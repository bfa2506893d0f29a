"""The second wall: who is reading, told to PostgreSQL inside the transaction.

SQLite has no row-level security; there the first wall (`visible_to`) stands alone and opening
a scope costs nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from django.db import connection, transaction

from .reader import Reader

Door = Literal["reading", "sign-in", "public"]
SETTINGS = ("courtyard.door", "courtyard.account", "courtyard.grants")


@contextmanager
def reading_as(reader: Reader, *, door: Door | None = None) -> Iterator[None]:
    """Opens the wall for one reader until the block ends, then restores what was set before.

    A block inside another keeps its door unless it names one, else it is `reading`.
    With the door `sign-in` the tables that know who can sign in are readable as well: only for
    finding out who somebody is. At the door `public` the few tables can be read that are public,
    by whomever, and nothing else. Without an open scope every table looks empty.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic():
        before = _current()
        _tell((door or before[0] or "reading", str(reader.account), written(reader)))
        yield
        _tell(before)


def turn_to(reader: Reader, *, door: Door = "reading") -> None:
    """Within an open scope: from here on this reader. The end of the scope still restores."""
    if connection.vendor == "postgresql":
        _tell((door, str(reader.account), written(reader)))


def written(reader: Reader) -> str:
    """The grants as the policies read them: `4:/1f…/,1:/`."""
    return ",".join(f"{int(grant.rank)}:{grant.path}" for grant in reader.grants)


def _current() -> tuple[str, ...]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT " + ", ".join("coalesce(current_setting(%s, true), '')" for _ in SETTINGS),
            SETTINGS,
        )
        return tuple(cursor.fetchone())


def _tell(values: tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT " + ", ".join("set_config(%s, %s, true)" for _ in SETTINGS),
            [part for pair in zip(SETTINGS, values, strict=True) for part in pair],
        )
