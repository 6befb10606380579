"""Tables of the technical ground floor: outbox, request keys, numbered event streams."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from backend.kit.db import Base, Id, JsonDict, Kind


class OutboxRow(Base):
    """An effect that must happen once after the transaction that asked for it has committed."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_due", "done_at", "due_at"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    topic: Mapped[str] = mapped_column(Kind)
    dedup_key: Mapped[str] = mapped_column(String(200), unique=True)
    payload: Mapped[JsonDict]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)


class RequestKey(Base):
    """The first answer given to a request key, so that a repeat gets the same."""

    __tablename__ = "request_key"

    scope: Mapped[str] = mapped_column(String(120), primary_key=True)
    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    answer: Mapped[JsonDict]
    created_at: Mapped[datetime]


class StreamHead(Base):
    """The last number given out in an event stream; its row lock orders the stream."""

    __tablename__ = "stream_head"

    stream_id: Mapped[str] = mapped_column(Id, primary_key=True)
    seq: Mapped[int] = mapped_column(default=0)


class StreamEvent(Base):
    """One numbered event of a stream."""

    __tablename__ = "stream_event"

    stream_id: Mapped[str] = mapped_column(Id, primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(Kind)
    payload: Mapped[JsonDict]
    created_at: Mapped[datetime]
