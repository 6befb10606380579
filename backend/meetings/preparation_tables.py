"""Tables of the preparation: series, what happened to agenda items, ticks of the checklist."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.kit.db import Base, Id, JsonDict, Kind


class MeetingSeriesRow(Base):
    """Several dates of the same format."""

    __tablename__ = "meeting_series"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    org_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    title: Mapped[JsonDict]


class AgendaStepRow(Base):
    """An agenda item was postponed, withdrawn or taken up again; the meeting's version gives the order. Append-only."""

    __tablename__ = "agenda_step"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    item_id: Mapped[str] = mapped_column(ForeignKey("agenda_item.id"), index=True)
    version: Mapped[int]
    step: Mapped[str] = mapped_column(Kind)
    reason: Mapped[str] = mapped_column(String(300))
    taken_at: Mapped[datetime]


class ChecklistTickRow(Base):
    """A task of the evening is done. Tasks belong to roles; nobody's name is kept."""

    __tablename__ = "checklist_tick"

    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    task: Mapped[str] = mapped_column(Kind, primary_key=True)
    ticked_at: Mapped[datetime]
