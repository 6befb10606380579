"""Cast a ballot over HTTP, check a card, read results and openings."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.params import HeaderParameter
from pydantic import Field, JsonValue

from backend.accounts.types import Principal, Right
from backend.api.at_once import MAX_BALLOT_BYTES, MAX_PAD_CHARS, at_once
from backend.ballots.results import NotRevealed, count_record, published_openings, shown_result, sign_count
from backend.ballots.types import MAX_REQUEST_KEY_CHARS
from backend.ballots.wire import acknowledgement_view, padded
from backend.cards.errors import UnknownCard
from backend.cards.queries import find_card, voter_hash
from backend.kit.db import JsonDict
from backend.kit.uow import UnitOfWork
from backend.polls.queries import get_poll
from backend.polls.types import Channel
from backend.runtime import Runtime
from backend.web.access import PUBLIC, access
from backend.web.body import Body, CardText
from backend.web.source import source_of


class CastBody(Body):
    """A ballot as a phone sends it. The channel is not the sender's to say."""

    card: CardText
    choices: JsonValue
    nonce: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    pad: Annotated[str, Field(max_length=MAX_PAD_CHARS)] | None = None


class CardBody(Body):
    """A card code to look at."""

    card: CardText


class SignBody(Body):
    """A confirmation of a count; a reason where an equation does not hold."""

    reason: Annotated[str, Field(max_length=2_000)] = ""


@post(
    "/api/v1/polls/{poll_id:str}/ballots",
    opt={"access": PUBLIC},
    middleware=[at_once],
    request_max_body_size=MAX_BALLOT_BYTES,
    status_code=201,
)
async def cast_ballot(
    poll_id: str,
    data: CastBody,
    rt: Runtime,
    request: Request[Any, Any, Any],
    request_key: Annotated[
        str, HeaderParameter(name="Idempotency-Key", min_length=8, max_length=MAX_REQUEST_KEY_CHARS)
    ],
) -> Response[bytes]:
    """Cast a ballot from a phone. Repeating a request with its key gives its first answer (200)."""
    source = source_of(request)
    try:
        answer = await rt.desk.cast_with_card(
            poll_id,
            data.card,
            choices=data.choices,
            nonce=bytes.fromhex(data.nonce),
            channel=Channel.PHONE,
            request_key=request_key,
        )
    except UnknownCard:
        rt.throttle.check("card", source)
        rt.throttle.failed("card", source)
        raise
    pad_bytes = (await rt.desk.frozen(poll_id)).pad_bytes
    return Response(
        padded(acknowledgement_view(answer), pad_bytes),
        status_code=201 if answer.is_first else 200,
        media_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


@post("/api/v1/cards/check", opt={"access": PUBLIC}, status_code=200, request_max_body_size=MAX_BALLOT_BYTES)
async def check_card(data: CardBody, rt: Runtime, reader: UnitOfWork, request: Request[Any, Any, Any]) -> JsonDict:
    """Tell which meeting a card belongs to and what it may do. Failures are limited per source."""
    source = source_of(request)
    try:
        card = await find_card(reader.session, voter_hash(rt.keyring, data.card))
    except UnknownCard:
        rt.throttle.check("card", source)
        rt.throttle.failed("card", source)
        raise
    return {"meeting": card.meeting_id, "kind": card.kind.value, "void": card.is_void}


@get("/api/v1/polls/{poll_id:str}/result", opt={"access": PUBLIC})
async def get_result(poll_id: str, reader: UnitOfWork) -> JsonDict:
    """Return the result once it is revealed."""
    poll = await get_poll(reader.session, poll_id)
    result = await shown_result(reader.session, poll)
    if result is None:
        raise NotRevealed
    return result | {"state": poll.state.value}


@get("/api/v1/polls/{poll_id:str}/openings.jsonl", opt={"access": PUBLIC})
async def get_openings(poll_id: str, reader: UnitOfWork) -> Response[bytes]:
    """Return every single ballot with its nonce, sorted by commitment, once published."""
    file = await published_openings(reader.session, await get_poll(reader.session, poll_id))
    return Response(file, media_type="application/jsonl")


@get("/api/v1/polls/{poll_id:str}/count-record", opt={"access": access(Right.SEE_COUNT_RECORD)})
async def get_count_record(poll_id: str, reader: UnitOfWork) -> JsonDict:
    """Return the whole count record with every channel, equation and signature."""
    return await count_record(reader.session, poll_id)


@post("/api/v1/polls/{poll_id:str}/signatures", opt={"access": access(Right.CONFIRM_RESULT)}, status_code=201)
async def sign_result(poll_id: str, data: SignBody, uow: UnitOfWork, principal: Principal) -> JsonDict:
    """Confirm the count as one of two persons."""
    signatures = await sign_count(uow, poll_id, user_id=principal.user_id, reason=data.reason)
    return {"signatures": signatures}


routes = [cast_ballot, check_card, get_result, get_openings, get_count_record, sign_result]
