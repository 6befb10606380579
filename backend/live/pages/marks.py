"""From the fields of a ballot without a script to choices, and from choices to lines a person reads. Pure.

Guarantees: fields of a choice have one length for every choice, but for words: two digits are the place of an option,
three characters what a row got (`---` for nothing), in the order of the rows. Refuses places nobody offered
(`BadChoices`); what choices mean is the domain's.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote_plus

from backend.ballots.errors import BadChoices
from backend.live.pages.picture import letters_of
from backend.live.pages.standing import Row
from backend.polls.choices import Choices
from backend.polls.types import Option, PollDefinition, PollType

UNRATED = "---"
PLACE_CHARS = 2
FIELD_CHARS = len("&choice=00")
WORD_FIELD_CHARS = len("&wort=") + 24 * len("%F0%9D%90%80")  # the longest word there is, as a form sends it


def rows_of(definition: PollDefinition) -> tuple[Option, ...]:
    """Return what gets a number each; nothing where options are marked."""
    match definition.type:
        case PollType.SCORE | PollType.CUMULATIVE:
            return definition.choosable
        case PollType.SCALE:
            return definition.statements
        case _:
            return ()


def steps_of(definition: PollDefinition) -> Sequence[int]:
    """Return the numbers a row may get."""
    return definition.scale if definition.type is PollType.SCALE else range(definition.limit + 1)


def choices_of(row: Row, marks: Sequence[str], words: Sequence[str] = ()) -> object:
    """Return the choices that fields stand for. Raises: BadChoices."""
    definition = row.poll.definition
    picked = [_at(row, mark) for mark in marks if len(mark) == PLACE_CHARS]
    rows = rows_of(definition)
    if not rows:
        is_scale = definition.type is PollType.SCALE
        chosen = [int(option.id) if is_scale and not option.abstain else str(option.id) for option in picked]
        return [*chosen, *words]
    numbers = [None if mark == UNRATED else int(mark) for mark in marks if len(mark) != PLACE_CHARS]
    is_given = any(numbers) if definition.type is PollType.CUMULATIVE else any(n is not None for n in numbers)
    if picked or not is_given:
        return [*(str(option.id) for option in picked), *(numbers if is_given else ())]
    if len(numbers) != len(rows):
        raise BadChoices
    if definition.type is PollType.SCALE:
        return numbers
    return {str(option.id): number for option, number in zip(rows, numbers, strict=True) if number is not None}


def padding(row: Row, marks: Sequence[str], words: Sequence[str]) -> str:
    """Return what makes a form with these fields as long as every other of its poll."""
    definition = row.poll.definition
    places = sum(len(mark) == PLACE_CHARS for mark in marks)
    missing = FIELD_CHARS * (len(row.options) - places)
    if definition.type is PollType.WORDS:
        missing += WORD_FIELD_CHARS * definition.limit - sum(len(f"&wort={quote_plus(word)}") for word in words)
    return "." * missing


def lines_of(row: Row, choices: Choices) -> list[tuple[str, Option | str]]:
    """Return choices as lines: a letter or number, and an option or a word."""
    definition = row.poll.definition
    rows = rows_of(definition)
    if isinstance(choices, dict):
        return [(str(choices[option.id]), option) for option in rows if option.id in choices]
    if rows and choices != [definition.abstain_id]:
        return [("–" if grade is None else str(grade), option) for grade, option in zip(choices, rows, strict=True)]
    known = {str(option.id): option for option in row.options}
    letters = dict(zip(known, letters_of(row.options, definition.type), strict=True))
    return [
        (_before(definition, place, letters.get(str(each), ""), known.get(str(each))), known.get(str(each), str(each)))
        for place, each in enumerate(choices, start=1)
    ]


def _before(definition: PollDefinition, place: int, letter: str, option: Option | None) -> str:
    if definition.type is PollType.RANKING:
        return f"{place}."
    is_plain = option is None or option.abstain or definition.type is PollType.YESNO
    return "" if is_plain else letter


def _at(row: Row, mark: str) -> Option:
    place = int(mark) if mark.isdecimal() else len(row.options)
    if place >= len(row.options):
        raise BadChoices
    return row.options[place]
