"""A database of its own for each test process, made by the owner and used from behind the walls."""

import os
from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from psycopg import sql

from courtyard.cli.migrate import migrate

# For `tests.kept`: reads and puts back rows past the walls, as their owner. In the tests' database
# only, and in a schema of its own.
KEPT = """
CREATE SCHEMA kept; GRANT USAGE ON SCHEMA kept TO PUBLIC;
CREATE FUNCTION kept.rows(name text) RETURNS SETOF text LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$ BEGIN
  RETURN QUERY EXECUTE format('SELECT to_json(one)::text FROM %1$I AS one', name);
END $$;
CREATE FUNCTION kept.put_back(name text, told json) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$ BEGIN
  EXECUTE format('INSERT INTO %1$I SELECT * FROM json_populate_recordset(NULL::%1$I, $1)', name)
  USING told;
END $$;
"""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out what asks no database, or brings its own: it says nothing new here."""
    asking = {"db", "transactional_db"}
    kept, others = [], []
    for item in items:
        marked = any(item.get_closest_marker(name) for name in ("django_db", "postgresql"))
        asks = marked or asking & set(getattr(item, "fixturenames", ()))
        (kept if asks else others).append(item)
    config.hook.pytest_deselected(items=others)
    items[:] = kept


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: object) -> Iterator[None]:
    """Tables by the owner; the tests themselves connect as the runtime role."""
    owner = settings.DATABASES["owner"]
    name = f"courtyard_test_{os.getpid()}"
    admin = {
        "host": owner["HOST"], "port": owner["PORT"] or None, "user": owner["USER"],
        "password": owner["PASSWORD"] or None, "dbname": owner["NAME"], "autocommit": True,
    }  # fmt: skip
    with psycopg.connect(**admin) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    for alias in ("default", "owner"):
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        migrate.callback()
        with connections["owner"].cursor() as cursor:
            cursor.execute(KEPT)
        connections["owner"].close()
    yield
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        connections.close_all()
    with psycopg.connect(**admin) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
