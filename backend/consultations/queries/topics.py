"""Reads of topics: their names, how much belongs to them, which topics a contribution is in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.consultations import limits
from backend.consultations.models import ContributionRow, TopicInputRow, TopicRow
from backend.consultations.types import VISIBLE_STATES, Texts


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic with the number of public contributions in it."""

    id: str
    consultation_id: str
    title: Texts
    position: int
    inputs: int


async def topics_of(session: AsyncSession, consultation_id: str) -> list[Topic]:
    """Return the topics of a procedure in their order."""
    counted = (
        select(TopicInputRow.topic_id, func.count().label("inputs"))
        .join(ContributionRow, ContributionRow.id == TopicInputRow.contribution_id)
        .where(ContributionRow.consultation_id == consultation_id, ContributionRow.state.in_(VISIBLE_STATES))
        .group_by(TopicInputRow.topic_id)
        .subquery()
    )
    query = (
        select(TopicRow, func.coalesce(counted.c.inputs, 0))
        .outerjoin(counted, counted.c.topic_id == TopicRow.id)
        .where(TopicRow.consultation_id == consultation_id)
        .order_by(TopicRow.position, TopicRow.id)
        .limit(limits.TOPICS)
    )
    return [
        Topic(row[0].id, row[0].consultation_id, row[0].title, row[0].position, row[1])
        for row in await session.execute(query)
    ]


async def topic_titles(session: AsyncSession, contribution_ids: Sequence[str]) -> dict[str, list[Texts]]:
    """Return the names of the topics each contribution is in."""
    query = (
        select(TopicInputRow.contribution_id, TopicRow.title)
        .join(TopicRow, TopicRow.id == TopicInputRow.topic_id)
        .where(TopicInputRow.contribution_id.in_(contribution_ids))
        .order_by(TopicRow.position)
        .limit(limits.TOPIC_INPUTS)
    )
    found: dict[str, list[Texts]] = {}
    for row in await session.execute(query):
        found.setdefault(row[0], []).append(row[1])
    return found
