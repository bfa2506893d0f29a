"""Cut as one sees it: the map and the list say the same, and both correct, by tap and by key."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visits
from tests.browser.pages import area_address
from tests.browser.the_ground import eventually

DISTRICT = "AD 34 · ED 003"


def cut(visit: Visits, query: str = "", **how: Any) -> Page:
    page = visit("captain", **how)
    page.goto(f"{area_address(visit, DISTRICT)}cut/{query}")
    page.locator("#map[data-ready]").wait_for()
    return page


def told(page: Page) -> dict[str, Any]:
    """What the map was told of the draft that the page shows."""
    address = page.locator("#list").get_attribute("data-figures") or ""
    found: dict[str, Any] = page.request.get(address).json()
    return found


def house(page: Page) -> tuple[float, float, str]:
    """A place on the map where a building lies, and the turf that its sign names."""
    box = page.locator("#map").bounding_box()
    assert box
    steps = 36
    for i in range(6, steps - 6):
        for j in range(6, steps - 6):
            x, y = box["x"] + box["width"] * i / steps, box["y"] + box["height"] * j / steps
            page.mouse.move(x, y)
            said = page.locator(".map-tip").evaluate("tip => tip.hidden ? '' : tip.innerText")
            if found := re.match(r"Turf (\d+)", said):
                return x, y, found[1]
    return 0, 0, ""


def corrections(page: Page) -> Any:
    return page.locator(".cut-last")


def test_it_says_on_the_map_what_the_list_says(visit: Visits) -> None:
    page = cut(visit)
    answer = told(page)
    rows = page.locator("#list tbody tr")
    assert rows.count() == len(answer["words"])
    for number in (1, len(answer["words"])):
        doors, time = answer["words"][number - 1].split(" · ")
        row = rows.nth(number - 1)
        expect(row.locator("th span").first).to_have_text(str(number))
        expect(row).to_contain_text(doors.split()[0])
        expect(row).to_contain_text(time)


def test_it_opens_on_the_map_what_is_tapped(visit: Visits) -> None:
    page = cut(visit)
    eventually(lambda: bool(house(page)[2]))
    x, y, turf = house(page)
    page.mouse.click(x, y)
    expect(page.locator("#turf-name")).to_have_text(f"Turf {turf}")
    expect(page.locator("#building")).to_contain_text("Why is it here?")
    expect(page.locator("#building")).to_contain_text(re.compile(r"Here it adds \d+ m"))
    expect(page.locator("#building-name")).to_be_focused()
    page.get_by_role("button", name="Move", exact=True).click()
    expect(corrections(page)).to_contain_text("1 correction.")
    expect(corrections(page)).to_contain_text("and stays there")
    page.get_by_role("button", name="Undo").click()
    expect(corrections(page)).to_have_count(0)


def test_it_corrects_by_keyboard_alone(visit: Visits) -> None:
    page = cut(visit, "?turf=1")
    before = told(page)
    first = page.locator(".cut-walk a").first
    first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#building-name")).to_be_focused()
    page.get_by_role("button", name="Leave it out").focus()
    page.keyboard.press("Enter")
    expect(corrections(page)).to_contain_text("is left out now")
    expect(page.locator("#gone-name")).to_be_visible()
    after = told(page)
    assert len(after["parts"]) == len(before["parts"])
    assert after["begin"][-1] == before["begin"][-1] - 1
    page.get_by_role("button", name="Undo").focus()
    page.keyboard.press("Enter")
    expect(corrections(page)).to_have_count(0)
    assert told(page) == before
    page.go_back()
    expect(corrections(page)).to_contain_text("is left out now")


def test_it_works_without_script(visit: Visits) -> None:
    page = visit("captain", java_script_enabled=False)
    page.goto(f"{area_address(visit, DISTRICT)}cut/?turf=2")
    expect(page.locator("#turf-name")).to_have_text("Turf 2")
    page.locator(".cut-walk a").first.click()
    page.get_by_role("button", name="Keep it here").click()
    expect(corrections(page)).to_contain_text("1 correction.")
    page.get_by_label("Size of a turf", exact=True).fill("80")
    page.get_by_role("button", name="Cut anew").click()
    expect(page.locator(".cut-answer")).to_contain_text("64 to 96 doors")


def test_its_slider_and_its_field_say_the_same(visit: Visits) -> None:
    page = cut(visit)
    slider = page.get_by_label("Size of a turf, as a slider")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#amount")).to_have_value("55")
    page.locator("#amount").fill("70")
    expect(slider).to_have_value("70")
    page.keyboard.press("Enter")
    expect(page.locator(".cut-answer")).to_contain_text("56 to 84 doors")
    page.get_by_label("Counted in").select_option("minutes")
    expect(page.locator("#amount")).to_have_value("120")
    expect(slider).to_have_value("120")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#amount")).to_have_value("110")
    page.get_by_role("button", name="Cut anew").click()
    expect(page.locator(".cut-answer")).to_contain_text("88 to 132 minutes at the doors")
    expect(slider).to_have_value("110")


def test_it_searches_longer_while_the_page_is_used(visit: Visits) -> None:
    page = cut(visit, "?size=45")
    page.get_by_role("button", name="Search longer for shorter walks").click()
    found = page.get_by_text(re.compile("found (no )?shorter walks"))
    expect(found).to_be_visible(timeout=90_000)
    expect(page.locator(".cut-answer")).to_contain_text("36 to 54 doors")


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
@pytest.mark.parametrize(
    "state", ["", "?turf=2&of=minutes", "part", "?only=out", "?cut=none", "?size=2"]
)
def test_it_is_readable_by_everybody(
    visit: Visits, axe_source: str, state: str, width: int, scheme: str
) -> None:
    page = visit("captain", width=width, color_scheme=scheme)
    visit.expects(400 if state == "?size=2" else 200)
    address = f"{area_address(visit, DISTRICT)}cut/"
    page.goto(address + (state if state != "part" else "?part=3"))
    page.evaluate(axe_source)
    found = page.evaluate("axe.run()")["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_is_light(visit: Visits) -> None:
    """A hundred kilobytes for the whole of the largest neighbourhood, as they are sent."""
    page = visit("organiser")
    session = page.context.new_cdp_session(page)
    asked: dict[str, str] = {}
    sizes: dict[str, int] = {}
    session.on(
        "Network.requestWillBeSent",
        lambda sent: asked.update({sent["requestId"]: sent["request"]["url"]}),
    )
    session.on(
        "Network.loadingFinished",
        lambda done: sizes.update({done["requestId"]: int(done["encodedDataLength"])}),
    )
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    with page.expect_request_finished(lambda request: "turfs.json" in request.url):
        page.goto(f"{area_address(visit, 'Jackson Heights')}cut/")
    page.locator("#map[data-ready]").wait_for()
    page.wait_for_load_state("networkidle")
    ours = {
        asked[one]: size
        for one, size in sizes.items()
        if not re.search("/vendor/|/django_htmx/|/tiles/", asked[one])
    }
    assert any("turfs.json" in address for address in ours)
    assert sum(ours.values()) <= 100 * 1024, ours
