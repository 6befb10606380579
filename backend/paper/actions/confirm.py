"""Two people confirm a batch by their hand count; then its sheets are cast like every other ballot.

Guarantees: nothing of a batch counts before the last confirmation; every accepted sheet is cast exactly once,
however often this is repeated, since the request key comes from the sheet; what the sheets said is forgotten when
all are in the box. Refuses a hand count that differs from what was read, and the same person twice.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update

from backend.ballots.types import CastBallot, VoterKey
from backend.kit.errors import NotFound
from backend.kit.keyring import Keyring
from backend.kit.uow import UnitOfWork
from backend.paper.actions.enter import people_who_entered
from backend.paper.actions.place import lock_batch
from backend.paper.codes import voter_hash_without_serial
from backend.paper.errors import BatchClosed, BatchMismatch, BatchNotReady, ScanAgain, SecondPersonNeeded
from backend.paper.ledger import lock_ledger
from backend.paper.models import BatchConfirmation, ScanBatch, ScanSheet
from backend.paper.queries import contents_of
from backend.paper.rules import SCAN_AGAIN, confirmations_needed, figures, lay_in_box
from backend.paper.sealed import PaperSeal
from backend.paper.types import BatchKind, BatchState, SheetReason, SheetStatus
from backend.polls.types import Channel, VoterKind

CAST_TOPIC = "paper.cast"
CAST_RETRY = timedelta(seconds=20)  # the confirming request casts at once; this is for processes that died
_DONE = frozenset({BatchState.CONFIRMING, BatchState.CONFIRMED})


@dataclass(frozen=True, slots=True)
class Word:
    """A person's word for a batch."""

    user_id: str
    hand_count: int


@dataclass(frozen=True, slots=True)
class SheetCast:
    """One accepted sheet on its way into the box."""

    position: int
    command: CastBallot


async def confirm_batch(uow: UnitOfWork, batch_id: str, word: Word) -> BatchState:
    """Note a confirmation; with the last one the batch is `confirming`. Repeating one's word changes nothing.

    Raises: NotFound, BatchNotReady, BatchClosed, ScanAgain, BatchMismatch, SecondPersonNeeded.
    """
    poll_id = await uow.session.scalar(select(ScanBatch.poll_id).where(ScanBatch.id == batch_id))
    if poll_id is None:
        raise NotFound
    await lock_ledger(uow, poll_id)
    batch = await lock_batch(uow, batch_id)
    people = set(
        await uow.session.scalars(select(BatchConfirmation.user_id).where(BatchConfirmation.batch_id == batch_id))
    )
    if batch.state in _DONE and word.user_id in people:
        return BatchState(batch.state)
    await _check(uow, batch, word)
    if word.user_id in people:
        raise SecondPersonNeeded("Sie haben schon bestätigt. Jetzt bestätigt eine andere Person.")
    uow.session.add(
        BatchConfirmation(batch_id=batch_id, user_id=word.user_id, hand_count=word.hand_count, confirmed_at=uow.now)
    )
    batch.hand_count = word.hand_count
    if len(people) + 1 >= confirmations_needed(BatchKind(batch.kind)):
        batch.state = BatchState.CONFIRMING
        await uow.later(CAST_TOPIC, batch_id, {"batch_id": batch_id}, at=uow.now + CAST_RETRY)
    await uow.session.flush()
    return BatchState(batch.state)


async def casts_of(uow: UnitOfWork, keyring: Keyring, seal: PaperSeal, batch: ScanBatch) -> list[SheetCast]:
    """Return the commands for a batch's accepted sheets, in random order."""
    query = select(ScanSheet).where(
        ScanSheet.batch_id == batch.id, ScanSheet.status == SheetStatus.ACCEPTED.value, ScanSheet.content.is_not(None)
    )
    sheets = list(await uow.session.scalars(query))
    return uow.entropy.shuffled([_cast(sheet, keyring, seal) for sheet in sheets])


async def finish_batch(uow: UnitOfWork, seal: PaperSeal, batch_id: str, *, refused: Sequence[int]) -> None:
    """Close a batch whose sheets are in the box; `refused` were counted before under the same number."""
    batch = await lock_batch(uow, batch_id)
    if batch.state != BatchState.CONFIRMING:
        return
    mine = ScanSheet.batch_id == batch_id
    if refused:
        change = update(ScanSheet).where(mine, ScanSheet.position.in_(refused))
        await uow.session.execute(
            change.values(status=SheetStatus.REJECTED.value, reason=SheetReason.DUPLICATE.value, content=None)
        )
    said = figures(content.choices for content in await contents_of(uow.session, seal, batch_id))
    batch.valid, batch.invalid, batch.blank = said.valid, said.invalid, said.blank
    await uow.session.execute(update(ScanSheet).where(mine).values(content=None, evidence=None))
    batch.state = BatchState.CONFIRMED
    await uow.session.flush()


async def _check(uow: UnitOfWork, batch: ScanBatch, word: Word) -> None:
    if batch.state in {BatchState.DECODING, BatchState.REVIEW}:
        raise BatchNotReady
    if batch.state != BatchState.READY:
        raise BatchClosed
    query = select(ScanSheet.status, ScanSheet.reason).where(ScanSheet.batch_id == batch.id)
    pages = [(SheetStatus(row.status), row.reason) for row in await uow.session.execute(query)]
    bad = sum(status is SheetStatus.REJECTED and reason in SCAN_AGAIN for status, reason in pages)
    if bad:
        raise ScanAgain(
            "Scannen Sie den Stapel in Graustufen mit mindestens 150 dpi, 300 sind besser. Verwerfen Sie diesen Scan.",
            sheets=bad,
        )
    if batch.kind == BatchKind.MANUAL and word.user_id in await people_who_entered(uow, batch.id):
        raise SecondPersonNeeded("Wer den Stapel eingegeben hat, kann ihn nicht bestätigen.")
    read = sum(lay_in_box(status, reason) for status, reason in pages)
    if word.hand_count != read:
        detail = f"Von Hand gezählt: {word.hand_count}. Gelesen: {read}. Zählen Sie den Stapel noch einmal."
        raise BatchMismatch(detail, hand_count=word.hand_count, read=read)


def _cast(sheet: ScanSheet, keyring: Keyring, seal: PaperSeal) -> SheetCast:
    content = seal.open_content(sheet.content or b"")
    hashed = sheet.serial_hash or voter_hash_without_serial(keyring, sheet.batch_id, sheet.position)
    command = CastBallot(
        poll_id=sheet.poll_id,
        voter=VoterKey(kind=VoterKind.SHEET, hashed=hashed),
        choices=content.choices,
        nonce=content.nonce,
        channel=Channel.PAPER,
        request_key=_request_key(keyring, sheet, hashed),
    )
    return SheetCast(position=sheet.position, command=command)


def _request_key(keyring: Keyring, sheet: ScanSheet, hashed: bytes) -> str:
    """Return the same key for the same sheet of the same batch, so that a repeat gets the first answer."""
    message = f"cast:{sheet.batch_id}:{sheet.position}:".encode() + hashed
    return hmac.new(keyring.sheets, message, hashlib.sha256).hexdigest()
