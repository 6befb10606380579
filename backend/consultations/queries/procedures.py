"""Reads of procedures: one, all of an organisation, what is open now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.models import Body, Organisation
from backend.consultations.errors import UnknownConsultation
from backend.consultations.lookups import phase_of
from backend.consultations.models import ConsultationRow, ContributionRow, PhaseRow
from backend.consultations.rules import current_phases, is_hidden, next_writing_phase, writing_phase
from backend.consultations.types import (
    VISIBLE_STATES,
    Channel,
    ConsultationState,
    LegalBasis,
    NextStep,
    Phase,
    PhaseType,
    Texts,
)

MAX_LISTED = 200
_PUBLIC = (ConsultationState.PUBLISHED, ConsultationState.CLOSED)


@dataclass(frozen=True, slots=True)
class Consultation:
    """A procedure as surfaces show it."""

    id: str
    org_id: str
    org_slug: str
    org_name: str
    slug: str
    title: Texts
    summary: Texts
    easy_read_is_checked: bool
    legal_basis: LegalBasis
    legal_note: Texts
    fixed: tuple[Texts, ...]
    open: tuple[Texts, ...]
    deciding_body_id: str | None
    deciding_body: str | None
    promised_feedback_by: date | None
    channels: tuple[Channel, ...]
    no_analogue_reason: str | None
    next_steps: tuple[NextStep, ...]
    geo: dict[str, object]
    state: ConsultationState
    version: int
    changed_at: datetime
    published_at: datetime | None
    phases: tuple[Phase, ...]

    @property
    def path(self) -> str:
        """Return its public address."""
        return f"/{self.org_slug}/b/{self.slug}"

    def writing(self, today: date) -> Phase | None:
        """Return the phase that lets the public write today."""
        return writing_phase(self.phases, today) if self.state is ConsultationState.PUBLISHED else None

    def current(self, today: date) -> Phase | None:
        """Return the phase that runs today; the later one when two overlap."""
        return next(iter(reversed(current_phases(self.phases, today))), None)

    def coming(self, today: date) -> Phase | None:
        """Return the next phase in which the public may write."""
        return next_writing_phase(self.phases, today)

    def phase(self, kind: PhaseType) -> Phase | None:
        """Return the last phase of a kind."""
        return next((phase for phase in reversed(self.phases) if phase.type is kind), None)


async def consultation_by_id(session: AsyncSession, consultation_id: str) -> Consultation:
    """Return a procedure in any state. Raises: UnknownConsultation."""
    found = await _load(session, ConsultationRow.id == consultation_id)
    if not found:
        raise UnknownConsultation
    return found[0]


async def public_consultation(session: AsyncSession, org_slug: str, slug: str, *, today: date) -> Consultation:
    """Return a procedure the public may see. Raises: UnknownConsultation."""
    found = await _load(
        session, Organisation.slug == org_slug, ConsultationRow.slug == slug, ConsultationRow.state.in_(_PUBLIC)
    )
    if not found or is_hidden(found[0].phases, today):
        raise UnknownConsultation
    return found[0]


async def public_consultations(session: AsyncSession, *, today: date, org_id: str | None = None) -> list[Consultation]:
    """Return what the public may see, those that can be written to first, then by what comes next."""
    where: list[ColumnElement[bool]] = [ConsultationRow.state.in_(_PUBLIC)]
    if org_id is not None:
        where.append(ConsultationRow.org_id == org_id)
    found = [each for each in await _load(session, *where) if not is_hidden(each.phases, today)]
    return sorted(found, key=lambda each: _rank(each, today))


async def consultations_of(session: AsyncSession, org_id: str) -> list[Consultation]:
    """Return all procedures of an organisation for its office, newest change first."""
    found = await _load(session, ConsultationRow.org_id == org_id)
    return sorted(found, key=lambda each: each.changed_at, reverse=True)


async def contribution_counts(session: AsyncSession, consultation_ids: Sequence[str]) -> dict[str, int]:
    """Return how many contributions of each procedure are public, replies left out."""
    query = (
        select(ContributionRow.consultation_id, func.count())
        .where(
            ContributionRow.consultation_id.in_(consultation_ids),
            ContributionRow.state.in_(VISIBLE_STATES),
            ContributionRow.in_reply_to.is_(None),
        )
        .group_by(ContributionRow.consultation_id)
    )
    return {row[0]: row[1] for row in await session.execute(query)}


def _rank(each: Consultation, today: date) -> tuple[int, date]:
    phase = each.writing(today)
    if phase:
        return 0, phase.closes_on
    coming = each.coming(today)
    if coming:
        return 1, coming.opens_on
    current = each.current(today)
    return 2, current.closes_on if current else date.max


async def _load(session: AsyncSession, *where: ColumnElement[bool]) -> list[Consultation]:
    query = (
        select(ConsultationRow, Organisation.slug, Organisation.name, Body.name)
        .join(Organisation, Organisation.id == ConsultationRow.org_id)
        .outerjoin(Body, Body.id == ConsultationRow.deciding_body_id)
        .where(*where)
        .order_by(ConsultationRow.created_at.desc(), ConsultationRow.id)
        .limit(MAX_LISTED)
    )
    rows = (await session.execute(query)).all()
    phases = await _phases(session, [row[0].id for row in rows])
    return [_view(row[0], (row[1], row[2]), body=row[3], phases=phases.get(row[0].id, ())) for row in rows]


async def _phases(session: AsyncSession, consultation_ids: Sequence[str]) -> dict[str, tuple[Phase, ...]]:
    query = (
        select(PhaseRow)
        .where(PhaseRow.consultation_id.in_(consultation_ids))
        .order_by(PhaseRow.consultation_id, PhaseRow.position)
    )
    found: dict[str, tuple[Phase, ...]] = {}
    for row in await session.scalars(query):
        found[row.consultation_id] = (*found.get(row.consultation_id, ()), phase_of(row))
    return found


def _view(row: ConsultationRow, org: tuple[str, str], *, body: str | None, phases: tuple[Phase, ...]) -> Consultation:
    return Consultation(
        id=row.id,
        org_id=row.org_id,
        org_slug=org[0],
        org_name=org[1],
        slug=row.slug,
        title=row.title,
        summary=row.summary,
        easy_read_is_checked=row.easy_read_is_checked,
        legal_basis=LegalBasis(row.legal_basis),
        legal_note=row.legal_note,
        fixed=tuple(row.fixed),
        open=tuple(row.open),
        deciding_body_id=row.deciding_body_id,
        deciding_body=body,
        promised_feedback_by=row.promised_feedback_by,
        channels=tuple(Channel(value) for value in row.channels),
        no_analogue_reason=row.no_analogue_reason,
        next_steps=tuple(
            NextStep(date.fromisoformat(step["on"]), step["title"], step.get("text", {})) for step in row.next_steps
        ),
        geo=row.geo,
        state=ConsultationState(row.state),
        version=row.version,
        changed_at=row.changed_at,
        published_at=row.published_at,
        phases=phases,
    )
