"""Reads: versions of minutes with their signatures and publications, and meetings whose minutes are missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.kit.errors import NotFound
from backend.meetings.queries import Meeting, meetings_of
from backend.meetings.types import MeetingState
from backend.minutes.models import MinutesPublicationRow, MinutesSignatureRow, MinutesVersionRow
from backend.minutes.rules import restored, sections_of, state_of
from backend.minutes.types import MinutesState, Part, Section, SignerRole, TextBlock

MAX_VERSIONS = 200
WRITTEN_IN = frozenset({MeetingState.CLOSED, MeetingState.MINUTED, MeetingState.ARCHIVED})
"""States of a meeting in which its minutes are written or corrected."""


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed in which role."""

    role: SignerRole
    user_id: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Publication:
    """When a version became public, and the hash of its PDF."""

    at: datetime
    pdf_sha256: str


@dataclass(frozen=True, slots=True)
class Version:
    """One saved version of a meeting's minutes."""

    meeting_id: str
    number: int
    texts: tuple[TextBlock, ...]
    parts: tuple[Part, ...]
    checkpoint: str | None
    sha256: str
    written_by: str
    written_at: datetime
    signatures: tuple[Signature, ...]
    publication: Publication | None

    @property
    def state(self) -> MinutesState:
        """Return where this version stands."""
        return state_of(len(self.signatures), is_published=self.publication is not None)

    @property
    def sections(self) -> tuple[Section, ...]:
        """Return what is shown, printed and signed."""
        return sections_of(self.parts, self.texts)

    def signed_by(self, role: SignerRole) -> Signature | None:
        """Return the signature of a role, if there is one."""
        return next((each for each in self.signatures if each.role is role), None)


async def versions_of(session: AsyncSession, meeting_id: str) -> list[Version]:
    """Return all versions, oldest first."""
    rows = await session.scalars(
        select(MinutesVersionRow)
        .where(MinutesVersionRow.meeting_id == meeting_id)
        .order_by(MinutesVersionRow.version)
        .limit(MAX_VERSIONS)
    )
    signatures = await _signatures(session, meeting_id)
    publications = await _publications(session, meeting_id)
    return [
        Version(
            meeting_id=row.meeting_id,
            number=row.version,
            texts=restored(row.texts, tuple[TextBlock, ...]),
            parts=restored(row.parts, tuple[Part, ...]),
            checkpoint=row.checkpoint,
            sha256=row.sha256,
            written_by=row.written_by,
            written_at=row.written_at,
            signatures=tuple(_of(signatures, row.version)),
            publication=publications.get(row.version),
        )
        for row in rows
    ]


async def public_versions(session: AsyncSession, meeting_id: str) -> list[Version]:
    """Return the versions everybody may read, oldest first."""
    return [version for version in await versions_of(session, meeting_id) if version.publication]


async def public_version(session: AsyncSession, meeting_id: str, number: int | None = None) -> Version:
    """Return one public version, without a number the newest. Raises: NotFound."""
    public = await public_versions(session, meeting_id)
    wanted = [version for version in public if number in {None, version.number}]
    if not wanted:
        raise NotFound("Die Niederschrift ist noch nicht veröffentlicht.")
    return wanted[-1]


async def is_public(session: AsyncSession, meeting_id: str) -> bool:
    """Tell whether a meeting has public minutes."""
    query = select(MinutesPublicationRow.version).where(MinutesPublicationRow.meeting_id == meeting_id).limit(1)
    return await session.scalar(query) is not None


async def missing_minutes(session: AsyncSession, org_id: str) -> list[Meeting]:
    """Return the closed meetings of an organisation whose minutes are not published, oldest first."""
    closed = [meeting for meeting in await meetings_of(session, org_id) if meeting.state is MeetingState.CLOSED]
    query = select(MinutesPublicationRow.meeting_id).where(
        MinutesPublicationRow.meeting_id.in_([meeting.id for meeting in closed])
    )
    done = set(await session.scalars(query))
    return sorted((each for each in closed if each.id not in done), key=lambda meeting: meeting.starts_at)


async def _signatures(session: AsyncSession, meeting_id: str) -> list[tuple[int, Signature]]:
    query = (
        select(MinutesSignatureRow)
        .where(MinutesSignatureRow.meeting_id == meeting_id)
        .order_by(MinutesSignatureRow.version, MinutesSignatureRow.role)
        .limit(MAX_VERSIONS * len(SignerRole))
    )
    return [
        (row.version, Signature(SignerRole(row.role), row.user_id, row.name, row.signed_at))
        for row in await session.scalars(query)
    ]


def _of(signatures: Iterable[tuple[int, Signature]], version: int) -> Iterable[Signature]:
    return (signature for number, signature in signatures if number == version)


async def _publications(session: AsyncSession, meeting_id: str) -> dict[int, Publication]:
    query = select(MinutesPublicationRow).where(MinutesPublicationRow.meeting_id == meeting_id).limit(MAX_VERSIONS)
    return {row.version: Publication(row.published_at, row.pdf_sha256) for row in await session.scalars(query)}
