"""What is accepted from a client, and how messages are spelt."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode

from backend.ballots.errors import AlreadyVoted
from backend.kit.errors import Invalid
from backend.kit.stream import Event
from backend.live.frames import Ask, Cast, Hello, Ping, decode, encode, encode_event, refusal, refusal_body, request_of
from backend.live.wire import Outgoing, text_frame
from backend.polls.types import Channel

KEY, NONCE = "k" * 16, "0a" * 32


def cast(**changed: object) -> str:
    """Spell a cast with some fields changed."""
    fields = {"t": "cast", "id": KEY, "poll": "p1", "card": "K7Q2", "choices": ["a"], "nonce": NONCE}
    return json.dumps(fields | changed)


def test_decode_reads_every_kind() -> None:
    assert decode('{"t":"hello","card":"K7Q2","since":7}') == Hello(card="K7Q2", since=7)
    assert decode('{"t":"ping"}') == Ping()
    assert decode(cast(pad="...")) == Cast(KEY, "p1", "K7Q2", ["a"], NONCE, "...")
    assert request_of(decode(cast())) == KEY
    assert request_of(Ping()) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "{}",
        '{"t":"hello"',
        '{"t":"welcome","seq":1}',
        '{"t":"hello","since":-1}',
        '{"t":"hello","since":"1"}',
        '{"t":"hello","since":1e400}',
        '{"t":"hello","admin":true}',
        '{"t":"hello","card":""}',
        '{"t":"hello","card":"' + "K" * 65 + '"}',
        '{"t":"hello","token":"' + "K" * 401 + '"}',
        '{"t":"hello","card":"\\ud800"}',
        '{"t":"ask","id":"short","text":"?"}',
        '{"t":"ask","id":"' + "k" * 65 + '","text":"?"}',
        '{"t":"upvote","id":"kkkkkkkk","question":"../../etc"}',
        cast(channel="kiosk"),
        cast(nonce="0A" * 32),
        cast(nonce="0a" * 31),
        cast(id="no blanks allowed"),
        cast(pad=5),
        "[" * 16_000,
        '{"t":"cast","choices":' + "[" * 9_000,
    ],
)
def test_decode_anything_else_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        decode(text)


@given(
    st.text(max_size=200)
    | st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists).map(json.dumps)
)
def test_decode_hostile_text_is_a_message_or_refused(text: str) -> None:
    with suppress(Invalid):
        assert decode(text) is not None


def test_encode_event_payload_cannot_replace_number_or_kind() -> None:
    spelt = json.loads(encode_event(Event(3, "notice", {"t": "ack", "seq": 9, "kind": "x", "text": "Hallo"})))
    assert spelt == {"t": "event", "seq": 3, "kind": "notice", "text": "Hallo"}


def test_refusal_names_code_and_channel() -> None:
    error = AlreadyVoted(Channel.PAPER)
    spelt = json.loads(encode(refusal(error, KEY)))
    assert spelt == {
        "t": "error",
        "id": KEY,
        "code": "already_voted",
        "detail": "Mit dieser Karte wurde auf Papier abgestimmt.",
        "channel": "paper",
    }
    assert refusal_body(error, KEY) == spelt
    assert "id" not in json.loads(encode(refusal(Invalid())))


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, 100_000])
def test_text_frame_equals_the_librarys(size: int) -> None:
    payload = b"x" * size
    assert text_frame(payload) == Frame(Opcode.TEXT, payload).serialize(mask=False)


def test_outgoing_is_spelt_once() -> None:
    message = Outgoing("Gehör".encode())
    assert message.frame is message.frame
    assert message.text == "Gehör"


def test_ask_of_a_thousand_characters_reaches_the_domain() -> None:
    assert isinstance(decode(json.dumps({"t": "ask", "id": KEY, "text": "x" * 1_000})), Ask)
