"""What a card is and what can be said of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from backend.cards.codes import CardCode


class CardKind(StrEnum):
    """A voting card votes; a guest card asks and comments."""

    VOTING = "voting"
    GUEST = "guest"


@dataclass(frozen=True, slots=True)
class KnownCard:
    """A card the installation has printed."""

    voter_hash: bytes
    meeting_id: str
    pack_id: str
    kind: CardKind
    is_void: bool
    is_pack_open: bool


@dataclass(frozen=True, slots=True)
class NewCard:
    """A freshly drawn card; its code is shown once, for printing, and never stored."""

    code: CardCode
    kind: CardKind


@dataclass(frozen=True, slots=True)
class NewPack:
    """A freshly made pack with its cards."""

    id: str
    number: int
    cards: tuple[NewCard, ...]


@dataclass(frozen=True, slots=True)
class PackView:
    """A pack as the door sees it."""

    id: str
    number: int
    kind: CardKind
    size: int
    is_open: bool
    void_count: int
