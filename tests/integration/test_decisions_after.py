"""After a decision: milestones with their history, answers by channel, retractions with a reason."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, update

from backend.consultations.models import ContactRow
from backend.decisions.actions.answer import AlreadyAnswered, NoAddress, send_feedback
from backend.decisions.actions.milestones import change_milestone
from backend.decisions.actions.retract import retract
from backend.decisions.errors import SamePerson, UnknownTrace, WrongStage
from backend.decisions.models import FeedbackRow, MilestoneVersion
from backend.decisions.queries.clock import answer_clock
from backend.decisions.queries.trace import trace_of_contribution, trace_of_decision
from backend.decisions.rules import Light
from backend.decisions.standings import newest_effects
from backend.decisions.types import Medium, MilestoneDraft, MilestoneState, StepKind
from backend.kit.clock import FixedClock
from backend.kit.errors import Invalid
from backend.kit.tables import OutboxRow
from backend.kit.uow import Work
from tests.integration.decision_setup import ANNA, BEN, TOILET, TREES, decided

ANSWER = {"de": "Vielen Dank für Ihren Beitrag."}
START = MilestoneDraft({"de": "Baubeginn"}, date(2028, 3, 1))


async def test_milestone_keeps_every_version(work: Work, clock: FixedClock) -> None:
    case = await decided(work, clock)
    delayed = MilestoneDraft({"de": "Baubeginn"}, date(2028, 5, 1), MilestoneState.DELAYED)
    contribution = await case.contribution_id(case.refs[TREES][0])
    async with work.write() as uow:
        uow.session.add(ContactRow(contribution_id=contribution, sealed=b"x", created_at=uow.now, confirmed_at=uow.now))
        await uow.session.flush()
        milestone = await change_milestone(uow, case.decision_id, START, by=ANNA)
        await change_milestone(uow, case.decision_id, delayed, by=ANNA, milestone_id=milestone)
        query = select(MilestoneVersion.due).where(MilestoneVersion.milestone_id == milestone)
        history = list(await uow.session.scalars(query.order_by(MilestoneVersion.version)))
        mails = list(await uow.session.scalars(select(OutboxRow.payload).where(OutboxRow.topic == "mail")))
    assert history == [date(2028, 3, 1), date(2028, 5, 1)]
    assert [mail["about"] for mail in mails] == [f"{milestone}:{version}:{contribution}" for version in (1, 2)]


async def test_milestone_history_cannot_be_rewritten(work: Work, clock: FixedClock) -> None:
    case = await decided(work, clock)
    async with work.write() as uow:
        await change_milestone(uow, case.decision_id, START, by=ANNA)
    with pytest.raises(Exception, match="append-only"):
        async with work.write() as uow:
            await uow.session.execute(update(MilestoneVersion).values(due=date(2030, 1, 1)))


@pytest.mark.parametrize(
    "draft",
    [
        MilestoneDraft({"de": " "}, date(2028, 3, 1)),
        MilestoneDraft({"de": "Fertig"}, date(2028, 3, 1), MilestoneState.DONE),
        MilestoneDraft({"de": "Geplant"}, date(2028, 3, 1), done=date(2028, 3, 1)),
    ],
)
async def test_milestone_that_says_too_little_is_refused(work: Work, clock: FixedClock, draft: MilestoneDraft) -> None:
    case = await decided(work, clock)
    async with work.write() as uow:
        with pytest.raises(Invalid):
            await change_milestone(uow, case.decision_id, draft, by=ANNA)


async def test_answer_before_publication_is_refused(work: Work, clock: FixedClock) -> None:
    case = await decided(work, clock, publish=False)
    contribution = await case.contribution_id(case.refs[TREES][0])
    async with work.write() as uow:
        with pytest.raises(WrongStage):
            await send_feedback(uow, case.decision_id, contribution, medium=Medium.LETTER, text=ANSWER, by=ANNA)


async def test_answer_by_mail_needs_a_confirmed_address(work: Work, clock: FixedClock) -> None:
    case = await decided(work, clock)
    contribution = await case.contribution_id(case.refs[TREES][0])
    async with work.write() as uow:
        with pytest.raises(NoAddress):
            await send_feedback(uow, case.decision_id, contribution, medium=Medium.EMAIL, text=ANSWER, by=ANNA)
        uow.session.add(ContactRow(contribution_id=contribution, sealed=b"x", created_at=uow.now, confirmed_at=uow.now))
        await uow.session.flush()
        feedback = await send_feedback(uow, case.decision_id, contribution, medium=Medium.EMAIL, text=ANSWER, by=ANNA)
        mail = await uow.session.scalar(
            select(OutboxRow.payload).where(OutboxRow.dedup_key == f"mail:feedback:{feedback}")
        )
    assert mail == {"kind": "feedback", "contribution": contribution, "about": feedback}


async def test_answer_once_per_contribution(work: Work, clock: FixedClock) -> None:
    case = await decided(work, clock)
    contribution = await case.contribution_id(case.refs[TREES][0])
    async with work.write() as uow:
        await send_feedback(uow, case.decision_id, contribution, medium=Medium.LETTER, text=ANSWER, by=ANNA)
        with pytest.raises(AlreadyAnswered):
            await send_feedback(uow, case.decision_id, contribution, medium=Medium.LETTER, text=ANSWER, by=ANNA)
        with pytest.raises(UnknownTrace):
            await send_feedback(uow, case.decision_id, "nobody", medium=Medium.LETTER, text=ANSWER, by=ANNA)
        assert await uow.session.scalar(select(FeedbackRow.medium)) == Medium.LETTER


async def test_clock_never_blends_delivered_waiting_and_open(work: Work, clock: FixedClock) -> None:
    case = await decided(work, clock)
    first, second = [await case.contribution_id(ref) for ref in case.refs[TOILET]]
    async with work.write() as uow:
        await send_feedback(uow, case.decision_id, first, medium=Medium.LETTER, text=ANSWER, by=ANNA)
        await send_feedback(uow, case.decision_id, second, medium=Medium.NONE_NO_CONTACT, text=ANSWER, by=ANNA)
    async with work.read() as uow:
        now = await answer_clock(uow.session, case.consultation_id, case.today)
        late = await answer_clock(uow.session, case.consultation_id, date(2027, 6, 12))
    assert now is not None
    assert late is not None
    assert (now.delivered, now.waiting, now.open, now.overdue, now.total) == (1, 1, 1, 0, 3)
    assert now.median_days == 26
    assert late.overdue == 1
    assert late.promised is not None
    assert late.promised.light is Light.RED


async def test_retract_by_another_person_removes_the_edge_and_keeps_the_reason(work: Work, clock: FixedClock) -> None:
    case = await decided(work, clock)
    async with work.write() as uow:
        effect = (await newest_effects(uow.session, case.decision_id))[case.topics[TREES]]
        with pytest.raises(SamePerson):
            await retract(uow, StepKind.EFFECT, effect.id, reason="Falsches Thema.", by=ANNA)
        with pytest.raises(Invalid):
            await retract(uow, StepKind.EFFECT, effect.id, reason=" ", by=BEN)
        await retract(uow, StepKind.EFFECT, effect.id, reason="Falsches Thema.", by=BEN)
        with pytest.raises(WrongStage):
            await retract(uow, StepKind.EFFECT, effect.id, reason="Noch einmal.", by=BEN)
    async with work.read() as uow:
        trace = await trace_of_decision(uow.session, case.decision_id)
        forward = await trace_of_contribution(uow.session, case.refs[TREES][0])
    assert [row.topic.id for row in trace.rows] == [case.topics[TOILET]]
    assert [gone.reason for gone in trace.retractions] == ["Falsches Thema."]
    assert forward.effect_ids == frozenset()


async def test_retracted_decision_is_no_longer_shown(work: Work, clock: FixedClock) -> None:
    case = await decided(work, clock)
    async with work.write() as uow:
        await retract(uow, StepKind.DECISION, case.decision_id, reason="Formfehler.", by=ANNA)
    async with work.read() as uow:
        with pytest.raises(UnknownTrace, match="Formfehler"):
            await trace_of_decision(uow.session, case.decision_id)


@pytest.mark.parametrize("kind", list(StepKind))
async def test_retract_what_is_not_there_is_refused(work: Work, clock: FixedClock, kind: StepKind) -> None:
    await decided(work, clock)
    async with work.write() as uow:
        with pytest.raises(UnknownTrace):
            await retract(uow, kind, "nothing", reason="Irrtum.", by=BEN)
