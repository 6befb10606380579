"""How far the preparation of an evening is: its steps in order, and what each still lacks. Pure.

Guarantees: a step is done exactly while it lacks nothing, so whoever comes back sees the same list. Refuses nothing:
the evening can begin with gaps, they are only named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from backend.meetings.plan import Plan, people_needed
from backend.meetings.types import MeetingState


class Step(StrEnum):
    """A step of the preparation, in this order."""

    DATE = "date"
    AGENDA = "agenda"
    QUESTIONS = "questions"
    CREW = "crew"
    PRINT = "print"
    REHEARSAL = "rehearsal"
    EVENING = "evening"


class Lack(StrEnum):
    """What a step still lacks."""

    PLACE = "place"
    NOTICE = "notice"
    ANNOUNCEMENT = "announcement"
    ITEMS = "items"
    TOO_LONG = "too_long"
    QUESTION = "question"
    PRACTICE = "practice"
    PLAN = "plan"
    HELPERS = "helpers"
    CARDS = "cards"
    PRINT = "print"
    REHEARSAL = "rehearsal"
    TICKS = "ticks"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about the evening."""

    state: MeetingState
    has_place: bool
    has_notice: bool
    items: int
    questions: int
    practice: int
    cards: int
    plan: Plan
    ticks_open: int
    overlong_minutes: int = 0


Lacks = Mapping[Step, tuple[Lack, ...]]


def lacks_of(facts: Facts) -> Lacks:
    """Return what each step lacks, in order; nothing for a step that is done."""
    plan = facts.plan
    checks: tuple[tuple[Step, Lack, bool], ...] = (
        (Step.DATE, Lack.PLACE, not facts.has_place),
        (Step.DATE, Lack.NOTICE, not facts.has_notice),
        (Step.DATE, Lack.ANNOUNCEMENT, facts.state is MeetingState.DRAFT),
        (Step.AGENDA, Lack.ITEMS, not facts.items),
        (Step.AGENDA, Lack.TOO_LONG, facts.overlong_minutes > 0),
        (Step.QUESTIONS, Lack.QUESTION, not facts.questions),
        (Step.QUESTIONS, Lack.PRACTICE, not facts.practice),
        (Step.CREW, Lack.PLAN, not plan.is_set),
        (Step.CREW, Lack.HELPERS, plan.is_set and plan.helpers < people_needed(plan)),
        (Step.PRINT, Lack.CARDS, facts.cards < plan.people),
        (Step.PRINT, Lack.PRINT, plan.printed_at is None),
        (Step.REHEARSAL, Lack.REHEARSAL, plan.rehearsed_at is None),
        (Step.EVENING, Lack.TICKS, facts.ticks_open > 0),
    )
    return MappingProxyType(
        {step: tuple(lack for owner, lack, is_open in checks if owner is step and is_open) for step in Step}
    )


def next_step(lacks: Lacks) -> Step:
    """Return the first step that lacks something; the last one when all are done."""
    return next((step for step in Step if lacks[step]), Step.EVENING)
