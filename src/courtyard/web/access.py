"""The Access page: who holds which role where; invitations by link; ending a role."""

import base64
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from courtyard.journal.act import Conflict
from courtyard.journal.reader import EVERYWHERE, NOBODY, Rank, Reader, rank_of
from courtyard.journal.seal import Secret, Token
from courtyard.people import acts, rules
from courtyard.people.models import Account, Invitation, Role
from courtyard.territory.models import Area

from .access_redrawn import redrawn_roles
from .acting import may_end, op_of
from .role_words import role_name

PLACES = ("congressional_district", "assembly_district")


def page(request: HttpRequest) -> HttpResponse:
    """Who holds a role within the reader's areas, and the open invitations."""
    return _page(request, link="")


def invite(request: HttpRequest) -> HttpResponse:
    """Makes an invitation and shows its link. Sent twice, it shows the same link again."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    op = op_of(request)
    link = link_of(op)
    role, area = _role_and_area(reader, request.POST)
    acts.invite(op=op, by=reader, at=timezone.now(), role=role, area=area, link=Token(link))
    return _page(request, link=f"{settings.COURTYARD_URL}{reverse('join', args=[link])}")


def link_of(op: UUID) -> str:
    """The secret part of an invitation's link: 256 bits that only this server can make of an op."""
    mark = salted_hmac("courtyard.invitation", op.bytes, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(mark).rstrip(b"=").decode()


def withdraw(request: HttpRequest, invitation: UUID) -> HttpResponse:
    """Takes an open invitation back."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    acts.withdraw_invitation(op=op_of(request), by=reader, at=timezone.now(), invitation=invitation)
    return redirect("access")


def pass_role(request: HttpRequest, role: UUID) -> HttpResponse:
    """Passes a role on to an area of the boundaries as they were drawn anew."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    try:
        area = UUID(request.POST.get("area", ""))
        acts.pass_role(op=op_of(request), by=reader, at=timezone.now(), role=role, area=area)
    except (ValueError, acts.NotRedrawn) as error:
        raise Http404 from error
    except acts.HeldAlready:
        acts.end_role(op=op_of(request), by=reader, at=timezone.now(), role=role)
    return redirect("access")


def end_role(request: HttpRequest, role: UUID) -> HttpResponse:
    """Ends a role."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    acts.end_role(op=op_of(request), by=reader, at=timezone.now(), role=role)
    return redirect("access" if reader.paths(Rank.ORGANISER) else "devices")


class JoinForm(forms.Form):
    """What somebody new says of themselves: a name, an address to sign in with, a password."""

    name = forms.CharField(max_length=120)
    email = forms.EmailField()
    password = forms.CharField(widget=forms.PasswordInput, max_length=200)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if "password" in said:
            account = Account(name=said.get("name", ""), email=said.get("email", ""))
            try:
                validate_password(said["password"], account)
            except ValidationError as error:
                self.add_error("password", error)
        return said


def join(request: HttpRequest, link: str) -> HttpResponse:
    """Taking up an invitation: with the account one has, or with a new one."""
    token, form = Token(link), JoinForm(request.POST or None)
    if request.method == "POST" and (answer := _taken_up(request, token, form)) is not None:
        return answer
    invitation = Invitation.objects.open_at(timezone.now()).filter(fingerprint=token.sha256)
    invited = invitation.select_related("invited_by", "area").first()
    if invited is None:
        return render(request, "join_gone.html", status=404, using="jinja2")
    context = {"invited": invited, "form": form, "role": role_name(invited.role), "link": link}
    return render(request, "join.html", context, using="jinja2")


def _taken_up(request: HttpRequest, token: Token, form: JoinForm) -> HttpResponse | None:
    """What follows the form; None if it must be shown again."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    now, op = timezone.now(), op_of(request)
    try:
        if reader != NOBODY:
            acts.take_up(op=op, by=reader, at=now, link=token)
            return redirect("ground")
        if not form.is_valid():
            return None
        said = form.cleaned_data | {"password": Secret(form.cleaned_data["password"])}
        account = acts.join(op=op, by=Reader(op), at=now, link=token, **said)
    except acts.EmailTaken:
        form.add_error(
            "email",
            _(
                "Somebody signs in with this address already. Sign in first, then open the link "
                "again."
            ),
        )
        return None
    except (acts.NoSuchInvitation, Conflict):
        return render(request, "join_gone.html", status=404, using="jinja2")
    except acts.HeldAlready:
        return redirect("ground")
    # Signed in only by the request that made the account: a resend goes the way of everybody.
    made = Invitation.objects.filter(
        fingerprint=token.sha256, accepted_by=account.id, accepted_at=now
    )
    if made.exists():
        login(request, account, backend=settings.AUTHENTICATION_BACKENDS[0])
        return redirect("ground")
    return redirect("account_login")


def _page(request: HttpRequest, link: str) -> HttpResponse:
    reader: Reader = request.reader  # type: ignore[attr-defined]
    held = Role.objects.visible_to(reader).held().exclude(account=rules.OPERATOR)
    roles = held.select_related("account", "area").order_by("account__name", "id")
    invited = Invitation.objects.visible_to(reader).open_at(timezone.now())
    context = {
        "roles": [(one, role_name(one.role), may_end(reader, one)) for one in roles],
        "redrawn": redrawn_roles(reader),
        "invitations": [
            (one, role_name(one.role)) for one in invited.select_related("area").order_by("-id")
        ],
        "giveable": [
            (rank.code, role_name(rank.code)) for rank in Rank if _may_give_somewhere(reader, rank)
        ],
        "areas": _areas(reader),
        "everywhere": reader.covers(EVERYWHERE, Rank.ORGANISER),
        "link": link,
    }
    return render(request, "access.html", context, using="jinja2")


def _areas(reader: Reader) -> list[tuple[str, str]]:
    led = Reader(reader.account, tuple(g for g in reader.grants if g.rank >= Rank.ORGANISER))
    found = Area.objects.visible_to(led).filter(kind__in=PLACES).order_by("path")
    return [(str(one), name) for one, name in found.values_list("id", "name")]


def _may_give_somewhere(reader: Reader, rank: Rank) -> bool:
    return any(
        rules.may_give(reader, rank, EVERYWHERE if rank == Rank.ADMINISTRATOR else grant.path)
        for grant in reader.grants
    )


def _role_and_area(reader: Reader, said: Any) -> tuple[str, UUID | None]:
    try:
        role = rank_of(said.get("role", "")).code
        area = UUID(said["area"]) if said.get("area") else None
    except ValueError as error:
        raise Http404 from error
    if area and not Area.objects.visible_to(reader).filter(id=area).exists():
        raise Http404
    return role, area
