"""Accessibility by axe-core: no violation, in every colour scheme that is asked for."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

_axe = Axe()


def violations(page: Page) -> list[str]:
    """Return axe's violations of a page, one line each with the first element concerned."""
    found = _axe.run(page, options=RULES).response["violations"]
    return [
        f"{page.url} {each['id']}: {each['help']} – {each['nodes'][0]['html'][:160]} ({len(each['nodes'])}x)"
        for each in found
    ]
