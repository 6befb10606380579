"""Questions from the hall, and what the stage does with them.

Guarantees: nobody learns who asked; one upvote per card, also after questions were merged; a question's words are
told only once all may see them; who asked finds it again by the request key that only their device holds.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, insert, literal, select, update

from backend.kit.errors import Invalid, NotFound
from backend.kit.stream import append_event
from backend.kit.uow import UnitOfWork
from backend.meetings.actions.rows import floor_row, lock_meeting, lock_meeting_of, lock_open_hall, lock_question
from backend.meetings.floor import floor_of
from backend.meetings.models import HallQuestionRow, QuestionVote
from backend.meetings.queries import to_question
from backend.meetings.types import OPEN_TO_SUPPORT, QUESTION_STEPS, Display, QuestionState, RejectReason
from backend.meetings.wire import question_view
from backend.polls.errors import InvalidTransition

MAX_QUESTION_CHARS = 300
MAX_NICKNAME_CHARS = 40
MAX_NOTE_CHARS = 300
MAX_OWNER_CHARS = 120
MAX_ANSWER_CHARS = 4_000
USUAL_ANSWER_TIME = timedelta(days=28)
_BY_A_CLICK = frozenset(QuestionState) - {QuestionState.REJECTED, QuestionState.DEFERRED, QuestionState.MERGED}


@dataclass(frozen=True, slots=True)
class NewQuestion:
    """A question as entered; `receipt` is the request key by which the asker's device finds it again."""

    text: str
    channel: str
    nickname: str = ""
    receipt: str | None = None


def receipt_hash(meeting_id: str, request_key: str) -> bytes:
    """Return what is kept of the request key of a question."""
    return hashlib.sha256(f"{meeting_id}:{request_key}".encode()).digest()


async def ask_question(uow: UnitOfWork, meeting_id: str, new: NewQuestion) -> HallQuestionRow:
    """Take a question from the hall; all see it at once or after the stage approved. Raises: Invalid, HallClosed."""
    text = _tidy(new.text, "Eine Frage", MAX_QUESTION_CHARS)
    nickname = _tidy(new.nickname, "Ein Name", MAX_NICKNAME_CHARS) if new.nickname.strip() else None
    await lock_open_hall(uow, meeting_id)
    display = (await floor_of(uow.session, meeting_id)).question_display
    question = HallQuestionRow(
        id=uow.new_id(),
        meeting_id=meeting_id,
        text=text,
        nickname=nickname,
        channel=new.channel,
        state=QuestionState.VISIBLE if display is Display.AT_ONCE else QuestionState.SUBMITTED,
        votes=0,
        asked_at=uow.now,
        receipt_hash=receipt_hash(meeting_id, new.receipt) if new.receipt else None,
    )
    uow.session.add(question)
    await _tell(uow, question)
    return question


async def upvote_question(uow: UnitOfWork, meeting_id: str, question_id: str, voter_hash: bytes) -> int:
    """Support a question once per card; support for a merged one counts where it went. Raises: NotFound."""
    question = await lock_question(uow, question_id)
    if question.merged_into is not None:
        question = await lock_question(uow, question.merged_into)
    if question.meeting_id != meeting_id or QuestionState(question.state) not in OPEN_TO_SUPPORT:
        raise NotFound
    if await uow.insert_new(QuestionVote, question_id=question.id, voter_hash=voter_hash):
        question.votes += 1
        await _tell(uow, question)
    return question.votes


async def move_question(uow: UnitOfWork, question_id: str, target: QuestionState) -> HallQuestionRow:
    """Let the stage show, hold, queue, call up or close a question. Raises: NotFound, InvalidTransition, Invalid."""
    question = await _locked(uow, question_id, target)
    if target not in _BY_A_CLICK or question.state == QuestionState.DEFERRED:
        raise Invalid("Dafür fehlt noch eine Angabe: der Grund, der Termin, die Antwort oder die andere Frage.")
    if target is QuestionState.ON_STAGE:
        await _clear_stage(uow, question.meeting_id)
    question.state = target
    question.queued_at = uow.now if target is QuestionState.QUEUED else None
    if target is QuestionState.ANSWERED:
        question.answered_at = uow.now
    await _tell(uow, question)
    return question


async def reject_question(uow: UnitOfWork, question_id: str, reason: RejectReason, *, note: str = "") -> None:
    """Refuse a question for a reason its asker gets to know. Raises: NotFound, InvalidTransition, Invalid."""
    question = await _locked(uow, question_id, QuestionState.REJECTED)
    question.state = QuestionState.REJECTED
    question.reject_reason = reason
    question.reject_note = _tidy(note, "Eine Erklärung", MAX_NOTE_CHARS) if note.strip() else None
    await _tell(uow, question)


async def defer_question(uow: UnitOfWork, question_id: str, *, due_on: date | None = None, owner: str = "") -> None:
    """Promise a written answer by a day. Raises: NotFound, InvalidTransition, Invalid."""
    question = await _locked(uow, question_id, QuestionState.DEFERRED)
    due = due_on or (uow.now + USUAL_ANSWER_TIME).date()
    if due < uow.now.date():
        raise Invalid("Der Tag für die Antwort liegt in der Vergangenheit.")
    question.state = QuestionState.DEFERRED
    question.due_on = due
    question.owner = _tidy(owner, "Wer antwortet", MAX_OWNER_CHARS) if owner.strip() else None
    await _tell(uow, question)


async def answer_in_writing(uow: UnitOfWork, question_id: str, text: str) -> None:
    """Give the written answer that was promised; possible long after the evening. Raises: NotFound, Invalid."""
    await lock_meeting_of(uow, question_id)
    question = await lock_question(uow, question_id)
    if question.state != QuestionState.DEFERRED:
        raise InvalidTransition(state=question.state)
    answer = text.strip()
    if not 0 < len(answer) <= MAX_ANSWER_CHARS:
        raise Invalid(f"Eine Antwort hat 1 bis {MAX_ANSWER_CHARS} Zeichen.")
    question.state = QuestionState.ANSWERED
    question.answer = answer
    question.answered_at = uow.now
    await _tell(uow, question)


async def merge_question(uow: UnitOfWork, question_id: str, into: str) -> HallQuestionRow:
    """Put a question into one that says the same and everybody sees; each card supports it once.

    Returns the question that stays. Raises: NotFound, InvalidTransition, Invalid.
    """
    source = await _locked(uow, question_id, QuestionState.MERGED)
    target = await lock_question(uow, into)
    if target.meeting_id != source.meeting_id:
        raise NotFound
    if target.id == source.id or QuestionState(target.state) not in OPEN_TO_SUPPORT:
        raise Invalid("Zusammenlegen geht nur mit einer anderen Frage, die alle sehen.")
    supporters = select(QuestionVote.voter_hash).where(QuestionVote.question_id == target.id)
    newly = select(literal(target.id), QuestionVote.voter_hash).where(
        QuestionVote.question_id == source.id, QuestionVote.voter_hash.not_in(supporters)
    )
    await uow.session.execute(insert(QuestionVote).from_select(["question_id", "voter_hash"], newly))
    counted = select(func.count()).select_from(QuestionVote).where(QuestionVote.question_id == target.id)
    target.votes = (await uow.session.execute(counted)).scalar_one()
    source.state = QuestionState.MERGED
    await uow.session.execute(
        update(HallQuestionRow).where(HallQuestionRow.merged_into == source.id).values(merged_into=target.id)
    )
    source.merged_into = target.id
    await _tell(uow, source)
    await _tell(uow, target)
    return target


async def choose_display(uow: UnitOfWork, meeting_id: str, display: Display) -> None:
    """Choose whether everybody sees new questions at once or after approval. Raises: NotFound."""
    await lock_meeting(uow, meeting_id)
    (await floor_row(uow, meeting_id)).question_display = display


async def _locked(uow: UnitOfWork, question_id: str, target: QuestionState) -> HallQuestionRow:
    """Return a question that may go to `target`, with its meeting locked. Raises: NotFound, InvalidTransition."""
    await lock_meeting_of(uow, question_id)
    question = await lock_question(uow, question_id)
    if target not in QUESTION_STEPS[QuestionState(question.state)]:
        raise InvalidTransition(state=question.state)
    return question


async def _clear_stage(uow: UnitOfWork, meeting_id: str) -> None:
    """Count the question on stage as answered, because another one takes its place."""
    on_stage = select(HallQuestionRow).where(
        HallQuestionRow.meeting_id == meeting_id, HallQuestionRow.state == QuestionState.ON_STAGE
    )
    for former in await uow.session.scalars(on_stage.with_for_update()):
        former.state = QuestionState.ANSWERED
        former.answered_at = uow.now
        await _tell(uow, former)


async def _tell(uow: UnitOfWork, question: HallQuestionRow) -> None:
    await uow.session.flush()
    await append_event(uow, question.meeting_id, "question", {"question": question_view(to_question(question))})


def _tidy(text: str, what: str, limit: int) -> str:
    """Return entered text on one line. Raises: Invalid."""
    cleaned = " ".join(text.split())
    if not 0 < len(cleaned) <= limit:
        raise Invalid(f"{what} hat 1 bis {limit} Zeichen.")
    return cleaned
