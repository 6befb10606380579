"""The contract between the room and whatever server carries it: with a lent transport and through plain ASGI alike."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from backend.ballots.redemptions import turnout
from backend.ballots.seal import openings
from backend.live.fanout import fan_out
from backend.live.frames import MAX_FRAME_BYTES
from backend.live.lines import QueueLine
from backend.live.protocol import LentLine
from backend.live.wire import Outgoing
from backend.meetings.actions.hall import notify_hall
from backend.meetings.live_tokens import issue_live_token
from backend.polls.actions import NewPoll
from backend.polls.types import PollState, PollType
from backend.runtime import Runtime
from tests.factories import YES_NO, make_hall, make_poll, move_poll
from tests.integration.live_server import Phone, Served, phone, serve


@pytest.fixture(params=["lent transport", "plain asgi"])
async def served(request: pytest.FixtureRequest, rt: Runtime) -> AsyncIterator[Served]:
    """A server, once lending its transports and once not."""
    async with serve(rt, is_lent=request.param == "lent transport") as running:
        yield running


async def close_code(one: Phone) -> int:
    """Read until the server hangs up; return its close code."""
    try:
        while True:
            await one.hear()
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else 0


async def test_members_are_written_to_in_the_way_the_server_offers(
    served: Served, request: pytest.FixtureRequest
) -> None:
    hall = await make_hall(served.rt)
    expected = LentLine if "lent" in request.node.name else QueueLine
    async with phone(served, hall.meeting_id) as one:
        await one.hello()
        room = await served.app.state.rooms.enter(hall.meeting_id)
        assert [type(member.line) for member in room.members] == [expected]
        await served.app.state.rooms.leave(room, None)


async def test_compression_is_not_negotiated(served: Served) -> None:
    hall = await make_hall(served.rt)
    async with phone(served, hall.meeting_id, compression="deflate") as one:
        assert one.socket.response is not None
        assert "Sec-WebSocket-Extensions" not in one.socket.response.headers
        await one.hello()


async def test_slow_reader_is_dropped_and_others_hear_everything(served: Served) -> None:
    hall = await make_hall(served.rt)
    async with phone(served, hall.meeting_id) as good, phone(served, hall.meeting_id) as slow:
        await good.hello()
        await slow.hello()
        room = await served.app.state.rooms.enter(hall.meeting_id)
        slow.socket.transport.pause_reading()
        sent, lost = 0, 0
        while not lost:
            sent += 1
            message = Outgoing(json.dumps({"t": "event", "seq": sent, "pad": "." * 60_000}).encode())
            lost = len(await fan_out(tuple(room.members), message))
            assert (await good.hear("event"))["seq"] == sent
        assert lost == 1
        await served.app.state.rooms.leave(room, None)
        slow.socket.transport.abort()


async def test_messages_to_a_slow_reader_arrive_whole_and_in_order_once_it_reads(served: Served) -> None:
    hall = await make_hall(served.rt)
    async with phone(served, hall.meeting_id) as slow:
        await slow.hello()
        room = await served.app.state.rooms.enter(hall.meeting_id)
        slow.socket.transport.pause_reading()
        (member,) = room.members
        sent = 0
        while not member.line.waiting_bytes():  # until the kernel takes no more, perhaps in the middle of a message
            sent += 1
            assert (
                await fan_out([member], Outgoing(json.dumps({"t": "event", "n": sent, "pad": "." * 7_000}).encode()))
                == []
            )
        member.send(Outgoing(json.dumps({"t": "event", "n": sent + 1}).encode()))
        slow.socket.transport.resume_reading()
        assert [(await slow.hear("event"))["n"] for _ in range(sent + 1)] == list(range(1, sent + 2))
        await served.app.state.rooms.leave(room, None)


async def test_cast_answers_have_one_length_for_every_choice_and_refusal(served: Served) -> None:
    hall = await make_hall(served.rt)
    poll = await make_poll(served.rt, hall)
    sizes: dict[str, int] = {}
    async with phone(served, hall.meeting_id) as one:
        await one.hello()
        for name, card, choices in (
            ("yes", hall.cards[0], ["yes"]),
            ("abst", hall.cards[1], ["abst"]),
            ("twice", hall.cards[0], ["yes"]),
            ("wrong", hall.cards[2], ["nonsense"]),
        ):
            fields = {"choices": choices, "id": secrets.token_hex(16), "nonce": secrets.token_hex(32)}
            await one.say("cast", poll=poll.id, card=card, **fields)
            text = await one.hear_raw("error" if name in {"twice", "wrong"} else "ack")
            sizes[name] = len(text.encode())
    assert set(sizes.values()) == {poll.pad_bytes}


async def test_casts_in_a_burst_are_each_answered_by_their_own_key(served: Served) -> None:
    hall = await make_hall(served.rt)
    poll = await make_poll(served.rt, hall)
    async with phone(served, hall.meeting_id) as one:
        await one.hello()
        await one.cast(poll.id, hall.cards[0])
        keys = [secrets.token_hex(16) for _ in range(10)]
        for card, key in zip(hall.cards[1:], keys, strict=False):
            ballot = {"choices": ["yes"], "nonce": secrets.token_hex(32)}
            await one.say("cast", poll=poll.id, card=card, id=key, **ballot)
        await one.say("ping")
        answers = [await one.hear("ack", "error") for _ in keys]
    assert {answer["t"] for answer in answers} == {"ack"}
    assert sorted(answer["id"] for answer in answers) == sorted(keys)
    async with served.rt.work.read() as uow:
        assert (await turnout(uow.session, [poll.id]))[poll.id].used == 1 + len(keys)


async def test_changed_vote_sent_right_behind_the_first_one_is_the_last_word(served: Served) -> None:
    hall = await make_hall(served.rt)
    changeable = NewPoll(type=PollType.YESNO, question={"de": "?"}, options=YES_NO, change_until_close=True)
    poll = await make_poll(served.rt, hall, changeable)
    async with phone(served, hall.meeting_id) as one:
        await one.hello()
        await one.cast(poll.id, hall.cards[0])
        for number in range(1, 5):
            last = [{"id": secrets.token_hex(16), "nonce": secrets.token_hex(32)} for _ in range(3)]
            for ballot, choice in zip(last, ("yes", "abst", "no"), strict=True):
                await one.say("cast", poll=poll.id, card=hall.cards[number], choices=[choice], **ballot)
            answers = [await one.hear("ack", "error") for _ in last]
            assert [answer["id"] for answer in answers] == [ballot["id"] for ballot in last]
    await move_poll(served.rt, poll, PollState.CLOSING, PollState.CLOSED, PollState.COUNTING, PollState.SEALED)
    async with served.rt.work.read() as uow:
        told = sorted(json.dumps(opening.choices) for opening in await openings(uow.session, poll.id))
    assert told == ['["no"]'] * 4 + ['["yes"]']


async def test_too_many_casts_end_the_connection(served: Served) -> None:
    hall = await make_hall(served.rt)
    poll = await make_poll(served.rt, hall)
    async with phone(served, hall.meeting_id) as one:
        await one.hello()
        await one.cast(poll.id, hall.cards[0])
        ballot = {"poll": poll.id, "card": hall.cards[0], "choices": ["yes"], "nonce": secrets.token_hex(32)}
        with suppress(ConnectionClosed):
            for _ in range(100):
                await one.say("cast", id=secrets.token_hex(16), **ballot)
        assert await close_code(one) == 1008


async def test_cast_for_another_meetings_poll_is_not_found(served: Served) -> None:
    hall, other = await make_hall(served.rt), await make_hall(served.rt, slug="talbrunn")
    poll = await make_poll(served.rt, other)
    async with phone(served, other.meeting_id) as one:
        await one.hello()
        await one.cast(poll.id, other.cards[0])
    async with phone(served, hall.meeting_id) as stranger:
        await stranger.hello()
        assert (await stranger.cast(poll.id, other.cards[1]))["code"] == "not_found"


async def test_projector_cannot_cast_whatever_has_been_read_before(served: Served) -> None:
    hall = await make_hall(served.rt)
    poll = await make_poll(served.rt, hall)
    token = issue_live_token(
        served.rt.keyring.session,
        role="projector",
        meeting_id=hall.meeting_id,
        subject="1",
        now=served.rt.clock.now(),
    )
    async with phone(served, hall.meeting_id) as one, phone(served, hall.meeting_id) as wall:
        await one.hello()
        await one.cast(poll.id, hall.cards[0])
        await wall.hello(token=token)
        assert (await wall.cast(poll.id, hall.cards[1]))["code"] == "forbidden"


@pytest.mark.parametrize("text", ["nonsense", "[]", '{"t":"shout"}', '{"t":"ping","extra":1}', "[" * 9_000])
async def test_malformed_message_is_refused_and_the_socket_stays(served: Served, text: str) -> None:
    hall = await make_hall(served.rt)
    async with phone(served, hall.meeting_id) as one:
        await one.hello()
        await one.socket.send(text)
        assert (await one.hear("error"))["code"] == "invalid"
        await one.say("ping")
        await one.hear("pong")


async def test_oversize_frame_ends_the_connection(served: Served) -> None:
    hall = await make_hall(served.rt)
    async with phone(served, hall.meeting_id) as one:
        await one.hello()
        await one.socket.send("x" * (MAX_FRAME_BYTES + 1))
        assert await close_code(one) == 1009


async def test_binary_frame_ends_the_connection(served: Served) -> None:
    hall = await make_hall(served.rt)
    async with phone(served, hall.meeting_id) as one:
        await one.socket.send(b"\x00")
        assert (await one.hear("error"))["code"] == "invalid"
        assert await close_code(one) == 1003


async def test_too_many_frames_end_the_connection(served: Served) -> None:
    hall = await make_hall(served.rt)
    async with phone(served, hall.meeting_id) as one:
        await one.hello()
        with suppress(ConnectionClosed):
            for _ in range(100):
                await one.say("ping")
        assert await close_code(one) == 1008


@pytest.mark.parametrize(
    ("origin", "is_welcome"),
    [(None, True), ("http://testserver.local", True), ("same", True), ("https://evil.example", False), ("null", False)],
)
async def test_connect_from_other_pages_is_refused(served: Served, origin: str | None, is_welcome: bool) -> None:
    hall = await make_hall(served.rt)
    wanted = served.http if origin == "same" else origin
    if is_welcome:
        async with phone(served, hall.meeting_id, origin=wanted) as one:
            await one.hello()
        return
    with pytest.raises(InvalidStatus):
        async with phone(served, hall.meeting_id, origin=wanted):
            pass


async def test_connect_without_subprotocol_or_to_unknown_meeting_is_refused(served: Served) -> None:
    hall = await make_hall(served.rt)
    with pytest.raises(InvalidStatus):
        async with phone(served, hall.meeting_id, subprotocols=None):
            pass
    with pytest.raises(InvalidStatus):
        async with phone(served, "nowhere"):
            pass


async def test_events_reach_everybody_in_order_and_once(served: Served) -> None:
    hall = await make_hall(served.rt)
    async with phone(served, hall.meeting_id) as one, phone(served, hall.meeting_id) as two:
        start = (await one.hello())["seq"]
        await two.hello()
        for number in range(30):
            async with served.rt.work.write() as uow:
                await notify_hall(uow, hall.meeting_id, f"Nachricht {number}")
        for each in (one, two):
            heard = [await each.hear("event") for _ in range(30)]
            assert [event["seq"] for event in heard] == list(range(start + 1, start + 31))
            assert [event["text"] for event in heard] == [f"Nachricht {number}" for number in range(30)]


async def test_leaving_members_close_the_room(served: Served) -> None:
    hall = await make_hall(served.rt)
    async with phone(served, hall.meeting_id) as one:
        await one.hello()
        assert served.app.state.rooms.sizes() == {hall.meeting_id: 1}
    async with asyncio.timeout(20):
        while served.app.state.rooms.sizes():  # noqa: ASYNC110 - the application has no event for an empty house
            await asyncio.sleep(0)
