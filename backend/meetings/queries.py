"""Reads: meetings, agenda, questions from the hall."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.queries import practice_org_ids
from backend.kit.db import JsonDict
from backend.kit.errors import NotFound
from backend.meetings.models import AgendaItemRow, HallQuestionRow, MeetingRow, QuestionVote
from backend.meetings.plan import Plan
from backend.meetings.preparation_tables import AgendaStepRow, ChecklistTickRow, MeetingSeriesRow
from backend.meetings.types import SEEN_BY_ALL, ItemState, MeetingState, QuestionState, RejectReason

MAX_MEETINGS = 200
MAX_ITEMS = 100
MAX_STEPS = 300
MAX_QUESTIONS = 300


@dataclass(frozen=True, slots=True)
class Meeting:
    """A gathering as surfaces show it."""

    id: str
    org_id: str
    slug: str
    title: Mapping[str, str]
    notice: Mapping[str, str]
    assembly_type: str
    place_id: str | None
    consultation_id: str | None
    starts_at: datetime
    ends_at: datetime | None
    treat_by: date | None
    state: MeetingState
    version: int
    people_counted: int | None
    active_item_id: str | None
    screen: JsonDict
    on_paper_since: datetime | None
    projector_series: int
    series_id: str | None = None
    pause_note: str | None = None
    attendance_note: str | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """Several dates of the same format."""

    title: Mapping[str, str]
    dates: tuple[Meeting, ...]


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """One point of the agenda."""

    id: str
    position: int
    number: str
    title: Mapping[str, str]
    minutes: int
    state: ItemState
    started_at: datetime | None


@dataclass(frozen=True, slots=True)
class AgendaStep:
    """A point was postponed or withdrawn; `planned`: taken up again."""

    item_id: str
    step: ItemState
    reason: str
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class HallQuestion:
    """A question asked from the hall; nobody knows by whom."""

    id: str
    text: str
    channel: str
    state: QuestionState
    votes: int
    nickname: str | None = None
    merged_into: str | None = None
    reject_reason: RejectReason | None = None
    reject_note: str | None = None
    due_on: date | None = None
    owner: str | None = None
    answer: str | None = None


async def get_meeting(session: AsyncSession, meeting_id: str) -> Meeting:
    """Return one meeting. Raises: NotFound."""
    row = await session.get(MeetingRow, meeting_id)
    if row is None:
        raise NotFound
    return to_meeting(row)


async def meeting_by_slug(session: AsyncSession, org_id: str, slug: str) -> Meeting:
    """Return one meeting of an organisation. Raises: NotFound."""
    row = await session.scalar(select(MeetingRow).where(MeetingRow.org_id == org_id, MeetingRow.slug == slug))
    if row is None:
        raise NotFound
    return to_meeting(row)


async def meetings_of(session: AsyncSession, org_id: str | None = None, *, with_drafts: bool = False) -> list[Meeting]:
    """Return meetings, newest first, of one organisation, or of all that are no sandbox."""
    query = select(MeetingRow).order_by(MeetingRow.starts_at.desc()).limit(MAX_MEETINGS)
    if org_id is not None:
        query = query.where(MeetingRow.org_id == org_id)
    else:
        query = query.where(MeetingRow.org_id.not_in(practice_org_ids()))
    if not with_drafts:
        query = query.where(MeetingRow.state != MeetingState.DRAFT)
    return [to_meeting(row) for row in await session.scalars(query)]


async def agenda_rows(session: AsyncSession, meeting_id: str) -> list[AgendaItemRow]:
    """Return the rows of the agenda in order."""
    query = select(AgendaItemRow).where(AgendaItemRow.meeting_id == meeting_id).order_by(AgendaItemRow.position)
    return list(await session.scalars(query.limit(MAX_ITEMS)))


async def agenda_of(session: AsyncSession, meeting_id: str) -> list[AgendaItem]:
    """Return the agenda in order."""
    return [item_of(row) for row in await agenda_rows(session, meeting_id)]


async def agenda_steps(session: AsyncSession, meeting_id: str) -> list[AgendaStep]:
    """Return what happened to the points of the agenda beside going through it, oldest first."""
    query = (
        select(AgendaStepRow)
        .join(AgendaItemRow, AgendaItemRow.id == AgendaStepRow.item_id)
        .where(AgendaItemRow.meeting_id == meeting_id)
        .order_by(AgendaStepRow.version)
        .limit(MAX_STEPS)
    )
    return [
        AgendaStep(item_id=row.item_id, step=ItemState(row.step), reason=row.reason, taken_at=row.taken_at)
        for row in await session.scalars(query)
    ]


def item_of(row: AgendaItemRow) -> AgendaItem:
    """Turn a row into the point others see."""
    return AgendaItem(
        id=row.id,
        position=row.position,
        number=row.number,
        title=row.title,
        minutes=row.minutes,
        state=ItemState(row.state),
        started_at=row.started_at,
    )


def item_view(item: AgendaItem) -> JsonDict:
    """Return an agenda item in wire form."""
    return {
        "id": item.id,
        "no": item.number,
        "title": dict(item.title),
        "minutes": item.minutes,
        "state": item.state.value,
        "started_at": item.started_at.isoformat() if item.started_at else None,
    }


async def series_of(session: AsyncSession, meeting: Meeting, *, with_drafts: bool = False) -> Series | None:
    """Return the series a meeting is of with all its dates in order, or None."""
    if meeting.series_id is None:
        return None
    row = await session.get(MeetingSeriesRow, meeting.series_id)
    query = select(MeetingRow).where(MeetingRow.series_id == meeting.series_id).order_by(MeetingRow.starts_at)
    if not with_drafts:
        query = query.where(MeetingRow.state != MeetingState.DRAFT)
    dates = tuple(to_meeting(each) for each in await session.scalars(query.limit(MAX_MEETINGS)))
    return Series(title=row.title if row else {}, dates=dates)


async def plan_of(session: AsyncSession, meeting_id: str) -> Plan:
    """Return how the evening was planned. Raises: NotFound."""
    kept = await session.scalar(select(MeetingRow.plan).where(MeetingRow.id == meeting_id))
    if kept is None:
        raise NotFound
    return Plan.read(kept)


async def ticks_of(session: AsyncSession, meeting_id: str) -> dict[str, datetime]:
    """Return when the tasks of the checklist were done."""
    query = select(ChecklistTickRow.task, ChecklistTickRow.ticked_at).where(ChecklistTickRow.meeting_id == meeting_id)
    return {row.task: row.ticked_at for row in await session.execute(query)}


async def questions_of(session: AsyncSession, meeting_id: str, *, all_states: bool = False) -> list[HallQuestion]:
    """Return the questions from the hall, most supported first; hidden ones only for the stage."""
    query = _questions(meeting_id).order_by(HallQuestionRow.votes.desc(), HallQuestionRow.asked_at, HallQuestionRow.id)
    if not all_states:
        query = query.where(HallQuestionRow.state.in_(SEEN_BY_ALL))
    return [to_question(row) for row in await session.scalars(query)]


async def queue_of(session: AsyncSession, meeting_id: str) -> list[HallQuestion]:
    """Return the questions that come on stage next, the longest queued first."""
    query = _questions(meeting_id).where(HallQuestionRow.state == QuestionState.QUEUED)
    return [to_question(row) for row in await session.scalars(query.order_by(HallQuestionRow.queued_at))]


async def answers_of(session: AsyncSession, meeting_id: str) -> list[HallQuestion]:
    """Return what was answered, at the meeting or in writing, and what is still owed, in the order of asking."""
    settled = HallQuestionRow.state.in_({QuestionState.ANSWERED, QuestionState.DEFERRED})
    query = _questions(meeting_id).where(settled).order_by(HallQuestionRow.asked_at, HallQuestionRow.id)
    return [to_question(row) for row in await session.scalars(query)]


async def own_questions(session: AsyncSession, meeting_id: str, receipts: Collection[bytes]) -> list[HallQuestion]:
    """Return the questions a device asked itself, by the hashes of its request keys; the newest first."""
    query = _questions(meeting_id).where(HallQuestionRow.receipt_hash.in_(receipts))
    rows = await session.scalars(query.order_by(HallQuestionRow.asked_at.desc(), HallQuestionRow.id))
    return [to_question(row) for row in rows]


async def supported_by(session: AsyncSession, voter_hash: bytes) -> frozenset[str]:
    """Return the questions a card has supported; for the holder of the card only."""
    query = select(QuestionVote.question_id).where(QuestionVote.voter_hash == voter_hash).limit(MAX_QUESTIONS)
    return frozenset(await session.scalars(query))


def to_question(row: HallQuestionRow) -> HallQuestion:
    """Return a question as surfaces show it."""
    return HallQuestion(
        id=row.id,
        text=row.text,
        channel=row.channel,
        state=QuestionState(row.state),
        votes=row.votes,
        nickname=row.nickname,
        merged_into=row.merged_into,
        reject_reason=RejectReason(row.reject_reason) if row.reject_reason else None,
        reject_note=row.reject_note,
        due_on=row.due_on,
        owner=row.owner,
        answer=row.answer,
    )


def _questions(meeting_id: str) -> Select[HallQuestionRow]:
    return select(HallQuestionRow).where(HallQuestionRow.meeting_id == meeting_id).limit(MAX_QUESTIONS)


def to_meeting(row: MeetingRow) -> Meeting:
    """Turn a row into the meeting others see."""
    return Meeting(
        id=row.id,
        org_id=row.org_id,
        slug=row.slug,
        title=row.title,
        notice=row.notice,
        assembly_type=row.assembly_type,
        place_id=row.place_id,
        consultation_id=row.consultation_id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        treat_by=row.treat_by,
        state=MeetingState(row.state),
        version=row.version,
        people_counted=row.people_counted,
        active_item_id=row.active_item_id,
        screen=row.screen,
        on_paper_since=row.on_paper_since,
        projector_series=row.projector_series,
        series_id=row.series_id,
        pause_note=row.pause_note,
        attendance_note=row.attendance_note,
    )
