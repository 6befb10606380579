"""What this package records in the transparency log: one function per statement, written in the same transaction.

Guarantees: public fields are ids, enums and dates; words go into the sealed payload behind a salted commitment.
Source: docs/algorithms/log.md for types and fields.
"""

from __future__ import annotations

from collections.abc import Sequence

from backend.consultations.contribution_tables import ContributionRow
from backend.consultations.moderation_tables import ComplaintRow, ModerationDecisionRow
from backend.consultations.procedure_tables import ConsultationRow, TopicChangeRow
from backend.kit.uow import UnitOfWork
from backend.transparency.canonical import JsonValue
from backend.transparency.erase import erase
from backend.transparency.intents import record, release, withhold
from backend.transparency.types import ErasureGround, LogType


def received_key(contribution_id: str) -> str:
    """Return the key under which a contribution's arrival is recorded."""
    return f"input.received:{contribution_id}"


def moderation_key(decision_id: str) -> str:
    """Return the key under which a moderator's decision is recorded."""
    return f"moderation.decided:{decision_id}"


def complaint_key(complaint_id: str) -> str:
    """Return the key under which the answer to a complaint is recorded."""
    return f"complaint.decided:{complaint_id}"


async def consultation_opened(uow: UnitOfWork, row: ConsultationRow) -> None:
    """Record that a procedure began, with what was promised."""
    await record(
        uow,
        LogType.CONSULTATION_OPENED,
        f"consultation.opened:{row.id}",
        public=_consultation(row),
        private=_promises(row),
    )


async def consultation_amended(uow: UnitOfWork, row: ConsultationRow) -> None:
    """Record that a published procedure was changed."""
    await record(
        uow,
        LogType.CONSULTATION_AMENDED,
        f"consultation.amended:{row.id}:{row.version}",
        public=_consultation(row),
        private=_promises(row),
    )


async def consultation_closed(uow: UnitOfWork, row: ConsultationRow) -> None:
    """Record that a procedure ended."""
    await record(
        uow, LogType.CONSULTATION_CLOSED, f"consultation.closed:{row.id}:{row.version}", public=_consultation(row)
    )


async def input_received(uow: UnitOfWork, row: ContributionRow) -> None:
    """Record that something came in; its words stay sealed until a person published them."""
    await record(
        uow,
        LogType.INPUT_RECEIVED,
        received_key(row.id),
        public={
            "input": row.id,
            "ref": row.ref,
            "consultation": row.consultation_id,
            "channel": row.channel,
            "kind": row.kind,
        },
        private={"title": row.title or "", "text": row.text, "language": row.language},
    )


async def input_released(uow: UnitOfWork, row: ContributionRow) -> None:
    """Let everybody open the words of a contribution, because a person published them unchanged."""
    await release(uow, LogType.INPUT_RECEIVED, received_key(row.id))


async def input_withheld(uow: UnitOfWork, row: ContributionRow) -> None:
    """Seal the words of a contribution again, because they are not public any more."""
    await withhold(uow, LogType.INPUT_RECEIVED, received_key(row.id))


async def input_withdrawn(uow: UnitOfWork, row: ContributionRow) -> None:
    """Record that an author took a contribution back."""
    await record(uow, LogType.INPUT_WITHDRAWN, f"input.withdrawn:{row.id}", public={"input": row.id, "ref": row.ref})


async def input_erased(
    uow: UnitOfWork, row: ContributionRow, *, decisions: Sequence[str], complaints: Sequence[str]
) -> None:
    """Destroy the sealed copies of a contribution's words and of letters about it, and record that it happened."""
    records = [(LogType.INPUT_RECEIVED, received_key(row.id))]
    records += [(LogType.MODERATION_DECIDED, moderation_key(decision_id)) for decision_id in decisions]
    records += [(LogType.COMPLAINT_DECIDED, complaint_key(complaint_id)) for complaint_id in complaints]
    await erase(uow, records, key=f"erasure:{row.id}", ground=ErasureGround.REQUEST)


async def moderation_decided(uow: UnitOfWork, decision: ModerationDecisionRow) -> None:
    """Record a moderator's decision; reason and letter are sealed."""
    await record(
        uow,
        LogType.MODERATION_DECIDED,
        moderation_key(decision.id),
        public={
            "decision": decision.id,
            "input": decision.contribution_id,
            "outcome": decision.outcome,
            "rule": decision.rule_number or 0,
            "automated": decision.is_automated,
        },
        private={"facts": decision.facts, "statement": decision.statement},
    )


async def complaint_decided(uow: UnitOfWork, complaint: ComplaintRow) -> None:
    """Record the answer to a complaint."""
    await record(
        uow,
        LogType.COMPLAINT_DECIDED,
        complaint_key(complaint.id),
        public={"complaint": complaint.id, "input": complaint.contribution_id, "outcome": complaint.state},
        private={"complaint": complaint.text, "reason": complaint.reason or ""},
    )


async def topic_changed(uow: UnitOfWork, change: TopicChangeRow, *, consultation_id: str) -> None:
    """Record a change of a topic or of what belongs to it."""
    public: dict[str, JsonValue] = {"topic": change.topic_id, "consultation": consultation_id, "change": change.kind}
    if change.contribution_id:
        public["input"] = change.contribution_id
    await record(
        uow, LogType.TOPIC_CHANGED, f"topic.changed:{change.id}", public=public, private={"title": change.title}
    )


def _consultation(row: ConsultationRow) -> dict[str, JsonValue]:
    public: dict[str, JsonValue] = {"consultation": row.id, "org": row.org_id, "version": row.version}
    if row.promised_feedback_by:
        public["promised_feedback_by"] = row.promised_feedback_by.isoformat()
    return public


def _promises(row: ConsultationRow) -> dict[str, JsonValue]:
    return {
        "title": row.title,
        "summary": row.summary,
        "fixed": row.fixed,
        "open": row.open,
        "channels": row.channels,
        "next_steps": row.next_steps,
    }
