"""A report as one HTML file that loads nothing, runs nothing, and reads the same on paper.

Guarantees: no script; the only style is the one whose hash the file's own policy names.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from backend.kit.clock import Clock
from backend.web.assets import Assets, load_assets
from backend.web.languages import GERMAN
from backend.web.rendering import build_pages
from moderation.rehearsal.sheet import sheet_of
from moderation.rehearsal.tongue import Tongue

Json = dict[str, Any]

STYLES = (
    "vendor/kern.css",
    "css/foundation.css",
    "css/mm.css",
    "css/controls.css",
    "css/staff.css",
    "css/staff-office.css",
    "staff/css/rehearsal.css",
)


def render_file(report: Json, clock: Clock) -> str:
    """Return the report as a page of its own."""
    assets = load_assets()
    pages = build_pages(assets=assets, clock=clock, key=b"")
    style = _style(assets)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    context = {
        "language": GERMAN,
        "sheet": sheet_of(report, Tongue.of(GERMAN, pages.translators[GERMAN.code])),
        "style": style,
        "style_hash": f"sha256-{digest}",
    }
    return pages.render("staff/rehearsal/file.html", context, GERMAN)


def _style(assets: Assets) -> str:
    """Return the office's style sheets as one; a tree that was not built has no third-party ones."""
    found = [assets.files[path].read_text(encoding="utf-8") for path in STYLES if assets.has(path)]
    return "\n".join(found).replace("</", "<\\/")
