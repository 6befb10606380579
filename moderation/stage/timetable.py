"""The agenda against the clock: when points began, when the others will, how late the evening is. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.kit.db import JsonDict
from backend.meetings.types import SET_ASIDE, ItemState

SMALLEST_DELAY = timedelta(minutes=2)  # less is not worth a word
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Line:
    """One point of the agenda with its polls. `ends_at` is set for points that are over."""

    id: str
    number: str
    title: Mapping[str, str]
    minutes: int
    state: ItemState
    starts_at: datetime
    ends_at: datetime | None
    is_next: bool
    polls: tuple[JsonDict, ...]


def lines_of(state: JsonDict, now: datetime) -> tuple[Line, ...]:
    """Return the agenda; polls outside it stand at the active point, or at the first before the evening begins."""
    items: Sequence[JsonDict] = state["agenda"]
    if not items:
        return ()
    home = state["meeting"]["active_item"] or items[0]["id"]
    begins = _starts(items, datetime.fromisoformat(state["meeting"]["starts_at"]), now)
    upcoming = next((item["id"] for item in items if item["state"] == ItemState.PLANNED), None)
    return tuple(
        Line(
            id=item["id"],
            number=item["no"],
            title=item["title"],
            minutes=item["minutes"],
            state=ItemState(item["state"]),
            starts_at=begins[position],
            ends_at=begins[position + 1] if item["state"] == ItemState.DONE and position + 1 < len(items) else None,
            is_next=item["id"] == upcoming,
            polls=tuple(poll for poll in state["polls"] if (poll["agenda_item"] or home) == item["id"]),
        )
        for position, item in enumerate(items)
    )


def delay_minutes(state: JsonDict) -> int:
    """Return how many minutes the active point began after (or, below zero, before) its plan; 0 when nearly on time."""
    planned = datetime.fromisoformat(state["meeting"]["starts_at"])
    for item in state["agenda"]:
        if item["state"] == ItemState.ACTIVE and item["started_at"]:
            late = datetime.fromisoformat(item["started_at"]) - planned
            return int(late / _MINUTE) if abs(late) >= SMALLEST_DELAY else 0
        if item["state"] in SET_ASIDE:
            continue
        planned += timedelta(minutes=item["minutes"])
    return 0


def ends_at(state: JsonDict, now: datetime) -> datetime:
    """Return when the evening will end if every point takes its planned time, counted from now on."""
    starts_at = datetime.fromisoformat(state["meeting"]["starts_at"])
    return _clock(state["agenda"], starts_at, now)[1]


def _starts(items: Sequence[JsonDict], planned: datetime, now: datetime) -> list[datetime]:
    """Return when each point began or will begin."""
    return _clock(items, planned, now)[0]


def _clock(items: Sequence[JsonDict], planned: datetime, now: datetime) -> tuple[list[datetime], datetime]:
    """Return when each point begins and when the last one ends; what was set aside takes no time."""
    begins: list[datetime] = []
    clock = planned
    for item in items:
        if item["started_at"] and item["state"] not in SET_ASIDE:
            clock = datetime.fromisoformat(item["started_at"])
        begins.append(clock)
        if item["state"] not in SET_ASIDE:
            clock += timedelta(minutes=item["minutes"])
        if item["state"] == ItemState.ACTIVE:
            clock = max(clock, now)
    return begins, clock
