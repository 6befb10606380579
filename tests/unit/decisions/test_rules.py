"""What is missing before the next step, and how urgent a deadline is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from backend.decisions.rules import (
    GapCode,
    Light,
    Sitting,
    TopicStanding,
    answer_text,
    chain_gaps,
    coverage_gaps,
    deadline,
    decision_gaps,
    deliberation_gaps,
    deviates,
    plain_language_due,
    weighing_gaps,
)
from backend.decisions.types import (
    DecisionState,
    Outcome,
    ReasonCode,
    Result,
    Votes,
    WeighingDraft,
    result_named,
    state_of,
)

DRAFT = WeighingDraft(Outcome.PARTLY, ReasonCode.COST, {"de": "Weil es teuer ist."})
TOPIC = TopicStanding("t", "Toilette", date(2027, 4, 9), Outcome.NOT_ADOPTED)
COMMITTEE = Sitting(1, "committee", authoritative=False, held_on=date(2027, 4, 20), result=Result.RECOMMENDED)
COUNCIL = Sitting(2, "council", authoritative=True, held_on=date(2027, 5, 5), result=Result.RESOLVED)


def test_weighing_with_a_reason_lacks_nothing() -> None:
    assert weighing_gaps(DRAFT) == ()


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (replace(DRAFT, reason={"de": "  "}), GapCode.REASON),
        (replace(DRAFT, reason={"ls": "Zu teuer."}), GapCode.REASON),
        (replace(DRAFT, proposal=Outcome.FORWARDED), GapCode.FORWARDED_TO),
    ],
)
def test_weighing_without_reason_or_addressee_is_refused(draft: WeighingDraft, code: GapCode) -> None:
    assert [gap.code for gap in weighing_gaps(draft)] == [code]


def test_coverage_names_loose_contributions_and_unweighed_topics() -> None:
    gaps = coverage_gaps(["MP27-016"], [TOPIC, replace(TOPIC, topic_id="u", weighed_on=None)])
    assert [(gap.code, gap.subject) for gap in gaps] == [(GapCode.TOPIC, "MP27-016"), (GapCode.WEIGHING, "u")]


def test_deliberation_before_the_weighing_was_published_is_refused() -> None:
    assert deliberation_gaps([TOPIC], date(2027, 4, 9)) == ()
    assert [gap.code for gap in deliberation_gaps([TOPIC], date(2027, 4, 8))] == [GapCode.WEIGHING]


@pytest.mark.parametrize(
    ("chain", "codes"),
    [
        ([COMMITTEE, COUNCIL], []),
        ([COUNCIL, COMMITTEE], []),
        ([], [GapCode.DELIBERATION]),
        ([COMMITTEE, replace(COUNCIL, result=None)], [GapCode.DELIBERATION]),
        ([COMMITTEE, replace(COUNCIL, body_id="other")], [GapCode.DECIDING_BODY]),
        ([COMMITTEE, replace(COUNCIL, authoritative=False)], [GapCode.DECIDING_BODY]),
        ([COMMITTEE, replace(COUNCIL, result=Result.RECOMMENDED)], [GapCode.DECIDING_BODY]),
        ([COMMITTEE, replace(COUNCIL, held_on=date(2027, 4, 1))], [GapCode.ORDER]),
    ],
)
def test_chain_the_deciding_body_comes_last(chain: list[Sitting], codes: list[GapCode]) -> None:
    assert [gap.code for gap in chain_gaps(chain, "council")] == codes


def test_chain_without_a_named_body_accepts_any_that_decides() -> None:
    assert chain_gaps([replace(COUNCIL, body_id="other")], None) == ()


@pytest.mark.parametrize(
    ("topic", "codes"),
    [
        (replace(TOPIC, effect=Outcome.NOT_ADOPTED), []),
        (replace(TOPIC, effect=Outcome.ADOPTED, deviation_reason="Weil die Versammlung es wollte."), []),
        (replace(TOPIC, effect=Outcome.ADOPTED), [GapCode.DEVIATION_REASON]),
        (TOPIC, [GapCode.EFFECT]),
    ],
)
def test_decision_needs_an_effect_per_topic_and_a_reason_per_departure(
    topic: TopicStanding, codes: list[GapCode]
) -> None:
    gaps = decision_gaps({"de": "Ja."}, [topic], [COUNCIL], deciding_body="council")
    assert [gap.code for gap in gaps] == codes


def test_decision_without_wording_is_refused() -> None:
    gaps = decision_gaps({"ls": "Ja."}, [], [COUNCIL], deciding_body="council")
    assert [gap.code for gap in gaps] == [GapCode.RESOLUTION]


@pytest.mark.parametrize(
    ("today", "met_on", "days", "light"),
    [
        (date(2027, 3, 11), None, 92, Light.GREEN),
        (date(2027, 6, 1), None, 10, Light.YELLOW),
        (date(2027, 6, 11), None, 0, Light.YELLOW),
        (date(2027, 6, 12), None, -1, Light.RED),
        (date(2027, 7, 1), date(2027, 5, 6), 36, Light.MET),
        (date(2027, 7, 1), date(2027, 6, 13), -2, Light.RED),
    ],
)
def test_deadline_shows_how_urgent_it_is(today: date, met_on: date | None, days: int, light: Light) -> None:
    seen = deadline(date(2027, 6, 11), today, met_on)
    assert (seen.days, seen.light) == (days, light)


def test_deviates_compares_with_a_proposal_only() -> None:
    assert deviates(Outcome.NOT_ADOPTED, Outcome.ADOPTED)
    assert not deviates(Outcome.ADOPTED, Outcome.ADOPTED)
    assert not deviates(None, Outcome.ADOPTED)


def test_plain_language_is_owed_after_a_fortnight() -> None:
    assert plain_language_due(date(2027, 4, 9)) == date(2027, 4, 23)


def test_answer_text_fills_only_known_marks() -> None:
    assert answer_text("Beitrag {ref}: {effect} {x}", {"ref": "MP27-011", "effect": "ja"}) == "Beitrag MP27-011: ja {x}"


def test_state_of_a_recommendation_is_refused() -> None:
    assert state_of(Result.RESOLVED) is DecisionState.RESOLVED
    with pytest.raises(ValueError, match="empfohlen"):
        state_of(Result.RECOMMENDED)


def test_votes_total_counts_everyone() -> None:
    assert Votes(19, 4, 1).total == 24


@pytest.mark.parametrize(
    ("words", "result"),
    [("geändert beschlossen", Result.RESOLVED_AMENDED), ("Einstimmig empfohlen", Result.RECOMMENDED_UNANIMOUSLY)],
)
def test_result_is_read_from_the_minutes(words: str, result: Result) -> None:
    assert result_named(words) is result
