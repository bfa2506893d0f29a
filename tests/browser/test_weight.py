"""What the Ground weighs on its way: our words, looks, scripts and figures, as they are sent."""

from urllib.parse import urlsplit

import pytest

from tests.browser.conftest import Visits

MOST = 100 * 1024
# Counted by themselves: not ours, or of one size whatever the page says.
BESIDE = {"/vendor/": "vendor", "/django_htmx/": "vendor", "/outlines/": "outlines"}


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
