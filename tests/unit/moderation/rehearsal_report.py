"""A report of a rehearsal as `machmit rehearse --json` writes it, to be bent by tests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from backend.rehearsal.chaos import Chaos
from backend.rehearsal.compare import Outcome
from backend.rehearsal.evening import Plan, Rehearsal
from backend.rehearsal.figures import Figures, Round
from backend.rehearsal.report import report_json
from backend.rehearsal.script import load_script
from backend.transparency.verifier import Report


def equation(name: str, *, left: int, right: int) -> dict[str, Any]:
    terms = ([{"name": "redeemed", "n": left}], [{"name": "ballots", "n": right}])
    return {
        "name": name,
        "about": "",
        "left": terms[0],
        "right": terms[1],
        "relation": "equal",
        "holds": left == right,
    }


def a_report(*, chaos: bool = False, differences: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the report of a good evening of one question, or of a bad one."""
    question = load_script().questions[0]
    expected = question.expected
    record = {
        **{key: expected[key] for key in ("totals", "valid", "invalid", "rejected_duplicates")},
        "ballots": sum(expected["ballots"].values()),
        "blank": 0,
        "status": "confirmed",
        "equations": [equation("channel", left=77, right=77)],
        "by_channel": {name: {"ballots": number} for name, number in expected["ballots"].items()},
    }
    figures = Figures(phones=79, welcome_ms=[40.0] * 79, joined_at=[each / 100 for each in range(79)])
    figures.rounds = [Round("Stellplätze?", [30.0] * 79, [60.0] * 76 + [800.0], [each / 50 for each in range(77)])]
    outcome = Outcome("Stellplätze?", expected, record, list(differences), acknowledged=91, openings=124, reviewed=1)
    return report_json(
        Rehearsal(
            case="case-marktplatz",
            title="Bürgerversammlung",
            cards=126,
            with_paper=True,
            left_out=(),
            began_at=datetime(2027, 3, 10, 17, 42, tzinfo=UTC),
            plan=Plan(Chaos(1) if chaos else None),
            outcomes=[outcome],
            figures=figures,
            log=Report(),
            ended_at=datetime(2027, 3, 10, 17, 45, tzinfo=UTC),
        )
    )
