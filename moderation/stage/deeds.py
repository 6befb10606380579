"""Carry out one step of a poll: the domain moves it, the hall sees what just began."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from backend.ballots.lifecycle import Lifecycle
from backend.kit.uow import UnitOfWork
from backend.meetings.actions.hall import show_on_screen, show_step
from backend.meetings.queries import Meeting
from backend.meetings.screens import RevealStep, Screen
from backend.polls.actions import call_last, repeat_poll
from backend.polls.queries import get_poll
from backend.polls.types import PollState
from moderation.stage.steps import TARGETS, Deed

STEPS = MappingProxyType(
    {
        Deed.SHOW_QUESTION: RevealStep.QUESTION,
        Deed.SHOW_TURNOUT: RevealStep.TURNOUT,
        Deed.SHOW_BARS: RevealStep.BARS,
        Deed.SHOW_BARS_AT_ONCE: RevealStep.BARS_AT_ONCE,
        Deed.SHOW_CHANNELS: RevealStep.CHANNELS,
    }
)
_TO_THE_WALL = frozenset({Deed.REVEAL, Deed.PROVISIONAL})


@dataclass(frozen=True, slots=True)
class Order:
    """What a host asked for. `lasts` is the countdown to open with, `again` asks for a repeat of an ended poll."""

    deed: Deed
    version: int
    reason: str = ""
    lasts: timedelta | None = None
    again: bool = False


async def carry(uow: UnitOfWork, lifecycle: Lifecycle, meeting: Meeting, poll_id: str, order: Order) -> str | None:
    """Carry out an order; return the poll to go on with where it is another one. Raises: what the domain refuses."""
    step = STEPS.get(order.deed)
    if order.deed is Deed.REPEAT:
        return (await repeat_poll(uow, poll_id)).id
    if order.deed is Deed.LAST_CALL:
        await call_last(uow, poll_id, version=order.version)
    elif order.deed is Deed.PROVISIONAL:
        await lifecycle.show_provisional(uow, poll_id, version=order.version)
    elif order.deed in TARGETS:
        await _move(uow, lifecycle, poll_id, order)
    if step is not None:
        await show_step(uow, meeting.id, poll_id, step)
    else:
        await _let_the_hall_see(uow, meeting, poll_id, order.deed)
    return (await repeat_poll(uow, poll_id)).id if order.again else None


async def _move(uow: UnitOfWork, lifecycle: Lifecycle, poll_id: str, order: Order) -> None:
    version = order.version
    if order.deed is Deed.SEAL and (await get_poll(uow.session, poll_id)).state is PollState.CLOSED:
        version = (await lifecycle.transition(uow, poll_id, PollState.COUNTING, version=version)).version
    poll = await lifecycle.transition(uow, poll_id, TARGETS[order.deed], version=version, reason=order.reason)
    if order.lasts is not None and poll.state is PollState.OPEN and poll.last_call_ends_at is None:
        await call_last(uow, poll_id, version=poll.version, lasts=order.lasts)


async def _let_the_hall_see(uow: UnitOfWork, meeting: Meeting, poll_id: str, deed: Deed) -> None:
    """Bring what just began onto the projector, unless the host made it black."""
    if meeting.screen.get("show") == Screen.BLACK:
        return
    if deed is Deed.OPEN:
        await show_on_screen(uow, meeting.id, "auto")
    elif deed in _TO_THE_WALL:
        await show_on_screen(uow, meeting.id, "poll", poll_id=poll_id)
