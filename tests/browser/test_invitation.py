"""An invitation: made by an organiser, taken up once, by somebody new or by somebody known."""

from playwright.sync_api import expect

from tests.browser import people
from tests.browser.conftest import Visits
from tests.browser.the_ground import spot


def test_it_makes_a_captain_of_somebody_new(visit: Visits) -> None:
    link = people.invitation(visit, role="captain", area="Assembly district 39")
    page, _ = people.newcomer(visit, link)
    expect(page.locator(".scope")).to_contain_text("Assembly district 39")
    page.locator("#map[data-ready]").wait_for()
    assert all(
        name.startswith("AD 39 ")
        for name in page.locator("#results tbody th span").all_inner_texts()
    )
    assert spot(page)[2].startswith("AD 39 ")
    page.goto("/devices/")
    expect(page.get_by_role("table", name="Your devices").locator("tbody tr")).to_have_count(1)
    visit.expects(404)
    late = visit()
    late.goto(link)
    expect(late.locator("h1")).to_have_text("This link does not work")
    page.goto(link)
    expect(page.locator("h1")).to_have_text("This link does not work")


def test_it_adds_a_role_for_somebody_known(visit: Visits) -> None:
    page, _ = people.newcomer(visit)
    page.goto(people.invitation(visit, role="canvasser", area="Assembly district 80"))
    page.get_by_role("button", name="Take up the role").click()
    page.wait_for_url("**/ground/")
    expect(page.locator(".scope")).to_contain_text("Assembly district 80")


def test_it_says_what_is_missing(visit: Visits) -> None:
    page = visit()
    page.goto(people.invitation(visit))
    page.fill("input[name=name]", "Nour Invented")
    page.fill("input[name=email]", "nour@demo.example")
    page.fill("input[name=password]", "password")
    page.get_by_role("button", name="Join").click()
    password = page.locator("input[name=password]")
    expect(password).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#f-password-error")).to_be_visible()
    expect(page.locator("input[name=email]")).to_have_value("nour@demo.example")
    expect(password).to_have_value("")


def test_it_can_be_taken_back(visit: Visits) -> None:
    page = visit("organiser")
    page.goto("/access/")
    page.select_option("select[name=area]", label="Assembly district 30")
    page.get_by_role("button", name="Make a link").click()
    link = page.locator(".notice code").inner_text()
    row = page.locator("tr").filter(has=page.get_by_role("button", name="Take back"))
    row.filter(has_text="Assembly district 30").first.get_by_role("button").click()
    expect(page.locator("h1")).to_have_text("Who can do what, where")
    visit.expects(404)
    late = visit()
    late.goto(link)
    expect(late.locator("h1")).to_have_text("This link does not work")
