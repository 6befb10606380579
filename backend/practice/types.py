"""The life of a rehearsal that was asked for, and its numbers. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

PHONES_MAX = 5_000
KIOSK_CARDS = 5
KEPT = timedelta(days=7)
SILENT_AFTER = timedelta(minutes=3)  # a runner writes every few seconds; one that does not has died


class RunState(StrEnum):
    """Where a rehearsal stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Problem(StrEnum):
    """Why a rehearsal ended without a report."""

    BROKE = "broke"  # the player ended with an error
    SILENT = "silent"  # nobody plays it any more
    MEETING = "meeting"  # a real meeting began


ACTIVE = frozenset({RunState.WAITING, RunState.RUNNING})


@dataclass(frozen=True, slots=True)
class Wish:
    """What a rehearsal should be like."""

    phones: int
    with_chaos: bool
    seed: int


@dataclass(frozen=True, slots=True)
class Run:
    """A rehearsal that was asked for."""

    id: str
    org_id: str
    meeting_id: str
    wish: Wish
    state: RunState
    step: str
    asked_at: datetime
    beat_at: datetime
    ended_at: datetime | None
    is_ok: bool | None
    problem: Problem | None
    sandbox_id: str | None

    @property
    def is_active(self) -> bool:
        """Whether it waits or is being played."""
        return self.state in ACTIVE

    @property
    def report_path(self) -> str:
        """Where its report lies in the storage."""
        return f"rehearsals/{self.id}.json"


def is_silent(run: Run, now: datetime) -> bool:
    """Tell whether an active rehearsal has nobody who plays it."""
    return run.is_active and now - run.beat_at > SILENT_AFTER
