"""The socket of a meeting over a real server: welcome, votes, questions, events, turnout."""

from __future__ import annotations

import json
import secrets
from collections.abc import AsyncIterator

import pytest

from backend.accounts.types import Role as StaffRole
from backend.ballots.redemptions import turnout
from backend.cards.codes import grouped
from backend.kit.clock import SystemClock
from backend.kit.settings import Settings
from backend.meetings.actions.hall import end_projectors, notify_hall
from backend.meetings.actions.questions import move_question
from backend.meetings.live_tokens import InvalidLiveToken, issue_live_token
from backend.meetings.types import QuestionState
from backend.polls.types import Channel, PollState
from backend.runtime import Runtime, build_runtime
from backend.transparency.ballots import ballot_commitment, tracking_code
from tests.factories import make_hall, make_person, make_poll, move_poll
from tests.integration.live_server import Served, phone, serve


@pytest.fixture
async def served(rt: Runtime) -> AsyncIterator[Served]:
    """The application behind a real server."""
    async with serve(rt) as running:
        yield running


async def test_hello_without_card_gets_state(served: Served) -> None:
    hall = await make_hall(served.rt)
    poll = await make_poll(served.rt, hall)
    async with phone(served, hall.meeting_id) as one:
        welcome = await one.hello()
    assert (welcome["role"], welcome["card"]) == ("attendee", "none")
    assert welcome["state"]["mine"] == {}
    assert welcome["state"]["polls"][0]["id"] == poll.id
    assert welcome["seq"] == welcome["state"]["seq"]


@pytest.mark.parametrize(("kind", "status"), [("cards", "valid"), ("guests", "guest")])
async def test_hello_with_card_tells_what_it_is(served: Served, kind: str, status: str) -> None:
    hall = await make_hall(served.rt)
    async with phone(served, hall.meeting_id) as one:
        assert (await one.hello(card=grouped(getattr(hall, kind)[0])))["card"] == status


async def test_hello_with_unknown_card_is_told_and_may_watch(served: Served) -> None:
    hall = await make_hall(served.rt)
    async with phone(served, hall.meeting_id) as one:
        await one.say("hello", card="K7Q2-9WDM-X4TR-5")
        assert (await one.hear("error"))["code"] == "unknown_card"
        assert (await one.hear("welcome"))["card"] == "none"
        assert (await one.hello(card=hall.cards[0]))["card"] == "valid"


async def test_hello_of_other_meetings_card_is_refused(served: Served) -> None:
    hall = await make_hall(served.rt)
    other = await make_hall(served.rt, slug="talbrunn")
    async with phone(served, hall.meeting_id) as one:
        await one.say("hello", card=other.cards[0])
        assert (await one.hear("error"))["code"] == "not_in_register"


async def test_hello_too_many_unknown_cards_is_throttled_but_a_known_one_is_not(served: Served) -> None:
    hall = await make_hall(served.rt)
    for _ in range(20):
        served.rt.throttle.failed("card", "127.0.0.1")
    async with phone(served, hall.meeting_id) as one:
        await one.say("hello", card="K7Q2-9WDM-X4TR-5")
        assert (await one.hear("error"))["code"] == "too_many_attempts"
        await one.hear("welcome")
        assert (await one.hello(card=hall.cards[0]))["card"] == "valid"


async def test_cast_is_acknowledged_with_the_phones_own_commitment(served: Served) -> None:
    hall = await make_hall(served.rt)
    poll = await make_poll(served.rt, hall)
    nonce = secrets.token_hex(32)
    async with phone(served, hall.meeting_id) as one:
        await one.hello(card=hall.cards[0])
        answer = await one.cast(poll.id, hall.cards[0], nonce=nonce)
    expected = ballot_commitment(poll.id, bytes.fromhex(nonce), ["yes"])
    assert answer["ballot"]["commitment"] == expected.hex()
    assert answer["ballot"]["tracking_code"] == tracking_code(expected)
    assert answer["channel"] == "phone"


async def test_cast_again_with_the_same_key_gets_the_first_answer(served: Served) -> None:
    hall = await make_hall(served.rt)
    poll = await make_poll(served.rt, hall)
    fields = {"id": secrets.token_hex(16), "nonce": secrets.token_hex(32)}
    async with phone(served, hall.meeting_id) as one:
        await one.hello()
        first = await one.cast(poll.id, hall.cards[0], **fields)
        again = await one.cast(poll.id, hall.cards[0], **fields)
        other = await one.cast(poll.id, hall.cards[0], ["no"], **fields)
    assert first["ballot"] == again["ballot"]
    assert other["code"] == "idempotency_mismatch"


async def test_cast_second_ballot_of_a_card_is_refused_naming_the_channel(served: Served) -> None:
    hall = await make_hall(served.rt)
    poll = await make_poll(served.rt, hall)
    await served.rt.desk.cast_with_card(
        poll.id,
        hall.cards[0],
        choices=["no"],
        nonce=secrets.token_bytes(32),
        channel=Channel.KIOSK,
        request_key="k" * 16,
    )
    async with phone(served, hall.meeting_id) as one:
        welcome = await one.hello(card=hall.cards[0])
        assert welcome["state"]["mine"] == {poll.id: {"voted": True, "channel": "kiosk"}}
        answer = await one.cast(poll.id, hall.cards[0])
    assert (answer["t"], answer["code"], answer["channel"]) == ("error", "already_voted", "kiosk")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"card": "K7Q2-9WDM-X4TR-5"}, "unknown_card"),
        ({"choices": ["yes", "no"]}, "invalid_choices"),
        ({"choices": {"yes": 1}}, "invalid_choices"),
        ({"poll": "nowhere"}, "not_found"),
    ],
)
async def test_cast_wrong_ballot_is_refused_by_code(served: Served, changed: dict[str, object], code: str) -> None:
    hall = await make_hall(served.rt)
    poll = await make_poll(served.rt, hall)
    async with phone(served, hall.meeting_id) as one:
        await one.hello()
        fields: dict[str, object] = {"poll": poll.id, "card": hall.cards[0], "choices": ["yes"]} | changed
        await one.say("cast", id=secrets.token_hex(16), nonce=secrets.token_hex(32), **fields)
        assert (await one.hear("error"))["code"] == code


async def test_cast_guest_card_or_closed_poll_is_refused(served: Served) -> None:
    hall = await make_hall(served.rt)
    poll = await make_poll(served.rt, hall)
    async with phone(served, hall.meeting_id) as one:
        await one.hello()
        assert (await one.cast(poll.id, hall.guests[0]))["code"] == "not_entitled"
        await move_poll(served.rt, poll, PollState.CLOSING, PollState.CLOSED)
        assert (await one.cast(poll.id, hall.cards[0]))["code"] == "poll_not_open"


async def test_cast_poll_of_another_meeting_is_not_found(served: Served) -> None:
    hall = await make_hall(served.rt)
    other = await make_hall(served.rt, slug="talbrunn")
    poll = await make_poll(served.rt, other)
    async with phone(served, hall.meeting_id) as one:
        await one.hello()
        assert (await one.cast(poll.id, other.cards[0]))["code"] == "not_found"


async def test_hello_of_a_wall_that_was_signed_off_is_refused(served: Served) -> None:
    rt = served.rt
    hall = await make_hall(rt)
    token = issue_live_token(
        rt.keyring.session, role="projector", meeting_id=hall.meeting_id, subject="1", now=rt.clock.now()
    )
    async with phone(served, hall.meeting_id) as wall:
        assert (await wall.hello(token=token))["role"] == "projector"
    async with rt.work.write() as uow:
        await end_projectors(uow, hall.meeting_id)
    async with phone(served, hall.meeting_id) as wall:
        await wall.say("hello", token=token)
        assert (await wall.hear("error"))["code"] == InvalidLiveToken.code
        assert (await wall.hear("welcome"))["role"] == "attendee"


async def test_cast_from_kiosk_counts_as_kiosk_and_projector_may_not(served: Served) -> None:
    rt = served.rt
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall)
    tokens = {
        role: issue_live_token(
            rt.keyring.session, role=role, meeting_id=hall.meeting_id, subject=subject, now=rt.clock.now()
        )
        for role, subject in (("kiosk", "device"), ("projector", "1"))
    }
    async with phone(served, hall.meeting_id) as kiosk, phone(served, hall.meeting_id) as projector:
        assert (await kiosk.hello(token=tokens["kiosk"]))["role"] == "kiosk"
        assert (await projector.hello(token=tokens["projector"]))["role"] == "projector"
        assert (await kiosk.cast(poll.id, hall.cards[0]))["channel"] == "kiosk"
        assert (await projector.cast(poll.id, hall.cards[1]))["code"] == "forbidden"
    async with rt.work.read() as uow:
        assert (await turnout(uow.session, [poll.id]))[poll.id].cards == {Channel.KIOSK: 1}


async def test_hello_with_stage_token_sees_hidden_questions_until_the_right_is_gone(served: Served) -> None:
    rt = served.rt
    hall = await make_hall(rt)
    async with rt.work.write() as uow:
        user = await make_person(uow, "hanna", hall.org_id, StaffRole.HOST)
        outsider = await make_person(uow, "otto", hall.org_id, StaffRole.EDITOR)

    def token(subject: str) -> str:
        return issue_live_token(
            rt.keyring.session, role="moderator", meeting_id=hall.meeting_id, subject=subject, now=rt.clock.now()
        )

    async with phone(served, hall.meeting_id) as one, phone(served, hall.meeting_id) as stage:
        await one.hello(card=hall.guests[0])
        await one.say("ask", id="a" * 16, text="Wer gießt die Bäume?")
        assert (await one.hear("ack"))["question"]["state"] == "submitted"
        welcome = await stage.hello(token=token(user))
        assert welcome["role"] == "moderator"
        assert [question["text"] for question in welcome["state"]["questions"]] == ["Wer gießt die Bäume?"]
        assert (await one.hello())["state"]["questions"] == []
        await stage.say("hello", token=token(outsider))
        assert (await stage.hear("error"))["code"] == "invalid_token"
        await stage.say("hello", token=token(user)[:-1] + "x")
        assert (await stage.hear("error"))["code"] == "invalid_token"


async def test_ask_and_upvote_need_a_card_and_count_once(served: Served) -> None:
    hall = await make_hall(served.rt)
    async with phone(served, hall.meeting_id) as one:
        await one.hello()
        await one.say("ask", id="q" * 16, text="Ohne Karte?")
        assert (await one.hear("error"))["code"] == "unknown_card"
        await one.hello(card=hall.guests[0])
        answers = []
        for _ in range(2):
            await one.say("ask", id="q" * 16, text="Wie breit wird der Gehstreifen?")
            answers.append((await one.hear("ack"))["question"])
        question = answers[0]
        assert answers[1] == question
        async with served.rt.work.write() as uow:
            await move_question(uow, question["id"], QuestionState.VISIBLE)
        event = await one.hear("event")
        while "text" not in event["question"]:
            event = await one.hear("event")
        assert event["question"]["text"] == "Wie breit wird der Gehstreifen?"
        for key in ("u" * 16, "v" * 16):
            await one.say("upvote", id=key, question=question["id"])
            assert (await one.hear("ack"))["question"]["votes"] == 1
        await one.say("ask", id="w" * 16, text="x" * 301)
        assert (await one.hear("error"))["code"] == "invalid"


async def test_ping_is_answered(served: Served) -> None:
    hall = await make_hall(served.rt)
    async with phone(served, hall.meeting_id) as one:
        await one.hello()
        await one.say("ping")
        assert await one.hear("pong") == {"t": "pong"}


async def test_message_before_hello_is_refused(served: Served) -> None:
    hall = await make_hall(served.rt)
    async with phone(served, hall.meeting_id) as one:
        await one.say("ping")
        assert (await one.hear("error"))["code"] == "invalid"


async def test_hello_with_since_gets_only_what_was_missed(served: Served) -> None:
    hall = await make_hall(served.rt)
    async with phone(served, hall.meeting_id) as one:
        seq = (await one.hello())["seq"]
    poll = await make_poll(served.rt, hall)
    async with phone(served, hall.meeting_id) as one:
        welcome = await one.hello(since=seq, card=hall.cards[0])
        assert "state" not in welcome
        assert welcome["mine"] == {}
        kinds = [await one.hear("event") for _ in range(2)]
        assert [event["kind"] for event in kinds] == ["poll.ready", "poll.opened"]
        assert kinds[-1]["poll"]["id"] == poll.id
        assert kinds[-1]["poll"]["used"] == 0
        assert "state" in await one.hello(since=10_000)


async def test_turnout_is_told_coalesced_and_ends_with_the_latest(served: Served) -> None:
    hall = await make_hall(served.rt, voting=20)
    poll = await make_poll(served.rt, hall)
    async with phone(served, hall.meeting_id) as watcher, phone(served, hall.meeting_id) as voter:
        await watcher.hello()
        await voter.hello()
        for card in hall.cards[:18]:
            assert (await voter.cast(poll.id, card))["t"] == "ack"
        tallies = [await watcher.hear("tally")]
        while tallies[-1]["used"] < 18:
            tallies.append(await watcher.hear("tally"))
    assert tallies[-1] == {
        "t": "tally",
        "poll": poll.id,
        "used": 18,
        "sheets_out": 0,
        "cards": {"phone": 18},
        "sheets_scanned": 0,
    }
    assert len(tallies) < 18


@pytest.mark.redis
async def test_events_and_turnout_cross_processes_over_redis(settings: Settings, redis_url: str, rt: Runtime) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall)
    wired = settings.model_copy(update={"redis_url": redis_url})
    here, there = (build_runtime(wired, clock=SystemClock()) for _ in range(2))
    async with (
        serve(here) as one_process,
        serve(there) as other_process,
        phone(one_process, hall.meeting_id) as one,
        phone(other_process, hall.meeting_id) as two,
    ):
        await one.hello()
        await two.hello()
        assert (await one.cast(poll.id, hall.cards[0]))["t"] == "ack"
        tally = await two.hear("tally")
        while tally["used"] != 1:
            tally = await two.hear("tally")
        async with here.work.write() as uow:
            await notify_hall(uow, hall.meeting_id, "Gleich geht es weiter.")
        assert (await two.hear("event"))["text"] == "Gleich geht es weiter."


async def test_welcome_is_plain_json_of_the_state(served: Served) -> None:
    hall = await make_hall(served.rt)
    async with phone(served, hall.meeting_id) as one:
        await one.say("hello", card=hall.cards[0])
        text = await one.hear_raw("welcome")
    assert json.loads(text)["state"]["meeting"]["id"] == hall.meeting_id
    assert "now" in json.loads(text)
