"""Tables: count records, the signatures under them, counts shown before sealing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from backend.kit.db import Base, JsonDict


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


class ProvisionalCount(Base):
    """What the hall was shown of a poll while paper was outstanding. Made once, never renewed."""

    __tablename__ = "provisional_count"

    poll_id: Mapped[str] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    content: Mapped[JsonDict]
    shown_at: Mapped[datetime]
