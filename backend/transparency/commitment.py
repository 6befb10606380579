"""Commitments: binding to a text without showing it, until somebody opens or erases it.

For:        everything personal or worded that an entry must not contain.
Guarantees: with the salt gone, the hash tells nothing about the payload; with it, the payload is
            bound together with the entry's type.
Refuses:    salts of another length (`ValueError`), payloads outside the profile (`NotCanonical`).
Source:     docs/algorithms/log.md; never a pepper, never an unsalted hash of a short text.
"""

from hashlib import sha256
from typing import Final

from backend.transparency.canonical import JsonObject, encode

SALT_SIZE: Final = 32
PAYLOAD_BYTES_MAX: Final = 256 * 1024
"""A long letter, transcribed; attachments are committed to by their own salted hash."""

_DOMAIN: Final = b"mach-mit/commit/v1"


def commit(type_: str, salt: bytes, payload: JsonObject) -> bytes:
    """Return the commitment to a payload.

    Raises:
        NotCanonical: the payload has no canonical spelling.
    """
    return commit_bytes(type_, salt, encode(payload, bytes_max=PAYLOAD_BYTES_MAX))


def commit_bytes(type_: str, salt: bytes, canonical_payload: bytes) -> bytes:
    """Return the commitment to a payload that is already spelt canonically."""
    if len(salt) != SALT_SIZE:
        raise ValueError(f"expected a salt of {SALT_SIZE} bytes, got {len(salt)}")
    parts = (_DOMAIN, type_.encode(), salt, canonical_payload)
    return sha256(b"\x00".join(parts)).digest()
