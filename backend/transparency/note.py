"""Signed notes: a text and the signatures below it, as one UTF-8 file.

For:        checkpoints, and whoever checks them.
Guarantees: pure; what `encode` wrote, `decode` reads; a signature by a known key that does not fit
            is an error, one by a stranger is ignored.
Refuses:    texts with control characters or without a last line break, more than
            `SIGNATURES_MAX` signatures, notes no trusted key signed (`InvalidNote`).
Source:     C2SP signed-note 1.0.0 and tlog-cosignature 1.0.1 (`cosignature/v1`).
"""

import base64
import binascii
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

NOTE_BYTES_MAX: Final = 65_536
SIGNATURES_MAX: Final = 64
"""A log line and every witness a town will ever have."""
KEY_ID_SIZE: Final = 4
SIGNATURE_SIZE: Final = 64
PUBLIC_KEY_SIZE: Final = 32
TIMESTAMP_SIZE: Final = 8

_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
_NAME: Final = re.compile(r"[^\s+]+")
_LINE: Final = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")


class InvalidNote(ValueError):
    """The note is malformed, or its signatures do not hold."""


class Algorithm(IntEnum):
    """The signature type byte of a key."""

    ED25519 = 0x01
    COSIGNATURE_V1 = 0x04


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line."""

    name: str
    key_id: bytes
    blob: bytes

    def line(self) -> str:
        """Spell the line, without its line break."""
        return f"— {self.name} {base64.b64encode(self.key_id + self.blob).decode()}"

    @classmethod
    def parse(cls, line: str) -> "Signature":
        """Read a line. Raises: InvalidNote when it is malformed; nothing is verified yet."""
        match = _LINE.fullmatch(line)
        if match is None:
            raise InvalidNote(f"expected a signature line, got {line[:80]!r}")
        name, encoded = match.groups()
        try:
            content = base64.b64decode(encoded, validate=True)
        except binascii.Error as error:
            raise InvalidNote(f"expected base64 in the line of {name}") from error
        if len(content) <= KEY_ID_SIZE:
            raise InvalidNote(f"expected a signature in the line of {name}")
        return cls(name, content[:KEY_ID_SIZE], content[KEY_ID_SIZE:])


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key under a name; its text form is the `vkey` printed in the minutes."""

    name: str
    public: bytes
    algorithm: Algorithm = Algorithm.ED25519

    def __post_init__(self) -> None:
        """Refuse names that would break a signature line."""
        if not _NAME.fullmatch(self.name):
            raise InvalidNote(f"expected a key name without blanks and plus, got {self.name!r}")
        if len(self.public) != PUBLIC_KEY_SIZE:
            raise InvalidNote(f"expected {PUBLIC_KEY_SIZE} key bytes, got {len(self.public)}")

    @property
    def key_id(self) -> bytes:
        """The four bytes that name the key in a signature line."""
        return sha256(f"{self.name}\n".encode() + self._typed).digest()[:KEY_ID_SIZE]

    @property
    def _typed(self) -> bytes:
        return bytes([self.algorithm]) + self.public

    @property
    def vkey(self) -> str:
        """The text form, as others configure it."""
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(self._typed).decode()}"

    @classmethod
    def parse(cls, vkey: str) -> "VerifierKey":
        """Read a vkey. Raises: InvalidNote when it is malformed or its key id does not fit."""
        try:
            name, key_id, encoded = vkey.strip().split("+", 2)
            typed = base64.b64decode(encoded, validate=True)
            key = cls(name, typed[1:], Algorithm(typed[0]))
        except (ValueError, IndexError) as error:
            raise InvalidNote(f"expected a vkey, got {vkey!r}") from error
        if key.key_id.hex() != key_id:
            raise InvalidNote(f"expected key id {key.key_id.hex()}, got {key_id}")
        return key

    def is_named_by(self, signature: Signature) -> bool:
        """Tell whether a signature line claims to be this key's."""
        return signature.name == self.name and signature.key_id == self.key_id

    def check(self, text: str, blob: bytes) -> None:
        """Check a signature over a note's text.

        Raises:
            InvalidNote: it does not fit.
        """
        message = text.encode()
        if self.algorithm is Algorithm.COSIGNATURE_V1:
            stamp, blob = blob[:TIMESTAMP_SIZE], blob[TIMESTAMP_SIZE:]
            message = cosigned_message(text, int.from_bytes(stamp, "big"))
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(blob, message)
        except InvalidSignature as error:
            raise InvalidNote(f"expected a signature by {self.name}, got another one") from error


@dataclass(frozen=True, slots=True)
class NoteSigner:
    """A private key under a name."""

    name: str
    private: Ed25519PrivateKey

    @property
    def key(self) -> VerifierKey:
        """The key others check with."""
        return VerifierKey(self.name, self.private.public_key().public_bytes_raw())

    def sign(self, text: str) -> Signature:
        """Sign a note's text."""
        return Signature(self.name, self.key.key_id, self.private.sign(text.encode()))


@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends in a line break, and the signatures below it."""

    text: str
    signatures: tuple[Signature, ...] = ()

    def __post_init__(self) -> None:
        """Refuse texts that could not be told from their signatures."""
        if not self.text.endswith("\n") or _CONTROL.search(self.text):
            raise InvalidNote("expected text without control characters, ending in a line break")

    def encode(self) -> bytes:
        """Spell the file."""
        lines = "".join(f"{signature.line()}\n" for signature in self.signatures)
        return f"{self.text}\n{lines}".encode()

    @classmethod
    def decode(cls, file: bytes) -> "Note":
        """Read a file. Raises: InvalidNote when it is malformed; nothing is verified yet."""
        if len(file) > NOTE_BYTES_MAX:
            raise InvalidNote(f"expected at most {NOTE_BYTES_MAX} bytes, got {len(file)}")
        try:
            content = file.decode()
        except UnicodeDecodeError as error:
            raise InvalidNote("expected UTF-8") from error
        text, separator, lines = content.rpartition("\n\n")
        if not separator or not lines.endswith("\n"):
            raise InvalidNote("expected a text, an empty line and signature lines")
        signatures = [Signature.parse(line) for line in lines.removesuffix("\n").split("\n")]
        if len(signatures) > SIGNATURES_MAX:
            raise InvalidNote(f"expected at most {SIGNATURES_MAX} signatures")
        return cls(f"{text}\n", tuple(signatures))


def sign(text: str, signers: Iterable[NoteSigner]) -> Note:
    """Return the note over a text with one line per signer."""
    return Note(text, tuple(signer.sign(text) for signer in signers))


def check_signatures(note: Note, keys: Sequence[VerifierKey]) -> list[VerifierKey]:
    """Return which of the keys signed the note.

    Raises:
        InvalidNote: a line names one of the keys and does not fit, or none of them signed.
    """
    signed = []
    for key in keys:
        lines = [signature for signature in note.signatures if key.is_named_by(signature)]
        for signature in lines:
            key.check(note.text, signature.blob)
        if lines:
            signed.append(key)
    if not signed:
        names = ", ".join(sorted({signature.name for signature in note.signatures})) or "nobody"
        raise InvalidNote(f"expected a signature by a trusted key, got {names}")
    return signed


def cosigned_message(text: str, time_s: int) -> bytes:
    """Return what a witness signs: the note's text and when it saw it (POSIX seconds)."""
    return f"cosignature/v1\ntime {time_s}\n{text}".encode()
