"""From a form to what a person read on a sheet. Only parsing: whether a question allows it, the domain decides.

Questions with one answer send it as JSON in one field; several answers come as ticked options, places and points
as `id=number`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backend.paper.types import Decision
from backend.polls.choices import is_invalid
from backend.polls.types import Option, PollDefinition, PollType

AS_READ = "read"
INVALID = '{"invalid":true}'
BLANK = "[]"
NO_BALLOT = '{"rejected":true}'
ONE_ANSWER = frozenset({PollType.YESNO, PollType.SINGLE, PollType.SCALE})
TICKED = frozenset({PollType.MULTI, PollType.BUDGET})
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to choose: the value its field sends, its letter and its words."""

    value: str
    letter: str
    label: Mapping[str, str]


def shape_of(definition: PollDefinition) -> str:
    """Return which kind of form a question needs: `one`, `ticked` or `numbers`."""
    if definition.type in ONE_ANSWER and not definition.statements:
        return "one"
    return "ticked" if definition.type in TICKED else "numbers"


def answers_of(definition: PollDefinition) -> list[Answer]:
    """Return the printed answers in order, abstention last."""
    if definition.type is PollType.SCALE:
        rated = definition.statements or tuple(
            Option(option.id, {"de": str(option.id)}) for option in definition.choosable
        )
        answers = [Answer(_one(definition, option), "", option.label) for option in rated]
    else:
        letters = [""] * len(definition.choosable) if definition.type is PollType.YESNO else list(LETTERS)
        answers = [
            Answer(_one(definition, option), letter, option.label)
            for option, letter in zip(definition.choosable, [*letters, *letters], strict=False)
        ]
    stays_out = [Answer(json.dumps([option.id]), "–", option.label) for option in definition.options if option.abstain]
    return answers + stays_out


def numbers_of(definition: PollDefinition) -> tuple[int, ...]:
    """Return the numbers a row of a grid may take."""
    match definition.type:
        case PollType.SCALE:
            return definition.scale
        case PollType.SCORE:
            return tuple(range(definition.limit + 1))
        case _:
            return tuple(range(1, definition.limit + 1))


def raw_choices(definition: PollDefinition, decision: str, *, ticked: Sequence[str], numbers: Sequence[str]) -> object:
    """Return what the form says as JSON for the domain; None when nothing was chosen."""
    if decision != AS_READ:
        try:
            return json.loads(decision)
        except json.JSONDecodeError:
            return None
    if shape_of(definition) == "ticked":
        return list(ticked)
    given = dict(pair.split("=", 1) for pair in numbers if "=" in pair)
    chosen = {name: int(number) for name, number in given.items() if number.isdigit()}
    if definition.type is PollType.RANKING:
        return [[name for name in chosen if chosen[name] == place] for place in sorted(set(chosen.values()))]
    if definition.type is PollType.SCALE:
        rated = [chosen.get(str(row.id)) for row in definition.statements]
        return rated if any(grade is not None for grade in rated) else []
    return chosen


def in_words(definition: PollDefinition, decision: Decision) -> str:
    """Return a decision in a few words, in German as printed on the sheet; empty for the three special ones."""
    choices = decision.choices
    if choices is None or is_invalid(choices) or choices == []:
        return ""
    label = {str(option.id): _name(definition, option) for option in (*definition.options, *definition.statements)}
    if isinstance(choices, dict):
        return ", ".join(f"{label.get(name, name)}: {points}" for name, points in choices.items())
    return ", ".join(_part(each, label) for each in choices)


def special_of(decision: Decision) -> str:
    """Return the name of a decision that is no answer: `invalid`, `blank` or `no_ballot`; empty otherwise."""
    if decision.choices is None:
        return "no_ballot"
    if is_invalid(decision.choices):
        return "invalid"
    return "blank" if decision.choices == [] else ""


def _part(choice: object, label: Mapping[str, str]) -> str:
    if isinstance(choice, list):
        return " = ".join(label.get(each, each) for each in choice)
    return "–" if choice is None else label.get(str(choice), str(choice))


def _name(definition: PollDefinition, option: Option) -> str:
    text = option.label.get("de", str(option.id))
    if option.abstain or definition.type not in {PollType.SINGLE, PollType.MULTI, PollType.BUDGET}:
        return text
    return f"{LETTERS[definition.choosable.index(option) % len(LETTERS)]} · {text}"


def _one(definition: PollDefinition, option: Option) -> str:
    if shape_of(definition) != "one":
        return str(option.id)
    is_grade = definition.type is PollType.SCALE
    return json.dumps([int(option.id) if is_grade else str(option.id)])
