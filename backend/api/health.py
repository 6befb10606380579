"""Is it alive, can it serve, and what do the counters say."""

from __future__ import annotations

import hmac
from typing import Any

from litestar import Request, Response, get
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from backend.kit.db import JsonDict
from backend.kit.errors import NotFound
from backend.runtime import Runtime
from backend.web.access import PUBLIC

DATABASE_ANSWERS_S = 2.0  # later is as bad as never: whoever balances load must know


@get("/health/live", opt={"access": PUBLIC})
async def live() -> JsonDict:
    """Say that the process answers."""
    return {"status": "ok"}


@get("/health/ready", opt={"access": PUBLIC})
async def ready(rt: Runtime) -> Response[JsonDict]:
    """Say whether the database answers, ballots can be written and the log signs."""
    checks: JsonDict = {
        "database": await rt.db.answers(DATABASE_ANSWERS_S),
        "committer": rt.committer.is_running,
        "log": rt.log.refusal is None,
    }
    is_ready = all(checks.values())
    return Response(
        {"status": "ok" if is_ready else "degraded", "checks": checks}, status_code=200 if is_ready else 503
    )


@get("/metrics", opt={"access": PUBLIC}, include_in_schema=False)
async def metrics(rt: Runtime, request: Request[Any, Any, Any]) -> Response[bytes]:
    """Give Prometheus its counters, to whoever has the token. Raises: NotFound without it."""
    token = rt.settings.metrics_token.get_secret_value()
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(token, given):
        raise NotFound
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


routes = [live, ready, metrics]
