"""Rooms live as long as the application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from litestar import Litestar

from backend.live.rooms import Rooms
from backend.runtime import Runtime


@asynccontextmanager
async def live_rooms(app: Litestar) -> AsyncIterator[None]:
    """Keep the rooms of this process in `app.state.rooms` until it stops."""
    runtime: Runtime = app.state.runtime
    app.state.rooms = Rooms(runtime.work, runtime.bus)
    try:
        yield
    finally:
        await app.state.rooms.close()
