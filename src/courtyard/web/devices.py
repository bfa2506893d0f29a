"""Sign-in and devices: where one is signed in, and ending it there."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from courtyard.journal.reader import Reader
from courtyard.people.acts import end_device
from courtyard.people.models import Device, Role

from .access import may_end, op_of
from .role_words import role_name


def page(request: HttpRequest) -> HttpResponse:
    """One's devices, this one first, and the ways to sign in."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    still = timezone.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    devices = Device.objects.visible_to(reader).filter(ended_at=None, since__gt=still)
    here = request.session.get("device")
    held = Role.objects.visible_to(reader).held().filter(account=reader.account)
    roles = [
        (one, role_name(one.role), may_end(reader, one)) for one in held.select_related("area")
    ]
    context = {"devices": devices, "here": here, "roles": roles}
    return render(request, "devices.html", context, using="jinja2")


def end(request: HttpRequest, device: UUID) -> HttpResponse:
    """Signs a device out; it is out at its next request."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    try:
        end_device(op=op_of(request), by=reader, at=timezone.now(), device=device)
    except Device.DoesNotExist as error:
        raise Http404 from error
    return redirect("devices")
