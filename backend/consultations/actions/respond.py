"""Supporting a contribution, and the office's public answers to one."""

from __future__ import annotations

from sqlalchemy import delete, func, select, update

from backend.consultations import limits
from backend.consultations.drafts import NewContribution
from backend.consultations.errors import NotVisible
from backend.consultations.intake import SHUFFLE_PRIME
from backend.consultations.lookups import contribution_row
from backend.consultations.models import ContributionRow, SupportRow
from backend.consultations.publication import set_state
from backend.consultations.rate import spend
from backend.consultations.references import next_ref
from backend.consultations.types import VISIBLE_STATES, AuthorGroup, Channel, ContributionKind, ContributionState
from backend.kit.errors import Invalid
from backend.kit.uow import UnitOfWork


async def support(uow: UnitOfWork, ref: str, *, supporter: bytes, source: str | None = None) -> int:
    """Add one support per supporter hash; return the new count. Raises: NotVisible, TooMany."""
    row = await _visible(uow, ref)
    known = await uow.session.get(SupportRow, (row.id, supporter))
    if known is None:
        await spend(uow, "support", source, most=limits.SUPPORTS_PER_HOUR)
        uow.session.add(SupportRow(contribution_id=row.id, supporter_hash=supporter))
        await uow.session.flush()
    return await _count(uow, row)


async def take_support_back(uow: UnitOfWork, ref: str, *, supporter: bytes) -> int:
    """Remove a support; return the new count. Raises: NotVisible."""
    row = await _visible(uow, ref)
    mine = (SupportRow.contribution_id == row.id, SupportRow.supporter_hash == supporter)
    await uow.session.execute(delete(SupportRow).where(*mine))
    return await _count(uow, row)


async def answer_officially(uow: UnitOfWork, ref: str, *, text: str, office: str, by: str) -> str:
    """Publish the office's answer below a contribution; return its reference. Raises: NotVisible, Invalid."""
    if not office.strip() or len(office) > limits.OFFICE_CHARS:
        raise Invalid("Nennen Sie das Amt, das antwortet.", field="office")
    new = NewContribution(text=text, kind=ContributionKind.REPLY, in_reply_to=ref).checked()
    parent = await _visible(uow, ref)
    top = parent.in_reply_to or parent.id
    row = ContributionRow(
        id=uow.new_id(),
        org_id=parent.org_id,
        consultation_id=parent.consultation_id,
        ref=await next_ref(uow),
        kind=ContributionKind.REPLY,
        channel=Channel.WEB,
        state=ContributionState.RECEIVED,
        received_at=uow.now,
        recorded_at=uow.now,
        recorded_by=by,
        text=new.text.strip(),
        language="de",
        author_group=AuthorGroup.UNKNOWN,
        office=office.strip(),
        in_reply_to=top,
        is_official=True,
        flags=[],
        shuffle_key=1 + int.from_bytes(uow.entropy.bytes(4), "big") % (SHUFFLE_PRIME - 1),
    )
    uow.session.add(row)
    await uow.session.flush()
    await set_state(uow, row, ContributionState.PUBLISHED, text=row.text)
    return row.ref


async def _visible(uow: UnitOfWork, ref: str) -> ContributionRow:
    row = await contribution_row(uow.session, ref)
    if row.state not in VISIBLE_STATES:
        raise NotVisible
    return row


async def _count(uow: UnitOfWork, row: ContributionRow) -> int:
    count = await uow.session.scalar(
        select(func.count()).select_from(SupportRow).where(SupportRow.contribution_id == row.id)
    )
    await uow.session.execute(update(ContributionRow).where(ContributionRow.id == row.id).values(supports=count or 0))
    return count or 0
