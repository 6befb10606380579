"""Log entries that prove a trace, in the words of the decision trace schema.

`hash` is the entry's leaf hash, `prev` the one before it in the tree (zeros before the first).
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.kit.db import JsonDict
from backend.transparency.entries import LogEntry
from backend.transparency.models import LeafRow
from backend.transparency.types import Position

PLACES_MAX = 2_000
FIRST = "0" * 64
SUBJECTS = ("feedback", "milestone", "effect", "decision", "deliberation", "paper", "weighing", "topic", "input")


async def entries_of(session: AsyncSession, places: Iterable[Position]) -> list[JsonDict]:
    """Return the entries at some places, in log order."""
    found: list[JsonDict] = []
    wanted = sorted(set(places))[:PLACES_MAX]
    for year in sorted({place.year for place in wanted}):
        indices = {place.index for place in wanted if place.year == year}
        query = select(LeafRow.idx, LeafRow.entry, LeafRow.hash).where(
            LeafRow.year == year, LeafRow.idx.in_(indices | {index - 1 for index in indices})
        )
        rows = {row.idx: row for row in await session.execute(query)}
        for index in sorted(indices & rows.keys()):
            before = rows[index - 1].hash.hex() if index - 1 in rows else FIRST
            found.append(_entry(index, rows[index].entry, rows[index].hash.hex(), before))
    return found


def _entry(index: int, content: bytes, leaf: str, before: str) -> JsonDict:
    entry = LogEntry.decode(content)
    subject = next((str(entry.public[name]) for name in SUBJECTS if name in entry.public), entry.type.value)
    return {
        "seq": index,
        "at": entry.at.isoformat(),
        "event": entry.type.value,
        "subject": subject,
        "actor_role": "office",
        "payload_commitment": entry.commitment.hex() if entry.commitment else leaf,
        "prev": before,
        "hash": leaf,
    }
