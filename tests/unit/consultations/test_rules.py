"""Phases, readiness, references and deadlines."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from backend.consultations import rules
from backend.consultations.types import (
    Channel,
    ContributionState,
    ModerationMode,
    Outcome,
    Phase,
    PhaseRights,
    PhaseType,
    Transcription,
)

COLLECT = Phase(PhaseType.COLLECT, date(2027, 2, 1), date(2027, 3, 7), PhaseRights.WRITE)
HALL = Phase(PhaseType.MEETING, date(2027, 3, 11), date(2027, 3, 11))
WEIGH = Phase(PhaseType.WEIGH, date(2027, 3, 12), date(2027, 4, 20))
PHASES = [Phase(PhaseType.ANNOUNCE, date(2027, 1, 18), date(2027, 1, 31)), COLLECT, HALL, WEIGH]


def plan(**changes: object) -> rules.Plan:
    fields: dict[str, object] = {
        "title": {"de": "Marktplatz"},
        "summary": {"de": "Der Marktplatz wird neu.", "ls": "Neu."},
        "fixed": [{"de": "Der Brunnen bleibt."}],
        "open": [{"de": "Bäume"}],
        "deciding_body_id": "org-stadtrat",
        "channels": [Channel.WEB, Channel.LETTER],
        "no_analogue_reason": None,
        "next_steps": 1,
        "promised_feedback_by": date(2027, 6, 11),
        "phases": PHASES,
    }
    return rules.Plan(**(fields | changes))  # type: ignore[arg-type]


def missing(candidate: rules.Plan) -> set[rules.Check]:
    return {line.check for line in rules.readiness(candidate) if line.blocks}


def test_readiness_complete_plan_blocks_nothing() -> None:
    assert missing(plan()) == set()


@pytest.mark.parametrize(
    ("change", "check"),
    [
        ({"channels": [Channel.WEB, Channel.EMAIL]}, rules.Check.OFFLINE_WAY),
        ({"next_steps": 0}, rules.Check.NEXT_STEPS),
        ({"open": []}, rules.Check.ROOM),
        ({"fixed": []}, rules.Check.ROOM),
        ({"deciding_body_id": None}, rules.Check.DECIDING_BODY),
        ({"promised_feedback_by": None}, rules.Check.FEEDBACK_DATE),
        ({"phases": [WEIGH]}, rules.Check.PHASES),
        ({"phases": [WEIGH, COLLECT]}, rules.Check.PHASES),
        ({"title": {"de": " "}}, rules.Check.TITLE),
    ],
)
def test_readiness_missing_part_blocks(change: dict[str, object], check: rules.Check) -> None:
    assert missing(plan(**change)) == {check}


def test_readiness_written_reason_replaces_the_way_without_internet() -> None:
    assert missing(plan(channels=[Channel.WEB], no_analogue_reason="Nur Fachleute sind gefragt.")) == set()


def test_readiness_missing_easy_read_only_advises() -> None:
    assert missing(plan(summary={"de": "Text"})) == set()


@pytest.mark.parametrize(
    ("day", "may_write"),
    [(date(2027, 1, 31), False), (date(2027, 2, 1), True), (date(2027, 3, 7), True), (date(2027, 3, 8), False)],
)
def test_writing_phase_includes_both_ends(day: date, may_write: bool) -> None:
    assert (rules.writing_phase(PHASES, day) is not None) is may_write


def test_intake_phase_counts_the_hall_but_not_the_days_between() -> None:
    assert rules.intake_phase(PHASES, date(2027, 3, 11)) is HALL
    assert rules.intake_phase(PHASES, date(2027, 3, 9)) is None


def test_next_writing_phase_looks_ahead_only() -> None:
    assert rules.next_writing_phase(PHASES, date(2027, 1, 20)) is COLLECT
    assert rules.next_writing_phase(PHASES, date(2027, 2, 1)) is None


def test_is_hidden_needs_a_running_phase_that_hides() -> None:
    hidden = [Phase(PhaseType.ANNOUNCE, date(2027, 1, 1), date(2027, 1, 9), PhaseRights.HIDDEN)]
    assert rules.is_hidden(hidden, date(2027, 1, 5))
    assert not rules.is_hidden(hidden, date(2027, 2, 5))


def test_local_day_follows_the_clock_on_the_wall() -> None:
    assert rules.local_day(datetime(2027, 3, 7, 23, 30, tzinfo=UTC)) == date(2027, 3, 8)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2027, 2, 22), 6, date(2027, 8, 22)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2027, 12, 1), 1, date(2028, 1, 1)),
    ],
)
def test_add_months_ends_on_the_last_day_when_there_is_no_such_day(day: date, months: int, expected: date) -> None:
    assert rules.add_months(day, months) == expected


def test_ref_of_counts_past_three_digits() -> None:
    assert rules.ref_of("MP27", 17) == "MP27-017"
    assert rules.REF_PATTERN.match(rules.ref_of("MP27", 12_345))


@pytest.mark.parametrize(
    ("channel", "expected"),
    [
        (Channel.PAPER_CARD, Transcription.DOUBLE_CHECKED),
        (Channel.LETTER, Transcription.DOUBLE_CHECKED),
        (Channel.TELEPHONE, Transcription.CHECKED),
        (Channel.ORAL, Transcription.CHECKED),
    ],
)
def test_after_check_paper_was_compared_twice_speech_was_read_again(channel: Channel, expected: Transcription) -> None:
    assert rules.after_check(channel, agrees=True) is expected
    assert rules.after_check(channel, agrees=False) is Transcription.DISPUTED


def test_is_checked_only_with_a_second_person_or_without_transcription() -> None:
    assert rules.is_checked(None)
    assert rules.is_checked(Transcription.CHECKED)
    assert not rules.is_checked(Transcription.CAPTURED)
    assert not rules.is_checked(Transcription.DISPUTED)


def test_states_follow_outcomes_and_modes() -> None:
    assert rules.first_state(ModerationMode.PRE) is ContributionState.RECEIVED
    assert rules.first_state(ModerationMode.POST) is ContributionState.PUBLISHED
    assert rules.first_state(ModerationMode.POST, has_personal_data=True) is ContributionState.RECEIVED
    assert rules.state_after(Outcome.HOLD) is ContributionState.IN_REVIEW
    assert not rules.may_be_moderated(ContributionState.WITHDRAWN)
    assert not rules.may_be_withdrawn(ContributionState.ERASED)


def test_slug_of_spells_umlauts_out() -> None:
    assert rules.slug_of("Straßen & Plätze – 2027!") == "strassen-plaetze-2027"
    assert rules.slug_of("…") == ""
