"""A statement of reasons names outcome, rule, facts, the program's part and the way to complain."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from backend.consultations.house_rules import DEFAULT_RULES
from backend.consultations.letters import Reasons, complaint_letter, letter
from backend.consultations.types import ComplaintState, Outcome

BASE = Reasons(
    ref="MP27-009",
    outcome=Outcome.REDACT,
    rule=DEFAULT_RULES[4],
    facts="Eine private Telefonnummer steht im letzten Satz.",
    was_flagged=True,
    complaint_until=date(2027, 8, 15),
)


def test_letter_redaction_names_everything() -> None:
    text = letter(BASE)
    for part in ("MP27-009", "Nr. 5", "keine persönlichen Daten", BASE.facts, "Ein Programm hat", "15.08.2027"):
        assert part in text


def test_letter_rejection_without_flag_says_no_program_was_involved() -> None:
    text = letter(replace(BASE, outcome=Outcome.REJECT, was_flagged=False))
    assert "wird nicht veröffentlicht" in text
    assert "Kein Programm" in text


@pytest.mark.parametrize("outcome", [Outcome.PUBLISH, Outcome.HOLD])
def test_letter_without_a_restriction_is_one_short_paragraph(outcome: Outcome) -> None:
    assert "\n" not in letter(replace(BASE, outcome=outcome))


@pytest.mark.parametrize("state", [ComplaintState.UPHELD, ComplaintState.PARTLY, ComplaintState.DISMISSED])
def test_complaint_letter_gives_the_reason_and_says_who_decided(state: ComplaintState) -> None:
    text = complaint_letter("MP27-013", state, "Der zweite Satz ist eine zulässige Meinung.")
    assert "zulässige Meinung" in text
    assert "andere Person" in text
