"""Reads: rehearsals of a meeting, and whether people vote for real."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.queries import practice_org_ids
from backend.kit.errors import NotFound
from backend.meetings.models import MeetingRow
from backend.meetings.types import OPEN_TO_HALL
from backend.practice.models import RehearsalRun
from backend.practice.types import Problem, Run, RunState, Wish

MAX_RUNS = 20


async def get_run(session: AsyncSession, meeting_id: str, run_id: str) -> Run:
    """Return a rehearsal of a meeting. Raises: NotFound."""
    row = await session.get(RehearsalRun, run_id, populate_existing=True)
    if row is None or row.meeting_id != meeting_id:
        raise NotFound
    return to_run(row)


async def runs_of(session: AsyncSession, meeting_id: str) -> list[Run]:
    """Return the rehearsals of a meeting, the latest first."""
    query = select(RehearsalRun).where(RehearsalRun.meeting_id == meeting_id)
    rows = await session.scalars(query.order_by(RehearsalRun.asked_at.desc()).limit(MAX_RUNS))
    return [to_run(row) for row in rows]


async def is_meeting_running(session: AsyncSession) -> bool:
    """Tell whether any real meeting of this installation is open to its hall."""
    real = select(MeetingRow.id).where(MeetingRow.state.in_(OPEN_TO_HALL), MeetingRow.org_id.not_in(practice_org_ids()))
    return await session.scalar(real.limit(1)) is not None


def to_run(row: RehearsalRun) -> Run:
    """Turn a row into what others see."""
    return Run(
        id=row.id,
        org_id=row.org_id,
        meeting_id=row.meeting_id,
        wish=Wish(row.phones, row.with_chaos, row.seed),
        state=RunState(row.state),
        step=row.step,
        asked_at=row.asked_at,
        beat_at=row.beat_at,
        ended_at=row.ended_at,
        is_ok=row.is_ok,
        problem=Problem(row.problem) if row.problem else None,
        sandbox_id=row.sandbox_id,
    )
