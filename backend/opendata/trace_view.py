"""One contribution's or decision's trace as the JSON API answers it: the steps people see, with their log entries."""

from __future__ import annotations

from datetime import date
from functools import singledispatch

from backend.consultations.types import Texts
from backend.decisions.facts import ContributionFact, DeliberationFact, MilestoneFact, PollFact
from backend.decisions.queries.proofs import Proofs
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
    Step,
    TopicOutcome,
    Weighed,
)
from backend.kit.db import JsonDict


def contribution_view(trace: ContributionTrace, proofs: Proofs) -> JsonDict:
    """Return the way of one contribution."""
    return {
        "ref": trace.contribution.ref,
        "consultation": _consultation(trace),
        "contribution": _contribution(trace.contribution),
        "topics": [
            {
                "id": strand.topic.id,
                "title": strand.topic.title,
                "outcome": strand.verdict.outcome.value if strand.verdict else None,
                "final": bool(strand.verdict and strand.verdict.is_final),
                "deviates": bool(strand.verdict and strand.verdict.deviates),
            }
            for strand in trace.strands
        ],
        "steps": [_step(step, proofs) for step in trace.steps],
        "retractions": _retractions(trace),
    }


def decision_view(trace: DecisionTrace) -> JsonDict:
    """Return everything that bore on one decision."""
    return {
        "id": trace.decision.id,
        "consultation": _consultation(trace),
        "state": trace.decision.state.value,
        "decided_on": _day(trace.decision.decided_on),
        "treat_by": _day(trace.decision.treat_by),
        "resolution": trace.decision.resolution,
        "paper": {"reference": trace.paper.reference, "name": trace.paper.name, "date": _day(trace.paper.dated_on)},
        "deliberations": [_deliberation(step) for step in trace.chain],
        "counts": {outcome.value: n for outcome, n in trace.counts.items()},
        "channels": {channel.value: n for channel, n in trace.by_channel.items()},
        "topics": [_topic(row) for row in trace.rows],
        "milestones": [_milestone(milestone) for milestone in trace.milestones],
        "retractions": _retractions(trace),
    }


def _step(step: Step, proofs: Proofs) -> JsonDict:
    place = proofs.of(step.proof)
    log = {"year": place.year, "index": place.index} if place else None
    head: JsonDict = {"step": step.kind.value, "on": _day(step.on), "stands": step.stands.value, "log": log}
    return head | _detail(step)


@singledispatch
def _detail(step: Step) -> JsonDict:
    raise TypeError(f"expected a known step, got {type(step).__name__}")


@_detail.register
def _(step: Arrived) -> JsonDict:
    return {"channel": step.contribution.channel.value}


@_detail.register
def _(step: Grouped) -> JsonDict:
    return {
        "topic": step.topic.id,
        "with": [other.ref for other in step.companions],
        "polls": [_poll(poll) for poll in step.polls],
    }


@_detail.register
def _(step: Weighed) -> JsonDict:
    weighing = step.weighing
    return {
        "proposal": weighing.proposal.value,
        "reason_code": weighing.reason_code.value,
        "reason": weighing.reason,
        "forwarded_to": weighing.forwarded_to,
        "plain_language_due": _day(weighing.plain_language_due),
    }


@_detail.register
def _(step: Carried) -> JsonDict:
    return {"reference": step.paper.reference, "name": step.paper.name}


@_detail.register
def _(step: Deliberated) -> JsonDict:
    return _deliberation(step.deliberation) | {"departs": step.departs.value if step.departs else None}


@_detail.register
def _(step: Decided) -> JsonDict:
    deviates = bool(step.effect and step.effect.deviates)
    return _deliberation(step.deliberation) | {"decision": step.decision.id, "deviates": deviates}


@_detail.register
def _(step: Changed) -> JsonDict:
    effect = step.effect
    return {
        "effect": effect.effect.value,
        "before": effect.before,
        "after": effect.after,
        "deviates": effect.deviates,
        "deviation_reason": effect.deviation_reason,
    }


@_detail.register
def _(step: Answered) -> JsonDict:
    return {"medium": step.feedback.medium.value, "text": step.feedback.text}


@_detail.register
def _(step: Ahead) -> JsonDict:
    return {
        "deliberations": [_deliberation(body) for body in step.bodies],
        "milestones": [_milestone(milestone) for milestone in step.milestones],
        "promised_by": _day(step.promised_by),
    }


def _consultation(trace: ContributionTrace | DecisionTrace) -> JsonDict:
    home = trace.consultation
    return {"id": home.id, "org": home.org_slug, "slug": home.slug, "title": home.title}


def _contribution(fact: ContributionFact) -> JsonDict:
    return {
        "ref": fact.ref,
        "channel": fact.channel.value,
        "state": fact.state.value,
        "received_on": _day(fact.received_on),
        "text": fact.text,
    }


def _topic(row: TopicOutcome) -> JsonDict:
    reason: Texts | None = row.weighing.reason if row.weighing else None
    return {
        "id": row.topic.id,
        "title": row.topic.title,
        "proposal": row.weighing.proposal.value if row.weighing else None,
        "reason": reason,
        "effect": row.effect.effect.value,
        "before": row.effect.before,
        "after": row.effect.after,
        "deviates": row.effect.deviates,
        "deviation_reason": row.effect.deviation_reason,
        "contributions": [_contribution(fact) for fact in row.contributions],
        "polls": [_poll(poll) for poll in row.polls],
    }


def _poll(poll: PollFact) -> JsonDict:
    return {"poll": poll.poll_id, "option": poll.option, "count": poll.count, "valid": poll.valid}


def _deliberation(fact: DeliberationFact) -> JsonDict:
    votes = {"yes": fact.votes.yes, "no": fact.votes.no, "abstain": fact.votes.abstain} if fact.votes else None
    return {
        "body": fact.body,
        "position": fact.position,
        "role": fact.role,
        "authoritative": fact.authoritative,
        "date": _day(fact.held_on),
        "result": fact.result.value if fact.result else None,
        "votes": votes,
    }


def _milestone(fact: MilestoneFact) -> JsonDict:
    return {"title": fact.title, "due": _day(fact.due), "state": fact.state.value, "done": _day(fact.done)}


def _retractions(trace: ContributionTrace | DecisionTrace) -> list[JsonDict]:
    return [
        {"kind": gone.kind, "subject": gone.subject, "reason": gone.reason, "on": _day(gone.retracted_on)}
        for gone in trace.retractions
    ]


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
