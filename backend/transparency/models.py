"""Tables of the log.

Guarantees: `log_leaf` and `log_node` only grow (triggers in the migration); what is personal lives
in `log_payload` alone, readable only with the row of `log_payload_key`, a table that long-term
backups leave out. Nothing here says who, and no time is finer than a minute.
"""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.kit.db import Base, Kind

_Counter = BigInteger().with_variant(Integer, "sqlite")
_PENDING = text("idx IS NULL")


class IntentRow(Base):
    """A record that is to enter the log, and where it stands once it has."""

    __tablename__ = "log_intent"
    __table_args__ = (
        Index("ix_log_intent_pending", "id", sqlite_where=_PENDING, postgresql_where=_PENDING),
        Index("ix_log_intent_year_idx", "year", "idx"),
    )

    id: Mapped[int] = mapped_column(_Counter, primary_key=True)
    dedup_key: Mapped[str] = mapped_column(String(200), unique=True)
    type: Mapped[str] = mapped_column(Kind)
    entry: Mapped[bytes | None]
    """Until sequenced; then the leaf has it."""
    created_at: Mapped[datetime]
    year: Mapped[int | None]
    idx: Mapped[int | None] = mapped_column(BigInteger)


class LeafRow(Base):
    """An entry at its place."""

    __tablename__ = "log_leaf"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    idx: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    entry: Mapped[bytes]
    hash: Mapped[bytes]


class NodeRow(Base):
    """The root of a full tile: one hash of the tile above it. Level 0 is `log_leaf`."""

    __tablename__ = "log_node"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    idx: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hash: Mapped[bytes]


class HeadRow(Base):
    """One log per year: its size and right edge. The row's lock orders all appends."""

    __tablename__ = "log_head"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    origin: Mapped[str] = mapped_column(String(200), unique=True)
    size: Mapped[int] = mapped_column(BigInteger)
    edge: Mapped[bytes]
    signed_size: Mapped[int] = mapped_column(BigInteger)
    """What the last published checkpoint says; the store outside the database decides."""
    is_closed: Mapped[bool]


class PayloadRow(Base):
    """Salt and payload of a commitment, encrypted under a key of its own."""

    __tablename__ = "log_payload"

    intent_id: Mapped[int] = mapped_column(_Counter, ForeignKey("log_intent.id"), primary_key=True, autoincrement=False)
    ciphertext: Mapped[bytes]
    is_released: Mapped[bool]


class PayloadKeyRow(Base):
    """The key of one payload; no row, no payload."""

    __tablename__ = "log_payload_key"

    intent_id: Mapped[int] = mapped_column(_Counter, ForeignKey("log_intent.id"), primary_key=True, autoincrement=False)
    key: Mapped[bytes]


class ErasureRow(Base):
    """Which record's payload was erased, and the record that says so."""

    __tablename__ = "log_erasure"

    intent_id: Mapped[int] = mapped_column(_Counter, ForeignKey("log_intent.id"), primary_key=True, autoincrement=False)
    tombstone_id: Mapped[int] = mapped_column(_Counter, ForeignKey("log_intent.id"), index=True)
