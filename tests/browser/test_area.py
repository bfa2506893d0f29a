"""The pages of an area and of a building, as one sees them: narrow, wide, dark, corrected."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visits
from tests.browser.pages import area_address, building_address

DISTRICT = "AD 34 · ED 003"


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
@pytest.mark.parametrize("what", ["area", "parent", "neighbourhood", "building"])
def test_it_is_readable_by_everybody(
    visit: Visits, axe_source: str, what: str, width: int, scheme: str
) -> None:
    addresses = {
        "area": lambda: area_address(visit, DISTRICT),
        "parent": lambda: area_address(visit, "Assembly district 34"),
        "neighbourhood": lambda: area_address(visit, "Parkchester"),
        "building": lambda: building_address(visit, DISTRICT),
    }
    page = visit("organiser", width=width, color_scheme=scheme)
    page.goto(addresses[what]())
    page.evaluate(axe_source)
    found = page.evaluate("axe.run()")["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_leads_from_a_district_to_a_door_that_is_corrected(visit: Visits) -> None:
    page = visit("organiser")
    page.goto(area_address(visit, DISTRICT))
    expect(page.locator("#results")).to_contain_text("115")
    expect(page.locator("#voters")).to_contain_text("These voters are invented")
    page.locator("#buildings tbody th a").nth(3).click()
    expect(page).to_have_url(re.compile("/building/"))
    pattern = page.get_by_label("How its doors lie")
    pattern.fill("six or so")
    visit.expects(400)
    page.get_by_role("button", name="Write it down").click()
    expect(page.locator(".field-error")).to_be_visible()
    expect(pattern).to_have_value("six or so")
    pattern.fill("2 floors x A-B, basement")
    page.get_by_role("button", name="Write it down").click()
    expect(page.locator("#doors")).to_contain_text("2 floors × A–B, basement")
    expect(page.locator("#doors")).to_contain_text("somebody who has been there")
