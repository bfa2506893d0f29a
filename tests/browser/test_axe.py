"""axe finds nothing on any page, small and wide, by day and by night, in the sun, in Spanish."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Visits
from tests.browser.pages import ONCE, SHEETS, Sheet, opened

SETS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """sets => axe.run(document, {runOnly: sets, resultTypes: ["violations"]}).then(found =>
  found.violations.flatMap(({id, nodes}) => nodes.slice(0, 5).map(({html, failureSummary}) =>
    `${id}: ${html.slice(0, 200)}\\n    ${failureSummary.replaceAll("\\n", " ")}`)))"""


def complaints(page: Page) -> list[str]:
    found: list[str] = page.evaluate(RUN, SETS)
    return found


@pytest.mark.parametrize("sheet", SHEETS, ids=str)
def test_it_is_open_to_everybody(visit: Visits, axe_source: str, sheet: Sheet) -> None:
    page = opened(visit, sheet)
    page.evaluate(axe_source)
    found = []
    # Every page in all four; as its other readers see it, in two.
    ways = [(1280, "light"), (360, "dark"), (1280, "dark"), (360, "light")]
    for width, scheme in ways if sheet in ONCE else ways[:2]:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        found += [f"{width} px, {scheme}: {line}" for line in complaints(page)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("sheet", ONCE, ids=str)
def test_it_is_open_in_the_sun_and_in_spanish(visit: Visits, axe_source: str, sheet: Sheet) -> None:
    page = opened(visit, sheet, query="theme=sunlight", width=360, locale="es")
    assert page.locator("html").get_attribute("lang") == "es"
    page.evaluate(axe_source)
    found = complaints(page)
    assert not found, "\n".join(found)
