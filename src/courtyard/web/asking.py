"""Who is asking."""

from django.contrib.auth import logout
from django.http import HttpRequest
from django.utils import timezone

from courtyard.journal.reader import NOBODY, Reader
from courtyard.people.models import Account, Device


def reader_of(request: HttpRequest) -> Reader:
    """Who is asking. A device that was ended is signed out here, at its next request."""
    account = request.user
    if not isinstance(account, Account):
        return NOBODY
    device = request.session.get("device")
    if device and Device.objects.live_at(timezone.now()).filter(id=device).exists():
        return account.reader()
    logout(request)
    return NOBODY
