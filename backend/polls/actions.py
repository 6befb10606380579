"""One verb per step in the life of a poll up to `counting`. What happens at and after sealing is the ballot box's.

Guarantees: every step checks the expected version under the row's lock, so a double click changes nothing;
voters are told through the meeting's numbered events, after commit; a practice poll enters no log.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.cards.queries import entitled, entitled_number
from backend.kit.db import JsonDict
from backend.kit.errors import Invalid, NotFound
from backend.kit.stream import append_event
from backend.kit.uow import UnitOfWork
from backend.polls.choices import pad_size
from backend.polls.errors import InvalidPoll, InvalidTransition, StaleVersion
from backend.polls.keys import PollKeys
from backend.polls.models import PollRow, RegisterEntry
from backend.polls.queries import definition_of, poll_view, to_poll
from backend.polls.rules import GRACE, LAST_CALL, NEEDS_REASON, may_follow
from backend.polls.types import Channel, Grade, InvalidDefinition, PollState, PollType
from backend.transparency.intents import record
from backend.transparency.merkle import root_of
from backend.transparency.types import LogType

SHEET_CODE_BYTES = 8
SALT_BYTES = 32
REASON_MIN_CHARS = 5
PRACTICE = {"de": "Probe", "ls": "Probe", "en": "Practice", "tr": "Deneme", "uk": "Проба", "ar": "تجربة"}
METHODS = {PollType.RANKING: "schulze", PollType.BUDGET: "greedy"}


@dataclass(frozen=True, slots=True)
class NewPoll:
    """What a host enters for a new poll."""

    type: PollType
    question: Mapping[str, str]
    options: Sequence[JsonDict]
    max_choices: int | None = None
    grade: Grade = Grade.OPEN
    channels: Sequence[Channel] = field(default_factory=lambda: tuple(Channel))
    method: str | None = None
    change_until_close: bool = False
    show_interim: bool = False
    agenda_item_id: str | None = None
    is_practice: bool = False


async def create_poll(uow: UnitOfWork, new: NewPoll, *, org_id: str, meeting_id: str, n_min: int) -> PollRow:
    """Add a draft poll at the end of the meeting's list. Raises: InvalidPoll."""
    highest = await uow.session.scalar(select(func.max(PollRow.position)).where(PollRow.meeting_id == meeting_id))
    row = PollRow(
        id=uow.new_id(),
        org_id=org_id,
        meeting_id=meeting_id,
        agenda_item_id=new.agenda_item_id,
        position=(highest or 0) + 1,
        type=new.type,
        question=_marked(new.question) if new.is_practice else dict(new.question),
        options=[dict(option) for option in new.options],
        max_choices=new.max_choices or 0,
        method=new.method or METHODS.get(new.type, ""),
        grade=new.grade,
        channels=sorted({Channel.PAPER} if new.grade is Grade.SECRET else set(new.channels)),
        change_until_close=new.change_until_close,
        show_interim=new.show_interim,
        n_min=n_min,
        state=PollState.DRAFT,
        version=1,
        sheet_code=uow.entropy.bytes(SHEET_CODE_BYTES),
        pad_bytes=0,
        entitled=0,
        is_practice=new.is_practice,
    )
    try:
        row.pad_bytes = pad_size(definition_of(row))
    except (InvalidDefinition, ValueError) as error:
        raise InvalidPoll("Bitte prüfen Sie Antworten und Höchstzahl.", problem=str(error)) from error
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
        await record(uow, LogType.POLL_OPENED, row.id, public=_opened_entry(row))
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


def _opened_entry(row: PollRow) -> JsonDict:
    return {
        "poll": row.id,
        "type": row.type,
        "options": [option["id"] for option in row.options],
        "abstain": next((option["id"] for option in row.options if option.get("abstain")), None),
        "n_min": row.n_min,
        "max": row.max_choices,
        "method": row.method,
        "grade": row.grade,
        "channels": list(row.channels),
        "cards_total": row.entitled,
        "register_root": (row.register_root or b"").hex(),
    }


async def call_last(uow: UnitOfWork, poll_id: str, *, version: int) -> PollRow:
    """Start the visible countdown of the last call; the poll stays open. Raises: InvalidTransition."""
    row = await lock_poll(uow, poll_id)
    if version != row.version:
        raise StaleVersion(version=row.version, state=row.state)
    if row.state != PollState.OPEN:
        raise InvalidTransition(state=row.state)
    row.last_call_ends_at = uow.now + LAST_CALL
    row.version += 1
    await append_event(uow, row.meeting_id, "poll.last_call", {"poll": poll_view(to_poll(row))})
    return row


async def begin_closing(uow: UnitOfWork, row: PollRow, *, version: int) -> None:
    """Give ballots in flight a few seconds of grace; the worker closes when it ends."""
    await advance(uow, row, PollState.CLOSING, version=version)
    row.grace_ends_at = uow.now + GRACE
    await uow.later("poll.close", row.id, {"poll_id": row.id, "version": row.version}, at=row.grace_ends_at)
    await announce(uow, row)


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
