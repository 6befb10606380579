"""Why the ballot box refuses. The codes are part of the public contract."""

from __future__ import annotations

from backend.kit.errors import Conflict, DomainError, Invalid
from backend.kit.idempotency import IdempotencyMismatch
from backend.polls.types import Channel

_WORDS = {
    Channel.PHONE: "mit dem Handy",
    Channel.KIOSK: "am Kiosk",
    Channel.PAPER: "auf Papier",
}


class AlreadyVoted(Conflict):
    """The card or sheet has been redeemed for this poll; `channel` tells where."""

    code = "already_voted"
    title = "Mit dieser Karte wurde schon abgestimmt"

    def __init__(self, channel: Channel) -> None:
        super().__init__(f"Mit dieser Karte wurde {_WORDS[channel]} abgestimmt.", channel=channel.value)
        self.channel = channel


class BadChoices(Invalid):
    """The choices are not allowed by the type of the poll."""

    code = "invalid_choices"
    title = "So kann diese Frage nicht beantwortet werden"


class CorruptBox(DomainError):
    """A stored ballot cannot be opened or does not match its commitment. Sealing stops; nothing is lost."""

    code = "corrupt_box"
    status = 500
    title = "Die Wahlurne ist beschädigt"


__all__ = ["AlreadyVoted", "BadChoices", "CorruptBox", "IdempotencyMismatch"]
