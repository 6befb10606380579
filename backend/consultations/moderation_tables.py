"""Tables: moderators' decisions, notices from the public, complaints of authors, looks at hidden originals."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from backend.kit.db import Base, Id, Kind


class ModerationDecisionRow(Base):
    """One decision about one contribution; never altered, a later one follows it."""

    __tablename__ = "moderation_decision"
    __table_args__ = (Index("ix_moderation_decision_contribution", "contribution_id", "decided_at"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    org_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    contribution_id: Mapped[str] = mapped_column(ForeignKey("contribution.id"))
    outcome: Mapped[str] = mapped_column(Kind)
    rule_number: Mapped[int | None]
    rule_title: Mapped[str | None] = mapped_column(String(120))
    facts: Mapped[str] = mapped_column(Text)
    statement: Mapped[str] = mapped_column(Text)
    is_automated: Mapped[bool] = mapped_column(Boolean, default=False)
    was_flagged: Mapped[bool] = mapped_column(Boolean, default=False)
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("staff_user.id"))
    decided_at: Mapped[datetime]
    waited_minutes: Mapped[int]
    complaint_until: Mapped[date | None]


class NoticeRow(Base):
    """Somebody reports a contribution, without an account; the receipt tells what came of it."""

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_queue", "org_id", "state", "received_at"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    org_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    contribution_id: Mapped[str] = mapped_column(ForeignKey("contribution.id"), index=True)
    reason: Mapped[str] = mapped_column(Kind)
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Kind)
    answer: Mapped[str | None] = mapped_column(Text)
    receipt_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    received_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("staff_user.id"))
    decided_at: Mapped[datetime | None]


class ComplaintRow(Base):
    """An author disagrees with a decision; another person decides."""

    __tablename__ = "complaint"
    __table_args__ = (Index("ix_complaint_queue", "org_id", "state", "received_at"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    org_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    contribution_id: Mapped[str] = mapped_column(ForeignKey("contribution.id"), index=True)
    decision_id: Mapped[str] = mapped_column(ForeignKey("moderation_decision.id"), unique=True)
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Kind)
    reason: Mapped[str | None] = mapped_column(Text)
    received_at: Mapped[datetime]
    promised_by: Mapped[date]
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("staff_user.id"))
    decided_at: Mapped[datetime | None]


class OriginalViewRow(Base):
    """Who opened the hidden original of a rejected contribution, and when."""

    __tablename__ = "original_view"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    contribution_id: Mapped[str] = mapped_column(ForeignKey("contribution.id"), index=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("staff_user.id"))
    at: Mapped[datetime]
