"""Published poll results that weighings point to. Nothing is read that the hall has not seen yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from backend.ballots.results import published_result
from backend.consultations.rules import local_day
from backend.consultations.types import Texts
from backend.decisions.facts import PollFact
from backend.decisions.types import Evidence
from backend.kit.db import JsonDict
from backend.kit.errors import NotFound
from backend.meetings.models import MeetingRow
from backend.polls.queries import Poll, get_poll
from backend.polls.types import PollType

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
    option = evidence.option_id or _leader(poll, result)
    return PollFact(
        poll_id=poll.id,
        question=dict(poll.question),
        option=_label(poll, option),
        count=count_of(poll, result, option),
        valid=result["valid"],
        meeting=dict(meeting.title) if meeting else {},
        held_on=local_day(meeting.starts_at) if meeting else None,
        max_choices=poll.definition.limit,
        type=poll.definition.type,
    )


def count_of(poll: Poll, result: JsonDict, option_id: str | None) -> int:
    """Return how many ballots speak for an option: those that name it, in a ranking those that put it first."""
    totals = result["totals"]
    if not isinstance(totals, Mapping) or option_id is None:
        return 0
    if poll.definition.type is PollType.RANKING:
        firsts = {ranking: ranking.partition(">")[0].split("=") for ranking in totals}
        return sum(int(totals[ranking]) for ranking, first in firsts.items() if option_id in first)
    value = totals.get(option_id)
    return value if isinstance(value, int) else 0


def _leader(poll: Poll, result: JsonDict) -> str | None:
    """Return the winner of a ranking, else the option most ballots name; None when none leads."""
    winners = result["method"].get("winners") if isinstance(result["method"], Mapping) else None
    if isinstance(winners, list) and winners:
        return str(winners[0])
    counts = {option.id: count_of(poll, result, option.id) for option in poll.definition.choosable}
    return max(counts, key=lambda option: (counts[option], option), default=None) if any(counts.values()) else None


def _label(poll: Poll, option_id: str | None) -> Texts | None:
    return next((dict(option.label) for option in poll.definition.options if option.id == option_id), None)
