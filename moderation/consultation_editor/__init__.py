"""The editor of procedures: create, settle, check, publish, end."""

from __future__ import annotations

from litestar.types import ControllerRouterHandler

from moderation.consultation_editor import pages

routes: list[ControllerRouterHandler] = [*pages.routes]
