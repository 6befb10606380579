"""What somebody on the hall's Wi-Fi sees of a vote: lengths. They are the same for every choice.

TLS hides contents and adds a constant to each record, so lengths are compared without it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from itertools import count

import httpx
import pytest

from backend.ballots.wire import padded
from backend.polls.actions import NewPoll
from backend.polls.queries import Poll
from backend.polls.types import Channel, PollType
from backend.runtime import Runtime
from tests.factories import Hall, make_hall, make_poll
from tests.integration.live_server import PATIENCE_S, Phone, Served, phone, serve
from tests.secrecy.ways import Vote, enrol_kiosk
from tests.secrecy.wire import Recording, recording_proxy, text_frame_lengths

pytestmark = pytest.mark.timeout(90)

UNEVEN = ["a", "bb-bb", "c" * 40]
ABSTAIN = "enthaltung"
OPTIONS = [{"id": each, "de": each} for each in UNEVEN] + [{"id": ABSTAIN, "de": "Enthaltung", "abstain": True}]
CHOICES: list[object] = [[], ["a"], ["bb-bb"], ["c" * 40], ["a", "bb-bb"], UNEVEN, [ABSTAIN]]
FORBIDDEN: list[object] = [["a", "a"], ["no such"], {"a": 1}, "a", ["a", ABSTAIN]]


@dataclass(slots=True)
class Hearing:
    """A poll with very uneven options, and an ear on the line."""

    served: Served
    hall: Hall
    poll: Poll
    proxy: Recording
    used: int = 0

    def card(self) -> str:
        """Return a card nobody has voted with."""
        self.used += 1
        return self.hall.cards[self.used - 1]

    @property
    def through(self) -> Served:
        """The server as reached through the proxy."""
        return replace(self.served, port=self.proxy.port)


@pytest.fixture
async def hearing(rt: Runtime) -> AsyncIterator[Hearing]:
    hall = await make_hall(rt, voting=60)
    new = NewPoll(type=PollType.MULTI, question={"de": "Welche Bäume?"}, options=OPTIONS, max_choices=3)
    poll = await make_poll(rt, hall, new)
    async with serve(rt) as served, recording_proxy(served.port) as proxy:
        yield Hearing(served, hall, poll, proxy)


def _vote(card: str, choices: object, key: str = "") -> dict[str, object]:
    drawn = Vote.drawn(card, "", Channel.PHONE)
    return {"t": "cast", "id": key or drawn.key, "card": card, "choices": choices, "nonce": drawn.nonce}


async def _say(one: Phone, hearing: Hearing, ballot: dict[str, object]) -> tuple[str, int, int]:
    """Cast over the socket; return the answer's kind, the frame's length and the answer's."""
    hearing.proxy.take()
    frame = padded(ballot | {"poll": hearing.poll.id}, hearing.poll.pad_bytes)
    await one.socket.send(frame.decode())
    answer = await one.hear("ack", "error")
    sent, answered = hearing.proxy.take()
    told = [length for length in text_frame_lengths(answered) if length >= hearing.poll.pad_bytes]
    (cast,) = text_frame_lengths(sent)
    assert len(told) == 1, text_frame_lengths(answered)  # turnout may come between, and is shorter
    return str(answer.get("code", answer["t"])), cast, told[0]


async def test_frames_of_casts_acknowledgements_and_refusals_have_one_length(hearing: Hearing) -> None:
    seen: set[tuple[str, int, int]] = set()
    async with (
        phone(hearing.through, hearing.hall.meeting_id) as one,
        phone(hearing.through, hearing.hall.meeting_id) as two,
    ):
        for each in (one, two):
            await each.hello()
        turn = count()
        for choices in CHOICES:
            card = hearing.card()
            ballot = _vote(card, choices)
            for sent in (ballot, ballot, {**ballot, "choices": [ABSTAIN, "a"]}, _vote(card, choices)):
                seen.add(await _say((one, two)[next(turn) % 2], hearing, sent))
        for choices in FORBIDDEN:
            seen.add(await _say((one, two)[next(turn) % 2], hearing, _vote(hearing.card(), choices)))
        for card in (hearing.hall.guests[0], "K7Q2-9WDM-X4TR-5"):
            seen.add(await _say((one, two)[next(turn) % 2], hearing, _vote(card, ["a"])))
    kinds = {kind for kind, *_ in seen}
    assert kinds == {"ack", "invalid_choices", "already_voted", "not_entitled", "unknown_card"}
    assert {(cast, answer) for _, cast, answer in seen} == {(hearing.poll.pad_bytes, hearing.poll.pad_bytes)}


Send = Callable[[object, str, str], Awaitable[httpx.Response]]


async def _lengths(hearing: Hearing, send: Send) -> dict[tuple[str, int], set[tuple[int, int, int]]]:
    """Send every choice, again, and with a used card; return per outcome the lengths of request, answer and body."""
    seen: dict[tuple[str, int], set[tuple[int, int, int]]] = {}
    for choices in CHOICES:
        card = hearing.card()
        for name, key in (("first", "k" * 32), ("again", "k" * 32), ("used", "u" * 32)):
            hearing.proxy.take()
            answer = await send(choices, card, key)
            sent, answered = hearing.proxy.take()
            assert answered.endswith(answer.content)
            seen.setdefault((name, answer.status_code), set()).add((len(sent), len(answered), len(answer.content)))
    return seen


async def test_whole_requests_and_answers_of_a_phone_have_one_length_per_outcome(hearing: Hearing) -> None:
    async with httpx.AsyncClient(base_url=hearing.through.http, timeout=PATIENCE_S) as http:

        async def send(choices: object, card: str, key: str) -> httpx.Response:
            body = padded({"card": card, "choices": choices, "nonce": "ab" * 32}, hearing.poll.pad_bytes)
            headers = {"Idempotency-Key": key, "Content-Type": "application/json"}
            return await http.post(f"/api/v1/polls/{hearing.poll.id}/ballots", content=body, headers=headers)

        seen = await _lengths(hearing, send)
    _assert_one_length_each(seen, hearing.poll)


async def test_whole_requests_and_answers_of_a_kiosk_have_one_length_per_outcome(hearing: Hearing) -> None:
    async with httpx.AsyncClient(base_url=hearing.through.http, timeout=PATIENCE_S) as http:
        device = await enrol_kiosk(hearing.served.rt, http, hearing.hall)

        async def send(choices: object, card: str, key: str) -> httpx.Response:
            ballot = {"poll": hearing.poll.id, "card": card, "choices": choices, "nonce": "ab" * 32}
            headers = {
                "Idempotency-Key": key,
                "Content-Type": "application/json",
                "Authorization": f"Bearer {device}",
            }
            body = padded(ballot, hearing.poll.pad_bytes)
            return await http.post("/api/v1/kiosk/casts", content=body, headers=headers)

        seen = await _lengths(hearing, send)
    _assert_one_length_each(seen, hearing.poll)


def _assert_one_length_each(seen: dict[tuple[str, int], set[tuple[int, int, int]]], poll: Poll) -> None:
    assert set(seen) == {("first", 201), ("again", 200), ("used", 409)}
    assert all(len(lengths) == 1 for lengths in seen.values()), seen
    bodies = {outcome: body for outcome, lengths in seen.items() for *_, body in lengths}
    assert bodies["first", 201] == bodies["again", 200] == poll.pad_bytes
    assert len({request for lengths in seen.values() for request, *_ in lengths}) == 1


async def test_answers_without_padding_are_found(hearing: Hearing) -> None:
    async with httpx.AsyncClient(base_url=hearing.through.http, timeout=PATIENCE_S) as http:
        lengths = set()
        for choices in (["a"], UNEVEN):
            vote = replace(Vote.drawn(hearing.card(), "a", Channel.PHONE))
            hearing.proxy.take()
            await http.post(
                f"/api/v1/polls/{hearing.poll.id}/ballots",
                json=vote.body | {"choices": choices},
                headers={"Idempotency-Key": vote.key},
            )
            lengths.add(len(hearing.proxy.take()[0]))
    assert len(lengths) == 2  # what the proxy would have seen of a device that does not pad
