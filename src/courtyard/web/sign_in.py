"""Signing in: by invitation only, and every sign-in is a device one can end."""

import base64
import hashlib
import re
from contextlib import suppress
from typing import Any
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from courtyard.journal.op import new_op
from courtyard.journal.scope import reading_as
from courtyard.people.acts import end_device, enrol_device
from courtyard.people.models import Account, Device

BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


class InvitedOnly(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Accounts come from invitations; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, request: HttpRequest, level: int, *said: Any, **more: Any) -> None:
        """Says nothing at signing in and out: the page that follows shows it."""
        template = str(said[0] if said else more.get("message_template", ""))
        if not template.endswith(("logged_in.txt", "logged_out.txt")):
            super().add_message(request, level, *said, **more)


class SealedSecrets(DefaultMFAAdapter):  # type: ignore[misc]  # allauth is untyped
    """Keeps the secrets of second steps encrypted, under a key that is not in the database."""

    def encrypt(self, text: str) -> str:
        return str(self._box().encrypt(text.encode()).decode())

    def decrypt(self, encrypted_text: str) -> str:
        return str(self._box().decrypt(encrypted_text.encode()).decode())

    @staticmethod
    def _box() -> Fernet:
        key = hashlib.sha256(settings.COURTYARD_FIELD_KEY.encode()).digest()
        return Fernet(base64.urlsafe_b64encode(key))


def device_name(agent: str) -> str:
    """A device in words its owner knows it by, and no more: `Firefox · Android`."""
    browser = next((name for mark, name in BROWSERS if mark in agent), "Browser")
    system = next((name for mark, name in SYSTEMS if re.search(mark, agent)), "")
    return " · ".join(part for part in (browser, system) if part)


def note_device(*, request: HttpRequest, user: Account, **_: Any) -> None:
    """Enrols the browser that signed in; its id lives in the session only."""
    op: UUID = new_op()
    reader = user.reader()
    name = device_name(request.headers.get("User-Agent", ""))
    with reading_as(reader):
        enrol_device(op=op, by=reader, at=timezone.now(), name=name)
    request.session["device"] = str(op)


def forget_device(*, request: HttpRequest, user: Account | None, **_: Any) -> None:
    """Ends the device with the session, when its owner signs out."""
    device = request.session.get("device")
    if user is None or not device:
        return
    reader = user.reader()
    with suppress(Device.DoesNotExist):  # it was ended from elsewhere
        end_device(op=new_op(), by=reader, at=timezone.now(), device=UUID(device))
