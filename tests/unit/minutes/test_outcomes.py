"""What follows from a result, in the words of minutes."""

from __future__ import annotations

import pytest

from backend.meetings.reading_parts import Bar, Figures, Reading, Spending, Unit
from backend.meetings.screens import Answer
from backend.minutes.outcomes import outcome_sentences
from backend.minutes.words import RULES
from backend.polls.types import Method, PollType

A, B, C = (
    Answer(each, letter, {"de": word}, is_abstention=False)
    for each, letter, word in (("a", "A", "Linden"), ("b", "B", "Bänke"), ("c", "C", "Brunnen"))
)


def reading(kind: PollType, **parts: object) -> Reading:
    """A reading with the parts a type has."""
    usual: dict[str, object] = {"method": "sum", "unit": Unit.VOTES, "bars": (), "winners": (), "is_tie": False}
    return Reading(kind, **(usual | parts))  # type: ignore[arg-type]  # the parts are checked by the tests


def test_order_of_a_ranking_names_every_place_and_its_rule() -> None:
    bars = tuple(Bar(answer, 1.0, 1.0, place=place) for answer, place in ((B, 1), (A, 2), (C, 2)))
    ranked = reading(PollType.RANKING, method="schulze", bars=bars, winners=(B,))
    assert outcome_sentences(ranked) == (
        "Gezählt jede gegen jede (Schulze). Reihenfolge: 1. Bänke, 2. Linden und Brunnen.",
    )


def test_provisional_ranking_has_no_order() -> None:
    bars = (Bar(A, 1.0, 1.0, place=1),)
    assert outcome_sentences(reading(PollType.RANKING, method="irv", bars=bars)) == ()


def test_scale_tells_the_mean_of_each_statement() -> None:
    rows = (Figures(A, (1, 2), 5, 2.0, 1.67), Figures(B, (0, 0), 0, None, None))
    assert outcome_sentences(reading(PollType.SCALE, figures=rows)) == ("Linden: Mittelwert 1,7.",)
    itself = Figures(Answer("", "", {}, is_abstention=False), (1, 2), 5, 2.0, 3.04)
    assert outcome_sentences(reading(PollType.SCALE, figures=(itself,))) == ("Mittelwert 3,0.",)


def test_budget_tells_what_is_paid_and_what_is_left() -> None:
    spent = Spending((A, B), (), (), 12_500, 7_500)
    bought = reading(PollType.BUDGET, method="greedy", winners=(A, B), spending=spent)
    assert outcome_sentences(bought) == (
        "Verteilt nach Beliebtheit. Bezahlt wird: Linden, Bänke. Das kostet 12.500 Euro, übrig sind 7.500 Euro.",
    )


def test_words_that_are_not_shown_are_counted() -> None:
    assert outcome_sentences(reading(PollType.WORDS, hidden=3)) == ("Nicht gezeigte Nennungen: 3.",)


@pytest.mark.parametrize("kind", [PollType.YESNO, PollType.SINGLE, PollType.MULTI])
def test_tie_is_said_and_votes_speak_for_themselves(kind: PollType) -> None:
    assert outcome_sentences(reading(kind)) == ()
    assert outcome_sentences(reading(kind, is_tie=True)) == ("Es steht gleich.",)


def test_every_rule_has_words() -> None:
    assert set(RULES) == {method.value for method in Method}
