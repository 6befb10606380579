"""What sealing, publishing and signing leave behind: partitions, log entries, events, the result in exact words."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import func, select

from backend.accounts.types import Role
from backend.ballots._box import Ballot, CastRequest
from backend.ballots.cast import Prepared
from backend.ballots.errors import AlreadyVoted
from backend.ballots.models import CountRecordRow
from backend.ballots.results import count_record, public_result, sign_count
from backend.ballots.seal import seal_poll
from backend.ballots.types import Acknowledgement
from backend.kit.errors import Invalid
from backend.kit.stream import Event, events_since, last_seq
from backend.kit.tables import OutboxRow
from backend.polls.actions import lock_poll
from backend.polls.errors import PollNotOpen, StaleVersion
from backend.polls.queries import Poll
from backend.polls.types import Channel, PollState
from backend.runtime import Runtime
from backend.transparency.models import IntentRow
from backend.transparency.types import LogType
from tests.factories import (
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


async def vote(rt: Runtime, poll: Poll, hall: Hall, voters: int) -> list[Acknowledgement]:
    """Let the first cards of a hall vote."""
    return [await rt.desk.cast(command(poll, card_key(rt, card))) for card in hall.cards[:voters]]


async def left_in_partition(rt: Runtime, poll: Poll) -> tuple[int, int]:
    """Return how many ballots and request keys a poll holds."""
    async with rt.work.read() as uow:
        counts = [
            await uow.session.scalar(select(func.count()).select_from(table).where(table.poll_id == poll.id))
            for table in (Ballot, CastRequest)
        ]
    return counts[0] or 0, counts[1] or 0


async def logged(rt: Runtime, kind: LogType, poll: Poll) -> list[dict[str, object]]:
    """Return the public bodies recorded about a poll."""
    async with rt.work.read() as uow:
        rows = await uow.session.scalars(select(IntentRow).where(IntentRow.type == kind).order_by(IntentRow.id))
        entries = [json.loads(row.entry or b"{}") for row in rows]
    return [entry["public"] for entry in entries if entry["public"].get("poll") == poll.id]


async def told(rt: Runtime, hall: Hall, kind: str) -> list[Event]:
    """Return the events of a kind the hall was told."""
    async with rt.work.read() as uow:
        newest = await last_seq(uow.session, hall.meeting_id)
        events = await events_since(uow.session, hall.meeting_id, max(0, newest - 20))
    return [event for event in events or [] if event.kind == kind]


async def test_sealing_empties_this_partition_and_no_other(rt: Runtime) -> None:
    hall = await make_hall(rt)
    poll, other = await make_poll(rt, hall), await make_poll(rt, hall)
    await vote(rt, poll, hall, 3)
    await vote(rt, other, hall, 2)
    await move_poll(rt, poll, *TO_SEALED)
    assert await left_in_partition(rt, poll) == (0, 0)
    assert await left_in_partition(rt, other) == (2, 2)


async def test_sealing_logs_every_commitment_and_the_totals(rt: Runtime) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall)
    given = await vote(rt, poll, hall, 3)
    await move_poll(rt, poll, *TO_SEALED)
    batches = await logged(rt, LogType.BALLOT_BATCH, poll)
    assert [batch["commitments"] for batch in batches] == [sorted(each.commitment.hex() for each in given)]
    (sealed,) = await logged(rt, LogType.POLL_SEALED, poll)
    assert (sealed["n"], sealed["valid"], sealed["totals"]) == (3, 3, {"yes": 3, "no": 0, "abst": 0})


async def test_sealing_orders_the_key_to_be_destroyed_and_tells_the_hall(rt: Runtime) -> None:
    hall = await make_hall(rt)
    poll = await move_poll(rt, await make_poll(rt, hall), *TO_SEALED)
    async with rt.work.read() as uow:
        order = await uow.session.scalar(select(OutboxRow).where(OutboxRow.topic == "poll.destroy_key"))
    assert order is not None
    assert order.payload == {"poll_id": poll.id}
    assert [event.payload["poll"]["id"] for event in await told(rt, hall, "poll.sealed")] == [poll.id]


async def test_sealing_returns_the_record_it_keeps(rt: Runtime) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall)
    await vote(rt, poll, hall, 2)
    poll = await move_poll(rt, poll, *TO_SEALED[:-1])
    async with rt.work.write() as uow:
        row = await lock_poll(uow, poll.id)
        facts = await rt.lifecycle.facts_of(uow.session, row)
        record = await seal_poll(uow, row, version=poll.version, keys=rt.poll_keys, facts=facts)
    assert record.content["ballots"] == 2


async def test_publishing_is_logged_once_and_revealing_not(rt: Runtime) -> None:
    hall = await make_hall(rt)
    poll = await move_poll(rt, await make_poll(rt, hall), *TO_PUBLISHED[:-1])
    assert await logged(rt, LogType.POLL_PUBLISHED, poll) == []
    await move_poll(rt, poll, PollState.PUBLISHED)
    assert await logged(rt, LogType.POLL_PUBLISHED, poll) == [{"poll": poll.id}]


async def test_revealing_tells_the_hall_the_result(rt: Runtime) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall)
    await vote(rt, poll, hall, 1)
    await move_poll(rt, poll, *TO_PUBLISHED[:-1])
    (event,) = await told(rt, hall, "poll.revealed")
    assert event.payload["result"]["totals"] == {"yes": 1, "no": 0, "abst": 0}


async def test_step_with_a_version_from_before_the_last_one_is_late(rt: Runtime) -> None:
    hall = await make_hall(rt)
    draft = await make_poll(rt, hall, state=PollState.DRAFT)
    await move_poll(rt, draft, PollState.READY, PollState.OPEN)
    with pytest.raises(StaleVersion):
        await move_poll(rt, draft, PollState.OPEN)


async def test_step_to_another_state_with_the_version_of_the_last_click_is_late(rt: Runtime) -> None:
    hall = await make_hall(rt)
    draft = await make_poll(rt, hall, state=PollState.DRAFT)
    await move_poll(rt, draft, PollState.READY)
    with pytest.raises(StaleVersion):
        await move_poll(rt, draft, PollState.OPEN)


async def test_public_result_says_this_and_nothing_else(rt: Runtime) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall)
    await vote(rt, poll, hall, 2)
    with pytest.raises(AlreadyVoted):
        await vote(rt, poll, hall, 1)
    await rt.desk.cast(command(poll, card_key(rt, hall.cards[2]), "abst"))
    poll = await move_poll(rt, poll, *TO_PUBLISHED[:-1])
    async with rt.work.read() as uow:
        result = await public_result(uow.session, poll)
        record = await count_record(uow.session, poll.id)
    assert record["poll"] == poll.id
    assert result == {
        "state": "revealed",
        "status": "counted",
        "ballots": 3,
        "valid": 3,
        "invalid": 0,
        "blank": 0,
        "abstain": 1,
        "rejected_duplicates": 1,
        "entitled": 20,
        "used": 3,
        "cards": {"phone": 3},
        "totals": {"yes": 2, "no": 0, "abst": 1},
        "by_channel": None,
        "withheld": "too_few",
        "n_min": 10,
        "method": {"name": "majority", "share_of_yes": "1"},
    }


async def test_second_signature_confirms_logs_and_tells_the_hall(rt: Runtime) -> None:
    hall = await make_hall(rt)
    poll = await move_poll(rt, await make_poll(rt, hall), *TO_SEALED)
    async with rt.work.write() as uow:
        people = [await make_person(uow, name, hall.org_id, Role.TELLER) for name in ("anna", "berta", "carla")]
    for person, confirmed in zip(people, (0, 1, 1), strict=True):
        async with rt.work.write() as uow:
            await sign_count(uow, poll.id, user_id=person)
        said = [{"poll": poll.id, "ok": True, "signatures": 2}]
        assert await logged(rt, LogType.CHANNEL_RECONCILED, poll) == said[:confirmed]
        events = [event.payload for event in await told(rt, hall, "poll.confirmed")]
        assert events == [{"poll": {"id": poll.id, "state": "sealed"}}][:confirmed]


async def test_open_equation_is_signed_with_a_reason_of_five_letters_and_not_of_four(rt: Runtime) -> None:
    hall = await make_hall(rt)
    poll = await move_poll(rt, await make_poll(rt, hall), *TO_SEALED)
    async with rt.work.write() as uow:
        (await uow.session.get_one(CountRecordRow, poll.id)).is_balanced = False
        person = await make_person(uow, "anna", hall.org_id, Role.TELLER)
    async with rt.work.write() as uow:
        with pytest.raises(Invalid):
            await sign_count(uow, poll.id, user_id=person, reason=" vier ")
        assert await sign_count(uow, poll.id, user_id=person, reason="Grund") == 1


async def test_desk_prepares_at_once_what_it_has_met_and_only_that(rt: Runtime) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall)

    def at_once(request_key: str = "k") -> Prepared | None:
        return rt.desk.prepared_at_once(
            poll.id, hall.cards[0], choices=["yes"], nonce=bytes(32), channel=Channel.PHONE, request_key=request_key
        )

    assert at_once() is None
    await rt.desk.frozen(poll.id)  # the poll is known now, its register is not
    assert at_once() is None
    await rt.desk.voter(poll.id, hall.cards[0])
    ballot = at_once()
    assert ballot is not None
    assert ballot.voter == (poll.id, card_key(rt, hall.cards[0]).hashed)
    with pytest.raises(Invalid):
        at_once(request_key="")


async def test_draft_has_nothing_frozen(rt: Runtime) -> None:
    draft = await make_poll(rt, await make_hall(rt), state=PollState.DRAFT)
    with pytest.raises(PollNotOpen):
        await rt.desk.frozen(draft.id)
