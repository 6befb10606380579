"""The report of a rehearsal as JSON: what scripts read, what the page shows. The keys are stable."""

from __future__ import annotations

from typing import Any

from backend.rehearsal.compare import Outcome
from backend.rehearsal.evening import Rehearsal

Json = dict[str, Any]

_COUNTED = ("ballots", "totals", "valid", "invalid", "blank", "status", "rejected_duplicates", "equations")


def report_json(report: Rehearsal) -> Json:
    """Return everything worth knowing of a rehearsal."""
    chaos = report.plan.chaos
    return {
        "ok": report.ok,
        "case": report.case,
        "title": report.title,
        "began_at": report.began_at.isoformat(timespec="seconds"),
        "ended_at": report.ended_at.isoformat(timespec="seconds") if report.ended_at else None,
        "cards": report.cards,
        "with_paper": report.with_paper,
        "left_out": list(report.left_out),
        "chaos": None if chaos is None else {"seed": chaos.seed, "restarts": report.restarts},
        "polls": [_outcome_json(each) for each in report.outcomes],
        "phones": report.figures.to_json(),
        "log": report.log.to_json() if report.log else None,
    }


def _outcome_json(each: Outcome) -> Json:
    counted = {key: each.counted[key] for key in _COUNTED}
    counted["by_channel"] = {name: counts["ballots"] for name, counts in each.counted["by_channel"].items()}
    return {
        "question": each.question,
        "expected": each.expected,
        "counted": counted,
        "differences": each.differences,
        "acknowledged": each.acknowledged,
        "openings": each.openings,
        "reviewed": each.reviewed,
    }
