"""What happened, put in order: when the meeting ran, when each point was treated, what was said and counted. Pure.

Guarantees: a spell ends where the next begins or the meeting closes; a point called up twice has two spells.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from backend.meetings.happenings import Happened, Happening
from backend.meetings.types import MeetingState
from backend.minutes.types import Counted, Said, Spell


@dataclass(frozen=True, slots=True)
class Timeline:
    """An evening by the clock."""

    doors_at: datetime | None
    ran: tuple[Spell, ...]
    pauses: tuple[Spell, ...]
    items: Mapping[str, tuple[Spell, ...]]
    counted: tuple[Counted, ...]
    notices: tuple[Said, ...]
    incidents: tuple[Said, ...]


def timeline(happenings: Sequence[Happening]) -> Timeline:
    """Return an evening by the clock."""
    states = [(each.at, each.payload["to"]) for each in happenings if each.kind is Happened.STATE]
    closed_at = next((at for at, state in states if state == MeetingState.CLOSED), None)
    return Timeline(
        doors_at=next((at for at, state in states if state == MeetingState.CHECKIN), None),
        ran=_spells(states, MeetingState.RUNNING),
        pauses=_spells(states, MeetingState.PAUSED),
        items=_items(happenings, closed_at),
        counted=tuple(Counted(each.at, each.payload["n"]) for each in _of(happenings, Happened.PEOPLE)),
        notices=tuple(Said(each.at, each.payload["text"]) for each in _of(happenings, Happened.NOTICE)),
        incidents=tuple(Said(each.at, each.payload["text"]) for each in _of(happenings, Happened.INCIDENT)),
    )


def _of(happenings: Iterable[Happening], kind: Happened) -> list[Happening]:
    return [each for each in happenings if each.kind is kind]


def _spells(states: Sequence[tuple[datetime, str]], wanted: MeetingState) -> tuple[Spell, ...]:
    after = [at for at, _ in states[1:]]
    ends: list[datetime | None] = [*after, None]
    return tuple(Spell(at, end) for (at, state), end in zip(states, ends, strict=False) if state == wanted)


def _items(happenings: Sequence[Happening], closed_at: datetime | None) -> dict[str, tuple[Spell, ...]]:
    turns = _of(happenings, Happened.ITEM)
    ends: list[datetime | None] = [*(each.at for each in turns[1:]), closed_at]
    spells: dict[str, list[Spell]] = defaultdict(list)
    for turn, ended_at in zip(turns, ends, strict=False):
        active = turn.payload["active"]
        if active is not None:
            spells[active].append(Spell(turn.at, ended_at))
    return {item: tuple(found) for item, found in spells.items()}
