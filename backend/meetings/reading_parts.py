"""What a result is made of for people who read it: bars, figures, rounds, spending, words. Types only, immutable."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from backend.meetings.screens import Answer
from backend.polls.types import PollType


class Unit(StrEnum):
    """What the number of a bar is."""

    VOTES = "votes"
    POINTS = "points"
    MEAN = "mean"
    FIRSTS = "firsts"


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of the chart; `length` in per cent of the longest bar, or of the valid ballots where they are votes."""

    answer: Answer
    number: float
    length: float
    place: int | None = None
    cost: int | None = None
    wins: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """How one row was rated: how often each step, and what follows."""

    answer: Answer
    distribution: tuple[int, ...]
    total: int
    median: float | None
    mean: float | None


@dataclass(frozen=True, slots=True)
class Round:
    """One round of a run-off: votes per answer, None for those that are out."""

    votes: tuple[float | None, ...]
    eliminated: tuple[Answer, ...]
    tied: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Spending:
    """What a budget buys."""

    bought: tuple[Answer, ...]
    tied: tuple[Answer, ...]
    completed: tuple[Answer, ...]
    cost: int
    left: int

    @property
    def limit(self) -> int:
        """Return the money there was."""
        return self.cost + self.left


@dataclass(frozen=True, slots=True)
class Word:
    """One word with its mentions and its size in the cloud."""

    text: str
    mentions: int
    step: int


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything a page says about a result; what a type does not have is empty."""

    kind: PollType
    method: str
    unit: Unit
    bars: tuple[Bar, ...]
    winners: tuple[Answer, ...]
    is_tie: bool
    steps: tuple[int, ...] = ()
    figures: tuple[Figures, ...] = ()
    matrix: tuple[tuple[Answer, tuple[int | None, ...]], ...] = ()
    rounds: tuple[Round, ...] = ()
    points: tuple[tuple[Answer, float], ...] = ()
    spending: Spending | None = None
    words: tuple[Word, ...] = ()
    mentions: int = 0
    hidden: int = 0
