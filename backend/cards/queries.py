"""Reads: find a card by its code, list packs, count entitled cards."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.cards.codes import MalformedCode, parse
from backend.cards.errors import UnknownCard
from backend.cards.models import Card, CardPack
from backend.cards.types import CardKind, KnownCard, PackView
from backend.kit.keyring import Keyring

MAX_PACKS = 1_000


def voter_hash(keyring: Keyring, text: str) -> bytes:
    """Return the keyed hash of a card code as typed, scanned or pasted. Raises: UnknownCard when misspelt."""
    try:
        return keyring.card_hash(parse(text))
    except MalformedCode as error:
        detail = "Bitte prüfen Sie die Zeichen auf Ihrer Karte: 12 Zeichen und ein Prüfzeichen."
        raise UnknownCard(detail) from error


async def find_card(session: AsyncSession, hashed: bytes) -> KnownCard:
    """Return the card with this hash. Raises: UnknownCard."""
    card = (await find_cards(session, [hashed])).get(hashed)
    if card is None:
        raise UnknownCard
    return card


async def find_cards(session: AsyncSession, hashes: Collection[bytes]) -> dict[bytes, KnownCard]:
    """Return the cards with these hashes; unknown ones are missing."""
    query = (
        select(Card.voter_hash, Card.meeting_id, Card.pack_id, Card.kind, Card.is_void, CardPack.opened_at)
        .join(CardPack, CardPack.id == Card.pack_id)
        .where(Card.voter_hash.in_(hashes))
    )
    return {
        row.voter_hash: KnownCard(
            voter_hash=row.voter_hash,
            meeting_id=row.meeting_id,
            pack_id=row.pack_id,
            kind=CardKind(row.kind),
            is_void=row.is_void,
            is_pack_open=row.opened_at is not None,
        )
        for row in await session.execute(query)
    }


def entitled(meeting_id: str) -> Select[bytes]:
    """Select the voting cards of a meeting's opened packs that are not void: the register."""
    return (
        select(Card.voter_hash)
        .join(CardPack, CardPack.id == Card.pack_id)
        .where(
            Card.meeting_id == meeting_id,
            Card.kind == CardKind.VOTING,
            Card.is_void.is_(False),
            CardPack.opened_at.is_not(None),
        )
    )


async def entitled_number(session: AsyncSession, meeting_id: str) -> int:
    """Return how many cards a register taken now would hold."""
    return await session.scalar(select(func.count()).select_from(entitled(meeting_id).subquery())) or 0


async def packs_of(session: AsyncSession, meeting_id: str) -> list[PackView]:
    """Return a meeting's packs in order."""
    voids = (
        select(Card.pack_id, func.count().label("void_count"))
        .where(Card.meeting_id == meeting_id, Card.is_void.is_(True))
        .group_by(Card.pack_id)
        .subquery()
    )
    query = (
        select(CardPack.id, CardPack.number, CardPack.kind, CardPack.size, CardPack.opened_at, voids.c.void_count)
        .outerjoin(voids, voids.c.pack_id == CardPack.id)
        .where(CardPack.meeting_id == meeting_id)
        .order_by(CardPack.number)
        .limit(MAX_PACKS)
    )
    return [
        PackView(
            id=row.id,
            number=row.number,
            kind=CardKind(row.kind),
            size=row.size,
            is_open=row.opened_at is not None,
            void_count=row.void_count or 0,
        )
        for row in await session.execute(query)
    ]
