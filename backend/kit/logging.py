"""Logs: one JSON line per event, on standard output, from an allow-list of fields.

Guarantees: no request bodies, addresses, codes or local variables of stack frames; whatever is not on the list is
dropped. Source: docs/adr/0004-ballot-secrecy.md.
"""

from __future__ import annotations

import logging
from collections.abc import MutableMapping
from typing import Any

import structlog

FIELDS = frozenset({
    "event", "level", "kind", "place", "detail",
    "timestamp", "logger", "error", "where", "casts", "topic", "attempts", "channel", "count",
    "size", "seconds", "route", "status", "code", "meeting", "poll", "organisation", "mode", "url", "exception",
})  # fmt: skip


def allow_listed(_logger: object, _name: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop every field that is not on the list."""
    return {key: value for key, value in entry.items() if key in FIELDS}


def configure_logging(level: str = "INFO") -> None:
    """Set up structlog for the whole process."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            allow_listed,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING)
