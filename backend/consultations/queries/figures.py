"""Figures: what moderation decided in a year and how fast, per organisation. Public numbers, no people."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from statistics import median

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.consultations.models import ComplaintRow, ContributionRow, ModerationDecisionRow, NoticeRow
from backend.consultations.rules import ZONE
from backend.consultations.types import VISIBLE_STATES, ComplaintState, ContributionState, Outcome

MAX_SAMPLED = 10_000  # waits looked at for the median; a year of a large town


@dataclass(frozen=True, slots=True)
class YearFigures:
    """A year of moderation in one organisation."""

    received: int
    published: int
    outcomes: dict[Outcome, int]
    by_rule: dict[int, int]
    notices: int
    complaints: dict[ComplaintState, int]
    median_minutes: int | None
    automated: int = 0
    states: dict[ContributionState, int] = field(default_factory=dict)

    @property
    def complaints_total(self) -> int:
        """Return how many complaints there were."""
        return sum(self.complaints.values())


async def year_figures(session: AsyncSession, org_id: str, year: int) -> YearFigures:
    """Return the figures of a calendar year."""
    since, until = _bounds(year)
    states = await _states(session, org_id, (since, until))
    decided = (
        ModerationDecisionRow.org_id == org_id,
        ModerationDecisionRow.decided_at >= since,
        ModerationDecisionRow.decided_at < until,
    )
    outcomes = await session.execute(
        select(ModerationDecisionRow.outcome, func.count()).where(*decided).group_by(ModerationDecisionRow.outcome)
    )
    rules = await session.execute(
        select(ModerationDecisionRow.rule_number, func.count())
        .where(*decided, ModerationDecisionRow.rule_number.is_not(None))
        .group_by(ModerationDecisionRow.rule_number)
        .order_by(ModerationDecisionRow.rule_number)
    )
    waits = await session.scalars(select(ModerationDecisionRow.waited_minutes).where(*decided).limit(MAX_SAMPLED))
    minutes = list(waits)
    complaints = await session.execute(
        select(ComplaintRow.state, func.count())
        .where(ComplaintRow.org_id == org_id, ComplaintRow.received_at >= since, ComplaintRow.received_at < until)
        .group_by(ComplaintRow.state)
    )
    notices = select(func.count()).where(
        NoticeRow.org_id == org_id, NoticeRow.received_at >= since, NoticeRow.received_at < until
    )
    return YearFigures(
        received=sum(states.values()),
        published=sum(states.get(state, 0) for state in VISIBLE_STATES),
        outcomes={Outcome(row[0]): row[1] for row in outcomes},
        by_rule={number: count for number, count in rules if number is not None},
        notices=await session.scalar(notices) or 0,
        complaints={ComplaintState(row[0]): row[1] for row in complaints},
        median_minutes=round(median(minutes)) if minutes else None,
        states=states,
    )


async def _states(
    session: AsyncSession, org_id: str, bounds: tuple[datetime, datetime]
) -> dict[ContributionState, int]:
    query = (
        select(ContributionRow.state, func.count())
        .where(
            ContributionRow.org_id == org_id,
            ContributionRow.is_official.is_(False),
            ContributionRow.recorded_at >= bounds[0],
            ContributionRow.recorded_at < bounds[1],
        )
        .group_by(ContributionRow.state)
    )
    return {ContributionState(row[0]): row[1] for row in await session.execute(query)}


def _bounds(year: int) -> tuple[datetime, datetime]:
    def start(day: date) -> datetime:
        return datetime(day.year, day.month, day.day, tzinfo=ZONE).astimezone(UTC)

    return start(date(year, 1, 1)), start(date(year + 1, 1, 1))
