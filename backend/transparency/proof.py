"""Offline proofs: "this entry is in that log", in one small text file.

For:        receipts a citizen keeps, and the document pages that link them.
Guarantees: pure; `check` needs nothing but the file, the entry and the log's key.
Refuses:    other versions, other spellings, more than `HASHES_MAX` hashes (`InvalidProof`).
Source:     c2sp.org/tlog-proof@v1.
"""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from backend.transparency.checkpoint import Checkpoint, open_checkpoint
from backend.transparency.merkle import HASH_SIZE, InvalidProof, leaf_hash, verify_inclusion
from backend.transparency.note import VerifierKey

HEADER: Final = "c2sp.org/tlog-proof@v1"
HASHES_MAX: Final = 63

_INDEX: Final = re.compile(r"index (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class TlogProof:
    """The position of an entry, its audit path, and the checkpoint file it leads to."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes

    def encode(self) -> bytes:
        """Spell the file."""
        lines = [HEADER, f"index {self.index}"]
        lines += [base64.b64encode(each).decode() for each in self.hashes]
        return "\n".join([*lines, "", ""]).encode() + self.checkpoint

    @classmethod
    def decode(cls, file: bytes) -> "TlogProof":
        """Read a file. Raises: InvalidProof when it is malformed; nothing is verified yet."""
        head, separator, checkpoint = file.partition(b"\n\n")
        if not separator or not head.isascii():
            raise InvalidProof("expected a proof, an empty line and a checkpoint")
        header, *lines = head.decode("ascii").split("\n")
        if header != HEADER:
            raise InvalidProof(f"expected {HEADER}, got {header[:80]!r}")
        if lines and lines[0].startswith("extra "):
            lines = lines[1:]  # opaque to us, as the format allows
        match = _INDEX.fullmatch(lines[0]) if lines else None
        if match is None or len(lines) - 1 > HASHES_MAX:
            raise InvalidProof(f"expected an index and at most {HASHES_MAX} hashes")
        return cls(int(match[1]), tuple(_parse_hash(line) for line in lines[1:]), checkpoint)

    def check(self, entry: bytes, *, origin: str, keys: Sequence[VerifierKey]) -> Checkpoint:
        """Check that the log holds this entry at this index.

        Raises:
            InvalidNote: the checkpoint is not signed by the log.
            InvalidProof: the path does not lead from the entry to its root.
        """
        checkpoint, _ = open_checkpoint(self.checkpoint, origin=origin, keys=keys)
        verify_inclusion(
            leaf_hash(entry),
            index=self.index,
            size=checkpoint.size,
            proof=self.hashes,
            root=checkpoint.root,
        )
        return checkpoint


def _parse_hash(line: str) -> bytes:
    try:
        decoded = base64.b64decode(line, validate=True)
    except binascii.Error as error:
        raise InvalidProof(f"expected a base64 hash, got {line[:80]!r}") from error
    if len(decoded) != HASH_SIZE:
        raise InvalidProof(f"expected {HASH_SIZE} bytes, got {len(decoded)}")
    return decoded
