"""Sealed payloads: what a commitment binds to, readable while its key exists.

For:        recording, opening and erasing.
Guarantees: each payload has a key of its own that encrypts once (hence the constant nonce); without
            the key the ciphertext tells its length only.
Refuses:    ciphertexts that were changed or belong to another commitment (`UnreadablePayload`).
Source:     NIST SP 800-38D (AES-256-GCM); crypto-shredding as in docs/algorithms/log.md.
"""

from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from backend.kit.entropy import Entropy
from backend.transparency.canonical import JsonObject, decode_object, encode
from backend.transparency.commitment import PAYLOAD_BYTES_MAX, SALT_SIZE, commit_bytes

KEY_SIZE: Final = 32

_NONCE: Final = bytes(12)


class UnreadablePayload(ValueError):
    """The stored ciphertext is not what was sealed under this key."""


@dataclass(frozen=True, slots=True)
class SealedPayload:
    """What is stored of a payload, in three places: entry, payload table, key table."""

    commitment: bytes
    ciphertext: bytes
    key: bytes


@dataclass(frozen=True, slots=True)
class OpenedPayload:
    """What anybody needs to check a commitment."""

    salt: bytes
    payload: JsonObject


def seal(type_: str, payload: JsonObject, entropy: Entropy) -> SealedPayload:
    """Commit to a payload and encrypt it. Raises: NotCanonical when it cannot be committed to."""
    canonical = encode(payload, bytes_max=PAYLOAD_BYTES_MAX)
    salt, key = entropy.bytes(SALT_SIZE), entropy.bytes(KEY_SIZE)
    commitment = commit_bytes(type_, salt, canonical)
    ciphertext = AESGCM(key).encrypt(_NONCE, salt + canonical, commitment)
    return SealedPayload(commitment, ciphertext, key)


def unseal(sealed: SealedPayload) -> OpenedPayload:
    """Decrypt a payload. Raises: UnreadablePayload when it does not belong to its commitment."""
    try:
        plain = AESGCM(sealed.key).decrypt(_NONCE, sealed.ciphertext, sealed.commitment)
    except InvalidTag as error:
        raise UnreadablePayload("expected the payload of this commitment, got another") from error
    salt, canonical = plain[:SALT_SIZE], plain[SALT_SIZE:]
    return OpenedPayload(salt, decode_object(canonical, bytes_max=PAYLOAD_BYTES_MAX))
