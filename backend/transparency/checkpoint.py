"""Checkpoints: the signed statement "this log has this many entries under this root".

For:        the publisher, the minutes, the projector, every verifier.
Guarantees: pure; the text has one spelling.
Refuses:    other origins, extension lines, leading zeros, roots that are no SHA-256 (`InvalidNote`).
Source:     C2SP tlog-checkpoint 1.0.0.
"""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from backend.transparency import crockford
from backend.transparency.merkle import EMPTY_ROOT, HASH_SIZE
from backend.transparency.note import InvalidNote, Note, NoteSigner, VerifierKey, check_signatures

READ_ALOUD_BITS: Final = 80
"""Enough that nobody finds a second root for a hall that wrote the groups down."""

_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}")
_LINES: Final = 3


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Size and root of one log."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The note's text."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @property
    def read_aloud(self) -> str:
        """The beginning of the root in four groups, for minutes and microphones."""
        return read_aloud(self.root)

    @classmethod
    def empty(cls, origin: str) -> "Checkpoint":
        """Return what every log begins with."""
        return cls(origin, 0, EMPTY_ROOT)

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Read a note's text. Raises: InvalidNote unless it is spelt as `text` spells it."""
        lines = text.split("\n")
        if len(lines) != _LINES + 1 or lines[-1] or not lines[0]:
            raise InvalidNote("expected origin, size and root, each on its line")
        origin, size, encoded = lines[:_LINES]
        if not _SIZE.fullmatch(size):
            raise InvalidNote(f"expected a decimal size, got {size!r}")
        try:
            root = base64.b64decode(encoded, validate=True)
        except binascii.Error as error:
            raise InvalidNote("expected a base64 root") from error
        checkpoint = cls(origin, int(size), root)
        if len(root) != HASH_SIZE or checkpoint.text != text:
            raise InvalidNote(f"expected a root of {HASH_SIZE} bytes, got {len(root)}")
        return checkpoint

    def signed(self, signer: NoteSigner) -> Note:
        """Return the note with the log's own signature."""
        return Note(self.text, (signer.sign(self.text),))


def open_checkpoint(file: bytes, *, origin: str, keys: Sequence[VerifierKey]) -> tuple[Checkpoint, list[VerifierKey]]:
    """Read a checkpoint file and return who of `keys` signed it.

    Raises:
        InvalidNote: it is malformed, of another log, or not signed as it should be.
    """
    note = Note.decode(file)
    signed = check_signatures(note, keys)
    checkpoint = Checkpoint.parse(note.text)
    if checkpoint.origin != origin:
        raise InvalidNote(f"expected the log {origin}, got {checkpoint.origin}")
    return checkpoint, signed


def read_aloud(root: bytes) -> str:
    """Return the first 80 bits of a root as four groups of four."""
    return crockford.grouped(crockford.first_bits(root, READ_ALOUD_BITS), " ")
