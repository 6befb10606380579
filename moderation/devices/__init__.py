"""Kiosks and other devices of an organisation."""

from __future__ import annotations

from moderation.devices import pages

routes = pages.routes
