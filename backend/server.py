"""Run the application under uvicorn, with the settings the hall needs.

Source: docs/performance.md (no per-message compression, httptools, uvloop, a long accept queue).
"""

from __future__ import annotations

import contextlib
import gc

import uvicorn
from litestar import Litestar

from backend.kit import collector
from backend.kit.settings import load_settings
from backend.kit.sole_use import sole_use
from backend.live.protocol import server_options
from backend.main import create_app
from backend.runtime import Runtime

KEEP_ALIVE_S = 20
SHUTDOWN_S = 10


def server_config(app: Litestar | str, *, host: str, port: int, workers: int = 1) -> uvicorn.Config:
    """Return the server's configuration; `app` by import path when there are several workers."""
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        workers=workers,
        http="httptools",
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=SHUTDOWN_S,
        factory=isinstance(app, str),
        access_log=False,
        server_header=False,
        log_level="warning",
        proxy_headers=False,
        **server_options(),
    )


def serve(app: Litestar, *, host: str, port: int) -> None:
    """Serve one process until it is told to stop; Ctrl-C is a wish, not an error.

    Raises: InUse beside another process on a SQLite file.
    """
    rt: Runtime = app.state.runtime
    with sole_use(rt.settings.db_url), contextlib.suppress(KeyboardInterrupt):  # raised again once all is closed
        collector.settle()
        uvicorn.Server(server_config(app, host=host, port=port)).run()
    gc.unfreeze()  # what stays frozen at the end, compiled modules report as leaked


def app_from_environment() -> Litestar:
    """Build the application a worker process serves."""
    app = create_app(load_settings())
    collector.settle()
    return app
