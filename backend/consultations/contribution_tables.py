"""Tables: contributions, who supports them, and, apart from them, how to reach their authors."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from backend.kit.db import Base, Id, JsonList, Kind


class ContributionRow(Base):
    """What somebody said, on whichever channel.

    `text` is what came in and only reviewers may read it; `text_published` is what everybody reads.
    """

    __tablename__ = "contribution"
    __table_args__ = (
        Index("ix_contribution_thread", "consultation_id", "state", "in_reply_to"),
        Index("ix_contribution_queue", "org_id", "state", "recorded_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    org_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    consultation_id: Mapped[str] = mapped_column(ForeignKey("consultation.id"))
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    kind: Mapped[str] = mapped_column(Kind)
    channel: Mapped[str] = mapped_column(Kind)
    state: Mapped[str] = mapped_column(Kind)
    received_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str | None] = mapped_column(ForeignKey("staff_user.id"))
    transcription: Mapped[str | None] = mapped_column(Kind)
    checked_by: Mapped[str | None] = mapped_column(ForeignKey("staff_user.id"))
    title: Mapped[str | None] = mapped_column(String(160))
    text: Mapped[str] = mapped_column(Text)
    text_published: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(8), default="de")
    translation: Mapped[str | None] = mapped_column(Text)
    author_group: Mapped[str] = mapped_column(Kind)
    nickname: Mapped[str | None] = mapped_column(String(60))
    organisation: Mapped[str | None] = mapped_column(String(120))
    office: Mapped[str | None] = mapped_column(String(120))
    place_id: Mapped[str | None] = mapped_column(ForeignKey("place.id"))
    in_reply_to: Mapped[str | None] = mapped_column(ForeignKey("contribution.id"), index=True)
    is_official: Mapped[bool] = mapped_column(Boolean, default=False)
    receipt_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    duplicate_of: Mapped[str | None] = mapped_column(ForeignKey("contribution.id"))
    supports: Mapped[int] = mapped_column(default=0)
    replies: Mapped[int] = mapped_column(default=0)
    is_answered: Mapped[bool] = mapped_column(Boolean, default=False)
    flags: Mapped[JsonList]
    assigned_to: Mapped[str | None] = mapped_column(ForeignKey("staff_user.id"))
    published_at: Mapped[datetime | None]
    shuffle_key: Mapped[int]
    search_text: Mapped[str] = mapped_column(Text, default="")


class SupportRow(Base):
    """One support per contribution and browser or receipt; only a keyed hash is kept."""

    __tablename__ = "support"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy reads it once

    contribution_id: Mapped[str] = mapped_column(ForeignKey("contribution.id"), primary_key=True)
    supporter_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)


class ContactRow(Base):
    """How to reach an author, sealed with a key that is not in the database."""

    __tablename__ = "contact"

    contribution_id: Mapped[str] = mapped_column(ForeignKey("contribution.id"), primary_key=True)
    sealed: Mapped[bytes]
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]


class ReferenceCounter(Base):
    """The last number given out in a year's series of references."""

    __tablename__ = "reference_counter"

    series: Mapped[str] = mapped_column(String(8), primary_key=True)
    last_number: Mapped[int]


class RateRow(Base):
    """How often a keyed source wrote in the running window; the key rotates daily, no address is kept."""

    __tablename__ = "input_rate"

    bucket: Mapped[str] = mapped_column(String(100), primary_key=True)
    used: Mapped[int]
    resets_at: Mapped[datetime]
