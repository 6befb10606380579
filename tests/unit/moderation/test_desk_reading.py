"""From the desk's forms to choices, and from decisions to words."""

from __future__ import annotations

import json

import pytest

from backend.paper.actions.adjudicate import decision_of
from backend.paper.types import Decision
from backend.polls.types import Option, OptionId, PollDefinition, PollId, PollType, Question
from moderation.desk.reading import (
    AS_READ,
    BLANK,
    INVALID,
    NO_BALLOT,
    answers_of,
    in_words,
    numbers_of,
    raw_choices,
    shape_of,
    special_of,
)


def option(name: str, *, abstain: bool = False) -> Option:
    return Option(OptionId(name), {"de": name.upper()}, abstain=abstain)


ABC = (option("a"), option("b"), option("c"), option("abst", abstain=True))
GRADES = tuple(option(str(grade)) for grade in range(1, 6))


def poll(type_: PollType, *options: Option, limit: int | None = None, rows: tuple[Option, ...] = ()) -> PollDefinition:
    return PollDefinition(PollId("p"), type_, options, limit, rows, question=Question({"de": "Was?"}))


@pytest.mark.parametrize("decision", [INVALID, BLANK, NO_BALLOT])
def test_special_decisions_fit_every_type(decision: str) -> None:
    definition = poll(PollType.SINGLE, *ABC)
    read = decision_of(definition, raw_choices(definition, decision, ticked=(), numbers=()))
    assert special_of(read)
    assert in_words(definition, read) == ""


@pytest.mark.parametrize(
    ("definition", "labels"),
    [
        (poll(PollType.SINGLE, *ABC), ["A · A", "B · B", "C · C", "ABST"]),
        (poll(PollType.SCALE, *GRADES), ["1", "2", "3", "4", "5"]),
    ],
)
def test_every_single_answer_is_a_legal_decision(definition: PollDefinition, labels: list[str]) -> None:
    decisions = [
        decision_of(definition, raw_choices(definition, answer.value, ticked=(), numbers=()))
        for answer in answers_of(definition)
    ]
    assert shape_of(definition) == "one"
    assert [in_words(definition, each) for each in decisions] == labels
    assert {special_of(each) for each in decisions} == {""}


def test_ticked_options_become_choices() -> None:
    definition = poll(PollType.MULTI, *ABC, limit=2)
    read = decision_of(definition, raw_choices(definition, AS_READ, ticked=["c", "a"], numbers=()))
    assert read == Decision(["a", "c"])
    assert in_words(definition, read) == "A · A, C · C"
    assert [answer.letter for answer in answers_of(definition)] == ["A", "B", "C", "–"]


@pytest.mark.parametrize(
    ("definition", "numbers", "choices", "words"),
    [
        (poll(PollType.RANKING, *ABC), ["a=2", "b=1", "c=2"], ["b", ["a", "c"]], "B, A = C"),
        (poll(PollType.SCORE, *ABC, limit=3), ["a=3", "b=", "c=0"], {"a": 3, "c": 0}, "A: 3, C: 0"),
        (poll(PollType.SCALE, *GRADES, rows=(option("s"), option("t"))), ["s=", "t=4"], [None, 4], "–, 4"),
        (poll(PollType.SCALE, *GRADES, rows=(option("s"), option("t"))), ["s=", "t="], [], ""),
    ],
)
def test_numbers_become_choices(definition: PollDefinition, numbers: list[str], choices: object, words: str) -> None:
    assert shape_of(definition) == "numbers"
    read = decision_of(definition, raw_choices(definition, AS_READ, ticked=(), numbers=numbers))
    assert read.choices == choices
    assert in_words(definition, read) == words


def test_numbers_offered_follow_the_type() -> None:
    assert numbers_of(poll(PollType.SCORE, *ABC, limit=2)) == (0, 1, 2)
    assert numbers_of(poll(PollType.RANKING, *ABC)) == (1, 2, 3)
    assert numbers_of(poll(PollType.SCALE, *GRADES)) == (1, 2, 3, 4, 5)


def test_nonsense_is_nothing() -> None:
    definition = poll(PollType.SINGLE, *ABC)
    assert raw_choices(definition, "no json", ticked=(), numbers=()) is None
    assert json.loads(INVALID) == {"invalid": True}
