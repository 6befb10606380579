"""Moderation and intake: what waits, one case beside its decision, and what came without internet."""

from __future__ import annotations

from litestar.types import ControllerRouterHandler

from moderation.queue import decisions, intake, pages, search

routes: list[ControllerRouterHandler] = [*pages.routes, *decisions.routes, *intake.routes, *search.routes]
