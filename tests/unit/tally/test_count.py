"""Counting per type: totals, kinds of ballots, figures."""

from fractions import Fraction

import pytest

from backend.polls.choices import Choices, invalid
from backend.polls.types import Method, PollDefinition, PollType
from backend.tally.count import (
    BudgetResult,
    ChoiceResult,
    RankingResult,
    ScaleResult,
    ScoreResult,
    YesNoResult,
    count,
)
from backend.tally.piles import NotCanonical
from backend.tally.score import QUESTION_ITSELF, rate_options
from tests.unit.tally.builders import define, statements, times

YESNO = define(PollType.YESNO, "yes no", abstain=True)


def test_count_yesno_separates_the_kinds_of_ballots() -> None:
    ballots: list[Choices] = [["yes"], ["yes"], ["no"], ["abst"], [], invalid(), invalid()]
    result = count(YESNO, ballots)
    assert (result.ballots, result.valid, result.invalid, result.blank, result.abstain) == (
        7,
        4,
        2,
        1,
        1,
    )
    assert dict(result.totals) == {"yes": 2, "no": 1, "abst": 1}
    assert result.result == YesNoResult(Fraction(2, 3))


def test_count_yesno_abstentions_only_has_no_share() -> None:
    assert count(YESNO, [["abst"], []]).result == YesNoResult(None)


def test_count_nothing_lists_every_option_with_zero() -> None:
    result = count(define(PollType.SINGLE, "a b", abstain=True), [])
    assert dict(result.totals) == {"a": 0, "b": 0, "abst": 0}
    assert (result.ballots, result.unanimous) == (0, False)


def test_count_single_equal_votes_stay_tied() -> None:
    result = count(define(PollType.SINGLE, "a b c"), [["a"], ["b"], ["c"], ["c"]])
    assert result.result == ChoiceResult((("c",), ("a", "b")))


def test_count_multi_counts_marks_and_voters() -> None:
    result = count(define(PollType.MULTI, "a b c", max=2), [["a", "b"], ["b"], []])
    assert dict(result.totals) == {"a": 1, "b": 2, "c": 0}
    assert (result.valid, result.blank) == (2, 1)


def test_count_scale_gives_median_and_mean() -> None:
    result = count(define(PollType.SCALE), [[1], [4], [5], [4]])
    assert dict(result.totals) == {"1": 1, "2": 0, "3": 0, "4": 2, "5": 1}
    assert isinstance(result.result, ScaleResult)
    figures = result.result.statements[QUESTION_ITSELF]
    assert (figures.median, figures.mean) == (Fraction(4), Fraction(7, 2))
    assert figures.given == 4


def test_count_scale_statements_are_counted_apart() -> None:
    definition = define(PollType.SCALE, statements=statements("s1", "s2"))
    result = count(definition, [[1, None], [2, 5]])
    assert result.totals["s1:1"] == 1
    assert result.totals["s2:5"] == 1
    assert isinstance(result.result, ScaleResult)
    assert result.result.statements["s1"].median == Fraction(3, 2)
    assert result.result.statements["s2"].given == 1


def test_count_scale_nothing_given_has_no_figures() -> None:
    result = count(define(PollType.SCALE), [[]])
    assert isinstance(result.result, ScaleResult)
    figures = result.result.statements[QUESTION_ITSELF]
    assert (figures.median, figures.mean) == (None, None)


def test_count_score_unrated_is_not_zero() -> None:
    definition = define(PollType.SCORE, "a b c", max=5)
    result = count(definition, [{"a": 5, "b": 0}, {"a": 2}])
    assert dict(result.totals) == {"a": 7, "b": 0, "c": 0}
    assert isinstance(result.result, ScoreResult)
    assert result.result.options["a"].median == Fraction(7, 2)
    assert result.result.options["b"].median == 0
    assert result.result.options["c"].median is None
    assert result.result.standing == (("a",), ("b", "c"))


def test_count_cumulative_sums_points() -> None:
    definition = define(PollType.CUMULATIVE, "a b", max=10, abstain=True)
    result = count(definition, [{"a": 7, "b": 3}, {"b": 4}, ["abst"]])
    assert dict(result.totals) == {"a": 7, "b": 7, "abst": 1}
    assert result.result == ChoiceResult((("a", "b"),))


def test_count_words_joins_spellings_under_the_most_frequent() -> None:
    result = count(define(PollType.WORDS), [["Grün", "bunt"], ["grün"], ["grün"], ["laut"]])
    assert list(result.totals.items()) == [("grün", 3), ("bunt", 1), ("laut", 1)]


@pytest.mark.parametrize(
    ("method", "winners"),
    [
        (None, ("b",)),
        (Method.SCHULZE, ("b",)),
        (Method.IRV, ("a",)),
        (Method.BORDA, ("b",)),
    ],
)
def test_count_ranking_the_chosen_method_decides(method: Method | None, winners: tuple[str, ...]) -> None:
    definition = define(PollType.RANKING, "a b c", method=method)
    ballots = times(4, "a", "b", "c") + times(3, "c", "b", "a") + times(2, "b", "a", "c")
    result = count(definition, ballots)
    assert isinstance(result.result, RankingResult)
    assert result.result.winners == winners
    assert dict(result.totals) == {"a>b>c": 4, "c>b>a": 3, "b>a>c": 2}


def test_count_ranking_pattern_shows_ties() -> None:
    result = count(define(PollType.RANKING, "a b c d"), [["b", ["a", "c"]]])
    assert dict(result.totals) == {"b>a=c": 1}


def test_count_ranking_without_votes_has_no_winner() -> None:
    result = count(define(PollType.RANKING, "a b"), [[]])
    assert isinstance(result.result, RankingResult)
    assert result.result.winners == ()


def test_count_budget_shows_both_methods() -> None:
    definition = define(PollType.BUDGET, "a b", costs=(6, 6), budget=10)
    result = count(definition, [["a"], ["a"], ["b"]])
    assert isinstance(result.result, BudgetResult)
    assert result.result.method is Method.GREEDY
    assert result.result.greedy.chosen == ("a",)
    assert dict(result.totals) == {"a": 2, "b": 1}


@pytest.mark.parametrize("choices", [["maybe"], ["no", "yes"], [["yes"]], {"yes": 1}, {"invalid": 1}, [True]])
def test_count_choices_not_canonical_are_refused(choices: Choices) -> None:
    with pytest.raises(NotCanonical):
        count(YESNO, [choices])


def test_count_click_order_is_refused() -> None:
    with pytest.raises(NotCanonical, match="expected"):
        count(define(PollType.MULTI, "a b"), [["b", "a"]])


@pytest.mark.parametrize(
    ("definition", "ballots", "expected"),
    [
        (YESNO, [["yes"], ["yes"]], True),
        (YESNO, [["yes"], invalid(), []], True),
        (YESNO, [["abst"], ["abst"]], True),
        (YESNO, [["yes"], ["abst"]], False),
        (YESNO, [["yes"], ["no"]], False),
        (YESNO, [invalid(), []], False),
        (define(PollType.MULTI, "a b"), [["a"], ["a", "b"]], True),
        (define(PollType.MULTI, "a b"), [["a"], ["b"]], False),
        (define(PollType.CUMULATIVE, "a b"), [{"a": 1}, {"b": 2}], False),
    ],
)
def test_count_unanimous_when_everybody_is_told(
    definition: PollDefinition, ballots: list[Choices], expected: bool
) -> None:
    assert count(definition, ballots).unanimous is expected


def test_rate_options_wrong_kind_of_choices_is_refused() -> None:
    with pytest.raises(TypeError):
        rate_options(["a"], [(["a"], 1)])


def test_count_words_equally_often_stand_in_alphabetical_order() -> None:
    result = count(define(PollType.WORDS), [["a", "z"], ["b"]])
    assert list(result.totals.items()) == [("a", 1), ("b", 1), ("z", 1)]


def test_count_ballots_sorted_behind_invalid_ones_are_counted() -> None:
    result = count(define(PollType.SCORE, "a z", max=5), [{"a": 1}, invalid(), {"z": 4}])
    assert dict(result.totals) == {"a": 1, "z": 4}
    assert (result.valid, result.invalid) == (2, 1)
