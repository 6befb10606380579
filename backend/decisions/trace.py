"""Both directions of the trace, read from the same facts and edges. Pure.

Guarantees: `trace_forward` names an effect for a contribution exactly when `trace_backward` of its decision names
the contribution under that effect.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from backend.decisions import log_keys
from backend.decisions.edges import NodeKind
from backend.decisions.facts import (
    ContributionFact,
    DecisionFact,
    DeliberationFact,
    EffectFact,
    Facts,
    MilestoneFact,
    PollFact,
    TopicFact,
    WeighingFact,
)
from backend.decisions.steps import (
    Ahead,
    Answered,
    Arrived,
    Carried,
    Changed,
    ContributionTrace,
    Decided,
    DecisionTrace,
    Deliberated,
    Grouped,
    Line,
    Step,
    Strand,
    TopicOutcome,
    Verdict,
    Weighed,
)
from backend.decisions.types import Outcome

SOLID, WEAK, AHEAD = Line.SOLID, Line.WEAK, Line.AHEAD


def trace_forward(facts: Facts, contribution: ContributionFact) -> ContributionTrace:
    """Return the way of one contribution."""
    topics = facts.edges.after(NodeKind.CONTRIBUTION, contribution.id, NodeKind.TOPIC)
    strands = tuple(_strand(facts, contribution, facts.topics[topic]) for topic in topics if topic in facts.topics)
    closing = _closing(facts, contribution, [strand.topic.id for strand in strands])
    arrived = Arrived(contribution.received_on, SOLID, SOLID, log_keys.received(contribution.id), contribution)
    trace = ContributionTrace(facts.consultation, contribution, arrived, strands, closing, facts.retractions)
    return _with_lines(trace)


def trace_backward(facts: Facts, decision: DecisionFact) -> DecisionTrace:
    """Return everything that bore on one decision."""
    effects = facts.edges.after(NodeKind.DECISION, decision.id, NodeKind.EFFECT)
    feedback = [fact for fact in facts.feedback.values() if fact.decision_id == decision.id]
    milestones = facts.edges.after(NodeKind.DECISION, decision.id, NodeKind.MILESTONE)
    return DecisionTrace(
        consultation=facts.consultation,
        decision=decision,
        paper=facts.papers[decision.paper_id],
        chain=_chain(facts, decision.paper_id, held=True),
        rows=tuple(_row(facts, facts.effects[effect]) for effect in effects),
        milestones=tuple(facts.milestones[milestone] for milestone in milestones),
        received=tuple(facts.contributions.values()),
        answers=tuple(feedback),
        retractions=facts.retractions,
    )


def _strand(facts: Facts, contribution: ContributionFact, topic: TopicFact) -> Strand:
    weighing = _weighing_of(facts, topic.id)
    steps: list[Step] = [_grouped(facts, contribution, topic, weighing)]
    if weighing is None:
        return Strand(topic, tuple(steps), None)
    stands = _standing(weighing.proposal, SOLID)
    steps.append(Weighed(weighing.published_on, stands, stands, log_keys.weighing(weighing.id), weighing))
    effects = facts.edges.after(NodeKind.TOPIC, topic.id, NodeKind.EFFECT)
    effect = facts.effects[effects[0]] if effects else None
    for paper_id in facts.edges.after(NodeKind.WEIGHING, weighing.id, NodeKind.PAPER):
        paper = facts.papers[paper_id]
        steps.append(Carried(paper.dated_on, stands, stands, log_keys.paper(paper.id), paper))
        steps += _deliberations(facts, paper_id, topic.id, stands=stands, effect=effect)
    if effect is not None:
        stands = _standing(effect.effect, SOLID)
        steps.append(Changed(effect.recorded_on, stands, stands, log_keys.effect(effect.id), effect))
    outcome = effect.effect if effect else weighing.proposal
    verdict = Verdict(outcome, effect, bool(effect and effect.deviates), effect is not None)
    return Strand(topic, tuple(steps), verdict)


def _grouped(facts: Facts, contribution: ContributionFact, topic: TopicFact, weighing: WeighingFact | None) -> Grouped:
    others = facts.edges.before(NodeKind.TOPIC, topic.id, NodeKind.CONTRIBUTION)
    companions = tuple(facts.contributions[other] for other in others if other != contribution.id)
    polls = _polls(facts, weighing)
    change = topic.changes.get(contribution.id)
    on = change.on if change else max(topic.created_on, contribution.received_on)
    proof = log_keys.topic(change.id) if change else None
    return Grouped(on, SOLID, SOLID, proof, topic, companions, polls)


def _deliberations(
    facts: Facts, paper_id: str, topic_id: str, *, stands: Line, effect: EffectFact | None
) -> Iterable[Step]:
    decisions = facts.edges.after(NodeKind.PAPER, paper_id, NodeKind.DECISION)
    decision = facts.decisions[decisions[0]] if decisions else None
    chain = _chain(facts, paper_id, held=True)
    for deliberation in chain:
        departs = deliberation.departures.get(topic_id)
        is_last = deliberation is chain[-1]
        if departs is not None:
            stands = _standing(departs, SOLID)
        if is_last and effect is not None:
            stands = _standing(effect.effect, SOLID)
        if is_last and decision is not None:
            key = log_keys.decision(decision.id)
            yield Decided(deliberation.held_on, stands, stands, key, decision, deliberation, effect)
        else:
            key = log_keys.deliberation(deliberation.id)
            yield Deliberated(deliberation.held_on, stands, stands, key, deliberation, departs)


def _closing(facts: Facts, contribution: ContributionFact, topic_ids: Sequence[str]) -> tuple[Step, ...]:
    steps: list[Step] = []
    for feedback_id in facts.edges.after(NodeKind.CONTRIBUTION, contribution.id, NodeKind.FEEDBACK):
        feedback = facts.feedback[feedback_id]
        steps.append(Answered(feedback.sent_on, SOLID, SOLID, log_keys.feedback(feedback.id), feedback))
    ahead = _ahead(facts, topic_ids, is_answered=bool(steps))
    return (*steps, ahead) if ahead else tuple(steps)


def _ahead(facts: Facts, topic_ids: Sequence[str], *, is_answered: bool) -> Ahead | None:
    papers = {
        paper
        for topic in topic_ids
        for weighing in facts.edges.after(NodeKind.TOPIC, topic, NodeKind.WEIGHING)
        for paper in facts.edges.after(NodeKind.WEIGHING, weighing, NodeKind.PAPER)
    }
    bodies = tuple(step for paper in sorted(papers) for step in _chain(facts, paper, held=False))
    milestones = _milestones(facts, papers, topic_ids)
    promised = None if is_answered else facts.consultation.promised_feedback_by
    if not bodies and not milestones and promised is None:
        return None
    newest = max(milestones, key=lambda fact: fact.version, default=None)
    key = log_keys.milestone(newest.id, newest.version) if newest else None
    first = min((step.held_on for step in bodies), default=None)
    return Ahead(first, AHEAD, AHEAD, key, bodies, milestones, promised)


def _milestones(facts: Facts, papers: Iterable[str], topic_ids: Sequence[str]) -> tuple[MilestoneFact, ...]:
    found = [
        facts.milestones[milestone]
        for paper in sorted(papers)
        for decision in facts.edges.after(NodeKind.PAPER, paper, NodeKind.DECISION)
        for milestone in facts.edges.after(NodeKind.DECISION, decision, NodeKind.MILESTONE)
    ]
    return tuple(fact for fact in found if fact.topic_id is None or fact.topic_id in topic_ids)


def _row(facts: Facts, effect: EffectFact) -> TopicOutcome:
    weighing = _weighing_of(facts, effect.topic_id)
    topics = facts.edges.before(NodeKind.EFFECT, effect.id, NodeKind.TOPIC)
    contributions = [
        ref for topic in topics for ref in facts.edges.before(NodeKind.TOPIC, topic, NodeKind.CONTRIBUTION)
    ]
    return TopicOutcome(
        topic=facts.topics[effect.topic_id],
        effect=effect,
        weighing=weighing,
        contributions=tuple(facts.contributions[contribution] for contribution in contributions),
        polls=_polls(facts, weighing),
    )


def _weighing_of(facts: Facts, topic_id: str) -> WeighingFact | None:
    found = facts.edges.after(NodeKind.TOPIC, topic_id, NodeKind.WEIGHING)
    return facts.weighings[found[0]] if found else None


def _polls(facts: Facts, weighing: WeighingFact | None) -> tuple[PollFact, ...]:
    named = weighing.evidence if weighing else ()
    return tuple(facts.polls[evidence] for evidence in named if evidence in facts.polls)


def _chain(facts: Facts, paper_id: str, *, held: bool) -> tuple[DeliberationFact, ...]:
    found = [facts.deliberations[step] for step in facts.edges.after(NodeKind.PAPER, paper_id, NodeKind.DELIBERATION)]
    fitting = [step for step in found if (step.result is not None) is held]
    return tuple(sorted(fitting, key=lambda step: step.position))


def _standing(outcome: Outcome, otherwise: Line) -> Line:
    return WEAK if outcome is Outcome.NOT_ADOPTED else otherwise


def _with_lines(trace: ContributionTrace) -> ContributionTrace:
    """Dot the stretch before what is still to come."""
    if not any(isinstance(step, Ahead) for step in trace.closing):
        return trace
    if len(trace.closing) > 1:
        *answers, last, ahead = trace.closing
        return replace(trace, closing=(*answers, replace(last, line=AHEAD), ahead))
    if not trace.strands:
        return replace(trace, arrived=replace(trace.arrived, line=AHEAD))
    *strands, last_strand = trace.strands
    *steps, last = last_strand.steps
    dotted = replace(last_strand, steps=(*steps, replace(last, line=AHEAD)))
    return replace(trace, strands=(*strands, dotted))
