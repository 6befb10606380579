"""Making a contribution's text public or not, and everything that hangs on it. Used by several actions."""

from __future__ import annotations

from sqlalchemy import func, select, update

from backend.consultations.models import ContributionRow
from backend.consultations.rules import folded
from backend.consultations.types import VISIBLE_STATES, ContributionState
from backend.kit.uow import UnitOfWork


async def set_state(uow: UnitOfWork, row: ContributionRow, state: ContributionState, *, text: str | None) -> None:
    """Move a contribution to a state with the text everybody may read (None for nobody)."""
    row.state = state
    row.text_published = text
    visible = state in VISIBLE_STATES
    row.search_text = (
        folded(" ".join(part for part in (row.title, text, row.translation, row.ref) if part)) if visible else ""
    )
    if visible and row.published_at is None:
        row.published_at = uow.now
    await uow.session.flush()
    if row.in_reply_to:
        await _count_replies(uow, row.in_reply_to)


async def _count_replies(uow: UnitOfWork, parent_id: str) -> None:
    visible = select(func.count()).where(
        ContributionRow.in_reply_to == parent_id, ContributionRow.state.in_(VISIBLE_STATES)
    )
    replies = await uow.session.scalar(visible) or 0
    official = await uow.session.scalar(visible.where(ContributionRow.is_official.is_(True))) or 0
    await uow.session.execute(
        update(ContributionRow).where(ContributionRow.id == parent_id).values(replies=replies, is_answered=official > 0)
    )
