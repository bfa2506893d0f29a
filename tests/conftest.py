"""The cast, the ground they stand on, and a database with both walls where there is PostgreSQL."""

import atexit
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

os.environ.setdefault("COURTYARD_SECRET_KEY", "only for tests")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("COURTYARD_SEAL_KEY", "only for tests too")

import hypothesis
import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from courtyard.journal.op import new_op
from courtyard.journal.reader import EVERYWHERE, Grant, Rank, Reader
from courtyard.journal.scope import reading_as
from courtyard.journal.seal import Secret, Token
from courtyard.people import acts
from courtyard.people.models import Account
from courtyard.people.rules import OPERATOR
from courtyard.territory.acts import load_boundaries
from courtyard.territory.boundaries import Boundaries, read_boundaries
from courtyard.territory.models import Area, Edition
from tests.kept import Kept, forget, forget_tiles

ROOT = Path(__file__).resolve().parent.parent
DEMO = ROOT / "demo"
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
KEEPER = Reader(OPERATOR, (Grant(Rank.ADMINISTRATOR, EVERYWHERE),))


def pytest_configure() -> None:
    """Tests never touch ./var: everything kept lies in a folder of their own. None is timed."""
    hypothesis.settings.register_profile("courtyard", deadline=None)
    hypothesis.settings.load_profile("courtyard")
    if "COURTYARD_TEST_HOME" not in os.environ:  # else this is one of several processes
        os.environ["COURTYARD_TEST_HOME"] = made = mkdtemp(prefix="courtyard-tests-")
        atexit.register(rmtree, made, ignore_errors=True)
    home = Path(mkdtemp(dir=os.environ["COURTYARD_TEST_HOME"]))
    settings.COURTYARD_HOME = home
    settings.COURTYARD_HOST, settings.COURTYARD_URL = "testserver", "http://testserver"
    settings.COURTYARD_ELECTORATE = home / "electorate"
    settings.STATIC_ROOT = home / "static"
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    # Real hashing costs a tenth of a second a password, on purpose; the cast has seven.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.EMAIL_FILE_PATH = str(home / "mail")
    # What is queued is done at once, except in the tests of the queue.
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    # No test outlasts a power cut, and each would wait until the disk has what all processes wrote.
    os.sync, os.fsync = (lambda: None), (lambda _: None)
    # Rate limits are kept in the cache: tests of them bring a cache of their own.
    settings.CACHES["default"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}


@dataclass(frozen=True)
class Cast:
    """Who is who: an administrator of everything, an organiser of NY-14, a captain, a canvasser

    and a member of assembly district 34, an outsider captain of 80, and somebody without a role.
    """

    administrator: Account
    organiser: Account
    captain: Account
    canvasser: Account
    member: Account
    outsider: Account
    stranger: Account

    def __getitem__(self, name: str) -> Account:
        account: Account = getattr(self, name)
        return account


PLACES = {
    "administrator": (Rank.ADMINISTRATOR, ""),
    "organiser": (Rank.ORGANISER, "14"),
    "captain": (Rank.CAPTAIN, "34"),
    "canvasser": (Rank.CANVASSER, "34"),
    "member": (Rank.MEMBER, "34"),
    "outsider": (Rank.CAPTAIN, "80"),
    "stranger": (None, ""),
}


@pytest.fixture(autouse=True)
def english() -> None:
    """No test speaks the language of the page that another asked for before it."""
    translation.deactivate()


@pytest.fixture
def walls(db: None) -> Iterator[None]:
    """The scope in which a test itself reads: the keeper's, until it opens another."""
    with reading_as(KEEPER, door="sign-in"):
        yield


@cache
def whole_ground() -> tuple[Boundaries, Boundaries]:
    """NY-14 and all its districts, as they were published."""
    areas = DEMO / "areas"
    return (
        read_boundaries(areas / "congressional_district_14.geojson"),
        read_boundaries(areas / "election_districts_2018-2021.geojson"),
    )


@cache
def small_ground() -> tuple[Boundaries, Boundaries]:
    """NY-14 with eight of its districts, four of them in AD 34 and four in AD 80."""
    whole, districts = whole_ground()
    kept = [
        one for ad in ("34", "80")
        for one in [area for area in districts.areas if area.parent_code == ad][:4]
    ]  # fmt: skip
    parents = tuple(one for one in districts.parents if one.code in ("34", "80"))
    return whole, replace(districts, areas=tuple(kept), parents=parents)


@pytest.fixture
def kept(walls: None) -> Kept:
    """What the fixtures of a test write: made by acts once in a process, then put back."""
    forget()
    return Kept()


@pytest.fixture
def ground(kept: Kept, request: pytest.FixtureRequest) -> dict[str, Area]:
    """The small ground, loaded, by code; the whole ground for a test marked `whole_ground`."""
    whole = bool(request.node.get_closest_marker("whole_ground"))

    def loaded() -> None:
        acts.operator(NOW)
        for boundaries in whole_ground() if whole else small_ground():
            load_boundaries(op=new_op(), by=KEEPER, at=NOW, boundaries=boundaries)

    kept.build("whole ground" if whole else "small ground", loaded)
    forget_tiles({edition.hex for edition in Edition.objects.values_list("id", flat=True)})
    return {area.code: area for area in Area.objects.all()}


@pytest.fixture
def cast(kept: Kept, ground: dict[str, Area]) -> Cast:
    """Everybody, made by the acts by which they are made in life."""
    kept.build("cast", lambda: joined(ground))
    found = {account.email: account for account in Account.objects.all()}
    return Cast(**{name: found[f"{name}@example.org"] for name in PLACES})


def joined(ground: dict[str, Area]) -> None:
    """All of the cast, each with the role of their place."""
    made: dict[str, Account] = {}
    for name, (rank, code) in PLACES.items():
        op = new_op()
        said = {"op": op, "by": Reader(op), "at": NOW, "name": name.title()}
        said |= {"email": f"{name}@example.org", "password": Secret(f"the {name}'s password")}
        if rank == Rank.ADMINISTRATOR:
            made[name] = acts.found(**said)
            continue
        link = Token(f"link for {name}")
        acts.invite(
            op=new_op(),
            by=made["administrator"].reader(),
            at=NOW,
            role=(rank or Rank.MEMBER).code,
            area=ground[code or "34"].id,
            link=link,
        )
        made[name] = acts.join(**said, link=link)
        if rank is None:
            role = made[name].roles.get()
            acts.end_role(op=new_op(), by=made["administrator"].reader(), at=NOW, role=role.id)


@pytest.fixture
def sign_in(cast: Cast):
    """A browserless client, signed in as one of the cast (None: nobody)."""

    def signed_in(name: str | None) -> Client:
        client = Client(headers={"user-agent": "Mozilla/5.0 Firefox (Linux)"})
        if name:
            with reading_as(cast[name].reader(), door="sign-in"):
                client.force_login(cast[name], backend=settings.AUTHENTICATION_BACKENDS[0])
        return client

    return signed_in


if "postgresql" in settings.DATABASES["default"]["ENGINE"]:
    from tests.postgresql import django_db_setup, pytest_collection_modifyitems  # noqa: F401
