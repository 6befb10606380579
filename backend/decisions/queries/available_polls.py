"""Revealed results of a consultation's meetings that a weighing may point to."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.ballots.results import published_result
from backend.consultations.types import Texts
from backend.decisions.queries.evidence import count_of
from backend.meetings.models import MeetingRow
from backend.polls.queries import polls_of
from backend.polls.types import PollType

MEETINGS_MAX = 20
_NOT_BALLOTS = frozenset({PollType.SCALE, PollType.SCORE, PollType.CUMULATIVE, PollType.WORDS})
"""Their numbers are grades, points and mentions; "so many of so many ballots" cannot be said of them."""


@dataclass(frozen=True, slots=True)
class Choosable:
    """One option of a revealed poll; `key` is what a form sends."""

    key: str
    question: Texts
    option: Texts
    count: int
    valid: int


async def choosable_evidence(session: AsyncSession, consultation_id: str) -> list[Choosable]:
    """Return every option of every revealed poll of the consultation's meetings."""
    query = (
        select(MeetingRow.id)
        .where(MeetingRow.consultation_id == consultation_id)
        .order_by(MeetingRow.starts_at)
        .limit(MEETINGS_MAX)
    )
    found: list[Choosable] = []
    for meeting_id in await session.scalars(query):
        for poll in await polls_of(session, meeting_id):
            result = await published_result(session, poll.id)
            if result is None or poll.is_practice or poll.definition.type in _NOT_BALLOTS:
                continue
            for option in poll.definition.choosable:
                count = count_of(poll, result, option.id)
                key = f"{poll.id}:{option.id}"
                found.append(Choosable(key, dict(poll.question), dict(option.label), count, result["valid"]))
    return found
