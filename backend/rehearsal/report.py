"""The report of a rehearsal as JSON; the keys are stable."""

from __future__ import annotations

from backend.rehearsal.compare import Outcome
from backend.rehearsal.evening import Rehearsal

_COUNTED = ("ballots", "totals", "valid", "invalid", "blank", "status", "rejected_duplicates")


def report_json(report: Rehearsal) -> dict[str, object]:
    """Return everything a script wants to know of a rehearsal."""
    chaos = report.plan.chaos
    return {
        "ok": report.ok,
        "case": report.case,
        "cards": report.cards,
        "chaos": None if chaos is None else {"seed": chaos.seed, "restarts": report.restarts},
        "polls": [_outcome_json(each) for each in report.outcomes],
        "phones": report.figures.to_json(),
        "log": report.log.to_json() if report.log else None,
    }


def _outcome_json(each: Outcome) -> dict[str, object]:
    return {
        "question": each.question,
        "expected": each.expected,
        "counted": {key: each.counted[key] for key in _COUNTED},
        "differences": each.differences,
        "acknowledged": each.acknowledged,
        "openings": each.openings,
        "reviewed": each.reviewed,
    }
