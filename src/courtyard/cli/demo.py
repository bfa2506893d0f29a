"""`courtyard demo`: the real ground of NY-14, and invented people, marked as such."""

import secrets
import time
from pathlib import Path

import click
from django.conf import settings
from django.db import transaction
from django.utils import timezone

import courtyard
from courtyard.journal.op import new_op
from courtyard.journal.reader import Reader
from courtyard.journal.scope import reading_as
from courtyard.journal.seal import Secret, Token
from courtyard.people import acts
from courtyard.people.acts import operator
from courtyard.people.models import Account
from courtyard.people.rules import OPERATOR
from courtyard.territory.models import Area

from .count import count_by_operator
from .demo_electorate import write_invented_electorate
from .demo_voters import voters
from .load import load_by_operator
from .ready import NotMigrated, ready_database, ready_static
from .serve import port_of, run

FILES = (
    "areas/congressional_district_14.geojson",
    "areas/election_districts_2018-2021.geojson",
    "areas/neighbourhoods_nta2020.geojson",
    "streets/ny14_bronx_osm_edges.csv.gz",
    "streets/ny14_street_edges_beside_osm.csv.gz",
    "buildings/ny14_lots_2016.csv.gz",
    "buildings/ny14_stabilised_addresses.csv.gz",
    "results/2020-06-23_nyc_boe_cd14_primary_EDLevel.csv.gz",
)
# Results of other days, with what their files do not say themselves: the first on the same
# boundaries, then by assembly district and by county, last by districts that are not loaded.
PRIMARY_2018 = {"party": "Democratic", "event": "Primary Election 2018"}
EARLIER: tuple[tuple[tuple[str, ...], dict[str, str]], ...] = (
    (
        ("results/2018-09-13_lieutenant_governor_by_election_district.csv.gz",),
        PRIMARY_2018 | {"office": "Lieutenant Governor"},
    ),
    (
        ("results/2018-06-26_primary_by_assembly_district_election_night.csv",),
        PRIMARY_2018 | {"office": "Representative in Congress 14, election night"},
    ),
    (("results/ny14/20180626__ny__primary__county.csv",), {}),
    (
        (
            "results/20160419__ny__primary__bronx__precinct.csv.gz",
            "results/20160419__ny__primary__queens__precinct.csv.gz",
        ),
        {},
    ),
)
# Invented people: a name, a role, and the area they hold it in ("" for the whole installation).
CAST = (
    ("Amal Invented", "administrator", ""),
    ("Bo Invented", "organiser", "congressional_district 14"),
    ("Carmen Invented", "captain", "assembly_district 34"),
    ("Dev Invented", "canvasser", "assembly_district 34"),
    ("Elif Invented", "member", "assembly_district 39"),
)


@click.group(invoke_without_command=True)
@click.option("--serve", "and_serve", is_flag=True, help="Serve it afterwards.")
@click.option("--port", type=int, help="Port to listen on; that of COURTYARD_URL otherwise.")
@click.pass_context
def demo(context: click.Context, and_serve: bool, port: int | None) -> None:
    """Builds the demonstration, once, and prints how to sign in."""
    if context.invoked_subcommand is None:
        _build(and_serve, port)


demo.add_command(voters)


def _build(and_serve: bool, port: int | None) -> None:
    began = time.monotonic()
    try:
        ready_database()
    except NotMigrated as error:
        click.echo(error, err=True)
        raise SystemExit(2) from error
    note = Path(settings.COURTYARD_HOME) / "demo.txt"
    if not note.exists() and _has_people():
        click.echo("This home holds people already; the demonstration wants an empty one. "
                   "Choose another: COURTYARD_HOME=…", err=True)  # fmt: skip
        raise SystemExit(2)
    click.echo("Loading the ground of NY-14 …")
    load_by_operator([data() / name for name in FILES])  # again, it changes nothing
    for names, said in EARLIER:
        load_by_operator([data() / name for name in names], said=said)
    click.echo("Inventing voters for its homes …")
    _invent_voters()
    if not note.exists():
        with transaction.atomic():  # stopped half-way, it begins anew
            _write(note, _people())
    settings.COURTYARD_DEMO = True
    ready_static()
    click.echo(f"\n{note.read_text()}")
    click.echo(f"Ready after {time.monotonic() - began:.1f} s.")
    if and_serve:
        click.echo(f"Open {settings.COURTYARD_URL}  (stop with Ctrl-C)\n")
        run("127.0.0.1", port or port_of(settings.COURTYARD_URL), workers=2)


def _invent_voters() -> None:
    """Voters who never lived, in the real homes: written, loaded and counted."""
    with reading_as(Reader(OPERATOR), door="sign-in"):
        by = operator(timezone.now())
        with reading_as(by):
            written = write_invented_electorate(Path(settings.COURTYARD_HOME) / "demo")
    load_by_operator([written])
    count_by_operator()


def data() -> Path:
    """The demonstration's files: beside the package when installed, in the checkout otherwise."""
    package = Path(courtyard.__file__).parent
    inside = package / "demo_data"
    return inside if inside.exists() else package.parent.parent / "demo"


def _has_people() -> bool:
    with reading_as(Reader(OPERATOR), door="sign-in"):
        return bool(Account.objects.exclude(id=OPERATOR).exists())


def _people() -> str:
    lines = [
        "DEMONSTRATION: the ground and the results are real, the people are invented.",
        f"Sign in at {settings.COURTYARD_URL}/account/login/ as",
    ]
    administrator: Account | None = None
    for name, role, place in CAST:
        password = "-".join(secrets.token_hex(3) for _ in range(3))
        email = f"{role}@demo.example"
        account = _join(administrator, name, email, password, role, place)
        administrator = administrator or account
        lines.append(f"  {role:14} {email:28} {password}")
    return "\n".join(lines) + "\n"


def _join(
    administrator: Account | None, name: str, email: str, password: str, role: str, place: str
) -> Account:
    """By the same acts as everybody: the first founds, the others are invited and join."""
    now, op, secret = timezone.now(), new_op(), Secret(password)
    said = {"op": op, "by": Reader(op), "at": now, "name": name, "email": email}
    with reading_as(Reader(op), door="sign-in"):
        if administrator is None:
            return acts.found(**said, password=secret)
        by, link = administrator.reader(), Token(secrets.token_urlsafe(32))
        kind, code = place.split()
        area = Area.objects.get(kind=kind, code=code).id
        acts.invite(op=new_op(), by=by, at=now, role=role, area=area, link=link)
        return acts.join(**said, link=link, password=secret)


def _write(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text)
