"""People decide what a sheet says, independently of each other.

Guarantees: nobody sees another decision before their own (nor after, unless both differ); two equal decisions of
two persons decide, else a third person, or both together where there is no third; a serial counts once.
Refuses a second decision by the same person, and choices the question does not allow – an invalid sheet is
called invalid, not guessed.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.ballots.errors import BadChoices
from backend.ballots.types import NONCE_BYTES
from backend.kit.errors import NotFound
from backend.kit.uow import UnitOfWork
from backend.paper.actions.place import lock_batch, settle_state
from backend.paper.errors import AlreadyDecided, BatchClosed, BatchNotReady, SecondPersonNeeded, SerialCounted
from backend.paper.ledger import lock_ledger
from backend.paper.models import Adjudication, ScanBatch, ScanSheet
from backend.paper.rules import UNDECIDED_STATES, Ruling, Voice, is_conflict, settle
from backend.paper.sealed import PaperSeal
from backend.paper.types import (
    MAX_NOTE_CHARS,
    BatchKind,
    BatchState,
    DecidedBy,
    Decision,
    SheetContent,
    SheetReason,
    SheetStatus,
)
from backend.polls.choices import InvalidChoices, canonical, invalid
from backend.polls.types import PollDefinition

ENTRIES_NEEDED = 2  # people who type a stack in without a scanner
_CANONICAL_INVALID = {"invalid": True}
_NO_BALLOT = {"rejected": True}


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one person says about a sheet.

    `together_with` is the second person of a joint decision; `is_entry` marks a sheet typed in with its whole stack.
    """

    user_id: str
    decision: Decision
    note: str = ""
    together_with: str | None = None
    is_entry: bool = False


def decision_of(definition: PollDefinition, raw: object) -> Decision:
    """Read a decision as sent: choices, `{"invalid": true}`, or `{"rejected": true}`. Raises: BadChoices."""
    if raw == _NO_BALLOT:
        return Decision(None)
    if raw == _CANONICAL_INVALID:
        return Decision(invalid())
    try:
        return Decision(canonical(definition, raw))
    except InvalidChoices as error:
        raise BadChoices(fault=error.fault.value) from error


async def adjudicate(
    uow: UnitOfWork, seal: PaperSeal, batch_id: str, position: int, *, opinion: Opinion
) -> Ruling | None:
    """Note a person's decision; return the ruling when it settles the sheet.

    Raises: NotFound, BatchClosed, BatchNotReady, AlreadyDecided, SecondPersonNeeded, SerialCounted.
    """
    batch = await _undecided(uow, batch_id)
    sheet = await uow.session.get(ScanSheet, (batch_id, position))
    if sheet is None:
        raise NotFound
    voices = await voices_of(uow.session, seal, batch_id, position)
    if sheet.status != SheetStatus.REVIEW:
        if any(voice.user_id == opinion.user_id for voice in voices):
            return settle(voices)
        raise AlreadyDecided("Über dieses Blatt ist schon entschieden.")
    _check_person(voices, opinion)
    if batch.kind == BatchKind.MANUAL and len(voices) < ENTRIES_NEEDED and not opinion.is_entry:
        raise BatchNotReady("Zuerst geben zwei Personen den ganzen Stapel ein.")
    uow.session.add(_row(sheet, opinion, seal, rank=len(voices) + 1))
    voices.append(Voice(opinion.user_id, opinion.decision, opinion.together_with))
    ruling = settle(voices)
    if ruling is not None:
        await _apply(uow, seal, sheet, ruling)
    await uow.session.flush()
    await settle_state(uow.session, batch)
    return ruling


async def voices_of(session: AsyncSession, seal: PaperSeal, batch_id: str, position: int) -> list[Voice]:
    """Return the decisions about a sheet in the order they were made."""
    query = (
        select(Adjudication.user_id, Adjudication.decision, Adjudication.together_with)
        .where(Adjudication.batch_id == batch_id, Adjudication.position == position)
        .order_by(Adjudication.rank)
    )
    rows = await session.execute(query)
    return [Voice(row.user_id, seal.open_decision(row.decision), row.together_with) for row in rows]


async def _undecided(uow: UnitOfWork, batch_id: str) -> ScanBatch:
    poll_id = await uow.session.scalar(select(ScanBatch.poll_id).where(ScanBatch.id == batch_id))
    if poll_id is None:
        raise NotFound
    await lock_ledger(uow, poll_id)
    batch = await lock_batch(uow, batch_id)
    if batch.state == BatchState.DECODING:
        raise BatchNotReady("Der Stapel wird noch gelesen.")
    if batch.state not in UNDECIDED_STATES:
        raise BatchClosed
    return batch


def _check_person(voices: list[Voice], opinion: Opinion) -> None:
    """Let a person speak once, and two speak together only when they disagreed before."""
    spoke = {voice.user_id for voice in voices}
    if opinion.together_with is None:
        if opinion.user_id in spoke:
            detail = "Sie haben schon entschieden. Jetzt entscheidet eine andere Person."
            raise SecondPersonNeeded(detail) if is_conflict(voices) else AlreadyDecided(detail)
        return
    if opinion.together_with == opinion.user_id or {opinion.user_id, opinion.together_with} != spoke:
        raise SecondPersonNeeded("Gemeinsam entscheiden die beiden Personen, die vorher verschieden entschieden haben.")


def _row(sheet: ScanSheet, opinion: Opinion, seal: PaperSeal, *, rank: int) -> Adjudication:
    return Adjudication(
        batch_id=sheet.batch_id,
        position=sheet.position,
        user_id=opinion.user_id,
        rank=rank,
        together_with=opinion.together_with,
        decision=seal.seal_decision(opinion.decision),
        note=opinion.note.strip()[:MAX_NOTE_CHARS] or None,
    )


async def _apply(uow: UnitOfWork, seal: PaperSeal, sheet: ScanSheet, ruling: Ruling) -> None:
    """Make the ruling the sheet's content, and forget the picture."""
    sheet.decided_by = DecidedBy(ruling.by)
    sheet.evidence = None
    if ruling.decision.choices is None:
        sheet.status, sheet.content = SheetStatus.REJECTED, None
        sheet.reason = SheetReason.DUPLICATE if sheet.reason == SheetReason.DUPLICATE else SheetReason.NO_BALLOT
        return
    if sheet.serial_hash is not None and await _counts_elsewhere(uow.session, sheet):
        raise SerialCounted("Weisen Sie dieses Blatt ab, oder zuerst das andere mit derselben Nummer.")
    sheet.status = SheetStatus.ACCEPTED
    content = SheetContent(choices=ruling.decision.choices, nonce=uow.entropy.bytes(NONCE_BYTES))
    sheet.content = seal.seal_content(content)


async def _counts_elsewhere(session: AsyncSession, sheet: ScanSheet) -> bool:
    query = (
        select(ScanSheet.position)
        .where(
            ScanSheet.poll_id == sheet.poll_id,
            ScanSheet.serial_hash == sheet.serial_hash,
            ScanSheet.status == SheetStatus.ACCEPTED.value,
            (ScanSheet.batch_id != sheet.batch_id) | (ScanSheet.position != sheet.position),
        )
        .limit(1)
    )
    return await session.scalar(query) is not None
