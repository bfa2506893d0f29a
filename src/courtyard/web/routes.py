"""The table of routes: for every address, who may use which method. What is not here is 404."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.http import HttpResponseBase
from django.urls import URLPattern, path

from courtyard.journal.reader import Rank
from courtyard.journal.scope import Door


class Who(Enum):
    """Those a route is for who need no role."""

    ANYBODY = "anybody"
    SIGNED_IN = "signed in"


Least = Who | Rank


@dataclass(frozen=True, slots=True)
class Route:
    """One address: the least one must be for each method (HEAD goes with GET).

    Without a door nothing is asked of the database, not even who it is: everybody is nobody.
    """

    name: str
    who: Mapping[str, Least]
    address: str = ""
    view: Callable[..., HttpResponseBase] | None = None
    door: Door | None = "reading"


def get(least: Least) -> dict[str, Least]:
    """Reading only."""
    return {"GET": least}


def post(least: Least) -> dict[str, Least]:
    """Acting only."""
    return {"POST": least}


def both(least: Least) -> dict[str, Least]:
    """A page with a form that posts to itself."""
    return {"GET": least, "POST": least}


def patterns(routes: tuple[Route, ...]) -> list[URLPattern]:
    """Django's patterns for the routes that have a view of ours."""
    return [path(route.address, route.view, name=route.name) for route in routes if route.view]


def sign_in_routes() -> tuple[Route, ...]:
    """allauth's pages that are open here; its others answer 404 (`CLOSED`)."""
    anybody: Any = Who.ANYBODY
    own: Any = Who.SIGNED_IN
    table: dict[str, dict[str, Least]] = {
        "account_login": both(anybody),
        "account_logout": both(anybody),
        "account_reauthenticate": both(own),
        "account_change_password": both(own),
        "account_reset_password": both(anybody),
        "account_reset_password_done": get(anybody),
        "account_reset_password_from_key": both(anybody),
        "account_reset_password_from_key_done": get(anybody),
        "account_inactive": get(anybody),
        "mfa_index": get(own),
        "mfa_authenticate": both(anybody),
        "mfa_reauthenticate": both(own),
        "mfa_activate_totp": both(own),
        "mfa_deactivate_totp": both(own),
        "mfa_view_recovery_codes": get(own),
        "mfa_generate_recovery_codes": both(own),
        "mfa_download_recovery_codes": get(own),
        "mfa_list_webauthn": get(own),
        "mfa_add_webauthn": both(own),
        "mfa_edit_webauthn": both(own),
        "mfa_remove_webauthn": both(own),
        "mfa_login_webauthn": both(anybody),
        "mfa_reauthenticate_webauthn": both(own),
    }
    return tuple(Route(name, who, door="sign-in") for name, who in table.items())


CLOSED = frozenset(
    {
        "account_signup",
        "account_set_password",
        "account_email",
        "account_email_verification_sent",
        "account_confirm_email",
        "account_confirm_login_code",
    }
)
