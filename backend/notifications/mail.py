"""Mails to people whose address is confirmed, sent by the worker after commit.

Guarantees: the address leaves its envelope only here; an address that was removed meanwhile gets nothing; every mail
carries an id derived from what it tells, so a repeat after a crash is recognised as one message.
Refuses line breaks in headers (the standard library's policy raises). Without `MACHMIT_SMTP_URL` nothing is sent.
Source: RFC 5322; RFC 3834 (automatic messages).
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

import aiosmtplib
import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.models import Organisation
from backend.consultations import limits
from backend.consultations.contacts import FORGET_TOPIC, MAIL_TOPIC, ContactBox, forget_unconfirmed
from backend.consultations.letters import complaint_letter
from backend.consultations.models import ComplaintRow, ContactRow, ContributionRow, ModerationDecisionRow
from backend.consultations.types import ComplaintState
from backend.decisions.models import FeedbackRow, MilestoneRow
from backend.kit.db import JsonDict
from backend.kit.keyring import Keyring
from backend.kit.outbox import Handler
from backend.kit.settings import Settings
from backend.kit.uow import Work
from backend.notifications import letters
from backend.notifications.letters import Letter

SMTP_TIMEOUT_S = 20
LOOK_UP = "/spur"
CONFIRM = "confirm"
MILESTONE_WORDS = {
    "geplant": "geplant",
    "beauftragt": "beauftragt",
    "im_bau": "im Bau",
    "fertig": "fertig",
    "verzoegert": "verzögert",
    "gestoppt": "gestoppt",
}

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a mail is about, and what surrounds it."""

    row: ContributionRow
    contact: ContactRow
    org: str
    look_up: str


Writer = Callable[[AsyncSession, Recipient, str], Awaitable[Letter | None]]


class Mailer:
    """Turns outbox rows of the topic `mail` into messages."""

    def __init__(self, work: Work, keyring: Keyring, settings: Settings) -> None:
        self._work = work
        self._box = ContactBox(keyring.contacts)
        self._settings = settings
        self._writers: Mapping[str, Writer] = {
            CONFIRM: self._confirmation,
            "moderation": _decision,
            "complaint": _complaint,
            "feedback": _feedback,
            "milestone": _milestone,
        }

    def handlers(self) -> dict[str, Handler]:
        """Return the handlers by their outbox topics."""
        return {MAIL_TOPIC: self.send, FORGET_TOPIC: self.forget}

    async def forget(self, _payload: JsonDict) -> None:
        """Delete the addresses whose confirmation link has expired."""
        async with self._work.write() as uow:
            await forget_unconfirmed(uow, before=uow.now - limits.CONTACT_CONFIRM_WITHIN)

    async def send(self, payload: JsonDict) -> None:
        """Send one mail, or nothing when there is no server, no address, or nothing left to say."""
        if not self._settings.smtp_url:
            log.info("mail.not_configured", kind=payload["kind"])
            return
        message = await self._message(payload)
        if message is not None:
            await _deliver(message, self._settings.smtp_url)

    async def _message(self, payload: JsonDict) -> EmailMessage | None:
        kind, about = str(payload["kind"]), str(payload.get("about", ""))
        async with self._work.read() as uow:
            recipient = await self._recipient(uow.session, str(payload["contribution"]))
            if recipient is None or (kind != CONFIRM and recipient.contact.confirmed_at is None):
                return None
            letter = await self._writers[kind](uow.session, recipient, about)
            if letter is None:
                return None
            message = EmailMessage()
            message["From"] = self._settings.mail_from
            message["To"] = self._box.open(recipient.row.id, recipient.contact.sealed)
            message["Subject"] = letter.subject
            message["Date"] = format_datetime(uow.now)
            message["Message-ID"] = _message_id(kind, recipient, about, self._settings.public_url)
            message["Auto-Submitted"] = "auto-generated"
            message.set_content(letter.body)
            return message

    async def _recipient(self, session: AsyncSession, contribution_id: str) -> Recipient | None:
        query = (
            select(ContributionRow, ContactRow, Organisation.name)
            .join(ContactRow, ContactRow.contribution_id == ContributionRow.id)
            .join(Organisation, Organisation.id == ContributionRow.org_id)
            .where(ContributionRow.id == contribution_id)
        )
        found = (await session.execute(query)).one_or_none()
        if found is None:
            return None
        row, contact, org = found
        return Recipient(row, contact, org, self._settings.public_url + LOOK_UP)

    async def _confirmation(self, _session: AsyncSession, recipient: Recipient, _about: str) -> Letter | None:
        if recipient.contact.confirmed_at is not None:
            return None
        token = self._box.token(recipient.row.id, recipient.contact.sealed)
        link = f"{self._settings.public_url}/spur/email/{token}"
        return letters.confirmation(recipient.row.ref, link, org=recipient.org)


async def _decision(session: AsyncSession, recipient: Recipient, about: str) -> Letter | None:
    decision = await session.get(ModerationDecisionRow, about)
    if decision is None or not decision.statement:
        return None
    return letters.decided(recipient.row.ref, decision.statement, look_up=recipient.look_up, org=recipient.org)


async def _complaint(session: AsyncSession, recipient: Recipient, about: str) -> Letter | None:
    complaint = await session.get(ComplaintRow, about)
    if complaint is None or not complaint.reason:
        return None
    text = complaint_letter(recipient.row.ref, ComplaintState(complaint.state), complaint.reason)
    return letters.decided(recipient.row.ref, text, look_up=recipient.look_up, org=recipient.org)


async def _feedback(session: AsyncSession, recipient: Recipient, about: str) -> Letter | None:
    feedback = await session.get(FeedbackRow, about)
    if feedback is None:
        return None
    text = feedback.text.get("de", "")
    return letters.answered(recipient.row.ref, text, look_up=recipient.look_up, org=recipient.org)


async def _milestone(session: AsyncSession, recipient: Recipient, about: str) -> Letter | None:
    milestone = await session.get(MilestoneRow, about.partition(":")[0])
    if milestone is None:
        return None
    state = MILESTONE_WORDS.get(milestone.state, milestone.state)
    title = milestone.title.get("de", "")
    return letters.moved(recipient.row.ref, title, state, look_up=recipient.look_up, org=recipient.org)


def _message_id(kind: str, recipient: Recipient, about: str, public_url: str) -> str:
    name = f"{kind}|{recipient.row.id}|{about}".encode() + recipient.contact.sealed
    host = urlsplit(public_url).hostname or "localhost"
    return f"<{hashlib.sha256(name).hexdigest()[:32]}@{host}>"


async def _deliver(message: EmailMessage, url: str) -> None:
    parts = urlsplit(url)
    await aiosmtplib.send(
        message,
        hostname=parts.hostname or "localhost",
        port=parts.port,
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        use_tls=parts.scheme == "smtps",
        timeout=SMTP_TIMEOUT_S,
    )
