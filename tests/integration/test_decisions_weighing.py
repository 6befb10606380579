"""Weighing a topic: a reason is needed, two people are needed, what a body saw stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from backend.consultations.rules import local_day
from backend.decisions.actions.deliberate import record_deliberation
from backend.decisions.actions.weigh import (
    newest_version,
    publish_weighing,
    return_weighing,
    submit_weighing,
    write_weighing,
)
from backend.decisions.errors import Frozen, Incomplete, SamePerson, WrongStage
from backend.decisions.models import WeighingRow
from backend.decisions.standings import published_weighings
from backend.decisions.types import Outcome, WeighingState
from backend.kit.clock import FixedClock
from backend.kit.uow import Work
from backend.transparency.models import IntentRow
from tests.integration.decision_setup import ANNA, BEN, TOILET, grouped, proposal, sitting, weighed

pytestmark = pytest.mark.both_databases


async def test_weigh_same_writer_overwrites_the_draft_another_begins_a_version(work: Work, clock: FixedClock) -> None:
    case = await grouped(work, clock)
    topic = case.topics[TOILET]
    async with work.write() as uow:
        first = await write_weighing(uow, topic, proposal(), by=ANNA)
        again = await write_weighing(uow, topic, proposal(Outcome.NOTED), by=ANNA)
        other = await write_weighing(uow, topic, proposal(Outcome.PARTLY), by=BEN)
        newest = await newest_version(uow.session, topic)
    assert first == again != other
    assert newest is not None
    assert (newest.version, newest.proposal, newest.state) == (2, Outcome.PARTLY, WeighingState.DRAFT)


async def test_submit_without_reason_is_refused(work: Work, clock: FixedClock) -> None:
    case = await grouped(work, clock)
    async with work.write() as uow:
        await write_weighing(uow, case.topics[TOILET], replace(proposal(), reason={"ls": "Zu teuer."}), by=ANNA)
        with pytest.raises(Incomplete) as refused:
            await submit_weighing(uow, case.topics[TOILET], by=ANNA)
    assert refused.value.extra["gaps"] == [{"code": "reason", "subject": case.topics[TOILET]}]


async def test_publish_by_the_writer_is_refused_by_another_is_logged(work: Work, clock: FixedClock) -> None:
    case = await grouped(work, clock)
    topic = case.topics[TOILET]
    async with work.write() as uow:
        weighing = await write_weighing(uow, topic, proposal(), by=ANNA)
        with pytest.raises(WrongStage):
            await publish_weighing(uow, topic, by=BEN)
        await submit_weighing(uow, topic, by=ANNA)
        with pytest.raises(SamePerson):
            await publish_weighing(uow, topic, by=ANNA)
        await publish_weighing(uow, topic, by=BEN)
        row = await uow.session.get_one(WeighingRow, weighing)
        key = await uow.session.scalar(
            select(IntentRow.dedup_key).where(IntentRow.dedup_key == f"weighing.published:{weighing}")
        )
    assert key
    assert (row.state, row.approved_by) == (WeighingState.PUBLISHED, BEN)
    assert row.plain_language_due == date(2027, 3, 25)


async def test_return_gives_the_draft_back(work: Work, clock: FixedClock) -> None:
    case = await grouped(work, clock)
    topic = case.topics[TOILET]
    async with work.write() as uow:
        await write_weighing(uow, topic, proposal(), by=ANNA)
        await submit_weighing(uow, topic, by=ANNA)
        with pytest.raises(SamePerson):
            await return_weighing(uow, topic, by=ANNA)
        await return_weighing(uow, topic, by=BEN)
        await write_weighing(uow, topic, proposal(Outcome.PARTLY), by=ANNA)
        newest = await newest_version(uow.session, topic)
    assert newest is not None
    assert newest.version == 1


async def test_publish_after_a_body_met_allows_plain_language_only(work: Work, clock: FixedClock) -> None:
    case = await weighed(work, clock)
    topic = case.topics[TOILET]
    async with work.write() as uow:
        await record_deliberation(uow, case.paper_id, sitting(case, 1), by=ANNA)
        await write_weighing(uow, topic, proposal(Outcome.ADOPTED), by=ANNA)
        await submit_weighing(uow, topic, by=ANNA)
        with pytest.raises(Frozen):
            await publish_weighing(uow, topic, by=BEN)
        await return_weighing(uow, topic, by=BEN)
        easy = replace(proposal(), reason={"de": "Das ist zu teuer.", "ls": "Das kostet viel Geld."})
        await write_weighing(uow, topic, easy, by=ANNA)
        await submit_weighing(uow, topic, by=ANNA)
        await publish_weighing(uow, topic, by=BEN)
        public = (await published_weighings(uow.session, [topic]))[topic]
    assert [row.version for row in public] == [1, 2]
    assert public[-1].reason["ls"]
    assert public[0].published_at is not None
    assert local_day(public[0].published_at) == date(2027, 3, 11)
