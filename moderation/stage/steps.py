"""What comes next: the one big action of a poll, its place on the rail, the next step of the evening. Pure.

Guarantees: one next step per state; a step that must wait says for what. The words are the page's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from backend.kit.db import JsonDict
from backend.meetings.screens import RevealStep
from backend.meetings.types import ItemState, MeetingState
from backend.paper.facts import PaperNumbers
from backend.polls.rules import may_follow
from backend.polls.types import Grade, PollState


class Deed(StrEnum):
    """What a host does with a poll."""

    READY = "bereit"
    OPEN = "oeffnen"
    LAST_CALL = "aufruf"
    CLOSE = "schliessen"
    END = "ende"
    COLLECT = "eingesammelt"
    PROVISIONAL = "zwischenstand"
    SEAL = "versiegeln"
    SHOW_QUESTION = "frage_zeigen"
    SHOW_TURNOUT = "beteiligung_zeigen"
    SHOW_BARS = "balken"
    SHOW_BARS_AT_ONCE = "balken_zugleich"
    SHOW_CHANNELS = "wege"
    REVEAL = "zeigen"
    PUBLISH = "veroeffentlichen"
    CANCEL = "abbrechen"
    NO_RESULT = "ohne_ergebnis"
    VOID = "verwerfen"
    REPEAT = "wiederholen"


class Wait(StrEnum):
    """Why the next step cannot be done yet."""

    GRACE = "grace"
    BATCHES = "batches"
    SHEETS = "sheets"


class Stop(StrEnum):
    """A stop on the rail of a poll."""

    READY = "ready"
    OPEN = "open"
    LAST_CALL = "last_call"
    CLOSED = "closed"
    PAPER = "paper"
    SHOWN = "shown"


TARGETS = MappingProxyType(
    {
        Deed.READY: PollState.READY,
        Deed.OPEN: PollState.OPEN,
        Deed.CLOSE: PollState.CLOSING,
        Deed.END: PollState.CLOSED,
        Deed.COLLECT: PollState.COUNTING,
        Deed.SEAL: PollState.SEALED,
        Deed.SHOW_BARS: PollState.REVEALED,
        Deed.SHOW_BARS_AT_ONCE: PollState.REVEALED,
        Deed.REVEAL: PollState.REVEALED,
        Deed.PUBLISH: PollState.PUBLISHED,
        Deed.CANCEL: PollState.CANCELLED,
        Deed.NO_RESULT: PollState.NO_RESULT,
        Deed.VOID: PollState.VOID,
    }
)
_NEXT = MappingProxyType(
    {
        PollState.DRAFT: Deed.READY,
        PollState.READY: Deed.OPEN,
        PollState.OPEN: Deed.LAST_CALL,
        PollState.CLOSING: Deed.END,
        PollState.CLOSED: Deed.SEAL,
        PollState.COUNTING: Deed.SEAL,
        PollState.REVEALED: Deed.PUBLISH,
        PollState.CANCELLED: Deed.REPEAT,
        PollState.VOID: Deed.REPEAT,
        PollState.NO_RESULT: Deed.REPEAT,
    }
)
_REVEAL: Mapping[RevealStep | None, Deed] = MappingProxyType(
    {None: Deed.SHOW_QUESTION, RevealStep.QUESTION: Deed.SHOW_TURNOUT, RevealStep.TURNOUT: Deed.SHOW_BARS}
)
_BARS = frozenset({RevealStep.BARS, RevealStep.BARS_AT_ONCE})
_STOPS = MappingProxyType(
    {
        PollState.READY: Stop.READY,
        PollState.OPEN: Stop.OPEN,
        PollState.CLOSING: Stop.CLOSED,
        PollState.CLOSED: Stop.PAPER,
        PollState.COUNTING: Stop.PAPER,
        PollState.SEALED: Stop.SHOWN,
        PollState.REVEALED: Stop.SHOWN,
        PollState.PUBLISHED: Stop.SHOWN,
    }
)
_SETTLED = frozenset({PollState.PUBLISHED, PollState.CANCELLED, PollState.VOID, PollState.NO_RESULT})
_FIRST_STEPS = MappingProxyType(
    {
        MeetingState.DRAFT: MeetingState.PUBLISHED,
        MeetingState.PUBLISHED: MeetingState.CHECKIN,
        MeetingState.CHECKIN: MeetingState.RUNNING,
        MeetingState.PAUSED: MeetingState.RUNNING,
    }
)


@dataclass(frozen=True, slots=True)
class BigStep:
    """The next deed, what it waits for, and what else may be done."""

    deed: Deed | None
    wait: Wait | None = None
    others: tuple[Deed, ...] = ()


@dataclass(frozen=True, slots=True)
class EveningStep:
    """The next step of the evening: a state of the meeting, or the next point of the agenda."""

    to: MeetingState | None = None
    item: JsonDict | None = None


def next_step(poll: JsonDict, now: datetime, paper: PaperNumbers | None, shown: RevealStep | None = None) -> BigStep:
    """Return the one big action for a poll in wire form; `shown` is how far its result is on the wall."""
    state = PollState(poll["state"])
    deed = _deed(poll, state, shown)
    if deed is Deed.PUBLISH and poll["practice"]:
        deed = None  # a practice poll ends when it is shown
    wait = None if deed is Deed.COLLECT else _wait(poll, state, now, paper)
    return BigStep(deed, wait, _others(poll, state, deed, wait))


def outstanding(paper: PaperNumbers) -> int:
    """Return the sheets that were handed out, are not counted yet and not given up for lost."""
    return max(0, paper.redeemed - paper.hand_counted - paper.ledger.missing)


def stop_of(poll: JsonDict) -> Stop | None:
    """Return where a poll is on its rail; None before it is ready and when it ended without a result."""
    state = PollState(poll["state"])
    if state is PollState.OPEN and poll["last_call_ends_at"]:
        return Stop.LAST_CALL
    return _STOPS.get(state)


def current_poll(state: JsonDict, wanted: str = "") -> JsonDict | None:
    """Return the poll the stage is about: the wanted one, one people vote on, the oldest unfinished, the last."""
    polls: list[JsonDict] = state["polls"]
    chosen = [poll for poll in polls if poll["id"] == wanted]
    live = [poll for poll in polls if poll["state"] in {PollState.OPEN, PollState.CLOSING}]
    coming = [poll for poll in polls if not _is_settled(poll)]
    opened = [poll for poll in coming if poll["opened_at"]]
    return next((group[0] for group in (chosen, live, opened, coming) if group), polls[-1] if polls else None)


def evening_step(state: JsonDict) -> EveningStep:
    """Return the next step of the evening; nothing while people vote on the last point, and after the end."""
    phase = MeetingState(state["meeting"]["state"])
    if phase in _FIRST_STEPS:
        return EveningStep(to=_FIRST_STEPS[phase])
    if phase is not MeetingState.RUNNING:
        return EveningStep()
    planned = [item for item in state["agenda"] if item["state"] == ItemState.PLANNED]
    if planned:
        return EveningStep(item=planned[0])
    votes = any(poll["state"] in {PollState.OPEN, PollState.CLOSING} for poll in state["polls"])
    return EveningStep() if votes else EveningStep(to=MeetingState.CLOSED)


def _is_settled(poll: JsonDict) -> bool:
    """Tell whether nothing is left to do; a practice poll ends when it is shown."""
    state = PollState(poll["state"])
    return state in _SETTLED or (poll["practice"] and state is PollState.REVEALED)


def _deed(poll: JsonDict, state: PollState, shown: RevealStep | None) -> Deed | None:
    match state:
        case PollState.OPEN if poll["last_call_ends_at"]:
            return Deed.CLOSE
        case PollState.CLOSED if poll["on_paper"]:
            return Deed.COLLECT
        case PollState.SEALED:
            return _REVEAL.get(shown, Deed.REVEAL)
        case PollState.REVEALED if shown in _BARS and poll["result"]["by_channel"]:
            return Deed.SHOW_CHANNELS
        case _:
            return _NEXT.get(state)


def _wait(poll: JsonDict, state: PollState, now: datetime, paper: PaperNumbers | None) -> Wait | None:
    if state is PollState.CLOSING:
        return Wait.GRACE if now < datetime.fromisoformat(poll["grace_ends_at"]) else None
    if state not in {PollState.CLOSED, PollState.COUNTING} or paper is None:
        return None
    if paper.open_batches:
        return Wait.BATCHES
    return Wait.SHEETS if outstanding(paper) else None


def _others(poll: JsonDict, state: PollState, deed: Deed | None, wait: Wait | None) -> tuple[Deed, ...]:
    beside: tuple[Deed, ...] = ()
    if deed is Deed.LAST_CALL:
        beside = (Deed.CLOSE,)
    elif wait in {Wait.BATCHES, Wait.SHEETS} and not poll["result"] and poll["grade"] == Grade.OPEN:
        beside = (Deed.PROVISIONAL,)
    elif deed is Deed.SHOW_BARS:
        beside = (Deed.SHOW_BARS_AT_ONCE,)
    elif state is PollState.SEALED:
        beside = (Deed.REVEAL,)
    ways_out = (Deed.CANCEL, Deed.NO_RESULT, Deed.VOID)
    return beside + tuple(way for way in ways_out if may_follow(state, TARGETS[way]))
