"""Give every page that was read its place in its batch.

Guarantees: each page is accepted, in review or rejected, with a reason unless plainly accepted; a serial is counted
once – the same picture again has no effect, another picture of the same sheet sends both to people; sheets
nobody printed, void sheets and sheets of the wrong kind are rejected by name.
The ledger of the poll is locked meanwhile, so that two batches cannot accept one serial.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from backend.ballots.types import NONCE_BYTES
from backend.kit.keyring import Keyring
from backend.kit.uow import UnitOfWork
from backend.paper.actions.print_sheets import is_numbered
from backend.paper.ledger import lock_ledger
from backend.paper.models import Adjudication, BatchConfirmation, ScanBatch, ScanFile, ScanSheet, SheetRow, SheetSeen
from backend.paper.rules import UNDECIDED_STATES, WITHOUT_CODE, state_after
from backend.paper.sealed import PaperSeal
from backend.paper.types import (
    BatchState,
    ReadFile,
    ReadSheet,
    SheetContent,
    SheetReason,
    SheetState,
    SheetStatus,
)
from backend.polls.choices import canonical_sheet
from backend.polls.queries import Poll

Verdict = tuple[SheetStatus, str | None]


async def lock_batch(uow: UnitOfWork, batch_id: str) -> ScanBatch:
    """Return a batch, locked until commit."""
    locked = select(ScanBatch).where(ScanBatch.id == batch_id).with_for_update()
    return (await uow.session.scalars(locked.execution_options(populate_existing=True))).one()


async def place_batch(
    uow: UnitOfWork, batch_id: str, files: Sequence[ReadFile], *, poll: Poll, keyring: Keyring, seal: PaperSeal
) -> BatchState:
    """Write the sheets of a batch that has been read; a batch placed before stays as it is."""
    await lock_ledger(uow, poll.id)
    batch = await lock_batch(uow, batch_id)
    if batch.state != BatchState.DECODING:
        return BatchState(batch.state)
    placer = _Placer(uow, batch, poll=poll, keyring=keyring, seal=seal)
    await placer.learn(sheet.serial for file in files for sheet in file.sheets if sheet.serial)
    for number, file in enumerate(files, start=1):
        if file.refused:
            placer.refuse(file.refused)
            await _note_refusal(uow.session, batch.id, number, file.refused)
        for sheet in file.sheets:
            placer.add(sheet)
    await uow.session.flush()
    await _doubt(uow.session, poll.id, placer.doubled)
    return await settle_state(uow.session, batch)


async def settle_state(session: AsyncSession, batch: ScanBatch) -> BatchState:
    """Bring a batch's state in line with its sheets."""
    query = select(ScanSheet.status, ScanSheet.reason).where(ScanSheet.batch_id == batch.id)
    pages = [(SheetStatus(row.status), row.reason) for row in await session.execute(query)]
    batch.state = state_after(pages)
    await session.flush()
    return batch.state


class _Placer:
    """Decides page by page what the ledger makes of the reader's verdict."""

    def __init__(self, uow: UnitOfWork, batch: ScanBatch, *, poll: Poll, keyring: Keyring, seal: PaperSeal) -> None:
        self.doubled: set[bytes] = set()
        self._uow = uow
        self._batch = batch
        self._poll = poll
        self._keyring = keyring
        self._seal = seal
        self._position = 0
        self._printed: dict[bytes, str] = {}
        self._pictures: dict[bytes, str] = {}

    async def learn(self, serials: Iterable[bytes]) -> None:
        """Read what is known of these serials."""
        hashes = {self._keyring.sheet_hash(serial) for serial in serials}
        printed = select(SheetRow.serial_hash, SheetRow.state).where(
            SheetRow.poll_id == self._poll.id, SheetRow.serial_hash.in_(hashes)
        )
        seen = select(SheetSeen.serial_hash, SheetSeen.image_sha256).where(
            SheetSeen.poll_id == self._poll.id, SheetSeen.serial_hash.in_(hashes)
        )
        self._printed = {row.serial_hash: row.state for row in await self._uow.session.execute(printed)}
        self._pictures = {row.serial_hash: row.image_sha256 for row in await self._uow.session.execute(seen)}

    def refuse(self, reason: str) -> None:
        """Give a file that could not be read a place among the rejected."""
        self._put(SheetStatus.REJECTED, reason)

    def add(self, sheet: ReadSheet) -> None:
        """Place one page; the same picture of the same sheet again has no effect."""
        hashed = None
        if sheet.serial is not None and sheet.status is not SheetStatus.REJECTED:
            hashed = self._keyring.sheet_hash(sheet.serial)
            if self._pictures.get(hashed) == sheet.image_sha256:
                return
        status, reason = self._verdict(sheet, hashed)
        content = evidence = None
        if status is SheetStatus.ACCEPTED and sheet.choices is not None:
            nonce = self._uow.entropy.bytes(NONCE_BYTES)
            choices = canonical_sheet(self._poll.definition, sheet.choices)
            content = self._seal.seal_content(SheetContent(choices=choices, nonce=nonce))
        if status is SheetStatus.REVIEW:
            evidence = self._seal.seal_evidence(sheet.evidence)
        row = self._put(status, reason)
        row.serial_hash, row.image_sha256 = hashed, sheet.image_sha256
        row.content, row.evidence = content, evidence

    def _verdict(self, sheet: ReadSheet, hashed: bytes | None) -> Verdict:
        if sheet.status is SheetStatus.REJECTED or sheet.reason in WITHOUT_CODE:
            return sheet.status, sheet.reason
        if (hashed is not None) is not is_numbered(self._poll):
            return SheetStatus.REJECTED, SheetReason.WRONG_MODE
        return self._numbered(sheet, hashed) if hashed is not None else (sheet.status, sheet.reason)

    def _numbered(self, sheet: ReadSheet, hashed: bytes) -> Verdict:
        state = self._printed.get(hashed)
        if state is None:
            return SheetStatus.REJECTED, SheetReason.UNKNOWN_SERIAL
        if state == SheetState.VOID:
            return SheetStatus.REJECTED, SheetReason.VOID_SHEET
        if hashed in self._pictures:
            self.doubled.add(hashed)
            return SheetStatus.REVIEW, SheetReason.DUPLICATE
        self._pictures[hashed] = sheet.image_sha256
        self._uow.session.add(
            SheetSeen(
                poll_id=self._poll.id,
                serial_hash=hashed,
                batch_id=self._batch.id,
                image_sha256=sheet.image_sha256,
            )
        )
        return sheet.status, sheet.reason

    def _put(self, status: SheetStatus, reason: str | None) -> ScanSheet:
        self._position += 1
        row = ScanSheet(
            batch_id=self._batch.id,
            position=self._position,
            poll_id=self._poll.id,
            status=status,
            reason=reason,
        )
        self._uow.session.add(row)
        return row


async def _note_refusal(session: AsyncSession, batch_id: str, number: int, reason: str) -> None:
    change = update(ScanFile).where(ScanFile.batch_id == batch_id, ScanFile.number == number)
    await session.execute(change.values(reason=reason))


async def _doubt(session: AsyncSession, poll_id: str, hashes: set[bytes]) -> None:
    """Send every undecided sheet with these serials to people, whichever batch it lies in."""
    if not hashes:
        return
    query = (
        select(ScanSheet, ScanBatch)
        .join(ScanBatch, ScanBatch.id == ScanSheet.batch_id)
        .where(
            ScanSheet.poll_id == poll_id,
            ScanSheet.serial_hash.in_(hashes),
            ScanSheet.status != SheetStatus.REJECTED.value,
            ScanBatch.state.in_(UNDECIDED_STATES),
        )
    )
    for sheet, batch in await session.execute(query):
        sheet.status, sheet.reason, sheet.decided_by = SheetStatus.REVIEW, SheetReason.DUPLICATE, None
        await session.execute(
            delete(Adjudication).where(Adjudication.batch_id == sheet.batch_id, Adjudication.position == sheet.position)
        )
        await session.execute(delete(BatchConfirmation).where(BatchConfirmation.batch_id == batch.id))
        batch.state = BatchState.REVIEW
    await session.flush()
