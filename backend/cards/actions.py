"""Make cards, open packs, declare cards void.

Guarantees: codes are drawn from the CSPRNG, shown once and stored only as keyed hashes; a pack's cards are
stored in hash order, so nothing tells in which order they were printed.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, insert, select, update

from backend.cards.codes import CARD_ENTROPY_BYTES, generate
from backend.cards.errors import PackOpen
from backend.cards.models import Card, CardPack
from backend.cards.queries import voter_hash
from backend.cards.types import CardKind, NewCard, NewPack
from backend.kit.errors import Invalid, NotFound
from backend.kit.keyring import Keyring
from backend.kit.uow import UnitOfWork

MAX_CARDS = 10_000  # per request and kind
DEFAULT_PACK_SIZE = 50
MAX_PACK_SIZE = 500


async def make_cards(
    uow: UnitOfWork, keyring: Keyring, *, org_id: str, meeting_id: str, wanted: dict[CardKind, int], pack_size: int
) -> list[NewPack]:
    """Draw cards in packs of one kind each; the codes in the answer exist nowhere else.

    Raises: Invalid for numbers out of range.
    """
    if not 1 <= pack_size <= MAX_PACK_SIZE or not all(0 <= count <= MAX_CARDS for count in wanted.values()):
        detail = f"Erlaubt sind bis zu {MAX_CARDS} Karten und Packen von 1 bis {MAX_PACK_SIZE}."
        raise Invalid(detail)
    highest = await uow.session.scalar(select(func.max(CardPack.number)).where(CardPack.meeting_id == meeting_id))
    number = (highest or 0) + 1
    packs: list[NewPack] = []
    for kind, count in wanted.items():
        for start in range(0, count, pack_size):
            size = min(pack_size, count - start)
            pack = CardPack(id=uow.new_id(), org_id=org_id, meeting_id=meeting_id, number=number, kind=kind, size=size)
            packs.append(await _fill_pack(uow, keyring, pack))
            number += 1
    await uow.session.flush()
    return packs


async def _fill_pack(uow: UnitOfWork, keyring: Keyring, pack: CardPack) -> NewPack:
    uow.session.add(pack)
    kind = CardKind(pack.kind)
    codes = [generate(uow.entropy.bytes(CARD_ENTROPY_BYTES)) for _ in range(pack.size)]
    rows = [
        {"voter_hash": hashed, "pack_id": pack.id, "meeting_id": pack.meeting_id, "kind": kind, "is_void": False}
        for hashed in sorted(keyring.card_hash(code) for code in codes)
    ]
    await uow.session.flush()
    await uow.session.execute(insert(Card), rows)
    cards = tuple(NewCard(code=code, kind=kind) for code in codes)
    return NewPack(id=pack.id, number=pack.number, cards=cards)


async def open_pack(uow: UnitOfWork, pack_id: str) -> None:
    """Open a wrapped pack at the door. Raises: NotFound, PackOpen."""
    pack = await uow.session.get(CardPack, pack_id, with_for_update=True)
    if pack is None:
        raise NotFound
    if pack.opened_at is not None:
        raise PackOpen
    pack.opened_at = uow.now


async def void_cards(uow: UnitOfWork, keyring: Keyring, *, org_ids: Collection[str], codes: list[str]) -> int:
    """Declare cards void (rest of a pack, lost card); return how many were not void before.

    Raises: UnknownCard when one code is not a card of these organisations; then none is changed.
    """
    hashes = {voter_hash(keyring, code) for code in codes}
    ours = select(Card.voter_hash).join(CardPack).where(Card.voter_hash.in_(hashes), CardPack.org_id.in_(org_ids))
    known = set(await uow.session.scalars(ours))
    if known != hashes:
        raise NotFound("Mindestens eine dieser Karten gehört nicht zu Ihrer Organisation.")
    change = update(Card).where(Card.voter_hash.in_(hashes), Card.is_void.is_(False)).values(is_void=True)
    result = await uow.session.execute(change.returning(Card.voter_hash))
    return len(result.all())
