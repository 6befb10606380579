"""Tables: versions of minutes, their signatures, their publications. Rows are only added, never changed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.kit.db import Base, Id, JsonList, Kind


class MinutesVersionRow(Base):
    """One saved version: the text blocks as written, the generated parts as they stood then."""

    __tablename__ = "minutes_version"

    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    texts: Mapped[JsonList]
    parts: Mapped[JsonList]
    checkpoint: Mapped[str | None] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    written_by: Mapped[str] = mapped_column(ForeignKey("staff_user.id"))
    written_at: Mapped[datetime]


class MinutesSignatureRow(Base):
    """A signature under one version; another person for each role."""

    __tablename__ = "minutes_signature"
    __table_args__ = (UniqueConstraint("meeting_id", "version", "user_id"),)

    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    role: Mapped[str] = mapped_column(Kind, primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("staff_user.id"))
    name: Mapped[str] = mapped_column(String(120))
    signed_at: Mapped[datetime]


class MinutesPublicationRow(Base):
    """A version everybody may read, with the hash of its PDF."""

    __tablename__ = "minutes_publication"

    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    pdf_sha256: Mapped[str] = mapped_column(String(64))
    published_by: Mapped[str] = mapped_column(Id, ForeignKey("staff_user.id"))
    published_at: Mapped[datetime]
