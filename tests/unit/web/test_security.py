"""Headers of every answer: pages, files, error pages, answers the router gives on its own."""

from __future__ import annotations

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from backend.web.security import DEFAULT, KIOSK, TOUR, Policy, content_security_policy, framed_by


@pytest.mark.parametrize("path", ["/page/plain", "/no-such-page", "/crash", "/api/v1/refused", "/favicon.ico"])
def test_every_answer_carries_the_headers(client: TestClient[Litestar], path: str) -> None:
    headers = client.get(path, follow_redirects=False).headers
    assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["permissions-policy"].startswith("camera=()")
    assert headers["strict-transport-security"].startswith("max-age=63072000")
    assert headers["x-frame-options"] == "DENY"


def test_policy_allows_nothing_inline_and_no_eval() -> None:
    policy = content_security_policy(DEFAULT)
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "base-uri 'none'" in policy
    assert "form-action 'self'" in policy
    assert "http" not in policy


def test_kiosk_alone_may_run_wasm_and_play_media(client: TestClient[Litestar]) -> None:
    headers = client.get("/kiosk-like").headers
    assert "script-src 'self' 'wasm-unsafe-eval'" in headers["content-security-policy"]
    assert "media-src 'self' blob:" in headers["content-security-policy"]
    assert headers["permissions-policy"].startswith("camera=(self)")
    assert headers["cache-control"] == "no-store"
    assert "wasm" not in content_security_policy(TOUR)
    assert KIOSK.runs_wasm


def test_sockets_of_this_host_are_named_for_older_browsers(client: TestClient[Litestar]) -> None:
    policy = client.get("/page/plain").headers["content-security-policy"]
    assert "connect-src 'self' ws://machmit.test wss://machmit.test;" in policy


@pytest.mark.parametrize("host", ["evil; script-src *", "a b", "x\x00y", ""])
def test_odd_host_is_not_copied_into_the_policy(client: TestClient[Litestar], host: str) -> None:
    policy = client.get("/page/plain", headers={"host": host or "-_"}).headers["content-security-policy"]
    assert "connect-src 'self';" in policy
    assert policy.count("script-src") == 1


def test_what_a_signed_in_person_sees_is_never_stored(client: TestClient[Litestar]) -> None:
    assert "cache-control" not in client.get("/page/plain").headers
    assert client.get("/page/plain", headers={"x-test-session": "s1"}).headers["cache-control"] == "no-store"


def test_widget_is_framed_only_by_listed_hosts() -> None:
    policy = framed_by(Policy(), ("https://rathaus.example",))
    assert "frame-ancestors https://rathaus.example" in content_security_policy(policy)
    assert "frame-ancestors 'none'" in content_security_policy(framed_by(Policy(), ()))
