"""The application: the only module that knows every surface.

`create_app(settings)` gives a fresh application each time; nothing is kept in modules.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from litestar import Litestar, Request, Router
from litestar.datastructures import State
from litestar.di import Provide
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import License
from litestar.types import Scope

from backend.accounts.types import Principal
from backend.jobs import build_worker
from backend.kit.collector import collect_when_quiet
from backend.kit.errors import Unauthenticated
from backend.kit.logging import configure_logging
from backend.kit.migrate import upgrade_async
from backend.kit.settings import Settings
from backend.kit.supervision import keep_running
from backend.kit.uow import UnitOfWork
from backend.live.lifespan import live_rooms
from backend.runtime import Runtime, build_runtime
from backend.surfaces import ROUTES
from backend.web.access import PUBLIC, guard
from backend.web.assets import load_assets
from backend.web.csrf import form_guard
from backend.web.problems import exception_handlers
from backend.web.rendering import build_pages
from backend.web.security import security_headers
from backend.web.sign_in import sign_in_middleware
from backend.web.static_files import static_routes

MAX_BODY_BYTES = 1_000_000  # scans and pictures set their own, larger limit


def create_app(settings: Settings, runtime: Runtime | None = None) -> Litestar:
    """Build the application. Raises: MissingSecret in production without real secrets."""
    settings.check_production()
    configure_logging(settings.log_level)
    return Litestar(
        route_handlers=[*ROUTES, *static_routes],
        guards=[guard, form_guard],
        middleware=[sign_in_middleware],
        before_send=[security_headers(is_https=settings.is_https, may_frame_itself=settings.mode == "demo")],
        exception_handlers=exception_handlers(),
        dependencies={
            "rt": Provide(runtime_of, sync_to_thread=False),
            "uow": Provide(writing),
            "reader": Provide(reading),
            "principal": Provide(signed_in, sync_to_thread=False),
        },
        lifespan=[_running, live_rooms],
        request_max_body_size=MAX_BODY_BYTES,
        openapi_config=_openapi(),
        logging_config=None,
        state=first_state(runtime or build_runtime(settings)),
    )


def first_state(rt: Runtime) -> State:
    """Return everything an application knows of its installation; nothing else in it does."""
    assets = load_assets()
    pages = build_pages(assets=assets, clock=rt.clock, key=rt.keyring.session)
    return State({"runtime": rt, "assets": assets, "pages": pages})


def runtime_of(scope: Scope) -> Runtime:
    """Return the runtime of the application that answers."""
    runtime: Runtime = scope["litestar_app"].state.runtime
    return runtime


def _openapi() -> OpenAPIConfig:
    """Describe the JSON routes; the readable page is ours, without scripts of others."""
    router = Router("/api/openapi.json", route_handlers=[], opt={"access": PUBLIC}, include_in_schema=False)
    return OpenAPIConfig(
        title="Mach mit",
        version="1",
        openapi_router=router,
        render_plugins=[JsonRenderPlugin(path="/")],
        license=License(name="EUPL-1.2", identifier="EUPL-1.2"),
    )


async def writing(rt: Runtime) -> AsyncIterator[UnitOfWork]:
    """Give a request one writing transaction; it commits before the answer leaves, or the answer is an error."""
    async with rt.work.write() as uow:
        yield uow


async def reading(rt: Runtime) -> AsyncIterator[UnitOfWork]:
    """Give a request one read-only snapshot."""
    async with rt.work.read() as uow:
        yield uow


def signed_in(request: Request[Any, Any, Any]) -> Principal:
    """Return the person who asks. Raises: Unauthenticated."""
    principal = request.scope.get("user")
    if not isinstance(principal, Principal):
        raise Unauthenticated
    return principal


@asynccontextmanager
async def _running(app: Litestar) -> AsyncIterator[None]:
    """Start what works in the background, stop it in the opposite order."""
    rt: Runtime = app.state.runtime
    if rt.settings.mode != "production":
        await upgrade_async(rt.settings.db_url)
    rt.committer.start()
    tasks = [asyncio.create_task(collect_when_quiet(rt.committer.is_busy))]
    if rt.settings.embedded_worker:
        tasks += [
            asyncio.create_task(keep_running("worker", build_worker(rt).run)),
            asyncio.create_task(keep_running("log", rt.log.run)),
        ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task
        await rt.close()
