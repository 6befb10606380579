"""The trace from the database: both directions agree, nothing hidden shows, the number of reads does not grow."""

from __future__ import annotations

import pytest

from backend.consultations.actions.moderate import moderate
from backend.consultations.drafts import ModerationOrder
from backend.consultations.errors import UnknownContribution
from backend.consultations.types import Outcome as Verdict
from backend.decisions.errors import UnknownTrace
from backend.decisions.queries.proofs import proofs_of
from backend.decisions.queries.trace import facts_of, trace_of_contribution, trace_of_decision
from backend.decisions.steps import Changed, Decided, Line
from backend.decisions.trace import trace_backward, trace_forward
from backend.kit.clock import FixedClock
from backend.kit.uow import Work
from tests.integration.decision_setup import TOILET, contribute, decided, weighed

pytestmark = pytest.mark.both_databases


async def test_trace_forward_and_backward_name_the_same_pairs(work: Work, clock: FixedClock) -> None:
    case = await decided(work, clock)
    async with work.read() as uow:
        facts = await facts_of(uow.session, case.consultation_id)
    forward = {
        (fact.id, effect) for fact in facts.contributions.values() for effect in trace_forward(facts, fact).effect_ids
    }
    backward = {pair for fact in facts.decisions.values() for pair in trace_backward(facts, fact).pairs}
    assert forward == backward
    assert len(forward) == 3


async def test_trace_of_a_contribution_tells_the_whole_way(work: Work, clock: FixedClock) -> None:
    case = await decided(work, clock)
    async with work.read() as uow:
        trace = await trace_of_contribution(uow.session, case.refs[TOILET][0])
        proofs = await proofs_of(uow.session, [step.proof for step in trace.steps])
    names = [type(step).__name__ for step in trace.steps]
    assert names == ["Arrived", "Grouped", "Weighed", "Carried", "Deliberated", "Decided", "Changed", "Ahead"]
    lines = [step.line for step in trace.steps[2:5]]
    assert lines == [Line.WEAK, Line.WEAK, Line.SOLID]
    assert proofs.waiting([step.proof for step in trace.steps]) == 7


async def test_trace_before_publication_shows_no_draft_except_in_a_preview(work: Work, clock: FixedClock) -> None:
    case = await decided(work, clock, publish=False)
    async with work.read() as uow:
        public = await trace_of_contribution(uow.session, case.refs[TOILET][0])
        preview = await trace_of_contribution(uow.session, case.refs[TOILET][0], preview=True)
        with pytest.raises(UnknownTrace):
            await trace_of_decision(uow.session, case.decision_id)
        backward = await trace_of_decision(uow.session, case.decision_id, preview=True)
    assert not any(isinstance(step, Changed | Decided) for step in public.steps)
    assert any(isinstance(step, Decided) for step in preview.steps)
    assert len(backward.rows) == 2


async def test_trace_of_a_rejected_contribution_hides_its_words(work: Work, clock: FixedClock) -> None:
    case = await weighed(work, clock)
    async with work.write() as uow:
        ref = await contribute(uow, case.consultation_id, "Eine Beleidigung.", publish=False)
        order = ModerationOrder(Verdict.REJECT, rule_number=3, facts="Der Text beleidigt eine Person.")
        await moderate(uow, ref, order=order, by="user-katrin")
    async with work.read() as uow:
        trace = await trace_of_contribution(uow.session, ref)
        with pytest.raises(UnknownContribution):
            await trace_of_contribution(uow.session, "MP27-999")
    assert trace.contribution.text is None
    assert trace.strands == ()
