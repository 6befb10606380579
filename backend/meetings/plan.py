"""Who an evening needs, and what was decided while it was prepared. Pure.

Guarantees: posts are named by role, never by person; the least crew follows from places and ways to vote alone.
The figures are estimates of ours, said so on the page; no law names them.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

MAX_PEOPLE = 20_000
MAX_ENTRANCES = 50
MAX_KIOSKS = 50
MAX_HELPERS = 500
PEOPLE_PER_DOOR = 150  # one person ticks the roll and hands out a card in about twelve seconds: half an hour
PEOPLE_PER_INFO_DESK = 300
TWO_PERSONS = 2  # everything counted by hand is counted and signed by two


class Post(StrEnum):
    """A role of the evening."""

    HOST = "host"
    CHAIR = "chair"
    DOOR = "door"
    TELLER = "teller"
    INFO = "info"
    MENTOR = "mentor"


@dataclass(frozen=True, slots=True)
class Plan:
    """What the clerk said about the evening; `printed_at` and `rehearsed_at` are noted when it was done."""

    people: int = 0
    entrances: int = 1
    kiosks: int = 0
    with_paper: bool = True
    helpers: int = 0
    is_set: bool = False
    printed_at: str | None = None
    rehearsed_at: str | None = None

    @classmethod
    def read(cls, kept: dict[str, Any]) -> Plan:
        """Return the plan a meeting keeps; names of another release are passed over."""
        return cls(**{name: value for name, value in kept.items() if name in cls.__slots__})

    def kept(self) -> dict[str, Any]:
        """Return the plan as a meeting keeps it."""
        return asdict(self)

    def printed(self, at: datetime) -> Plan:
        """Return the plan after the print pack was made."""
        return replace(self, printed_at=at.isoformat())


@dataclass(frozen=True, slots=True)
class Staffing:
    """How many people a post needs at least."""

    post: Post
    number: int


def least_crew(plan: Plan) -> tuple[Staffing, ...]:
    """Return the smallest crew the evening can be run with; the chair of the assembly is one of them."""
    doors = max(plan.entrances, -(-plan.people // PEOPLE_PER_DOOR))
    wanted = (
        Staffing(Post.CHAIR, 1),
        Staffing(Post.HOST, 1),
        Staffing(Post.DOOR, doors),
        Staffing(Post.TELLER, TWO_PERSONS if plan.with_paper else 0),
        Staffing(Post.INFO, max(1, -(-plan.people // PEOPLE_PER_INFO_DESK)) if plan.with_paper else 0),
        Staffing(Post.MENTOR, plan.kiosks),
    )
    return tuple(each for each in wanted if each.number)


def people_needed(plan: Plan) -> int:
    """Return how many people the least crew has."""
    return sum(each.number for each in least_crew(plan))
