"""Tables: weighings, council papers, deliberations, decisions, effects, milestones, answers, retractions.

Weighings, effects and milestone versions are only added to, so what was public stays readable.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.kit.db import Base, Id, JsonDict, JsonList, Kind


class WeighingRow(Base):
    """One version of the office's proposal for a topic; the newest published one is the public one."""

    __tablename__ = "weighing"
    __table_args__ = (UniqueConstraint("topic_id", "version"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    topic_id: Mapped[str] = mapped_column(ForeignKey("topic.id"), index=True)
    version: Mapped[int]
    state: Mapped[str] = mapped_column(Kind)
    proposal: Mapped[str] = mapped_column(Kind)
    reason_code: Mapped[str] = mapped_column(Kind)
    reason: Mapped[JsonDict]
    office: Mapped[str] = mapped_column(String(120))
    forwarded_to: Mapped[str | None] = mapped_column(String(200))
    forwarded_on: Mapped[date | None]
    evidence: Mapped[JsonList]
    plain_language_due: Mapped[date | None]
    written_by: Mapped[str] = mapped_column(ForeignKey("staff_user.id"))
    written_at: Mapped[datetime]
    submitted_by: Mapped[str | None] = mapped_column(ForeignKey("staff_user.id"))
    submitted_at: Mapped[datetime | None]
    approved_by: Mapped[str | None] = mapped_column(ForeignKey("staff_user.id"))
    published_at: Mapped[datetime | None]


class PaperRow(Base):
    """A council paper (Vorlage)."""

    __tablename__ = "paper"
    __table_args__ = (UniqueConstraint("org_id", "reference"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    org_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    consultation_id: Mapped[str] = mapped_column(ForeignKey("consultation.id"), index=True)
    reference: Mapped[str] = mapped_column(String(60))
    paper_type: Mapped[str] = mapped_column(String(80))
    name: Mapped[JsonDict]
    dated_on: Mapped[date]
    document: Mapped[str | None] = mapped_column(String(200))
    linked_by: Mapped[str] = mapped_column(ForeignKey("staff_user.id"))
    linked_at: Mapped[datetime]


class PaperTopic(Base):
    """A paper carries the proposal for a topic."""

    __tablename__ = "paper_topic"

    paper_id: Mapped[str] = mapped_column(ForeignKey("paper.id"), primary_key=True)
    topic_id: Mapped[str] = mapped_column(ForeignKey("topic.id"), primary_key=True, index=True)


class DeliberationRow(Base):
    """A body in the chain of a paper; planned until it has a result."""

    __tablename__ = "deliberation"
    __table_args__ = (UniqueConstraint("paper_id", "position"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    paper_id: Mapped[str] = mapped_column(ForeignKey("paper.id"))
    body_id: Mapped[str] = mapped_column(ForeignKey("body.id"))
    position: Mapped[int]
    role: Mapped[str] = mapped_column(String(80))
    authoritative: Mapped[bool] = mapped_column(Boolean)
    held_on: Mapped[date]
    agenda_no: Mapped[str] = mapped_column(String(20))
    result: Mapped[str | None] = mapped_column(Kind)
    votes_yes: Mapped[int | None]
    votes_no: Mapped[int | None]
    votes_abstain: Mapped[int | None]
    note: Mapped[JsonDict]
    departures: Mapped[JsonDict]
    recorded_by: Mapped[str] = mapped_column(ForeignKey("staff_user.id"))
    recorded_at: Mapped[datetime]


class DecisionRow(Base):
    """What the deciding body made of a paper; a draft until another person published it."""

    __tablename__ = "decision"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    org_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    paper_id: Mapped[str] = mapped_column(ForeignKey("paper.id"), unique=True)
    state: Mapped[str] = mapped_column(Kind)
    resolution: Mapped[JsonDict]
    decided_on: Mapped[date]
    treat_by: Mapped[date | None]
    written_by: Mapped[str] = mapped_column(ForeignKey("staff_user.id"))
    written_at: Mapped[datetime]
    submitted_by: Mapped[str | None] = mapped_column(ForeignKey("staff_user.id"))
    submitted_at: Mapped[datetime | None]
    approved_by: Mapped[str | None] = mapped_column(ForeignKey("staff_user.id"))
    published_at: Mapped[datetime | None]


class EffectRow(Base):
    """One version of what a decision changes for a topic; the newest counts."""

    __tablename__ = "effect"
    __table_args__ = (UniqueConstraint("decision_id", "topic_id", "version"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    decision_id: Mapped[str] = mapped_column(ForeignKey("decision.id"))
    topic_id: Mapped[str] = mapped_column(ForeignKey("topic.id"), index=True)
    version: Mapped[int]
    effect: Mapped[str] = mapped_column(Kind)
    before: Mapped[JsonDict | None]
    after: Mapped[JsonDict]
    deviates: Mapped[bool] = mapped_column(Boolean)
    deviation_reason: Mapped[JsonDict | None]
    recorded_by: Mapped[str] = mapped_column(ForeignKey("staff_user.id"))
    recorded_at: Mapped[datetime]


class MilestoneRow(Base):
    """A step of the implementation as it stands now."""

    __tablename__ = "milestone"
    __table_args__ = (Index("ix_milestone_decision", "decision_id", "due"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    decision_id: Mapped[str] = mapped_column(ForeignKey("decision.id"))
    topic_id: Mapped[str | None] = mapped_column(ForeignKey("topic.id"))
    title: Mapped[JsonDict]
    due: Mapped[date]
    state: Mapped[str] = mapped_column(Kind)
    done: Mapped[date | None]
    version: Mapped[int]


class MilestoneVersion(Base):
    """How a milestone stood; every change adds one."""

    __tablename__ = "milestone_version"

    milestone_id: Mapped[str] = mapped_column(ForeignKey("milestone.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[JsonDict]
    due: Mapped[date]
    state: Mapped[str] = mapped_column(Kind)
    done: Mapped[date | None]
    changed_by: Mapped[str] = mapped_column(ForeignKey("staff_user.id"))
    changed_at: Mapped[datetime]


class FeedbackRow(Base):
    """The answer to one contribution about one decision."""

    __tablename__ = "feedback"
    __table_args__ = (UniqueConstraint("contribution_id", "decision_id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    contribution_id: Mapped[str] = mapped_column(ForeignKey("contribution.id"))
    decision_id: Mapped[str | None] = mapped_column(ForeignKey("decision.id"), index=True)
    medium: Mapped[str] = mapped_column(Kind)
    text: Mapped[JsonDict]
    sent_by: Mapped[str] = mapped_column(ForeignKey("staff_user.id"))
    sent_at: Mapped[datetime]


class RetractionRow(Base):
    """A published step was taken back; its row stays, its edge is gone, the reason is public."""

    __tablename__ = "retraction"

    kind: Mapped[str] = mapped_column(Kind, primary_key=True)
    subject_id: Mapped[str] = mapped_column(Id, primary_key=True)
    consultation_id: Mapped[str] = mapped_column(ForeignKey("consultation.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    retracted_by: Mapped[str] = mapped_column(ForeignKey("staff_user.id"))
    retracted_at: Mapped[datetime]
