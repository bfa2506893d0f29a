"""People at the browser: signing in, being invited, second steps. They do what people do."""

import base64
import hmac
import itertools
import re
import time
from email import message_from_bytes
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import CDPSession, Page

if TYPE_CHECKING:
    from tests.browser.conftest import Visits

PASSWORD = "four quiet words here"
_count = itertools.count(1)


def sign_in(page: Page, email: str, password: str) -> None:
    page.goto("/account/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.get_by_role("button", name="Sign in", exact=True).or_(
        page.get_by_role("button", name="Sign In", exact=True)
    ).click()


def sign_out(page: Page) -> None:
    page.goto("/account/logout/")
    page.locator("main").get_by_role("button").click()
    page.wait_for_url("**/")


def sign_in_as_cast(visit: "Visits", role: str) -> Any:
    page = visit()
    sign_in(page, *visit.served.sign_ins[role])
    page.wait_for_url("**/ground/")
    return page.context.storage_state()


def invitation(visit: "Visits", *, role: str = "member", area: str = "Assembly district 34") -> str:
    """The link an organiser makes."""
    page = visit("organiser")
    page.goto("/access/")
    page.select_option("select[name=role]", role)
    page.select_option("select[name=area]", label=area)
    page.get_by_role("button", name="Make a link").click()
    return page.locator(".notice code").inner_text()


def newcomer(visit: "Visits", link: str = "") -> tuple[Page, str]:
    """Somebody who has just joined by a link, and the address they sign in with."""
    email = f"newcomer{next(_count)}.{time.time_ns()}@demo.example"
    link = link or invitation(visit)
    page = visit()
    page.goto(link)
    page.fill("input[name=name]", "Nour Invented")
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="Join").click()
    page.wait_for_url("**/ground/")
    return page, email


def confirm(page: Page, password: str = PASSWORD) -> None:
    """Says the password again, where the page asks for it."""
    if "/reauthenticate/" in page.url:
        page.fill("input[name=password]", password)
        page.locator("main button[type=submit]").first.click()
        page.wait_for_url(lambda url: "reauthenticate" not in url)


def code_now(secret: str) -> str:
    """The six digits an authenticator app shows (RFC 6238), with time left to type them."""
    if time.time() % 30 > 25:
        time.sleep(30 - time.time() % 30)
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, int(time.time() // 30).to_bytes(8, "big"), "sha1")
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at : at + 4], 'big') & 0x7FFFFFFF) % 10**6:06}"


def add_totp(page: Page) -> str:
    """Activates an authenticator app, and gives its secret."""
    page.goto("/account/2fa/totp/activate/")
    confirm(page)
    secret = page.locator("#authenticator_secret").input_value()
    page.fill("input[name=code]", code_now(secret))
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/recovery-codes/")
    return secret


def authenticator(page: Page) -> CDPSession:
    """A device with a fingerprint reader, whose owner always says yes."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session


def add_passkey(page: Page, name: str = "My phone") -> None:
    page.goto("/account/2fa/webauthn/add/")
    confirm(page)
    page.fill("input[name=name]", name)
    passwordless = page.locator("input[name=passwordless]")
    if passwordless.count():
        passwordless.check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url(lambda url: not url.endswith("/add/"))


def secured(visit: "Visits", _: str) -> Any:
    """Somebody with a passkey, an authenticator app and recovery codes."""
    page, email = newcomer(visit)
    visit.served.kept["secured e-mail"] = email
    authenticator(page)
    add_totp(page)
    add_passkey(page)
    return page.context.storage_state()


def half_way(visit: "Visits", _: str) -> Any:
    """The same, with the password given and the code not yet."""
    visit.state("secured")
    page = visit()
    sign_in(page, visit.served.kept["secured e-mail"], PASSWORD)
    page.wait_for_url("**/2fa/authenticate/")
    return page.context.storage_state()


STATES = {"secured": secured, "half-way": half_way}


def reset_link(visit: "Visits") -> str:
    """The link in the letter to somebody who forgot their password."""
    visit.state("secured")
    page = visit()
    page.goto("/account/password/reset/")
    page.fill("input[name=email]", visit.served.kept["secured e-mail"])
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/done/")
    letters = sorted((visit.served.home / "mail").iterdir(), key=lambda path: path.stat().st_mtime)
    letter = message_from_bytes(Path(letters[-1]).read_bytes())
    found = re.search(r"http://\S+/reset/key/\S+", letter.get_payload(decode=True).decode())
    assert found, letter
    return found[0]
