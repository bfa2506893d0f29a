"""What the Ground weighs on its way: our words, looks, scripts and figures, as they are sent."""

from urllib.parse import urlsplit

import pytest

from tests.browser.conftest import Served, Visits

MOST = 100 * 1024
MOST_OF_TILES = 64 * 1024  # of the first view, on a screen of 1280 × 800
MOST_OF_ONE = 50 * 1024
# Counted by themselves: not ours, or of one size whatever the page says.
BESIDE = {"/vendor/": "vendor", "/django_htmx/": "vendor"}


def test_it_is_light(visit: Visits, capsys: pytest.CaptureFixture[str]) -> None:
    page = visit("organiser")
    session = page.context.new_cdp_session(page)
    addresses: dict[str, str] = {}
    sizes: dict[str, int] = {}
    session.on(
        "Network.requestWillBeSent",
        lambda sent: addresses.update({sent["requestId"]: sent["request"]["url"]}),
    )
    session.on(
        "Network.loadingFinished",
        lambda done: sizes.update({done["requestId"]: int(done["encodedDataLength"])}),
    )
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    with page.expect_request_finished(lambda request: "/ground/figures/" in request.url):
        page.goto("/ground/")
    page.wait_for_load_state("networkidle")
    counted = 0
    lines = []
    for request, size in sorted(sizes.items(), key=lambda pair: -pair[1]):
        path = urlsplit(addresses[request]).path
        beside = next((kind for part, kind in BESIDE.items() if part in path), "")
        counted += 0 if beside else size
        lines.append(f"{size:9,}  {beside:9} {path}")
    with capsys.disabled():
        print("\n", *lines, f"{counted:9,}  counted together, of {MOST:,}", sep="\n")
    assert any("/ground/figures/" in line for line in lines)
    assert 10_000 < counted <= MOST


def test_its_first_view_is_a_few_small_tiles(
    visit: Visits, served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    page = visit("organiser")
    asked: list[str] = []  # in a worker of the browser; sent as they lie in the home
    page.on("response", lambda one: asked.append(urlsplit(one.url).path))
    page.goto("/ground/")
    page.locator("#map[data-ready]").wait_for()
    page.wait_for_load_state("networkidle")
    seen = [path for path in asked if path.startswith("/tiles/")]
    sent = [(served.home / path.removeprefix("/")).stat().st_size for path in seen]
    written = [path.stat().st_size for path in (served.home / "tiles").rglob("*.mvt")]
    with capsys.disabled():
        print(f"\n{sum(sent):9,}  in {len(sent)} tiles, of {MOST_OF_TILES:,}")
        print(f"{max(written):9,}  the largest of {len(written)}, of {MOST_OF_ONE:,}")
    assert 1 <= len(sent) <= 9
    assert sum(sent) <= MOST_OF_TILES
    assert len(written) > len(sent)
    assert max(written) <= MOST_OF_ONE
