"""Which page a request stands on: its own address, or after a form the nearest page above that can be opened.

A form that failed is shown again under the address it was sent to. Nobody can open that address, so links that lead
"here" (language, display, reload) go to the page the form belongs to: addresses of forms lie below their page's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from litestar import Request
from litestar.routes import HTTPRoute
from litestar.types.internal_types import PathParameterDefinition

AnyRequest = Request[Any, Any, Any]
READING = frozenset({"GET", "HEAD"})


def page_address(request: AnyRequest) -> str:
    """Return the path of the page a request stands on."""
    path = request.url.path
    if request.method in READING:
        return path
    pages = [route for route in request.app.routes if isinstance(route, HTTPRoute) and _is_page(route)]
    own = request.scope.get("path_template")
    if any(page.path_format == own for page in pages):
        return path
    return next((above for above in _above(path) if any(_fits(above, page.path_components) for page in pages)), "/")


def _is_page(route: HTTPRoute) -> bool:
    return "GET" in route.methods


def _above(path: str) -> Iterator[str]:
    parts = path.strip("/").split("/")
    for count in range(len(parts) - 1, 0, -1):
        yield "/" + "/".join(parts[:count])


def _fits(path: str, page: Sequence[str | PathParameterDefinition]) -> bool:
    parts = path.strip("/").split("/")
    return len(parts) == len(page) and all(
        not isinstance(expected, str) or part == expected for part, expected in zip(parts, page, strict=True)
    )
