"""Receipt codes: drawing them, what the database knows of them, and repeating them safely.

Guarantees: the database keeps only a hash of a code (80 random bits, so no key is needed); a repeated request
gets its code again without the code being stored in the clear: the first answer is sealed with the request key,
which only the sender has.
"""

from __future__ import annotations

import base64
import hashlib

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from backend.cards.codes import RECEIPT_ENTROPY_BYTES, MalformedCode, generate_receipt, grouped, parse_receipt
from backend.consultations.errors import MalformedReceipt
from backend.kit.uow import UnitOfWork

_NONCE_BYTES = 12


def draw(uow: UnitOfWork) -> str:
    """Return a fresh receipt code in canonical form."""
    return generate_receipt(uow.entropy.bytes(RECEIPT_ENTROPY_BYTES))


def read(text: str) -> str:
    """Return the canonical form of a typed or scanned code. Raises: MalformedReceipt saying what to check."""
    try:
        return parse_receipt(text)
    except MalformedCode as error:
        detail = "Ein Quittungscode hat 17 Zeichen, zum Beispiel B4TN-7WQX-2M9K-R3VD-5. Bitte prüfen Sie ihn."
        raise MalformedReceipt(detail, problem=error.problem.value) from error


def receipt_hash(code: str) -> bytes:
    """Return what the database keeps of a canonical code."""
    return hashlib.sha256(b"machmit/receipt/v1\0" + code.encode()).digest()


def shown(code: str) -> str:
    """Return a code as printed, in groups of four."""
    return grouped(code)


def hidden_key(request_key: str) -> str:
    """Return the name under which a request is remembered; the request key itself is not stored."""
    return hashlib.sha256(b"machmit/request/v1\0" + request_key.encode()).hexdigest()


def seal_code(uow: UnitOfWork, request_key: str, code: str) -> str:
    """Return a code that only the holder of the request key can read again."""
    nonce = uow.entropy.bytes(_NONCE_BYTES)
    return base64.b64encode(nonce + AESGCM(_seal_key(request_key)).encrypt(nonce, code.encode(), None)).decode()


def unseal_code(request_key: str, sealed: str) -> str:
    """Return the code of a sealed answer."""
    raw = base64.b64decode(sealed)
    return AESGCM(_seal_key(request_key)).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], None).decode()


def _seal_key(request_key: str) -> bytes:
    return hashlib.sha256(b"machmit/request-seal/v1\0" + request_key.encode()).digest()
