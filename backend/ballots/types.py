"""What is cast and what comes back. Pure.

Nothing here has a `repr` that shows its content, so that no log or error page can tell a vote.
"""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import Struct
from typing_extensions import override

from backend.polls.choices import Choices
from backend.polls.types import Channel, PollDefinition, VoterKind
from backend.transparency.receipts import Receipt

NONCE_BYTES = 32
MAX_REQUEST_KEY_CHARS = 100


class Quiet(Struct, frozen=True):
    """A record made for every vote (a struct, because it is made four times faster) that says nothing of itself."""

    @override
    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


class VoterKey(Quiet, frozen=True):
    """The unit of entitlement: a card, or the serial of a paper sheet. Redeemable once per poll."""

    kind: VoterKind
    hashed: bytes


class CastBallot(Quiet, frozen=True):
    """The one command that puts a ballot into the box, whichever channel it came through.

    `choices` are decoded JSON, not yet trusted; `request_key` is drawn by the device and repeated on retry.
    """

    poll_id: str
    voter: VoterKey
    choices: object
    nonce: bytes
    channel: Channel
    request_key: str


class Acknowledgement(Quiet, frozen=True):
    """What the voter gets once the ballot is durable. `is_first` is False for a repeated request."""

    commitment: bytes
    tracking_code: str
    receipt: Receipt
    channel: Channel
    is_first: bool = True


@dataclass(frozen=True, slots=True)
class FrozenPoll:
    """The parts of a poll that cannot change from `ready` on."""

    id: str
    meeting_id: str
    org_id: str
    definition: PollDefinition
    pad_bytes: int
    choices_bytes: int


class BallotContent(Quiet, frozen=True, array_like=True):
    """What the envelope of a ballot keeps: everything that must not be read before sealing."""

    nonce: bytes
    commitment: bytes
    spelt: bytes
    channel: Channel


@dataclass(frozen=True, slots=True, repr=False)
class OpenedBallot:
    """A decrypted ballot at sealing."""

    nonce: bytes
    commitment: bytes
    choices: Choices
    channel: Channel


@dataclass(frozen=True, slots=True)
class Turnout:
    """Cards used and sheets scanned, per channel; never who."""

    cards: dict[Channel, int]
    sheets_scanned: int

    @property
    def used(self) -> int:
        """Cards redeemed in any channel; a sheet handed out counts as its card's use."""
        return sum(self.cards.values())

    @property
    def sheets_out(self) -> int:
        """Cards exchanged for a paper ballot."""
        return self.cards.get(Channel.PAPER, 0)
