"""Under which key each step is recorded in the transparency log, so that pages find its entry again."""

from __future__ import annotations


def received(contribution_id: str) -> str:
    """Key of `input.received`."""
    return f"input.received:{contribution_id}"


def weighing(weighing_id: str) -> str:
    """Key of `weighing.published`."""
    return f"weighing.published:{weighing_id}"


def paper(paper_id: str) -> str:
    """Key of `paper.linked`."""
    return f"paper.linked:{paper_id}"


def deliberation(deliberation_id: str) -> str:
    """Key of `deliberation.recorded`."""
    return f"deliberation.recorded:{deliberation_id}"


def decision(decision_id: str) -> str:
    """Key of `decision.published`."""
    return f"decision.published:{decision_id}"


def effect(effect_id: str) -> str:
    """Key of `effect.recorded`; each version of an effect has its own id."""
    return f"effect.recorded:{effect_id}"


def milestone(milestone_id: str, version: int) -> str:
    """Key of `milestone.changed`."""
    return f"milestone.changed:{milestone_id}:{version}"


def feedback(feedback_id: str) -> str:
    """Key of `feedback.sent`."""
    return f"feedback.sent:{feedback_id}"


def retracted(subject_id: str) -> str:
    """Key of `trace.retracted`."""
    return f"trace.retracted:{subject_id}"
