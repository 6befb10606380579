"""From what a device sends to the canonical choices that are committed to and counted.

For:        casting (all channels), the commitment, the count and the openings.
Guarantees: accepts exactly what the type of the poll allows; ballots that mean the same have the
            same canonical form, so the order of clicks leaks nothing; canonical twice is
            canonical once; every legal frame fits `pad_size`.
Refuses:    everything else, by name (`InvalidChoices`); no guessing, no silent correction.
Source:     docs/algorithms/counting.md; RFC 8785 fixes the bytes of what is returned here.

Canonical forms: `[]` blank · `["abst"]` abstention · one option id (yesno, single) · option ids in
option order (multi, budget) · one grade or null per statement (scale) · option ids from best to
worst, ties as lists in option order (ranking) · option id to points (score, cumulative; no zeros in
the latter) · words in alphabetical order.
"""

import json
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Final, TypeAlias

from backend.polls.types import OPTIONS_MAX, PollDefinition, PollType

Choice: TypeAlias = str | int | list[str] | None
Choices: TypeAlias = list[Choice] | dict[str, int]
"""JSON as it is committed to; only `canonical` and `invalid` make it."""

WORD_LENGTH_MAX: Final = 24
_WORD_CATEGORIES: Final = frozenset("LMN")
_WORD_PUNCTUATION: Final = frozenset(" -'\u2019.&+")


class ChoiceFault(StrEnum):
    """Why choices are not allowed."""

    NOT_A_LIST = "not_a_list"
    NOT_AN_OBJECT = "not_an_object"
    NOT_A_NUMBER = "not_a_number"
    NOT_A_WORD = "not_a_word"
    UNKNOWN_OPTION = "unknown_option"
    REPEATED = "repeated"
    TOO_MANY = "too_many"
    ABSTENTION_NOT_ALONE = "abstention_not_alone"
    OUT_OF_RANGE = "out_of_range"
    WRONG_LENGTH = "wrong_length"
    EMPTY_TIE = "empty_tie"
    OVER_BUDGET = "over_budget"


class InvalidChoices(ValueError):
    """The choices are not allowed by the type of the poll."""

    def __init__(self, fault: ChoiceFault, detail: str) -> None:
        """Keep the named reason beside the sentence."""
        super().__init__(detail)
        self.fault = fault


def invalid() -> Choices:
    """Return the choices of an invalid sheet: decided by tellers, never sent by a device."""
    return {"invalid": True}


def is_invalid(choices: Choices) -> bool:
    """Tell an invalid sheet from every other ballot."""
    return isinstance(choices, dict) and choices.get("invalid") is True


def canonical(definition: PollDefinition, raw: object) -> Choices:
    """Return the canonical choices of one ballot, given decoded JSON from anywhere.

    Raises:
        InvalidChoices: not allowed by the type, with the named fault.
    """
    if raw == []:
        return []
    abstention = definition.abstain_id
    if abstention is not None and isinstance(raw, list) and abstention in raw:
        if len(raw) > 1:
            raise InvalidChoices(ChoiceFault.ABSTENTION_NOT_ALONE, "abstention stands alone")
        return [abstention]
    return _READERS[definition.type](definition, raw)


def canonical_sheet(definition: PollDefinition, raw: object) -> Choices:
    """Return what a sheet of paper says: what no rule allows is an invalid sheet, not an error."""
    try:
        return canonical(definition, raw)
    except InvalidChoices:
        return invalid()


def _options(definition: PollDefinition, raw: object) -> list[Choice]:
    """Read distinct option ids; bring them into option order."""
    chosen = _known(definition, _list(raw, definition.limit))
    return [option.id for option in definition.choosable if option.id in chosen]


def _grades(definition: PollDefinition, raw: object) -> list[Choice]:
    expected = max(1, len(definition.statements))
    given = _list(raw, expected)
    if len(given) != expected:
        detail = f"expected {expected} grades, got {len(given)}"
        raise InvalidChoices(ChoiceFault.WRONG_LENGTH, detail)
    grades: list[Choice] = [None if grade is None else _integer(grade, definition.scale) for grade in given]
    return [] if all(grade is None for grade in grades) else grades


def _ranks(definition: PollDefinition, raw: object) -> list[Choice]:
    groups = [_list(rank, OPTIONS_MAX) if isinstance(rank, list) else [rank] for rank in _list(raw, OPTIONS_MAX)]
    if any(not group for group in groups):
        raise InvalidChoices(ChoiceFault.EMPTY_TIE, "expected options in every tied group")
    ranked = _known(definition, [option for group in groups for option in group])
    if len(ranked) > definition.limit:
        detail = f"expected at most {definition.limit} ranked options, got {len(ranked)}"
        raise InvalidChoices(ChoiceFault.TOO_MANY, detail)
    ordered = [[str(option.id) for option in definition.choosable if option.id in group] for group in groups]
    return [group[0] if len(group) == 1 else group for group in ordered]


def _scores(definition: PollDefinition, raw: object) -> Choices:
    return _rated(definition, raw) or []


def _rated(definition: PollDefinition, raw: object) -> dict[str, int]:
    points = _mapping(raw)
    chosen = _known(definition, list(points))
    allowed = range(definition.limit + 1)
    return {
        str(option.id): _integer(points[option.id], allowed) for option in definition.choosable if option.id in chosen
    }


def _points(definition: PollDefinition, raw: object) -> Choices:
    points = {option: given for option, given in _rated(definition, raw).items() if given}
    if sum(points.values()) > definition.limit:
        detail = f"expected at most {definition.limit} points, got {sum(points.values())}"
        raise InvalidChoices(ChoiceFault.TOO_MANY, detail)
    return points or []


def _projects(definition: PollDefinition, raw: object) -> list[Choice]:
    chosen = _options(definition, raw)
    cost = sum(option.cost or 0 for option in definition.choosable if option.id in chosen)
    if definition.budget is not None and cost > definition.budget:
        detail = f"expected projects for at most {definition.budget}, got {cost}"
        raise InvalidChoices(ChoiceFault.OVER_BUDGET, detail)
    return chosen


def _words(definition: PollDefinition, raw: object) -> list[Choice]:
    words = [_word(word) for word in _list(raw, definition.limit)]
    if len({word.casefold() for word in words}) != len(words):
        raise InvalidChoices(ChoiceFault.REPEATED, "expected every word once")
    ordered: list[Choice] = [*sorted(words)]
    return ordered


_READERS: Final[Mapping[PollType, Callable[[PollDefinition, object], Choices]]] = {
    PollType.YESNO: _options,
    PollType.SINGLE: _options,
    PollType.MULTI: _options,
    PollType.SCALE: _grades,
    PollType.RANKING: _ranks,
    PollType.SCORE: _scores,
    PollType.CUMULATIVE: _points,
    PollType.BUDGET: _projects,
    PollType.WORDS: _words,
}


def _list(raw: object, most: int) -> list[object]:
    if not isinstance(raw, list):
        raise InvalidChoices(ChoiceFault.NOT_A_LIST, f"expected a list, got {type(raw).__name__}")
    if len(raw) > most:
        detail = f"expected at most {most} entries, got {len(raw)}"
        raise InvalidChoices(ChoiceFault.TOO_MANY, detail)
    return raw


def _mapping(raw: object) -> dict[str, object]:
    if not isinstance(raw, dict):
        detail = f"expected an object, got {type(raw).__name__}"
        raise InvalidChoices(ChoiceFault.NOT_AN_OBJECT, detail)
    if len(raw) > OPTIONS_MAX:
        detail = f"expected at most {OPTIONS_MAX} entries, got {len(raw)}"
        raise InvalidChoices(ChoiceFault.TOO_MANY, detail)
    return raw


def _known(definition: PollDefinition, given: Sequence[object]) -> set[str]:
    """Return the given option ids, each known and named once."""
    chosen: set[str] = set()
    for option in given:
        if not isinstance(option, str) or option not in definition.choosable_ids:
            raise InvalidChoices(ChoiceFault.UNKNOWN_OPTION, "expected ids of this poll's options")
        if option in chosen:
            raise InvalidChoices(ChoiceFault.REPEATED, f"expected {option} once")
        chosen.add(option)
    return chosen


def _integer(raw: object, allowed: Sequence[int]) -> int:
    # bool is an int in Python, but true is no grade in JSON.
    if not isinstance(raw, int) or isinstance(raw, bool):
        detail = f"expected a whole number, got {type(raw).__name__}"
        raise InvalidChoices(ChoiceFault.NOT_A_NUMBER, detail)
    if raw not in allowed:
        detail = f"expected a number from {allowed[0]} to {allowed[-1]}"
        raise InvalidChoices(ChoiceFault.OUT_OF_RANGE, detail)
    return raw


def _word(raw: object) -> str:
    if not isinstance(raw, str) or len(raw) > 4 * WORD_LENGTH_MAX:
        raise InvalidChoices(ChoiceFault.NOT_A_WORD, "expected short words")
    word = " ".join(unicodedata.normalize("NFC", raw).split())
    legible = all(letter in _WORD_PUNCTUATION or unicodedata.category(letter)[0] in _WORD_CATEGORIES for letter in word)
    if not legible or not 1 <= len(word) <= WORD_LENGTH_MAX:
        detail = f"expected words of 1 to {WORD_LENGTH_MAX} letters"
        raise InvalidChoices(ChoiceFault.NOT_A_WORD, detail)
    return word


# --- padding: TLS hides what is said, not how long it is -----------------------------------------

PAD_STEP_BYTES: Final = 256
_CHOICES_STEP_BYTES: Final = 64
_KEY_LENGTH: Final = 64
"""Request key: a UUID is 36."""
_ID_LENGTH: Final = 40
_CARD_LENGTH: Final = 64
"""A code as typed: 16 as printed, and room for blanks."""
_HASH_LENGTH: Final = 64
RECEIPT_PATH_LENGTH: Final = 9
"""Hashes in a receipt: 512 ballots in one signed batch."""
_SIGNATURE_LENGTH: Final = 128
_SLACK_BYTES: Final = 64
"""Blanks after commas and colons, where a client writes them."""


def pad_size(definition: PollDefinition) -> int:
    r"""Return the size in bytes of every cast frame and acknowledgement of this poll.

    The longest frames are built with every field at its greatest length and measured; the result
    is the next multiple of 256. Words are measured as `\uXXXX` escapes, 12 bytes per character at
    worst. The body of `POST …/ballots` and its answer are shorter than the frames.
    """
    cast = {
        "t": "cast",
        "id": "x" * _KEY_LENGTH,
        "poll": "x" * max(_ID_LENGTH, len(definition.id)),
        "card": "x" * _CARD_LENGTH,
        "choices": _longest(definition),
        "nonce": "x" * _HASH_LENGTH,
        "pad": "",
    }
    receipt = {
        "r": "x" * _HASH_LENGTH,
        "index": 2**RECEIPT_PATH_LENGTH,
        "size": 2**RECEIPT_PATH_LENGTH,
        "path": ["x" * _HASH_LENGTH] * RECEIPT_PATH_LENGTH,
        "signature": "x" * _SIGNATURE_LENGTH,
    }
    ballot = {
        "commitment": "x" * _HASH_LENGTH,
        "tracking_code": "XXXX-XXXX-XXXX",
        "receipt": receipt,
    }
    ack = {"t": "ack", "id": "x" * _KEY_LENGTH, "ballot": ballot, "channel": "phone", "pad": ""}
    longest = max(len(json.dumps(frame)) for frame in (cast, ack)) + _SLACK_BYTES
    return -(-longest // PAD_STEP_BYTES) * PAD_STEP_BYTES


def choices_size(definition: PollDefinition) -> int:
    """Return how many bytes the canonical choices of any ballot of this poll take at most, in steps of 64."""
    longest = len(json.dumps(_longest(definition)))
    return -(-longest // _CHOICES_STEP_BYTES) * _CHOICES_STEP_BYTES


def _longest(definition: PollDefinition) -> object:
    """Return JSON at least as long as any legal choices of this poll."""
    ids = [str(option.id) for option in definition.options]
    match definition.type:
        case PollType.SCALE:
            return [None] * max(1, len(definition.statements)) + ids[:1]
        case PollType.RANKING:
            return [[each] for each in ids]
        case PollType.SCORE | PollType.CUMULATIVE:
            return dict.fromkeys(ids, definition.limit)
        case PollType.WORDS:
            return ["\U0001d400" * WORD_LENGTH_MAX] * definition.limit + ids
        case _:
            return ids
