"""Taking in what somebody says on a digital channel.

Guarantees: the same rules on web, phone and kiosk; a repeated request returns the first reference and code.
Refuses: no writing phase today, empty or too long texts, answers to what is not public, too many from one source.
"""

from __future__ import annotations

from backend.consultations import limits, receipts
from backend.consultations.drafts import Accepted, NewContribution
from backend.consultations.errors import NotVisible, UnknownConsultation, WritingClosed
from backend.consultations.intake import Arrival, take_in
from backend.consultations.lookups import consultation_row, contribution_row, phases_of
from backend.consultations.models import ConsultationRow, ContributionRow
from backend.consultations.rate import spend
from backend.consultations.rules import local_day, next_writing_phase, writing_phase
from backend.consultations.types import VISIBLE_STATES, ConsultationState, Phase
from backend.kit.db import JsonDict
from backend.kit.idempotency import once
from backend.kit.uow import UnitOfWork

SCOPE = "contribution"


async def submit_contribution(
    uow: UnitOfWork,
    consultation_id: str,
    *,
    new: NewContribution,
    source: str | None = None,
    request_key: str | None = None,
    ref: str | None = None,
) -> Accepted:
    """Take in a contribution and return its reference and receipt code, shown once.

    `ref` keeps a reference given elsewhere, e.g. by an import.

    Raises: UnknownConsultation, WritingClosed, TextMissing, TextTooLong, NotVisible, TooMany, IdempotencyMismatch.
    """
    new.checked()

    async def produce() -> JsonDict:
        accepted = await _take_in(uow, consultation_id, new, source=source, ref=ref)
        code = receipts.seal_code(uow, request_key, accepted.receipt_code) if request_key else accepted.receipt_code
        return {"ref": accepted.ref, "code": code, "state": accepted.state}

    # The digest stored beside the answer must not lead back to the text, so it is salted with the request key.
    body = [request_key, consultation_id, new.text, new.title, new.kind, new.in_reply_to, new.nickname]
    hidden = receipts.hidden_key(request_key) if request_key else None
    answer, _ = await once(uow, SCOPE, hidden, body=body, produce=produce)
    code = receipts.unseal_code(request_key, answer["code"]) if request_key else answer["code"]
    return Accepted(ref=answer["ref"], receipt_code=code, state=answer["state"])


async def _take_in(
    uow: UnitOfWork, consultation_id: str, new: NewContribution, *, source: str | None, ref: str | None
) -> Accepted:
    consultation = await consultation_row(uow.session, consultation_id)
    phase = await open_phase(uow, consultation)
    parent = await answered(uow, consultation, new)
    await spend(uow, "contribution", source, most=limits.SUBMISSIONS_PER_HOUR)
    arrival = Arrival(consultation=consultation, phase=phase, parent=parent, received_at=uow.now, ref=ref)
    return await take_in(uow, new, arrival=arrival)


async def open_phase(uow: UnitOfWork, consultation: ConsultationRow) -> Phase:
    """Return the phase that lets the public write now. Raises: UnknownConsultation, WritingClosed."""
    if consultation.state == ConsultationState.DRAFT:
        raise UnknownConsultation
    phases = await phases_of(uow.session, consultation.id)
    today = local_day(uow.now)
    phase = writing_phase(phases, today)
    if phase is None or consultation.state == ConsultationState.CLOSED:
        coming = next_writing_phase(phases, today)
        when = f" Ab {coming.opens_on:%d.%m.%Y} geht es weiter." if coming else " Lesen können Sie weiterhin alles."
        raise WritingClosed("Das Beitragen ist gerade nicht offen." + when)
    return phase


async def answered(uow: UnitOfWork, consultation: ConsultationRow, new: NewContribution) -> ContributionRow | None:
    """Return the contribution that is answered, at the top of its thread. Raises: NotVisible."""
    if new.in_reply_to is None:
        return None
    parent = await contribution_row(uow.session, new.in_reply_to)
    if parent.consultation_id != consultation.id or parent.state not in VISIBLE_STATES:
        raise NotVisible("Auf diesen Beitrag können Sie nicht antworten.")
    if parent.in_reply_to is None:
        return parent
    return await uow.session.get_one(ContributionRow, parent.in_reply_to)
