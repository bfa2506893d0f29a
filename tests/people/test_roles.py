"""Roles and invitations: who may give and end what, where; once; and nothing to the outsider."""

from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import NOW, Cast

from courtyard.journal.act import NotAllowed
from courtyard.journal.op import new_op
from courtyard.journal.reader import NOBODY, Grant, Rank, Reader
from courtyard.journal.seal import Secret, Token
from courtyard.people import acts, rules
from courtyard.people.models import Account, Invitation, Role
from courtyard.territory.models import Area

HERE, INSIDE, ELSEWHERE, EVERYWHERE = "/a/", "/a/b/", "/c/", "/"


@pytest.mark.parametrize(
    ("held", "rank", "path", "may"),
    [
        (Rank.ORGANISER, Rank.CAPTAIN, HERE, True),
        (Rank.ORGANISER, Rank.CAPTAIN, INSIDE, True),
        (Rank.ORGANISER, Rank.ORGANISER, INSIDE, False),
        (Rank.ORGANISER, Rank.MEMBER, ELSEWHERE, False),
        (Rank.ORGANISER, Rank.MEMBER, EVERYWHERE, False),
        (Rank.ADMINISTRATOR, Rank.ADMINISTRATOR, HERE, False),
        (Rank.CAPTAIN, Rank.MEMBER, HERE, False),
    ],
)
def test_it_lets_organisers_give_the_roles_below_their_own(held, rank, path, may) -> None:
    assert rules.may_give(Reader(NOBODY.account, (Grant(held, HERE),)), rank, path) is may


@given(st.sampled_from(Rank), st.sampled_from(Rank))
def test_it_never_lets_anybody_give_more_than_they_hold(held, given_rank) -> None:
    for at, path in product((HERE, INSIDE, EVERYWHERE), repeat=2):
        reader = Reader(NOBODY.account, (Grant(held, at),))
        if rules.may_give(reader, given_rank, path):
            assert path.startswith(at)
            assert given_rank <= held


def invite(by: Account, role: str, area: Area | None, link: str = "a link"):
    return acts.invite(
        op=new_op(), by=by.reader(), at=NOW, role=role, area=area and area.id, link=Token(link)
    )


def join(link: str = "a link", *, at=NOW, email: str = "new@example.org"):
    op = new_op()
    return acts.join(
        op=op, by=Reader(op), at=at, link=Token(link), name="New", email=email,
        password=Secret("a long password"),
    )  # fmt: skip


def test_it_brings_somebody_in_by_invitation(cast: Cast, ground: dict[str, Area]) -> None:
    invite(cast.organiser, "captain", ground["34"])
    account = join()
    assert account.reader().grants == (Grant(Rank.CAPTAIN, ground["34"].path, ground["34"].id),)
    assert account.check_password("a long password")


def test_it_keeps_only_a_fingerprint_of_the_link(cast: Cast, ground: dict[str, Area]) -> None:
    made = invite(cast.organiser, "captain", ground["34"], "a telling link")
    assert "telling" not in str(made.__dict__)


def test_it_works_once(cast: Cast, ground: dict[str, Area]) -> None:
    invite(cast.organiser, "captain", ground["34"])
    join()
    with pytest.raises(acts.NoSuchInvitation):
        join(email="other@example.org")


def test_it_runs_out_after_a_day(cast: Cast, ground: dict[str, Area]) -> None:
    invite(cast.organiser, "captain", ground["34"])
    with pytest.raises(acts.NoSuchInvitation):
        join(at=NOW + timedelta(hours=24))


def test_it_dies_with_the_inviters_role(cast: Cast, ground: dict[str, Area]) -> None:
    invite(cast.organiser, "captain", ground["34"])
    role = Role.objects.get(account=cast.organiser)
    acts.end_role(op=new_op(), by=cast.administrator.reader(), at=NOW, role=role.id)
    with pytest.raises(acts.NoSuchInvitation):
        join()


def test_it_can_be_taken_back(cast: Cast, ground: dict[str, Area]) -> None:
    made = invite(cast.organiser, "captain", ground["34"])
    said = {"op": new_op(), "by": cast.organiser.reader(), "at": NOW, "invitation": made.id}
    acts.withdraw_invitation(**said)
    with pytest.raises(acts.NoSuchInvitation):
        join()


def test_it_does_not_exist_for_the_outsider(cast: Cast, ground: dict[str, Area]) -> None:
    made = invite(cast.organiser, "captain", ground["34"])
    assert not Invitation.objects.visible_to(cast.outsider.reader()).exists()
    with pytest.raises(acts.NoSuchInvitation):
        acts.withdraw_invitation(op=new_op(), by=cast.outsider.reader(), at=NOW, invitation=made.id)
    with pytest.raises(Area.DoesNotExist):
        invite(cast.outsider, "member", ground["34"])


def test_it_refuses_a_second_account_for_an_address(cast: Cast, ground: dict[str, Area]) -> None:
    invite(cast.organiser, "member", ground["34"])
    with pytest.raises(acts.EmailTaken):
        join(email="CAPTAIN@example.org")


def test_it_gives_a_second_role_to_one_who_has_an_account(cast: Cast, ground) -> None:
    for _ in range(2):
        invite(cast.administrator, "member", ground["80"], f"second {_}")
    take = {"by": cast.captain.reader(), "at": NOW}
    acts.take_up(op=new_op(), link=Token("second 0"), **take)
    assert cast.captain.reader().covers(ground["80"].path, Rank.MEMBER)
    with pytest.raises(acts.HeldAlready):
        acts.take_up(op=new_op(), link=Token("second 1"), **take)


def test_it_ends_at_once(cast: Cast) -> None:
    role = Role.objects.get(account=cast.captain)
    acts.end_role(op=new_op(), by=cast.organiser.reader(), at=NOW, role=role.id)
    assert cast.captain.reader().grants == ()


def test_it_can_be_laid_down_by_oneself(cast: Cast) -> None:
    role = Role.objects.get(account=cast.member)
    acts.end_role(op=new_op(), by=cast.member.reader(), at=NOW, role=role.id)
    assert cast.member.reader().rank is None


def test_it_is_not_ended_by_those_below_nor_by_the_outsider(cast: Cast) -> None:
    role = Role.objects.get(account=cast.member)
    for name in ("canvasser", "captain", "outsider"):
        with pytest.raises((NotAllowed, Role.DoesNotExist)):
            acts.end_role(op=new_op(), by=cast[name].reader(), at=NOW, role=role.id)


def test_it_keeps_the_last_administrator(cast: Cast) -> None:
    role = Role.objects.get(account=cast.administrator)
    with pytest.raises(NotAllowed):
        acts.end_role(op=new_op(), by=cast.administrator.reader(), at=NOW, role=role.id)


def test_it_founds_once(cast: Cast) -> None:
    op = new_op()
    with pytest.raises(NotAllowed):
        acts.found(
            op=op, by=Reader(op), at=NOW, name="Second", email="s@example.org",
            password=Secret("x"),
        )  # fmt: skip


def test_it_shows_accounts_to_themselves_and_their_organisers(cast: Cast) -> None:
    def seen(name: str) -> set[str]:
        found = Account.objects.visible_to(cast[name].reader())
        return {account.name for account in found} - {"Terminal"}

    assert seen("member") == {"Member"}
    assert seen("captain") == {"Captain"}
    everybody_in = {"Organiser", "Captain", "Canvasser", "Member", "Outsider", "Stranger"}
    assert seen("organiser") == everybody_in
    assert seen("stranger") == {"Stranger"}
