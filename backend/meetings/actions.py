"""What a host does with a meeting, and what the hall may ask.

Guarantees: steps check the expected version under the row's lock; everything the hall must see is a numbered
event of the same transaction.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select

from backend.kit.db import JsonDict
from backend.kit.errors import Conflict, Invalid, NotFound
from backend.kit.stream import append_event
from backend.kit.uow import UnitOfWork
from backend.meetings.models import AgendaItemRow, HallQuestionRow, MeetingRow, QuestionVote
from backend.meetings.types import (
    OPEN_TO_HALL,
    QUESTION_STEPS,
    SEEN_BY_ALL,
    Assembly,
    ItemState,
    MeetingState,
    QuestionState,
    may_follow,
)
from backend.polls.errors import InvalidTransition, StaleVersion
from backend.polls.queries import get_poll
from backend.transparency.intents import record
from backend.transparency.types import LogType

MAX_QUESTION_CHARS = 300
MAX_PEOPLE = 100_000
_UMLAUTS: dict[int, str] = {ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue", ord("ß"): "ss"}
SCREENS = frozenset({"auto", "join", "black", "checksum", "poll"})


class HallClosed(Conflict):
    """The meeting is not taking questions now."""

    code = "hall_closed"
    title = "Gerade werden keine Fragen angenommen"


@dataclass(frozen=True, slots=True)
class NewItem:
    """An agenda item as entered."""

    number: str
    title: Mapping[str, str]
    minutes: int


@dataclass(frozen=True, slots=True)
class NewMeeting:
    """A meeting as entered."""

    title: Mapping[str, str]
    notice: Mapping[str, str]
    starts_at: datetime
    assembly_type: Assembly
    ends_at: datetime | None = None
    place_id: str | None = None
    consultation_id: str | None = None
    treat_by: date | None = None
    slug: str | None = None
    agenda: Sequence[NewItem] = field(default_factory=tuple)


def slug_of(title: str, on: date) -> str:
    """Return a readable address part such as `2027-03-11-buergerversammlung`."""
    german = title.lower().translate(_UMLAUTS)
    plain = unicodedata.normalize("NFKD", german).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return f"{on.isoformat()}-{words}"[:70].rstrip("-")


async def create_meeting(uow: UnitOfWork, new: NewMeeting, *, org_id: str) -> MeetingRow:
    """Add a draft meeting with its agenda."""
    base = new.slug or slug_of(new.title.get("de", "versammlung"), new.starts_at.date())
    taken = set(await uow.session.scalars(select(MeetingRow.slug).where(MeetingRow.org_id == org_id)))
    slug = next(name for name in (base, *(f"{base}-{number}" for number in range(2, 1_000))) if name not in taken)
    row = MeetingRow(
        id=uow.new_id(),
        org_id=org_id,
        slug=slug,
        title=dict(new.title),
        notice=dict(new.notice),
        assembly_type=new.assembly_type,
        place_id=new.place_id,
        consultation_id=new.consultation_id,
        starts_at=new.starts_at,
        ends_at=new.ends_at,
        treat_by=new.treat_by,
        state=MeetingState.DRAFT,
        version=1,
        screen={"show": "auto"},
    )
    uow.session.add(row)
    await uow.session.flush()
    for position, item in enumerate(new.agenda, start=1):
        uow.session.add(
            AgendaItemRow(
                id=uow.new_id(),
                meeting_id=row.id,
                position=position,
                number=item.number,
                title=dict(item.title),
                minutes=item.minutes,
                state=ItemState.PLANNED,
            )
        )
    await uow.session.flush()
    return row


async def transition_meeting(uow: UnitOfWork, meeting_id: str, target: MeetingState, *, version: int) -> MeetingRow:
    """Move a meeting one step. Raises: NotFound, StaleVersion, InvalidTransition."""
    row = await _lock(uow, meeting_id)
    if row.state == target and version == row.version - 1:
        return row
    if version != row.version:
        raise StaleVersion(version=row.version, state=row.state)
    if not may_follow(MeetingState(row.state), target):
        raise InvalidTransition(state=row.state)
    row.state = target
    row.version += 1
    if target is MeetingState.RUNNING and row.active_item_id is None:
        await _activate_next(uow, row)
    if target in {MeetingState.CHECKIN, MeetingState.CLOSED}:
        kind = LogType.MEETING_OPENED if target is MeetingState.CHECKIN else LogType.MEETING_CLOSED
        await record(uow, kind, row.id, public={"meeting": row.id})
    await append_event(uow, row.id, "meeting", {"state": row.state, "version": row.version})
    return row


async def next_item(uow: UnitOfWork, meeting_id: str, *, version: int) -> MeetingRow:
    """Finish the active agenda item and begin the next one. Raises: StaleVersion, InvalidTransition."""
    row = await _lock(uow, meeting_id)
    if version != row.version:
        raise StaleVersion(version=row.version)
    if row.state != MeetingState.RUNNING:
        raise InvalidTransition(state=row.state)
    row.version += 1
    await _activate_next(uow, row)
    return row


async def show_on_screen(uow: UnitOfWork, meeting_id: str, show: str, *, poll_id: str | None = None) -> None:
    """Choose what the projector shows: follow the meeting, the join code, one poll, nothing. Raises: Invalid."""
    if show not in SCREENS or (show == "poll") != (poll_id is not None):
        raise Invalid("Diese Ansicht gibt es nicht.")
    row = await _lock(uow, meeting_id)
    if poll_id is not None and (await get_poll(uow.session, poll_id)).meeting_id != meeting_id:
        raise NotFound
    chosen = {"show": show} | ({"poll": poll_id} if poll_id else {})
    if row.screen == chosen:
        return
    row.screen = chosen
    await append_event(uow, row.id, "screen", chosen)


async def notify_hall(uow: UnitOfWork, meeting_id: str, text: str) -> None:
    """Send a short announcement to every phone and the projector. Raises: Invalid."""
    cleaned = " ".join(text.split())
    if not 0 < len(cleaned) <= MAX_QUESTION_CHARS:
        raise Invalid(f"Eine Nachricht hat 1 bis {MAX_QUESTION_CHARS} Zeichen.")
    row = await _lock(uow, meeting_id)
    await append_event(uow, row.id, "notice", {"text": cleaned})


async def count_people(uow: UnitOfWork, meeting_id: str, people: int) -> None:
    """Note how many people are in the rooms. Raises: Invalid."""
    if not 0 <= people <= MAX_PEOPLE:
        raise Invalid("Bitte geben Sie die gezählten Personen als Zahl ein.")
    row = await _lock(uow, meeting_id)
    row.people_counted = people


async def ask_question(uow: UnitOfWork, meeting_id: str, *, text: str, channel: str) -> HallQuestionRow:
    """Take a question from the hall; the stage decides whether all see it. Raises: Invalid, HallClosed."""
    cleaned = " ".join(text.split())
    if not 0 < len(cleaned) <= MAX_QUESTION_CHARS:
        raise Invalid(f"Eine Frage hat 1 bis {MAX_QUESTION_CHARS} Zeichen.")
    row = await _lock(uow, meeting_id)
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


async def _activate_next(uow: UnitOfWork, row: MeetingRow) -> None:
    items = list(
        await uow.session.scalars(
            select(AgendaItemRow).where(AgendaItemRow.meeting_id == row.id).order_by(AgendaItemRow.position)
        )
    )
    for item in items:
        if item.state == ItemState.ACTIVE:
            item.state = ItemState.DONE
    upcoming = next((item for item in items if item.state == ItemState.PLANNED), None)
    row.active_item_id = upcoming.id if upcoming else None
    if upcoming:
        upcoming.state = ItemState.ACTIVE
        upcoming.started_at = uow.now
    started_at = upcoming.started_at.isoformat() if upcoming and upcoming.started_at else None
    payload = {"active": row.active_item_id, "started_at": started_at, "version": row.version}
    await append_event(uow, row.id, "agenda", payload)


async def _lock(uow: UnitOfWork, meeting_id: str) -> MeetingRow:
    row = await uow.session.get(MeetingRow, meeting_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    return row
