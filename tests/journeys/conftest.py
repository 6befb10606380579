"""Journeys: a real browser on a real demo server. One server and one browser per test process.

Every page opened here is watched: an error on the console, a violated policy or a request to another host fails the
test that opened it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request, sync_playwright

from launcher.system import BROWSERS
from tests.machine import require
from tests.server import demo_server, demo_story

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
    require("chromium")
    return next(path for path in map(shutil.which, BROWSERS) if path)


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The demo's story; every server starts from a copy."""
    return demo_story(tmp_path_factory, worker_id)


@pytest.fixture(scope="session")
def server(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run the demo and return its address; files that move the evening on run one of their own."""
    with evening(seeded, tmp_path_factory) as url:
        yield url


@contextmanager
def evening(seeded: Path, folders: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a copy of the demo's story."""
    data = folders.mktemp("evening") / "data"
    shutil.copytree(seeded, data)
    with demo_server(data) as url:
        yield url


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

    hosts: set[str]
    problems: list[str] = field(default_factory=list)

    def console(self, message: ConsoleMessage) -> None:
        """Keep errors and violations; an answer or a line the test expects to fail is no error of the page."""
        refused = any(each in message.text for each in ("Failed to load resource", "WebSocket connection to"))
        if message.type == "error" and not refused:
            self.problems.append(f"console: {message.text}")

    def request(self, request: Request) -> None:
        """Keep requests to other hosts."""
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.netloc not in self.hosts:
            self.problems.append(f"other host: {request.url}")

    def watch(self, page: Page) -> None:
        """Begin to watch a page."""
        page.on("console", self.console)
        page.on("request", self.request)
        page.on("pageerror", lambda error: self.problems.append(f"script: {error} {page.url} {error.stack}"))


class Visitor:
    """Opens watched pages in contexts of different sizes."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.url = url
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self.watch = Watch({urlsplit(url).netloc})

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
