"""What a live room shows: one function from the database to the wire, so that state and events cannot differ.

Guarantees: the returned `seq` belongs to the same snapshot as the rest. Refuses to show who voted.
Source: docs/contract.md (GET /api/v1/meetings/{id}/state).
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.queries import org_by_id, place_by_id
from backend.ballots.redemptions import channels_of_each, turnout
from backend.ballots.results import shown_result
from backend.ballots.types import Turnout
from backend.cards.queries import entitled_number
from backend.kit.db import JsonDict
from backend.kit.stream import last_seq
from backend.meetings.floor import floor_of, latest_lines, speakers_of
from backend.meetings.queries import Meeting, agenda_of, get_meeting, item_view, questions_of
from backend.meetings.wire import captions_view, notice_view, question_view, speakers_view, stream_view
from backend.polls.queries import Poll, poll_view, polls_of
from backend.polls.types import PollState

HIDDEN_FROM_HALL = frozenset({PollState.DRAFT})


async def state(session: AsyncSession, meeting_id: str, *, for_stage: bool = False) -> JsonDict:
    """Return the whole live state of a meeting. Raises: NotFound."""
    meeting = await get_meeting(session, meeting_id)
    known = [poll for poll in await polls_of(session, meeting_id) if not poll.is_waiting_stack]
    polls = [poll for poll in known if for_stage or poll.state not in HIDDEN_FROM_HALL]
    turnouts = await turnout(session, [poll.id for poll in polls])
    entitled_now = await entitled_number(session, meeting_id)
    return {
        "seq": await last_seq(session, meeting_id),
        "meeting": await meeting_view(session, meeting),
        "agenda": [item_view(item) for item in await agenda_of(session, meeting_id)],
        "polls": [await _full_poll(session, poll, turnouts[poll.id], entitled_now) for poll in polls],
        "questions": [
            question_view(question, for_stage=for_stage)
            for question in await questions_of(session, meeting_id, all_states=for_stage)
        ],
        **await _floor(session, meeting_id),
    }


async def meeting_view(session: AsyncSession, meeting: Meeting) -> JsonDict:
    """Return a meeting in wire form."""
    org = await org_by_id(session, meeting.org_id)
    place = await place_by_id(session, meeting.place_id) if meeting.place_id else None
    return {
        "id": meeting.id,
        "org": org.slug,
        "org_name": org.name,
        "slug": meeting.slug,
        "title": dict(meeting.title),
        "notice": dict(meeting.notice),
        "assembly_type": meeting.assembly_type,
        "place": place.name if place else None,
        "starts_at": meeting.starts_at.isoformat(),
        "ends_at": meeting.ends_at.isoformat() if meeting.ends_at else None,
        "treat_by": meeting.treat_by.isoformat() if meeting.treat_by else None,
        "state": meeting.state.value,
        "version": meeting.version,
        "active_item": meeting.active_item_id,
        "screen": dict(meeting.screen),
        "on_paper": meeting.on_paper_since is not None,
        "pause_note": meeting.pause_note,
    }


def turnout_view(used: Turnout) -> JsonDict:
    """Return turnout in wire form: what is live and allowed to be."""
    return {
        "used": used.used,
        "sheets_out": used.sheets_out,
        "cards": {channel.value: number for channel, number in used.cards.items()},
        "sheets_scanned": used.sheets_scanned,
    }


async def mine(session: AsyncSession, meeting_id: str, hashes: Collection[bytes]) -> dict[bytes, JsonDict]:
    """Return, for the holder of each card, in which polls it was used and through which channel."""
    poll_ids = [poll.id for poll in await polls_of(session, meeting_id)]
    used = await channels_of_each(session, hashes, poll_ids)
    return {
        hashed: {poll_id: {"voted": True, "channel": channel.value} for poll_id, channel in polls.items()}
        for hashed, polls in used.items()
    }


async def _full_poll(session: AsyncSession, poll: Poll, used: Turnout, entitled_now: int) -> JsonDict:
    view = poll_view(poll) | turnout_view(used)
    if poll.opened_at is None:
        view["entitled"] = entitled_now
    view["result"] = await shown_result(session, poll)
    return view


async def _floor(session: AsyncSession, meeting_id: str) -> JsonDict:
    """Return what is said in the hall: by the chair, by speakers, as live text, and where it is broadcast."""
    floor = await floor_of(session, meeting_id)
    lines = await latest_lines(session, meeting_id) if floor.captions_on else []
    return {
        "notice": notice_view(floor),
        "speakers": speakers_view(floor, await speakers_of(session, meeting_id, floor.order_rule)),
        "captions": captions_view(floor, lines),
        "stream": stream_view(floor),
    }
