"""Under which type and key each step stands in the transparency log, so that pages find its entry again. Pure."""

from __future__ import annotations

from typing import NamedTuple

from backend.transparency.types import LogType


class ProofRef(NamedTuple):
    """Type and key of one log record."""

    type: LogType
    key: str


def received(contribution_id: str) -> ProofRef:
    """Return where a contribution's arrival stands; `backend.consultations.journal` writes it."""
    return ProofRef(LogType.INPUT_RECEIVED, f"input.received:{contribution_id}")


def topic(change_id: str) -> ProofRef:
    """Return where a change of a topic stands; `backend.consultations.journal` writes it."""
    return ProofRef(LogType.TOPIC_CHANGED, f"topic.changed:{change_id}")


def weighing(weighing_id: str) -> ProofRef:
    """Return where a weighing's publication stands."""
    return ProofRef(LogType.WEIGHING_PUBLISHED, weighing_id)


def paper(paper_id: str) -> ProofRef:
    """Return where the link to a council paper stands."""
    return ProofRef(LogType.PAPER_LINKED, paper_id)


def deliberation(deliberation_id: str) -> ProofRef:
    """Return where a body's result stands."""
    return ProofRef(LogType.DELIBERATION_RECORDED, deliberation_id)


def decision(decision_id: str) -> ProofRef:
    """Return where a decision's publication stands."""
    return ProofRef(LogType.DECISION_PUBLISHED, decision_id)


def effect(effect_id: str) -> ProofRef:
    """Return where an effect stands; every version has its own id."""
    return ProofRef(LogType.EFFECT_RECORDED, effect_id)


def milestone(milestone_id: str, version: int) -> ProofRef:
    """Return where a version of a milestone stands."""
    return ProofRef(LogType.MILESTONE_CHANGED, f"{milestone_id}:{version}")


def feedback(feedback_id: str) -> ProofRef:
    """Return where an answer stands."""
    return ProofRef(LogType.FEEDBACK_SENT, feedback_id)


def retraction(kind: str, subject_id: str) -> ProofRef:
    """Return where a retraction stands."""
    return ProofRef(LogType.TRACE_RETRACTED, f"{kind}:{subject_id}")
