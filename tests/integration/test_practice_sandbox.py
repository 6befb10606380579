"""A sandbox is on no list, and its removal leaves nothing but the log; what is real cannot be removed with it."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import func, select

from backend.accounts.queries import any_org_by_slug, org_by_id, org_by_slug, organisations
from backend.ballots.types import Acknowledgement
from backend.kit.db import Base
from backend.kit.errors import NotFound
from backend.meetings.queries import meetings_of
from backend.polls.types import Channel
from backend.practice.reach import reached
from backend.practice.sandbox import NotASandbox, found_sandbox, remove_sandbox
from backend.runtime import Runtime
from backend.tables import ALL_TABLES
from tests.factories import TO_PUBLISHED, Hall, make_hall, make_poll, move_poll

pytestmark = pytest.mark.both_databases

NOBODYS = {
    "outbox",
    "request_key",
    "staff_user",
    "staff_session",
    "input_rate",
    "reference_counter",
    "log_intent",
    "log_leaf",
    "log_node",
    "log_head",
    "log_payload",
    "log_payload_key",
    "log_erasure",
}
"""Tables that belong to the installation or the log; what a sandbox left in them is looked at one by one."""


async def rows(rt: Runtime) -> Counter[str]:
    """Count the rows of every table that belongs to organisations, and the people."""
    async with rt.work.read() as uow:
        counted = {
            table.name: await uow.session.scalar(select(func.count()).select_from(table))
            for table in ALL_TABLES
            if table.name not in NOBODYS - {"staff_user"}
        }
    return Counter({name: number or 0 for name, number in counted.items()})


async def an_evening_in(rt: Runtime, hall: Hall) -> None:
    """Play one poll to its publication and leave another one open."""
    poll = await make_poll(rt, hall)
    for card in hall.cards[:12]:
        answer = await rt.desk.cast_with_card(
            poll.id, card, choices=["yes"], nonce=rt.entropy.bytes(32), channel=Channel.PHONE, request_key=card
        )
        assert isinstance(answer, Acknowledgement)
    await move_poll(rt, poll, *TO_PUBLISHED)
    await make_poll(rt, hall)


async def practising(rt: Runtime, hall: Hall) -> Hall:
    """Give a running meeting in the sandbox of a hall's town."""
    played = await make_hall(rt, voting=15, slug="anderswo")
    async with rt.work.write() as uow:
        sandbox_id, _ = await found_sandbox(uow, await org_by_id(uow.session, hall.org_id))
        for table in ("meeting", "card_pack"):
            changed = Base.metadata.tables[table]
            owned = changed.c.org_id == played.org_id
            await uow.session.execute(changed.update().where(owned).values(org_id=sandbox_id))
        await uow.session.execute(
            Base.metadata.tables["organisation"]
            .delete()
            .where(Base.metadata.tables["organisation"].c.slug == "anderswo")
        )
    played.org_id = sandbox_id
    return played


def test_every_table_is_reached_or_known_to_be_nobodys() -> None:
    assert {table.name for table in ALL_TABLES} - set(reached(ALL_TABLES)) == NOBODYS


async def test_removed_sandbox_leaves_no_row_behind(rt: Runtime) -> None:
    hall = await make_hall(rt)
    await an_evening_in(rt, hall)
    before = await rows(rt)
    sandbox = await practising(rt, hall)
    await an_evening_in(rt, sandbox)
    assert (await rows(rt) - before)["sealed_ballot"] == 12
    async with rt.work.write() as uow:
        await remove_sandbox(uow, sandbox.org_id)
    assert await rows(rt) == before
    async with rt.work.write() as uow:
        await remove_sandbox(uow, sandbox.org_id)


async def test_real_organisation_is_never_removed(rt: Runtime) -> None:
    hall = await make_hall(rt)
    with pytest.raises(NotASandbox):
        async with rt.work.write() as uow:
            await remove_sandbox(uow, hall.org_id)
    async with rt.work.read() as uow:
        assert [org.id for org in await organisations(uow.session)] == [hall.org_id]


async def test_sandbox_is_on_no_list(rt: Runtime) -> None:
    hall = await make_hall(rt)
    sandbox = await practising(rt, hall)
    async with rt.work.read() as uow:
        assert [org.id for org in await organisations(uow.session)] == [hall.org_id]
        assert [meeting.id for meeting in await meetings_of(uow.session)] == [hall.meeting_id]
        with pytest.raises(NotFound):
            await org_by_slug(uow.session, "sandbox-auenfurt")
        assert (await any_org_by_slug(uow.session, "sandbox-auenfurt")).id == sandbox.org_id


async def test_second_sandbox_takes_the_place_of_the_first(rt: Runtime) -> None:
    hall = await make_hall(rt)
    tokens = []
    for _ in range(2):
        async with rt.work.write() as uow:
            _, people = await found_sandbox(uow, await org_by_id(uow.session, hall.org_id))
            tokens.append(people)
    async with rt.work.read() as uow:
        names = await uow.session.scalars(select(Base.metadata.tables["organisation"].c.slug))
        assert sorted(names) == ["auenfurt", "sandbox-auenfurt"]
    assert tokens[0] != tokens[1]
