"""Who a `hello` is: a card, a token, or somebody who only watches.

Guarantees: a wrong card leaves the connection open as a mere watcher and costs its source one of few attempts;
a token is honoured only while its subject still has the right. Source: docs/contract.md, "WebSocket".
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.queries import principal_of_token, principal_of_user
from backend.accounts.types import Principal, Right
from backend.cards.errors import NotInRegister, UnknownCard
from backend.cards.queries import find_card, voter_hash
from backend.cards.types import CardKind, KnownCard
from backend.kit.db import JsonDict
from backend.kit.errors import DomainError
from backend.kit.uow import UnitOfWork
from backend.live.frames import CardStatus, Hello, Role
from backend.live.reception import Reception
from backend.meetings.live_tokens import InvalidLiveToken, LiveToken, read_live_token
from backend.meetings.queries import get_meeting
from backend.runtime import Runtime

THROTTLE_PURPOSE = "card"  # the same attempts as over HTTP
_SIGNED_ROLES = {str(role): role for role in (Role.MODERATOR, Role.PROJECTOR, Role.KIOSK)}
_STAFF = frozenset({Right.RUN_MEETING, Right.COUNT_PAPER, Right.ISSUE_CARDS})


@dataclass(frozen=True, slots=True)
class Identity:
    """What a connection is for now, and what its card did. `problem` is told to the client; the connection stays."""

    role: Role = Role.ATTENDEE
    card: CardStatus = CardStatus.NONE
    voter: bytes | None = None
    subject: str | None = None
    mine: JsonDict = field(default_factory=dict)
    problem: DomainError | None = None


async def identify(rt: Runtime, reception: Reception, meeting_id: str, hello: Hello, *, source: str) -> Identity:
    """Return who says hello."""
    try:
        if hello.token is not None:
            return await _by_token(rt, hello.token, meeting_id)
        if hello.card is not None:
            return await _by_card(rt, reception, hello.card, meeting_id=meeting_id, source=source)
    except DomainError as problem:
        return Identity(problem=problem)
    return Identity()


async def check_again(uow: UnitOfWork, meeting_id: str, *, role: Role, subject: str | None) -> None:
    """Refuse a stage whose person lost the right since. Raises: InvalidLiveToken."""
    if role is not Role.MODERATOR or subject is None:
        return
    meeting = await get_meeting(uow.session, meeting_id)
    if not _may_see_stage(await principal_of_user(uow.session, subject, uow.now), meeting.org_id):
        raise InvalidLiveToken


async def card_in_hand(session: AsyncSession, voter: bytes | None, meeting_id: str) -> KnownCard:
    """Return a connection's card as it is now. Raises: UnknownCard without a usable one."""
    if voter is None:
        raise UnknownCard("Dafür brauchen Sie eine Karte.")
    card = await find_card(session, voter)
    if card.is_void or card.meeting_id != meeting_id:
        raise UnknownCard("Dafür brauchen Sie eine gültige Karte.")
    return card


async def _by_card(rt: Runtime, reception: Reception, text: str, *, meeting_id: str, source: str) -> Identity:
    try:
        holder = await reception.holder_of(voter_hash(rt.keyring, text))
    except UnknownCard:
        rt.throttle.check(THROTTLE_PURPOSE, source)
        rt.throttle.failed(THROTTLE_PURPOSE, source)
        raise
    card = holder.card
    if card.meeting_id != meeting_id or not card.is_pack_open:
        raise NotInRegister
    if card.is_void:
        return Identity(card=CardStatus.VOID)
    status = CardStatus.VALID if card.kind is CardKind.VOTING else CardStatus.GUEST
    return Identity(card=status, voter=card.voter_hash, mine=holder.mine)


async def _by_token(rt: Runtime, text: str, meeting_id: str) -> Identity:
    async with rt.work.read() as uow:
        meeting = await get_meeting(uow.session, meeting_id)
        org_id = meeting.org_id
        principal = await principal_of_token(uow.session, text, uow.now)
        if principal is not None:
            if not _may_see_stage(principal, org_id):
                raise InvalidLiveToken
            return Identity(role=Role.MODERATOR, subject=principal.user_id)
        token = read_live_token(rt.keyring.session, text, uow.now)
        role = _role_of(token, meeting_id)
        if role is Role.PROJECTOR and token.subject != str(meeting.projector_series):
            raise InvalidLiveToken  # the host signed this wall off
        if role is Role.MODERATOR and not _may_see_stage(
            await principal_of_user(uow.session, token.subject, uow.now), org_id
        ):
            raise InvalidLiveToken
    return Identity(role=role, subject=token.subject)


def _role_of(token: LiveToken, meeting_id: str) -> Role:
    role = _SIGNED_ROLES.get(token.role)
    if role is None or token.meeting_id != meeting_id:
        raise InvalidLiveToken
    return role


def _may_see_stage(principal: Principal | None, org_id: str) -> bool:
    return principal is not None and any(principal.may(right, org_id) for right in _STAFF)
