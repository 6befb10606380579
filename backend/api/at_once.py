"""Ballots that need nothing looked up: from the request's bytes into the box, past the framework's parsing.

A middleware of the one route that casts. It takes a request that came whole, in the spelling of our own pages, from
one of our pages or from no browser, for a poll and a card this process has met; everything else goes on to the
handler, which also says what is wrong with it. Both ways cast by the same desk and answer in the same words.
Guarantees: the limits of the handler; a request is cast at most once. Source: docs/performance.md, "Votes".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from litestar.types import ASGIApp, Receive, ReceiveMessage, Scope, Send

from backend.ballots.cast import Prepared
from backend.ballots.types import Acknowledgement
from backend.ballots.wire import CardText, Nonce, RequestKey, acknowledgement_view, padded
from backend.polls.types import Channel
from backend.runtime import Runtime
from backend.web.csrf import OWN_SITES

MAX_BALLOT_BYTES = 16_384
MAX_PAD_CHARS = 16_000
_JSON = b"application/json"


class PlainBallot(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A ballot in the body of a request, as our pages write it."""

    card: CardText
    choices: Any
    nonce: Nonce
    pad: Annotated[str, msgspec.Meta(max_length=MAX_PAD_CHARS)] = ""


_body_of = msgspec.json.Decoder(PlainBallot).decode


def at_once(app: ASGIApp) -> ASGIApp:
    """Wrap the handler that casts."""

    async def lane(scope: Scope, receive: Receive, send: Send) -> None:
        first = await receive()
        rt: Runtime = scope["litestar_app"].state.runtime
        ballot = _ready(rt, scope, first)
        if ballot is None:
            await app(scope, _again(first, receive), send)
            return
        await _answer(await rt.desk.commit(ballot), ballot.poll.pad_bytes, send)

    return lane


def _ready(rt: Runtime, scope: Scope, message: ReceiveMessage) -> Prepared | None:
    """Return the ballot of a request, if it is a plain one. Raises: DomainError."""
    if message["type"] != "http.request" or message.get("more_body") or len(message["body"]) > MAX_BALLOT_BYTES:
        return None
    headers: Mapping[bytes, bytes] = dict(scope["headers"])
    if scope["user"] is not None or headers.get(b"content-type") != _JSON or not _is_own(headers):
        return None
    try:
        plain = _body_of(message["body"])
        key = msgspec.convert(headers.get(b"idempotency-key", b"").decode("latin-1"), RequestKey)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    return rt.desk.prepared_at_once(
        scope["path_params"]["poll_id"],
        plain.card,
        choices=plain.choices,
        nonce=bytes.fromhex(plain.nonce),
        channel=Channel.PHONE,
        request_key=key,
    )


def _is_own(headers: Mapping[bytes, bytes]) -> bool:
    """Tell whether the browser says it comes from our page, or there is none; `form_guard` judges the rest."""
    site = headers.get(b"sec-fetch-site")
    return b"origin" not in headers if site is None else site.decode("latin-1") in OWN_SITES


def _again(first: ReceiveMessage, receive: Receive) -> Receive:
    """Return what gives a message once more, and then those after it."""
    waiting = [first]

    async def replayed() -> ReceiveMessage:
        return waiting.pop() if waiting else await receive()

    return replayed


async def _answer(answer: Acknowledgement, pad_bytes: int, send: Send) -> None:
    body = padded(acknowledgement_view(answer), pad_bytes)
    headers = [
        (b"content-type", _JSON),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": 201 if answer.is_first else 200, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
