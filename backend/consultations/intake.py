"""The one way a contribution enters, whatever the channel: reference, receipt, flags, log entry, first state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from backend.accounts.models import Place
from backend.consultations import journal, receipts
from backend.consultations.drafts import Accepted, Intake, NewContribution
from backend.consultations.errors import ReceiptTaken
from backend.consultations.flags import find_flags
from backend.consultations.models import ConsultationRow, ContributionRow
from backend.consultations.publication import set_state
from backend.consultations.references import keep_ref, next_ref
from backend.consultations.rules import first_state
from backend.consultations.types import (
    VISIBLE_STATES,
    ContributionKind,
    ContributionState,
    FlagKind,
    ModerationMode,
    Phase,
    Transcription,
)
from backend.kit.errors import Invalid
from backend.kit.uow import UnitOfWork

PERSONAL = frozenset({FlagKind.PHONE, FlagKind.EMAIL, FlagKind.IBAN, FlagKind.PLATE})
SHUFFLE_BYTES = 4
SHUFFLE_PRIME = 2**31 - 1  # keys run from 1 to this prime, so multiplying by a day's factor reorders all of them


@dataclass(frozen=True, slots=True)
class Arrival:
    """The circumstances under which something comes in."""

    consultation: ConsultationRow
    phase: Phase | None
    received_at: datetime
    parent: ContributionRow | None = None
    intake: Intake | None = None
    ref: str | None = None  # given elsewhere, e.g. by an import


async def take_in(uow: UnitOfWork, new: NewContribution, *, arrival: Arrival) -> Accepted:
    """Store a contribution, record it in the log and return reference and receipt code.

    Raises: Invalid for an unknown place, ReceiptTaken when a printed code was used before.
    """
    await _check_place(uow, new.place_id)
    code = await _receipt_code(uow, arrival.intake)
    flags = find_flags(new.text)
    row = ContributionRow(
        id=uow.new_id(),
        ref=await keep_ref(uow, arrival.ref) if arrival.ref else await next_ref(uow),
        receipt_hash=receipts.receipt_hash(code),
        flags=[{"kind": flag.kind.value, "start": flag.start, "end": flag.end} for flag in flags],
        shuffle_key=1 + int.from_bytes(uow.entropy.bytes(SHUFFLE_BYTES), "big") % (SHUFFLE_PRIME - 1),
        state=ContributionState.RECEIVED,
        recorded_at=uow.now,
        **_words(new, arrival),
        **_origin(arrival),
    )
    uow.session.add(row)
    await uow.session.flush()
    await journal.input_received(uow, row)
    state = _first_state(arrival, has_personal_data=any(flag.kind in PERSONAL for flag in flags))
    await set_state(uow, row, state, text=row.text if state in VISIBLE_STATES else None)
    uow.hint(f"queue:{row.org_id}", "contribution")
    return Accepted(ref=row.ref, receipt_code=code, state=row.state)


def _words(new: NewContribution, arrival: Arrival) -> dict[str, object]:
    return {
        "kind": ContributionKind.REPLY if arrival.parent else new.kind,
        "channel": new.channel,
        "title": (new.title or "").strip() or None,
        "text": new.text.strip(),
        "language": new.language,
        "nickname": (new.nickname or "").strip() or None,
        "author_group": new.author_group,
        "place_id": new.place_id,
    }


def _origin(arrival: Arrival) -> dict[str, object]:
    intake = arrival.intake
    return {
        "org_id": arrival.consultation.org_id,
        "consultation_id": arrival.consultation.id,
        "received_at": arrival.received_at,
        "in_reply_to": arrival.parent.id if arrival.parent else None,
        "recorded_by": intake.recorded_by if intake else None,
        "organisation": (intake.organisation or "").strip() or None if intake else None,
        "transcription": Transcription.CAPTURED if intake else None,
    }


def _first_state(arrival: Arrival, *, has_personal_data: bool) -> ContributionState:
    if arrival.intake is not None:
        return ContributionState.RECEIVED  # a second person reads it against the original first
    mode = arrival.phase.moderation if arrival.phase else ModerationMode.PRE
    return first_state(mode, has_personal_data=has_personal_data)


async def _receipt_code(uow: UnitOfWork, intake: Intake | None) -> str:
    if intake is None or not intake.receipt_code:
        return receipts.draw(uow)
    code = receipts.read(intake.receipt_code)
    digest = receipts.receipt_hash(code)
    if await uow.session.scalar(select(ContributionRow.id).where(ContributionRow.receipt_hash == digest)):
        raise ReceiptTaken("Prüfen Sie, ob diese Karte schon erfasst ist.")
    return code


async def _check_place(uow: UnitOfWork, place_id: str | None) -> None:
    if place_id and not await uow.session.scalar(select(Place.id).where(Place.id == place_id)):
        raise Invalid("Diesen Ort kennen wir nicht.", field="place")
