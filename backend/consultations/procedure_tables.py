"""Tables: consultations, their phases, and an organisation's rules for taking part."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.kit.db import Base, Id, JsonDict, JsonList, Kind


class ConsultationRow(Base):
    """A procedure in which people can take part."""

    __tablename__ = "consultation"
    __table_args__ = (UniqueConstraint("org_id", "slug"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    org_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    slug: Mapped[str] = mapped_column(String(80))
    title: Mapped[JsonDict]
    summary: Mapped[JsonDict]
    easy_read_is_checked: Mapped[bool] = mapped_column(Boolean, default=False)
    legal_basis: Mapped[str] = mapped_column(Kind)
    legal_note: Mapped[JsonDict]
    fixed: Mapped[JsonList]
    open: Mapped[JsonList]
    deciding_body_id: Mapped[str | None] = mapped_column(ForeignKey("body.id"))
    promised_feedback_by: Mapped[date | None]
    channels: Mapped[JsonList]
    no_analogue_reason: Mapped[str | None] = mapped_column(Text)
    next_steps: Mapped[JsonList]
    geo: Mapped[JsonDict]
    state: Mapped[str] = mapped_column(Kind)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    published_at: Mapped[datetime | None]


class PhaseRow(Base):
    """One phase of a consultation; both days are included."""

    __tablename__ = "consultation_phase"

    consultation_id: Mapped[str] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    type: Mapped[str] = mapped_column(Kind)
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    rights: Mapped[str] = mapped_column(Kind)
    moderation: Mapped[str] = mapped_column(Kind)
    title: Mapped[JsonDict]


class RuleRow(Base):
    """One published rule for taking part; an organisation without rows uses the defaults."""

    __tablename__ = "participation_rule"

    org_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text)


class TopicRow(Base):
    """A topic: contributions that are weighed and decided together."""

    __tablename__ = "topic"
    __table_args__ = (Index("ix_topic_consultation", "consultation_id", "position"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    org_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    consultation_id: Mapped[str] = mapped_column(ForeignKey("consultation.id"))
    position: Mapped[int]
    title: Mapped[JsonDict]
    created_at: Mapped[datetime]


class TopicInputRow(Base):
    """A contribution belongs to a topic; n to m."""

    __tablename__ = "topic_input"

    topic_id: Mapped[str] = mapped_column(ForeignKey("topic.id"), primary_key=True)
    contribution_id: Mapped[str] = mapped_column(ForeignKey("contribution.id"), primary_key=True, index=True)


class TopicChangeRow(Base):
    """What somebody changed about a topic; never altered."""

    __tablename__ = "topic_change"
    __table_args__ = (Index("ix_topic_change_topic", "topic_id", "at"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    topic_id: Mapped[str] = mapped_column(ForeignKey("topic.id"))
    kind: Mapped[str] = mapped_column(Kind)
    contribution_id: Mapped[str | None] = mapped_column(ForeignKey("contribution.id"))
    title: Mapped[JsonDict]
    changed_by: Mapped[str | None] = mapped_column(ForeignKey("staff_user.id"))
    at: Mapped[datetime]
