"""Security headers on every answer, error pages and static files included.

Guarantees: nothing is loaded, framed, sent or embedded from or by another host; no inline script or style, no
eval; whatever a signed-in person sees is never stored by a cache. A route that needs more says so in its
options: `opt={"policy": KIOSK}`. The hook runs for every message (`before_send`), because a middleware would
miss the answers the router gives on its own. Source: OWASP ASVS 5.0 V3.4; CSP Level 3.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from litestar.enums import ScopeType
from litestar.types import Message, Scope

HSTS_SECONDS = 63_072_000  # two years, the preload list's minimum is one
_HOST = re.compile(rb"[A-Za-z0-9.\-]{1,253}(:\d{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:\d{1,5})?")

Hook = Callable[[Message, Scope], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Policy:
    """What a route's answers may do beyond the rule."""

    framed_by: str = "'none'"  # sources for frame-ancestors
    frames_own: bool = False
    runs_wasm: bool = False
    plays_media: bool = False
    uses_camera: bool = False
    is_personal: bool = False
    embeddable: bool = False  # other origins may read it: open data, log


DEFAULT = Policy()
PERSONAL = Policy(is_personal=True)
OPEN = Policy(embeddable=True)
FRAMED_HERE = Policy(framed_by="'self'")
TOUR = Policy(frames_own=True, framed_by="'self'")
DESK = Policy(is_personal=True, uses_camera=True)
KIOSK = Policy(runs_wasm=True, plays_media=True, uses_camera=True, is_personal=True)


def framed_by(policy: Policy, hosts: tuple[str, ...]) -> Policy:
    """Return the policy with an allow-list of origins that may frame the page (the widget)."""
    return replace(policy, framed_by=" ".join(hosts) or "'none'")


def security_headers(*, is_https: bool, may_frame_itself: bool = False) -> Hook:
    """Return the hook that completes the headers of every HTTP answer.

    `may_frame_itself`: pages may stand in frames of this origin, for the demo's hall on one screen.
    """

    async def complete(message: Message, scope: Scope) -> None:
        if message["type"] != "http.response.start" or scope["type"] != ScopeType.HTTP:
            return
        policy = _policy_of(scope)
        if may_frame_itself:
            policy = replace(policy, framed_by="'self'")
        present = {name.lower(): value for name, value in message["headers"]}
        added = list(_headers(policy, _host(scope), is_https))
        if policy.is_personal or scope.get("user") is not None or b"set-cookie" in present:
            added.append((b"cache-control", b"no-store"))
        message["headers"] = [*message["headers"], *((name, value) for name, value in added if name not in present)]

    return complete


def content_security_policy(policy: Policy = DEFAULT, host: str = "") -> str:
    """Return the policy's header value; `host` is named for sockets, which older browsers do not count as self."""
    sockets = f" ws://{host} wss://{host}" if host else ""
    directives = [
        "default-src 'none'",
        "script-src 'self'" + (" 'wasm-unsafe-eval'" if policy.runs_wasm else ""),
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "connect-src 'self'" + sockets,
        "form-action 'self'",
        "base-uri 'none'",
        f"frame-ancestors {policy.framed_by}",
    ]
    if policy.frames_own:
        directives.append("frame-src 'self'")
    if policy.plays_media:
        directives.append("media-src 'self' blob:")
    return "; ".join(directives)


@lru_cache(maxsize=256)
def _headers(policy: Policy, host: str, is_https: bool) -> Sequence[tuple[bytes, bytes]]:  # noqa: FBT001 - a cache's key
    return ((b"content-security-policy", _csp(policy, host)), *_common_headers(policy, is_https=is_https))


def _common_headers(policy: Policy, *, is_https: bool) -> list[tuple[bytes, bytes]]:
    camera = b"(self)" if policy.uses_camera else b"()"
    headers = [
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"same-origin"),  # no-referrer would send `Origin: null` and break forms
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-resource-policy", b"cross-origin" if policy.embeddable else b"same-origin"),
        (
            b"permissions-policy",
            b"camera=" + camera + b", microphone=(), geolocation=(), payment=(), usb=(), "
            b"accelerometer=(), gyroscope=(), magnetometer=(), display-capture=(), browsing-topics=()",
        ),
    ]
    if policy.framed_by == "'none'":
        headers.append((b"x-frame-options", b"DENY"))
    if policy.embeddable:
        headers.append((b"access-control-allow-origin", b"*"))
    if is_https:
        headers.append((b"strict-transport-security", b"max-age=%d; includeSubDomains" % HSTS_SECONDS))
    return headers


def _csp(policy: Policy, host: str) -> bytes:
    return content_security_policy(policy, host).encode("latin-1")


def _policy_of(scope: Scope) -> Policy:
    handler = scope.get("route_handler")
    policy = handler.opt.get("policy") if handler is not None else None
    return policy if isinstance(policy, Policy) else DEFAULT


def _host(scope: Scope) -> str:
    """Return the host the browser used, if it is a plain host name; it is copied into a header."""
    for name, value in scope["headers"]:
        if name == b"host" and _HOST.fullmatch(value):
            return value.decode("ascii")
    return ""
