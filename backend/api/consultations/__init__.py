"""Consultations over JSON: procedures, contributions, receipts, moderation, topics."""

from __future__ import annotations

from litestar.types import ControllerRouterHandler

from backend.api.consultations import contributions, procedures, receipts, staff, topics

routes: list[ControllerRouterHandler] = [
    *procedures.routes,
    *contributions.routes,
    *receipts.routes,
    *staff.routes,
    *topics.routes,
]
