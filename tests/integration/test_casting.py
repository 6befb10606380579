"""Casting: who may, what is refused, what a repeat is told. On both databases."""

from __future__ import annotations

import secrets

import pytest

from backend.ballots.errors import AlreadyVoted, BadChoices, IdempotencyMismatch
from backend.ballots.seal import openings
from backend.ballots.types import Acknowledgement
from backend.cards.actions import void_cards
from backend.cards.errors import CardVoid, NotEntitled, NotInRegister, UnknownCard
from backend.polls.actions import NewPoll
from backend.polls.errors import PaperOnly, PollNotOpen
from backend.polls.queries import Poll
from backend.polls.types import Channel, Grade, PollState, PollType
from backend.runtime import Runtime
from backend.transparency.ballots import ballot_commitment
from backend.transparency.receipts import verify_receipt
from tests.factories import TO_PUBLISHED, TO_SEALED, YES_NO, make_hall, make_poll, move_poll

pytestmark = pytest.mark.both_databases


async def cast(
    rt: Runtime,
    poll: Poll,
    card: str,
    choices: object = ("yes",),
    *,
    key: str = "",
    nonce: bytes = b"",
    channel: Channel = Channel.PHONE,
) -> Acknowledgement:
    """Cast as a phone does."""
    return await rt.desk.cast_with_card(
        poll.id,
        card,
        choices=list(choices) if isinstance(choices, tuple) else choices,
        nonce=nonce or secrets.token_bytes(32),
        channel=channel,
        request_key=key or secrets.token_hex(16),
    )


async def test_cast_open_poll_acknowledges_with_valid_receipt(rt: Runtime) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall)
    nonce = secrets.token_bytes(32)
    answer = await cast(rt, poll, hall.cards[0], nonce=nonce)
    assert answer.commitment == ballot_commitment(poll.id, nonce, ["yes"])
    assert answer.is_first
    key = rt.keyring.receipt_key().public_key()
    verify_receipt(answer.receipt, poll=poll.id, commitment=answer.commitment, key=key)


async def test_cast_same_request_again_returns_equal_answer(rt: Runtime) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall)
    nonce = secrets.token_bytes(32)
    first = await cast(rt, poll, hall.cards[0], key="request-1", nonce=nonce)
    again = await cast(rt, poll, hall.cards[0], key="request-1", nonce=nonce)
    assert (again.commitment, again.receipt, again.is_first) == (first.commitment, first.receipt, False)


async def test_cast_same_key_other_body_is_a_mismatch(rt: Runtime) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall)
    nonce = secrets.token_bytes(32)
    await cast(rt, poll, hall.cards[0], key="request-1", nonce=nonce)
    with pytest.raises(IdempotencyMismatch):
        await cast(rt, poll, hall.cards[0], ("no",), key="request-1", nonce=nonce)


async def test_cast_used_card_names_the_first_channel(rt: Runtime) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall)
    await cast(rt, poll, hall.cards[0], channel=Channel.KIOSK)
    with pytest.raises(AlreadyVoted) as refused:
        await cast(rt, poll, hall.cards[0])
    assert refused.value.channel is Channel.KIOSK


@pytest.mark.parametrize("state", [PollState.READY])
async def test_cast_before_opening_is_refused(rt: Runtime, state: PollState) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall, state=state)
    with pytest.raises(PollNotOpen):
        await cast(rt, poll, hall.cards[0])


async def test_cast_closing_poll_still_enters_and_closed_poll_refuses(rt: Runtime) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall)
    poll = await move_poll(rt, poll, PollState.CLOSING)
    assert (await cast(rt, poll, hall.cards[0])).is_first
    poll = await move_poll(rt, poll, PollState.CLOSED)
    with pytest.raises(PollNotOpen):
        await cast(rt, poll, hall.cards[1])


async def test_cast_cards_that_may_not_vote_are_refused_by_name(rt: Runtime) -> None:
    hall = await make_hall(rt)
    other = await make_hall(rt, slug="talbrunn")
    async with rt.work.write() as uow:
        await void_cards(uow, rt.keyring, org_ids=[hall.org_id], codes=[hall.cards[1]])
    poll = await make_poll(rt, hall)
    async with rt.work.write() as uow:
        await void_cards(uow, rt.keyring, org_ids=[hall.org_id], codes=[hall.cards[2]])
    cases = [
        ("K7Q2-9WDM-X4TR-5", UnknownCard),
        ("nonsense", UnknownCard),
        (hall.guests[0], NotEntitled),
        (hall.cards[1], CardVoid),
        (hall.cards[2], CardVoid),
        (other.cards[0], NotInRegister),
    ]
    for card, error in cases:
        with pytest.raises(error):
            await cast(rt, poll, card)


@pytest.mark.parametrize("choices", [["maybe"], ["yes", "no"], "yes", {"yes": 1}, [1], None, [["yes"]]])
async def test_cast_choices_outside_the_type_are_refused(rt: Runtime, choices: object) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall)
    with pytest.raises(BadChoices):
        await cast(rt, poll, hall.cards[0], choices)


async def test_cast_secret_poll_by_phone_is_sent_to_paper(rt: Runtime) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(
        rt, hall, NewPoll(type=PollType.YESNO, question={"de": "?"}, options=YES_NO, grade=Grade.SECRET)
    )
    with pytest.raises(PaperOnly):
        await cast(rt, poll, hall.cards[0])


async def test_cast_changeable_poll_replaces_the_ballot(rt: Runtime) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(
        rt, hall, NewPoll(type=PollType.YESNO, question={"de": "?"}, options=YES_NO, change_until_close=True)
    )
    await cast(rt, poll, hall.cards[0], ("yes",))
    await cast(rt, poll, hall.cards[0], ("no",))
    poll = await move_poll(rt, poll, *TO_SEALED)
    async with rt.work.read() as uow:
        assert [ballot.choices for ballot in await openings(uow.session, poll.id)] == [["no"]]


async def test_seal_keeps_every_acknowledged_ballot_and_its_key_is_gone(rt: Runtime) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall)
    answers = [await cast(rt, poll, card, (("yes", "no")[index % 2],)) for index, card in enumerate(hall.cards)]
    poll = await move_poll(rt, poll, *TO_PUBLISHED)
    async with rt.work.read() as uow:
        opened = await openings(uow.session, poll.id)
    committed = {ballot_commitment(poll.id, ballot.nonce, ballot.choices) for ballot in opened}
    assert committed == {answer.commitment for answer in answers}


async def test_cast_after_sealing_says_already_voted(rt: Runtime) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall)
    await cast(rt, poll, hall.cards[0])
    poll = await move_poll(rt, poll, *TO_SEALED)
    with pytest.raises(AlreadyVoted):
        await cast(rt, poll, hall.cards[0])
