"""What a room reads from the database: states, numbered events with the turnout of the moment, turnouts.

Guarantees: every read is one consistent snapshot, so a state and its number belong together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession

from backend.ballots.redemptions import turnout
from backend.ballots.types import Turnout
from backend.kit.db import JsonDict
from backend.kit.stream import Event, events_since
from backend.live.frames import Tally, encode, encode_event
from backend.live.wire import Outgoing
from backend.meetings.live_state import turnout_view
from backend.polls.queries import polls_of
from backend.polls.rules import ENDED
from backend.polls.types import PollState

TOLD_IN_WHOLE = frozenset({"speakers", "notice", "stream"})
COUNTED_LIVE = frozenset(PollState) - ENDED - {PollState.DRAFT}


@dataclass(frozen=True, slots=True)
class Numbered:
    """A numbered event, ready to be sent."""

    seq: int
    kind: str
    message: Outgoing


async def events_after(session: AsyncSession, meeting_id: str, seq: int) -> list[Numbered] | None:
    """Return the events after a number, or None when they are no longer kept."""
    events = await events_since(session, meeting_id, seq)
    if events is None:
        return None
    polls = sorted({poll_id for event in events if (poll_id := _poll_of(event))})
    turnouts = await turnout(session, polls) if polls else {}
    return [_numbered(_with_turnout(event, turnouts)) for event in _latest(events)]


async def tallies(session: AsyncSession, meeting_id: str) -> dict[str, Outgoing]:
    """Return the turnout message of every poll whose turnout may still move."""
    polls = [poll.id for poll in await polls_of(session, meeting_id) if poll.state in COUNTED_LIVE]
    turnouts = await turnout(session, polls) if polls else {}
    return {poll_id: Outgoing(encode(_tally(poll_id, used)), is_latest_wins=True) for poll_id, used in turnouts.items()}


def _latest(events: Sequence[Event]) -> list[Event]:
    """Leave out what a later event of the same batch says again: about a question, the speakers, the announcement."""
    last = {subject: event.seq for event in events if (subject := _subject_of(event))}
    return [event for event in events if last.get(_subject_of(event), event.seq) == event.seq]


def _with_turnout(event: Event, turnouts: Mapping[str, Turnout]) -> Event:
    poll_id = _poll_of(event)
    if poll_id is None:
        return event
    poll: JsonDict = event.payload["poll"]
    return replace(event, payload={**event.payload, "poll": poll | turnout_view(turnouts[poll_id])})


def _numbered(event: Event) -> Numbered:
    return Numbered(event.seq, event.kind, Outgoing(encode_event(event)))


def _tally(poll_id: str, used: Turnout) -> Tally:
    cards = {channel.value: number for channel, number in used.cards.items()}
    return Tally(poll_id, used.used, used.sheets_out, cards, used.sheets_scanned)


def _poll_of(event: Event) -> str | None:
    poll = event.payload.get("poll")
    return str(poll["id"]) if isinstance(poll, dict) else None


def _subject_of(event: Event) -> str:
    """Name what an event tells in whole, so that only the latest counts; empty for all others."""
    if event.kind in TOLD_IN_WHOLE:
        return event.kind
    question = event.payload.get("question")
    return str(question["id"]) if isinstance(question, dict) else ""
