"""Packs and cards: drawn in numbered packs, opened once, declared void all or none."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from backend.cards.actions import MAX_CARDS, MAX_PACK_SIZE, make_cards, open_pack, void_cards
from backend.cards.errors import PackOpen, UnknownCard
from backend.cards.models import Card
from backend.cards.queries import entitled, find_card, packs_of, voter_hash
from backend.cards.types import CardKind, NewPack
from backend.kit.errors import Invalid, NotFound
from backend.kit.keyring import Keyring
from backend.kit.settings import Settings
from backend.kit.uow import UnitOfWork
from tests.factories import make_org

MEETING = "meeting"
ELSEWHERE = "another meeting"


@pytest.fixture
def keyring(settings: Settings) -> Keyring:
    """Return the keys of the test installation."""
    return Keyring.from_settings(settings)


async def draw(
    uow: UnitOfWork, keyring: Keyring, org_id: str, *, meeting: str = MEETING, voting: int = 3, pack_size: int = 50
) -> list[NewPack]:
    wanted = {CardKind.VOTING: voting}
    return await make_cards(uow, keyring, org_id=org_id, meeting_id=meeting, wanted=wanted, pack_size=pack_size)


def codes(packs: list[NewPack]) -> list[str]:
    return [card.code for pack in packs for card in pack.cards]


async def test_make_cards_fills_packs_of_one_kind_and_goes_on_numbering(uow: UnitOfWork, keyring: Keyring) -> None:
    org = await make_org(uow)
    wanted = {CardKind.VOTING: 7, CardKind.GUEST: 3}
    packs = await make_cards(uow, keyring, org_id=org.id, meeting_id=MEETING, wanted=wanted, pack_size=3)
    packs += await draw(uow, keyring, org.id, voting=1, pack_size=3)
    await draw(uow, keyring, org.id, meeting=ELSEWHERE)
    assert [(pack.number, len(pack.cards)) for pack in packs] == [(1, 3), (2, 3), (3, 1), (4, 3), (5, 1)]
    assert [{card.kind for card in pack.cards} for pack in packs] == [
        {CardKind.VOTING},
        {CardKind.VOTING},
        {CardKind.VOTING},
        {CardKind.GUEST},
        {CardKind.VOTING},
    ]
    seen = await packs_of(uow.session, MEETING)
    assert [(pack.number, pack.size, pack.kind, pack.is_open, pack.void_count) for pack in seen] == [
        (1, 3, CardKind.VOTING, False, 0),
        (2, 3, CardKind.VOTING, False, 0),
        (3, 1, CardKind.VOTING, False, 0),
        (4, 3, CardKind.GUEST, False, 0),
        (5, 1, CardKind.VOTING, False, 0),
    ]


async def test_make_cards_stores_hashes_and_no_order(uow: UnitOfWork, keyring: Keyring) -> None:
    org = await make_org(uow)
    packs = await draw(uow, keyring, org.id, voting=20)
    printed = [voter_hash(keyring, code) for code in codes(packs)]
    assert len(set(printed)) == 20
    stored = (await uow.session.scalars(select(Card.voter_hash))).all()
    assert sorted(stored) == sorted(printed)
    columns = [column.name for column in Card.__table__.columns]
    assert columns == ["voter_hash", "pack_id", "meeting_id", "kind", "is_void"]


@pytest.mark.parametrize(
    ("voting", "pack_size"), [(1, 0), (1, MAX_PACK_SIZE + 1), (-1, 50), (MAX_CARDS + 1, 50)], ids=str
)
async def test_make_cards_numbers_out_of_range_are_refused(
    uow: UnitOfWork, keyring: Keyring, voting: int, pack_size: int
) -> None:
    with pytest.raises(Invalid, match=str(MAX_CARDS)):
        await draw(uow, keyring, "org", voting=voting, pack_size=pack_size)


async def test_make_cards_none_wanted_makes_no_pack(uow: UnitOfWork, keyring: Keyring) -> None:
    org = await make_org(uow)
    assert await draw(uow, keyring, org.id, voting=0) == []


async def test_open_pack_puts_its_cards_into_the_register_once(uow: UnitOfWork, keyring: Keyring) -> None:
    org = await make_org(uow)
    first, second = await draw(uow, keyring, org.id, voting=4, pack_size=2)
    assert list(await uow.session.scalars(entitled(MEETING))) == []
    await open_pack(uow, second.id)
    await uow.session.flush()
    expected = sorted(voter_hash(keyring, card.code) for card in second.cards)
    assert sorted(await uow.session.scalars(entitled(MEETING))) == expected
    assert [pack.is_open for pack in await packs_of(uow.session, MEETING)] == [False, True]
    with pytest.raises(PackOpen):
        await open_pack(uow, second.id)
    card = await find_card(uow.session, voter_hash(keyring, first.cards[0].code))
    assert (card.pack_id, card.meeting_id, card.is_pack_open, card.is_void) == (first.id, MEETING, False, False)


async def test_open_pack_unknown_is_not_found(uow: UnitOfWork) -> None:
    with pytest.raises(NotFound):
        await open_pack(uow, "no such pack")


async def test_find_card_nobody_printed_is_unknown(uow: UnitOfWork) -> None:
    with pytest.raises(UnknownCard):
        await find_card(uow.session, bytes(32))


@pytest.mark.both_databases
async def test_void_cards_counts_new_ones_and_takes_them_from_the_register(uow: UnitOfWork, keyring: Keyring) -> None:
    org = await make_org(uow)
    packs = await draw(uow, keyring, org.id, voting=4, pack_size=2)
    for pack in packs:
        await open_pack(uow, pack.id)
    lost, *kept = codes(packs)
    assert await void_cards(uow, keyring, org_ids=[org.id], codes=[lost, lost.lower()]) == 1
    assert await void_cards(uow, keyring, org_ids=[org.id], codes=[lost, kept[0]]) == 1
    assert (await find_card(uow.session, voter_hash(keyring, lost))).is_void
    assert [pack.void_count for pack in await packs_of(uow.session, MEETING)] == [2, 0]
    expected = sorted(voter_hash(keyring, code) for code in kept[1:])
    assert sorted(await uow.session.scalars(entitled(MEETING))) == expected


async def test_void_cards_of_another_organisation_among_them_changes_none(uow: UnitOfWork, keyring: Keyring) -> None:
    ours, theirs = await make_org(uow), await make_org(uow, "nachbar")
    own = codes(await draw(uow, keyring, ours.id))
    foreign = codes(await draw(uow, keyring, theirs.id, meeting=ELSEWHERE))
    with pytest.raises(NotFound, match="Organisation"):
        await void_cards(uow, keyring, org_ids=[ours.id], codes=[own[0], foreign[0]])
    for code in (own[0], foreign[0]):
        assert not (await find_card(uow.session, voter_hash(keyring, code))).is_void


async def test_void_cards_misspelt_code_says_what_to_check(uow: UnitOfWork, keyring: Keyring) -> None:
    with pytest.raises(UnknownCard, match="Prüfzeichen"):
        await void_cards(uow, keyring, org_ids=[], codes=["K7Q2"])
