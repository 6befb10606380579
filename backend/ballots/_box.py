"""Tables of the ballot box. Importable only by `cast` and `seal` (see the import contracts).

No column here carries a time, an order or a link between a voter and a ballot; SQLite keeps the rows
`WITHOUT ROWID`, because a rowid is an order. Everything in clear is either keyed (`voter_hash`) or random.
"""

from __future__ import annotations

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.kit.db import Base

_NO_ORDER = {"sqlite_with_rowid": False}


class Participation(Base):
    """This card or sheet has been redeemed for this poll, through this channel."""

    __tablename__ = "participation"
    __table_args__ = _NO_ORDER

    poll_id: Mapped[str] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    voter_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    channel: Mapped[str] = mapped_column(String(8))


class Ballot(Base):
    """One sealed ballot: fixed-length ciphertext under the poll key."""

    __tablename__ = "ballot"
    __table_args__ = _NO_ORDER

    poll_id: Mapped[str] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    ballot_id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    sealed: Mapped[bytes]


class CastRequest(Base):
    """The acknowledgement of one request, readable only with the request key its device drew."""

    __tablename__ = "cast_request"
    __table_args__ = _NO_ORDER

    poll_id: Mapped[str] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    request_mac: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    sealed: Mapped[bytes]


class SealedBallot(Base):
    """A counted ballot of a sealed poll: what it says and the nonce that proves it, without channel or voter."""

    __tablename__ = "sealed_ballot"
    __table_args__ = _NO_ORDER

    poll_id: Mapped[str] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    commitment: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    nonce: Mapped[bytes] = mapped_column(LargeBinary(32))
    choices: Mapped[str] = mapped_column(String(4000))


class Refusal(Base):
    """How many second attempts a poll has refused; a number, not who."""

    __tablename__ = "refusal"

    poll_id: Mapped[str] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    duplicates: Mapped[int] = mapped_column(default=0)
