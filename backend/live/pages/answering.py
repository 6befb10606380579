"""How the pages of the phone ballot leave: never stored, and of one size where they name a choice.

TLS shows lengths, so such a page is filled up to `BLOCK`; compression would undo that, so nobody on the way may
compress it.
"""

from __future__ import annotations

from typing import Any

from litestar import Request, Response

from backend.kit.errors import DomainError
from backend.live.pages.standing import Hall
from backend.web.languages import LANGUAGES
from backend.web.rendering import page, translator_of

BLOCK = 16_384  # more than any of them has
PRIVATE = {"Cache-Control": "no-store"}
TELLING = frozenset({"question", "check"})  # pages that name what was marked

AnyRequest = Request[Any, Any, Any]


def ballot_page(
    request: AnyRequest, template: str, *, hall: Hall | None, card: str = "", status_code: int = 200, **context: object
) -> Response[str]:
    """Render a page of the phone ballot."""
    shown = {"surface": "phone", "all_languages": tuple(LANGUAGES.values()), "hall": hall, "card": card}
    response = page(request, f"live/{template}.html", status_code=status_code, **shown, **context)
    response.headers.update(PRIVATE)
    if template in TELLING:
        response.headers["Cache-Control"] += ", no-transform"
        response.content = _filled(response.content)
    return response


def sentence_of(request: AnyRequest, error: DomainError) -> str:
    """Return what a person is told about a refusal, in the language of the page."""
    return translator_of(request).gettext(error.detail)


def _filled(text: str) -> str:
    missing = -len(text.encode()) % BLOCK
    frame = len("<!---->")
    return f"{text}<!--{'.' * ((missing - frame) % BLOCK)}-->"
