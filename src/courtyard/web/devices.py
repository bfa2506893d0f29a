"""Sign-in and devices: where one is signed in, and ending it there."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from courtyard.journal.reader import Reader
from courtyard.people.acts import end_device
from courtyard.people.models import Device, Role

from .acting import may_end, op_of
from .role_words import role_name


def page(request: HttpRequest) -> HttpResponse:
    """One's devices, one's roles, and the ways to sign in."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    held = Role.objects.visible_to(reader).held().filter(account=reader.account)
    context = {
        "devices": Device.objects.visible_to(reader).live_at(timezone.now()),
        "here": request.session.get("device"),
        "roles": [
            (one, role_name(one.role), may_end(reader, one)) for one in held.select_related("area")
        ],
    }
    return render(request, "devices.html", context, using="jinja2")


def end(request: HttpRequest, device: UUID) -> HttpResponse:
    """Signs a device out; it is out at its next request."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    end_device(op=op_of(request), by=reader, at=timezone.now(), device=device)
    return redirect("devices")
