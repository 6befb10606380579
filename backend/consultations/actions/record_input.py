"""Writing down what came by card, letter, telephone or word of mouth, and checking it by a second person."""

from __future__ import annotations

from backend.consultations import limits
from backend.consultations.actions.submit_contribution import answered
from backend.consultations.drafts import Accepted, Intake, NewContribution
from backend.consultations.errors import (
    AlreadyDone,
    SamePerson,
    TextMissing,
    TextTooLong,
    UnknownConsultation,
    WritingClosed,
)
from backend.consultations.flags import find_flags
from backend.consultations.intake import Arrival, take_in
from backend.consultations.lookups import consultation_row, contribution_row, phases_of
from backend.consultations.rules import after_check, intake_phase, is_checked, local_day, may_be_moderated
from backend.consultations.types import INTAKE_CHANNELS, Channel, ConsultationState, ContributionState, Transcription
from backend.kit.errors import Invalid
from backend.kit.uow import UnitOfWork


async def record_input(
    uow: UnitOfWork, consultation_id: str, *, new: NewContribution, intake: Intake, ref: str | None = None
) -> Accepted:
    """Record an analogue contribution; it counts when it came in while a phase took contributions.

    `ref` keeps a reference given elsewhere, e.g. by an import.

    Raises: UnknownConsultation, WritingClosed, Invalid, TextMissing, TextTooLong, ReceiptTaken, MalformedReceipt.
    """
    new.checked(most=limits.LETTER_CHARS)
    if new.channel not in INTAKE_CHANNELS:
        raise Invalid("Über diesen Weg kommt ein Beitrag von selbst herein.", field="channel")
    if intake.received_at > uow.now:
        raise Invalid("Der Eingang liegt in der Zukunft. Bitte prüfen Sie das Datum.", field="received_at")
    if intake.organisation and len(intake.organisation) > limits.ORGANISATION_CHARS:
        raise Invalid(f"Höchstens {limits.ORGANISATION_CHARS} Zeichen passen in dieses Feld.", field="organisation")
    consultation = await consultation_row(uow.session, consultation_id)
    if consultation.state == ConsultationState.DRAFT:
        raise UnknownConsultation
    phase = intake_phase(await phases_of(uow.session, consultation.id), local_day(intake.received_at))
    if phase is None:
        day = f"{local_day(intake.received_at):%d.%m.%Y}"
        raise WritingClosed(
            f"Am {day} war keine Phase zum Beitragen. Es zählt der Tag des Eingangs oder der Poststempel."
        )
    parent = await answered(uow, consultation, new)
    arrival = Arrival(
        consultation=consultation, phase=phase, parent=parent, received_at=intake.received_at, intake=intake, ref=ref
    )
    return await take_in(uow, new, arrival=arrival)


async def check_transcription(uow: UnitOfWork, ref: str, *, agrees: bool, by: str) -> Transcription:
    """Confirm or dispute what another person wrote down. Raises: SamePerson, AlreadyDone."""
    row = await contribution_row(uow.session, ref)
    if row.transcription is None or is_checked(Transcription(row.transcription)):
        raise AlreadyDone("Dieser Text ist schon geprüft.")
    if by == row.recorded_by:
        raise SamePerson("Sie haben den Text aufgeschrieben. Eine andere Person vergleicht ihn mit dem Original.")
    result = after_check(Channel(row.channel), agrees=agrees)
    row.transcription = result
    row.checked_by = by
    await uow.session.flush()
    return result


async def correct_transcription(uow: UnitOfWork, ref: str, *, text: str, by: str) -> None:
    """Replace a wrongly written-down text; whoever corrects it stands for it, another person checks again.

    Raises: AlreadyDone when it is checked or taken back, TextMissing, TextTooLong.
    """
    row = await contribution_row(uow.session, ref)
    transcription = Transcription(row.transcription) if row.transcription else None
    if is_checked(transcription) or not may_be_moderated(ContributionState(row.state)):
        raise AlreadyDone("Dieser Text ist schon geprüft und wird nicht mehr geändert.")
    if not text.strip():
        raise TextMissing
    if len(text) > limits.LETTER_CHARS:
        raise TextTooLong(f"Höchstens {limits.LETTER_CHARS} Zeichen passen hinein.")
    row.text = text.strip()
    row.flags = [{"kind": flag.kind.value, "start": flag.start, "end": flag.end} for flag in find_flags(row.text)]
    row.transcription = Transcription.CAPTURED
    row.recorded_by, row.checked_by = by, None
    await uow.session.flush()
