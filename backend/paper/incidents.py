"""What happened to the paper of a poll beyond plain counting, for the count record: numbers and reasons, no names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.paper.models import ScanBatch, ScanSheet
from backend.paper.queries import MAX_BATCHES
from backend.paper.rules import NOT_SHEETS
from backend.paper.types import BatchKind, BatchState, DecidedBy, SheetStatus


@dataclass(frozen=True, slots=True)
class Incidents:
    """Sheets that people decided, sheets that were rejected by reason, scans thrown away, stacks typed in."""

    decided: Mapping[DecidedBy, int] = field(default_factory=dict)
    rejected: Mapping[str, int] = field(default_factory=dict)
    discarded: tuple[str, ...] = ()
    typed_in: int = 0


async def incidents_of(session: AsyncSession, poll_id: str) -> Incidents:
    """Return what the count record must mention."""
    query = (
        select(ScanSheet.status, ScanSheet.reason, ScanSheet.decided_by, func.count().label("n"))
        .join(ScanBatch, ScanBatch.id == ScanSheet.batch_id)
        .where(ScanSheet.poll_id == poll_id, ScanBatch.kind == BatchKind.SCAN.value)
        .group_by(ScanSheet.status, ScanSheet.reason, ScanSheet.decided_by)
    )
    decided, rejected = Counter[DecidedBy](), Counter[str]()
    for row in await session.execute(query):
        if row.decided_by:
            decided[DecidedBy(row.decided_by)] += row.n
        if row.status == SheetStatus.REJECTED and row.reason not in NOT_SHEETS:
            rejected[row.reason] += row.n
    batches = await session.execute(
        select(ScanBatch.state, ScanBatch.kind, ScanBatch.discard_reason)
        .where(ScanBatch.poll_id == poll_id)
        .order_by(ScanBatch.number)
        .limit(MAX_BATCHES)
    )
    discarded: list[str] = []
    typed_in = 0
    for batch in batches:
        if batch.state == BatchState.DISCARDED:
            discarded.append(batch.discard_reason or "")
        elif batch.kind == BatchKind.MANUAL:
            typed_in += 1
    return Incidents(decided=decided, rejected=rejected, discarded=tuple(discarded), typed_in=typed_in)
