"""Who may do which act: every registered act × person; an act that is not in the table fails."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import pytest
from tests.conftest import KEEPER, NOW, PLACES, Cast, small_ground
from tests.sources.handing_in import handed_in, two_versions
from tests.territory.small_supply import buildings_of, streets_of

from courtyard.journal.act import REGISTRY, NotAllowed
from courtyard.journal.op import new_op
from courtyard.journal.reader import Reader
from courtyard.journal.scope import reading_as
from courtyard.journal.seal import Secret, Token
from courtyard.people import acts
from courtyard.people.acts import NoSuchInvitation
from courtyard.people.models import Device, Role
from courtyard.sources.models import Load
from courtyard.territory.acts import load_boundaries, load_buildings, load_streets
from courtyard.territory.boundaries import Boundaries
from courtyard.territory.census import Census, read_census
from courtyard.territory.counting import Counts
from courtyard.territory.models import Area, Building, Edition
from courtyard.territory.supplies import Supply

Call = Callable[[Cast, dict[str, Area], Reader], dict[str, object]]


def long_ago() -> Boundaries:
    """Boundaries of days for which nothing is loaded."""
    whole, _ = small_ground()
    layout = replace(whole.layout, valid_from=date(1990, 1, 1), valid_to=date(1991, 1, 1))
    return replace(whole, sha256="0" * 64, layout=layout)


def a_supply(of: str) -> Supply:
    """Streets or buildings of the small ground; for buildings the streets are loaded."""
    with TemporaryDirectory() as folder, reading_as(KEEPER):
        areas = list(Area.objects.filter(kind="election_district").order_by("code"))
        streets = streets_of(Path(folder), areas)
        if of == "streets":
            return streets
        load_streets(op=new_op(), by=KEEPER, at=NOW, supply=streets)
        return buildings_of(Path(folder), areas)


def a_building() -> UUID:
    """A building in assembly district 34."""
    supply = a_supply("buildings")
    with reading_as(KEEPER):
        load_buildings(op=new_op(), by=KEEPER, at=NOW, supply=supply)
        here = Building.objects.filter(area__parent__code="34")
        found: UUID = here.values_list("id", flat=True).first()
        return found


def loaded_buildings() -> UUID:
    """An edition of buildings in force."""
    a_building()
    with reading_as(KEEPER):
        found: UUID = Edition.objects.get(kind="buildings:plain_buildings").id
        return found


def a_census() -> Census:
    """A table with a row for assembly district 34."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        path.write_text("area,population\n34,100\n")
        return read_census(path, date(2018, 12, 31))


def _redrawn(cast: Cast, ground, by) -> dict[str, object]:
    """The member's role, and assembly district 34 as it is drawn later."""
    _, whole = small_ground()
    layout = replace(whole.layout, valid_from=date(2021, 6, 22), valid_to=date(2022, 1, 1))
    later = replace(whole, sha256="1" * 64, layout=layout)
    with reading_as(KEEPER):
        made = load_boundaries(op=new_op(), by=KEEPER, at=NOW, boundaries=later)
        area = Area.objects.get(edition=made, code="34")
    return _role_of_member(cast, ground, by) | {"area": area.id}


def _role_of_member(cast: Cast, ground, by) -> dict[str, object]:
    return {"role": Role.objects.get(account=cast.member).id}


def _invitation(cast: Cast, ground, by) -> dict[str, object]:
    made = acts.invite(
        op=new_op(), by=cast.administrator.reader(), at=NOW, role="member",
        area=ground["34"].id, link=Token(str(by.account)),
    )  # fmt: skip
    return {"invitation": made.id}


def _link(cast: Cast, ground, by) -> dict[str, object]:
    link = Token(str(new_op()))
    acts.invite(
        op=new_op(), by=cast.administrator.reader(), at=NOW, role="canvasser",
        area=ground["80"].id, link=link,
    )  # fmt: skip
    return {"link": link}


def _device(cast: Cast, ground, by) -> dict[str, object]:
    reader = cast.member.reader()
    return {"device": acts.enrol_device(op=new_op(), by=reader, at=NOW, name="x").id}


def _newcomer(cast: Cast, ground, by) -> dict[str, object]:
    return {"name": "N", "email": f"{by.account}@x.org", "password": Secret("p")}


def _load(cast: Cast, ground, by) -> dict[str, object]:
    return {"load": handed_in(cast).id}


def _end(cast: Cast, ground, by) -> dict[str, object]:
    return _load(cast, ground, by) | {"state": "refused", "made": [], "sentence": "No."}


EVERYBODY = frozenset(PLACES)
# For each act: what is said, and who may. Everybody else is refused, or finds nothing.
POLICY: dict[str, tuple[Call, frozenset[str]]] = {
    "territory.load_boundaries": (
        lambda *_: {"boundaries": long_ago()},
        frozenset({"administrator"}),
    ),
    "territory.load_streets": (
        lambda *_: {"supply": a_supply("streets")},
        frozenset({"administrator"}),
    ),
    "territory.load_buildings": (
        lambda *_: {"supply": a_supply("buildings")},
        frozenset({"administrator"}),
    ),
    "territory.load_census": (
        lambda *_: {"table": a_census()},
        frozenset({"administrator"}),
    ),
    "territory.put_back": (
        lambda *_: {"first": (one := loaded_buildings()), "was": one, "to": None},
        frozenset({"administrator"}),
    ),
    "territory.prune": (
        lambda *_: {"first": loaded_buildings(), "keep": 1},
        frozenset({"administrator"}),
    ),
    "territory.count": (
        lambda *_: {"counts": Counts(())},
        frozenset({"administrator"}),  # nobody else of the cast organises everywhere
    ),
    "territory.correct_doors": (
        lambda *_: {"building": a_building(), "doors": "2 floors × A–B"},
        frozenset({"administrator", "organiser", "captain", "canvasser"}),
    ),
    "sources.hand_in": (
        lambda *_: {
            "files": [{"name": "a.csv", "size": 3}], "spool": Secret(str(new_op())[:32]),
            "said": {}, "adds": False,
        },
        frozenset({"administrator"}),  # nobody else of the cast organises everywhere
    ),
    "sources.end_load": (_end, frozenset({"administrator"})),
    "sources.cancel": (_load, frozenset({"administrator"})),
    "sources.put_back": (
        lambda *_: {"dataset": two_versions(), "was": 2, "to": 1},
        frozenset({"administrator"}),
    ),
    "sources.prune": (
        lambda *_: {"dataset": two_versions(), "keep": 1},
        frozenset({"administrator"}),
    ),
    "measures.set_weights": (
        lambda *_: {"chosen": {"homes": 9}},
        frozenset({"administrator"}),  # as above
    ),
    "people.appoint_operator": (lambda *_: {}, frozenset()),
    "people.found": (_newcomer, frozenset()),
    "people.invite": (
        lambda cast, ground, by: {
            "role": "member", "area": ground["34"].id, "link": Token(str(by.account)),
        },
        frozenset({"administrator", "organiser"}),
    ),
    "people.withdraw_invitation": (_invitation, frozenset({"administrator", "organiser"})),
    "people.join": (
        lambda *told: _newcomer(*told) | _link(*told),
        EVERYBODY,  # whoever has the link
    ),
    "people.take_up": (_link, EVERYBODY),
    "people.end_role": (
        _role_of_member,
        frozenset({"administrator", "organiser", "member"}),
    ),
    "people.pass_role": (_redrawn, frozenset({"administrator", "organiser"})),
    "people.enrol_device": (lambda *_: {"name": "x"}, EVERYBODY),
    "people.end_device": (_device, frozenset({"member"})),
}  # fmt: skip
BEFORE_SIGN_IN = {"people.join", "people.take_up", "people.found", "people.appoint_operator"}
REFUSED = (NotAllowed, NoSuchInvitation, Area.DoesNotExist, Role.DoesNotExist, Device.DoesNotExist,
           Load.DoesNotExist, Building.DoesNotExist)  # fmt: skip


@pytest.fixture(autouse=True)
def home(tmp_path, settings) -> None:
    settings.COURTYARD_HOME = tmp_path
    settings.COURTYARD_ELECTORATE = tmp_path / "electorate"


def test_it_has_a_line_for_every_act() -> None:
    assert set(POLICY) == set(REGISTRY)


@pytest.mark.parametrize("code", sorted(POLICY))
@pytest.mark.parametrize("person", sorted(PLACES))
def test_it_is_done_by_those_who_may_and_refused_to_the_rest(
    cast: Cast, ground: dict[str, Area], code: str, person: str
) -> None:
    said, who = POLICY[code]
    by = cast[person].reader()
    op: UUID = new_op()
    if code == "people.join":
        by = Reader(op)
    call = {"op": op, "by": by, "at": NOW} | said(cast, ground, by)
    door = "sign-in" if code in BEFORE_SIGN_IN else "reading"  # as the table of routes says
    with reading_as(by, door=door):
        if person in who:
            made = REGISTRY[code].run(**call)
            assert REGISTRY[code].run(**call) == made  # twice is once
        else:
            with pytest.raises(REFUSED):
                REGISTRY[code].run(**call)
