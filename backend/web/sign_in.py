"""Who is asking: a middleware that puts the signed-in person into the connection's scope.

Reads the session cookie (`__Host-` on HTTPS) or a bearer token; a socket gets no right from a cookie.
"""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie

from litestar import Litestar
from litestar.datastructures import Cookie
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from backend.accounts.devices import Device, device_of_token
from backend.accounts.queries import principal_of_session, principal_of_token
from backend.accounts.types import Principal
from backend.kit.settings import Settings

BEARER = "bearer "
DEVICE_TOKEN = "kd_"  # noqa: S105 - how tokens of devices begin
MAX_COOKIE_CHARS = 4_096


def cookie_name(settings: Settings) -> str:
    """Return the cookie's name; the `__Host-` prefix binds it to this host where TLS allows."""
    return "__Host-machmit" if settings.is_https else "machmit"


def session_cookie(settings: Settings, value: str) -> Cookie:
    """Return the cookie of a new session; it ends with the browser."""
    return Cookie(
        key=cookie_name(settings), value=value, path="/", httponly=True, secure=settings.is_https, samesite="lax"
    )


def ended_cookie(settings: Settings) -> Cookie:
    """Return the cookie that removes the session from the browser."""
    return Cookie(
        key=cookie_name(settings),
        value="",
        path="/",
        max_age=0,
        httponly=True,
        secure=settings.is_https,
        samesite="lax",
    )


def sign_in_middleware(app: ASGIApp) -> ASGIApp:
    """Wrap the application."""

    async def middleware(scope: Scope, receive: Receive, send: Send) -> None:
        scope["user"] = None
        scope["auth"] = None
        if scope["type"] == ScopeType.HTTP:
            scope["user"], scope["auth"] = await _who(scope["litestar_app"], scope)
        await app(scope, receive, send)

    return middleware


async def _who(app: Litestar, scope: Scope) -> tuple[Principal | None, Device | None]:
    """Return the person or the device that asks; at most one of them."""
    headers: dict[bytes, bytes] = dict(scope["headers"])
    authorization = headers.get(b"authorization", b"").decode("latin-1")
    token = authorization[len(BEARER) :].strip() if authorization.lower().startswith(BEARER) else ""
    cookie = _cookie_value(headers.get(b"cookie", b""), cookie_name(app.state.runtime.settings))
    if not cookie and not token:
        return None, None
    async with app.state.runtime.work.read() as uow:
        if token.startswith(DEVICE_TOKEN):
            return None, await device_of_token(uow.session, token)
        if token:
            return await principal_of_token(uow.session, token, uow.now), None
        return await principal_of_session(uow.session, cookie, uow.now), None


def _cookie_value(header: bytes, name: str) -> str:
    if not header:
        return ""
    try:
        cookies = SimpleCookie(header[:MAX_COOKIE_CHARS].decode("latin-1"))
    except CookieError:
        return ""
    return cookies[name].value if name in cookies else ""
