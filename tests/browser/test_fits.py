"""Every page fits: no sideways scrolling on a small phone, also with letters twice the size, and

everything one can touch is large enough for a thumb.
"""

import pytest

from tests.browser.conftest import Visits
from tests.browser.pages import ONCE, Sheet, opened

LEAST = 44  # px; 48 is what the look asks for
TOO_WIDE = """() => {
  const room = document.documentElement.clientWidth;
  const scrolls = (one) => one && (/auto|scroll|hidden|clip/.test(getComputedStyle(one).overflowX)
    || scrolls(one.parentElement));
  const over = [...document.body.querySelectorAll("*")].filter((one) => {
    const box = one.getBoundingClientRect();
    return box.width && (box.right > room + 1 || box.left < -1) && !scrolls(one.parentElement)
      && !one.closest("svg, .hidden-text, .skip");
  });
  const wide = document.documentElement.scrollWidth;
  return wide <= room ? [] : [`${wide} > ${room}`, ...over.slice(-6).map((one) => one.outerHTML)];
}"""
# Not measured: what is only there while it has the focus (.skip and .to-list, 48 px high then).
# A link inside a sentence is as high as its line, which WCAG 2.5.8 allows; a field in a label is
# as large as the label.
TOO_SMALL = """least => [...document.querySelectorAll(
  "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button]"
)].filter((one) => {
  if (!one.checkVisibility({visibilityProperty: true}) || one.disabled) return false;
  if (one.matches(".skip, .to-list")) return false;
  const inline = one.matches("a[href]") && getComputedStyle(one).display === "inline";
  if (inline && one.closest("p, li, dd")) return false;
  const touched = one.matches("[type=checkbox], [type=radio]") ? one.labels[0] ?? one : one;
  return touched.getBoundingClientRect().height < least - 0.5;
}).map((one) => `${Math.round(one.getBoundingClientRect().height)} px: ${one.outerHTML}`)"""


@pytest.mark.parametrize("sheet", ONCE, ids=str)
def test_it_never_scrolls_sideways(visit: Visits, sheet: Sheet) -> None:
    page = opened(visit, sheet, width=320, height=640)
    found = []
    for width, letters in ((320, ""), (360, ""), (360, "200%"), (320, "200%")):
        page.set_viewport_size({"width": width, "height": 640})
        page.evaluate("size => document.documentElement.style.fontSize = size && '34px'", letters)
        found += [f"{width} px {letters}: {line}" for line in page.evaluate(TOO_WIDE)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("sheet", ONCE, ids=str)
def test_it_can_be_touched_with_a_thumb(visit: Visits, sheet: Sheet) -> None:
    page = opened(visit, sheet, width=360, height=800, has_touch=True)
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    found = []
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        found += [f"{width} px: {line}" for line in page.evaluate(TOO_SMALL, LEAST)]
    assert not found, "\n".join(found)
