"""Every way in: the route handlers of all surfaces."""

from __future__ import annotations

import importlib
from pathlib import Path

from litestar.types import ControllerRouterHandler

_MODULES = (
    "backend.api.health",
    "backend.api.ballots",
    "backend.api.meetings",
    "backend.api.polls",
    "backend.api.scans",
    "backend.api.sheets",
    "backend.api.consultations",
    "backend.api.decisions",
    "backend.api.log",
    "backend.live.socket",
    "backend.live.pages",
    "backend.live.projector",
    "backend.site.pages",
    "backend.site.apidocs",
    "backend.site.start",
    "backend.site.consultations",
    "backend.site.contributions",
    "backend.site.receipts",
    "backend.site.feeds",
    "backend.site.trace",
    "backend.site.decisions",
    "backend.site.council",
    "backend.site.log_explorer",
    "backend.site.meetings",
    "backend.site.minutes",
    "moderation.sign_in",
    "moderation.home",
    "moderation.queue",
    "moderation.consultation_editor",
    "moderation.editor",
    "moderation.desk",
    "moderation.stage",
    "moderation.minutes",
    "moderation.preparation",
    "moderation.devices",
    "moderation.rehearsal",
    "kiosk.api",
    "kiosk.pages",
    "backend.demo.tour",
)


def _exists(name: str) -> bool:
    path = Path(__file__).parents[1].joinpath(*name.split("."))
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


ROUTES: list[ControllerRouterHandler] = [
    route for name in _MODULES if _exists(name) for route in getattr(importlib.import_module(name), "routes", [])
]
