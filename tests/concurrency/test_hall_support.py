"""Support for questions from a whole hall at one instant, also while questions are merged."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from backend.meetings.actions.questions import NewQuestion, ask_question, merge_question, move_question, upvote_question
from backend.meetings.actions.speakers import SpeakingRules, request_to_speak, set_speaking_rules
from backend.meetings.models import QuestionVote
from backend.meetings.queries import questions_of
from backend.meetings.types import OrderRule, QuestionState
from backend.runtime import Runtime
from tests.concurrency.voting import at_once
from tests.factories import Hall, make_hall

pytestmark = [pytest.mark.both_databases, pytest.mark.timeout(60)]
CARDS = 8


async def _ask(rt: Runtime, hall: Hall) -> str:
    async with rt.work.write() as uow:
        question = await ask_question(uow, hall.meeting_id, NewQuestion("Wo parken wir?", "phone"))
        await move_question(uow, question.id, QuestionState.VISIBLE)
        return question.id


async def _support(rt: Runtime, hall: Hall, question: str, card: int) -> int:
    async with rt.work.write() as uow:
        await questions_of(uow.session, hall.meeting_id)  # what a page read before must not decide the count
        return await upvote_question(uow, hall.meeting_id, question, bytes([card]) * 32)


async def _merge(rt: Runtime, question: str, into: str) -> None:
    async with rt.work.write() as uow:
        await merge_question(uow, question, into)


async def _counted(rt: Runtime, hall: Hall, question: str) -> tuple[int, int]:
    """Return the votes as shown and as rows."""
    async with rt.work.read() as uow:
        shown = {each.id: each.votes for each in await questions_of(uow.session, hall.meeting_id)}[question]
        counted = select(func.count()).select_from(QuestionVote).where(QuestionVote.question_id == question)
        return shown, int(await uow.session.scalar(counted) or 0)


async def test_every_card_counts_once_when_all_support_at_once(rt: Runtime, other: Runtime) -> None:
    hall = await make_hall(rt)
    question = await _ask(rt, hall)
    await at_once(*(_support(each, hall, question, card) for card in range(CARDS) for each in (rt, other)))
    assert await _counted(rt, hall, question) == (CARDS, CARDS)


async def test_count_stays_exact_when_questions_merge_meanwhile(rt: Runtime, other: Runtime) -> None:
    hall = await make_hall(rt)
    first, second = await _ask(rt, hall), await _ask(rt, hall)
    ways = ((rt, first), (other, second))
    supports = [_support(each, hall, question, card) for card in range(CARDS) for each, question in ways]
    answers = await at_once(*supports[:CARDS], _merge(other, second, first), *supports[CARDS:])
    assert not [answer for answer in answers if isinstance(answer, BaseException)]
    assert await _counted(rt, hall, first) == (CARDS, CARDS)


async def test_card_that_asks_to_speak_twice_at_once_waits_once(rt: Runtime, other: Runtime) -> None:
    hall = await make_hall(rt)
    async with rt.work.write() as uow:
        rules = SpeakingRules(
            takes_speakers=True, admits_by_hand=False, order_rule=OrderRule.FIRST_COME, limit_s=60, groups=()
        )
        await set_speaking_rules(uow, hall.meeting_id, rules)

    async def request(runtime: Runtime, card: int) -> int:
        async with runtime.work.write() as uow:
            return await request_to_speak(uow, hall.meeting_id, bytes([card]) * 32)

    numbers = await at_once(*(request(each, card) for card in range(4) for each in (rt, other)))
    assert set(numbers) == {1, 2, 3, 4}
