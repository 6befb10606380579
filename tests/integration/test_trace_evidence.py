"""Polls as evidence: what the hall has seen counts, what it has not stays hidden; the reads of a trace stay few."""

from __future__ import annotations

import secrets
from dataclasses import replace

import pytest
from sqlalchemy import event, update

from backend.decisions.actions.weigh import publish_weighing, submit_weighing, write_weighing
from backend.decisions.facts import PollFact
from backend.decisions.queries.available_polls import choosable_evidence
from backend.decisions.queries.trace import trace_of_contribution
from backend.decisions.queries.weighing_desk import DeskTopic, weighing_panel
from backend.decisions.steps import Grouped
from backend.decisions.types import Evidence
from backend.kit.clock import FixedClock
from backend.meetings.models import MeetingRow
from backend.polls.actions import NewPoll
from backend.polls.queries import Poll
from backend.polls.types import Channel, Method, PollType
from backend.runtime import Runtime
from tests.factories import ABC, TO_PUBLISHED, make_hall, make_poll, move_poll
from tests.integration.decision_setup import ANNA, BEN, TOILET, TREES, Case, contribute, decided, grouped, proposal

RANKING = NewPoll(
    type=PollType.RANKING, question={"de": "Welche Trasse?"}, options=ABC, max_choices=3, method=Method.SCHULZE
)


async def vote(rt: Runtime, new: NewPoll | None, ballots: list[list[str]], case: Case, *, publish: bool = True) -> Poll:
    """Hold a poll in a meeting of the consultation."""
    hall = await make_hall(rt, slug="halle")
    poll = await make_poll(rt, hall, new)
    for card, choices in zip(hall.cards, ballots, strict=False):
        await rt.desk.cast_with_card(
            poll.id,
            card,
            choices=choices,
            nonce=secrets.token_bytes(32),
            channel=Channel.PHONE,
            request_key=secrets.token_hex(16),
        )
    if publish:
        poll = await move_poll(rt, poll, *TO_PUBLISHED)
    async with rt.work.write() as uow:
        wanted = update(MeetingRow).where(MeetingRow.id == hall.meeting_id)
        await uow.session.execute(wanted.values(consultation_id=case.consultation_id))
    return poll


async def weigh(rt: Runtime, case: Case, *evidence: Evidence) -> None:
    """Publish a refusal of the toilet that points to polls."""
    topic = case.topics[TOILET]
    async with rt.work.write() as uow:
        await write_weighing(uow, topic, replace(proposal(), evidence=evidence), by=ANNA)
        await submit_weighing(uow, topic, by=ANNA)
        await publish_weighing(uow, topic, by=BEN)


async def polls_shown(rt: Runtime, case: Case) -> tuple[PollFact, ...]:
    """Return the polls of the trace's topic step."""
    async with rt.work.read() as uow:
        trace = await trace_of_contribution(uow.session, case.refs[TOILET][0])
    return next(step.polls for step in trace.steps if isinstance(step, Grouped))


async def test_evidence_of_a_published_poll_stands_in_the_trace(rt: Runtime, clock: FixedClock) -> None:
    case = await grouped(rt.work, clock)
    poll = await vote(rt, None, [["yes"]] * 12 + [["no"]] * 3, case)
    await weigh(rt, case, Evidence(poll.id, "yes"), Evidence("unknown"))
    (shown,) = await polls_shown(rt, case)
    assert (shown.count, shown.valid, shown.option) == (12, 15, {"de": "Ja"})
    async with rt.work.read() as uow:
        offered = await choosable_evidence(uow.session, case.consultation_id)
        panel = await weighing_panel(uow.session, DeskTopic(case.topics[TOILET], {}, 2, None))
    assert {each.key: each.count for each in offered} == {f"{poll.id}:yes": 12, f"{poll.id}:no": 3}
    assert panel.goes_against == shown


async def test_evidence_of_a_ranking_counts_first_places_of_the_winner(rt: Runtime, clock: FixedClock) -> None:
    case = await grouped(rt.work, clock)
    ballots = [["b", "a", "c"]] * 6 + [["a", "b", "c"]] * 4 + [["c", "b", "a"]]
    poll = await vote(rt, RANKING, ballots, case)
    await weigh(rt, case, Evidence(poll.id))
    (shown,) = await polls_shown(rt, case)
    assert (shown.count, shown.valid, shown.option) == (6, 11, {"de": "Birne"})


async def test_evidence_of_an_open_poll_is_not_shown(rt: Runtime, clock: FixedClock) -> None:
    case = await grouped(rt.work, clock)
    poll = await vote(rt, None, [["yes"]], case, publish=False)
    await weigh(rt, case, Evidence(poll.id, "yes"))
    assert await polls_shown(rt, case) == ()
    async with rt.work.read() as uow:
        assert await choosable_evidence(uow.session, case.consultation_id) == []


@pytest.mark.both_databases
async def test_trace_takes_the_same_number_of_reads_whatever_its_size(rt: Runtime, clock: FixedClock) -> None:
    case = await decided(rt.work, clock)

    async def reads() -> int:
        statements: list[str] = []

        def note(*arguments: object) -> None:
            statements.append(str(arguments[2]))

        event.listen(rt.db.reader.sync_engine, "before_cursor_execute", note)
        async with rt.work.read() as uow:
            await trace_of_contribution(uow.session, case.refs[TREES][0])
        event.remove(rt.db.reader.sync_engine, "before_cursor_execute", note)
        return len(statements)

    few = await reads()
    case.later(-26)  # back to when people could write
    async with rt.work.write() as uow:
        for number in range(10):
            await contribute(uow, case.consultation_id, f"Noch ein Gedanke, Nummer {number}.")
    assert await reads() == few <= 20
