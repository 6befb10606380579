"""Where a request comes from, for limits on failures only; never stored, never logged."""

from __future__ import annotations

from typing import Any

from litestar.connection import ASGIConnection


def source_of(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """Return the sender's address as the proxy or the socket tells it."""
    return connection.client.host if connection.client else "unknown"
