"""What sheets and people say, kept unreadable in the database until the box is sealed.

Guarantees: everything here opens only with a key derived from the poll's, so it is gone when that key is.
Contents of one poll have one length, whatever they say.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from backend.ballots import envelope
from backend.kit.entropy import Entropy
from backend.kit.keyring import derive
from backend.paper.types import Decision, Evidence, MarkView, SheetContent

PURPOSE = "paper"
_STEP_BYTES = 4_096  # pictures are padded to a multiple of this


class PaperSeal:
    """Seals and opens for one poll."""

    def __init__(self, poll_key: bytes, poll_id: str, *, pad_bytes: int, entropy: Entropy) -> None:
        self._key = derive(poll_key, PURPOSE)
        self._poll_id = poll_id
        self._pad_bytes = pad_bytes
        self._entropy = entropy

    def seal_content(self, content: SheetContent) -> bytes:
        """Seal what a sheet says."""
        return self._seal({"choices": content.choices, "nonce": content.nonce.hex()}, self._pad_bytes)

    def open_content(self, sealed: bytes) -> SheetContent:
        """Return what a sheet says. Raises: CorruptBox."""
        plain = self._open(sealed)
        return SheetContent(choices=plain["choices"], nonce=bytes.fromhex(plain["nonce"]))

    def seal_decision(self, decision: Decision) -> bytes:
        """Seal what a person decided."""
        return self._seal({"choices": decision.choices}, self._pad_bytes)

    def open_decision(self, sealed: bytes) -> Decision:
        """Return what a person decided. Raises: CorruptBox."""
        return Decision(self._open(sealed)["choices"])

    def seal_evidence(self, evidence: Evidence) -> bytes:
        """Seal the picture and measurements of a sheet under review."""
        crop = base64.b64encode(evidence.crop).decode() if evidence.crop else None
        marks = [[mark.choice, mark.level, mark.state, mark.fill] for mark in evidence.marks]
        return self._seal({"marks": marks, "crop": crop}, _STEP_BYTES)

    def open_evidence(self, sealed: bytes) -> Evidence:
        """Return picture and measurements. Raises: CorruptBox."""
        plain = self._open(sealed)
        marks = tuple(MarkView(choice, level, state, fill) for choice, level, state, fill in plain["marks"])
        return Evidence(marks=marks, crop=base64.b64decode(plain["crop"]) if plain["crop"] else None)

    def _seal(self, content: dict[str, Any], step: int) -> bytes:
        plain = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        needed = len(plain) + envelope.LENGTH_BYTES
        size = -(-needed // step) * step
        return envelope.seal(self._key, self._poll_id, plain, size=size, entropy=self._entropy)

    def _open(self, sealed: bytes) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(envelope.unseal(self._key, self._poll_id, sealed))
        return content
