"""Every message of the socket, both ways.

Guarantees: a decoded client message has only known fields, each within its limit; a server message has one
spelling. Refuses (`Invalid`) everything else without saying what the parser thought.
Source: docs/contract.md, "WebSocket".
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, TypeAlias

import msgspec
from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from backend.ballots.wire import CardText, Nonce, RequestKey
from backend.kit.db import JsonDict
from backend.kit.errors import DomainError, Invalid
from backend.kit.stream import Event

SUBPROTOCOL = "machmit.v1"
MAX_FRAME_BYTES = 16_384
MAX_FRAMES_PER_S = 20
MAX_QUESTION_CHARS = 1_000  # longer than any question may be, so that the domain can say so in its own words
MAX_NICKNAME_CHARS = 200

TokenText = Annotated[str, Meta(min_length=1, max_length=400)]
Id = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,40}\Z")]
Seq = Annotated[int, Meta(ge=0, le=2**53 - 1)]


class Role(StrEnum):
    """What a connection may hear and do."""

    ATTENDEE = "attendee"
    MODERATOR = "moderator"
    PROJECTOR = "projector"
    KIOSK = "kiosk"


class CardStatus(StrEnum):
    """What became of the card of a `hello`."""

    VALID = "valid"
    GUEST = "guest"
    VOID = "void"
    NONE = "none"


class FromClient(Struct, tag_field="t", forbid_unknown_fields=True, frozen=True):
    """Whatever a client may say."""


class Hello(FromClient, tag="hello", frozen=True):
    """Who is there, and from which number on it has missed events."""

    card: CardText | None = None
    token: TokenText | None = None
    since: Seq | None = None


class Cast(FromClient, tag="cast", frozen=True):
    """A ballot. It names its card; the channel is not the sender's to say."""

    id: RequestKey
    poll: Id
    card: CardText
    choices: Any
    nonce: Nonce
    pad: str = ""


class Ask(FromClient, tag="ask", frozen=True):
    """A question from the hall."""

    id: RequestKey
    text: Annotated[str, Meta(min_length=1, max_length=MAX_QUESTION_CHARS)]
    nickname: Annotated[str, Meta(max_length=MAX_NICKNAME_CHARS)] = ""


class Upvote(FromClient, tag="upvote", frozen=True):
    """Support for a question."""

    id: RequestKey
    question: Id


class Ping(FromClient, tag="ping", frozen=True):
    """Is anybody there?"""


ClientMessage: TypeAlias = Hello | Cast | Ask | Upvote | Ping


class Welcome(Struct, tag_field="t", tag="welcome", frozen=True, kw_only=True):
    """The answer to `hello`: the whole state, or only what the card did when `since` was near enough."""

    seq: int
    role: Role
    card: CardStatus
    now: str
    state: Raw | UnsetType = UNSET
    mine: JsonDict | UnsetType = UNSET


class Tally(Struct, tag_field="t", tag="tally", frozen=True):
    """How many cards were used. The latest wins."""

    poll: str
    used: int
    sheets_out: int
    cards: dict[str, int]
    sheets_scanned: int


class Heard(Struct, tag_field="t", tag="ack", frozen=True):
    """A question or its support was taken."""

    id: str
    question: JsonDict


class Refusal(Struct, tag_field="t", tag="error", frozen=True, omit_defaults=True, kw_only=True):
    """Why something was refused; the code equals the one over HTTP."""

    code: str
    detail: str
    id: str | None = None
    channel: str | None = None


class Pong(Struct, tag_field="t", tag="pong", frozen=True):
    """Somebody is there."""


ServerMessage: TypeAlias = Welcome | Tally | Heard | Refusal | Pong

_decoder: msgspec.json.Decoder[ClientMessage] = msgspec.json.Decoder(ClientMessage)
_encoder = msgspec.json.Encoder()
PONG = _encoder.encode(Pong())


def decode(text: str | bytes) -> ClientMessage:
    """Read one message of a client. Raises: Invalid."""
    try:
        return _decoder.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise Invalid("Diese Nachricht verstehen wir nicht.") from error


def encode(message: ServerMessage) -> bytes:
    """Spell one message of the server."""
    return _encoder.encode(message)


def encode_event(event: Event) -> bytes:
    """Spell a numbered event; its payload cannot replace the three leading fields."""
    return _encoder.encode({**event.payload, "t": "event", "seq": event.seq, "kind": event.kind})


def encode_json(value: object) -> bytes:
    """Spell plain JSON, such as a state."""
    return _encoder.encode(value)


def refusal(error: DomainError, request: str | None = None) -> Refusal:
    """Return what a client is told about an error."""
    channel = error.extra.get("channel")
    named = channel if isinstance(channel, str) else None
    return Refusal(code=error.code, detail=error.detail, id=request, channel=named)


def refusal_body(error: DomainError, request: str) -> dict[str, object]:
    """Return a refusal as plain fields, to be padded like the acknowledgement it stands for."""
    body: dict[str, object] = {"t": "error", "id": request, "code": error.code, "detail": error.detail}
    return body | {"channel": error.extra["channel"]} if "channel" in error.extra else body


def request_of(message: ClientMessage) -> str | None:
    """Return the request key a message carries, if its kind has one."""
    return None if isinstance(message, Hello | Ping) else message.id
