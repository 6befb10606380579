"""Questions from the hall, and what the stage does with them.

Guarantees: nobody learns who asked; one upvote per card; a question's text is told only once all may see it.
"""

from __future__ import annotations

from sqlalchemy import select

from backend.kit.db import JsonDict
from backend.kit.errors import Conflict, Invalid, NotFound
from backend.kit.stream import append_event
from backend.kit.uow import UnitOfWork
from backend.meetings.actions.rows import lock_meeting
from backend.meetings.models import HallQuestionRow, QuestionVote
from backend.meetings.types import OPEN_TO_HALL, QUESTION_STEPS, SEEN_BY_ALL, MeetingState, QuestionState
from backend.polls.errors import InvalidTransition

MAX_QUESTION_CHARS = 300


class HallClosed(Conflict):
    """The meeting is not taking questions now."""

    code = "hall_closed"
    title = "Gerade werden keine Fragen angenommen"


async def ask_question(uow: UnitOfWork, meeting_id: str, *, text: str, channel: str) -> HallQuestionRow:
    """Take a question from the hall; the stage decides whether all see it. Raises: Invalid, HallClosed."""
    cleaned = " ".join(text.split())
    if not 0 < len(cleaned) <= MAX_QUESTION_CHARS:
        raise Invalid(f"Eine Frage hat 1 bis {MAX_QUESTION_CHARS} Zeichen.")
    row = await lock_meeting(uow, meeting_id)
    if MeetingState(row.state) not in OPEN_TO_HALL:
        raise HallClosed
    question = HallQuestionRow(
        id=uow.new_id(),
        meeting_id=meeting_id,
        text=cleaned,
        channel=channel,
        state=QuestionState.SUBMITTED,
        votes=0,
        asked_at=uow.now,
    )
    uow.session.add(question)
    await uow.session.flush()
    await append_event(uow, meeting_id, "question", {"question": {"id": question.id, "state": question.state}})
    return question


async def upvote_question(uow: UnitOfWork, question_id: str, voter_hash: bytes) -> int:
    """Support a visible question once per card; return its votes. Raises: NotFound."""
    question = await uow.session.get(HallQuestionRow, question_id, with_for_update=True)
    if question is None or QuestionState(question.state) not in {QuestionState.VISIBLE, QuestionState.ON_STAGE}:
        raise NotFound
    if await uow.session.get(QuestionVote, (question_id, voter_hash)) is None:
        uow.session.add(QuestionVote(question_id=question_id, voter_hash=voter_hash))
        question.votes += 1
        await uow.session.flush()
        await append_event(uow, question.meeting_id, "question", {"question": question_view(question)})
    return question.votes


async def move_question(uow: UnitOfWork, question_id: str, target: QuestionState) -> HallQuestionRow:
    """Let the stage show, hold, answer or reject a question. Raises: NotFound, InvalidTransition."""
    question = await uow.session.get(HallQuestionRow, question_id, with_for_update=True)
    if question is None:
        raise NotFound
    if target not in QUESTION_STEPS[QuestionState(question.state)]:
        raise InvalidTransition(state=question.state)
    if target is QuestionState.ON_STAGE:
        await _clear_stage(uow, question.meeting_id)
    question.state = target
    await uow.session.flush()
    await append_event(uow, question.meeting_id, "question", {"question": question_view(question)})
    return question


def question_view(question: HallQuestionRow) -> JsonDict:
    """Return a question in wire form; its text only once everybody may see it."""
    view: JsonDict = {"id": question.id, "state": question.state, "votes": question.votes}
    if QuestionState(question.state) in SEEN_BY_ALL:
        view |= {"text": question.text, "channel": question.channel}
    return view


async def _clear_stage(uow: UnitOfWork, meeting_id: str) -> None:
    """Count the question on stage as answered, because another one takes its place."""
    on_stage = select(HallQuestionRow).where(
        HallQuestionRow.meeting_id == meeting_id, HallQuestionRow.state == QuestionState.ON_STAGE
    )
    for former in await uow.session.scalars(on_stage.with_for_update()):
        former.state = QuestionState.ANSWERED
        await append_event(uow, meeting_id, "question", {"question": question_view(former)})
