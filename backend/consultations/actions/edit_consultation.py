"""Creating and changing a procedure. Published ones may be changed too; every change is then in the log."""

from __future__ import annotations

from sqlalchemy import delete, select

from backend.accounts.models import Body
from backend.consultations import journal
from backend.consultations.drafts import ConsultationDraft
from backend.consultations.errors import InvalidTransition, StaleVersion
from backend.consultations.lookups import consultation_row
from backend.consultations.models import ConsultationRow, PhaseRow
from backend.consultations.rules import SLUG_PATTERN, slug_of
from backend.consultations.types import ConsultationId, ConsultationState, NextStep
from backend.kit.db import JsonDict
from backend.kit.errors import Invalid
from backend.kit.uow import UnitOfWork

RESERVED_SLUGS = frozenset({"neu"})


async def create_consultation(
    uow: UnitOfWork, org_id: str, *, draft: ConsultationDraft, consultation_id: str | None = None
) -> ConsultationId:
    """Create a draft procedure; `consultation_id` keeps the id of an import. Raises: Invalid."""
    await _check_body(uow, draft.deciding_body_id)
    row = ConsultationRow(
        id=consultation_id or uow.new_id(),
        org_id=org_id,
        slug=await _free_slug(uow, org_id, draft),
        state=ConsultationState.DRAFT,
        version=1,
        created_at=uow.now,
        published_at=None,
    )
    _fill(uow, row, draft)
    uow.session.add(row)
    await uow.session.flush()
    _add_phases(uow, row.id, draft)
    await uow.session.flush()
    return ConsultationId(row.id)


async def amend_consultation(
    uow: UnitOfWork, consultation_id: str, *, draft: ConsultationDraft, version: int
) -> ConsultationRow:
    """Replace what an editor settled. Raises: StaleVersion, InvalidTransition when it is closed."""
    row = await consultation_row(uow.session, consultation_id)
    if row.version != version:
        raise StaleVersion("Laden Sie die Seite neu und tragen Sie Ihre Änderung noch einmal ein.")
    if row.state == ConsultationState.CLOSED:
        raise InvalidTransition("Eine beendete Beteiligung bleibt, wie sie ist.")
    await _check_body(uow, draft.deciding_body_id)
    row.version += 1
    _fill(uow, row, draft)
    await uow.session.execute(delete(PhaseRow).where(PhaseRow.consultation_id == row.id))
    _add_phases(uow, row.id, draft)
    await uow.session.flush()
    if row.state == ConsultationState.PUBLISHED:
        await journal.consultation_amended(uow, row)
    return row


def _fill(uow: UnitOfWork, row: ConsultationRow, draft: ConsultationDraft) -> None:
    row.title = _trimmed(draft.title)
    row.summary = _trimmed(draft.summary)
    row.easy_read_is_checked = draft.easy_read_is_checked
    row.legal_basis = draft.legal_basis
    row.legal_note = _trimmed(draft.legal_note)
    row.fixed = [_trimmed(point) for point in draft.fixed]
    row.open = [_trimmed(point) for point in draft.open]
    row.deciding_body_id = draft.deciding_body_id
    row.promised_feedback_by = draft.promised_feedback_by
    row.channels = [channel.value for channel in draft.channels]
    row.no_analogue_reason = (draft.no_analogue_reason or "").strip() or None
    row.next_steps = [_step(step) for step in draft.next_steps]
    row.geo = dict(draft.geo)
    row.changed_at = uow.now


def _add_phases(uow: UnitOfWork, consultation_id: str, draft: ConsultationDraft) -> None:
    for position, phase in enumerate(draft.phases):
        uow.session.add(
            PhaseRow(
                consultation_id=consultation_id,
                position=position,
                type=phase.type,
                opens_on=phase.opens_on,
                closes_on=phase.closes_on,
                rights=phase.rights,
                moderation=phase.moderation,
                title=_trimmed(phase.title),
            )
        )


async def _check_body(uow: UnitOfWork, body_id: str | None) -> None:
    if body_id and not await uow.session.scalar(select(Body.id).where(Body.id == body_id)):
        raise Invalid("Dieses Gremium kennen wir nicht.", field="deciding_body")


async def _free_slug(uow: UnitOfWork, org_id: str, draft: ConsultationDraft) -> str:
    wanted = draft.slug or slug_of(draft.title["de"])
    if not SLUG_PATTERN.match(wanted) or wanted in RESERVED_SLUGS:
        raise Invalid("Die Adresse darf nur kleine Buchstaben, Ziffern und Bindestriche enthalten.", field="slug")
    query = select(ConsultationRow.slug).where(
        ConsultationRow.org_id == org_id, ConsultationRow.slug.startswith(wanted)
    )
    taken = set(await uow.session.scalars(query.limit(1_000)))
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return wanted if wanted not in taken else next(slug for slug in numbered if slug not in taken)


def _trimmed(texts: dict[str, str]) -> JsonDict:
    return {language: text.strip() for language, text in texts.items() if text.strip()}


def _step(step: NextStep) -> JsonDict:
    return {"on": step.on.isoformat(), "title": _trimmed(step.title), "text": _trimmed(step.text)}
