"""Steps of a poll after casting: closing, sealing, results, signatures, openings, at their edges."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import replace

import msgspec
import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from backend.ballots import envelope
from backend.ballots._box import Ballot
from backend.ballots.errors import CorruptBox
from backend.ballots.lifecycle import Lifecycle
from backend.ballots.record import OutsideFacts
from backend.ballots.results import (
    AlreadySigned,
    NotPublished,
    NotRevealed,
    count_record,
    public_result,
    published_openings,
    published_result,
    sign_count,
)
from backend.ballots.seal import BatchesOpen, openings
from backend.ballots.types import BallotContent
from backend.kit.entropy import SystemEntropy
from backend.kit.errors import Invalid, NotFound
from backend.polls.actions import NewPoll
from backend.polls.errors import InvalidTransition, PollNotOpen
from backend.polls.models import PollRow
from backend.polls.queries import Poll, get_poll
from backend.polls.types import Channel, PollState, PollType
from backend.runtime import Runtime
from tests.factories import (
    ABC,
    TO_PUBLISHED,
    TO_SEALED,
    Hall,
    card_key,
    command,
    make_hall,
    make_person,
    make_poll,
    move_poll,
)


def with_facts(rt: Runtime, facts: OutsideFacts) -> Lifecycle:
    """Return the steps of polls for a hall of which this is known."""

    async def known(_session: AsyncSession, _row: PollRow) -> OutsideFacts:
        await asyncio.sleep(0)
        return facts

    return Lifecycle(keys=rt.poll_keys, facts_of=known)


async def seal_with(rt: Runtime, poll: Poll, facts: OutsideFacts) -> Poll:
    poll = await move_poll(rt, poll, *TO_SEALED[:-1])
    async with rt.work.write() as uow:
        return await with_facts(rt, facts).transition(uow, poll.id, PollState.SEALED, version=poll.version)


# --- steps and sealing --------------------------------------------------------------------------------------------


async def test_transition_same_click_twice_changes_nothing(rt: Runtime) -> None:
    hall = await make_hall(rt)
    ready = await make_poll(rt, hall, state=PollState.READY)
    opened = await move_poll(rt, ready, PollState.OPEN)
    again = await move_poll(rt, ready, PollState.OPEN)
    assert (again.state, again.version) == (PollState.OPEN, opened.version)


async def test_transition_back_to_draft_is_no_step(rt: Runtime) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall, state=PollState.READY)
    with pytest.raises(InvalidTransition):
        await move_poll(rt, poll, PollState.DRAFT)


async def test_cancel_needs_a_reason_and_ends_the_poll(rt: Runtime) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall)
    with pytest.raises(Invalid):
        await move_poll(rt, poll, PollState.CANCELLED, reason=" kurz")
    poll = await move_poll(rt, poll, PollState.CANCELLED, reason="Die Frage war falsch gestellt.")
    assert poll.state is PollState.CANCELLED
    with pytest.raises(PollNotOpen):
        await rt.desk.cast(command(poll, card_key(rt, hall.cards[0])))


async def test_close_if_due_closes_once_and_leaves_what_was_moved_meanwhile(rt: Runtime) -> None:
    hall = await make_hall(rt)
    poll = await move_poll(rt, await make_poll(rt, hall), PollState.CLOSING)
    states = []
    for version in (poll.version - 1, poll.version, poll.version + 1):
        async with rt.work.write() as uow:
            await rt.lifecycle.close_if_due(uow, poll.id, version=version)
            states.append((await get_poll(uow.session, poll.id)).state)
    assert states == [PollState.CLOSING, PollState.CLOSED, PollState.CLOSED]


async def test_seal_with_open_batches_is_refused(rt: Runtime) -> None:
    hall = await make_hall(rt)
    with pytest.raises(BatchesOpen):
        await seal_with(rt, await make_poll(rt, hall), OutsideFacts(open_batches=1))


async def test_seal_without_ballots_gives_an_empty_record(rt: Runtime) -> None:
    hall = await make_hall(rt)
    poll = await move_poll(rt, await make_poll(rt, hall), *TO_SEALED)
    async with rt.work.read() as uow:
        record = await count_record(uow.session, poll.id)
        assert await openings(uow.session, poll.id) == []
    assert (record["ballots"], record["status"]) == (0, "counted")


@pytest.mark.parametrize(
    "content",
    [
        BallotContent(bytes(32), bytes(32), b'["yes"]', Channel.PHONE),
        BallotContent(bytes(32), secrets.token_bytes(32), b'["no"]', Channel.PAPER),
    ],
)
async def test_seal_ballot_that_does_not_match_its_commitment_stops(rt: Runtime, content: BallotContent) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall)
    plain = msgspec.msgpack.encode(content)
    key = rt.poll_keys.get(poll.id)
    sealed = envelope.seal(key, poll.id, plain, size=256, entropy=SystemEntropy())
    async with rt.work.write() as uow:
        await uow.session.execute(insert(Ballot).values(poll_id=poll.id, ballot_id=bytes(16), sealed=sealed))
    poll = await move_poll(rt, poll, *TO_SEALED[:-1])
    with pytest.raises(CorruptBox):
        await move_poll(rt, poll, PollState.SEALED)
    async with rt.work.read() as uow:
        assert (await get_poll(uow.session, poll.id)).state is PollState.COUNTING


# --- results ------------------------------------------------------------------------------------------------------


async def voted(rt: Runtime, hall: Hall, new: NewPoll | None = None, *choices: object, number: int = 3) -> Poll:
    poll = await make_poll(rt, hall, new)
    for card in hall.cards[:number]:
        await rt.desk.cast(command(poll, card_key(rt, card), *choices))
    return poll


async def test_result_appears_with_the_reveal_and_not_before(rt: Runtime) -> None:
    hall = await make_hall(rt)
    poll = await voted(rt, hall)
    async with rt.work.read() as uow:
        with pytest.raises(NotFound):
            await count_record(uow.session, poll.id)
        with pytest.raises(NotRevealed):
            await public_result(uow.session, replace(poll, state=PollState.REVEALED))
    poll = await move_poll(rt, poll, *TO_SEALED)
    async with rt.work.read() as uow:
        with pytest.raises(NotRevealed):
            await public_result(uow.session, poll)
        assert await published_result(uow.session, poll.id) is None
    poll = await move_poll(rt, poll, PollState.REVEALED)
    async with rt.work.read() as uow:
        result = await published_result(uow.session, poll.id)
        record = await count_record(uow.session, poll.id)
    assert result is not None
    assert result["totals"] == {"yes": 3, "no": 0, "abst": 0}
    assert (result["state"], result["status"], result["entitled"], result["used"]) == ("revealed", "counted", 20, 3)
    assert (result["by_channel"], result["withheld"]) == (None, "too_few")
    assert record["by_channel"]["phone"]["totals"] == result["totals"]


async def test_result_shows_channels_when_all_are_large_enough(rt: Runtime) -> None:
    hall = await make_hall(rt)
    poll = await voted(rt, hall, number=12)
    for card in hall.cards[12:14]:
        await rt.desk.cast(command(poll, card_key(rt, card), "no"))
    poll = await move_poll(rt, poll, *TO_SEALED, PollState.REVEALED)
    async with rt.work.read() as uow:
        result = await public_result(uow.session, poll)
    assert result["by_channel"] == {"phone": {"yes": 12, "no": 2, "abst": 0}}
    assert result["withheld"] is None


async def test_sign_count_two_persons_confirm_it(rt: Runtime) -> None:
    hall = await make_hall(rt)
    poll = await voted(rt, hall)
    async with rt.work.write() as uow:
        first, second = [await make_person(uow, name, hall.org_id) for name in ("weber", "yilmaz")]
        with pytest.raises(NotFound):
            await sign_count(uow, poll.id, user_id=first)
    poll = await move_poll(rt, poll, *TO_SEALED)
    async with rt.work.write() as uow:
        assert await sign_count(uow, poll.id, user_id=first) == 1
        with pytest.raises(AlreadySigned):
            await sign_count(uow, poll.id, user_id=first)
        assert (await count_record(uow.session, poll.id))["status"] == "counted"
        assert await sign_count(uow, poll.id, user_id=second, reason="  ") == 2
        record = await count_record(uow.session, poll.id)
    assert record["status"] == "confirmed"
    assert {each["user"] for each in record["signatures"]} == {first, second}
    assert [each["reason"] for each in record["signatures"]] == [None, None]


async def test_sign_count_that_does_not_add_up_needs_a_reason(rt: Runtime) -> None:
    hall = await make_hall(rt)
    poll = await seal_with(rt, await voted(rt, hall), OutsideFacts(people_counted=2))
    async with rt.work.write() as uow:
        person = await make_person(uow, "weber", hall.org_id)
        with pytest.raises(Invalid, match="Gleichung"):
            await sign_count(uow, poll.id, user_id=person, reason=" kurz ")
        assert await sign_count(uow, poll.id, user_id=person, reason=" Eine ging. ") == 1
        record = await count_record(uow.session, poll.id)
    assert (record["status"], record["balanced"]) == ("provisional", False)
    assert record["signatures"] == [{"user": person, "reason": "Eine ging."}]


async def test_openings_are_public_after_publication_only(rt: Runtime) -> None:
    hall = await make_hall(rt)
    poll = await move_poll(rt, await voted(rt, hall), *TO_SEALED, PollState.REVEALED)
    async with rt.work.read() as uow:
        with pytest.raises(NotPublished):
            await published_openings(uow.session, poll)
    poll = await move_poll(rt, poll, PollState.PUBLISHED)
    async with rt.work.read() as uow:
        assert (await published_openings(uow.session, poll)).count(b"\n") == 3


async def test_openings_of_few_rankings_stay_closed(rt: Runtime) -> None:
    hall = await make_hall(rt)
    ranking = NewPoll(type=PollType.RANKING, question={"de": "?"}, options=ABC)
    poll = await move_poll(rt, await voted(rt, hall, ranking, "a", "b", number=9), *TO_PUBLISHED)
    async with rt.work.read() as uow:
        with pytest.raises(NotPublished):
            await published_openings(uow.session, poll)
