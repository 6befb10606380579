"""What the hall sees: one rule from a live state to the projector's screen, for the projector and the stage. Pure.

Guarantees: what a host chose (join code, checksum, one poll, black) stays until chosen otherwise; without a choice
the screen follows the evening. Refuses to choose drafts. Source: docs/flow.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from backend.kit.db import JsonDict
from backend.meetings.types import MeetingState, QuestionState
from backend.polls.rules import ENDED, SHOWN, UNSHOWN
from backend.polls.types import PollState, PollType

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ABSTAIN = "–"
DEFAULT_SCALE = range(1, 6)
_LIVE = frozenset({PollState.OPEN, PollState.CLOSING})
_BEFORE = frozenset({MeetingState.DRAFT, MeetingState.PUBLISHED, MeetingState.CHECKIN})
_AFTER = frozenset({MeetingState.CLOSED, MeetingState.MINUTED, MeetingState.ARCHIVED, MeetingState.CANCELLED})


class Screen(StrEnum):
    """One kind of picture on the wall."""

    JOIN = "join"
    AGENDA = "agenda"
    QUESTION = "question"
    READY = "ready"
    OPEN = "open"
    CLOSED = "closed"
    REVEAL = "reveal"
    RESULT = "result"
    ENDED = "ended"
    CHECKSUM = "checksum"
    TALK = "talk"
    PAUSE = "pause"
    OVER = "over"
    BLACK = "black"


class RevealStep(StrEnum):
    """How far a host has come in showing a result. The order is the order of the evening."""

    QUESTION = "question"
    TURNOUT = "turnout"
    BARS = "bars"
    BARS_AT_ONCE = "bars_at_once"
    CHANNELS = "channels"


_BEFORE_REVEAL = frozenset({RevealStep.QUESTION, RevealStep.TURNOUT})


@dataclass(frozen=True, slots=True)
class Shown:
    """The screen with the poll or the question it is about, in wire form.

    `step` is how much of a result is shown; None is all of it.
    """

    screen: Screen
    poll: JsonDict | None = None
    number: int = 0
    question: JsonDict | None = None
    step: RevealStep | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One option as it is called everywhere: the same letter on phone, kiosk, paper and wall."""

    id: str
    letter: str
    label: Mapping[str, str]
    is_abstention: bool
    cost: int | None = None


def shown_to_hall(state: JsonDict) -> Shown:
    """Return what the projector shows for a live state."""
    chosen = state["meeting"]["screen"].get("show", "auto")
    if chosen in {Screen.BLACK, Screen.JOIN, Screen.CHECKSUM}:
        return Shown(Screen(chosen))
    polls = [poll for poll in state["polls"] if poll["state"] != PollState.DRAFT]
    if chosen == "poll":
        wanted = [poll for poll in polls if poll["id"] == state["meeting"]["screen"].get("poll")]
        if wanted:
            return _about(wanted[0], polls, reveal_step(state["meeting"]["screen"], wanted[0]["id"]))
    return _by_itself(state, polls)


def reveal_step(screen: JsonDict, poll_id: str) -> RevealStep | None:
    """Return how far the result of a poll is shown on a meeting's screen; None without steps."""
    if screen.get("show") != "poll" or screen.get("poll") != poll_id or "step" not in screen:
        return None
    return RevealStep(screen["step"])


def may_show_step(step: RevealStep, state: PollState, before: RevealStep | None) -> bool:
    """Tell whether a step fits the poll and goes on from the one before; there is no way back."""
    fits = state is PollState.SEALED if step in _BEFORE_REVEAL else state in SHOWN
    order = list(RevealStep)
    return fits and (before is None or order.index(step) > order.index(before))


def answers_of(poll: JsonDict) -> tuple[Answer, ...]:
    """Return the options with their letters; yes and no have none, the steps of a scale are their own.

    Where statements are rated, these stand for the options, numbered.
    """
    options = list(poll["options"])
    match PollType(poll["type"]):
        case PollType.YESNO:
            letters = [""] * len(options)
        case PollType.SCALE if poll.get("statements"):
            stays_out = [option for option in options if option.get("abstain")]
            options = [*poll["statements"], *stays_out]
            letters = [str(number) for number in range(1, len(options) + 1)]
        case PollType.SCALE:
            options = options or [{"id": str(step)} for step in DEFAULT_SCALE]
            letters = [str(option["id"]) for option in options if not option.get("abstain")]
        case _:
            letters = list(LETTERS)
    given = iter(letters)
    return tuple(_answer(option, ABSTAIN if option.get("abstain") else next(given, "")) for option in options)


def _answer(option: JsonDict, letter: str) -> Answer:
    label = {key: str(text) for key, text in option.items() if key not in {"id", "abstain", "cost"}}
    return Answer(str(option["id"]), letter, label, bool(option.get("abstain")), option.get("cost"))


def _by_itself(state: JsonDict, polls: Sequence[JsonDict]) -> Shown:
    phase = MeetingState(state["meeting"]["state"])
    opened = sorted((poll for poll in polls if poll["opened_at"]), key=lambda poll: str(poll["opened_at"]))
    live = [poll for poll in opened if poll["state"] in _LIVE]
    if live:
        return _about(live[-1], polls)
    if phase in _BEFORE:
        return Shown(Screen.JOIN)
    if phase is MeetingState.PAUSED:
        return Shown(Screen.PAUSE)
    if state["speakers"]["now"]:
        return Shown(Screen.TALK)
    if opened and _is_about(opened[-1], state["meeting"]["active_item"]):
        return _about(opened[-1], polls)
    return Shown(Screen.OVER) if phase in _AFTER else _between_polls(state, polls)


def _between_polls(state: JsonDict, polls: Sequence[JsonDict]) -> Shown:
    asked = [each for each in state["questions"] if each["state"] == QuestionState.ON_STAGE]
    if asked:
        return Shown(Screen.QUESTION, question=asked[0])
    active = state["meeting"]["active_item"]
    coming = [poll for poll in polls if poll["state"] == PollState.READY and poll["agenda_item"] == active]
    return _about(coming[0], polls) if coming and active else Shown(Screen.AGENDA)


def _is_about(poll: JsonDict, active_item: str | None) -> bool:
    """Tell whether the evening is still at this poll; one outside the agenda stays until the next point."""
    return poll["agenda_item"] in {None, active_item} or active_item is None


def _about(poll: JsonDict, polls: Sequence[JsonDict], step: RevealStep | None = None) -> Shown:
    state = PollState(poll["state"])
    if state is PollState.SEALED and step in _BEFORE_REVEAL:
        screen = Screen.REVEAL
    elif state is PollState.READY:
        screen = Screen.READY
    elif state in _LIVE:
        screen = Screen.OPEN
    elif state in SHOWN or (state in UNSHOWN and poll.get("result")):
        screen = Screen.RESULT
    else:
        screen = Screen.ENDED if state in ENDED - {PollState.SEALED} else Screen.CLOSED
    is_stepwise = screen in {Screen.REVEAL, Screen.RESULT}
    return Shown(screen, poll, polls.index(poll) + 1, step=step if is_stepwise else None)
