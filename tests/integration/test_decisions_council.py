"""Papers, bodies and decisions: nothing reaches a body unprepared, nothing becomes public incomplete or alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from backend.decisions.actions.decide import publish_decision, submit_decision, write_decision
from backend.decisions.actions.deliberate import record_deliberation
from backend.decisions.actions.effects import record_effect
from backend.decisions.actions.paper import ReferenceTaken, link_paper
from backend.decisions.errors import BrokenChain, Frozen, Incomplete, SamePerson, UnknownTrace, WrongStage
from backend.decisions.models import DecisionRow
from backend.decisions.rules import GapCode
from backend.decisions.types import DecisionDraft, DecisionState, Outcome, Result
from backend.kit.clock import FixedClock
from backend.kit.errors import Invalid
from backend.kit.uow import Work
from backend.transparency.models import IntentRow
from tests.integration.decision_setup import (
    ANNA,
    BEN,
    COMMITTEE,
    TOILET,
    TREES,
    contribute,
    decided,
    effects,
    grouped,
    paper,
    sitting,
    weighed,
)

WORDING = {"de": "Der Stadtrat stimmt zu."}


async def test_paper_needs_topics_of_its_consultation_and_a_free_reference(work: Work, clock: FixedClock) -> None:
    case = await weighed(work, clock)
    async with work.write() as uow:
        with pytest.raises(ReferenceTaken):
            await link_paper(uow, case.consultation_id, paper(case), by=ANNA)
        foreign = replace(paper(case, "SR/2027/042"), topic_ids=("elsewhere",))
        with pytest.raises(UnknownTrace):
            await link_paper(uow, case.consultation_id, foreign, by=ANNA)


async def test_deliberation_with_an_unweighed_topic_is_refused_but_may_be_planned(
    work: Work, clock: FixedClock
) -> None:
    case = await grouped(work, clock)
    async with work.write() as uow:
        case.paper_id = await link_paper(uow, case.consultation_id, paper(case), by=ANNA)
        planned = sitting(case, 1, result=None, votes=None, held_on=case.today + timedelta(days=40))
        await record_deliberation(uow, case.paper_id, planned, by=ANNA)
        with pytest.raises(Incomplete) as refused:
            await record_deliberation(uow, case.paper_id, sitting(case, 1), by=ANNA)
    codes = {gap["code"] for gap in refused.value.extra["gaps"]}  # type: ignore[attr-defined]
    assert codes == {GapCode.WEIGHING}


async def test_deliberation_with_a_published_contribution_in_no_topic_is_refused(work: Work, clock: FixedClock) -> None:
    case = await weighed(work, clock)
    async with work.write() as uow:
        loose = await contribute(uow, case.consultation_id, "Und die Fahrräder?")
        await contribute(uow, case.consultation_id, "Noch nicht geprüft.", publish=False)
        with pytest.raises(Incomplete) as refused:
            await record_deliberation(uow, case.paper_id, sitting(case, 1), by=ANNA)
    assert refused.value.extra["gaps"] == [{"code": "topic", "subject": loose}]


@pytest.mark.parametrize(
    ("position", "changes", "error"),
    [
        (1, {"held_on": date(2027, 3, 12)}, Invalid),
        (1, {"position": 0}, BrokenChain),
        (1, {"result": Result.RESOLVED}, BrokenChain),
        (2, {"result": Result.RECOMMENDED}, BrokenChain),
        (1, {"departures": {"elsewhere": Outcome.ADOPTED}}, UnknownTrace),
        (1, {"body_id": "nobody"}, UnknownTrace),
        (1, {"held_on": date(2027, 3, 10)}, Incomplete),
    ],
)
async def test_deliberation_that_contradicts_itself_is_refused(
    work: Work, clock: FixedClock, position: int, changes: dict[str, object], error: type[Exception]
) -> None:
    case = await weighed(work, clock)
    async with work.write() as uow:
        with pytest.raises(error):
            await record_deliberation(uow, case.paper_id, sitting(case, position, **changes), by=ANNA)


async def test_deliberation_result_is_not_overwritten(work: Work, clock: FixedClock) -> None:
    case = await weighed(work, clock)
    async with work.write() as uow:
        await record_deliberation(uow, case.paper_id, sitting(case, 1), by=ANNA)
        with pytest.raises(Frozen):
            await record_deliberation(uow, case.paper_id, sitting(case, 1), by=BEN)


async def test_decision_without_effects_or_last_body_is_refused(work: Work, clock: FixedClock) -> None:
    case = await weighed(work, clock)
    async with work.write() as uow:
        await record_deliberation(uow, case.paper_id, sitting(case, 1), by=ANNA)
        decision = await write_decision(uow, case.paper_id, DecisionDraft(WORDING, case.today), by=ANNA)
        with pytest.raises(Incomplete) as refused:
            await submit_decision(uow, decision, by=ANNA)
    codes = [gap["code"] for gap in refused.value.extra["gaps"]]  # type: ignore[attr-defined]
    assert codes.count(GapCode.EFFECT) == 2
    assert GapCode.DECIDING_BODY in codes


async def test_decision_departure_without_reason_is_refused(work: Work, clock: FixedClock) -> None:
    case = await decided(work, clock, publish=False)
    toilet, _ = effects(case)
    async with work.write() as uow:
        await record_effect(uow, case.decision_id, replace(toilet, deviation_reason=None), by=ANNA)
        with pytest.raises(Incomplete) as refused:
            await submit_decision(uow, case.decision_id, by=ANNA)
    assert refused.value.extra["gaps"] == [{"code": "deviation_reason", "subject": case.topics[TOILET]}]


async def test_decision_needs_a_second_person_and_logs_itself_with_its_effects(work: Work, clock: FixedClock) -> None:
    case = await decided(work, clock, publish=False)
    async with work.write() as uow:
        with pytest.raises(WrongStage):
            await publish_decision(uow, case.decision_id, by=BEN)
        await submit_decision(uow, case.decision_id, by=ANNA)
        with pytest.raises(SamePerson):
            await publish_decision(uow, case.decision_id, by=ANNA)
        await publish_decision(uow, case.decision_id, by=BEN)
        row = await uow.session.get_one(DecisionRow, case.decision_id)
        logged = await uow.session.scalar(
            select(func.count())
            .select_from(IntentRow)
            .where(IntentRow.type.in_(("decision.published", "effect.recorded")))
        )
    assert row.state == DecisionState.RESOLVED_AMENDED
    assert logged == 3


async def test_decision_changed_after_submission_must_be_handed_in_again(work: Work, clock: FixedClock) -> None:
    case = await decided(work, clock, publish=False)
    async with work.write() as uow:
        await submit_decision(uow, case.decision_id, by=ANNA)
        await record_effect(uow, case.decision_id, effects(case)[1], by=ANNA)
        with pytest.raises(WrongStage):
            await publish_decision(uow, case.decision_id, by=BEN)


async def test_decision_public_is_frozen_but_an_effect_may_be_followed(work: Work, clock: FixedClock) -> None:
    case = await decided(work, clock)
    _, trees = effects(case)
    async with work.write() as uow:
        with pytest.raises(Frozen):
            await write_decision(uow, case.paper_id, DecisionDraft(WORDING, case.today), by=ANNA)
        with pytest.raises(Frozen):
            await record_deliberation(uow, case.paper_id, sitting(case, 3, body_id=COMMITTEE), by=ANNA)
        newer = await record_effect(uow, case.decision_id, replace(trees, after={"de": "Neun Bäume"}), by=ANNA)
        with pytest.raises(Incomplete):
            await record_effect(uow, case.decision_id, replace(trees, effect=Outcome.ADOPTED), by=ANNA)
        logged = await uow.session.scalar(select(IntentRow.id).where(IntentRow.dedup_key == f"effect.recorded:{newer}"))
    assert logged is not None


async def test_effect_for_a_topic_of_no_paper_is_refused(work: Work, clock: FixedClock) -> None:
    case = await decided(work, clock, publish=False)
    _, trees = effects(case)
    async with work.write() as uow:
        with pytest.raises(UnknownTrace):
            await record_effect(uow, case.decision_id, replace(trees, topic_id="elsewhere"), by=ANNA)
        with pytest.raises(Invalid):
            await record_effect(uow, case.decision_id, replace(trees, after={"ls": "Bäume"}), by=ANNA)
    assert case.topics[TREES]
