"""Reserve stacks: a poll prepared without its question, so that its sheets can be printed before anybody asks it.

Guarantees: the sheets of a stack are bound to one poll from the beginning; a question asked on the spot takes the next
free stack that fits and is frozen with the options the sheets already carry. A cross beside a letter the question does
not use is an invalid sheet, by the rule for every sheet. Refuses nothing: without a free stack the question is asked
without one. Source: docs/flow.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select

from backend.kit.db import JsonDict
from backend.kit.errors import Invalid
from backend.kit.uow import UnitOfWork
from backend.polls.actions import NewPoll, create_poll
from backend.polls.choices import pad_size
from backend.polls.models import PollRow
from backend.polls.queries import definition_of
from backend.polls.types import PollState, PollType

LETTERS = "ABCDEF"
MAX_STACKS = 6
ABSTENTION: JsonDict = {"id": "abst", "de": "Enthaltung", "ls": "Ich stimme nicht ab", "en": "Abstain", "abstain": True}
OPTIONS: Mapping[PollType, tuple[JsonDict, ...]] = {
    PollType.YESNO: (
        {"id": "yes", "de": "Ja", "ls": "Ja", "en": "Yes"},
        {"id": "no", "de": "Nein", "ls": "Nein", "en": "No"},
        ABSTENTION,
    ),
    PollType.SINGLE: (*({"id": letter.lower(), "de": letter} for letter in LETTERS), ABSTENTION),
}


async def add_stack(uow: UnitOfWork, kind: PollType, *, org_id: str, meeting_id: str, n_min: int) -> PollRow:
    """Add the next stack: yes and no, or the letters A to F. Raises: Invalid with too many or another kind."""
    if kind not in OPTIONS:
        raise Invalid("Reservestapel gibt es für Ja oder Nein und für A bis F.")
    numbers = select(func.max(PollRow.reserve_no)).where(PollRow.meeting_id == meeting_id)
    number = (await uow.session.scalar(numbers) or 0) + 1
    if number > MAX_STACKS:
        raise Invalid(f"Mehr als {MAX_STACKS} Reservestapel braucht kein Abend.")
    new = NewPoll(type=kind, question={"de": f"Reservestapel {number}"}, options=OPTIONS[kind])
    row = await create_poll(uow, new, org_id=org_id, meeting_id=meeting_id, n_min=n_min)
    row.reserve_no = number
    await uow.session.flush()
    return row


async def take_stack(uow: UnitOfWork, new: NewPoll, *, meeting_id: str) -> PollRow | None:
    """Give a question the next free stack it fits and return its poll, or None; the poll moves to the list's end.

    Precondition: the caller makes the poll ready in the same transaction, for a draft with a number is a free stack.
    """
    options = _fitted(new.type, new.options)
    free = (
        select(PollRow)
        .where(
            PollRow.meeting_id == meeting_id,
            PollRow.reserve_no.is_not(None),
            PollRow.state == PollState.DRAFT,
            PollRow.type == new.type,
        )
        .order_by(PollRow.reserve_no)
        .limit(1)
        .with_for_update()
    )
    row = await uow.session.scalar(free) if options else None
    if row is None:
        return None
    last = await uow.session.scalar(select(func.max(PollRow.position)).where(PollRow.meeting_id == meeting_id))
    row.question, row.options, row.agenda_item_id = dict(new.question), options, new.agenda_item_id
    row.position = (last or 0) + 1
    row.pad_bytes = pad_size(definition_of(row))
    await uow.session.flush()
    return row


def _fitted(kind: PollType, options: Sequence[JsonDict]) -> list[JsonDict]:
    """Return options with the ids the sheets carry; nothing when they do not fit on a stack."""
    own = [dict(option) for option in options if not option.get("abstain")]
    away = [dict(ABSTENTION) for option in options if option.get("abstain")]
    if kind is PollType.YESNO:
        return [*own, *away]
    if kind is not PollType.SINGLE or not 0 < len(own) <= len(LETTERS):
        return []
    return [{**option, "id": letter.lower()} for option, letter in zip(own, LETTERS, strict=False)] + away
