"""The second wall: PostgreSQL itself, asked past every filter of ours."""

from pathlib import Path

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from tests.conftest import KEEPER, NOW, PLACES, Cast
from tests.sources.handing_in import handed_in
from tests.territory.small_supply import buildings_of, streets_of

from courtyard.journal.models import Entry
from courtyard.journal.op import new_op
from courtyard.journal.reader import NOBODY, Reader
from courtyard.journal.scope import reading_as
from courtyard.measures.acts import set_weights
from courtyard.measures.models import Weighting
from courtyard.people import acts
from courtyard.people.models import Device, Invitation, Role
from courtyard.sources.models import Change, Load
from courtyard.territory.acts import count, load_buildings, load_streets
from courtyard.territory.counting import Counts, homes_counted
from courtyard.territory.models import (
    Area,
    Building,
    Complex,
    Count,
    Edition,
    Outline,
    Report,
    Segment,
)

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.skipif(
        "postgresql" not in settings.DATABASES["default"]["ENGINE"],
        reason="row-level security needs PostgreSQL (DATABASE_URL)",
    ),
]


def rows(query: str, *values: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


def shut() -> None:
    rows("SELECT set_config('courtyard.door', '', true)")


def tables() -> list[str]:
    found = rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    return [name for (name,) in found]


def test_it_stands_around_every_table(walls: None) -> None:
    bare = rows(
        "SELECT c.relname FROM pg_class c LEFT JOIN pg_policy p ON p.polrelid = c.oid "
        "WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace "
        "GROUP BY c.relname, c.relrowsecurity, c.relforcerowsecurity "
        "HAVING NOT (c.relrowsecurity AND c.relforcerowsecurity AND count(p.*) >= 2 "
        "AND bool_or(p.polname = 'owner_keeps') AND bool_or(p.polname = 'reader_sees')"
        " AND count(*) FILTER (WHERE p.polcmd = '*' AND p.polname <> 'owner_keeps') = 0)"
    )
    assert bare == []
    assert len(tables()) >= len(list(apps.get_models()))


def test_it_is_not_passed_by_the_servers_role(walls: None) -> None:
    query = "SELECT rolsuper, rolbypassrls, rolname FROM pg_roles WHERE rolname = current_user"
    ((superuser, bypasses, name),) = rows(query)
    assert not superuser
    assert not bypasses
    owners = rows("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'")
    assert (name,) not in owners


def test_it_shows_nothing_without_a_scope(cast: Cast) -> None:
    shut()
    assert [table for table in tables() if rows(f'SELECT 1 FROM "{table}" LIMIT 1')] == []


def test_it_lets_nothing_be_written_without_a_scope(cast: Cast) -> None:
    shut()
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        Device(id=new_op(), account=cast.member, name="x", since=NOW).save(force_insert=True)


def a_counted_ground(folder: Path) -> None:
    """Streets, houses and a complex in every district, counted, and weights."""
    with reading_as(KEEPER):
        areas = list(Area.objects.filter(kind="election_district").order_by("code"))
        said = {"by": KEEPER, "at": NOW}
        load_streets(op=new_op(), supply=streets_of(folder, areas), **said)
        load_buildings(op=new_op(), supply=buildings_of(folder, areas, (1, 400)), **said)
        count(op=new_op(), counts=Counts(tuple(homes_counted())), **said)
        count(op=new_op(), counts=Counts(tuple(homes_counted())[1:]), **said)
        set_weights(op=new_op(), chosen={"homes": 3}, **said)


@pytest.mark.parametrize("person", [name for name, (rank, _) in PLACES.items()])
def test_it_shows_what_visible_to_shows_and_no_more(
    cast: Cast, sign_in, person: str, tmp_path: Path
) -> None:
    """With every filter of ours removed, a reader sees no row that `visible_to` would not."""
    for name in PLACES:
        sign_in(name)
    handed_in(cast)
    Change(id=new_op(), dataset="x", by=cast.administrator.id, at=NOW).save(force_insert=True)
    a_counted_ground(tmp_path)
    reader = cast[person].reader()
    with reading_as(reader, door="reading"):
        for model in (Area, Outline, Edition, Role, Device, Invitation, Entry, get_user_model(),
                      Load, Change, Segment, Complex, Building, Count, Report,
                      Weighting):  # fmt: skip
            past = set(model.objects.all().values_list("pk", flat=True))
            allowed = set(model.objects.visible_to(reader).values_list("pk", flat=True))
            assert past == allowed, model


def test_it_lets_nobody_write_in_anothers_name(cast: Cast) -> None:
    with (
        reading_as(cast.outsider.reader(), door="reading"),
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction.atomic(),
    ):
        Device(id=new_op(), account=cast.member, name="x", since=NOW).save(force_insert=True)


def test_it_lets_nobody_give_themselves_a_role(cast: Cast) -> None:
    role = Role.objects.get(account=cast.outsider)
    role.id, role.role = new_op(), "administrator"
    with (
        reading_as(cast.outsider.reader(), door="reading"),
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction.atomic(),
    ):
        role.save(force_insert=True)


def test_it_keeps_the_journal_from_being_rewritten(cast: Cast) -> None:
    for statement in ("UPDATE journal_entry SET act = 'x'", "DELETE FROM journal_entry"):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            rows(statement)


def test_it_lets_nobody_delete_what_acts_wrote(cast: Cast) -> None:
    for table in ("territory_outline", "people_role", "people_account", "people_device"):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            rows(f"DELETE FROM {table}")


def test_it_lets_no_organiser_make_an_administrator(cast: Cast, ground) -> None:
    organiser = cast.organiser.reader()
    made = {"id": new_op(), "account": cast.member, "role": "administrator", "given_at": NOW}
    made |= {"path": ground["14"].path, "given_by": cast.organiser.id}
    with (
        reading_as(organiser, door="reading"),
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction.atomic(),
    ):
        Role(**made).save(force_insert=True)


def test_it_restores_the_scope_that_was_open_before(cast: Cast) -> None:
    organiser = cast.organiser.reader()
    with reading_as(cast.outsider.reader(), door="reading"):
        outside = Area.objects.count()
        with reading_as(organiser):
            assert Area.objects.count() > outside
        assert Area.objects.count() == outside


def test_it_forgets_the_scope_with_the_transaction(django_db_blocker) -> None:
    """A connection that is used again, as by a server, starts with nothing."""
    told = connection.settings_dict
    with psycopg.connect(
        host=told["HOST"], user=told["USER"], dbname=told["NAME"], password=told["PASSWORD"] or None
    ) as again:
        for value in ("reading", ""):
            with again.transaction():
                found = again.execute("SELECT current_setting('courtyard.door', true)").fetchone()
                assert not found[0]
                again.execute("SELECT set_config('courtyard.door', %s, true)", [value])


def test_it_gives_nobody_the_sign_in_door_by_an_act(cast: Cast) -> None:
    with reading_as(NOBODY, door="reading"):
        assert Area.objects.count() == 0
        acts.enrol_device(op=new_op(), by=Reader(cast.member.id), at=NOW, name="x")
        assert Role.objects.count() == 0
