"""Encryption of ballots and acknowledgements until sealing. Pure.

Guarantees: every record of a poll has the same length; a ballot opens only with its poll's key; an
acknowledgement opens only with the poll's key *and* the request key its device drew.
Source: AES-256-GCM (NIST SP 800-38D) with random 96-bit nonces, at most 2^32 records a key; HMAC (RFC 2104).
"""

from __future__ import annotations

import hmac
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from backend.ballots.errors import CorruptBox
from backend.kit.entropy import Entropy

GCM_NONCE_BYTES = 12
LENGTH_BYTES = 4
OVERHEAD_BYTES = GCM_NONCE_BYTES + 16  # what sealing adds: the nonce and GCM's tag


class RequestKeys(NamedTuple):
    """The row key of a request, and the key of its acknowledgement; neither tells the other (32 bytes each)."""

    mac: bytes
    cipher: bytes


def request_keys(poll_key: bytes, voter_hash: bytes, request_key: str) -> RequestKeys:
    """Return the keys of a request, scoped to poll and voter: the halves of one HMAC-SHA-512."""
    both = hmac.digest(poll_key, b"request\0" + voter_hash + request_key.encode(), "sha512")
    return RequestKeys(both[:32], both[32:])


def changeable_id(poll_key: bytes, voter_hash: bytes) -> bytes:
    """Return the ballot id of a voter where votes may be changed (16 bytes)."""
    return hmac.digest(poll_key, b"ballot\0" + voter_hash, "sha256")[:16]


def seal(key: bytes, poll_id: str, plain: bytes, *, size: int, entropy: Entropy) -> bytes:
    """Encrypt `plain`, padded to `size` bytes. Raises: ValueError when it does not fit."""
    if len(plain) + LENGTH_BYTES > size:
        msg = f"expected at most {size - LENGTH_BYTES} bytes, got {len(plain)}"
        raise ValueError(msg)
    padded = (len(plain).to_bytes(LENGTH_BYTES, "big") + plain).ljust(size, b"\0")
    nonce = entropy.bytes(GCM_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, padded, poll_id.encode())


def unseal(key: bytes, poll_id: str, sealed: bytes) -> bytes:
    """Return what was sealed. Raises: CorruptBox when key, poll or content do not match."""
    nonce, rest = sealed[:GCM_NONCE_BYTES], sealed[GCM_NONCE_BYTES:]
    try:
        padded = AESGCM(key).decrypt(nonce, rest, poll_id.encode())
    except InvalidTag as error:
        raise CorruptBox from error
    length = int.from_bytes(padded[:LENGTH_BYTES], "big")
    return padded[LENGTH_BYTES : LENGTH_BYTES + length]
