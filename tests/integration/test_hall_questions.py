"""Questions from the hall: from asking to an answer, a promise, a reason or another question."""

from __future__ import annotations

import secrets
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from backend.kit.clock import FixedClock
from backend.kit.db import JsonDict
from backend.kit.errors import Invalid, NotFound
from backend.kit.stream import events_since
from backend.meetings.actions.questions import (
    NewQuestion,
    answer_in_writing,
    ask_question,
    choose_display,
    defer_question,
    merge_question,
    move_question,
    receipt_hash,
    reject_question,
    upvote_question,
)
from backend.meetings.actions.rows import HallClosed
from backend.meetings.models import QuestionVote
from backend.meetings.queries import HallQuestion, answers_of, own_questions, questions_of, queue_of
from backend.meetings.types import Display, MeetingState, QuestionState, RejectReason
from backend.polls.errors import InvalidTransition
from backend.runtime import Runtime
from tests.factories import Hall, make_hall, move_meeting

pytestmark = pytest.mark.both_databases
PARKING = NewQuestion("Wo parken wir?", "phone", "Ida")


@pytest.fixture
async def hall(rt: Runtime) -> Hall:
    """A running meeting."""
    return await make_hall(rt)


async def ask(rt: Runtime, hall: Hall, new: NewQuestion = PARKING, *states: QuestionState) -> str:
    """Ask and bring the question to a state."""
    async with rt.work.write() as uow:
        question = await ask_question(uow, hall.meeting_id, new)
    await move(rt, question.id, *states)
    return question.id


async def move(rt: Runtime, question: str, *states: QuestionState) -> None:
    """Move a question step by step."""
    for state in states:
        async with rt.work.write() as uow:
            await move_question(uow, question, state)


async def support(rt: Runtime, hall: Hall, question: str, *voters: int) -> int:
    """Support a question with some cards; return its votes."""
    votes = 0
    for voter in voters:
        async with rt.work.write() as uow:
            votes = await upvote_question(uow, hall.meeting_id, question, bytes([voter]) * 32)
    return votes


async def known(rt: Runtime, hall: Hall) -> dict[str, HallQuestion]:
    """Return every question of the meeting."""
    async with rt.work.read() as uow:
        return {each.id: each for each in await questions_of(uow.session, hall.meeting_id, all_states=True)}


async def told(rt: Runtime, hall: Hall) -> list[JsonDict]:
    """Return what everybody was told about questions."""
    async with rt.work.read() as uow:
        events = await events_since(uow.session, hall.meeting_id, 0) or []
    return [event.payload["question"] for event in events if event.kind == "question"]


async def test_new_question_waits_for_approval_and_nobody_is_told_its_words(rt: Runtime, hall: Hall) -> None:
    question = await ask(rt, hall)
    assert await told(rt, hall) == [{"id": question, "state": "submitted", "votes": 0}]
    await move(rt, question, QuestionState.VISIBLE)
    assert (await told(rt, hall))[-1] == {
        "id": question,
        "state": "visible",
        "votes": 0,
        "text": "Wo parken wir?",
        "channel": "phone",
        "nickname": "Ida",
    }


async def test_new_question_is_seen_at_once_where_the_meeting_wants_so(rt: Runtime, hall: Hall) -> None:
    async with rt.work.write() as uow:
        await choose_display(uow, hall.meeting_id, Display.AT_ONCE)
    question = await ask(rt, hall)
    assert (await known(rt, hall))[question].state is QuestionState.VISIBLE


@pytest.mark.parametrize("new", [NewQuestion("", "phone"), NewQuestion("Ja?", "phone", "N" * 41)])
async def test_question_without_words_or_with_a_long_name_is_refused(rt: Runtime, hall: Hall, new: NewQuestion) -> None:
    with pytest.raises(Invalid):
        await ask(rt, hall, new)


async def test_question_after_the_meeting_is_refused(rt: Runtime, hall: Hall) -> None:
    await move_meeting(rt, hall, MeetingState.CLOSED)
    with pytest.raises(HallClosed):
        await ask(rt, hall)


async def test_queue_is_in_the_order_of_queueing(rt: Runtime, hall: Hall, clock: FixedClock) -> None:
    first, second = [await ask(rt, hall, PARKING, QuestionState.VISIBLE) for _ in range(2)]
    for question in (second, first):
        clock.advance(timedelta(seconds=1))
        await move(rt, question, QuestionState.QUEUED)
    async with rt.work.read() as uow:
        assert [each.id for each in await queue_of(uow.session, hall.meeting_id)] == [second, first]


async def test_question_called_on_stage_ends_the_one_before(rt: Runtime, hall: Hall) -> None:
    first = await ask(rt, hall, PARKING, QuestionState.VISIBLE, QuestionState.QUEUED, QuestionState.ON_STAGE)
    second = await ask(rt, hall, PARKING, QuestionState.VISIBLE, QuestionState.ON_STAGE)
    states = {each.id: each.state for each in (await known(rt, hall)).values()}
    assert states == {first: QuestionState.ANSWERED, second: QuestionState.ON_STAGE}


async def test_merge_counts_each_card_once(rt: Runtime, hall: Hall) -> None:
    first = await ask(rt, hall, PARKING, QuestionState.VISIBLE)
    second = await ask(rt, hall, NewQuestion("Parkplätze?", "kiosk"), QuestionState.VISIBLE)
    await support(rt, hall, first, 1, 2, 3)
    await support(rt, hall, second, 3, 4)
    async with rt.work.write() as uow:
        merged = await merge_question(uow, second, first)
        counted = select(func.count()).select_from(QuestionVote).where(QuestionVote.question_id == first)
        assert merged.votes == 4 == await uow.session.scalar(counted)
    assert (await known(rt, hall))[second].merged_into == first
    assert [each["votes"] for each in await told(rt, hall)][-2:] == [2, 4]


async def test_support_for_a_merged_question_counts_where_it_went(rt: Runtime, hall: Hall) -> None:
    first, second, third = [await ask(rt, hall, PARKING, QuestionState.VISIBLE) for _ in range(3)]
    async with rt.work.write() as uow:
        await merge_question(uow, first, second)
    async with rt.work.write() as uow:
        await merge_question(uow, second, third)
    assert await support(rt, hall, first, 1, 1, 2) == 2
    assert (await known(rt, hall))[third].votes == 2


async def test_merge_into_itself_a_hidden_one_or_another_meeting_is_refused(rt: Runtime, hall: Hall) -> None:
    other = await make_hall(rt, slug="bachheim")
    question = await ask(rt, hall, PARKING, QuestionState.VISIBLE)
    hidden = await ask(rt, hall)
    elsewhere = await ask(rt, other, PARKING, QuestionState.VISIBLE)
    for into, refusal in ((question, Invalid), (hidden, Invalid), (elsewhere, NotFound), ("nothing", NotFound)):
        with pytest.raises(refusal):
            async with rt.work.write() as uow:
                await merge_question(uow, question, into)


async def test_rejection_needs_its_reason_and_tells_nobody_else(rt: Runtime, hall: Hall) -> None:
    question = await ask(rt, hall, NewQuestion("Frau X?", "phone", receipt="k1"))
    with pytest.raises(Invalid):
        await move(rt, question, QuestionState.REJECTED)
    async with rt.work.write() as uow:
        await reject_question(uow, question, RejectReason.NAMES_PEOPLE, note="Bitte ohne Namen.")
    assert (await told(rt, hall))[-1] == {"id": question, "state": "rejected", "votes": 0}
    async with rt.work.read() as uow:
        own = await own_questions(uow.session, hall.meeting_id, [receipt_hash(hall.meeting_id, "k1")])
        assert [(each.reject_reason, each.reject_note) for each in own] == [("names_people", "Bitte ohne Namen.")]
        assert await own_questions(uow.session, hall.meeting_id, [receipt_hash("other", "k1")]) == []


async def test_promised_answer_is_owed_until_it_is_written(rt: Runtime, hall: Hall, clock: FixedClock) -> None:
    question = await ask(rt, hall, PARKING, QuestionState.VISIBLE)
    due = (clock.now() + timedelta(days=14)).date()
    async with rt.work.write() as uow:
        await defer_question(uow, question, due_on=due, owner="Tiefbauamt")
    assert (await told(rt, hall))[-1]["due_on"] == due.isoformat()
    with pytest.raises(Invalid):
        await move(rt, question, QuestionState.ANSWERED)
    await move_meeting(rt, hall, MeetingState.CLOSED)
    async with rt.work.write() as uow:
        await answer_in_writing(uow, question, "Auf dem Festplatz.")
    async with rt.work.read() as uow:
        (answered,) = await answers_of(uow.session, hall.meeting_id)
    assert (answered.state, answered.owner, answered.answer) == ("answered", "Tiefbauamt", "Auf dem Festplatz.")


async def test_promise_for_yesterday_and_answer_to_nothing_are_refused(
    rt: Runtime, hall: Hall, clock: FixedClock
) -> None:
    question = await ask(rt, hall, PARKING, QuestionState.VISIBLE)
    with pytest.raises(Invalid):
        async with rt.work.write() as uow:
            await defer_question(uow, question, due_on=(clock.now() - timedelta(days=1)).date())
    with pytest.raises(InvalidTransition):
        async with rt.work.write() as uow:
            await answer_in_writing(uow, question, "Ja.")


async def test_support_from_another_meeting_or_for_a_hidden_question_is_refused(rt: Runtime, hall: Hall) -> None:
    other = await make_hall(rt, slug="bachheim")
    seen, hidden = await ask(rt, hall, PARKING, QuestionState.VISIBLE), await ask(rt, hall)
    for place, question in ((other, seen), (hall, hidden), (hall, secrets.token_hex(8))):
        with pytest.raises(NotFound):
            await support(rt, place, question, 1)
