"""A unit of work for commands that need nothing else of a running installation."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from backend.kit.settings import load_settings
from backend.kit.uow import UnitOfWork
from backend.runtime import Runtime, build_runtime


@asynccontextmanager
async def runtime() -> AsyncIterator[Runtime]:
    """Open the installation the environment describes."""
    settings = load_settings()
    settings.check_production()
    rt = build_runtime(settings)
    try:
        yield rt
    finally:
        await rt.close()


@asynccontextmanager
async def unit_of_work() -> AsyncIterator[UnitOfWork]:
    """Open one writing transaction of the installation."""
    async with runtime() as rt, rt.work.write() as uow:
        yield uow
