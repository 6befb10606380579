"""Published poll results that weighings point to. Nothing is read that the hall has not seen yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend.ballots.results import published_result
from backend.consultations.rules import local_day
from backend.consultations.types import Texts
from backend.decisions.facts import PollFact
from backend.decisions.types import Evidence
from backend.kit.errors import NotFound
from backend.meetings.models import MeetingRow
from backend.polls.queries import Poll, get_poll

POLLS_MAX = 40


async def poll_facts(session: AsyncSession, named: Iterable[Evidence]) -> dict[Evidence, PollFact]:
    """Return the revealed results among the named polls."""
    found: dict[Evidence, PollFact] = {}
    for evidence in list(dict.fromkeys(named))[:POLLS_MAX]:
        fact = await _poll_fact(session, evidence)
        if fact is not None:
            found[evidence] = fact
    return found


async def _poll_fact(session: AsyncSession, evidence: Evidence) -> PollFact | None:
    try:
        poll = await get_poll(session, evidence.poll_id)
    except NotFound:
        return None
    result = await published_result(session, poll.id)
    if result is None:
        return None
    meeting = await session.get(MeetingRow, poll.meeting_id)
    option = evidence.option_id or _leader(poll, result["totals"])
    return PollFact(
        poll_id=poll.id,
        question=dict(poll.question),
        option=_label(poll, option),
        count=_count(result["totals"], option),
        valid=result["valid"],
        meeting=dict(meeting.title) if meeting else {},
        held_on=local_day(meeting.starts_at) if meeting else None,
        channels=tuple(result["by_channel"] or ()),
        max_choices=poll.definition.limit,
    )


def _leader(poll: Poll, totals: object) -> str | None:
    options = {option.id for option in poll.definition.choosable}
    counts = {option: _count(totals, option) for option in options}
    return max(counts, key=lambda option: (counts[option], option), default=None) if any(counts.values()) else None


def _label(poll: Poll, option_id: str | None) -> Texts | None:
    return next((dict(option.label) for option in poll.definition.options if option.id == option_id), None)


def _count(totals: object, option_id: str | None) -> int:
    value: Any = totals.get(option_id) if isinstance(totals, Mapping) else None
    return value if isinstance(value, int) else 0
