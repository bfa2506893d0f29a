"""The pictures of the documents, taken anew from the demonstration.

`python tools/pictures.py` builds the demonstration in a temporary home, serves it on a free port,
signs in as its organiser and writes docs/pictures/*.png. CHROMIUM may name another browser.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
INTO = ROOT / "docs" / "pictures"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGS = [
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--use-gl=angle",
    "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist",
]  # fmt: skip
MOST_BYTES = 400_000
COLOURS = 256  # of a picture: enough for flat colours, at a third of the bytes
PATIENCE = 180.0  # seconds for the demonstration to be built and served
MOMENT = 1_500  # milliseconds for the map to finish drawing
WIDE, PHONE = (1440, 900), (360, 760)


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as it is taken: its file, address, window and light.

    `step` is that of the demonstration's first page which leads there, `then` the link to follow
    from it.
    """

    name: str
    address: str
    size: tuple[int, int] = WIDE
    theme: str = "light"
    has_map: bool = True
    step: int = 0
    then: str = ""


PICTURES = (
    Picture("ground", "/ground/"),
    Picture("ground-phone", "/ground/", size=PHONE),
    Picture("ground-dark", "/ground/", theme="dark"),
    Picture("district", "/ground/?area=34003"),
    Picture("first", "/first/", has_map=False),
    Picture("first-map", "/first/map/"),
    Picture("area", "/", step=3, has_map=False),
    Picture("area-phone", "/", step=3, size=PHONE, has_map=False),
    Picture("building", "/", step=4, has_map=False),
    Picture("cut", "/", step=3, then="Cut walks here"),
    Picture("cut-phone", "/", step=3, then="Cut walks here", size=PHONE),
    Picture("here", "/", step=5, has_map=False),
    Picture("six-steps", "/", has_map=False),
    Picture("access", "/access/", has_map=False),
)


def main() -> None:
    """Takes every picture, and says how large each became."""
    INTO.mkdir(parents=True, exist_ok=True)
    with _demonstration() as (url, email, password), sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        try:
            page = browser.new_page(base_url=url)
            _sign_in(page, email, password)
            signed_in = page.context.storage_state()
            for picture in PICTURES:
                size = _take(browser, url, signed_in, picture)
                print(f"docs/pictures/{picture.name}.png  {size:,} bytes", flush=True)
        finally:
            browser.close()


def _sign_in(page: Page, email: str, password: str) -> None:
    page.goto("/account/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/ground/")


def _take(browser: Browser, url: str, signed_in: object, picture: Picture) -> int:
    width, height = picture.size
    context = browser.new_context(
        base_url=url,
        storage_state=signed_in,  # type: ignore[arg-type]
        viewport={"width": width, "height": height},
        color_scheme="dark" if picture.theme == "dark" else "light",
        reduced_motion="reduce",
        locale="en-GB",
    )
    try:
        page = context.new_page()
        page.goto(picture.address)
        if picture.step:
            page.click(f".steps > li:nth-child({picture.step}) a")
            page.wait_for_load_state()
        if picture.then:
            page.get_by_role("link", name=picture.then).click()
            page.wait_for_load_state()
        if picture.has_map:
            page.wait_for_selector("#map[data-ready]")
        page.evaluate("document.fonts.ready")
        page.wait_for_timeout(MOMENT)
        path = INTO / f"{picture.name}.png"
        page.screenshot(path=path)
        with Image.open(path) as taken:
            taken.convert("RGB").quantize(COLOURS).save(path, optimize=True)
        size = path.stat().st_size
    finally:
        context.close()
    if size > MOST_BYTES:
        sys.exit(f"{path.name} is {size:,} bytes; more than {MOST_BYTES:,}. Take less of the page.")
    return size


@contextmanager
def _demonstration() -> Iterator[tuple[str, str, str]]:
    """Serves a demonstration of its own; yields its address and the organiser's sign-in."""
    port = _free_port()
    url = f"http://localhost:{port}"
    with tempfile.TemporaryDirectory(prefix="courtyard-pictures-") as home:
        server = subprocess.Popen(
            [Path(sys.executable).with_name("courtyard"), "demo", "--serve", "--port", str(port)],
            env={**os.environ, "COURTYARD_HOME": home, "COURTYARD_URL": url},
            stdout=subprocess.DEVNULL,
        )
        try:
            _wait_for(f"{url}/health/", server)
            note = (Path(home) / "demo.txt").read_text()
            _, email, password = next(
                words for line in note.splitlines() if (words := line.split())[:1] == ["organiser"]
            )
            yield url, email, password
        finally:
            server.send_signal(signal.SIGINT)
            try:
                server.wait(timeout=20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _wait_for(address: str, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if server.poll() is not None:
            sys.exit(f"The demonstration ended with {server.returncode} instead of being served.")
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310  # our own, on localhost
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    sys.exit(f"The demonstration was not served within {PATIENCE:.0f} s.")


if __name__ == "__main__":
    main()
