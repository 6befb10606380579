"""Both directions of the trace agree, and the line says how the contribution stood at each step."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from backend.decisions.edges import Edges, NodeKind, contributions_of_effect, effects_of_contribution, link
from backend.decisions.steps import Ahead, Answered, Changed, Decided, Deliberated, Line
from backend.decisions.trace import trace_backward, trace_forward
from backend.decisions.types import Outcome
from tests.unit.decisions.builders import square, without_decision

IDS = st.sampled_from("abcde")


def test_trace_both_directions_name_the_same_pairs() -> None:
    facts = square()
    forward = {
        (fact.id, effect) for fact in facts.contributions.values() for effect in trace_forward(facts, fact).effect_ids
    }
    backward = {pair for fact in facts.decisions.values() for pair in trace_backward(facts, fact).pairs}
    assert forward == backward
    assert len(forward) == 3


@given(st.lists(st.tuples(IDS, IDS)), st.lists(st.tuples(IDS, IDS)))
def test_edges_walked_from_either_end_agree(inputs: list[tuple[str, str]], effects: list[tuple[str, str]]) -> None:
    edges = Edges(
        [link(NodeKind.CONTRIBUTION, c, NodeKind.TOPIC, t) for c, t in inputs]
        + [link(NodeKind.TOPIC, t, NodeKind.EFFECT, e) for t, e in effects]
    )
    for contribution in "abcde":
        for effect in "abcde":
            is_reached = effect in effects_of_contribution(edges, contribution)
            assert is_reached == (contribution in contributions_of_effect(edges, effect))


def test_trace_departure_of_a_body_makes_the_line_solid_again() -> None:
    facts = square()
    trace = trace_forward(facts, facts.contributions["c-MP27-011"])
    lines = [(type(step).__name__, step.line) for step in trace.steps]
    assert lines == [
        ("Arrived", Line.SOLID),
        ("Grouped", Line.SOLID),
        ("Weighed", Line.WEAK),
        ("Carried", Line.WEAK),
        ("Deliberated", Line.SOLID),
        ("Decided", Line.SOLID),
        ("Changed", Line.SOLID),
        ("Answered", Line.AHEAD),
        ("Ahead", Line.AHEAD),
    ]


def test_trace_names_companions_departure_and_verdict() -> None:
    facts = square()
    trace = trace_forward(facts, facts.contributions["c-MP27-011"])
    (strand,) = trace.strands
    assert strand.verdict is not None
    assert (strand.verdict.outcome, strand.verdict.deviates, strand.verdict.is_final) == (Outcome.ADOPTED, True, True)
    deliberated = next(step for step in strand.steps if isinstance(step, Deliberated))
    assert deliberated.departs is Outcome.ADOPTED
    decided = next(step for step in strand.steps if isinstance(step, Decided))
    assert decided.effect is not None
    assert decided.effect.topic_id == "toilet"


def test_trace_without_departure_named_follows_the_proposal_until_the_decision() -> None:
    facts = square()
    trace = trace_forward(facts, facts.contributions["c-MP27-001"])
    assert all(step.line is not Line.WEAK for step in trace.steps)
    assert not any(isinstance(step, Answered) for step in trace.steps)
    ahead = trace.steps[-1]
    assert isinstance(ahead, Ahead)
    assert ahead.promised_by == facts.consultation.promised_feedback_by


def test_trace_before_the_bodies_met_shows_them_as_still_to_come() -> None:
    facts = without_decision(square())
    trace = trace_forward(facts, facts.contributions["c-MP27-011"])
    assert not any(isinstance(step, Changed | Decided) for step in trace.steps)
    ahead = trace.steps[-1]
    assert isinstance(ahead, Ahead)
    assert [body.position for body in ahead.bodies] == [1, 2]
    assert trace.steps[-2].line is Line.AHEAD
    (strand,) = trace.strands
    assert strand.verdict is not None
    assert not strand.verdict.is_final


def test_decision_counts_topics_per_outcome_and_names_deviations() -> None:
    facts = square()
    trace = trace_backward(facts, facts.decisions["d"])
    assert trace.counts[Outcome.ADOPTED] == 1
    assert trace.counts[Outcome.NOT_ADOPTED] == 0
    assert [row.topic.id for row in trace.deviations] == ["toilet"]
    assert trace.deciding.position == 2
    assert len(trace.received) == 3
