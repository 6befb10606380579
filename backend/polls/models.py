"""Tables: polls and their registers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from backend.kit.db import Base, Id, JsonDict, JsonList, Kind


class PollRow(Base):
    """A question to vote on. From `ready` on its wording, options, method, channels and grade stay as they are."""

    __tablename__ = "poll"
    __table_args__ = (Index("ix_poll_meeting", "meeting_id", "position"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    org_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    meeting_id: Mapped[str] = mapped_column(Id)
    agenda_item_id: Mapped[str | None] = mapped_column(Id)
    position: Mapped[int]
    type: Mapped[str] = mapped_column(Kind)
    question: Mapped[JsonDict]
    options: Mapped[JsonList]
    max_choices: Mapped[int]
    statements: Mapped[JsonList | None]
    budget: Mapped[int | None] = mapped_column(BigInteger)
    method: Mapped[str] = mapped_column(Kind)
    grade: Mapped[str] = mapped_column(Kind)
    channels: Mapped[JsonList]
    change_until_close: Mapped[bool] = mapped_column(default=False)
    show_interim: Mapped[bool] = mapped_column(default=False)
    n_min: Mapped[int]
    state: Mapped[str] = mapped_column(Kind)
    version: Mapped[int] = mapped_column(default=1)
    sheet_code: Mapped[bytes] = mapped_column(LargeBinary(8), unique=True)
    pad_bytes: Mapped[int]
    entitled: Mapped[int] = mapped_column(default=0)
    register_salt: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    register_root: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    last_call_ends_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    grace_ends_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    on_paper_since: Mapped[datetime | None]
    supersedes_id: Mapped[str | None] = mapped_column(Id)
    end_reason: Mapped[str | None] = mapped_column(Text)
    is_practice: Mapped[bool] = mapped_column(default=False, server_default=false())
    reserve_no: Mapped[int | None]


class RegisterEntry(Base):
    """A card entitled to one poll: the snapshot taken when it opened."""

    __tablename__ = "register_entry"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy reads it once

    poll_id: Mapped[str] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    voter_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
