"""One ballot of the rehearsal: what is sent, what must come back, and what must stand in the openings."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from backend.ballots.wire import padded
from backend.kit.db import JsonDict
from backend.polls.choices import Choices
from backend.transparency.ballots import ballot_commitment, tracking_code


@dataclass(frozen=True, slots=True)
class Vote:
    """One card's ballot for one poll; key and nonce stay the same however often it is sent."""

    poll: str
    card: str = field(repr=False)
    choices: Choices
    pad_bytes: int
    key: str = field(default_factory=lambda: secrets.token_urlsafe(16), repr=False)
    nonce: str = field(default_factory=lambda: secrets.token_hex(32), repr=False)

    def frame(self) -> bytes:
        """Return the text a phone sends, padded to the poll's size."""
        return padded({"t": "cast", "id": self.key, **self.body(), "poll": self.poll}, self.pad_bytes)

    def body(self) -> JsonDict:
        """Return what a ballot says on every way."""
        return {"card": self.card, "choices": self.choices, "nonce": self.nonce}

    def is_own(self, ballot: JsonDict) -> bool:
        """Tell whether an acknowledgement carries the Prüfnummer this device computed itself."""
        commitment = ballot_commitment(self.poll, bytes.fromhex(self.nonce), self.choices)
        own = {"commitment": commitment.hex(), "tracking_code": tracking_code(commitment)}
        return {key: ballot.get(key) for key in own} == own
