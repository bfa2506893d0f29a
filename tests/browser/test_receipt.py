"""The collective receipt in a browser: without a sign-in or a cookie, in two languages, on paper.

That axe finds nothing, that nothing scrolls sideways and that thumbs hit is in test_pages.
"""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visits
from tests.browser.pages import RECEIPT
from tests.browser.test_pages import AXE, RULES, TOO_WIDE

A4, A6 = (842, 595), (420, 298)  # points, laid across


def test_it_is_found_from_the_list_and_keeps_nothing(visit: Visits) -> None:
    page = visit()
    page.goto("/here/")
    page.get_by_role("searchbox").fill("34/003")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="AD 34 · ED 003").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("You were one of")
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_it_changes_its_language_by_the_address(visit: Visits) -> None:
    page = visit()
    page.goto(f"{RECEIPT}34003/")
    page.get_by_role("link", name="Español").click()
    page.locator("html[lang=es]").wait_for()
    assert parse_qs(urlsplit(page.url).query) == {"lang": ["es"]}
    page.locator(f"a[href^='{RECEIPT}34003/postcard/']").click()
    page.locator("html[lang=es] .postcard").first.wait_for()
    assert page.context.cookies() == []


@pytest.mark.parametrize("area", ["34047", "26001"])  # told with what is around; with the whole
@pytest.mark.parametrize("width", [360, 1280])
def test_it_is_for_everybody_where_few_voted(
    visit: Visits, axe_source: str, area: str, width: int
) -> None:
    page = visit(width=width)
    page.goto(f"{RECEIPT}{area}/")
    page.evaluate(axe_source)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate(AXE, RULES) == []
    assert page.evaluate(TOO_WIDE) == []


@pytest.mark.parametrize(("query", "size"), [("", A4), ("?one=1", A6)])
def test_it_prints_postcards_of_the_right_size(visit: Visits, query: str, size: tuple) -> None:
    page = visit()
    page.goto(f"{RECEIPT}34003/postcard/{query}")
    assert sizes(page) == [size]


def test_it_fits_on_the_card(visit: Visits) -> None:
    page = visit()
    for language in ("en", "es"):
        page.goto(f"{RECEIPT}34047/postcard/?lang={language}")
        over = page.locator(".postcard").first.evaluate(
            "card => [card.scrollHeight - card.clientHeight, card.scrollWidth - card.clientWidth]"
        )
        assert max(over) <= 1


def test_it_prints_without_colours(visit: Visits) -> None:
    page = visit()
    page.goto(f"{RECEIPT}34003/")
    page.emulate_media(media="print")
    dots = page.locator(".crowd-all").evaluate("one => getComputedStyle(one).stroke")
    you = page.locator(".crowd-you").evaluate("one => getComputedStyle(one).fill")
    assert abs(grey(dots) - grey(you)) > 80  # of 255


def grey(colour: str) -> float:
    red, green, blue = map(float, re.findall(r"[\d.]+", colour)[:3])
    return 0.3 * red + 0.59 * green + 0.11 * blue


def sizes(page: Page) -> list[tuple[int, int]]:
    """The pages of the print, in points."""
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", page.pdf(prefer_css_page_size=True))
    return [(round(float(width)), round(float(height))) for width, height in boxes]
