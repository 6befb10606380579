"""Who holds a card and what it did, read for everybody who comes at once.

A hall joins within seconds, and comes back within seconds when its network or its server was gone.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from backend.cards.errors import UnknownCard
from backend.cards.queries import find_cards
from backend.cards.types import KnownCard
from backend.kit.db import JsonDict
from backend.kit.together import ReadTogether
from backend.kit.uow import Work
from backend.meetings import live_state


@dataclass(frozen=True, slots=True)
class Holder:
    """A card, and in which polls of the meeting it was used; told to whoever holds it."""

    card: KnownCard
    mine: JsonDict


class Reception:
    """Holders by the hash of their card, for one meeting."""

    def __init__(self, meeting_id: str, work: Work) -> None:
        self._meeting_id = meeting_id
        self._work = work
        self._holders = ReadTogether(self._look_up)

    async def holder_of(self, hashed: bytes) -> Holder:
        """Return who holds a card. Raises: UnknownCard."""
        holder = await self._holders.get(hashed)
        if holder is None:
            raise UnknownCard
        return holder

    async def _look_up(self, hashes: Collection[bytes]) -> dict[bytes, Holder]:
        async with self._work.read() as uow:
            cards = await find_cards(uow.session, hashes)
            mine = await live_state.mine(uow.session, self._meeting_id, cards)
        return {hashed: Holder(card, mine[hashed]) for hashed, card in cards.items()}
