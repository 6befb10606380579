"""What this package records in the transparency log: one function per statement, in the caller's transaction.

Guarantees: public fields are ids, enums, counts and dates; wordings go into the sealed payload.
Source:     docs/algorithms/log.md.
"""

from __future__ import annotations

from backend.decisions import log_keys
from backend.decisions.log_keys import ProofRef
from backend.decisions.models import (
    DecisionRow,
    DeliberationRow,
    EffectRow,
    FeedbackRow,
    MilestoneRow,
    PaperRow,
    RetractionRow,
    WeighingRow,
)
from backend.decisions.rules import has_text
from backend.kit.uow import UnitOfWork
from backend.transparency.canonical import JsonObject, JsonValue
from backend.transparency.intents import record, release


async def weighing_published(uow: UnitOfWork, row: WeighingRow) -> None:
    """Record a proposal with its reason, and whether Leichte Sprache is still owed."""
    public: dict[str, JsonValue] = {
        "weighing": row.id,
        "topic": row.topic_id,
        "version": row.version,
        "proposal": row.proposal,
        "reason_code": row.reason_code,
        "plain_language": has_text(row.reason, "ls"),
        "polls": sorted({named["poll"] for named in row.evidence}),
    }
    private: dict[str, JsonValue] = {"reason": row.reason, "office": row.office, "forwarded_to": row.forwarded_to or ""}
    await _record(uow, log_keys.weighing(row.id), public, private)


async def paper_linked(uow: UnitOfWork, row: PaperRow, topic_ids: list[str]) -> None:
    """Record that a council paper carries some topics."""
    public: dict[str, JsonValue] = {
        "paper": row.id,
        "consultation": row.consultation_id,
        "topics": sorted(topic_ids),
        "dated_on": row.dated_on.isoformat(),
    }
    private: dict[str, JsonValue] = {"reference": row.reference, "type": row.paper_type, "name": row.name}
    await _record(uow, log_keys.paper(row.id), public, private)


async def deliberation_recorded(uow: UnitOfWork, row: DeliberationRow) -> None:
    """Record a body's result and its votes."""
    public: dict[str, JsonValue] = {
        "deliberation": row.id,
        "paper": row.paper_id,
        "body": row.body_id,
        "position": row.position,
        "authoritative": row.authoritative,
        "held_on": row.held_on.isoformat(),
        "result": row.result or "",
        "departures": row.departures,
    }
    if row.votes_yes is not None:
        public["votes"] = {"yes": row.votes_yes, "no": row.votes_no or 0, "abstain": row.votes_abstain or 0}
    await _record(uow, log_keys.deliberation(row.id), public, {"note": row.note, "agenda_no": row.agenda_no})


async def decision_published(uow: UnitOfWork, row: DecisionRow, *, days_overdue: int) -> None:
    """Record a decision, and how late it came."""
    public: dict[str, JsonValue] = {
        "decision": row.id,
        "paper": row.paper_id,
        "state": row.state,
        "decided_on": row.decided_on.isoformat(),
        "days_overdue": days_overdue,
    }
    if row.treat_by:
        public["treat_by"] = row.treat_by.isoformat()
    await _record(uow, log_keys.decision(row.id), public, {"resolution": row.resolution})


async def effect_recorded(uow: UnitOfWork, row: EffectRow) -> None:
    """Record what changes for a topic, and whether the council departed from the proposal."""
    public: dict[str, JsonValue] = {
        "effect": row.id,
        "decision": row.decision_id,
        "topic": row.topic_id,
        "version": row.version,
        "outcome": row.effect,
        "deviates": row.deviates,
    }
    private: dict[str, JsonValue] = {
        "before": row.before or {},
        "after": row.after,
        "deviation_reason": row.deviation_reason or {},
    }
    await _record(uow, log_keys.effect(row.id), public, private)


async def milestone_changed(uow: UnitOfWork, row: MilestoneRow) -> None:
    """Record a version of a milestone."""
    public: dict[str, JsonValue] = {
        "milestone": row.id,
        "decision": row.decision_id,
        "version": row.version,
        "due": row.due.isoformat(),
        "state": row.state,
    }
    if row.done:
        public["done"] = row.done.isoformat()
    await _record(uow, log_keys.milestone(row.id, row.version), public, {"title": row.title})


async def feedback_sent(uow: UnitOfWork, row: FeedbackRow) -> None:
    """Record an answer; its words stand on the public page, so anyone may open them."""
    public: dict[str, JsonValue] = {"feedback": row.id, "input": row.contribution_id, "medium": row.medium}
    if row.decision_id:
        public["decision"] = row.decision_id
    where = log_keys.feedback(row.id)
    await _record(uow, where, public, {"text": row.text})
    await release(uow, where.type, where.key)


async def trace_retracted(uow: UnitOfWork, row: RetractionRow) -> None:
    """Record that a published step was taken back."""
    public: dict[str, JsonValue] = {
        "kind": row.kind,
        "subject": row.subject_id,
        "consultation": row.consultation_id,
    }
    await _record(uow, log_keys.retraction(row.kind, row.subject_id), public, {"reason": row.reason})


async def _record(uow: UnitOfWork, where: ProofRef, public: JsonObject, private: JsonObject) -> None:
    await record(uow, where.type, where.key, public=public, private=private)
