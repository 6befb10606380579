"""Forms count only when they come from our own pages.

Every unsafe request, anonymous ones included, must come from this origin (`Sec-Fetch-Site`, else `Origin`).
With a sign-in by cookie it must also carry the token bound to that sign-in, as form field `_csrf` or header
`X-CSRF-Token`. A bearer token or a device signature is no ambient authority and needs neither.
Source: OWASP ASVS 5.0 V3.5; RFC 9110 §9.2.1 (safe methods).
"""

from __future__ import annotations

import hmac
from typing import Any
from urllib.parse import urlsplit

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from backend.kit.errors import Forbidden
from backend.web.rendering import pages_of

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_SITES = frozenset({"same-origin", "none"})
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
FIELD = "_csrf"
HEADER = "x-csrf-token"


class ForeignForm(Forbidden):
    """The request did not come from one of our pages."""

    code = "foreign_form"
    title = "Dieses Formular kam nicht von unserer Seite"


class StaleForm(Forbidden):
    """The form's token does not belong to the present sign-in."""

    code = "stale_form"
    title = "Die Seite war zu lange offen"


async def form_guard(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Refuse unsafe requests that are not ours. Raises: ForeignForm, StaleForm."""
    if not isinstance(connection, Request) or connection.method in SAFE_METHODS:
        return
    session_id = getattr(connection.scope.get("user"), "session_id", None)
    if not _is_own(connection, has_session=session_id is not None):
        raise ForeignForm("Bitte öffnen Sie die Seite neu und schicken Sie das Formular noch einmal ab.")
    if session_id is not None and not await _has_token(connection, session_id):
        raise StaleForm("Bitte laden Sie die Seite neu. Ihre Eingaben können Sie vorher kopieren.")


def _is_own(request: Request[Any, Any, Any], *, has_session: bool) -> bool:
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in OWN_SITES
    origin = request.headers.get("origin")
    if origin is not None:
        return urlsplit(origin).netloc == request.headers.get("host", "") != ""
    return not has_session  # neither header: no browser, hence nothing ambient to abuse


async def _has_token(request: Request[Any, Any, Any], session_id: str) -> bool:
    given = request.headers.get(HEADER, "")
    if not given and request.headers.get("content-type", "").startswith(FORM_TYPES):
        field = (await request.form()).get(FIELD)
        given = field if isinstance(field, str) else ""
    return hmac.compare_digest(given.encode(), pages_of(request).csrf_token(session_id).encode())
