"""A consultation's decision trace as one JSON document, valid against `urn:machmit:decision-trace:1`.

For:        exports and whoever wants to check the pages against data.
Guarantees: pure; the same facts and edges as the pages; nothing that is not public.
Source:     the decision trace schema, kept beside the project's standards.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time

from backend.consultations.types import ContributionKind, ContributionState, Texts
from backend.decisions.edges import NodeKind
from backend.decisions.facts import (
    ContributionFact,
    DecisionFact,
    DeliberationFact,
    EffectFact,
    Facts,
    MilestoneFact,
    PaperFact,
    TopicFact,
    WeighingFact,
)
from backend.kit.db import JsonDict

KINDS = {
    ContributionKind.COMMENT: "kommentar",
    ContributionKind.REPLY: "kommentar",
    ContributionKind.PROPOSAL: "idee",
    ContributionKind.QUESTION: "frage",
    ContributionKind.STATEMENT: "stellungnahme",
}
STATES = {
    ContributionState.RECEIVED: "eingegangen",
    ContributionState.IN_REVIEW: "in_pruefung",
    ContributionState.PUBLISHED: "veroeffentlicht",
    ContributionState.REDACTED: "redigiert_veroeffentlicht",
    ContributionState.REJECTED: "abgelehnt",
    ContributionState.WITHDRAWN: "zurueckgezogen",
    ContributionState.ERASED: "geloescht",
}
TRANSCRIPTIONS = {
    "captured": "erfasst",
    "checked": "geprueft",
    "double_checked": "doppelt_geprueft",
    "disputed": "strittig",
}


def trace_document(facts: Facts, log: Iterable[JsonDict] = ()) -> JsonDict:
    """Return the document; `log` are the entries that prove its steps."""
    shown = [topic for topic in facts.topics.values() if _inputs(facts, topic)]
    deciding = {decision.paper_id: _deciding(facts, decision) for decision in facts.decisions.values()}
    decisions = [decision for decision in facts.decisions.values() if deciding[decision.paper_id]]
    return {
        "procedure": facts.consultation.id,
        "inputs": [_input(facts, fact) for fact in facts.contributions.values()],
        "transcriptions": [_transcription(fact) for fact in facts.contributions.values() if fact.transcription],
        "moderation": [],
        "clusters": [_cluster(facts, topic) for topic in shown],
        "weighings": [_weighing(fact) for fact in facts.weighings.values() if fact.published_on],
        "papers": [_paper(fact) for fact in facts.papers.values()],
        "deliberations": [_deliberation(fact) for fact in facts.deliberations.values() if fact.result],
        "decisions": [_decision(fact, deciding[fact.paper_id]) for fact in decisions],
        "effects": [_effect(fact) for fact in facts.effects.values()],
        "milestones": [_milestone(fact) for fact in facts.milestones.values()],
        "feedback": [
            {"id": fact.id, "input": fact.contribution_id, "medium": fact.medium.value, "sent_at": _day(fact.sent_on)}
            for fact in facts.feedback.values()
        ],
        "log": list(log),
    }


def _input(facts: Facts, fact: ContributionFact) -> JsonDict:
    document: JsonDict = {
        "id": fact.id,
        "ref": fact.ref,
        "procedure": facts.consultation.id,
        "kind": KINDS[fact.kind],
        "channel": fact.channel.value,
        "received_at": datetime.combine(fact.received_on, time(), UTC).isoformat(),
        "state": STATES[fact.state],
        "text_public": fact.text,
        "language": fact.language,
    }
    return document | ({"place": fact.place} if fact.place else {})


def _transcription(fact: ContributionFact) -> JsonDict:
    state = TRANSCRIPTIONS[fact.transcription.value] if fact.transcription else "offen"
    return {"id": f"{fact.id}-t", "input": fact.id, "state": state, "captured_by_role": "office"}


def _inputs(facts: Facts, topic: TopicFact) -> list[str]:
    return list(facts.edges.before(NodeKind.TOPIC, topic.id, NodeKind.CONTRIBUTION))


def _cluster(facts: Facts, topic: TopicFact) -> JsonDict:
    return {
        "id": topic.id,
        "procedure": facts.consultation.id,
        "title": _text(topic.title),
        "inputs": _inputs(facts, topic),
    }


def _weighing(fact: WeighingFact) -> JsonDict:
    document: JsonDict = {
        "id": fact.id,
        "cluster": fact.topic_id,
        "proposal": fact.proposal.value,
        "reason_code": fact.reason_code.value,
        "reason": _text(fact.reason),
        "office": fact.office or "Verwaltung",
        "published_at": _day(fact.published_on),
        "poll_evidence": [named.poll_id for named in fact.evidence],
    }
    return document | ({"forwarded_to": fact.forwarded_to} if fact.forwarded_to else {})


def _paper(fact: PaperFact) -> JsonDict:
    return {
        "id": fact.id,
        "reference": fact.reference,
        "paper_type": fact.paper_type,
        "name": _text(fact.name),
        "date": _day(fact.dated_on),
    }


def _deliberation(fact: DeliberationFact) -> JsonDict:
    document: JsonDict = {
        "id": fact.id,
        "paper": fact.paper_id,
        "organization": fact.body_id,
        "order": fact.position,
        "role": fact.role,
        "authoritative": fact.authoritative,
        "date": _day(fact.held_on),
        "agenda_no": fact.agenda_no,
        "result": fact.result.value if fact.result else "",
    }
    if fact.votes:
        document["votes"] = {"yes": fact.votes.yes, "no": fact.votes.no, "abstain": fact.votes.abstain}
    return document


def _deciding(facts: Facts, decision: DecisionFact) -> str:
    chain = facts.edges.after(NodeKind.PAPER, decision.paper_id, NodeKind.DELIBERATION)
    held = [facts.deliberations[step] for step in chain if facts.deliberations[step].result]
    return max(held, key=lambda step: step.position).id if held else ""


def _decision(fact: DecisionFact, deliberation_id: str) -> JsonDict:
    return {
        "id": fact.id,
        "deliberation": deliberation_id,
        "state": fact.state.value,
        "text": _text(fact.resolution),
        "decided_at": _day(fact.decided_on),
        "treat_by": _day(fact.treat_by),
    }


def _effect(fact: EffectFact) -> JsonDict:
    document: JsonDict = {
        "id": fact.id,
        "decision": fact.decision_id,
        "cluster": fact.topic_id,
        "effect": fact.effect.value,
        "before": _text(fact.before) if fact.before else None,
        "after": _text(fact.after),
        "deviates_from_weighing": fact.deviates,
    }
    return document | ({"deviation_reason": _text(fact.deviation_reason)} if fact.deviation_reason else {})


def _milestone(fact: MilestoneFact) -> JsonDict:
    return {
        "id": fact.id,
        "decision": fact.decision_id,
        "title": _text(fact.title),
        "due": _day(fact.due),
        "done": _day(fact.done),
        "state": fact.state.value,
    }


def _text(texts: Texts) -> JsonDict:
    return {code: texts[code] for code in ("de", "ls", "en") if texts.get(code)}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
