"""Without a scanner: two people type a stack in, independently and blind; a third settles where they differ.

A typed sheet is a sheet under review from the start, so the same rules decide it. Who typed may not confirm.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from backend.kit.errors import Invalid
from backend.kit.uow import UnitOfWork
from backend.paper.actions.adjudicate import ENTRIES_NEEDED, Opinion, adjudicate
from backend.paper.actions.receive import countable_poll, new_batch
from backend.paper.errors import AlreadyDecided
from backend.paper.ledger import lock_ledger
from backend.paper.models import Adjudication, ScanSheet
from backend.paper.sealed import PaperSeal
from backend.paper.types import MAX_MANUAL_SHEETS, BatchKind, BatchState, Decision, SheetReason, SheetStatus


async def begin_manual_batch(uow: UnitOfWork, poll_id: str, *, sheets: int, user_id: str) -> str:
    """Make a batch of so many sheets for two people to type in; return its id.

    Raises: Invalid for impossible numbers, NotFound, ChannelClosed, PollNotOpen.
    """
    if not 1 <= sheets <= MAX_MANUAL_SHEETS:
        raise Invalid(f"Ein Stapel ohne Scanner hat 1 bis {MAX_MANUAL_SHEETS} Blätter.")
    poll = await countable_poll(uow, poll_id)
    await lock_ledger(uow, poll.id)
    batch = await new_batch(uow, poll.id, kind=BatchKind.MANUAL, state=BatchState.REVIEW, user_id=user_id)
    for position in range(1, sheets + 1):
        uow.session.add(
            ScanSheet(
                batch_id=batch.id,
                position=position,
                poll_id=poll.id,
                status=SheetStatus.REVIEW,
                reason=SheetReason.MANUAL_ENTRY,
            )
        )
    await uow.session.flush()
    return batch.id


async def enter_sheets(
    uow: UnitOfWork, seal: PaperSeal, batch_id: str, *, user_id: str, decisions: Sequence[Decision]
) -> None:
    """Type a whole stack in, sheet by sheet in order.

    Raises: Invalid when the number differs from the batch's, AlreadyDecided when this person or two others have
    typed it in.
    """
    query = select(ScanSheet.position).where(ScanSheet.batch_id == batch_id).order_by(ScanSheet.position)
    positions = list(await uow.session.scalars(query))
    if len(positions) != len(decisions):
        raise Invalid(f"Der Stapel hat {len(positions)} Blätter, eingegeben sind {len(decisions)}.")
    authors = await people_who_entered(uow, batch_id)
    if user_id in authors or len(authors) >= ENTRIES_NEEDED:
        raise AlreadyDecided("Diesen Stapel haben schon zwei Personen eingegeben, oder Sie selbst.")
    for position, decision in zip(positions, decisions, strict=True):
        await adjudicate(uow, seal, batch_id, position, opinion=Opinion(user_id, decision, is_entry=True))


async def people_who_entered(uow: UnitOfWork, batch_id: str) -> set[str]:
    """Return who typed sheets of this batch or settled one."""
    query = select(Adjudication.user_id).where(Adjudication.batch_id == batch_id, Adjudication.rank <= ENTRIES_NEEDED)
    return set(await uow.session.scalars(query.distinct()))
