"""Tables: meetings, agenda items, what happened, questions from the hall, speakers, live text."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.kit.db import Base, Id, JsonDict, JsonList, Kind


class MeetingRow(Base):
    """A gathering with an agenda and votes."""

    __tablename__ = "meeting"
    __table_args__ = (UniqueConstraint("org_id", "slug"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    org_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    slug: Mapped[str] = mapped_column(String(80))
    title: Mapped[JsonDict]
    notice: Mapped[JsonDict]
    assembly_type: Mapped[str] = mapped_column(Kind)
    place_id: Mapped[str | None] = mapped_column(ForeignKey("place.id"))
    consultation_id: Mapped[str | None] = mapped_column(Id)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    treat_by: Mapped[date | None]
    state: Mapped[str] = mapped_column(Kind)
    version: Mapped[int] = mapped_column(default=1)
    people_counted: Mapped[int | None]
    active_item_id: Mapped[str | None] = mapped_column(Id)
    screen: Mapped[JsonDict]
    on_paper_since: Mapped[datetime | None]
    projector_series: Mapped[int] = mapped_column(default=1, server_default="1")
    series_id: Mapped[str | None] = mapped_column(Id)
    pause_note: Mapped[str | None] = mapped_column(String(300))
    attendance_note: Mapped[str | None] = mapped_column(String(600))
    plan: Mapped[JsonDict] = mapped_column(default=dict, server_default="{}")


class AgendaItemRow(Base):
    """One point of the agenda."""

    __tablename__ = "agenda_item"
    __table_args__ = (Index("ix_agenda_item_meeting", "meeting_id", "position"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"))
    position: Mapped[int]
    number: Mapped[str] = mapped_column(String(10))
    title: Mapped[JsonDict]
    minutes: Mapped[int]
    state: Mapped[str] = mapped_column(Kind)
    started_at: Mapped[datetime | None]


class HappeningRow(Base):
    """Something that happened in a meeting, for its minutes; only added to, and without personal data."""

    __tablename__ = "meeting_happening"

    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(Kind)
    at: Mapped[datetime]
    payload: Mapped[JsonDict]


class HallQuestionRow(Base):
    """A question asked from the hall. `receipt_hash` finds it by the request key only the asker's device holds."""

    __tablename__ = "hall_question"
    __table_args__ = (Index("uq_hall_question_receipt_hash", "receipt_hash", unique=True),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    text: Mapped[str] = mapped_column(String(300))
    channel: Mapped[str] = mapped_column(Kind)
    state: Mapped[str] = mapped_column(Kind)
    votes: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime]
    nickname: Mapped[str | None] = mapped_column(String(40))
    receipt_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    queued_at: Mapped[datetime | None]
    merged_into: Mapped[str | None] = mapped_column(Id)
    reject_reason: Mapped[str | None] = mapped_column(Kind)
    reject_note: Mapped[str | None] = mapped_column(String(300))
    due_on: Mapped[date | None]
    owner: Mapped[str | None] = mapped_column(String(120))
    answer: Mapped[str | None] = mapped_column(String(4_000))
    answered_at: Mapped[datetime | None]


class QuestionVote(Base):
    """A card supports a question; once."""

    __tablename__ = "question_vote"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy reads it once

    question_id: Mapped[str] = mapped_column(ForeignKey("hall_question.id"), primary_key=True)
    voter_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)


class MeetingFloorRow(Base):
    """How the hall may speak at one meeting, and the announcement it sees; without a row the defaults hold."""

    __tablename__ = "meeting_floor"

    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    question_display: Mapped[str] = mapped_column(Kind)
    takes_speakers: Mapped[bool]
    admits_by_hand: Mapped[bool]
    order_rule: Mapped[str] = mapped_column(Kind)
    limit_s: Mapped[int]
    speaker_groups: Mapped[JsonList]
    captions_on: Mapped[bool]
    captions_kept: Mapped[bool]
    notice_text: Mapped[str | None] = mapped_column(String(300))
    notice_at: Mapped[datetime | None]
    stream_url: Mapped[str | None] = mapped_column(String(300))


class SpeakerRow(Base):
    """A request to speak. `asker_mac` keeps a card to one open request and is forgotten when the meeting closes."""

    __tablename__ = "speaker"
    __table_args__ = (UniqueConstraint("meeting_id", "number"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    number: Mapped[int]
    person: Mapped[int]
    asker_mac: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    group_name: Mapped[str] = mapped_column(String(40))
    topic: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(Kind)
    asked_at: Mapped[datetime]
    began_at: Mapped[datetime | None]
    limit_s: Mapped[int]
    used_ms: Mapped[int] = mapped_column(default=0)
    runs_since: Mapped[datetime | None]


class CaptionLineRow(Base):
    """A line of live text; deleted when the meeting is filed away, unless it is kept on purpose."""

    __tablename__ = "caption_line"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy reads it once

    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(String(100))
    said_at: Mapped[datetime]
