"""Errors at the edge: problem details for programs, a page in plain German for people.

Guarantees: a domain error keeps its code, status and sentence; an unknown exception shows nothing of itself and
is logged by type and place only, since its text could hold a card or a receipt code. Source: RFC 9457.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from typing import Any

import structlog
from jinja2 import TemplateError
from litestar import Request, Response
from litestar.enums import MediaType
from litestar.exceptions import HTTPException, ValidationException
from litestar.response import Redirect
from litestar.status_codes import HTTP_422_UNPROCESSABLE_ENTITY, HTTP_500_INTERNAL_SERVER_ERROR
from litestar.types import ExceptionHandlersMap
from pydantic import ValidationError

from backend.kit.causes import is_away
from backend.kit.errors import DomainError, Unauthenticated, Unavailable
from backend.kit.i18n import SOURCE, Translator
from backend.web.advice import Advice, advice_for
from backend.web.assets import UnknownAsset
from backend.web.messages import sentence
from backend.web.rendering import links_of, page, translator_of

SIGN_IN = "/verwaltung/anmelden"
PROBLEM = "application/problem+json"
LAST_RESORT = (
    '<!doctype html><html lang="de"><meta charset="utf-8"><title>Fehler</title>'
    "<h1>Hier ist etwas schiefgegangen</h1><p>Bitte laden Sie die Seite in einem Moment neu.</p></html>"
)
AnyRequest = Request[Any, Any, Any]
log = structlog.get_logger("machmit.web")


def exception_handlers() -> ExceptionHandlersMap:
    """Return the application's exception handlers."""
    return {
        DomainError: on_domain_error,
        ValidationError: on_invalid_model,
        HTTPException: on_http_exception,
        Exception: on_unknown,
    }


def on_domain_error(request: AnyRequest, refused: DomainError) -> Response[Any]:
    """Answer with the error's own code, status and sentence; lead a browser that must sign in to the sign-in page."""
    if isinstance(refused, Unauthenticated) and request.method == "GET" and not wants_problem(request):
        return Redirect(links_of(request)(SIGN_IN, weiter=request.url.path), status_code=303)
    advice = advice_for(refused.status)
    own = Advice(refused.title, refused.detail, advice.steps, refused.code)
    retry_after_s = getattr(refused, "retry_after_s", None)
    headers = {"Retry-After": str(retry_after_s)} if retry_after_s is not None else {}
    return _answer(request, refused.status, own, headers=headers, extra=refused.extra)


def on_invalid_model(request: AnyRequest, invalid: ValidationError) -> Response[Any]:
    """Answer 422 with a sentence per field."""
    translator = _translator(request)
    errors = [
        {"field": ".".join(str(part) for part in error["loc"]), "detail": sentence(error, translator)}
        for error in invalid.errors(include_url=False, include_input=False)
    ]
    return _answer(request, HTTP_422_UNPROCESSABLE_ENTITY, advice_for(422), extra={"errors": errors})


def on_http_exception(request: AnyRequest, raised: HTTPException) -> Response[Any]:
    """Answer what the router or Litestar's parsing refused; a payload of the wrong shape is 422."""
    cause = raised.__cause__ or raised.__context__
    if isinstance(cause, ValidationError):
        return on_invalid_model(request, cause)
    status = HTTP_422_UNPROCESSABLE_ENTITY if isinstance(raised, ValidationException) else raised.status_code
    extra = {"errors": _fields(raised)} if isinstance(raised, ValidationException) else {}
    kept = {name: value for name, value in (raised.headers or {}).items() if name.lower() in {"allow", "retry-after"}}
    return _answer(request, status, advice_for(status), headers=kept, extra=extra)


def on_unknown(request: AnyRequest, unexpected: Exception) -> Response[Any]:
    """Answer 500 without a word of the exception, or 503 while the database is away; log where it came from."""
    last = traceback.extract_tb(unexpected.__traceback__)[-1:]
    place = f"{last[0].filename}:{last[0].lineno}" if last else "unknown"
    log.error("unexpected_error", kind=type(unexpected).__qualname__, place=place)
    if is_away(unexpected):
        return on_domain_error(request, Unavailable())
    return _answer(request, HTTP_500_INTERNAL_SERVER_ERROR, advice_for(500))


def wants_problem(request: AnyRequest) -> bool:
    """Tell whether a program asks: under /api, or anybody who accepts JSON but no HTML."""
    if request.scope["path"].startswith("/api/"):
        return True
    accepted = request.headers.get("accept", "")
    return "json" in accepted and "text/html" not in accepted


def _answer(
    request: AnyRequest,
    status: int,
    advice: Advice,
    *,
    headers: Mapping[str, str] | None = None,
    extra: Mapping[str, object] | None = None,
) -> Response[Any]:
    headers = {"Cache-Control": "no-store"} | dict(headers or {})
    if wants_problem(request):
        problem = dict(extra or {}) | {
            "type": f"urn:machmit:problem:{advice.code}",
            "title": advice.title,
            "status": status,
            "detail": advice.happened,
            "code": advice.code,
        }
        return Response(problem, status_code=status, media_type=PROBLEM, headers=headers)
    return _error_page(request, status, advice, headers)


def _error_page(request: AnyRequest, status: int, advice: Advice, headers: Mapping[str, str]) -> Response[Any]:
    translator = _translator(request)
    words = {
        "status": status,
        "code": advice.code,
        "title": translator.gettext(advice.title),
        "happened": translator.gettext(advice.happened),
        "steps": [translator.gettext(step) for step in advice.steps],
    }
    try:
        response = page(request, "web/error.html", status_code=status, **words)
    except (TemplateError, UnknownAsset, KeyError) as broken:
        log.error("error_page_failed", kind=type(broken).__qualname__)  # noqa: TRY400 - no values in logs
        response = Response(LAST_RESORT, status_code=status, media_type=MediaType.HTML)
    response.headers.update(headers)
    return response


def _translator(request: AnyRequest) -> Translator:
    return translator_of(request) if "pages" in request.app.state else SOURCE


def _fields(raised: ValidationException) -> list[dict[str, str]]:
    rows = raised.extra if isinstance(raised.extra, list) else []
    names = [str(row.get("key", "")) for row in rows if isinstance(row, dict)]
    detail = advice_for(422).happened
    return [{"field": name, "detail": detail} for name in names if name]
