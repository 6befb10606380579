"""The emergency exit: an evening goes on by paper, at any moment, and back when the machines work again.

Guarantees: what was cast by phone and kiosk stays in the box and counts; whoever has not voted yet exchanges the same
card for a sheet of the same poll, so no vote is lost and none counts twice. A poll that never had sheets is cancelled
and asked again on paper. Until the way back every poll opens on paper alone (`backend.ballots.lifecycle`).
Refuses outside of an evening (`InvalidTransition`) and late clicks (`StaleVersion`).
Source: docs/adr/0013-going-on-by-paper.md.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from backend.ballots.lifecycle import Lifecycle
from backend.kit.stream import append_event
from backend.kit.uow import UnitOfWork
from backend.meetings.actions.hall import notify_hall
from backend.meetings.actions.incidents import note_incident
from backend.meetings.actions.rows import lock_meeting
from backend.meetings.models import MeetingRow
from backend.meetings.types import OPEN_TO_HALL
from backend.polls.actions import repeat_poll
from backend.polls.errors import InvalidTransition, StaleVersion
from backend.polls.queries import Poll, polls_of, to_poll
from backend.polls.types import Channel, PollState

WHY_CANCELLED: Final = "Die Technik ist ausgefallen. Diese Frage wird auf Papier neu gestellt."
TO_ALL: Final = (
    "Wir machen auf Papier weiter. Was schon angekommen ist, zählt. "
    "Wer noch nicht abgestimmt hat, bekommt für die Stimmkarte einen Stimmzettel."
)
GONE: Final = "Die Versammlung ging auf Papier weiter: Handys und Kioske nahmen keine Stimmen mehr an."
BACK: Final = "Handys und Kioske nahmen wieder Stimmen an."


async def go_on_by_paper(uow: UnitOfWork, lifecycle: Lifecycle, meeting_id: str, *, version: int) -> None:
    """Let phones and kiosks cast no more; sheets go on. A second click changes nothing.

    Raises: NotFound, StaleVersion, InvalidTransition.
    """
    row = await lock_meeting(uow, meeting_id)
    if row.on_paper_since is not None:
        return
    await _turn(uow, row, uow.now, version=version)
    for poll in await polls_of(uow.session, meeting_id):
        if poll.state in {PollState.OPEN, PollState.CLOSING}:
            await _move(uow, lifecycle, poll)
    await note_incident(uow, meeting_id, GONE)
    await notify_hall(uow, meeting_id, TO_ALL)


async def go_back_to_phones(uow: UnitOfWork, meeting_id: str, *, version: int) -> None:
    """Let the next poll be voted on by phone and kiosk again; polls that went to paper stay there.

    Raises: NotFound, StaleVersion, InvalidTransition.
    """
    row = await lock_meeting(uow, meeting_id)
    if row.on_paper_since is None:
        return
    await _turn(uow, row, None, version=version)
    await note_incident(uow, meeting_id, BACK)


async def _turn(uow: UnitOfWork, row: MeetingRow, since: datetime | None, *, version: int) -> None:
    if version != row.version:
        raise StaleVersion(version=row.version, state=row.state)
    if row.state not in OPEN_TO_HALL:
        raise InvalidTransition(state=row.state)
    row.on_paper_since = since
    row.version += 1
    told = {"state": row.state, "version": row.version, "on_paper": since is not None}
    await append_event(uow, row.id, "meeting", told)


async def _move(uow: UnitOfWork, lifecycle: Lifecycle, poll: Poll) -> None:
    if Channel.PAPER in poll.definition.channels:
        await lifecycle.go_on_by_paper(uow, poll.id)
        return
    await lifecycle.transition(uow, poll.id, PollState.CANCELLED, version=poll.version, reason=WHY_CANCELLED)
    again = to_poll(await repeat_poll(uow, poll.id, channels=[Channel.PAPER]))
    await lifecycle.transition(uow, again.id, PollState.READY, version=again.version)
