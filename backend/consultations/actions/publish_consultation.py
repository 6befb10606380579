"""Publishing and closing a procedure.

Refuses to publish without room for influence, a way to take part without internet (or a written reason), a
promised answer, and what happens next.
"""

from __future__ import annotations

from backend.consultations import journal
from backend.consultations.errors import InvalidTransition, NotReady, StaleVersion
from backend.consultations.lookups import consultation_row, phases_of
from backend.consultations.models import ConsultationRow
from backend.consultations.rules import Check, Plan, Readiness, readiness
from backend.consultations.types import Channel, ConsultationState, Phase
from backend.kit.uow import UnitOfWork

SENTENCES = {
    Check.TITLE: "Geben Sie der Beteiligung einen Namen.",
    Check.SUMMARY: "Schreiben Sie in zwei Sätzen, worum es geht.",
    Check.ROOM: "Schreiben Sie auf, was fest ist und was offen ist.",
    Check.DECIDING_BODY: "Nennen Sie, wer entscheidet.",
    Check.OFFLINE_WAY: "Nehmen Sie einen Weg ohne Internet dazu oder begründen Sie, warum es keinen gibt.",
    Check.NEXT_STEPS: "Schreiben Sie auf, wie es weitergeht.",
    Check.FEEDBACK_DATE: "Versprechen Sie, bis wann alle eine Antwort bekommen.",
    Check.PHASES: "Legen Sie einen Zeitplan mit mindestens einer Phase zum Beitragen fest.",
    Check.EASY_READ: "Schreiben Sie die Zusammenfassung auch in Leichter Sprache.",
}


def plan_of(row: ConsultationRow, phases: list[Phase]) -> Plan:
    """Return what the checks look at."""
    return Plan(
        title=row.title,
        summary=row.summary,
        fixed=row.fixed,
        open=row.open,
        deciding_body_id=row.deciding_body_id,
        channels=[Channel(value) for value in row.channels],
        no_analogue_reason=row.no_analogue_reason,
        next_steps=len(row.next_steps),
        promised_feedback_by=row.promised_feedback_by,
        phases=phases,
    )


async def publish_consultation(uow: UnitOfWork, consultation_id: str, *, version: int) -> ConsultationRow:
    """Make a draft public. Raises: NotReady naming what is missing, StaleVersion, InvalidTransition."""
    row = await _row_at(uow, consultation_id, version)
    if row.state != ConsultationState.DRAFT:
        raise InvalidTransition("Diese Beteiligung ist schon veröffentlicht.")
    open_points = [line for line in readiness(plan_of(row, await phases_of(uow.session, row.id))) if line.blocks]
    if open_points:
        raise NotReady(_sentence(open_points), missing=[line.check.value for line in open_points])
    row.state = ConsultationState.PUBLISHED
    row.version += 1
    row.published_at = row.changed_at = uow.now
    await uow.session.flush()
    await journal.consultation_opened(uow, row)
    return row


async def close_consultation(uow: UnitOfWork, consultation_id: str, *, version: int) -> ConsultationRow:
    """End a published procedure; it stays readable. Raises: StaleVersion, InvalidTransition."""
    row = await _row_at(uow, consultation_id, version)
    if row.state != ConsultationState.PUBLISHED:
        raise InvalidTransition("Nur eine veröffentlichte Beteiligung kann enden.")
    row.state = ConsultationState.CLOSED
    row.version += 1
    row.changed_at = uow.now
    await uow.session.flush()
    await journal.consultation_closed(uow, row)
    return row


async def _row_at(uow: UnitOfWork, consultation_id: str, version: int) -> ConsultationRow:
    row = await consultation_row(uow.session, consultation_id)
    if row.version != version:
        raise StaleVersion("Laden Sie die Seite neu und prüfen Sie, was sich geändert hat.")
    return row


def _sentence(open_points: list[Readiness]) -> str:
    return " ".join(SENTENCES[line.check] for line in open_points)
