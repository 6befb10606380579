"""Counts as JSON: exact, complete, serialisable."""

import json

import pytest

from backend.polls.choices import Choices
from backend.polls.types import Method, PollDefinition, PollType
from backend.tally.count import count
from backend.tally.figures import Json, count_json
from backend.tally.statistics import Figures
from tests.unit.tally.builders import define

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
