"""`courtyard migrate`: makes or updates the tables, and on PostgreSQL what the server may touch."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, ProgrammingError, connections, router
from django.db.migrations.exceptions import MigrationSchemaMissing
from psycopg import sql

from .ready import is_embedded, ready_database


@click.command()
def migrate() -> None:
    """Brings the database up to date. On PostgreSQL it connects with COURTYARD_OWNER_URL."""
    if is_embedded():
        ready_database()
    else:
        try:
            with all_as_owner():
                call_command("migrate", database="owner", verbosity=0, interactive=False)
        except (ProgrammingError, OperationalError, MigrationSchemaMissing) as error:
            click.echo(
                f"The owner's role could not make the tables: {str(error).strip()}. "
                "Say how to connect as it with COURTYARD_OWNER_URL: docs/postgresql.md.",
                err=True,
            )
            raise SystemExit(2) from error
        grant(settings.DATABASES["default"]["USER"])
    click.echo("The database is up to date.")


class AsOwner:
    """Sends every query of a migration to the owner's connection."""

    def db_for_read(self, *_: Any, **__: Any) -> str:
        """The owner's."""
        return "owner"

    db_for_write = db_for_read


@contextmanager
def all_as_owner() -> Iterator[None]:
    """While it holds, also a library's migration that names no connection asks as the owner.

    It would ask as the server's role else, and wait for ever for the table that it is changing.
    """
    before = router.routers
    router.routers = [AsOwner()]
    try:
        yield
    finally:
        router.routers = before


def grant(role: str) -> None:
    """Lets the server's role read and write rows, and nothing else; the journal only grows."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT current_user")
        if cursor.fetchone()[0] == role:
            return  # one role for both: `courtyard check` says what is wrong with that
        for statement in (
            "GRANT USAGE ON SCHEMA public TO {}",
            "GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO {}",
            (
                "GRANT DELETE ON django_session, mfa_authenticator, account_emailaddress, "
                "territory_count, territory_segment, territory_complex, territory_building, "
                "django_tasks_database_dbtaskresult TO {}"
            ),
            "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {}",
            "REVOKE UPDATE ON journal_entry FROM {}",
            "REVOKE INSERT, UPDATE ON django_migrations FROM {}",
        ):
            cursor.execute(sql.SQL(statement).format(sql.Identifier(role)))
