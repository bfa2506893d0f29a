"""The form for a new passkey."""

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm


class AddPasskey(AddWebAuthnForm):  # type: ignore[misc]  # allauth is untyped
    """A passkey that signs in alone, unless its owner says otherwise: that is what it is for."""

    def __init__(self, *said: Any, **more: Any) -> None:
        super().__init__(*said, **more)
        self.fields["passwordless"].initial = True
