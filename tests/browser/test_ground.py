"""The Ground: map, list, legend and address say the same, by pointer, keyboard, without script."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visits
from tests.browser.people import newcomer
from tests.browser.the_ground import (
    colour_at,
    colour_of,
    counted,
    eventually,
    figures,
    ground,
    hit_names,
    settled_tip,
    spot,
    tip_at,
)

FOCUSED = """() => {
  const one = document.activeElement;
  const {outlineStyle} = getComputedStyle(one);
  return [one.id || one.className || one.tagName, outlineStyle, one.getBoundingClientRect().height];
}"""


def alive(page: Page) -> None:
    """There is one map, and it has drawn."""
    expect(page.locator("#map[data-ready]")).to_have_count(1)
    expect(page.locator("#map canvas")).to_have_count(1)


def shown(page: Page, measure: str) -> None:
    expect(page.locator(".segmented a[aria-current]")).to_have_text(measure)


def column(page: Page, number: int) -> list[float]:
    """A column of figures in the list."""
    words = page.locator(f"#results tbody td:nth-of-type({number})").all_inner_texts()
    return [float(re.sub(r"[^\d.]", "", word)) for word in words if re.search(r"\d", word)]


def names(page: Page) -> list[str]:
    return page.locator("#results tbody th span").all_inner_texts()


def in_order(page: Page, by: str) -> None:
    """The list is sorted by the names; without script, once the answer has come whole."""
    heading = page.get_by_role("columnheader", name=by)
    expect(heading).to_have_attribute("aria-sort", "ascending")
    expect(page.locator("#results tbody tr")).to_have_count(50)
    assert names(page) == sorted(names(page))


def same_everywhere(page: Page, x: float, y: float, name: str) -> int:
    """Tip, colour and figures agree at this place; gives the step."""
    step, words = figures(page)[name]
    page.mouse.move(2, 2)
    eventually(lambda: colour_at(page, x, y), colour_of(page, step))
    assert tip_at(page, x, y) == name
    expect(page.locator(".map-tip")).to_contain_text(words)
    return int(step)


def test_it_shows_another_measure_everywhere(visit: Visits) -> None:
    page = ground(visit)
    x, y, name = spot(page, counted(page))
    before = same_everywhere(page, x, y, name)
    first = page.locator(".legend-title").inner_text()
    steps = [before]
    for measure in ("Caruso-Cabrera", "Khan", "Ballots cast"):
        page.locator(".segmented").get_by_text(measure).click()
        shown(page, measure)
        page.wait_for_url(re.compile(r"\?show="))
        expect(page.locator(".legend-title")).to_contain_text(measure)
        steps.append(same_everywhere(page, x, y, name))
    assert len(set(steps)) > 1, "the same colour for everything says nothing"
    expect(page.locator("#results thead")).to_contain_text("Ballots")
    for measure in ("Khan", "Caruso-Cabrera"):
        page.go_back()
        shown(page, measure)
    page.go_back()
    page.wait_for_url("**/ground/")
    expect(page.locator(".legend-title")).to_have_text(first)
    alive(page)
    assert same_everywhere(page, x, y, name) == before
    page.go_forward()
    shown(page, "Caruso-Cabrera")
    alive(page)


def test_it_comes_back_to_the_same_view(visit: Visits) -> None:
    page = ground(visit)
    page.locator(".segmented").get_by_text("Khan").click()
    shown(page, "Khan")
    page.get_by_role("columnheader", name="Votes").get_by_role("link").click()
    page.wait_for_url(re.compile("sort=votes"))
    page.locator("#results tbody a").nth(3).click()
    chosen = page.locator("#district-name").inner_text()
    listed = names(page)
    page.reload()
    page.locator("#map[data-ready]").wait_for()
    shown(page, "Khan")
    expect(page.locator("#district-name")).to_have_text(chosen)
    assert names(page) == listed
    alive(page)


def test_it_sorts(visit: Visits) -> None:
    page = ground(visit)
    votes = page.get_by_role("columnheader", name="Votes")
    votes.get_by_role("link").click()
    expect(votes).to_have_attribute("aria-sort", "descending")
    assert column(page, 2) == sorted(column(page, 2), reverse=True)
    assert len(column(page, 2)) == 50
    votes.get_by_role("link").click()
    expect(votes).to_have_attribute("aria-sort", "ascending")
    assert column(page, 2) == sorted(column(page, 2))
    page.get_by_role("columnheader", name="District").get_by_role("link").click()
    page.wait_for_url(re.compile("sort=name"))
    in_order(page, by="District")
    page.get_by_role("link", name="Next").click()
    expect(page.locator(".pages")).to_contain_text("Page 2")
    in_order(page, by="District")


def test_it_finds_while_one_types(visit: Visits) -> None:
    page = ground(visit)
    find = page.locator("#find")
    find.click()
    page.keyboard.type("ad 34")
    expect(page.locator("#results tbody tr").first).to_contain_text("AD 34")
    page.keyboard.type(" 003")
    expect(page.locator("#results tbody tr")).to_have_count(1)
    assert names(page) == ["AD 34 · ED 003"]
    expect(find).to_be_focused()
    expect(find).to_have_value("ad 34 003")
    alive(page)
    find.fill("nowhere at all")
    expect(page.locator("#results")).to_contain_text("Nothing on your ground is called that")
    page.get_by_role("link", name="Show all").click()
    expect(page.locator("#results tbody tr")).to_have_count(50)
    expect(find).to_have_value("")


def test_it_keeps_what_is_typed_while_an_answer_is_on_its_way(visit: Visits) -> None:
    page = ground(visit)
    session = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 600, "downloadThroughput": -1, "uploadThroughput": -1}
    session.send("Network.emulateNetworkConditions", slow)
    page.locator("#find").click()
    for part in ("ad", " 34", " 0", "03"):
        page.keyboard.type(part)
        page.wait_for_timeout(450)
    expect(page.locator("#results tbody tr")).to_have_count(1)
    expect(page.locator("#find")).to_have_value("ad 34 003")
    assert "003" not in page.url  # what is looked for may be somebody's address


def test_it_opens_a_district_from_the_list(visit: Visits) -> None:
    page = ground(visit)
    link = page.locator("#results tbody a").nth(2)
    name = link.locator("span").inner_text()
    link.click()
    expect(page.locator("#district-name")).to_have_text(name)
    page.wait_for_url(re.compile("area="))
    expect(page.locator("#results tr[aria-current] th")).to_contain_text(name)
    page.locator("#district summary").click()
    expect(page.locator("#district")).to_contain_text("Board of Elections")
    page.locator("#district").get_by_role("link", name="Close").click()
    expect(page.locator("#district")).to_have_count(0)
    page.wait_for_url("**/ground/")
    page.go_back()
    expect(page.locator("#district-name")).to_have_text(name)
    alive(page)


def test_it_opens_a_district_on_the_map(visit: Visits) -> None:
    page = ground(visit)
    x, y, name = spot(page)
    expect(page.locator(".map-tip")).to_contain_text(re.compile(r"votes|ballots"))
    page.mouse.click(x, y)
    expect(page.locator("#district-name")).to_have_text(name)
    page.wait_for_url(re.compile("area="))
    page.mouse.move(2, 2)
    expect(page.locator(".map-tip")).to_be_hidden()
    alive(page)


def test_it_opens_a_district_on_the_map_by_keyboard(visit: Visits) -> None:
    page = ground(visit)
    page.locator(".to-list").focus()
    page.keyboard.press("Tab")
    expect(page.locator("#map canvas")).to_be_focused()
    for key in ["ArrowRight"] * 8 + ["ArrowDown"] * 4 + ["ArrowLeft"] * 16:
        if name := settled_tip(page):
            break
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    expect(page.locator("#district-name")).to_have_text(name)
    expect(page.locator("#district-name")).to_be_focused()


def test_it_zooms_by_its_buttons(visit: Visits) -> None:
    page = ground(visit)
    x, y, name = spot(page)
    for button in ("Closer", "Closer", "Closer"):
        page.get_by_role("button", name=button).click()
        page.wait_for_timeout(100)
    eventually(lambda: tip_at(page, x, y) != name)
    page.get_by_role("button", name="All").click()
    eventually(lambda: tip_at(page, x, y), name)


def test_it_takes_its_colours_from_the_light(visit: Visits) -> None:
    page = ground(visit)
    x, y, name = spot(page, counted(page))
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        same_everywhere(page, x, y, name)


def test_it_shows_a_captain_only_their_own_ground(visit: Visits) -> None:
    page = ground(visit, role="captain")
    expect(page.locator(".scope")).to_contain_text("Assembly district 34")
    while True:
        assert all(name.startswith("AD 34 ") for name in names(page)), names(page)
        following = page.get_by_role("link", name="Next")
        if not following.count():
            break
        address = page.url
        following.click()
        page.wait_for_url(lambda url, before=address: url != before)
    told = figures(page)
    assert told
    assert all(one.startswith("AD 34 ") for one in told)
    _, _, name = spot(page)
    assert name.startswith("AD 34 ")
    page.get_by_role("button", name="Farther").click()
    page.wait_for_timeout(500)
    assert hit_names(page) <= set(told)
    visit.expects(404)
    page.goto("/ground/?area=39009")
    expect(page.locator("h1")).to_have_text("Nothing is here")


def test_it_asks_to_sign_in_again_when_it_was_signed_out(visit: Visits) -> None:
    page, _ = newcomer(visit)
    page.locator("#map[data-ready]").wait_for()
    expect(page.locator("#results tbody a").first).to_be_visible()
    page.context.clear_cookies()
    page.locator(".segmented a").last.click()
    expect(page).to_have_url(re.compile(r"/account/login/\?next=/ground/"))
    expect(page.locator("main")).to_have_count(1)


def test_it_speaks_spanish_when_asked(visit: Visits) -> None:
    page = ground(visit)
    page.get_by_role("button", name="Español").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.get_by_role("button", name="Español")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".side")).not_to_contain_text("Sign out")
    expect(page.locator("#results caption")).not_to_contain_text("Districts")
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_it_keeps_the_light_chosen(visit: Visits) -> None:
    page = ground(visit)
    page.locator(".side summary").click()
    page.get_by_role("button", name="In the sun").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "sunlight")
    page.goto("/devices/")
    expect(page.locator("html")).to_have_attribute("data-theme", "sunlight")
    page.goto("/account/password/change/")
    expect(page.locator("html")).to_have_attribute("data-theme", "sunlight")


def test_it_is_walked_through_by_keyboard(visit: Visits) -> None:
    page = ground(visit)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    assert page.locator(".skip").bounding_box()["height"] >= 44
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    passed = []
    for _ in range(40):
        page.keyboard.press("Tab")
        if not page.evaluate("document.activeElement.matches('#results tbody a')"):
            seen = page.evaluate(FOCUSED)
            passed.append(seen)
            continue
        break
    else:
        pytest.fail(f"the list is not reached: {passed}")
    order = [name for name, _, _ in passed]
    assert [name for name in order if "to-list" in name], order
    assert order.index("find") > next(i for i, name in enumerate(order) if "canvas" in name), order
    unseen = [
        (name, outline) for name, outline, height in passed if outline == "none" or height < 20
    ]
    assert not unseen, unseen
    page.keyboard.press("Tab")
    name = page.evaluate("document.activeElement.innerText")
    page.keyboard.press("Enter")
    expect(page.locator("#district-name")).to_have_text(name.splitlines()[0])


def test_it_skips_the_map_by_keyboard(visit: Visits) -> None:
    page = ground(visit)
    page.locator(".to-list").focus()
    assert page.locator(".to-list").bounding_box()["height"] >= 44
    page.keyboard.press("Enter")
    expect(page.locator("#list")).to_be_focused()


def test_it_works_without_script(visit: Visits) -> None:
    page = visit(java_script_enabled=False)
    email, password = visit.served.sign_ins["organiser"]
    page.goto("/")
    page.get_by_role("link", name="Sign in").first.click()
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.get_by_role("button", name=re.compile("^sign in$", re.IGNORECASE)).click()
    page.wait_for_url("**/ground/")
    expect(page.locator("#map noscript p")).to_be_visible()
    page.locator(".segmented").get_by_text("Ballots cast").click()
    shown(page, "Ballots cast")
    page.get_by_role("columnheader", name="District").get_by_role("link").click()
    in_order(page, by="District")
    page.get_by_role("link", name="Next").click()
    expect(page.locator(".pages")).to_contain_text("Page 2")
    page.fill("#find", "34/003")
    page.get_by_role("button", name="Find").click()
    expect(page.locator("#results tbody th span")).to_have_text(["AD 34 · ED 003"])
    page.locator("#results tbody a").click()
    expect(page.locator("#district-name")).to_have_text("AD 34 · ED 003")
    page.get_by_role("link", name="Close").click()
    expect(page.locator("#district")).to_have_count(0)
    page.get_by_role("link", name="Print view").click()
    expect(page.locator(".ground-drawing path.area").first).to_be_attached()
    expect(page.locator("tbody tr").nth(400)).to_be_attached()
    page.get_by_role("link", name="Back to the map").click()
    page.locator(".side").get_by_role("button", name="Español").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
