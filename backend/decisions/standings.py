"""How topics stand: which proposal is public, which effect is recorded. What the rules look at before a step.

Retracted rows count nowhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.consultations.models import TopicRow
from backend.consultations.rules import local_day
from backend.decisions.models import DeliberationRow, EffectRow, PaperTopic, RetractionRow, WeighingRow
from backend.decisions.rules import Sitting, TopicStanding
from backend.decisions.types import Outcome, Result, StepKind, WeighingState
from backend.meetings.models import MeetingRow

BODIES_MAX = 40
ROWS_MAX = 2_000  # topics times versions of one consultation


async def standings(
    session: AsyncSession, topic_ids: Sequence[str], decision_id: str | None = None
) -> list[TopicStanding]:
    """Return topics with their public proposal and, when a decision is named, its newest effect for each."""
    topics = await session.execute(
        select(TopicRow.id, TopicRow.title).where(TopicRow.id.in_(topic_ids)).order_by(TopicRow.position)
    )
    weighings = await published_weighings(session, topic_ids)
    effects = await newest_effects(session, decision_id) if decision_id else {}
    found: list[TopicStanding] = []
    for topic in topics:
        versions, effect = weighings.get(topic.id, []), effects.get(topic.id)
        first = versions[0].published_at if versions else None
        reason = (effect.deviation_reason or {}) if effect else {}
        found.append(
            TopicStanding(
                topic_id=topic.id,
                title=topic.title.get("de", ""),
                weighed_on=local_day(first) if first else None,
                proposal=Outcome(versions[-1].proposal) if versions else None,
                effect=Outcome(effect.effect) if effect else None,
                deviation_reason=reason.get("de", ""),
            )
        )
    return found


async def published_weighings(session: AsyncSession, topic_ids: Sequence[str]) -> dict[str, list[WeighingRow]]:
    """Return every published version of each topic's weighing, the public one last."""
    query = (
        select(WeighingRow)
        .where(WeighingRow.topic_id.in_(topic_ids), WeighingRow.state == WeighingState.PUBLISHED)
        .where(WeighingRow.id.not_in(retracted(StepKind.WEIGHING)))
        .order_by(WeighingRow.version)
        .limit(ROWS_MAX)
    )
    found: dict[str, list[WeighingRow]] = {}
    for row in await session.scalars(query):
        found.setdefault(row.topic_id, []).append(row)
    return found


async def newest_effects(session: AsyncSession, decision_id: str) -> dict[str, EffectRow]:
    """Return the newest effect of a decision for each topic."""
    query = (
        select(EffectRow)
        .where(EffectRow.decision_id == decision_id, EffectRow.id.not_in(retracted(StepKind.EFFECT)))
        .order_by(EffectRow.version)
        .limit(ROWS_MAX)
    )
    return {row.topic_id: row for row in await session.scalars(query)}


async def chain_of(session: AsyncSession, paper_id: str) -> list[Sitting]:
    """Return the bodies of a paper in order, planned ones included."""
    query = (
        select(DeliberationRow)
        .where(DeliberationRow.paper_id == paper_id, DeliberationRow.id.not_in(retracted(StepKind.DELIBERATION)))
        .order_by(DeliberationRow.position)
        .limit(BODIES_MAX)
    )
    return [
        Sitting(
            position=row.position,
            body_id=row.body_id,
            authoritative=row.authoritative,
            held_on=row.held_on,
            result=Result(row.result) if row.result else None,
        )
        for row in await session.scalars(query)
    ]


async def topics_of_paper(session: AsyncSession, paper_id: str) -> list[str]:
    """Return the topics a paper carries."""
    return list(await session.scalars(select(PaperTopic.topic_id).where(PaperTopic.paper_id == paper_id)))


async def is_deliberated(session: AsyncSession, topic_id: str) -> bool:
    """Tell whether a body already came to a result on a paper with this topic."""
    query = (
        select(func.count())
        .select_from(DeliberationRow)
        .join(PaperTopic, PaperTopic.paper_id == DeliberationRow.paper_id)
        .where(PaperTopic.topic_id == topic_id, DeliberationRow.result.is_not(None))
        .where(DeliberationRow.id.not_in(retracted(StepKind.DELIBERATION)))
    )
    return bool(await session.scalar(query))


async def treat_by_of(session: AsyncSession, consultation_id: str) -> date | None:
    """Return the earliest day by which recommendations of the consultation's meetings must be treated."""
    query = select(func.min(MeetingRow.treat_by)).where(MeetingRow.consultation_id == consultation_id)
    return await session.scalar(query)


def retracted(kind: StepKind) -> Select[str]:
    """Return the query for the ids of retracted steps of one kind."""
    return select(RetractionRow.subject_id).where(RetractionRow.kind == kind)
