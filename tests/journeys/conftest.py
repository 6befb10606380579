"""Journeys: a real browser on a real demo server. One server and one browser per test process.

Every page opened here is watched: an error on the console, a violated policy or a request to another host fails the
test that opened it.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request, sync_playwright

from tests.services import missing

ROOT = Path(__file__).parents[2]
START_S = 60
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--autoplay-policy=no-user-gesture-required",
)
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
KIOSK = {"width": 1080, "height": 1920}
BEAMER = {"width": 1920, "height": 1080}


def chromium() -> str:
    """Return the machine's browser, or skip."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        missing("Chromium", "apt-get install chromium")
        raise AssertionError
    return path


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run the demo and return its address."""
    port = _free_port()
    data = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "backend.demo.serve", "--port", str(port), "--data", str(data), "--no-open"]
    url = f"http://127.0.0.1:{port}"
    log = (data / "server.log").open("wb")
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=log, stderr=log)  # noqa: S603 - our own program
    try:
        _wait_until_ready(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(20)
        log.close()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Start the driver."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Start the machine's browser."""
    running = playwright.chromium.launch(executable_path=chromium(), args=list(QUIET))
    yield running
    running.close()


@dataclass
class Watch:
    """What must not happen on a page."""

    host: str
    problems: list[str] = field(default_factory=list)

    def console(self, message: ConsoleMessage) -> None:
        """Keep errors and violations; an answer the test expects to be refused is no error of the page."""
        refused = "Failed to load resource" in message.text
        if message.type == "error" and not refused:
            self.problems.append(f"console: {message.text}")

    def request(self, request: Request) -> None:
        """Keep requests to other hosts."""
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.netloc != self.host:
            self.problems.append(f"other host: {request.url}")

    def watch(self, page: Page) -> None:
        """Begin to watch a page."""
        page.on("console", self.console)
        page.on("request", self.request)
        page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))


class Visitor:
    """Opens watched pages in contexts of different sizes."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.url = url
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self.watch = Watch(urlsplit(url).netloc)

    def page(self, size: dict[str, int] | None = None, **options: object) -> Page:
        """Open a page in a context of its own (German unless told otherwise)."""
        settings = {"viewport": size or DESKTOP, "locale": "de-DE", "base_url": self.url} | options
        context = self._browser.new_context(**settings)  # type: ignore[arg-type]
        self._contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        self.watch.watch(page)
        return page

    def staff(self, role: str, size: dict[str, int] | None = None) -> Page:
        """Open a page signed in as one of the demo's people."""
        page = self.page(size)
        page.goto("/demo")
        page.locator(f"form:has(input[value={role}]) button").first.click()
        page.wait_for_load_state()
        return page

    def close(self) -> None:
        """Close every context."""
        for context in self._contexts:
            context.close()


@pytest.fixture
def visitor(browser: Browser, server: str) -> Iterator[Visitor]:
    """Somebody with a browser; the test fails when a page misbehaved."""
    somebody = Visitor(browser, server)
    yield somebody
    somebody.close()
    assert somebody.watch.problems == []


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + START_S
    while time.monotonic() < ends:
        if process.poll() is not None:
            msg = "the demo server ended"
            raise RuntimeError(msg)
        try:
            with urllib.request.urlopen(f"{url}/health/ready", timeout=2):  # noqa: S310 - loopback
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    msg = "the demo server did not become ready"
    raise TimeoutError(msg)
