"""Cosignatures: a witness states that it saw a checkpoint, and that the log only grew until then.

For:        the witness and whoever asks it.
Guarantees: pure; a request has one spelling.
Refuses:    malformed requests (`InvalidRequest`).
Source:     C2SP tlog-cosignature 1.0.1 (`cosignature/v1`), tlog-witness 1.0.0 (`add-checkpoint`).
"""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from backend.transparency.merkle import HASH_SIZE
from backend.transparency.note import (
    TIMESTAMP_SIZE,
    Algorithm,
    Signature,
    VerifierKey,
    cosigned_message,
)

HASHES_MAX: Final = 63

_OLD: Final = re.compile(r"old (0|[1-9][0-9]{0,18})")


class InvalidRequest(ValueError):
    """The request is malformed."""


@dataclass(frozen=True, slots=True)
class Cosigner:
    """A witness's private key under its name."""

    name: str
    private: Ed25519PrivateKey

    @property
    def key(self) -> VerifierKey:
        """The key others check with."""
        public = self.private.public_key().public_bytes_raw()
        return VerifierKey(self.name, public, Algorithm.COSIGNATURE_V1)

    def cosign(self, text: str, time_s: int) -> Signature:
        """Sign a checkpoint's text together with the present time (POSIX seconds)."""
        signature = self.private.sign(cosigned_message(text, time_s))
        return Signature(self.name, self.key.key_id, time_s.to_bytes(TIMESTAMP_SIZE, "big") + signature)


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """What a log sends to a witness: what the witness cosigned last, a proof, the new checkpoint."""

    old_size: int
    proof: tuple[bytes, ...]
    checkpoint: bytes

    def encode(self) -> bytes:
        """Spell the request body."""
        lines = [f"old {self.old_size}", *(base64.b64encode(each).decode() for each in self.proof)]
        return "\n".join([*lines, "", ""]).encode() + self.checkpoint

    @classmethod
    def decode(cls, body: bytes) -> "AddCheckpoint":
        """Read a request body. Raises: InvalidRequest."""
        head, separator, checkpoint = body.partition(b"\n\n")
        if not separator or not head.isascii():
            raise InvalidRequest("expected old size, proof, an empty line and a checkpoint")
        first, *lines = head.decode("ascii").split("\n")
        old = _OLD.fullmatch(first)
        if old is None or len(lines) > HASHES_MAX:
            raise InvalidRequest(f"expected an old size and at most {HASHES_MAX} hashes")
        return cls(int(old[1]), tuple(_parse_hash(line) for line in lines), checkpoint)


def _parse_hash(line: str) -> bytes:
    try:
        decoded = base64.b64decode(line, validate=True)
    except binascii.Error as error:
        raise InvalidRequest(f"expected a base64 hash, got {line[:80]!r}") from error
    if len(decoded) != HASH_SIZE:
        raise InvalidRequest(f"expected {HASH_SIZE} bytes, got {len(decoded)}")
    return decoded
