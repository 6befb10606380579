"""Reads of what people said: a page of a thread, one contribution, similar ones, figures per channel.

Guarantees: texts of contributions that are not public never leave this module; the random order is the same for
everybody on one day, so pages fit together, and another one on the next.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, cast, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.consultations import limits
from backend.consultations.errors import UnknownContribution
from backend.consultations.intake import SHUFFLE_PRIME
from backend.consultations.models import ContributionRow, ModerationDecisionRow, SupportRow, TopicInputRow
from backend.consultations.queries.public_view import Contribution, public_view
from backend.consultations.rules import folded
from backend.consultations.similar import closest
from backend.consultations.types import (
    VISIBLE_STATES,
    Channel,
    ContributionState,
    Sorting,
)

_SHOWN = (*VISIBLE_STATES, ContributionState.REJECTED)
"""Rejected contributions keep their place with the reason's rule, without their text."""
_TAKEN_BACK = (ContributionState.WITHDRAWN, ContributionState.ERASED)
"""Shown without a word when somebody answered them."""


@dataclass(frozen=True, slots=True)
class ThreadFilter:
    """What a reader asked for."""

    sorting: Sorting = Sorting.RANDOM
    topic_id: str | None = None
    search: str = ""
    page: int = 1
    size: int = limits.PAGE_SIZE


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """One page of a thread."""

    items: tuple[Contribution, ...]
    total: int
    page: int
    pages: int
    by_channel: dict[Channel, int] = field(default_factory=dict)
    published: int = 0


async def thread(session: AsyncSession, consultation_id: str, *, wanted: ThreadFilter, today: date) -> ThreadPage:
    """Return one page of a procedure's contributions with their answers."""
    where = _conditions(consultation_id, wanted, dialect=session.get_bind().dialect.name)
    total = await session.scalar(select(func.count()).select_from(ContributionRow).where(*where)) or 0
    pages = max(1, -(-total // wanted.size))
    page = min(max(1, wanted.page), pages)
    query = select(ContributionRow).where(*where).order_by(*_order(wanted.sorting, today))
    rows = list(await session.scalars(query.limit(wanted.size).offset((page - 1) * wanted.size)))
    by_channel = await _by_channel(session, consultation_id)
    return ThreadPage(
        items=tuple(await _with_answers(session, rows)),
        total=total,
        page=page,
        pages=pages,
        by_channel=by_channel,
        published=sum(by_channel.values()),
    )


async def contribution_by_ref(session: AsyncSession, ref: str) -> Contribution:
    """Return one contribution with its answers, as everybody may see it. Raises: UnknownContribution."""
    query = select(ContributionRow).where(ContributionRow.ref == ref)
    rows = list(await session.scalars(query))
    if not rows:
        raise UnknownContribution
    return (await _with_answers(session, rows))[0]


async def similar_contributions(session: AsyncSession, consultation_id: str, text: str) -> list[Contribution]:
    """Return the public contributions most like a text."""
    query = (
        select(ContributionRow)
        .where(*_conditions(consultation_id, ThreadFilter(), only=VISIBLE_STATES))
        .order_by(ContributionRow.published_at.desc(), ContributionRow.id)
        .limit(limits.SIMILAR_COMPARED)
    )
    rows = {row.id: row for row in await session.scalars(query)}
    near = closest(text, ((row.id, row.search_text) for row in rows.values()), most=limits.SIMILAR_SHOWN)
    return [public_view(rows[key]) for key, _ in near]


async def supported_by(session: AsyncSession, supporter: bytes | None, ids: Sequence[str]) -> set[str]:
    """Return which of some contributions a browser supports."""
    if supporter is None or not ids:
        return set()
    query = select(SupportRow.contribution_id).where(
        SupportRow.supporter_hash == supporter, SupportRow.contribution_id.in_(ids)
    )
    return set(await session.scalars(query))


def day_factor(today: date) -> int:
    """Return the number that reorders a day's thread; between 1 and the prime."""
    digest = hashlib.sha256(f"machmit/order/{today.isoformat()}".encode()).digest()
    return 1 + int.from_bytes(digest[:8], "big") % (SHUFFLE_PRIME - 1)


def _order(sorting: Sorting, today: date) -> tuple[ColumnElement[Any], ...]:
    # 64 bits on purpose: the product of two 31-bit numbers must not overflow.
    shuffled = cast(ContributionRow.shuffle_key, BigInteger) * literal(day_factor(today), BigInteger) % SHUFFLE_PRIME
    newest = ContributionRow.received_at.desc()
    tie = ContributionRow.id.asc()
    orders: dict[Sorting, tuple[ColumnElement[Any], ...]] = {
        Sorting.RANDOM: (shuffled, tie),
        Sorting.NEWEST: (newest, tie),
        Sorting.SUPPORTED: (ContributionRow.supports.desc(), shuffled, tie),
        Sorting.DISCUSSED: (ContributionRow.replies.desc(), shuffled, tie),
        Sorting.UNANSWERED: (shuffled, tie),
    }
    return orders[sorting]


def _conditions(
    consultation_id: str,
    wanted: ThreadFilter,
    *,
    only: Sequence[ContributionState] | frozenset[ContributionState] = _SHOWN,
    dialect: str = "sqlite",
) -> list[ColumnElement[bool]]:
    where = [
        ContributionRow.consultation_id == consultation_id,
        ContributionRow.in_reply_to.is_(None),
        or_(
            ContributionRow.state.in_(only),
            ContributionRow.state.in_(_TAKEN_BACK) & (ContributionRow.replies > 0),
        ),
    ]
    if wanted.sorting is Sorting.UNANSWERED:
        where += [ContributionRow.is_answered.is_(False), ContributionRow.state.in_(VISIBLE_STATES)]
    if wanted.topic_id:
        chosen = select(TopicInputRow.contribution_id).where(TopicInputRow.topic_id == wanted.topic_id)
        where.append(ContributionRow.id.in_(chosen))
    return where + [_matches(term, dialect) for term in _terms(wanted.search)]


def _terms(search: str) -> list[str]:
    return folded(search[: limits.SEARCH_CHARS]).split()[: limits.SEARCH_TERMS]


def _matches(term: str, dialect: str) -> ColumnElement[bool]:
    plain: ColumnElement[bool] = ContributionRow.search_text.contains(term, autoescape=True)
    if dialect != "postgresql":
        return plain
    stemmed = func.to_tsvector("german", ContributionRow.text_published).op("@@")(func.plainto_tsquery("german", term))
    return or_(plain, stemmed)


async def _by_channel(session: AsyncSession, consultation_id: str) -> dict[Channel, int]:
    query = (
        select(ContributionRow.channel, func.count())
        .where(
            ContributionRow.consultation_id == consultation_id,
            ContributionRow.in_reply_to.is_(None),
            ContributionRow.state.in_(VISIBLE_STATES),
        )
        .group_by(ContributionRow.channel)
    )
    counts = {row[0]: row[1] for row in await session.execute(query)}
    return {channel: counts[channel] for channel in Channel if channel in counts}


async def _with_answers(session: AsyncSession, rows: Sequence[ContributionRow]) -> list[Contribution]:
    ids = [row.id for row in rows]
    query = (
        select(ContributionRow)
        .where(ContributionRow.in_reply_to.in_(ids), ContributionRow.state.in_(VISIBLE_STATES))
        .order_by(ContributionRow.received_at, ContributionRow.id)
        .limit(limits.REPLIES_SHOWN * max(1, len(ids)))
    )
    answers: dict[str | None, tuple[Contribution, ...]] = {}
    for row in await session.scalars(query):
        answers[row.in_reply_to] = (*answers.get(row.in_reply_to, ()), public_view(row))
    shown = {row.id for row in rows if row.state in {ContributionState.REDACTED, ContributionState.REJECTED}}
    decisions = await _last_decisions(session, shown)
    return [
        public_view(row, answers=answers.get(row.id, ())[: limits.REPLIES_SHOWN], decision=decisions.get(row.id))
        for row in rows
    ]


async def _last_decisions(session: AsyncSession, ids: set[str]) -> dict[str, tuple[int | None, date | None]]:
    query = (
        select(
            ModerationDecisionRow.contribution_id,
            ModerationDecisionRow.rule_number,
            ModerationDecisionRow.complaint_until,
        )
        .where(ModerationDecisionRow.contribution_id.in_(ids))
        .order_by(ModerationDecisionRow.decided_at)
    )
    return {row[0]: (row[1], row[2]) for row in await session.execute(query)} if ids else {}
