"""Signing in: by passkey, with an app's code, with a recovery code; ending a device elsewhere."""

import re
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser import people
from tests.browser.conftest import Served, Visits, environment_of


def has_arrived(page: Page) -> None:
    page.wait_for_url("**/ground/")
    expect(page.locator(".bar-name")).to_have_text("Nour Invented")


def test_it_signs_in_by_passkey(visit: Visits) -> None:
    page, _ = people.newcomer(visit)
    people.authenticator(page)
    page.goto("/devices/")
    page.get_by_role("link", name="Passkeys").click()
    page.get_by_role("link", name="Add").click()
    people.add_passkey(page, "My old phone")
    page.goto("/account/2fa/webauthn/")
    expect(page.locator("tbody th")).to_contain_text("My old phone")
    expect(page.locator("tbody th .tag")).to_have_text("Passkey")
    people.sign_out(page)
    page.goto("/ground/")
    expect(page).to_have_url(re.compile("/account/login/"))
    page.get_by_role("button", name="Sign in with a passkey").click()
    has_arrived(page)


def test_it_removes_a_passkey(visit: Visits) -> None:
    page, _ = people.newcomer(visit)
    people.authenticator(page)
    people.add_passkey(page, "Lost")
    page.goto("/account/2fa/webauthn/")
    page.get_by_role("link", name="Remove").click()
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/2fa/**")
    page.goto("/account/2fa/webauthn/")
    expect(page.locator("main")).not_to_contain_text("Lost")


def test_it_asks_for_a_code_where_one_was_set_up(visit: Visits) -> None:
    page, email = people.newcomer(visit)
    secret = people.add_totp(page)
    codes = page.locator("#recovery_codes").input_value().split()
    assert len(codes) == 10
    people.sign_out(page)
    people.sign_in(page, email, people.PASSWORD)
    page.wait_for_url("**/2fa/authenticate/")
    page.fill("input[name=code]", "000000")
    page.locator("main button[type=submit]").first.click()
    expect(page.locator(".field-error")).to_be_visible()
    page.fill("input[name=code]", people.code_now(secret))
    page.locator("main button[type=submit]").first.click()
    has_arrived(page)
    people.sign_out(page)
    people.sign_in(page, email, people.PASSWORD)
    page.wait_for_url("**/2fa/authenticate/")
    page.fill("input[name=code]", codes[0])
    page.locator("main button[type=submit]").first.click()
    has_arrived(page)


def test_it_draws_the_code_for_the_app(visit: Visits) -> None:
    page, _ = people.newcomer(visit)
    page.goto("/account/2fa/totp/activate/")
    people.confirm(page)
    expect(page.locator(".qr path")).to_be_visible()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        paper, ink = (
            page.evaluate("""() => [getComputedStyle(document.querySelector(".qr")).backgroundColor,
          getComputedStyle(document.querySelector(".qr path")).fill]""")
        )
        assert paper == "rgb(255, 255, 255)", scheme
        assert max(int(part) for part in re.findall(r"\d+", ink)) < 50, scheme


def test_it_ends_another_device_at_its_next_click(visit: Visits) -> None:
    page, email = people.newcomer(visit)
    other = visit()
    people.sign_in(other, email, people.PASSWORD)
    has_arrived(other)
    other.goto("/devices/")
    page.goto("/devices/")
    rows = page.get_by_role("table", name="Your devices").locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.filter(has_text="this one")).to_have_count(1)
    rows.filter(has_not_text="this one").get_by_role("button").click()
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("this one")
    other.get_by_role("link", name="Ground").click()
    expect(other).to_have_url(re.compile("/account/login/"))
    page.get_by_role("link", name="Ground").click()
    has_arrived(page)


def test_it_sends_one_back_in_with_a_new_password(visit: Visits) -> None:
    link = people.reset_link(visit)
    page = visit()
    page.goto(link)
    for field in page.locator("main input[type=password]").all():
        field.fill("another four quiet words")
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url("**/key/done/")
    people.sign_in(page, visit.served.kept["secured e-mail"], "another four quiet words")
    page.wait_for_url("**/2fa/authenticate/")
    for kept in ("secured", "half-way", "address of account_reset_password_from_key"):
        visit.served.kept.pop(kept, None)


def test_it_keeps_keys_and_sign_ins_of_the_demonstration_to_their_owner(served: Served) -> None:
    home = served.home
    for path in (home / "demo.txt", home / "keys" / "secret", home / "keys" / "seal"):
        assert path.stat().st_mode & 0o077 == 0, path
    again = subprocess.run(  # built once; the second time it says the same sign-ins
        [Path(sys.executable).with_name("courtyard"), "demo"],
        env=environment_of(home, served.url), capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert again.stdout.count("@demo.example") == 5
