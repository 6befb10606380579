"""Unit of work: one transaction, one moment, one source of ids.

Guarantees: effects asked for with `later` exist exactly when the transaction committed; hints are published
only after the commit. Refuses nested units. Source: docs/adr/0002-unit-of-work-and-committer.md.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase

from backend.kit.bus import Bus
from backend.kit.clock import Clock
from backend.kit.db import Database, JsonDict
from backend.kit.entropy import Entropy, new_id
from backend.kit.tables import OutboxRow

OUTBOX_CHANNEL = "outbox"


@dataclass(slots=True)
class UnitOfWork:
    """What an action needs: the session, the moment, randomness, and a way to ask for later effects."""

    session: AsyncSession
    now: datetime
    entropy: Entropy
    dialect: str
    _hints: dict[tuple[str, str], None] = field(default_factory=dict)

    def new_id(self) -> str:
        """Return a fresh identifier."""
        return new_id(self.entropy)

    async def insert_new(self, table: type[DeclarativeBase], **row: object) -> bool:
        """Insert a row unless one with its key exists; tell whether it was new.

        Waits for another transaction that is just inserting the same key, so that two at the same instant cannot
        both be first; what is read after False is what the other one committed.
        """
        insert = insert_postgresql if self.dialect == "postgresql" else insert_sqlite
        statement = insert(table).values(**row).on_conflict_do_nothing().returning(*table.__table__.primary_key)
        return (await self.session.execute(statement)).first() is not None

    async def later(self, topic: str, key: str, payload: JsonDict, *, at: datetime | None = None) -> bool:
        """Ask for an effect after commit, or at a later moment; the same topic and key are accepted once.

        Returns whether the request was new.
        """
        is_new = await self.insert_new(
            OutboxRow,
            id=self.new_id(),
            topic=topic,
            dedup_key=f"{topic}:{key}",
            payload=payload,
            created_at=self.now,
            due_at=at or self.now,
            attempts=0,
        )
        if not is_new:
            return False
        self.hint(OUTBOX_CHANNEL, topic)
        return True

    def hint(self, channel: str, message: str = "") -> None:
        """Tell listeners to look again once this unit has committed; equal hints are sent once."""
        self._hints[channel, message] = None

    def take_hints(self) -> list[tuple[str, str]]:
        """Hand over the collected hints, in the order they were given."""
        hints = list(self._hints)
        self._hints.clear()
        return hints


class Work:
    """Opens units of work; the only place that ends transactions."""

    def __init__(self, db: Database, *, clock: Clock, entropy: Entropy, bus: Bus) -> None:
        self.db = db
        self.clock = clock
        self.entropy = entropy
        self.bus = bus

    @asynccontextmanager
    async def write(self) -> AsyncIterator[UnitOfWork]:
        """Run one writing transaction; hints go out after a successful commit."""
        async with self.db.write() as session:
            uow = self._unit(session)
            yield uow
        for channel, message in uow.take_hints():
            await self.bus.publish(channel, message)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[UnitOfWork]:
        """Run one read-only transaction."""
        async with self.db.read() as session:
            yield self._unit(session)

    def _unit(self, session: AsyncSession) -> UnitOfWork:
        return UnitOfWork(session=session, now=self.clock.now(), entropy=self.entropy, dialect=self.db.dialect)
