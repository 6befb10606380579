"""One verb per step in the life of a poll up to `counting`. What happens at and after sealing is the ballot box's.

Guarantees: every step checks the expected version under the row's lock, so a double click changes nothing;
voters are told through the meeting's numbered events, after commit; a practice poll enters no log.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.queries import is_practice
from backend.cards.queries import entitled, entitled_number
from backend.kit.db import JsonDict
from backend.kit.errors import Invalid, NotFound
from backend.kit.stream import append_event
from backend.kit.uow import UnitOfWork
from backend.polls.choices import pad_size
from backend.polls.errors import InvalidPoll, InvalidTransition, StaleVersion
from backend.polls.keys import PollKeys
from backend.polls.models import PollRow, RegisterEntry
from backend.polls.queries import option_of, poll_view, to_poll
from backend.polls.rules import GRACE, LAST_CALL, NEEDS_REASON, channels_of, may_follow
from backend.polls.types import (
    Channel,
    Grade,
    InvalidDefinition,
    Method,
    PollDefinition,
    PollId,
    PollState,
    PollType,
)
from backend.transparency.intents import record
from backend.transparency.merkle import root_of
from backend.transparency.types import LogType

SHEET_CODE_BYTES = 8
SALT_BYTES = 32
REASON_MIN_CHARS = 5
PRACTICE = {"de": "Probe", "ls": "Probe", "en": "Practice", "tr": "Deneme", "uk": "Проба", "ar": "تجربة"}
OF_ITS_LIFE = frozenset(
    {"id", "position", "state", "version", "sheet_code", "entitled", "register_salt", "register_root"}
    | {
        "last_call_ends_at",
        "opened_at",
        "grace_ends_at",
        "closed_at",
        "on_paper_since",
        "supersedes_id",
        "end_reason",
        "reserve_no",
    }
)
"""What a repeated poll does not take over: everything but its wording and its rules."""
METHODS = {PollType.RANKING: "schulze", PollType.BUDGET: "greedy"}


@dataclass(frozen=True, slots=True)
class NewPoll:
    """What a host enters for a new poll. Without `channels` it gets all that its type and grade allow."""

    type: PollType
    question: Mapping[str, str]
    options: Sequence[JsonDict]
    max_choices: int | None = None
    statements: Sequence[JsonDict] = ()
    budget: int | None = None
    grade: Grade = Grade.OPEN
    channels: Sequence[Channel] | None = None
    method: str | None = None
    change_until_close: bool = False
    show_interim: bool = False
    agenda_item_id: str | None = None
    is_practice: bool = False


def definition_of_new(new: NewPoll) -> PollDefinition:
    """Return what a new poll means before it has an id. Raises: InvalidDefinition."""
    return PollDefinition(
        id=PollId("new"),
        type=new.type,
        options=tuple(option_of(option) for option in new.options),
        max=new.max_choices or None,
        statements=tuple(option_of(statement) for statement in new.statements),
        budget=new.budget,
        method=Method(new.method) if new.method else None,
        grade=new.grade,
        channels=frozenset(new.channels or ()),
    )


async def create_poll(uow: UnitOfWork, new: NewPoll, *, org_id: str, meeting_id: str, n_min: int) -> PollRow:
    """Add a draft poll at the end of the meeting's list. Raises: InvalidPoll."""
    try:
        definition = definition_of_new(new)
        channels, pad_bytes = channels_of(definition, new.channels), pad_size(definition)
    except (InvalidDefinition, ValueError) as error:
        raise InvalidPoll("Bitte prüfen Sie Antworten und Höchstzahl.", problem=str(error)) from error
    row = PollRow(
        id=uow.new_id(),
        org_id=org_id,
        meeting_id=meeting_id,
        agenda_item_id=new.agenda_item_id,
        position=await _last_position(uow, meeting_id) + 1,
        type=new.type,
        question=_marked(new.question) if new.is_practice else dict(new.question),
        options=[dict(option) for option in new.options],
        max_choices=new.max_choices or 0,
        statements=[dict(statement) for statement in new.statements],
        budget=new.budget,
        method=new.method or METHODS.get(new.type, ""),
        grade=new.grade,
        channels=sorted(channels),
        change_until_close=new.change_until_close,
        show_interim=new.show_interim,
        n_min=n_min,
        state=PollState.DRAFT,
        version=1,
        sheet_code=uow.entropy.bytes(SHEET_CODE_BYTES),
        pad_bytes=pad_bytes,
        entitled=0,
        is_practice=new.is_practice,
    )
    uow.session.add(row)
    await uow.session.flush()
    return row


def _marked(question: Mapping[str, str]) -> dict[str, str]:
    """Mark the question itself, so that every surface and every sheet says that nothing is decided here."""
    return {language: f"{PRACTICE.get(language, PRACTICE['de'])}: {text}" for language, text in question.items()}


async def leave_item(uow: UnitOfWork, meeting_id: str, item_id: str) -> None:
    """Take the draft polls of an agenda item off it, because it is deleted."""
    drafts = select(PollRow).where(
        PollRow.meeting_id == meeting_id, PollRow.agenda_item_id == item_id, PollRow.state == PollState.DRAFT
    )
    for row in await uow.session.scalars(drafts):
        row.agenda_item_id = None


async def repeat_poll(uow: UnitOfWork, poll_id: str, *, channels: Sequence[Channel] | None = None) -> PollRow:
    """Return the draft that asks an ended poll's question again, made at most once.

    Raises: NotFound, InvalidTransition while the poll may still count.
    """
    old = await lock_poll(uow, poll_id)
    if old.state not in NEEDS_REASON:
        raise InvalidTransition(state=old.state)
    known = await uow.session.scalar(select(PollRow).where(PollRow.supersedes_id == poll_id))
    if known is not None:
        return known
    names = {column.name for column in PollRow.__table__.columns} - OF_ITS_LIFE
    kept = {name: getattr(old, name) for name in names}
    row = PollRow(
        **kept,
        id=uow.new_id(),
        position=await _last_position(uow, old.meeting_id) + 1,
        state=PollState.DRAFT,
        version=1,
        sheet_code=uow.entropy.bytes(SHEET_CODE_BYTES),
        entitled=0,
        supersedes_id=poll_id,
    )
    row.channels = sorted(channels) if channels is not None else old.channels
    uow.session.add(row)
    await uow.session.flush()
    return row


async def _last_position(uow: UnitOfWork, meeting_id: str) -> int:
    return await uow.session.scalar(select(func.max(PollRow.position)).where(PollRow.meeting_id == meeting_id)) or 0


async def lock_poll(uow: UnitOfWork, poll_id: str) -> PollRow:
    """Return the poll's row, locked until commit. Raises: NotFound."""
    row = await uow.session.get(PollRow, poll_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    return row


async def advance(uow: UnitOfWork, row: PollRow, target: PollState, *, version: int) -> None:
    """Move a locked poll one step and announce it. Raises: StaleVersion, InvalidTransition."""
    if version != row.version:
        raise StaleVersion(version=row.version, state=row.state)
    if not may_follow(PollState(row.state), target):
        detail = f"Von „{row.state}“ führt kein Schritt zu „{target}“."
        raise InvalidTransition(detail, state=row.state)
    row.state = target
    row.version += 1
    await uow.session.flush()


async def announce(uow: UnitOfWork, row: PollRow, **more: object) -> None:
    """Tell the meeting's rooms what the poll is now."""
    kind = f"poll.{'opened' if row.state == PollState.OPEN else row.state}"
    view = poll_view(to_poll(row))
    if row.opened_at is None:  # the register is not taken yet: tell how many cards it would hold now
        view["entitled"] = await entitled_number(uow.session, row.meeting_id)
    await append_event(uow, row.meeting_id, kind, {"poll": view, **more})


async def make_ready(uow: UnitOfWork, row: PollRow, *, version: int) -> None:
    """Freeze wording, options, method, channels and grade."""
    await advance(uow, row, PollState.READY, version=version)
    await announce(uow, row)


async def open_poll(uow: UnitOfWork, row: PollRow, *, version: int, keys: PollKeys) -> None:
    """Take the register, make the poll key durable, and let people vote."""
    await advance(uow, row, PollState.OPEN, version=version)
    register = await _take_register(uow, row)
    row.opened_at = uow.now
    row.entitled = len(register)
    row.register_salt = uow.entropy.bytes(SALT_BYTES)
    row.register_root = register_root(row.register_salt, register)
    keys.create(row.id, uow.entropy)
    if not row.is_practice:
        await record(uow, LogType.POLL_OPENED, row.id, public=await _opened_entry(uow, row))
    await announce(uow, row)


async def _take_register(uow: UnitOfWork, row: PollRow) -> list[bytes]:
    """Write down, in one statement, who may vote; return the hashes of their cards."""
    cards = entitled(row.meeting_id).subquery()
    source = select(literal(row.id), cards.c.voter_hash).order_by(cards.c.voter_hash)
    taken = insert(RegisterEntry).from_select(["poll_id", "voter_hash"], source)
    return list(await uow.session.scalars(taken.returning(RegisterEntry.voter_hash)))


def register_root(salt: bytes, entitled: Sequence[bytes]) -> bytes:
    """Return the Merkle root over the salted card hashes in ascending order.

    The salt is given to two observers on request; without it the root tells nothing about a card.
    """
    return root_of(sorted(hmac.new(salt, hashed, hashlib.sha256).digest() for hashed in entitled))


async def _opened_entry(uow: UnitOfWork, row: PollRow) -> JsonDict:
    practice = {"practice": True} if await is_practice(uow.session, row.org_id) else {}
    repeats = {"supersedes": row.supersedes_id} if row.supersedes_id else {}
    return {
        **practice,
        **repeats,
        "poll": row.id,
        "type": row.type,
        "options": [option["id"] for option in row.options],
        "abstain": next((option["id"] for option in row.options if option.get("abstain")), None),
        "n_min": row.n_min,
        "max": row.max_choices,
        "statements": [statement["id"] for statement in row.statements or ()],
        "budget": row.budget or 0,
        "costs": {option["id"]: option["cost"] for option in row.options if option.get("cost")},
        "method": row.method,
        "grade": row.grade,
        "channels": list(row.channels),
        "cards_total": row.entitled,
        "register_root": (row.register_root or b"").hex(),
    }


async def call_last(uow: UnitOfWork, poll_id: str, *, version: int, lasts: timedelta = LAST_CALL) -> PollRow:
    """Start the visible countdown of the last call; the poll stays open. Raises: InvalidTransition."""
    row = await lock_poll(uow, poll_id)
    if version != row.version:
        raise StaleVersion(version=row.version, state=row.state)
    if row.state != PollState.OPEN:
        raise InvalidTransition(state=row.state)
    row.last_call_ends_at = uow.now + lasts
    row.version += 1
    await append_event(uow, row.meeting_id, "poll.last_call", {"poll": poll_view(to_poll(row))})
    return row


async def begin_closing(uow: UnitOfWork, row: PollRow, *, version: int) -> None:
    """Give ballots in flight a few seconds of grace; the worker closes when it ends."""
    await advance(uow, row, PollState.CLOSING, version=version)
    row.grace_ends_at = uow.now + GRACE
    await uow.later("poll.close", row.id, {"poll_id": row.id, "version": row.version}, at=row.grace_ends_at)
    await announce(uow, row)


async def go_on_by_paper(uow: UnitOfWork, row: PollRow) -> None:
    """Note on a locked poll that phones and kiosks are given up; its sheets stay valid. Raises: InvalidTransition."""
    if row.state not in {PollState.OPEN, PollState.CLOSING} or Channel.PAPER not in row.channels:
        raise InvalidTransition(state=row.state)
    row.on_paper_since = uow.now
    if row.state == PollState.OPEN:
        await begin_closing(uow, row, version=row.version)
    else:
        await announce(uow, row)  # the version stays: the worker's appointment to close is bound to it


async def close_poll(uow: UnitOfWork, row: PollRow, *, version: int, redeemed: Mapping[str, int]) -> None:
    """Refuse every phone and kiosk ballot from here on; say how many cards each channel redeemed."""
    await advance(uow, row, PollState.CLOSED, version=version)
    row.closed_at = uow.now
    if not row.is_practice:
        await record(uow, LogType.POLL_CLOSED, row.id, public={"poll": row.id, "redeemed": dict(redeemed)})
    await announce(uow, row)


async def begin_counting(uow: UnitOfWork, row: PollRow, *, version: int) -> None:
    """Wait for paper and scans."""
    await advance(uow, row, PollState.COUNTING, version=version)
    await announce(uow, row)


async def end_without_result(uow: UnitOfWork, row: PollRow, target: PollState, *, version: int, reason: str) -> None:
    """Cancel a poll before counting, or void one after sealing. The reason is public.

    Raises: Invalid without a reason, InvalidTransition, StaleVersion.
    """
    if target not in NEEDS_REASON or len(reason.strip()) < REASON_MIN_CHARS:
        raise Invalid("Bitte schreiben Sie einen Satz, warum diese Abstimmung endet.")
    await advance(uow, row, target, version=version)
    row.end_reason = reason.strip()
    await uow.later("poll.destroy_key", row.id, {"poll_id": row.id})
    if not row.is_practice:
        public: JsonDict = {"poll": row.id, "outcome": target.value}
        await record(uow, LogType.POLL_VOIDED, row.id, public=public, private={"reason": reason})
    await announce(uow, row)


async def meeting_of_poll(session: AsyncSession, poll_id: str) -> str:
    """Return the meeting a poll belongs to. Raises: NotFound."""
    meeting_id = await session.scalar(select(PollRow.meeting_id).where(PollRow.id == poll_id))
    if meeting_id is None:
        raise NotFound
    return meeting_id
