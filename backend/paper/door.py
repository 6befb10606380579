"""Cards handed out at the door: two numbers, so that packs and people can be compared. Never who, never which."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from backend.cards.queries import packs_of
from backend.cards.types import CardKind
from backend.kit.errors import Conflict
from backend.kit.uow import UnitOfWork
from backend.paper.models import DoorCount
from backend.tally.equations import Equation, PackNumbers, pack_equations


class NothingToUndo(Conflict):
    """The door has handed out no card of this kind."""

    code = "nothing_to_undo"
    title = "Es ist keine Karte ausgegeben, die man zurücknehmen könnte"


async def handed_out(session: AsyncSession, meeting_id: str) -> dict[CardKind, int]:
    """Return how many cards of each kind the door has handed out."""
    rows = await session.execute(select(DoorCount.kind, DoorCount.handed_out).where(DoorCount.meeting_id == meeting_id))
    known = {CardKind(row.kind): row.handed_out for row in rows}
    return {kind: known.get(kind, 0) for kind in CardKind}


async def count_card(uow: UnitOfWork, meeting_id: str, kind: CardKind, *, by: int = 1) -> int:
    """Count a card that was handed out, or take one back with `by=-1`. Raises: NothingToUndo."""
    insert_one = insert_postgresql if uow.dialect == "postgresql" else insert_sqlite
    first = insert_one(DoorCount).values(meeting_id=meeting_id, kind=kind.value, handed_out=by)
    change = first.on_conflict_do_update(
        index_elements=[DoorCount.meeting_id, DoorCount.kind], set_={"handed_out": DoorCount.handed_out + by}
    )
    number = (await uow.session.execute(change.returning(DoorCount.handed_out))).scalar_one()
    if number < 0:
        raise NothingToUndo
    return number


async def card_equations(session: AsyncSession, meeting_id: str) -> dict[CardKind, tuple[Equation, ...]]:
    """Return the equations of a meeting's packs and cards, per kind."""
    packs = await packs_of(session, meeting_id)
    given = await handed_out(session, meeting_id)
    equations: dict[CardKind, tuple[Equation, ...]] = {}
    for kind in CardKind:
        own = [pack for pack in packs if pack.kind is kind]
        opened = [pack for pack in own if pack.is_open]
        numbers = PackNumbers(
            printed=len(own),
            opened=len(opened),
            wrapped=len(own) - len(opened),
            cards_opened=sum(pack.size for pack in opened),
            cards_handed_out=given[kind],
            cards_voided=sum(pack.void_count for pack in opened),
        )
        equations[kind] = pack_equations(numbers)
    return equations
