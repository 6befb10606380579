"""The vocabulary of a poll: its type, its states and its frozen definition.

For:        every part that creates, opens, fills in, counts or shows a poll.
Guarantees: pure and immutable; a definition that exists can be voted on and counted.
Refuses:    definitions no ballot could satisfy (`InvalidDefinition`).
Source:     docs/algorithms/counting.md; the wire names are those of the public API.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Final, NewType, TypeAlias

PollId = NewType("PollId", str)
OptionId = NewType("OptionId", str)

Text: TypeAlias = Mapping[str, str]
"""Language code ("de", "ls", "en") to text; "de" is always there."""

OPTIONS_MAX: Final = 40
"""More circles than this fit on no sheet and no phone screen."""
RANKING_OPTIONS_MAX: Final = 10
"""Keeps the run-off's ties countable; the editor warns above five."""
STATEMENTS_MAX: Final = 12
POINTS_MAX: Final = 100
"""Highest score, and most points to distribute."""
WORDS_MAX: Final = 3
ID_PATTERN: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")
RESERVED_ID: Final = "invalid"
"""Marks an invalid sheet in the openings, hence never an option."""


class PollType(StrEnum):
    """How a ballot is filled in and counted."""

    YESNO = "yesno"
    SINGLE = "single"
    MULTI = "multi"
    SCALE = "scale"
    RANKING = "ranking"
    SCORE = "score"
    CUMULATIVE = "cumulative"
    BUDGET = "budget"
    WORDS = "words"

    __hash__ = str.__hash__  # equal to its value, hence the same hash; and looked up for every ballot


class PollState(StrEnum):
    """Where a poll stands; the transitions are in `backend.polls.rules`."""

    DRAFT = "draft"
    READY = "ready"
    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"
    COUNTING = "counting"
    SEALED = "sealed"
    REVEALED = "revealed"
    PUBLISHED = "published"
    CANCELLED = "cancelled"
    VOID = "void"
    NO_RESULT = "no_result"

    __hash__ = str.__hash__


class Grade(StrEnum):
    """How well the choice of a person is protected: offen or geheim."""

    OPEN = "open"
    SECRET = "secret"  # noqa: S105 - a grade, no password


class Channel(StrEnum):
    """The way a ballot came in."""

    PHONE = "phone"
    KIOSK = "kiosk"
    PAPER = "paper"

    __hash__ = str.__hash__


class VoterKind(StrEnum):
    """What entitles to one ballot: a card or a sheet of paper."""

    CARD = "card"
    SHEET = "sheet"


class Method(StrEnum):
    """The counting rule chosen before opening, where a type knows several."""

    SCHULZE = "schulze"
    IRV = "irv"
    BORDA = "borda"
    GREEDY = "greedy"
    EQUAL_SHARES = "equal_shares"


class InvalidDefinition(ValueError):
    """The definition contradicts itself; the message says where."""


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose. `cost` in whole euros, for budget polls only."""

    id: OptionId
    label: Text
    abstain: bool = False
    cost: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, per language."""

    text: Text


@dataclass(frozen=True)  # without slots: what every ballot is read against is derived once
class PollDefinition:
    """Everything that is frozen from `ready` on and decides what a ballot means.

    `max` is the number of marks (multi), ranks (ranking), the highest score (score), the points
    to distribute (cumulative), projects (budget) or words (words); None takes the type's default.
    `statements` are rated on a scale; none means the question itself is rated. `budget` is the
    limit in whole euros.
    """

    id: PollId
    type: PollType
    options: tuple[Option, ...] = ()
    max: int | None = None
    statements: tuple[Option, ...] = ()
    budget: int | None = None
    method: Method | None = None
    grade: Grade = Grade.OPEN
    change_until_close: bool = False
    channels: frozenset[Channel] = field(default_factory=lambda: frozenset(Channel))
    question: Question | None = None

    def __post_init__(self) -> None:
        """Refuse what could not be filled in or counted."""
        for problem in (_ids_problem(self), _type_problem(self), _limit_problem(self)):
            if problem is not None:
                raise InvalidDefinition(problem)

    @cached_property
    def choosable(self) -> tuple[Option, ...]:
        """The options without abstention, in printed order."""
        return tuple(option for option in self.options if not option.abstain)

    @cached_property
    def choosable_ids(self) -> frozenset[str]:
        """The ids of `choosable`."""
        return frozenset(option.id for option in self.choosable)

    @cached_property
    def abstain_id(self) -> OptionId | None:
        """The option that means abstention, if there is one."""
        return next((option.id for option in self.options if option.abstain), None)

    @property
    def scale(self) -> tuple[int, ...]:
        """The values of a scale, ascending; 1 to 5 unless the options say otherwise."""
        return tuple(sorted(int(option.id) for option in self.choosable)) or (1, 2, 3, 4, 5)

    @property
    def limit(self) -> int:
        """`max`, or what the type takes when the poll names none."""
        if self.type in {PollType.YESNO, PollType.SINGLE, PollType.SCALE}:
            return 1
        if self.max is not None:
            return self.max
        defaults = {PollType.SCORE: 5, PollType.CUMULATIVE: 10, PollType.WORDS: WORDS_MAX}
        return defaults.get(self.type, len(self.choosable))


def _ids_problem(definition: PollDefinition) -> str | None:
    options = [option.id for option in definition.options]
    statements = [statement.id for statement in definition.statements]
    for name, ids, most in (
        ("option", options, OPTIONS_MAX),
        ("statement", statements, STATEMENTS_MAX),
    ):
        if len(ids) > most:
            return f"expected at most {most} {name}s, got {len(ids)}"
        if len(set(ids)) != len(ids):
            return f"expected every {name} id once, got {ids}"
        wrong = [each for each in ids if not ID_PATTERN.fullmatch(each) or each == RESERVED_ID]
        if wrong:
            return f"expected {name} ids of 1-40 letters, digits, - or _, got {wrong}"
    if sum(option.abstain for option in definition.options) > 1:
        return "expected at most one option that means abstention"
    return None


def _type_problem(definition: PollDefinition) -> str | None:
    ids = [option.id for option in definition.choosable]
    match definition.type:
        case PollType.YESNO:
            wrong = set(ids) != {"yes", "no"}
            expected = "the options yes and no"
        case PollType.SCALE:
            wrong = any(not re.fullmatch(r"0|[1-9][0-9]?", each) for each in ids)
            expected = "options that are whole numbers below 100"
        case PollType.WORDS:
            wrong = bool(ids)
            expected = "no options beside abstention"
        case PollType.BUDGET:
            wrong = not ids or definition.budget is None or not _has_costs(definition)
            expected = "a budget and projects that each cost more than nothing"
        case PollType.RANKING:
            wrong = not 1 <= len(ids) <= RANKING_OPTIONS_MAX
            expected = f"1 to {RANKING_OPTIONS_MAX} options"
        case _:
            wrong = not ids
            expected = "at least one option to choose"
    if wrong:
        return f"expected {expected} in a {definition.type} poll, got {ids}"
    return None


def _has_costs(definition: PollDefinition) -> bool:
    return all(option.cost is not None and option.cost > 0 for option in definition.choosable)


def _limit_problem(definition: PollDefinition) -> str | None:
    most = WORDS_MAX if definition.type is PollType.WORDS else POINTS_MAX
    if definition.max is not None and not 1 <= definition.max <= most:
        return f"expected max between 1 and {most}, got {definition.max}"
    if definition.budget is not None and definition.budget < 1:
        return f"expected a budget above nothing, got {definition.budget}"
    return None
