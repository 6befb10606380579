"""The ledger of a poll's sheets: one row per poll, whose lock orders everything that happens to its paper."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from backend.kit.errors import Invalid
from backend.kit.uow import UnitOfWork
from backend.paper.models import SheetLedger
from backend.paper.types import MAX_SHEETS_PER_RUN, Ledger

MAX_COUNTED = 100 * MAX_SHEETS_PER_RUN


async def lock_ledger(uow: UnitOfWork, poll_id: str) -> SheetLedger:
    """Return the poll's ledger, made if missing and locked until commit."""
    insert_one = insert_postgresql if uow.dialect == "postgresql" else insert_sqlite
    fresh = {"poll_id": poll_id, "printed": 0, "issued": 0, "spoilt": 0, "returned": 0, "missing": 0}
    await uow.session.execute(insert_one(SheetLedger).values(fresh).on_conflict_do_nothing())
    locked = select(SheetLedger).where(SheetLedger.poll_id == poll_id).with_for_update()
    return (await uow.session.scalars(locked.execution_options(populate_existing=True))).one()


async def ledger_of(session: AsyncSession, poll_id: str) -> Ledger:
    """Return the numbers of a poll's sheets."""
    return (await ledgers_of(session, [poll_id]))[poll_id]


async def ledgers_of(session: AsyncSession, poll_ids: list[str]) -> dict[str, Ledger]:
    """Return the numbers of several polls' sheets; zeros where paper plays no part."""
    rows = await session.scalars(select(SheetLedger).where(SheetLedger.poll_id.in_(poll_ids)))
    known = {row.poll_id: _ledger(row) for row in rows}
    return {poll_id: known.get(poll_id, Ledger()) for poll_id in poll_ids}


async def count_leftovers(uow: UnitOfWork, poll_id: str, *, stock: int, missing: int) -> None:
    """Note what people counted: sheets never handed out, and sheets that did not come back.

    Raises: Invalid for numbers nobody can have counted.
    """
    if not (0 <= stock <= MAX_COUNTED and 0 <= missing <= MAX_COUNTED):
        raise Invalid("Bitte geben Sie gezählte Zettel an: null oder mehr.")
    ledger = await lock_ledger(uow, poll_id)
    ledger.stock, ledger.missing = stock, missing
    await uow.session.flush()


def _ledger(row: SheetLedger) -> Ledger:
    return Ledger(
        printed=row.printed,
        issued=row.issued,
        spoilt=row.spoilt,
        returned=row.returned,
        missing=row.missing,
        stock=row.stock,
    )
