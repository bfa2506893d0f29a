"""Roles when districts are drawn anew: who passes them where, and that nobody gains ground."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import shapely
from django.urls import reverse
from tests.conftest import KEEPER, NOW, Cast, small_ground

from courtyard.journal.act import NotAllowed
from courtyard.journal.models import Entry
from courtyard.journal.op import new_op
from courtyard.journal.scope import reading_as
from courtyard.people.acts import HeldAlready, NotRedrawn, pass_role
from courtyard.people.models import Role
from courtyard.territory.acts import load_boundaries
from courtyard.territory.models import Area, Edition, Report
from courtyard.territory.redrawn import ended, successors

LATER = NOW + timedelta(days=1)


def redrawn(shrunk: float = 0.0, without: str = "") -> dict[str, Area]:
    """The assembly districts drawn anew: pulled in by so many degrees, one of them gone."""
    _, whole = small_ground()
    layout = replace(whole.layout, valid_from=date(2021, 6, 22), valid_to=date(2022, 1, 1))
    kept = tuple(one for one in whole.areas if one.parent_code != without)
    parents = tuple(
        replace(one, outline=shapely.buffer(one.outline, -shrunk))
        for one in whole.parents
        if one.code != without
    )
    later = replace(
        whole, sha256="1" * 64, layout=replace(layout, edition="2021"), areas=kept, parents=parents
    )
    made = load_boundaries(op=new_op(), by=KEEPER, at=NOW, boundaries=later)
    return {one.code: one for one in Area.objects.filter(edition=made)}


def role_of(cast: Cast, person: str) -> Role:
    return Role.objects.held().get(account=cast[person])


def test_it_leaves_roles_where_they_are_until_somebody_passes_them(cast: Cast, ground) -> None:
    before = cast.captain.reader()
    new = redrawn()
    assert cast.captain.reader() == before
    assert not before.covers(new["34"].path, before.rank)
    assert set(ended([ground["34"].id, new["34"].id, ground["14"].id])) == {ground["34"].id}
    follows = successors([ground["34"].id])[ground["34"].id]
    assert (follows.area, follows.is_same) == (new["34"], True)
    assert follows.overlap == pytest.approx(1, abs=1e-4)


def test_it_passes_a_role_once_and_ends_the_old_one(cast: Cast, ground) -> None:
    new, old = redrawn(), role_of(cast, "captain")
    by, op = cast.organiser.reader(), new_op()
    said = {"op": op, "by": by, "at": LATER, "role": old.id, "area": new["34"].id}
    with reading_as(by):
        made = pass_role(**said)
        assert pass_role(**said) == made
    old.refresh_from_db()
    assert (old.ended_at, old.ended_by) == (LATER, by.account)
    assert (made.role, made.area, made.given_by) == ("captain", new["34"], by.account)
    assert role_of(cast, "captain") == made
    assert Entry.objects.get(id=op).ids == [str(made.id), str(old.id)]
    with reading_as(by), pytest.raises(Role.DoesNotExist):
        pass_role(**said | {"op": new_op()})


@pytest.mark.parametrize("person", ["captain", "outsider", "canvasser"])
def test_it_is_refused_to_who_gives_no_roles_there(cast: Cast, ground, person: str) -> None:
    new, by = redrawn(), cast[person].reader()
    said = {"op": new_op(), "by": by, "at": LATER, "area": new["34"].id}
    refused = (NotAllowed, Role.DoesNotExist, Area.DoesNotExist)
    with reading_as(by), pytest.raises(refused):
        pass_role(role=role_of(cast, "captain").id, **said)
    assert Role.objects.held().get(account=cast.captain).area == ground["34"]


def test_it_passes_to_the_later_boundaries_only(cast: Cast, ground) -> None:
    by, role = KEEPER, role_of(cast, "captain")
    said = {"by": by, "at": LATER, "role": role.id}
    for area in (ground["80"], ground["14"]):
        with pytest.raises(NotRedrawn):
            pass_role(op=new_op(), area=area.id, **said)
    new = redrawn()
    district = next(one for one in new.values() if one.kind == "election_district")
    for area in (ground["80"], district):
        with pytest.raises(NotRedrawn):
            pass_role(op=new_op(), area=area.id, **said)
    pass_role(op=new_op(), area=new["80"].id, **said)  # a person may decide so
    assert role_of(cast, "captain").area == new["80"]


def test_it_does_not_give_a_role_twice(cast: Cast, ground) -> None:
    new, old = redrawn(), role_of(cast, "captain")
    Role(
        id=new_op(), account=cast.captain, role="captain", area=new["34"], path=new["34"].path,
        given_by=cast.organiser.id, given_at=NOW,
    ).save(force_insert=True)  # fmt: skip
    with pytest.raises(HeldAlready):
        pass_role(op=new_op(), by=KEEPER, at=LATER, role=old.id, area=new["34"].id)
    old.refresh_from_db()
    assert old.ended_at is None


def test_it_says_which_areas_are_not_the_same_any_more(cast: Cast, ground) -> None:
    new = redrawn(shrunk=0.0005, without="80")
    found = successors([ground["34"].id, ground["80"].id])
    assert found[ground["80"].id] is None
    assert not found[ground["34"].id].is_same
    edition = Edition.objects.get(id=new["34"].edition_id)
    notes = Report.objects.get(edition=edition).said["notes"]
    assert (
        "Assembly district 80: no area of that code any more; roles there are not passed" in notes
    )
    assert any(
        one.startswith("Assembly district 34: ") and "a person passes" in one for one in notes
    )


def test_it_is_offered_on_the_access_page(cast: Cast, ground, sign_in) -> None:
    client = sign_in("organiser")
    assert "drawn anew" not in client.get(reverse("access")).content.decode()
    new, role = redrawn(), role_of(cast, "captain")
    page = client.get(reverse("access")).content.decode()
    assert "The area of today is the same: 100" in page
    assert f'value="{new["34"].id}"' in page
    said = {"op": str(new_op()), "area": str(new["34"].id)}
    for _ in range(2):
        answer = client.post(reverse("pass-role", args=[role.id]), said)
        assert answer.headers["Location"] == reverse("access")
    assert role_of(cast, "captain").area == new["34"]
    # The outsider's role waits; its area of today can be chosen.
    left = client.get(reverse("access")).content.decode()
    assert f'value="{new["80"].id}"' in left
    bad = {"op": str(new_op()), "area": "nowhere"}
    assert client.post(reverse("pass-role", args=[role.id]), bad).status_code == 404


def test_it_lets_a_person_choose_where_the_ground_is_another(cast: Cast, ground, sign_in) -> None:
    redrawn(shrunk=0.0005)
    page = sign_in("organiser").get(reverse("access")).content.decode()
    assert "The area of that number has only" in page
    assert "Choose an area" in page
