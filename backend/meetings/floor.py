"""Reads: how the hall may speak, who speaks and waits, what was said, what is announced.

Guarantees: people are numbers; which card asked to speak is read by nobody but the one that holds it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.meetings.models import CaptionLineRow, MeetingFloorRow, SpeakerRow
from backend.meetings.rules import SpeakingClock, Turn, in_order
from backend.meetings.types import WAITING_TO_SPEAK, Display, OrderRule, SpeakerState

USUAL_LIMIT_S = 180
MAX_REQUESTS = 500  # of one evening
LINES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Notice:
    """The word of the chair that stands until it is replaced or taken back."""

    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Floor:
    """How the hall may speak."""

    question_display: Display = Display.AFTER_APPROVAL
    takes_speakers: bool = False
    admits_by_hand: bool = False
    order_rule: OrderRule = OrderRule.FIRST_COME
    limit_s: int = USUAL_LIMIT_S
    speaker_groups: tuple[str, ...] = ()
    captions_on: bool = False
    captions_kept: bool = False
    notice: Notice | None = None
    stream_url: str | None = None


@dataclass(frozen=True, slots=True)
class Speaker:
    """A request to speak. `is_first`: this person has not spoken before."""

    id: str
    number: int
    person: int
    group: str
    topic: str
    state: SpeakerState
    clock: SpeakingClock
    is_first: bool


@dataclass(frozen=True, slots=True)
class SpeakersList:
    """Who speaks, who follows in which order, whose request nobody has taken up yet, who has spoken."""

    now: Speaker | None
    following: tuple[Speaker, ...]
    requested: tuple[Speaker, ...]
    spoken: tuple[Speaker, ...]

    def place_of(self, number: int) -> int | None:
        """Return the place in the order, from one on; None for whoever does not wait in it."""
        return next((place for place, each in enumerate(self.following, 1) if each.number == number), None)


@dataclass(frozen=True, slots=True)
class CaptionLine:
    """A line of live text."""

    number: int
    text: str


async def floor_of(session: AsyncSession, meeting_id: str) -> Floor:
    """Return how the hall may speak; the defaults as long as nobody chose otherwise."""
    row = await session.get(MeetingFloorRow, meeting_id)
    return to_floor(row) if row else Floor()


async def speakers_of(session: AsyncSession, meeting_id: str, rule: OrderRule) -> SpeakersList:
    """Return the list of speakers in its order."""
    query = select(SpeakerRow).where(SpeakerRow.meeting_id == meeting_id).order_by(SpeakerRow.number)
    rows = list(await session.scalars(query.limit(MAX_REQUESTS)))
    had_turn = sorted((row for row in rows if row.began_at), key=lambda row: (str(row.began_at), row.number))
    turns = [_turn(row) for row in had_turn]
    by_number = {row.number: _speaker(row, turns) for row in rows}
    queued = [_turn(row) for row in rows if row.state == SpeakerState.QUEUED]
    speaking = [each for each in by_number.values() if each.state is SpeakerState.SPEAKING]
    return SpeakersList(
        now=speaking[0] if speaking else None,
        following=tuple(by_number[turn.number] for turn in in_order(queued, turns, rule)),
        requested=tuple(each for each in by_number.values() if each.state is SpeakerState.REQUESTED),
        spoken=tuple(by_number[turn.number] for turn in turns if by_number[turn.number].state is SpeakerState.DONE),
    )


async def own_request(session: AsyncSession, meeting_id: str, asker_mac: bytes) -> int | None:
    """Return the number of a card's open request or present turn, by its `Keyring.speaker_mac`; for its holder only."""
    is_open = SpeakerRow.state.in_({*WAITING_TO_SPEAK, SpeakerState.SPEAKING})
    query = select(SpeakerRow.number).where(SpeakerRow.meeting_id == meeting_id, SpeakerRow.asker_mac == asker_mac)
    return await session.scalar(query.where(is_open))


async def latest_lines(session: AsyncSession, meeting_id: str) -> list[CaptionLine]:
    """Return the last lines of live text, oldest first."""
    query = select(CaptionLineRow.number, CaptionLineRow.text).where(CaptionLineRow.meeting_id == meeting_id)
    rows = await session.execute(query.order_by(CaptionLineRow.number.desc()).limit(LINES_SHOWN))
    return [CaptionLine(row.number, row.text) for row in reversed(rows.all())]


def seconds_by_group(speakers: Sequence[Speaker], now: datetime) -> dict[str, int]:
    """Return the time each group has used, most first; whoever named no group counts under an empty name."""
    used: defaultdict[str, int] = defaultdict(int)
    for each in speakers:
        used[each.group] += each.clock.used_at(now)
    return {group: used[group] // 1_000 for group in sorted(used, key=lambda group: (-used[group], group))}


def seconds_by_person(speakers: Sequence[Speaker], now: datetime) -> dict[int, int]:
    """Return the time each person has used, by the number of the person."""
    used: defaultdict[int, int] = defaultdict(int)
    for each in speakers:
        used[each.person] += each.clock.used_at(now)
    return {person: used[person] // 1_000 for person in sorted(used)}


def to_floor(row: MeetingFloorRow) -> Floor:
    """Return the settings as surfaces show them."""
    notice = Notice(row.notice_text, row.notice_at) if row.notice_text and row.notice_at else None
    return Floor(
        question_display=Display(row.question_display),
        takes_speakers=row.takes_speakers,
        admits_by_hand=row.admits_by_hand,
        order_rule=OrderRule(row.order_rule),
        limit_s=row.limit_s,
        speaker_groups=tuple(str(name) for name in row.speaker_groups),
        captions_on=row.captions_on,
        captions_kept=row.captions_kept,
        notice=notice,
        stream_url=row.stream_url,
    )


def _turn(row: SpeakerRow) -> Turn:
    return Turn(row.number, row.person, row.group_name)


def _speaker(row: SpeakerRow, turns: Sequence[Turn]) -> Speaker:
    before = [turn for turn in turns if turn.person == row.person and turn.number != row.number]
    return Speaker(
        id=row.id,
        number=row.number,
        person=row.person,
        group=row.group_name,
        topic=row.topic,
        state=SpeakerState(row.state),
        clock=SpeakingClock(row.limit_s, row.used_ms, row.runs_since),
        is_first=not before,
    )
