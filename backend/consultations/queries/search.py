"""Finding things in an office by number or words: contributions and procedures of one organisation. For staff."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.consultations import limits
from backend.consultations.models import ConsultationRow, ContributionRow
from backend.consultations.rules import folded
from backend.consultations.types import Channel, ContributionState, Texts

MAX_FOUND = 20
MAX_PROCEDURES = 200  # of one organisation; titles are compared here, because they are texts in several languages


@dataclass(frozen=True, slots=True)
class FoundContribution:
    """A contribution that fits, with its public text only."""

    ref: str
    path: str
    channel: Channel
    state: ContributionState
    text: str | None


@dataclass(frozen=True, slots=True)
class FoundConsultation:
    """A procedure that fits."""

    id: str
    path: str
    title: Texts
    state: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a search brought up."""

    contributions: tuple[FoundContribution, ...]
    consultations: tuple[FoundConsultation, ...]


async def search_office(session: AsyncSession, org_id: str, org_slug: str, words: str) -> Found:
    """Return contributions by number or public words, and procedures by their title."""
    wanted = words.strip()[: limits.SEARCH_CHARS]
    if not wanted:
        return Found((), ())
    terms = folded(wanted).split()[: limits.SEARCH_TERMS]
    by_words = and_(*(ContributionRow.search_text.contains(term, autoescape=True) for term in terms))
    query = (
        select(ContributionRow, ConsultationRow.slug)
        .join(ConsultationRow, ConsultationRow.id == ContributionRow.consultation_id)
        .where(ContributionRow.org_id == org_id, ContributionRow.is_official.is_(False))
        .where(or_(ContributionRow.ref == wanted.upper(), by_words))
        .order_by(ContributionRow.received_at.desc(), ContributionRow.ref)
        .limit(MAX_FOUND)
    )
    contributions = tuple(
        FoundContribution(
            row.ref,
            f"/{org_slug}/b/{slug}/{row.ref}",
            Channel(row.channel),
            ContributionState(row.state),
            row.text_published,
        )
        for row, slug in await session.execute(query)
    )
    return Found(contributions, await _consultations(session, org_id, org_slug, words=wanted))


async def _consultations(
    session: AsyncSession, org_id: str, org_slug: str, *, words: str
) -> tuple[FoundConsultation, ...]:
    query = (
        select(ConsultationRow)
        .where(ConsultationRow.org_id == org_id)
        .order_by(ConsultationRow.slug)
        .limit(MAX_PROCEDURES)
    )
    terms = folded(words).split()
    return tuple(
        FoundConsultation(row.id, f"/{org_slug}/b/{row.slug}", row.title, row.state)
        for row in await session.scalars(query)
        if all(term in folded(" ".join(row.title.values())) for term in terms)
    )[:MAX_FOUND]
