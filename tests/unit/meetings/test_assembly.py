"""Rules of assemblies by state: deadlines, notices, and nothing claimed without a paragraph."""

from __future__ import annotations

from datetime import date

import pytest

from backend.accounts.types import state_of
from backend.meetings.assembly import BY_STATE, GENERAL, Circle, rules_of, usual_assembly
from backend.meetings.types import Assembly


@pytest.mark.parametrize(
    ("day", "until"),
    [
        (date(2027, 3, 11), date(2027, 6, 11)),
        (date(2027, 11, 30), date(2028, 2, 29)),
        (date(2027, 12, 31), date(2028, 3, 31)),
    ],
)
def test_council_treats_an_assembly_within_three_months(day: date, until: date) -> None:
    assert rules_of("BY", Assembly.BUERGERVERSAMMLUNG).treat_by(day) == until
    assert rules_of("BW", Assembly.EINWOHNERVERSAMMLUNG).treat_by(day) == until


@pytest.mark.parametrize("state", [None, "HE", "NW", "NI", "RP", "SH", "TH"])
def test_no_deadline_is_claimed_where_the_law_names_none(state: str | None) -> None:
    for kind in Assembly:
        assert rules_of(state, kind).treat_by(date(2027, 3, 11)) is None


@pytest.mark.parametrize("state", BY_STATE)
def test_every_fact_names_its_paragraph(state: str) -> None:
    rules = BY_STATE[state]
    assert rules.source
    assert rules.facts
    assert all("(§" in fact or "(Art." in fact for fact in rules.facts)


@pytest.mark.parametrize("rules", [*BY_STATE.values(), *GENERAL.values()], ids=lambda rules: rules.source or "general")
def test_every_notice_says_that_nobody_is_bound(rules: object) -> None:
    assert "binden" in getattr(rules, "notice")  # noqa: B009 - the parameter is a union for the ids


def test_state_comes_from_the_regional_key_and_unknown_ones_fall_to_the_general_rules() -> None:
    assert [state_of(ars) for ars in ("091620000000", "082220000000", "99", "", None)] == ["BY", "BW", None, None, None]
    assert usual_assembly("BW") is Assembly.EINWOHNERVERSAMMLUNG
    assert usual_assembly(None) is Assembly.BUERGERVERSAMMLUNG
    assert rules_of("BY", Assembly.WORKSHOP) is GENERAL[Assembly.WORKSHOP]
    assert rules_of("BY", Assembly.BUERGERVERSAMMLUNG).voting_card is Circle.MEMBERS
