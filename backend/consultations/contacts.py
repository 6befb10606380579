"""Addresses for answers: sealed with a key outside the database, apart from contributions, used only when confirmed.

Guarantees: an address is stored encrypted (AES-256-GCM, bound to its contribution), a confirmation link is derived
and not stored, nothing is sent before the person clicked it. Source: Art. 25 and 32 GDPR; docs/privacy/.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, select

from backend.consultations import limits
from backend.consultations.errors import AlreadyDone
from backend.consultations.lookups import contribution_by_receipt
from backend.consultations.models import ContactRow, ContributionRow
from backend.consultations.rules import may_be_withdrawn
from backend.consultations.types import ContributionState
from backend.kit.entropy import base32
from backend.kit.errors import Invalid, NotFound
from backend.kit.uow import UnitOfWork

MAIL_TOPIC = "mail"
FORGET_TOPIC = "contact.forget"
_NONCE_BYTES = 12
_TOKEN_BYTES = 16
_ADDRESS = re.compile(r"[^@\s<>\"',;:()\[\]\\]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250})\.[A-Za-z]{2,24}")


@dataclass(frozen=True, slots=True)
class ContactBox:
    """Seals and opens addresses with the installation's key for contacts."""

    key: bytes

    def seal(self, uow: UnitOfWork, contribution_id: str, address: str) -> bytes:
        """Return the encrypted address."""
        nonce = uow.entropy.bytes(_NONCE_BYTES)
        return nonce + AESGCM(self.key).encrypt(nonce, address.encode(), contribution_id.encode())

    def open(self, contribution_id: str, sealed: bytes) -> str:
        """Return the address."""
        cipher = AESGCM(self.key)
        return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], contribution_id.encode()).decode()

    def token(self, contribution_id: str, sealed: bytes) -> str:
        """Return the confirmation token of one address: `<contribution>.<mac>`."""
        message = b"confirm\0" + contribution_id.encode() + b"\0" + sealed
        return f"{contribution_id}.{base32(hmac.digest(self.key, message, hashlib.sha256)[:_TOKEN_BYTES])}"


def check_address(text: str) -> str:
    """Return a usable e-mail address. Raises: Invalid."""
    address = text.strip()
    if len(address) > limits.EMAIL_CHARS or not _ADDRESS.fullmatch(address):
        raise Invalid("Eine E-Mail-Adresse sieht so aus: name@beispiel.de", field="email")
    return address


async def add_contact(uow: UnitOfWork, code: str, *, address: str, box: ContactBox) -> None:
    """Keep an address for answers, unconfirmed, and ask for the confirmation mail; replaces an earlier one.

    Raises: UnknownReceipt, MalformedReceipt, Invalid, AlreadyDone when the contribution was taken back.
    """
    checked = check_address(address)
    row = await contribution_by_receipt(uow.session, code)
    if not may_be_withdrawn(ContributionState(row.state)):
        raise AlreadyDone("Sie haben diesen Beitrag zurückgezogen.")
    await uow.session.execute(delete(ContactRow).where(ContactRow.contribution_id == row.id))
    sealed = box.seal(uow, row.id, checked)
    uow.session.add(ContactRow(contribution_id=row.id, sealed=sealed, created_at=uow.now, confirmed_at=None))
    await uow.session.flush()
    stamp = hashlib.sha256(sealed).hexdigest()[:16]
    await uow.later(MAIL_TOPIC, f"confirm:{row.id}:{stamp}", {"kind": "confirm", "contribution": row.id})
    await uow.later(FORGET_TOPIC, f"{row.id}:{stamp}", {}, at=uow.now + limits.CONTACT_CONFIRM_WITHIN)


async def confirm_contact(uow: UnitOfWork, token: str, *, box: ContactBox) -> str:
    """Confirm the address behind a mailed link; return the contribution's reference. Raises: NotFound."""
    contribution_id = token.partition(".")[0]
    contact = await uow.session.get(ContactRow, contribution_id)
    if contact is None or not hmac.compare_digest(box.token(contribution_id, contact.sealed), token):
        raise NotFound("Dieser Link gilt nicht mehr. Tragen Sie Ihre Adresse mit dem Quittungscode noch einmal ein.")
    if contact.confirmed_at is None:
        if uow.now - contact.created_at > limits.CONTACT_CONFIRM_WITHIN:
            raise NotFound("Dieser Link ist abgelaufen. Tragen Sie Ihre Adresse noch einmal ein.")
        contact.confirmed_at = uow.now
        await uow.session.flush()
    row = await uow.session.get_one(ContributionRow, contribution_id)
    return row.ref


async def remove_contact(uow: UnitOfWork, code: str) -> None:
    """Forget the address of a contribution. Raises: UnknownReceipt, MalformedReceipt."""
    row = await contribution_by_receipt(uow.session, code)
    await uow.session.execute(delete(ContactRow).where(ContactRow.contribution_id == row.id))


async def ask_for_mail(uow: UnitOfWork, contribution_id: str, *, kind: str, about: str) -> bool:
    """Ask for a mail to an author whose address is confirmed; `about` is the id the mail tells of."""
    query = select(ContactRow.contribution_id).where(
        ContactRow.contribution_id == contribution_id, ContactRow.confirmed_at.is_not(None)
    )
    if await uow.session.scalar(query) is None:
        return False
    return await uow.later(
        MAIL_TOPIC, f"{kind}:{about}", {"kind": kind, "contribution": contribution_id, "about": about}
    )


async def forget_unconfirmed(uow: UnitOfWork, *, before: datetime) -> int:
    """Delete addresses nobody confirmed; return how many. The worker runs it when a link has expired."""
    gone = await uow.session.execute(
        delete(ContactRow)
        .where(ContactRow.confirmed_at.is_(None), ContactRow.created_at <= before)
        .returning(ContactRow.contribution_id)
    )
    return len(gone.all())
