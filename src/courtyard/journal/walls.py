"""Row-level security as migration operations: every table gets a wall when it is made.

What the policies may ask: `courtyard_open()` (some scope is set), `courtyard_signing_in()`,
`courtyard_account()`, `courtyard_covers(path, rank)`, `courtyard_public()` (a page for everybody
is being made, at which `courtyard_open()` is false). On other databases nothing happens.
"""

from typing import Any

from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

FUNCTIONS = """
CREATE OR REPLACE FUNCTION courtyard_open() RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT coalesce(current_setting('courtyard.door', true), '') IN ('reading', 'sign-in') $$;
CREATE OR REPLACE FUNCTION courtyard_signing_in() RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT coalesce(current_setting('courtyard.door', true), '') = 'sign-in' $$;
CREATE OR REPLACE FUNCTION courtyard_account() RETURNS uuid LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN courtyard_open()
    THEN nullif(current_setting('courtyard.account', true), '')::uuid END $$;
CREATE OR REPLACE FUNCTION courtyard_covers(path text, rank integer) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT courtyard_open() AND EXISTS (
    SELECT 1 FROM unnest(string_to_array(
      nullif(current_setting('courtyard.grants', true), ''), ',')) AS held
    WHERE split_part(held, ':', 1)::integer >= rank
      AND starts_with(path, split_part(held, ':', 2))) $$;
"""

DROP = """
DROP FUNCTION courtyard_covers(text, integer); DROP FUNCTION courtyard_account();
DROP FUNCTION courtyard_signing_in(); DROP FUNCTION courtyard_open();
"""


# Says only whether an op was used, to those who cannot see the line: run with its owner's rights.
OP_KNOWN = """
CREATE FUNCTION courtyard_op_known(op uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM journal_entry WHERE id = op) $$;
"""


# The third door. For it `courtyard_open()` is false: what is not said to be public stays shut.
PUBLIC = """
CREATE FUNCTION courtyard_public() RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT coalesce(current_setting('courtyard.door', true), '') = 'public' $$;
"""


class _Postgres(Operation):
    """An operation that changes no model state and speaks to PostgreSQL only."""

    reversible = True

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """No model changes."""

    def database_forwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(self.build(), None)

    def database_backwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(self.undo(), None)

    def build(self) -> str:
        raise NotImplementedError

    def undo(self) -> str:
        raise NotImplementedError


class Questions(_Postgres):
    """The functions that policies ask."""

    def build(self) -> str:
        return FUNCTIONS

    def undo(self) -> str:
        return DROP

    def describe(self) -> str:
        return "What the walls may ask"


class OpKnown(_Postgres):
    """The function that tells a conflict from a resend across readers."""

    def build(self) -> str:
        return OP_KNOWN

    def undo(self) -> str:
        return "DROP FUNCTION courtyard_op_known(uuid);"

    def describe(self) -> str:
        return "Whether an op is known"


class PublicDoor(_Postgres):
    """The function that tells whether a page for everybody is being made."""

    def build(self) -> str:
        return PUBLIC

    def undo(self) -> str:
        return "DROP FUNCTION courtyard_public();"

    def describe(self) -> str:
        return "Whether the public door is open"


class Wall(_Postgres):
    """Row-level security on one table: its owner keeps it, everybody else by these conditions.

    `sees` is for reading, `writes` for what may be added or what a change may leave behind (as
    `sees` if not given, "" for never), `removes` for deleting (never, if not given). They are SQL
    over the row, written in migrations and nowhere from input.
    """

    def __init__(self, table: str, sees: str, writes: str | None = None, removes: str = "") -> None:
        self.table, self.sees, self.removes = table, sees, removes
        self.writes = sees if writes is None else writes

    def build(self) -> str:
        policies = [f"reader_sees ON {self.table} FOR SELECT USING ({self.sees})"]
        check = f"WITH CHECK ({self.writes})"
        if self.writes:
            policies += [
                f"reader_adds ON {self.table} FOR INSERT {check}",
                f"reader_changes ON {self.table} FOR UPDATE USING ({self.sees}) {check}",
            ]
        if self.removes:
            policies.append(f"reader_removes ON {self.table} FOR DELETE USING ({self.removes})")
        return f"""
        ALTER TABLE {self.table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE {self.table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY owner_keeps ON {self.table} TO CURRENT_USER USING (true) WITH CHECK (true);
        """ + "".join(f"CREATE POLICY {policy};\n" for policy in policies)

    def undo(self) -> str:
        names = ("reader_sees", "reader_adds", "reader_changes", "reader_removes", "owner_keeps")
        dropped = "".join(f"DROP POLICY IF EXISTS {name} ON {self.table};\n" for name in names)
        return f"""{dropped}
        ALTER TABLE {self.table} NO FORCE ROW LEVEL SECURITY;
        ALTER TABLE {self.table} DISABLE ROW LEVEL SECURITY;"""

    def describe(self) -> str:
        return f"Wall around {self.table}"


class Shows(_Postgres):
    """Changes who sees the rows of a table that has a wall; who may write stays as it was."""

    def __init__(self, table: str, sees: str, before: str) -> None:
        self.table, self.sees, self.before = table, sees, before

    def build(self) -> str:
        return f"ALTER POLICY reader_sees ON {self.table} USING ({self.sees});"

    def undo(self) -> str:
        return f"ALTER POLICY reader_sees ON {self.table} USING ({self.before});"

    def describe(self) -> str:
        return f"Who sees {self.table}"


class Writes(_Postgres):
    """Changes what may be added to a table that has a wall, or what a change may leave behind."""

    def __init__(self, table: str, writes: str, before: str) -> None:
        self.table, self.writes, self.before = table, writes, before

    def build(self) -> str:
        return self._to(self.writes)

    def undo(self) -> str:
        return self._to(self.before)

    def _to(self, writes: str) -> str:
        return f"""ALTER POLICY reader_adds ON {self.table} WITH CHECK ({writes});
        ALTER POLICY reader_changes ON {self.table} WITH CHECK ({writes});"""

    def describe(self) -> str:
        return f"Who writes {self.table}"


class Removes(_Postgres):
    """Says who may delete rows of a table that has a wall, from which nobody could."""

    def __init__(self, table: str, removes: str) -> None:
        self.table, self.removes = table, removes

    def build(self) -> str:
        return f"CREATE POLICY reader_removes ON {self.table} FOR DELETE USING ({self.removes});"

    def undo(self) -> str:
        return f"DROP POLICY reader_removes ON {self.table};"

    def describe(self) -> str:
        return f"Who removes from {self.table}"
