"""`courtyard check`: whether this installation is sound, in sentences."""

import os
import subprocess
import sys
from pathlib import Path

import click
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connections

from .ready import NotMigrated, is_embedded, ready_database

# Where this installation is for one machine only, its production settings are checked all the same.
AS_IF = "https://courtyard.example"


@click.command()
def check() -> None:
    """Checks settings, database and walls; on production settings also Django's deploy checks."""
    problems = [*_home(), *_database(), *_walls(), *_deploy()]
    for problem in problems:
        click.echo(f"✗ {problem}", err=True)
    if problems:
        raise SystemExit(1)
    click.echo("Everything that can be checked is in order.")


def _home() -> list[str]:
    home = Path(settings.COURTYARD_HOME)
    if home.exists() and home.stat().st_mode & 0o077:
        return [f"Others on this machine can read {home.name}. Close it: chmod 700"]
    return []


def _database() -> list[str]:
    try:
        ready_database()
    except NotMigrated as error:
        return [str(error)]
    return []


def _walls() -> list[str]:
    if is_embedded():
        click.echo("SQLite: one wall (visible_to). For a city, use PostgreSQL with both.")
        return []
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolbypassrls, EXISTS (SELECT 1 FROM pg_tables WHERE "
            "pg_has_role(current_user, tableowner, 'MEMBER') AND schemaname = 'public') "
            "FROM pg_roles WHERE rolname = current_user"
        )
        superuser, bypasses, owns = cursor.fetchone()
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' "
            "AND relnamespace = 'public'::regnamespace "
            "AND NOT (relrowsecurity AND relforcerowsecurity)"
        )
        bare = [name for (name,) in cursor.fetchall()]
    problems = [f"The table {name} has no wall (row-level security)." for name in bare]
    if superuser or bypasses or owns:
        problems.append(
            "DATABASE_URL connects as a role that walls do not hold (superuser, BYPASSRLS or "
            "owner of the tables). Give the server a role of its own: docs/postgresql.md."
        )
    return problems


def _deploy() -> list[str]:
    if settings.COURTYARD_URL.startswith("https://"):
        try:
            call_command("check", deploy=True, fail_level="WARNING", verbosity=0)
        except SystemCheckError as error:
            return [str(error)]
        return []
    click.echo(f"{settings.COURTYARD_URL}: for this machine only; checked as if at {AS_IF}.")
    done = subprocess.run(  # our own command with a fixed argument
        [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"],
        env={**os.environ, "COURTYARD_URL": AS_IF},
        capture_output=True,
        text=True,
        check=False,
    )
    return [done.stderr.strip()] if done.returncode else []
