"""Writing, signing and publishing minutes.

Guarantees: versions, signatures and publications are only added; every step names the version it is about and is
ordered by the meeting's row, so two people never write over each other; what two people signed is exactly what is
published, and the log has its hash. Source: docs/algorithms/log.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from backend.kit.uow import UnitOfWork
from backend.meetings.actions.meeting import transition_meeting
from backend.meetings.actions.rows import lock_meeting
from backend.meetings.models import MeetingRow
from backend.meetings.types import MeetingState
from backend.minutes.errors import (
    AlreadySigned,
    FiguresChanged,
    NotClosed,
    NothingChanged,
    NotSigned,
    PollsUnfinished,
)
from backend.minutes.facts import gather_facts
from backend.minutes.generate import generate
from backend.minutes.models import MinutesPublicationRow, MinutesSignatureRow, MinutesVersionRow
from backend.minutes.queries import WRITTEN_IN, Version, versions_of
from backend.minutes.rules import clean_texts, content_of, has_changed, plain, sections_of, sha256_of
from backend.minutes.types import SIGNATURES_NEEDED, LogFacts, MinutesState, Part, SignerRole, TextBlock
from backend.polls.errors import StaleVersion
from backend.polls.queries import polls_of
from backend.polls.types import PollState
from backend.transparency.canonical import JsonObject
from backend.transparency.intents import record
from backend.transparency.types import LogType

UNFINISHED = frozenset({PollState.OPEN, PollState.CLOSING, PollState.CLOSED, PollState.COUNTING})


@dataclass(frozen=True, slots=True)
class Signer:
    """A person with the name that is printed."""

    user_id: str
    name: str


async def save_version(
    uow: UnitOfWork, meeting_id: str, texts: Iterable[TextBlock], *, version: int, by: str, log: LogFacts | None
) -> int:
    """Keep a new version with the figures of this moment; `version` is the one it was written on, 0 for none.

    Raises: NotFound, NotClosed, StaleVersion, Invalid, NothingChanged.
    """
    meeting = await _written_in(uow, meeting_id)
    versions = await versions_of(uow.session, meeting_id)
    latest = versions[-1] if versions else None
    _expect(version, latest)
    parts = await _parts(uow, meeting_id, log)
    kept = clean_texts(texts, parts)
    if latest and kept == latest.texts and not has_changed(parts, latest.parts):
        raise NothingChanged
    number = version + 1
    content = content_of(meeting_id, number, meeting.title.get("de", ""), sections_of(parts, kept))
    uow.session.add(
        MinutesVersionRow(
            meeting_id=meeting_id,
            version=number,
            texts=plain(kept),
            parts=plain(parts),
            checkpoint=log.note if log else None,
            sha256=sha256_of(content),
            written_by=by,
            written_at=uow.now,
        )
    )
    await uow.session.flush()
    return number


async def sign_version(
    uow: UnitOfWork, meeting_id: str, *, version: int, role: SignerRole, signer: Signer, log: LogFacts | None
) -> MinutesState:
    """Sign the newest version in a role; the second signature enters the log. Return where the version stands.

    Raises: NotFound, NotClosed, StaleVersion, PollsUnfinished, FiguresChanged, AlreadySigned.
    """
    await _written_in(uow, meeting_id)
    latest = await _latest(uow, meeting_id, version)
    if latest.signed_by(role) or any(each.user_id == signer.user_id for each in latest.signatures):
        raise AlreadySigned
    if any(poll.state in UNFINISHED for poll in await polls_of(uow.session, meeting_id)):
        raise PollsUnfinished
    if has_changed(await _parts(uow, meeting_id, log), latest.parts):
        raise FiguresChanged
    uow.session.add(
        MinutesSignatureRow(
            meeting_id=meeting_id,
            version=version,
            role=role.value,
            user_id=signer.user_id,
            name=signer.name,
            signed_at=uow.now,
        )
    )
    await uow.session.flush()
    if len(latest.signatures) + 1 < SIGNATURES_NEEDED:
        return MinutesState.DRAFT
    public: JsonObject = {"meeting": meeting_id, "version": version, "sha256": latest.sha256}
    await record(uow, LogType.MINUTES_SIGNED, log_key(meeting_id, version), public=public)
    return MinutesState.SIGNED


async def publish_version(uow: UnitOfWork, printed: Version, *, by: str, pdf_sha256: str) -> bool:
    """Make the newest, signed version public; the meeting counts as minuted. Return whether that was new.

    `printed` is the version the PDF was made from, signatures and all.
    Raises: NotFound, NotClosed, StaleVersion, NotSigned.
    """
    meeting_id, version = printed.meeting_id, printed.number
    meeting = await _written_in(uow, meeting_id)
    latest = await _latest(uow, meeting_id, version)
    if latest.state is MinutesState.PUBLISHED:
        return False
    if latest.state is not MinutesState.SIGNED:
        raise NotSigned
    if latest != printed:
        raise StaleVersion(version=version)
    uow.session.add(
        MinutesPublicationRow(
            meeting_id=meeting_id, version=version, pdf_sha256=pdf_sha256, published_by=by, published_at=uow.now
        )
    )
    public: JsonObject = {
        "meeting": meeting_id,
        "version": version,
        "sha256": pdf_sha256,
        "content_sha256": latest.sha256,
    }
    await record(uow, LogType.MINUTES_PUBLISHED, log_key(meeting_id, version), public=public)
    if meeting.state == MeetingState.CLOSED:
        await transition_meeting(uow, meeting_id, MeetingState.MINUTED, version=meeting.version)
    await uow.session.flush()
    return True


def log_key(meeting_id: str, version: int) -> str:
    """Return what the log knows a version by."""
    return f"{meeting_id}:{version}"


async def _written_in(uow: UnitOfWork, meeting_id: str) -> MeetingRow:
    """Return the meeting's row, locked: whatever is written about it waits here."""
    meeting = await lock_meeting(uow, meeting_id)
    if MeetingState(meeting.state) not in WRITTEN_IN:
        raise NotClosed
    return meeting


async def _latest(uow: UnitOfWork, meeting_id: str, version: int) -> Version:
    versions = await versions_of(uow.session, meeting_id)
    latest = versions[-1] if versions else None
    _expect(version, latest)
    if latest is None:
        raise StaleVersion(version=0)
    return latest


def _expect(version: int, latest: Version | None) -> None:
    newest = latest.number if latest else 0
    if version != newest:
        raise StaleVersion(version=newest)


async def _parts(uow: UnitOfWork, meeting_id: str, log: LogFacts | None) -> tuple[Part, ...]:
    return generate(await gather_facts(uow.session, meeting_id, log=log))
