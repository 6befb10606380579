"""Tables: count records, the signatures under them, which words are shown, counts shown before sealing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from backend.kit.db import Base, JsonDict, Kind
from backend.polls.choices import WORD_LENGTH_MAX


class CountRecordRow(Base):
    """The sealed count of one poll, with every channel and every equation."""

    __tablename__ = "count_record"

    poll_id: Mapped[str] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    content: Mapped[JsonDict]
    is_balanced: Mapped[bool]
    sealed_at: Mapped[datetime]


class CountSignature(Base):
    """A person confirmed the count; two different persons make it final."""

    __tablename__ = "count_signature"

    poll_id: Mapped[str] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("staff_user.id"), primary_key=True)
    reason: Mapped[str | None] = mapped_column(Text)
    signed_at: Mapped[datetime]


class WordRuling(Base):
    """What somebody decided about one word of a word cloud; a word without a ruling is not shown."""

    __tablename__ = "word_ruling"

    poll_id: Mapped[str] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    word: Mapped[str] = mapped_column(String(WORD_LENGTH_MAX), primary_key=True)
    outcome: Mapped[str] = mapped_column(Kind)
    shown_as: Mapped[str | None] = mapped_column(String(WORD_LENGTH_MAX))
    reason: Mapped[str | None] = mapped_column(Kind)
    ruled_by: Mapped[str] = mapped_column(ForeignKey("staff_user.id"))
    ruled_at: Mapped[datetime]


class ProvisionalCount(Base):
    """What the hall was shown of a poll while paper was outstanding. Made once, never renewed."""

    __tablename__ = "provisional_count"

    poll_id: Mapped[str] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    content: Mapped[JsonDict]
    shown_at: Mapped[datetime]
