"""No dead link and no accessibility violation on any page a visitor or a member of staff can reach."""

from __future__ import annotations

from collections import deque
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from playwright.sync_api import Page

from tests.journeys.axe import violations
from tests.journeys.conftest import DESKTOP, PHONE, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

PUBLIC = (
    "/",
    "/auenfurt/",
    "/auenfurt/termine",
    "/auenfurt/ergebnisse",
    "/auenfurt/b/marktplatz",
    "/auenfurt/b/probesitzen",
    "/auenfurt/b/marktplatz/MP27-011",
    "/auenfurt/b/marktplatz/MP27-001",
    "/auenfurt/beschluss/dec-marktplatz",
    "/kreis-auenfurt/",
    "/kreis-auenfurt/b/radweg",
    "/protokoll",
    "/spur",
    "/s",
    "/so-funktioniert-die-abstimmung",
    "/barrierefreiheit",
    "/datenschutz",
    "/impressum",
    "/api",
    "/demo",
    "/demo/beitrag",
    "/demo/protokoll",
    "/verwaltung/anmelden",
)
MANY_ALIKE = 2  # pages of one shape (contributions, entries) are followed this often
LIMIT = 400


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_public_pages_have_no_axe_violation(visitor: Visitor, size: dict[str, int], scheme: str) -> None:
    page = visitor.page(size, color_scheme=scheme)
    found: list[str] = []
    for path in PUBLIC:
        page.goto(path)
        found += violations(page)
    assert found == []


@pytest.mark.parametrize("role", ["", "leitung", "regie", "zaehltisch", "moderation"])
def test_no_link_is_dead(visitor: Visitor, role: str) -> None:
    page = visitor.staff(role) if role else visitor.page()
    if not role:
        page.goto("/demo")
    dead = crawl(page, page.url, within="/verwaltung" if role else "/")
    assert dead == []


def crawl(page: Page, start: str, *, within: str) -> list[str]:
    """Follow every link below a path once; return those that lead nowhere."""
    host = urlsplit(start).netloc
    queue, seen, shapes = deque([(start, "start")]), {start}, dict[str, int]()
    dead: list[str] = []
    while queue and len(seen) < LIMIT:
        url, found_on = queue.popleft()
        answer = page.request.get(url, max_redirects=5)
        if not answer.ok:
            dead.append(f"{answer.status} {url} (on {found_on})")
            continue
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        for href in links(page, answer.text()):
            target = urldefrag(urljoin(answer.url, href)).url
            parts = urlsplit(target)
            if parts.netloc != host or not parts.path.startswith(within) or target in seen:
                continue
            shape = shape_of(target)
            if shapes.get(shape, 0) >= MANY_ALIKE:
                continue
            shapes[shape] = shapes.get(shape, 0) + 1
            seen.add(target)
            queue.append((target, url))
    return dead


def links(page: Page, html: str) -> list[str]:
    """Return the addresses a document links to, without running it."""
    script = """html => [...new DOMParser().parseFromString(html, 'text/html')
        .querySelectorAll('a[href], link[href], script[src], img[src], iframe[src]')]
        .map(e => e.getAttribute('href') || e.getAttribute('src'))"""
    found: list[str] = page.evaluate(script, html)
    return [href for href in found if not href.startswith(("mailto:", "tel:", "data:", "javascript:"))]


def shape_of(url: str) -> str:
    """Return an address with its ids and queries reduced, so that alike pages share a shape."""
    parts = urlsplit(url)
    words = ["#" if any(sign.isdigit() for sign in word) else word for word in parts.path.split("/")]
    return "/".join(words) + ("?" + "&".join(sorted(pair.split("=")[0] for pair in parts.query.split("&"))))
