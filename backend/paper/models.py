"""Tables of paper: sheets, their ledger, layouts, scanned batches, decisions.

No column links a sheet to a card or a person, and sheets have neither order nor time. What a sheet says is
ciphertext under a key derived from the poll's, so it becomes unreadable when that key is destroyed at sealing.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.kit.db import Base, Id, JsonDict, Kind

_NO_ORDER = {"sqlite_with_rowid": False}


class SheetRow(Base):
    """A printed sheet with a number, known only by the keyed hash of its serial."""

    __tablename__ = "sheet"
    __table_args__ = _NO_ORDER

    poll_id: Mapped[str] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    serial_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    state: Mapped[str] = mapped_column(String(8))


class SheetSeen(Base):
    """This serial has been scanned, in this batch, with this image."""

    __tablename__ = "sheet_seen"
    __table_args__ = _NO_ORDER

    poll_id: Mapped[str] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    serial_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    batch_id: Mapped[str] = mapped_column(ForeignKey("scan_batch.id"), index=True)
    image_sha256: Mapped[str] = mapped_column(String(64))


class SheetLedger(Base):
    """How many sheets of a poll were printed, handed out, exchanged, returned, missed and left over.

    Its row lock orders everything that happens to the paper of one poll.
    """

    __tablename__ = "sheet_ledger"

    poll_id: Mapped[str] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    printed: Mapped[int] = mapped_column(default=0)
    issued: Mapped[int] = mapped_column(default=0)
    spoilt: Mapped[int] = mapped_column(default=0)
    returned: Mapped[int] = mapped_column(default=0)
    missing: Mapped[int] = mapped_column(default=0)
    stock: Mapped[int | None]


class SheetLayout(Base):
    """Where the renderer put the circles of a poll's sheets; the number stands in every sheet's code."""

    __tablename__ = "sheet_layout"

    poll_id: Mapped[str] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    variant: Mapped[str] = mapped_column(Kind)
    map: Mapped[JsonDict]
    sha256: Mapped[str] = mapped_column(String(64))


class ScanBatch(Base):
    """A stack of sheets that was scanned or typed in together."""

    __tablename__ = "scan_batch"
    __table_args__ = (UniqueConstraint("poll_id", "number"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    poll_id: Mapped[str] = mapped_column(ForeignKey("poll.id"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(12))
    uploaded_by: Mapped[str] = mapped_column(ForeignKey("staff_user.id"))
    created_at: Mapped[datetime]
    hand_count: Mapped[int | None]
    valid: Mapped[int] = mapped_column(default=0)
    invalid: Mapped[int] = mapped_column(default=0)
    blank: Mapped[int] = mapped_column(default=0)
    discard_reason: Mapped[str | None] = mapped_column(Text)


class ScanFile(Base):
    """A file by its content, so that the same file twice has no effect. `reason` when it could not be read."""

    __tablename__ = "scan_file"

    poll_id: Mapped[str] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    batch_id: Mapped[str] = mapped_column(ForeignKey("scan_batch.id"), index=True)
    number: Mapped[int]
    size_bytes: Mapped[int]
    reason: Mapped[str | None] = mapped_column(Kind)


class ScanSheet(Base):
    """One sheet of a batch. `content` until the batch is confirmed, `evidence` while people decide; both sealed."""

    __tablename__ = "scan_sheet"
    __table_args__ = (Index("ix_scan_sheet_serial", "poll_id", "serial_hash"),)

    batch_id: Mapped[str] = mapped_column(ForeignKey("scan_batch.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    poll_id: Mapped[str] = mapped_column(ForeignKey("poll.id"))
    serial_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    image_sha256: Mapped[str | None] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str | None] = mapped_column(Kind)
    decided_by: Mapped[str | None] = mapped_column(String(8))
    content: Mapped[bytes | None]
    evidence: Mapped[bytes | None]


class Adjudication(Base):
    """What one person reads on a sheet; sealed, so that nobody copies and nothing stays."""

    __tablename__ = "adjudication"
    __table_args__ = (ForeignKeyConstraint(["batch_id", "position"], ["scan_sheet.batch_id", "scan_sheet.position"]),)

    batch_id: Mapped[str] = mapped_column(Id, primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rank: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    user_id: Mapped[str] = mapped_column(ForeignKey("staff_user.id"))
    together_with: Mapped[str | None] = mapped_column(ForeignKey("staff_user.id"))
    decision: Mapped[bytes]
    note: Mapped[str | None] = mapped_column(String(300))


class BatchConfirmation(Base):
    """A person's word that a batch is complete and counted by hand."""

    __tablename__ = "batch_confirmation"

    batch_id: Mapped[str] = mapped_column(ForeignKey("scan_batch.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("staff_user.id"), primary_key=True)
    hand_count: Mapped[int]
    confirmed_at: Mapped[datetime]


class DoorCount(Base):
    """How many cards of a kind the door handed out; a number, no names, no cards."""

    __tablename__ = "door_count"

    meeting_id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(Kind, primary_key=True)
    handed_out: Mapped[int] = mapped_column(default=0)
