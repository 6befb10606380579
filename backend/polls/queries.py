"""Reads: poll definitions, the poll as others see it, registers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.kit.db import JsonDict
from backend.kit.errors import NotFound
from backend.polls.models import PollRow, RegisterEntry
from backend.polls.types import (
    Channel,
    Grade,
    Method,
    Option,
    OptionId,
    PollDefinition,
    PollId,
    PollState,
    PollType,
    Question,
)

MAX_POLLS = 200


@dataclass(frozen=True, slots=True)
class Poll:
    """A poll with its definition and its present state."""

    id: str
    org_id: str
    meeting_id: str
    agenda_item_id: str | None
    position: int
    definition: PollDefinition
    question: Mapping[str, str]
    state: PollState
    version: int
    pad_bytes: int
    n_min: int
    entitled: int
    sheet_code: bytes
    show_interim: bool
    register_root: bytes | None
    opened_at: datetime | None
    last_call_ends_at: datetime | None
    grace_ends_at: datetime | None
    closed_at: datetime | None
    on_paper_since: datetime | None
    supersedes_id: str | None
    end_reason: str | None
    is_practice: bool = False
    reserve_no: int | None = None

    @property
    def is_waiting_stack(self) -> bool:
        """Tell whether this is a reserve stack nobody has asked a question for."""
        return self.reserve_no is not None and self.state is PollState.DRAFT

    @property
    def on_paper(self) -> bool:
        """Tell whether phones and kiosks were given up and the poll goes on by paper."""
        return self.on_paper_since is not None


def definition_of(row: PollRow) -> PollDefinition:
    """Build the immutable definition from its row."""
    options = tuple(option_of(option) for option in row.options)
    return PollDefinition(
        id=PollId(row.id),
        type=PollType(row.type),
        options=options,
        max=row.max_choices or None,
        statements=tuple(option_of(statement) for statement in row.statements or ()),
        budget=row.budget,
        method=Method(row.method) if row.method else None,
        grade=Grade(row.grade),
        change_until_close=row.change_until_close,
        channels=frozenset(Channel(channel) for channel in row.channels),
        question=Question(text=row.question),
    )


def option_of(option: JsonDict) -> Option:
    """Read an option or a statement from its stored form."""
    label = {key: value for key, value in option.items() if key not in {"id", "abstain", "cost"}}
    return Option(id=OptionId(option["id"]), label=label, abstain=bool(option.get("abstain")), cost=option.get("cost"))


def to_poll(row: PollRow) -> Poll:
    """Turn a row into the poll others see."""
    return Poll(
        id=row.id,
        org_id=row.org_id,
        meeting_id=row.meeting_id,
        agenda_item_id=row.agenda_item_id,
        position=row.position,
        definition=definition_of(row),
        question=row.question,
        state=PollState(row.state),
        version=row.version,
        pad_bytes=row.pad_bytes,
        n_min=row.n_min,
        entitled=row.entitled,
        sheet_code=row.sheet_code,
        show_interim=row.show_interim,
        register_root=row.register_root,
        opened_at=row.opened_at,
        last_call_ends_at=row.last_call_ends_at,
        grace_ends_at=row.grace_ends_at,
        closed_at=row.closed_at,
        on_paper_since=row.on_paper_since,
        supersedes_id=row.supersedes_id,
        end_reason=row.end_reason,
        is_practice=row.is_practice,
        reserve_no=row.reserve_no,
    )


async def get_poll(session: AsyncSession, poll_id: str) -> Poll:
    """Return one poll. Raises: NotFound."""
    row = await session.get(PollRow, poll_id)
    if row is None:
        raise NotFound
    return to_poll(row)


async def poll_by_sheet_code(session: AsyncSession, sheet_code: bytes) -> Poll:
    """Return the poll whose sheets carry this code. Raises: NotFound."""
    row = await session.scalar(select(PollRow).where(PollRow.sheet_code == sheet_code))
    if row is None:
        raise NotFound
    return to_poll(row)


async def polls_of(session: AsyncSession, meeting_id: str) -> list[Poll]:
    """Return a meeting's polls in order."""
    query = select(PollRow).where(PollRow.meeting_id == meeting_id).order_by(PollRow.position).limit(MAX_POLLS)
    return [to_poll(row) for row in await session.scalars(query)]


async def is_registered(session: AsyncSession, poll_id: str, voter_hash: bytes) -> bool:
    """Tell whether a card may vote in a poll that was opened."""
    query = select(RegisterEntry.poll_id).where(
        RegisterEntry.poll_id == poll_id, RegisterEntry.voter_hash == voter_hash
    )
    return await session.scalar(query) is not None


async def register_of(session: AsyncSession, poll_id: str) -> frozenset[bytes]:
    """Return the voter hashes entitled to a poll; empty before it opened."""
    query = select(RegisterEntry.voter_hash).where(RegisterEntry.poll_id == poll_id)
    return frozenset(await session.scalars(query))


def poll_view(poll: Poll) -> JsonDict:
    """Return the frozen and the moving parts every client may see (wire form, without turnout and result)."""
    return {
        "id": poll.id,
        "type": poll.definition.type.value,
        "state": poll.state.value,
        "version": poll.version,
        "question": dict(poll.question),
        "options": [option_view(option) for option in poll.definition.options],
        "max": poll.definition.limit,
        "statements": [option_view(statement) for statement in poll.definition.statements],
        "budget": poll.definition.budget,
        "method": poll.definition.method.value if poll.definition.method else None,
        "pad_bytes": poll.pad_bytes,
        "grade": poll.definition.grade.value,
        "channels": sorted(poll.definition.channels),
        "change_until_close": poll.definition.change_until_close,
        "entitled": poll.entitled,
        "practice": poll.is_practice,
        "agenda_item": poll.agenda_item_id,
        "opened_at": _iso(poll.opened_at),
        "last_call_ends_at": _iso(poll.last_call_ends_at),
        "grace_ends_at": _iso(poll.grace_ends_at),
        "on_paper": poll.on_paper,
        "supersedes": poll.supersedes_id,
    }


def option_view(option: Option) -> JsonDict:
    """Return one option in wire form."""
    view: JsonDict = {"id": option.id, **option.label}
    if option.abstain:
        view["abstain"] = True
    if option.cost is not None:
        view["cost"] = option.cost
    return view


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
