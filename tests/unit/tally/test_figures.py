"""Counts as JSON: exact, complete, serialisable."""

import json
import statistics
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.polls.choices import Choices, invalid
from backend.polls.types import Method, PollDefinition, PollType
from backend.tally.count import count
from backend.tally.figures import Json, count_json
from backend.tally.statistics import Figures
from tests.unit.tally.builders import define, times

FIGURES = {"distribution": {"2": 1, "3": 1}, "given": 2, "sum": 5, "median": "5/2", "mean": "5/2"}
ALLOCATION = {"chosen": ["a"], "completed": [], "tied": [], "cost": 5, "left": 1}


@pytest.mark.parametrize(
    ("definition", "ballots", "method"),
    [
        (
            define(PollType.YESNO, "yes no"),
            [["yes"], ["yes"], ["no"]],
            {"name": "majority", "share_of_yes": "2/3"},
        ),
        (define(PollType.YESNO, "yes no"), [], {"name": "majority", "share_of_yes": None}),
        (
            define(PollType.SINGLE, "a b"),
            [["b"]],
            {"name": "sum", "standing": [["b"], ["a"]]},
        ),
        (
            define(PollType.SCALE, "2 3"),
            [[2], [3]],
            {"name": "scale", "statements": {"": FIGURES}},
        ),
        (
            define(PollType.SCORE, "a"),
            [{"a": 2}, {"a": 3}],
            {"name": "score", "options": {"a": FIGURES}, "standing": [["a"]]},
        ),
        (
            define(PollType.BUDGET, "a", costs=(5,), budget=6, method=Method.EQUAL_SHARES),
            [["a"]],
            {"name": "equal_shares", "greedy": ALLOCATION, "equal_shares": ALLOCATION},
        ),
        (
            define(PollType.RANKING, "a b", method=Method.IRV),
            [["b", "a"]],
            {
                "name": "irv",
                "winners": ["b"],
                "pairwise": {"a": {"b": 0}, "b": {"a": 1}},
                "schulze": [["b"], ["a"]],
                "irv": {
                    "rounds": [
                        {
                            "votes": {"a": "0", "b": "1"},
                            "exhausted": 0,
                            "eliminated": [],
                            "tied": [],
                        }
                    ],
                    "winners": ["b"],
                },
                "borda": {"a": "0", "b": "1"},
            },
        ),
    ],
    ids=lambda each: str(each.type) if isinstance(each, PollDefinition) else "",
)
def test_count_json_every_type_tells_its_method(
    definition: PollDefinition, ballots: list[Choices], method: Json
) -> None:
    result = count_json(count(definition, ballots))
    assert result["method"] == method
    assert json.loads(json.dumps(result)) == result
    assert result["ballots"] == len(ballots)


def test_figures_position_beyond_the_values_is_refused() -> None:
    with pytest.raises(IndexError, match="below 2"):
        Figures({1: 2})._value_at(2)


@given(st.lists(st.integers(0, 6), min_size=1, max_size=12))
def test_figures_agree_with_the_standard_library(values: list[int]) -> None:
    figures = Figures(dict(Counter(values)))
    exact = [Fraction(value) for value in values]
    assert figures.median == statistics.median(exact)
    assert figures.mean == statistics.mean(exact)


def test_count_json_names_every_kind_of_ballot() -> None:
    ballots: list[Choices] = [*times(5, "yes"), *times(4, "no"), *times(3, "abst"), invalid(), invalid(), []]
    result = count_json(count(define(PollType.YESNO, "yes no", abstain=True), ballots))
    del result["method"]
    totals = {"yes": 5, "no": 4, "abst": 3}
    assert result == {"ballots": 15, "valid": 12, "invalid": 2, "blank": 1, "abstain": 3, "totals": totals}
