"""What is done about accounts, roles, invitations and devices."""

from datetime import datetime
from uuid import UUID

from courtyard.journal.act import NotAllowed, act, ask, touches
from courtyard.journal.op import further_id
from courtyard.journal.reader import EVERYWHERE, Grant, Rank, Reader, rank_of
from courtyard.journal.seal import Secret, Token
from courtyard.territory.models import Area
from courtyard.territory.redrawn import ended

from . import rules
from .models import Account, Device, Invitation, Role


class EmailTaken(Exception):
    """Somebody signs in with this address already."""


class NoSuchInvitation(Exception):
    """No open invitation has this link: used, run out, taken back, or mistyped."""


class HeldAlready(Exception):
    """The account holds this role in this area already."""


class NotRedrawn(Exception):
    """The role is in no area whose boundaries were drawn anew, or that area is not of these."""


@act("people.appoint_operator", row=Account)
def appoint_operator(*, op: UUID, by: Reader, at: datetime) -> Account:
    """Makes the account in whose name the machine's terminal acts; nobody can sign in as it."""
    ask(rules.is_operator(by.account))
    account = Account(id=op, name="Terminal", email="terminal@localhost.invalid", is_active=False)
    account.set_unusable_password()
    account.save(force_insert=True)
    return account


def operator(at: datetime) -> Reader:
    """Whoever holds the machine: an administrator of everything, acting at its terminal."""
    reader = Reader(rules.OPERATOR, (Grant(Rank.ADMINISTRATOR, EVERYWHERE),))
    appoint_operator(op=rules.OPERATOR, by=reader, at=at)
    return reader


@act("people.found", row=Account)
def found(
    *, op: UUID, by: Reader, at: datetime, name: str, email: str, password: Secret
) -> Account:
    """Makes the first administrator, who acts for themselves: `by.account` is `op`."""
    held = Role.objects.held().filter(role=Rank.ADMINISTRATOR.code)
    ask(rules.may_found(held.count()))
    account = _new_account(op, name, email, password)
    _give(op, account, Rank.ADMINISTRATOR, None, by, at)
    return account


@act("people.invite", row=Invitation)
def invite(
    *, op: UUID, by: Reader, at: datetime, role: str, area: UUID | None, link: Token
) -> Invitation:
    """Makes a link by which one person can take up the role in the area, within a day."""
    place = _place(by, area)
    path = place.path if place else EVERYWHERE
    ask(rules.may_give(by, rank_of(role), path))
    made = Invitation(
        id=op,
        role=role,
        area=place,
        path=path,
        invited_by_id=by.account,
        invited_at=at,
        expires_at=at + rules.INVITATION_HOLDS,
        fingerprint=link.sha256,
    )
    made.save(force_insert=True)
    return made


@act("people.withdraw_invitation", row=Invitation)
def withdraw_invitation(*, op: UUID, by: Reader, at: datetime, invitation: UUID) -> Invitation:
    """Takes a link back before it is used. Raises NoSuchInvitation."""
    kept = Invitation.objects.visible_to(by).open_at(at).filter(id=invitation).first()
    if kept is None:
        raise NoSuchInvitation
    ask(rules.may_give(by, rank_of(kept.role), kept.path))
    kept.withdrawn_at = at
    kept.save(update_fields=["withdrawn_at"])
    return kept


@act("people.join", row=Account)
def join(
    *, op: UUID, by: Reader, at: datetime, link: Token, name: str, email: str, password: Secret
) -> Account:
    """Somebody new takes up an invitation: an account (`op`, acting for itself) with its role."""
    invitation = _used(link, at, op)
    account = _new_account(op, name, email, password)
    _give(op, account, rank_of(invitation.role), invitation.area, by, at)
    return account


@act("people.take_up", row=Role)
def take_up(*, op: UUID, by: Reader, at: datetime, link: Token) -> Role:
    """Somebody who has an account takes up an invitation. Raises NoSuchInvitation, HeldAlready."""
    invitation = _used(link, at, by.account)
    account = Account.objects.get(id=by.account)
    return _give(op, account, rank_of(invitation.role), invitation.area, by, at, own_row=True)


@act("people.end_role", row=Role)
def end_role(*, op: UUID, by: Reader, at: datetime, role: UUID) -> Role:
    """Ends a role; what it allowed stops at the next request. Raises Role.DoesNotExist."""
    held = Role.objects.visible_to(by).held().get(id=role)
    rank = rank_of(held.role)
    # Locked, so that two who lay down their roles at once do not leave nobody.
    administrators = Role.objects.held().filter(role=Rank.ADMINISTRATOR.code).select_for_update()
    ask(
        rules.may_end(
            by,
            rank,
            held.path,
            own=held.account_id == by.account,
            last_administrator=rank == Rank.ADMINISTRATOR and len(administrators) == 1,
        )
    )
    held.ended_at, held.ended_by = at, by.account
    held.save(update_fields=["ended_at", "ended_by"])
    return held


@act("people.pass_role", row=Role)
def pass_role(*, op: UUID, by: Reader, at: datetime, role: UUID, area: UUID) -> Role:
    """Ends a role in an area whose boundaries were drawn anew; the same begins in a newer area.

    For whoever may give the role in both. Which area it is, is said: nobody gains ground of
    themselves. Raises Role.DoesNotExist, Area.DoesNotExist, NotRedrawn if the area is not of a
    later edition of the same boundaries, HeldAlready.
    """
    held = Role.objects.visible_to(by).held().select_related("account", "area").get(id=role)
    place = Area.objects.visible_to(by).select_related("edition").get(id=area)
    rank = rank_of(held.role)
    ask(rules.may_pass(by, rank, held.path, place.path))
    old = held.area
    if old is None or old.kind != place.kind or ended([old.id]).get(old.id) != place.edition:
        raise NotRedrawn
    held.ended_at, held.ended_by = at, by.account
    held.save(update_fields=["ended_at", "ended_by"])
    touches([held.id])
    return _give(op, held.account, rank, place, by, at, own_row=True)


@act("people.enrol_device", row=Device)
def enrol_device(*, op: UUID, by: Reader, at: datetime, name: str) -> Device:
    """Notes that the account signed in on a device."""
    ask(True)
    device = Device(id=op, account_id=by.account, name=name[:60], since=at)
    device.save(force_insert=True)
    return device


@act("people.end_device", row=Device)
def end_device(*, op: UUID, by: Reader, at: datetime, device: UUID) -> Device:
    """Signs one of one's own devices out for good. Raises Device.DoesNotExist."""
    kept = Device.objects.visible_to(by).get(id=device, ended_at=None)
    ask(kept.account_id == by.account)
    kept.ended_at = at
    kept.save(update_fields=["ended_at"])
    return kept


def _place(by: Reader, area: UUID | None) -> Area | None:
    """The area, if the actor may see it: somebody else's does not exist for them."""
    return Area.objects.visible_to(by).get(id=area) if area else None


def _new_account(op: UUID, name: str, email: str, password: Secret) -> Account:
    if rules.is_operator(op):
        raise NotAllowed
    if Account.objects.filter(email__iexact=email).exists():
        raise EmailTaken
    account = Account(id=op, name=name.strip(), email=email.strip().lower())
    account.set_password(password.value)
    account.save(force_insert=True)
    return account


def _give(
    op: UUID,
    account: Account,
    rank: Rank,
    area: Area | None,
    by: Reader,
    at: datetime,
    *,
    own_row: bool = False,
) -> Role:
    path = area.path if area else EVERYWHERE
    if Role.objects.held().filter(account=account, role=rank.code, path=path).exists():
        raise HeldAlready
    role = Role(
        id=op if own_row else further_id(op, "role"),
        account=account,
        role=rank.code,
        area=area,
        path=path,
        given_by=by.account,
        given_at=at,
    )
    role.save(force_insert=True)
    if not own_row:
        touches([role.id])
    return role


def _used(link: Token, at: datetime, account: UUID) -> Invitation:
    """Marks the link's invitation as used, or raises NoSuchInvitation."""
    invitation = Invitation.objects.select_for_update().filter(fingerprint=link.sha256).first()
    if invitation is None:
        raise NoSuchInvitation
    inviter = Account.objects.get(id=invitation.invited_by_id)
    is_open = Invitation.objects.open_at(at).filter(id=invitation.id).exists()
    if not rules.may_be_used(
        is_open=is_open and inviter.is_active,
        inviter_may_still_give=rules.may_give(
            inviter.reader(), rank_of(invitation.role), invitation.path
        ),
    ):
        raise NoSuchInvitation
    ask(True)
    invitation.accepted_at, invitation.accepted_by = at, account
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    return invitation
