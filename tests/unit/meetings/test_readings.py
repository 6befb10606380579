"""Results as people read them, from real counts of every kind."""

from __future__ import annotations

from typing import Any

import pytest

from backend.meetings.reading_parts import Reading, Unit
from backend.meetings.readings import reading_of
from backend.polls.choices import Choices
from backend.polls.queries import option_view
from backend.polls.types import Method, Option, OptionId, PollDefinition, PollId, PollType
from backend.tally.count import count
from backend.tally.figures import count_json


def read(
    kind: PollType,
    options: str,
    ballots: list[Choices],
    *,
    status: str = "counted",
    **more: Any,  # noqa: ANN401 - fields of a definition
) -> Reading:
    """Return how a poll with these ballots reads; an option may carry its cost, as in `a:5`."""
    parts = [each.partition(":") for each in options.split()]
    given = tuple(Option(OptionId(name), {"de": name}, cost=int(cost) if cost else None) for name, _, cost in parts)
    definition = PollDefinition(PollId("p"), kind, given, **more)
    poll = {
        "type": kind.value,
        "options": [option_view(option) for option in given],
        "statements": [option_view(statement) for statement in definition.statements],
        "max": definition.limit,
    }
    return reading_of(poll, {**count_json(count(definition, ballots)), "status": status})


def test_score_sums_up_and_tells_median_and_mean() -> None:
    reading = read(PollType.SCORE, "a b", [{"a": 5, "b": 0}, {"a": 2}, {"a": 2, "b": 4}], max=5)
    assert [(bar.answer.id, bar.number, bar.wins) for bar in reading.bars] == [("a", 9, True), ("b", 4, False)]
    first = reading.figures[0]
    assert (first.distribution, first.median, first.mean) == ((0, 0, 2, 0, 0, 1), 2.0, 3.0)
    assert reading.unit is Unit.POINTS


def test_cumulative_tie_is_said() -> None:
    reading = read(PollType.CUMULATIVE, "a b c", [{"a": 5}, {"b": 5}])
    assert [answer.id for answer in reading.winners] == ["a", "b"]
    assert reading.is_tie
    assert reading.bars[0].length == 100.0


def test_statements_have_a_mean_each_and_one_nobody_rated_has_none() -> None:
    said = tuple(Option(OptionId(each), {"de": each}) for each in ("s1", "s2"))
    reading = read(PollType.SCALE, "", [[4, None], [5, None]], statements=said)
    assert [(bar.answer.letter, bar.number) for bar in reading.bars] == [("1", 4.5), ("2", 0.0)]
    assert reading.figures[1].mean is None
    assert reading.unit is Unit.MEAN


def test_scale_of_the_question_itself_is_its_distribution() -> None:
    reading = read(PollType.SCALE, "", [[1], [4], [4], []])
    assert [bar.number for bar in reading.bars] == [1, 0, 0, 2, 0]
    assert (reading.figures[0].median, reading.figures[0].mean) == (4.0, 3.0)


BALLOTS: list[Choices] = [["b", "a", "c"], ["b", "c", "a"], ["a", "b", "c"]]


def test_ranking_shows_who_beats_whom() -> None:
    reading = read(PollType.RANKING, "a b c", BALLOTS, method=Method.SCHULZE)
    assert [(answer.id, row) for answer, row in reading.matrix][1] == ("b", (2, None, 3))
    assert [bar.answer.id for bar in reading.bars] == ["b", "a", "c"]
    assert [answer.id for answer in reading.winners] == ["b"]


def test_run_off_shows_its_rounds_until_its_tie() -> None:
    tied: list[Choices] = [["a", "c"], ["b", "c"], ["a"], ["b"], ["c", "a"]]
    reading = read(PollType.RANKING, "a b c", tied, method=Method.IRV)
    assert [round_.votes for round_ in reading.rounds] == [(2, 2, 1), (3, 2, None)]
    assert [answer.id for answer in reading.rounds[0].eliminated] == ["c"]


def test_borda_shows_points_instead_of_first_places() -> None:
    reading = read(PollType.RANKING, "a b c", BALLOTS, method=Method.BORDA)
    assert [(bar.answer.id, bar.number) for bar in reading.bars] == [("b", 5), ("a", 3), ("c", 1)]
    assert reading.unit is Unit.POINTS


@pytest.mark.parametrize("status", ["counted", "provisional"])
def test_budget_shows_what_is_bought_and_what_is_left(status: str) -> None:
    reading = read(PollType.BUDGET, "a:6 b:5 c:4", [["a", "c"], ["a"], ["b"]], status=status, budget=10)
    assert reading.spending is not None
    assert (reading.spending.cost, reading.spending.left, reading.spending.limit) == (10, 0, 10)
    assert [bar.answer.id for bar in reading.bars if bar.wins] == (["a", "c"] if status == "counted" else [])
    assert [bar.cost for bar in reading.bars] == [6, 5, 4]


def test_budget_tie_is_named() -> None:
    reading = read(PollType.BUDGET, "a:6 b:6", [["a"], ["b"]], budget=10)
    assert reading.is_tie
    assert reading.spending is not None
    assert [answer.id for answer in reading.spending.tied] == ["a", "b"]


def test_words_have_sizes_and_nothing_else() -> None:
    result = {
        "totals": {"Bänke": 10, "Ruhe": 5, "Café": 1},
        "hidden": 2,
        "status": "counted",
        "method": {"name": "sum"},
    }
    reading = reading_of({"type": "words", "options": []}, result)
    assert [(word.text, word.step) for word in reading.words] == [("Bänke", 10), ("Ruhe", 5), ("Café", 1)]
    assert (reading.mentions, reading.hidden, reading.bars) == (16, 2, ())


def test_provisional_result_has_no_winner() -> None:
    assert read(PollType.SINGLE, "a b", [["a"]], status="provisional").winners == ()
    assert read(PollType.RANKING, "a b", [["a"]], status="provisional").winners == ()
