"""Tables: packs and cards. A card is known only by the keyed hash of its code."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from backend.kit.db import Base, Id, Kind


class CardPack(Base):
    """A wrapped stack of cards; only opened packs enter a register."""

    __tablename__ = "card_pack"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    org_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    meeting_id: Mapped[str] = mapped_column(Id, index=True)
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(Kind)
    size: Mapped[int]
    opened_at: Mapped[datetime | None]


class Card(Base):
    """One card of a pack. No time of use, no holder, no order."""

    __tablename__ = "card"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy reads it once

    voter_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    pack_id: Mapped[str] = mapped_column(ForeignKey("card_pack.id"), index=True)
    meeting_id: Mapped[str] = mapped_column(Id, index=True)
    kind: Mapped[str] = mapped_column(Kind)
    is_void: Mapped[bool] = mapped_column(default=False)
