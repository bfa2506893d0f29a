"""The seal: a keyed HMAC of what was said, so that a resend is told from a forgery."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A password handed to an act: used there, and left out of the seal.

    A fast keyed hash of a password would undo the slow one that is kept of it.
    """

    value: str

    def __repr__(self) -> str:
        return "Secret(…)"


@dataclass(frozen=True, slots=True, repr=False)
class Token:
    """A long random link handed to an act. Its fingerprint goes into the seal, itself nowhere."""

    value: str

    @property
    def sha256(self) -> str:
        """What is kept of it."""
        return hashlib.sha256(self.value.encode()).hexdigest()

    def __repr__(self) -> str:
        return "Token(…)"


def seal(act: str, by: UUID, said: Mapping[str, Any]) -> str:
    """64 hex digits of HMAC-SHA-256 over the act, the account and the words, canonically written.

    Keyed with `COURTYARD_SEAL_KEY`: without the key nobody can guess at words by trying them.
    """
    words = json.dumps([act, by.hex, said], default=_plain, sort_keys=True, ensure_ascii=False)
    key = settings.COURTYARD_SEAL_KEY.encode()
    return hmac.new(key, words.encode(), hashlib.sha256).hexdigest()


def _plain(value: object) -> object:
    """What JSON cannot write, as text; anything else is refused rather than sealed by its repr."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, Secret):
        return ""
    if isinstance(fingerprint := getattr(value, "sha256", None), str):
        return fingerprint
    raise TypeError(f"an act cannot be told a {type(value).__name__}")
