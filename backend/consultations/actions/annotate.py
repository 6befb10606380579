"""What the office adds beside somebody's text: a translation, and which earlier text it repeats."""

from __future__ import annotations

from backend.consultations import limits
from backend.consultations.errors import UnknownContribution
from backend.consultations.lookups import contribution_row
from backend.consultations.publication import set_state
from backend.consultations.types import ContributionState
from backend.kit.errors import Invalid
from backend.kit.uow import UnitOfWork


async def translate(uow: UnitOfWork, ref: str, *, translation: str) -> None:
    """Put a German translation beside a text in another language. Raises: UnknownContribution, Invalid."""
    if len(translation) > limits.LETTER_CHARS:
        raise Invalid(f"Höchstens {limits.LETTER_CHARS} Zeichen passen hinein.")
    row = await contribution_row(uow.session, ref)
    row.translation = translation.strip() or None
    await set_state(uow, row, ContributionState(row.state), text=row.text_published)


async def mark_duplicate(uow: UnitOfWork, ref: str, *, of: str | None) -> None:
    """Say that a contribution repeats another one of its procedure; both stay visible. Raises: UnknownContribution."""
    row = await contribution_row(uow.session, ref)
    if of is None:
        row.duplicate_of = None
        return
    original = await contribution_row(uow.session, of)
    if original.consultation_id != row.consultation_id or original.id == row.id:
        raise UnknownContribution("Wählen Sie einen anderen Beitrag derselben Beteiligung.")
    row.duplicate_of = original.id
    await uow.session.flush()
