"""The Access page: who holds which role where; invitations by link; ending a role."""

import secrets
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courtyard.journal.act import Conflict, NotAllowed
from courtyard.journal.op import new_op
from courtyard.journal.reader import EVERYWHERE, NOBODY, Rank, Reader, rank_of
from courtyard.journal.seal import Secret
from courtyard.people import acts, rules
from courtyard.people.models import Account, Invitation, Role
from courtyard.territory.models import Area

from .role_words import role_name

PLACES = ("congressional_district", "assembly_district", "election_district")


def page(request: HttpRequest) -> HttpResponse:
    """Who holds a role within the reader's areas, and the open invitations."""
    return _page(request, link="")


def invite(request: HttpRequest) -> HttpResponse:
    """Makes an invitation and shows its link, this once."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    link = secrets.token_urlsafe(32)
    try:
        role, area = _role_and_area(reader, request.POST)
        acts.invite(
            op=op_of(request), by=reader, at=timezone.now(), role=role, area=area, link=Secret(link)
        )
    except NotAllowed as error:
        raise PermissionDenied from error
    except Conflict as error:
        raise Http404 from error
    return _page(request, link=request.build_absolute_uri(reverse("join", args=[link])))


def withdraw(request: HttpRequest, invitation: UUID) -> HttpResponse:
    """Takes an open invitation back."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    try:
        acts.withdraw_invitation(
            op=op_of(request), by=reader, at=timezone.now(), invitation=invitation
        )
    except acts.NoSuchInvitation as error:
        raise Http404 from error
    except NotAllowed as error:
        raise PermissionDenied from error
    return redirect("access")


def end_role(request: HttpRequest, role: UUID) -> HttpResponse:
    """Ends a role."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    try:
        acts.end_role(op=op_of(request), by=reader, at=timezone.now(), role=role)
    except Role.DoesNotExist as error:
        raise Http404 from error
    except NotAllowed as error:
        raise PermissionDenied from error
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
    invitation = Invitation.objects.open_at(timezone.now()).filter(
        fingerprint=acts.fingerprint(Secret(link))
    )
    invited = invitation.select_related("invited_by", "area").first()
    if invited is None:
        return render(request, "join_gone.html", status=404, using="jinja2")
    form = JoinForm(request.POST or None)
    if request.method == "POST":
        answer = _taken_up(request, link, form)
        if answer is not None:
            return answer
    context = {"invited": invited, "form": form, "role": role_name(invited.role), "link": link}
    return render(request, "join.html", context, using="jinja2")


def _taken_up(request: HttpRequest, link: str, form: JoinForm) -> HttpResponse | None:
    reader: Reader = request.reader  # type: ignore[attr-defined]
    now, op = timezone.now(), op_of(request)
    try:
        if reader != NOBODY:
            acts.take_up(op=op, by=reader, at=now, link=Secret(link))
            return redirect("ground")
        if not form.is_valid():
            return None
        said = form.cleaned_data
        account = acts.join(
            op=op,
            by=Reader(op),
            at=now,
            link=Secret(link),
            name=said["name"],
            email=said["email"],
            password=Secret(said["password"]),
        )
    except acts.EmailTaken:
        form.add_error("email", _("Somebody signs in with this address already. Sign in first, "
                                  "then open the link again."))  # fmt: skip
        return None
    except (acts.NoSuchInvitation, Conflict):
        return render(request, "join_gone.html", status=404, using="jinja2")
    except acts.HeldAlready:
        return redirect("ground")
    login(request, account, backend=settings.AUTHENTICATION_BACKENDS[0])
    return redirect("ground")


def _page(request: HttpRequest, link: str) -> HttpResponse:
    reader: Reader = request.reader  # type: ignore[attr-defined]
    held = Role.objects.visible_to(reader).held().exclude(account=rules.OPERATOR)
    roles = held.select_related("account", "area").order_by("account__name", "id")
    invited = Invitation.objects.visible_to(reader).open_at(timezone.now())
    context = {
        "roles": [(one, role_name(one.role), may_end(reader, one)) for one in roles],
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
    found = Area.objects.visible_to(led).filter(kind__in=PLACES[:2]).order_by("path")
    return [(str(one), name) for one, name in found.values_list("id", "name")]


def may_end(reader: Reader, role: Role) -> bool:
    """Whether the reader could end this role, by the rule that the act will ask."""
    rank = rank_of(role.role)
    others = Role.objects.visible_to(reader).held().filter(role=Rank.ADMINISTRATOR.code)
    last = rank == Rank.ADMINISTRATOR and others.count() == 1
    own = role.account_id == reader.account
    return rules.may_end(reader, rank, role.path, own=own, last_administrator=last)


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


def op_of(request: HttpRequest) -> UUID:
    """The op the form was rendered with, so that sending it twice does it once."""
    try:
        return UUID(request.POST.get("op", ""))
    except ValueError:
        return new_op()
