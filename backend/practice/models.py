"""Table: rehearsals that were asked for."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.kit.db import Base, Id, Kind


class RehearsalRun(Base):
    """One rehearsal; `slot` is 1 while it is active and empty afterwards, so that there is one at a time."""

    __tablename__ = "rehearsal_run"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    org_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    asked_by: Mapped[str] = mapped_column(ForeignKey("staff_user.id"))
    state: Mapped[str] = mapped_column(Kind)
    slot: Mapped[int | None] = mapped_column(unique=True)
    phones: Mapped[int]
    with_chaos: Mapped[bool]
    seed: Mapped[int]
    step: Mapped[str] = mapped_column(String(80))
    asked_at: Mapped[datetime]
    beat_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    is_ok: Mapped[bool | None]
    problem: Mapped[str | None] = mapped_column(Kind)
    sandbox_id: Mapped[str | None] = mapped_column(Id)
