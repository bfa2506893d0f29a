"""Loading by upload: seen on its way, the page closed, the report read, the load undone."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import ROOT, Visits

RESULT = ROOT / "demo" / "results" / "2018-09-13_lieutenant_governor_by_election_district.csv.gz"
BOUNDARIES = ROOT / "demo" / "areas" / "congressional_district_14.geojson"


def hand_in(page: Page, *files: Path) -> None:
    page.goto("/sources/")
    page.get_by_label("Files", exact=True).set_input_files(files)
    page.get_by_role("button", name="Load them").click()


def latest(page: Page, name: str):
    return page.locator(".load-ended").filter(has_text=name).first


def test_it_is_loaded_while_nobody_looks_and_can_be_undone(visit: Visits) -> None:
    page = visit("administrator")
    with page.expect_response(lambda answer: answer.request.method == "POST") as sent:
        hand_in(page, RESULT)
    assert sent.value.status == 200
    page.wait_for_url("**/sources/")
    page.close()  # what is being read goes on

    later = visit("administrator")
    later.goto("/sources/")
    ended = latest(later, RESULT.name)
    expect(ended).to_contain_text("loaded")  # without a reload: the part is asked for again
    expect(ended).to_contain_text("rows kept")
    expect(later.locator("#poll")).to_have_count(0)

    if ended.locator("summary").count():
        ended.locator("summary").click()
    ended.get_by_role("link").first.click()
    expect(later.get_by_role("heading", name="Versions")).to_be_visible()
    title = later.locator("h1").inner_text()
    expect(later.locator(".from").first).to_contain_text(RESULT.name)

    later.get_by_role("link", name="Undo this load").click()
    expect(later.locator("h1")).to_have_text("Take this out of force?")
    later.get_by_role("button", name="Take it out of force").click()
    expect(later.get_by_text("Nothing of this is in force")).to_be_visible()
    later.goto("/sources/")
    expect(later.locator("#loaded table").get_by_text(title, exact=True)).to_have_count(0)
    later.get_by_role("heading", name="Taken out of force").wait_for()


def test_it_says_why_a_file_was_not_loaded(visit: Visits, tmp_path: Path) -> None:
    letter = tmp_path / "letter.csv"
    letter.write_text("Dear neighbours,\nhello\n")
    page = visit("administrator", width=360, height=760)
    hand_in(page, letter)
    ended = latest(page, letter.name)
    expect(ended).to_contain_text("not loaded")
    expect(ended).to_contain_text("this is not a kind of file Courtyard reads")


def test_it_sends_nothing_that_has_no_room(visit: Visits) -> None:
    page = visit("administrator")
    page.goto("/sources/")
    page.locator("#hand-in").evaluate("form => { form.dataset.room = 10 }")
    page.get_by_label("Files", exact=True).set_input_files(RESULT)
    page.get_by_role("button", name="Load them").click()
    expect(page.locator("#not-sent")).to_contain_text("has not enough room")
    expect(page.locator("#not-sent")).to_be_focused()


def test_it_stays_while_files_are_on_their_way_and_says_what_went_wrong(visit: Visits) -> None:
    visit.expects(500)
    page = visit("administrator")
    held = []
    page.route(
        "**/sources/", lambda route: held.append(route) if is_post(route) else route.continue_()
    )
    hand_in(page, RESULT)
    expect(page.locator("#sending")).to_be_visible()
    page.evaluate("""
        window.same = true;
        const raw = { ok: false, redirected: false };
        const detail = { ctx: { response: { raw } } };
        const poll = new CustomEvent("htmx:before:response", { detail, cancelable: true });
        document.dispatchEvent(poll);
    """)  # an answer to the poll that was none
    page.wait_for_timeout(300)
    assert page.evaluate("window.same")
    held[0].fulfill(status=500, body="<h1>Fault</h1>", content_type="text/html")
    expect(page.locator("#not-sent")).to_contain_text("The server had a fault")
    assert page.evaluate("window.same")


def is_post(route: Route) -> bool:
    return route.request.method == "POST"


@pytest.mark.parametrize("script", [True, False])
def test_it_works_with_and_without_script(visit: Visits, script: bool) -> None:
    page = visit("administrator", java_script_enabled=script)
    hand_in(page, BOUNDARIES)
    for _ in range(30):
        if latest(page, BOUNDARIES.name).count():
            break
        page.wait_for_timeout(500)
        if not script:
            page.reload()
    expect(latest(page, BOUNDARIES.name)).to_contain_text("loaded already")
