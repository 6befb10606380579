"""Where the lines of the decision's picture run: contributions left, topics in the middle, effects right. Pure.

The picture says nothing the list above it does not say.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from backend.decisions.steps import DecisionTrace, TopicOutcome
from backend.decisions.types import Outcome

LINE = 34
GAP = 22
TOP = 46
INPUT_X, TOPIC_X, TOPIC_END_X, EFFECT_X = 204, 388, 640, 840
MARKS = {
    "web": ("web", "W"),
    "phone": ("phone", "H"),
    "kiosk": ("kiosk", "K"),
    "paper_card": ("paper", "P"),
    "paper_ballot": ("paper", "Z"),
    "letter": ("paper", "B"),
    "telephone": ("voice", "T"),
    "email": ("web", "E"),
    "oral": ("voice", "S"),
}
DASHED = {Outcome.NOT_ADOPTED: "dash", Outcome.FORWARDED: "dot", Outcome.NOTED: "dot"}
INK = {Outcome.NOT_ADOPTED: "mut", Outcome.FORWARDED: "mut", Outcome.NOTED: "mut"}


@dataclass(frozen=True, slots=True)
class Dot:
    """A contribution: its place, mark and letter."""

    y: int
    ref: str
    channel: str
    tone: str
    letter: str


@dataclass(frozen=True, slots=True)
class Knot:
    """A topic."""

    y: int
    title: dict[str, str]
    deviates: bool


@dataclass(frozen=True, slots=True)
class Goal:
    """An outcome with how many topics and contributions reach it."""

    y: int
    outcome: Outcome
    topics: int
    contributions: int


@dataclass(frozen=True, slots=True)
class Curve:
    """A line; `ink` is its class."""

    path: str
    ink: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The whole drawing."""

    height: int
    dots: tuple[Dot, ...]
    knots: tuple[Knot, ...]
    goals: tuple[Goal, ...]
    curves: tuple[Curve, ...]


def picture_of(trace: DecisionTrace) -> Picture:
    """Return the drawing of a decision."""
    rows = in_reading_order(trace.rows)
    dots: list[Dot] = []
    knots: list[Knot] = []
    curves: list[Curve] = []
    y = TOP
    for row in rows:
        first = y
        for contribution in row.contributions:
            tone, letter = MARKS[contribution.channel]
            dots.append(Dot(y, contribution.ref, contribution.channel, tone, letter))
            y += LINE
        middle = (first + max(first, y - LINE)) // 2
        knots.append(Knot(middle, row.topic.title, row.effect.deviates))
        own = dots[-len(row.contributions) :] if row.contributions else []
        curves += [Curve(_curve(INPUT_X + 10, dot.y, TOPIC_X - 10, middle), "acc") for dot in own]
        y = max(y, first + LINE) + GAP
    goals = _goals(rows, knots)
    curves += _to_goals(rows, knots, goals)
    return Picture(y, tuple(dots), tuple(knots), goals, tuple(curves))


def in_reading_order(rows: Iterable[TopicOutcome]) -> list[TopicOutcome]:
    """Return the topics: departures first, then by outcome, so that lines do not cross more than needed."""
    order = list(Outcome)
    return sorted(rows, key=lambda row: (order.index(row.effect.effect), not row.effect.deviates))


def _goals(rows: list[TopicOutcome], knots: list[Knot]) -> tuple[Goal, ...]:
    goals: list[Goal] = []
    for outcome in Outcome:
        own = [(row, knot) for row, knot in zip(rows, knots, strict=True) if row.effect.effect is outcome]
        if own:
            middle = sum(knot.y for _, knot in own) // len(own)
            contributions = len({fact.id for row, _ in own for fact in row.contributions})
            goals.append(Goal(middle, outcome, len(own), contributions))
    return tuple(goals)


def _to_goals(rows: list[TopicOutcome], knots: list[Knot], goals: tuple[Goal, ...]) -> list[Curve]:
    y_of = {goal.outcome: goal.y for goal in goals}
    curves: list[Curve] = []
    for row, knot in zip(rows, knots, strict=True):
        outcome = row.effect.effect
        ink = "dev" if row.effect.deviates else f"{INK.get(outcome, 'acc')} {DASHED.get(outcome, '')}".strip()
        curves.append(Curve(_curve(TOPIC_END_X + 8, knot.y, EFFECT_X - 14, y_of[outcome]), ink))
    return curves


def _curve(x1: int, y1: int, x2: int, y2: int) -> str:
    bend = (x1 + x2) // 2
    return f"M{x1} {y1}C{bend} {y1} {bend} {y2} {x2} {y2}"
