"""What keeps a meeting from ending: polls people vote on or that are not counted, and paper nobody confirmed.

Guarantees: a meeting that is closed or cancelled leaves no ballot behind that nobody would count.
"""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from backend.kit.errors import Conflict
from backend.paper.facts import paper_numbers
from backend.polls.queries import Poll, polls_of
from backend.polls.types import Channel, PollState

UNFINISHED = frozenset({PollState.OPEN, PollState.CLOSING, PollState.CLOSED, PollState.COUNTING})
SHOWN_CHARS = 60


class Unfinished(Conflict):
    """A poll is not counted yet; its detail names the first one."""

    code = "meeting_unfinished"
    title = "Die Versammlung kann noch nicht enden"


async def refuse_unfinished(session: AsyncSession, meeting_id: str) -> None:
    """Do nothing when a meeting may end. Raises: Unfinished."""
    for poll in await polls_of(session, meeting_id):
        if poll.state not in UNFINISHED:
            continue
        open_batches = await _open_batches(session, poll)
        raise Unfinished(_sentence(poll, open_batches), poll=poll.id, open_batches=open_batches)


async def _open_batches(session: AsyncSession, poll: Poll) -> int:
    if Channel.PAPER not in poll.definition.channels:
        return 0
    return (await paper_numbers(session, poll.id)).open_batches


def _sentence(poll: Poll, open_batches: int) -> str:
    question = poll.question.get("de", "")
    short = question if len(question) <= SHOWN_CHARS else f"{question[:SHOWN_CHARS].rstrip()} …"
    if poll.state in {PollState.OPEN, PollState.CLOSING}:
        return f"Die Abstimmung „{short}“ ist noch offen. Schließen Sie sie zuerst."
    if open_batches:
        return f"Zur Abstimmung „{short}“ ist ein Stapel Stimmzettel noch nicht bestätigt."
    return f"Die Abstimmung „{short}“ ist noch nicht ausgezählt."
