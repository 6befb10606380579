"""How the pages of the phone ballot leave: never stored, never compressed, in few sizes.

A page that names a choice is filled up to the next multiple of `BLOCK`, because TLS shows lengths; compression
would undo that, so nobody on the way may compress it.
"""

from __future__ import annotations

from typing import Any

from litestar import Request, Response

from backend.kit.errors import DomainError
from backend.live.pages.standing import Hall
from backend.web.languages import LANGUAGES
from backend.web.rendering import page, translator_of

BLOCK = 4_096
PRIVATE = {"Cache-Control": "no-store, no-transform"}

AnyRequest = Request[Any, Any, Any]


def ballot_page(
    request: AnyRequest, template: str, *, hall: Hall | None, card: str = "", status_code: int = 200, **context: object
) -> Response[str]:
    """Render a page of the phone ballot."""
    shown = {"surface": "phone", "all_languages": tuple(LANGUAGES.values()), "hall": hall, "card": card}
    response = page(request, f"live/{template}.html", status_code=status_code, **shown, **context)
    response.headers.update(PRIVATE)
    response.content = _filled(response.content)
    return response


def sentence_of(request: AnyRequest, error: DomainError) -> str:
    """Return what a person is told about a refusal, in the language of the page."""
    return translator_of(request).gettext(error.detail)


def _filled(text: str) -> str:
    missing = -len(text.encode()) % BLOCK
    frame = len("<!---->")
    return f"{text}<!--{'.' * ((missing - frame) % BLOCK)}-->"
