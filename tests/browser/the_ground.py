"""The Ground as one sees it: its map, what the tip says, what colour is where."""

import gzip
import json
import math
import struct
import time
import zlib
from collections.abc import Callable, Collection
from typing import Any

import mapbox_vector_tile
from playwright.sync_api import Page

from tests.browser.conftest import Visits
from tests.figures_told import by_code

Areas = dict[str, tuple[int, str]]  # name: step, figure in words


def ground(visit: Visits, query: str = "", role: str = "organiser", **how: Any) -> Page:
    page = visit(role, **how)
    page.goto(f"/ground/{query}")
    page.locator("#map[data-ready]").wait_for()
    return page


def figures(page: Page) -> Areas:
    """What the map was told, for the measure that the page shows."""
    said = page.locator("#list")
    answer = page.request.get(said.get_attribute("data-figures") or "").json()
    names = _names(page, json.loads(said.get_attribute("data-map") or ""))
    return {name: (step, words) for name, (step, words, _) in by_code(answer, names).items()}


def _names(page: Page, told: dict[str, Any]) -> dict[int, str]:
    """The names of all areas by their numbers, as they stand in the tiles of the whole."""
    zoom = told["zooms"][0]
    west, south, east, north = told["whole"]
    left, right = (int((one + 180) / 360 * 2**zoom) for one in (west, east))
    top, bottom = (
        int((1 - math.asinh(math.tan(math.radians(one))) / math.pi) / 2 * 2**zoom)
        for one in (north, south)
    )
    found = {}
    for x in range(left, right + 1):
        for y in range(top, bottom + 1):
            address = told["tiles"].format(z=zoom, x=x, y=y)
            for one in _areas(page.request.get(address).body()):
                found[one["id"]] = one["properties"]["name"]
    return found


def _areas(tile: bytes) -> list[dict[str, Any]]:
    plain = gzip.decompress(tile) if tile.startswith(b"\x1f\x8b") else tile
    found: list[dict[str, Any]] = (mapbox_vector_tile.decode(plain) if plain else {}).get(
        "areas", {"features": []}
    )["features"]
    return found


def eventually(what: Callable[[], Any], wanted: Any = True) -> None:
    """The map is drawn a moment after the page; a busy machine takes a long one."""
    until = time.monotonic() + 60
    while True:
        found = what()
        if found == wanted:
            return
        if time.monotonic() > until:
            break
        time.sleep(0.05)
    raise AssertionError(f"{found!r} is not {wanted!r}")


def tip_at(page: Page, x: float, y: float) -> str:
    """The name in the tip when the pointer is there, or nothing."""
    page.mouse.move(x, y)
    name: str = page.locator(".map-tip").evaluate("tip => tip.hidden ? '' : tip.innerText")
    return name.split("\n", maxsplit=1)[0]


def settled_tip(page: Page) -> str:
    """The name under the middle of the map once it stands still, or nothing."""
    tip = page.locator(".map-tip")
    shown = "tip => tip.hidden ? '' : tip.querySelector('b')?.innerText ?? ''"
    page.wait_for_timeout(600)
    name: str = tip.evaluate(shown)
    page.wait_for_timeout(400)
    return name if name == tip.evaluate(shown) else ""


def spot(page: Page, names: Collection[str] = ()) -> tuple[float, float, str]:
    """A place well inside a district (one of `names`, if any), and the district's name."""
    box = page.locator("#map").bounding_box()
    assert box
    eventually(lambda: bool(_hit(page, box)))
    for x, y in _grid(box, 24):
        name = tip_at(page, x, y)
        around = [(x + 5, y), (x - 5, y), (x, y + 5), (x, y - 5)]
        if (
            name
            and name in (names or [name])
            and all(tip_at(page, *near) == name for near in around)
        ):
            page.mouse.move(x, y)
            return x, y, name
    raise AssertionError("no district is large enough to be hit")


def _grid(box: Any, steps: int) -> list[tuple[float, float]]:
    found = [
        (box["x"] + box["width"] * (i + 0.5) / steps, box["y"] + box["height"] * (j + 0.5) / steps)
        for i in range(4, steps - 4)
        for j in range(6, steps - 6)
    ]
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    return sorted(found, key=lambda at: abs(at[0] - middle[0]) + abs(at[1] - middle[1]))


def _hit(page: Page, box: Any) -> str:
    return next((name for x, y in _grid(box, 16)[:40] if (name := tip_at(page, x, y))), "")


def hit_names(page: Page) -> set[str]:
    """The districts that the tip names, all over the map."""
    box = page.locator("#map").bounding_box()
    assert box
    return {name for x, y in _grid(box, 24) if (name := tip_at(page, x, y))}


def colour_at(page: Page, x: float, y: float) -> str:
    """The colour on the screen, with the pointer out of the way: `rgb(1, 2, 3)`."""
    page.mouse.move(2, 2)
    png = page.screenshot(clip={"x": round(x), "y": round(y), "width": 1, "height": 1})
    data, at = b"", 8
    while at < len(png):
        size = struct.unpack(">I", png[at : at + 4])[0]
        if png[at + 4 : at + 8] == b"IDAT":
            data += png[at + 8 : at + 8 + size]
        at += size + 12
    red, green, blue = zlib.decompress(data)[1:4]  # one pixel: no filter changes it
    return f"rgb({red}, {green}, {blue})"


def colour_of(page: Page, step: int) -> str:
    """The colour of a step in the legend."""
    swatch = page.locator(f".legend .step-{step}")
    colour: str = swatch.evaluate("one => getComputedStyle(one).fill")
    return colour


def counted(page: Page) -> set[str]:
    """The districts that have a figure to show."""
    return {name for name, (step, _) in figures(page).items() if step}
