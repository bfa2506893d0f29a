"""The map nearer by: streets, buildings and neighbourhoods, their pages, and the credit."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visits
from tests.browser.the_ground import ground, spot, tip_at


def nearer(page: Page, times: int) -> None:
    """Closer by so many turns of the wheel, at the pointer."""
    for _ in range(times):
        page.mouse.wheel(0, -450)
        page.wait_for_timeout(300)


def tip_like(page: Page, pattern: str) -> tuple[float, float, str]:
    """A place whose tip's name matches."""
    box = page.locator("#map").bounding_box()
    assert box
    middle = [(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)]
    places = [
        (box["x"] + 60 + 8 * i, box["y"] + 90 + 8 * j)
        for j in range(int(box["height"] - 140) // 8)
        for i in range(int(box["width"] - 180) // 8)
    ]
    for x, y in middle + places:
        if re.match(pattern, name := tip_at(page, x, y)):
            return x, y, name
    raise AssertionError(f"nothing like {pattern}")


def test_it_leads_from_the_map_to_a_building(visit: Visits) -> None:
    page = ground(visit)
    for _ in range(6):
        page.get_by_role("button", name="Closer").click()
        page.wait_for_timeout(300)
    with page.expect_response(re.compile(r"/tiles/\w+/16/")):
        page.fill("#find", "34/003")
        page.locator("#results tbody a", has_text="AD 34 · ED 003").click()  # the map goes there
    page.wait_for_timeout(1000)
    x, y, name = tip_like(page, r"\d.* \w")
    page.mouse.click(x, y)
    page.wait_for_url("**/building/**")
    expect(page.get_by_role("heading", level=1)).to_have_text(name.removesuffix(" †"))


def test_it_leads_from_the_map_to_a_neighbourhood(visit: Visits) -> None:
    page = ground(visit)
    spot(page)
    nearer(page, 2)
    x, y, name = tip_like(page, r"(?!AD \d)\w+")
    page.mouse.click(x, y)
    page.wait_for_url("**/area/**")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_it_asks_for_no_streets_or_buildings_until_one_is_near(visit: Visits) -> None:
    page = visit("organiser")
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.goto("/ground/")
    page.locator("#map[data-ready]").wait_for()
    told = json.loads(page.locator("#list").get_attribute("data-map") or "{}")
    page.wait_for_timeout(1000)
    assert any(told["tiles"].split("{")[0] in address for address in asked)
    assert told["ground"]
    for one in told["ground"]:
        assert not any(one["tiles"].split("{")[0] in address for address in asked)


def test_it_gives_the_credit_that_is_due(visit: Visits) -> None:
    page = ground(visit)
    expect(page.locator("#map-credit")).to_contain_text("© OpenStreetMap contributors")


@pytest.mark.parametrize("size", [(1280, 800), (1440, 900), (360, 760)])
def test_it_keeps_the_legend_off_the_map(visit: Visits, size: tuple[int, int]) -> None:
    page = ground(visit, width=size[0], height=size[1])
    drawn, legend = page.locator("#map").bounding_box(), page.locator(".legend").bounding_box()
    assert drawn
    assert legend
    assert legend["y"] >= drawn["y"] + drawn["height"]
    assert legend["x"] + legend["width"] <= size[0]
    list_ = page.locator("#list").bounding_box()
    assert list_
    assert legend["x"] + legend["width"] <= list_["x"] or legend["y"] < list_["y"]
