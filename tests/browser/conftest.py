"""A demonstration of its own, served on a free port, and a browser that tells on every fault."""

import fcntl
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    Response,
    expect,
    sync_playwright,
)

from tests.browser import people

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = next(
    (
        found
        for name in ("chromium", "chromium-browser", "google-chrome")
        if (found := shutil.which(name))
    ),
    "",
)
COURTYARD = Path(sys.executable).with_name("courtyard")
PLACEHOLDER = "http://localhost"  # where a home is served that is only built
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
ARGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    # Only WebGL goes through the drawn graphics card; Debian's Chromium would send pages there too.
    "--disable-gpu-rasterization",
    "--disable-gpu-compositing",
]
BUILDING = 600  # seconds
PATIENCE = 30_000  # ms: other tests may keep the machine busy
# What the browser itself refuses is told like any other fault: on the console.
TELL_REFUSALS = """addEventListener("securitypolicyviolation", (event) =>
  console.error(`refused: ${event.effectiveDirective} ${event.blockedURI} ${event.sample}`))"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs Chromium (and axe, which comes with it by `make setup`)."""
    here = [item for item in items if Path(__file__).parent in item.path.parents]
    missing = " and ".join(
        name for name, there in (("Chromium", CHROMIUM), ("axe-core", AXE.exists())) if not there
    )
    for item in here:
        item.add_marker(pytest.mark.browser)
        # The first of each process also waits for the demonstration, which has a limit of its own.
        item.add_marker(pytest.mark.timeout(300, func_only=True))
        if missing and os.environ.get("STRICT") != "1":
            item.add_marker(pytest.mark.skip(reason=f"{missing} not found"))


@dataclass
class Served:
    """A running demonstration, and what signing in there has left in the browser."""

    url: str
    home: Path
    sign_ins: dict[str, tuple[str, str]]
    kept: dict[str, Any] = field(default_factory=dict)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demonstration's home, built once for all processes of the run; serve a copy of it."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    home, done = shared / "demonstration", shared / "demonstration is built"
    with (shared / "one builds").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(home, ignore_errors=True)
            told = environment_of(home, PLACEHOLDER)
            subprocess.run([COURTYARD, "demo"], env=told, check=True, timeout=BUILDING)
            done.touch()
    return home


@pytest.fixture(scope="session")
def served(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """`courtyard demo --serve`, in a home of its own; stopped with everything it started."""
    home, port = tmp_path_factory.mktemp("demo") / "home", _free_port()
    url = f"http://localhost:{port}"
    shutil.copytree(built, home)
    log = home.with_name("log")
    with log.open("w") as out:
        running = subprocess.Popen(
            [COURTYARD, "demo", "--serve", "--port", str(port)],
            env=environment_of(home, url), stdout=out, stderr=out, start_new_session=True,
        )  # fmt: skip
    try:
        _wait_for(f"{url}/health/", running, log)
        found = re.findall(
            r"^ {2}(\w+) +(\S+@\S+) +(\S+)$", (home / "demo.txt").read_text(), re.MULTILINE
        )
        yield Served(url, home, {role: (email, password) for role, email, password in found})
        assert running.poll() is None, log.read_text()
        assert "Unexpected exit" not in log.read_text(), log.read_text()
    finally:
        _stop(running)


def environment_of(home: Path, url: str) -> dict[str, str]:
    """What is told to a Courtyard of its own; nothing of the one that runs the tests."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("COURTYARD_", "DATABASE_"))}
    return kept | {"COURTYARD_HOME": str(home), "COURTYARD_URL": url}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str, running: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(300):  # a minute: it is built already
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except OSError:
            if running.poll() is not None:
                break
            time.sleep(0.2)
        else:
            return
    pytest.fail(f"the demonstration does not answer:\n{log.read_text()}")


def _stop(running: "subprocess.Popen[bytes]") -> None:
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(running.pid, sign)
            running.wait(timeout=10)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            pass


# Playwright's loop runs in the test's own thread, where Django then refuses the database;
# so it ends with each module, and other tests in the same process find none.
@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    if not CHROMIUM or not AXE.exists():
        pytest.fail("Chromium and axe-core are needed: apt-get install chromium; make setup")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
    yield started
    started.close()


class Visits:
    """Opens pages as one of the cast, and keeps every fault they show."""

    def __init__(self, served: Served, browser: Browser) -> None:
        self.served, self.browser = served, browser
        self.faults: list[str] = []
        self.expected: set[int] = set()
        self.contexts: list[BrowserContext] = []

    def __call__(
        self, role: str = "nobody", *, width: int = 1280, height: int = 800, **how: Any
    ) -> Page:
        """A page in a browser of its own, signed in as `role`; `how` is Playwright's."""
        how.setdefault("reduced_motion", "reduce")
        how.setdefault("storage_state", self.state(role))
        context = self.browser.new_context(
            base_url=self.served.url, viewport={"width": width, "height": height}, **how
        )
        context.set_default_timeout(PATIENCE)
        context.add_init_script(TELL_REFUSALS)
        context.on("page", self._watch)
        self.contexts.append(context)
        return context.new_page()

    def expects(self, *statuses: int) -> None:
        """Answers that this test asks for, and that are no fault in it."""
        self.expected.update(statuses)

    def state(self, role: str) -> Any:
        """The cookies of somebody signed in; each of the cast signs in once."""
        if role != "nobody" and role not in self.served.kept:
            make: Callable[[Visits, str], Any] = people.STATES.get(role, people.sign_in_as_cast)
            self.served.kept[role] = make(self, role)
        return self.served.kept.get(role)

    def close(self) -> None:
        for context in self.contexts:
            context.close()

    def _watch(self, page: Page) -> None:
        fault = self.faults.append
        page.on("pageerror", lambda error: fault(f"{page.url}: {error}"))
        page.on("console", lambda said: self._console(page, said.type, said.text))
        page.on("request", lambda request: self._request(request.url))
        page.on("response", self._response)

    def _console(self, page: Page, kind: str, text: str) -> None:
        refused = "refused:" in text or "Content Security Policy" in text
        if (kind == "error" and not text.startswith("Failed to load resource")) or refused:
            self.faults.append(f"{page.url}: console: {text}")

    def _request(self, address: str) -> None:
        if address.endswith("/csp-report/"):
            self.faults.append("a page broke its content security policy")
        if not address.startswith((f"{self.served.url}/", f"blob:{self.served.url}/")):
            self.faults.append(f"a request elsewhere: {address}")

    def _response(self, response: Response) -> None:
        if (response.status >= 400 and response.status not in self.expected) or (
            response.status == 404 and "/static/" in response.url
        ):
            self.faults.append(f"{response.status} {response.url}")


@pytest.fixture
def visit(served: Served, browser: Browser) -> Iterator[Visits]:
    """Opens pages; fails the test at its end if any page showed a fault."""
    visits = Visits(served, browser)
    yield visits
    visits.close()
    assert not visits.faults, "\n".join(visits.faults)


@pytest.fixture(scope="session")
def axe_source() -> str:
    return AXE.read_text(encoding="utf-8")
