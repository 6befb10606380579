"""Reads: batches with their sheets, what waits for people, the picture of a sheet under review."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Subquery, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.kit.db import JsonDict
from backend.kit.errors import NotFound
from backend.paper.models import Adjudication, BatchConfirmation, ScanBatch, ScanFile, ScanSheet, SheetLayout
from backend.paper.rules import UNDECIDED_STATES
from backend.paper.sealed import PaperSeal
from backend.paper.types import (
    MAX_FILES,
    MAX_PAGES,
    BatchKind,
    BatchState,
    BatchView,
    Confirmation,
    DecidedBy,
    Figures,
    SheetContent,
    SheetStatus,
    SheetView,
)

MAX_BATCHES = 500
MAX_LAYOUTS = 20
MAX_SHEETS = 10 * MAX_PAGES


@dataclass(frozen=True, slots=True)
class WaitingSheet:
    """A sheet that people must decide."""

    poll_id: str
    batch_id: str
    position: int
    decisions: int


@dataclass(frozen=True, slots=True)
class Note:
    """What a person wrote beside a decision."""

    user_id: str
    text: str | None
    together_with: str | None


async def get_batch(session: AsyncSession, batch_id: str) -> BatchView:
    """Return one batch with its sheets. Raises: NotFound."""
    row = await session.get(ScanBatch, batch_id)
    if row is None:
        raise NotFound
    return (await _views(session, [row]))[0]


async def batches_of(session: AsyncSession, poll_ids: Sequence[str]) -> list[BatchView]:
    """Return the batches of some polls with their sheets, in order."""
    query = select(ScanBatch).where(ScanBatch.poll_id.in_(poll_ids)).order_by(ScanBatch.poll_id, ScanBatch.number)
    return await _views(session, list(await session.scalars(query.limit(MAX_BATCHES))))


async def waiting_sheets(session: AsyncSession, poll_ids: Sequence[str]) -> list[WaitingSheet]:
    """Return the sheets people must decide one by one, oldest batch first; typed stacks only where two differ."""
    decisions = _decisions()
    query = (
        select(ScanSheet.poll_id, ScanSheet.batch_id, ScanSheet.position, func.coalesce(decisions.c.n, 0).label("n"))
        .join(ScanBatch, ScanBatch.id == ScanSheet.batch_id)
        .outerjoin(
            decisions, (decisions.c.batch_id == ScanSheet.batch_id) & (decisions.c.position == ScanSheet.position)
        )
        .where(
            ScanSheet.poll_id.in_(poll_ids),
            ScanSheet.status == SheetStatus.REVIEW.value,
            ScanBatch.state.in_(UNDECIDED_STATES),
            (ScanBatch.kind == BatchKind.SCAN.value) | (func.coalesce(decisions.c.n, 0) > 1),
        )
        .order_by(ScanBatch.created_at, ScanBatch.id, ScanSheet.position)
        .limit(MAX_SHEETS)
    )
    return [
        WaitingSheet(poll_id=row.poll_id, batch_id=row.batch_id, position=row.position, decisions=row.n)
        for row in await session.execute(query)
    ]


async def evidence_of(session: AsyncSession, batch_id: str, position: int) -> bytes | None:
    """Return the sealed evidence of a sheet under review, None when there is none. Raises: NotFound."""
    query = select(ScanSheet.status, ScanSheet.evidence).where(
        ScanSheet.batch_id == batch_id, ScanSheet.position == position
    )
    row = (await session.execute(query)).one_or_none()
    if row is None:
        raise NotFound
    return row.evidence if row.status == SheetStatus.REVIEW else None


async def evidence_by_position(session: AsyncSession, batch_id: str) -> dict[int, bytes]:
    """Return the sealed evidence of every sheet of a batch that is under review."""
    query = select(ScanSheet.position, ScanSheet.evidence).where(
        ScanSheet.batch_id == batch_id,
        ScanSheet.status == SheetStatus.REVIEW.value,
        ScanSheet.evidence.is_not(None),
    )
    return {row.position: row.evidence for row in await session.execute(query.limit(MAX_SHEETS))}


async def contents_of(session: AsyncSession, seal: PaperSeal, batch_id: str) -> list[SheetContent]:
    """Return what the accepted sheets of an unconfirmed batch say, for counting them together."""
    query = select(ScanSheet.content).where(
        ScanSheet.batch_id == batch_id,
        ScanSheet.status == SheetStatus.ACCEPTED.value,
        ScanSheet.content.is_not(None),
    )
    sealed = await session.scalars(query.limit(MAX_SHEETS))
    return [seal.open_content(content) for content in sealed if content is not None]


async def notes_of(session: AsyncSession, batch_id: str, position: int) -> list[Note]:
    """Return who decided a sheet and what they wrote, in order; not what they decided."""
    query = (
        select(Adjudication.user_id, Adjudication.note, Adjudication.together_with)
        .where(Adjudication.batch_id == batch_id, Adjudication.position == position)
        .order_by(Adjudication.rank)
    )
    return [Note(row.user_id, row.note, row.together_with) for row in await session.execute(query)]


async def layouts_of(session: AsyncSession, poll_id: str) -> list[JsonDict]:
    """Return the layout maps of a poll's printed sheets."""
    query = select(SheetLayout.map).where(SheetLayout.poll_id == poll_id).order_by(SheetLayout.number)
    return list(await session.scalars(query.limit(MAX_LAYOUTS)))


async def stored_files(session: AsyncSession, batch_id: str) -> list[str]:
    """Return the hashes of a batch's files in the order they were uploaded."""
    query = select(ScanFile.sha256).where(ScanFile.batch_id == batch_id).order_by(ScanFile.number)
    return list(await session.scalars(query.limit(MAX_FILES)))


def _decisions() -> Subquery:
    """Count decisions per sheet."""
    counted = select(Adjudication.batch_id, Adjudication.position, func.count().label("n"))
    return counted.group_by(Adjudication.batch_id, Adjudication.position).subquery()


async def _views(session: AsyncSession, rows: Sequence[ScanBatch]) -> list[BatchView]:
    ids = [row.id for row in rows]
    sheets = await _sheets(session, ids)
    words = await _confirmations(session, ids)
    refused = await _refused_files(session, ids)
    return [
        BatchView(
            id=row.id,
            poll_id=row.poll_id,
            number=row.number,
            kind=BatchKind(row.kind),
            state=BatchState(row.state),
            uploaded_by=row.uploaded_by,
            hand_count=row.hand_count,
            created_at=row.created_at,
            figures=Figures(valid=row.valid, invalid=row.invalid, blank=row.blank),
            sheets=tuple(sheets.get(row.id, ())),
            confirmations=tuple(words.get(row.id, ())),
            refused_files=refused.get(row.id, {}),
        )
        for row in rows
    ]


async def _sheets(session: AsyncSession, batch_ids: list[str]) -> dict[str, list[SheetView]]:
    decisions = _decisions()
    query = (
        select(
            ScanSheet.batch_id,
            ScanSheet.position,
            ScanSheet.status,
            ScanSheet.reason,
            ScanSheet.decided_by,
            ScanSheet.evidence.is_not(None).label("has_evidence"),
            func.coalesce(decisions.c.n, 0).label("n"),
        )
        .outerjoin(
            decisions, (decisions.c.batch_id == ScanSheet.batch_id) & (decisions.c.position == ScanSheet.position)
        )
        .where(ScanSheet.batch_id.in_(batch_ids))
        .order_by(ScanSheet.batch_id, ScanSheet.position)
        .limit(MAX_SHEETS)
    )
    found: dict[str, list[SheetView]] = {}
    for row in await session.execute(query):
        view = SheetView(
            position=row.position,
            status=SheetStatus(row.status),
            reason=row.reason,
            decided_by=DecidedBy(row.decided_by) if row.decided_by else None,
            decisions=row.n,
            has_evidence=bool(row.has_evidence),
        )
        found.setdefault(row.batch_id, []).append(view)
    return found


async def _confirmations(session: AsyncSession, batch_ids: list[str]) -> dict[str, list[Confirmation]]:
    query = (
        select(BatchConfirmation)
        .where(BatchConfirmation.batch_id.in_(batch_ids))
        .order_by(BatchConfirmation.confirmed_at, BatchConfirmation.user_id)
        .limit(2 * MAX_BATCHES)
    )
    found: dict[str, list[Confirmation]] = {}
    for row in await session.scalars(query):
        word = Confirmation(user_id=row.user_id, hand_count=row.hand_count, confirmed_at=row.confirmed_at)
        found.setdefault(row.batch_id, []).append(word)
    return found


async def _refused_files(session: AsyncSession, batch_ids: list[str]) -> dict[str, dict[str, str]]:
    query = (
        select(ScanFile.batch_id, ScanFile.number, ScanFile.reason)
        .where(ScanFile.batch_id.in_(batch_ids), ScanFile.reason.is_not(None))
        .order_by(ScanFile.number)
        .limit(MAX_BATCHES)
    )
    found: dict[str, dict[str, str]] = {}
    for row in await session.execute(query):
        found.setdefault(row.batch_id, {})[str(row.number)] = row.reason
    return found
