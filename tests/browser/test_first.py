"""Where to go first, in the browser: by keyboard, without script, and the numbers behind it."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visits

NAMES = ".first h2 [translate=no]"


def names(page: Page) -> list[str]:
    return page.locator(NAMES).all_inner_texts()


def test_it_is_found_in_the_menu_and_explains_itself_by_keyboard(visit: Visits) -> None:
    page = visit("organiser")
    page.goto("/ground/")
    page.get_by_role("link", name="Where to go first").click()
    page.wait_for_url("**/first/")
    expect(page.locator(".first > li")).to_have_count(25)
    first = names(page)[0]
    link = page.get_by_role("link", name=f"Why here? {first}")
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"area=\d+#at-\d+"))
    opened = page.locator(".first > li[aria-current]")
    expect(opened).to_contain_text(first)
    expect(opened.locator("caption")).to_contain_text(f"Why {first} stands here")
    expect(opened.locator(".first-sum")).to_contain_text("Together")
    page.keyboard.press("Tab")
    expect(opened.get_by_role("link", name="Close")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".first > li[aria-current]")).to_have_count(0)


def test_it_finds_pages_and_compares_without_script(visit: Visits) -> None:
    page = visit("captain", java_script_enabled=False)
    page.goto("/first/")
    page.get_by_role("link", name="Next").click()
    expect(page.locator(".first > li").first).to_have_attribute("value", "26")
    page.fill("#find", "34 3")
    page.get_by_role("button", name="Find").click()
    expect(page.locator(NAMES)).to_have_text(["AD 34 · ED 003"])
    page.locator("summary", has_text="Another contest").click()
    page.select_option("#f-before", index=1)
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("did not stand then")).to_be_visible()
    page.select_option("#f-stood", label="Jumaane Williams")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("Compared with the votes for Jumaane Williams")).to_be_visible()


def test_it_tries_numbers_out_saves_them_and_goes_back(visit: Visits) -> None:
    page = visit("administrator")
    page.goto("/first/")
    before = names(page)
    page.get_by_role("link", name="What counts how much").click()
    page.get_by_label("Homes", exact=True).fill("10")
    page.get_by_label("Support", exact=True).fill("0")
    page.get_by_role("button", name="See the top ten").click()
    expect(page.get_by_role("heading", name="The top ten as it would be")).to_be_visible()
    other = visit("organiser")
    other.goto("/first/")
    assert names(other) == before, "a preview changes nobody's list"
    page.get_by_role("button", name="Save these numbers").click()
    expect(page.get_by_role("status")).to_contain_text("These numbers are in force")
    other.reload()
    assert names(other) != before
    page.get_by_role("link", name="The usual numbers").click()
    page.get_by_role("button", name="Save these numbers").click()
    expect(page.get_by_role("status")).to_contain_text("These numbers are in force")
    other.reload()
    assert names(other) == before


def test_it_says_in_a_sentence_which_number_cannot_be_taken(visit: Visits) -> None:
    page = visit("organiser")
    page.goto("/first/weights/?homes=lots")
    expect(page.get_by_role("alert")).to_contain_text("Homes: write a whole number from 0 to 10")
    expect(page.locator("#w-homes")).to_have_attribute("aria-invalid", "true")
