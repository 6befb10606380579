"""Forms count only when they come from our own pages."""

from __future__ import annotations

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from backend.web.rendering import Pages

FORM = {"text": "Mehr Bänke"}
SESSION = {"x-test-session": "s1"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "same-origin"}, 303),
        ({"sec-fetch-site": "none"}, 303),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "http://machmit.test"}, 303),
        ({"origin": "http://evil.test"}, 403),
        ({"origin": "null"}, 403),
        ({}, 303),
        ({"sec-fetch-site": "cross-site", "origin": "http://machmit.test"}, 403),
    ],
)
def test_anonymous_form_counts_only_from_our_origin(
    client: TestClient[Litestar], headers: dict[str, str], status: int
) -> None:
    assert client.post("/form", data=FORM, headers=headers, follow_redirects=False).status_code == status


def test_signed_in_form_needs_the_token_of_its_session(client: TestClient[Litestar], pages: Pages) -> None:
    headers = SESSION | {"sec-fetch-site": "same-origin"}
    for token, status in [
        (pages.csrf_token("s1"), 303),
        (pages.csrf_token("s2"), 403),
        ("", 403),
        ("ü", 403),
    ]:
        response = client.post("/form", data=FORM | {"_csrf": token}, headers=headers, follow_redirects=False)
        assert response.status_code == status


def test_signed_in_script_sends_the_token_as_a_header(client: TestClient[Litestar], pages: Pages) -> None:
    headers = SESSION | {"sec-fetch-site": "same-origin", "x-csrf-token": pages.csrf_token("s1")}
    assert client.post("/api/v1/thoughts", json=FORM, headers=headers).status_code == 201
    headers["x-csrf-token"] = "wrong"
    refused = client.post("/api/v1/thoughts", json=FORM, headers=headers)
    assert refused.status_code == 403
    assert refused.json()["code"] == "stale_form"


def test_signed_in_request_without_any_origin_is_refused(client: TestClient[Litestar], pages: Pages) -> None:
    data = FORM | {"_csrf": pages.csrf_token("s1")}
    assert client.post("/form", data=data, headers=SESSION, follow_redirects=False).status_code == 403


def test_form_carries_the_token_only_when_signed_in(client: TestClient[Litestar], pages: Pages) -> None:
    assert f'name="_csrf" value="{pages.csrf_token("s1")}"' in client.get("/page/form", headers=SESSION).text
    assert 'name="_csrf"' not in client.get("/page/form").text
    assert pages.csrf_token(None) == ""


def test_upload_form_carries_its_token_too(client: TestClient[Litestar], pages: Pages) -> None:
    headers = SESSION | {"sec-fetch-site": "same-origin"}
    data = FORM | {"_csrf": pages.csrf_token("s1")}
    response = client.post("/form", data=data, files={"scan": b"x"}, headers=headers, follow_redirects=False)
    assert response.status_code == 303
