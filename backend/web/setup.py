"""Everything the web needs from the application's configuration: pages, assets, headers, errors."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response
from litestar.config.app import AppConfig

from backend.kit.errors import DomainError
from backend.runtime import Runtime
from backend.web.assets import load_assets
from backend.web.rendering import build_pages


def web_config(config: AppConfig, rt: Runtime) -> AppConfig:
    """Add pages, static files, security headers and error pages to the configuration."""
    pages = build_pages(assets=load_assets(), clock=rt.clock, key=rt.keyring.session)
    config.state.pages = pages
    config.exception_handlers = {DomainError: problem}
    return config


def problem(_request: Request[Any, Any, Any], error: DomainError) -> Response[dict[str, Any]]:
    """Answer a domain error as problem details."""
    body = {"type": "about:blank", "title": error.title, "status": error.status, "detail": error.detail, "code": error.code}
    return Response(body | error.extra, status_code=error.status, media_type="application/problem+json")
