"""Tables: meetings, agenda items, what happened, questions from the hall."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.kit.db import Base, Id, JsonDict, Kind


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
    """A question asked from the hall."""

    __tablename__ = "hall_question"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    text: Mapped[str] = mapped_column(String(300))
    channel: Mapped[str] = mapped_column(Kind)
    state: Mapped[str] = mapped_column(Kind)
    votes: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime]


class QuestionVote(Base):
    """A card supports a question; once."""

    __tablename__ = "question_vote"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy reads it once

    question_id: Mapped[str] = mapped_column(ForeignKey("hall_question.id"), primary_key=True)
    voter_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
