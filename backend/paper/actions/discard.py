"""Throw a batch away before it counts: the sheets are still there and are scanned again.

Guarantees: nothing of the batch is left but its number, who scanned it and why it was thrown away; the same files
may be uploaded again. Refuses batches that were confirmed.
"""

from __future__ import annotations

from sqlalchemy import delete, select

from backend.kit.errors import Invalid, NotFound
from backend.kit.uow import UnitOfWork
from backend.paper.actions.place import lock_batch
from backend.paper.errors import BatchClosed
from backend.paper.ledger import lock_ledger
from backend.paper.models import Adjudication, BatchConfirmation, ScanBatch, ScanFile, ScanSheet, SheetSeen
from backend.paper.rules import UNDECIDED_STATES
from backend.paper.types import BatchState

REASON_MIN_CHARS = 3
MAX_REASON_CHARS = 300


async def discard_batch(uow: UnitOfWork, batch_id: str, *, reason: str) -> ScanBatch:
    """Discard an unconfirmed batch; discarding it again changes nothing. Raises: NotFound, Invalid, BatchClosed."""
    if len(reason.strip()) < REASON_MIN_CHARS:
        raise Invalid("Bitte schreiben Sie kurz, warum der Stapel verworfen wird.")
    poll_id = await uow.session.scalar(select(ScanBatch.poll_id).where(ScanBatch.id == batch_id))
    if poll_id is None:
        raise NotFound
    await lock_ledger(uow, poll_id)
    batch = await lock_batch(uow, batch_id)
    if batch.state == BatchState.DISCARDED:
        return batch
    if batch.state not in UNDECIDED_STATES | {BatchState.REJECTED}:
        raise BatchClosed
    for table in (Adjudication, BatchConfirmation, SheetSeen, ScanFile, ScanSheet):
        await uow.session.execute(delete(table).where(table.batch_id == batch_id))
    batch.state = BatchState.DISCARDED
    batch.discard_reason = reason.strip()[:MAX_REASON_CHARS]
    await uow.session.flush()
    return batch
