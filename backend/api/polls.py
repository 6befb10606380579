"""Polls and cards over JSON, for hosts and the door."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import get, post
from pydantic import ConfigDict, Field

from backend.accounts.queries import org_by_id
from backend.accounts.types import Principal, Right
from backend.api.meetings import Version, VersionBody
from backend.cards.actions import DEFAULT_PACK_SIZE, MAX_CARDS, MAX_PACK_SIZE, make_cards, open_pack, void_cards
from backend.cards.codes import grouped
from backend.cards.queries import packs_of
from backend.cards.types import CardKind
from backend.kit.db import JsonDict
from backend.kit.uow import UnitOfWork
from backend.meetings.queries import get_meeting
from backend.polls.actions import NewPoll, call_last, create_poll, repeat_poll
from backend.polls.queries import get_poll, poll_view, to_poll
from backend.polls.types import OPTIONS_MAX, STATEMENTS_MAX, Channel, Grade, Method, PollState, PollType
from backend.runtime import Runtime
from backend.web.access import SIGNED_IN, access
from backend.web.body import Body, CardText, Line, ShortId, Texts

MAX_VOIDED = 1_000
EUROS_MAX = 10**12


class OptionBody(Body):
    """One option: its id and its text per language."""

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[str, Line]

    id: ShortId
    abstain: bool = False
    cost: Annotated[int, Field(ge=0, le=EUROS_MAX)] | None = None

    def as_row(self) -> JsonDict:
        """Return the stored form."""
        row: dict[str, Any] = {"id": self.id, **(self.__pydantic_extra__ or {})}
        if self.abstain:
            row["abstain"] = True
        if self.cost is not None:
            row["cost"] = self.cost
        return row


class PollBody(Body):
    """A poll as entered."""

    type: PollType
    question: Texts
    options: Annotated[list[OptionBody], Field(default_factory=list, max_length=OPTIONS_MAX)]
    max: Annotated[int, Field(ge=1, le=100)] | None = None
    grade: Grade = Grade.OPEN
    statements: Annotated[list[OptionBody], Field(default_factory=list, max_length=STATEMENTS_MAX)]
    budget: Annotated[int, Field(ge=1, le=EUROS_MAX)] | None = None
    channels: Annotated[list[Channel], Field(min_length=1, max_length=3)] | None = None
    method: Method | None = None
    change_until_close: bool = False
    show_interim: bool = False
    agenda_item: ShortId | None = None


class PollStep(Body):
    """The next state of a poll, with the version it was decided on."""

    to: PollState
    version: Version
    reason: Annotated[str, Field(max_length=2_000)] = ""


class CardsBody(Body):
    """How many cards to draw."""

    voting: Annotated[int, Field(ge=0, le=MAX_CARDS)]
    guest: Annotated[int, Field(ge=0, le=MAX_CARDS)] = 0
    pack_size: Annotated[int, Field(ge=1, le=MAX_PACK_SIZE)] = DEFAULT_PACK_SIZE


class CodesBody(Body):
    """Cards to declare void."""

    codes: Annotated[list[CardText], Field(min_length=1, max_length=MAX_VOIDED)]


@post("/api/v1/meetings/{meeting_id:str}/polls", opt={"access": access(Right.RUN_MEETING)}, status_code=201)
async def add_poll(meeting_id: str, data: PollBody, uow: UnitOfWork) -> JsonDict:
    """Add a draft poll to a meeting."""
    meeting = await get_meeting(uow.session, meeting_id)
    org = await org_by_id(uow.session, meeting.org_id)
    new = NewPoll(
        type=data.type,
        question=data.question,
        options=[option.as_row() for option in data.options],
        max_choices=data.max,
        statements=[statement.as_row() for statement in data.statements],
        budget=data.budget,
        grade=data.grade,
        channels=data.channels,
        method=data.method,
        change_until_close=data.change_until_close,
        show_interim=data.show_interim,
        agenda_item_id=data.agenda_item,
    )
    row = await create_poll(uow, new, org_id=org.id, meeting_id=meeting_id, n_min=org.n_min)
    return poll_view(to_poll(row))


@get("/api/v1/polls/{poll_id:str}", opt={"access": access(Right.SEE_OFFICE)})
async def show_poll(poll_id: str, reader: UnitOfWork) -> JsonDict:
    """Return one poll with its version."""
    return poll_view(await get_poll(reader.session, poll_id))


@post("/api/v1/polls/{poll_id:str}/transitions", opt={"access": access(Right.RUN_MEETING)}, status_code=200)
async def step_poll(poll_id: str, data: PollStep, rt: Runtime, uow: UnitOfWork) -> JsonDict:
    """Move a poll one step."""
    poll = await rt.lifecycle.transition(uow, poll_id, data.to, version=data.version, reason=data.reason)
    return poll_view(poll)


@post("/api/v1/polls/{poll_id:str}/last-call", opt={"access": access(Right.RUN_MEETING)}, status_code=200)
async def last_call(poll_id: str, data: VersionBody, uow: UnitOfWork) -> JsonDict:
    """Start the visible countdown of the last call."""
    return poll_view(to_poll(await call_last(uow, poll_id, version=data.version)))


@post("/api/v1/polls/{poll_id:str}/successor", opt={"access": access(Right.RUN_MEETING)}, status_code=201)
async def repeat(poll_id: str, uow: UnitOfWork) -> JsonDict:
    """Return the draft that asks an ended poll's question again; there is one at most."""
    return poll_view(to_poll(await repeat_poll(uow, poll_id)))


@post("/api/v1/polls/{poll_id:str}/provisional", opt={"access": access(Right.RUN_MEETING)}, status_code=200)
async def provisional(poll_id: str, data: VersionBody, rt: Runtime, uow: UnitOfWork) -> JsonDict:
    """Show what phones and kiosks brought while paper is outstanding, once."""
    return poll_view(await rt.lifecycle.show_provisional(uow, poll_id, version=data.version))


@post("/api/v1/meetings/{meeting_id:str}/cards", opt={"access": access(Right.RUN_MEETING)}, status_code=201)
async def draw_cards(meeting_id: str, data: CardsBody, rt: Runtime, uow: UnitOfWork) -> JsonDict:
    """Draw cards in packs; the codes are in this answer and nowhere else."""
    meeting = await get_meeting(uow.session, meeting_id)
    packs = await make_cards(
        uow,
        rt.keyring,
        org_id=meeting.org_id,
        meeting_id=meeting_id,
        wanted={CardKind.VOTING: data.voting, CardKind.GUEST: data.guest},
        pack_size=data.pack_size,
    )
    return {
        "packs": [
            {
                "id": pack.id,
                "number": pack.number,
                "cards": [{"code": grouped(card.code), "kind": card.kind.value} for card in pack.cards],
            }
            for pack in packs
        ]
    }


@get("/api/v1/meetings/{meeting_id:str}/packs", opt={"access": access(Right.ISSUE_CARDS)})
async def list_packs(meeting_id: str, reader: UnitOfWork) -> JsonDict:
    """List a meeting's packs."""
    packs = await packs_of(reader.session, meeting_id)
    return {
        "items": [
            {
                "id": pack.id,
                "number": pack.number,
                "kind": pack.kind.value,
                "size": pack.size,
                "open": pack.is_open,
                "void": pack.void_count,
            }
            for pack in packs
        ]
    }


@post("/api/v1/packs/{pack_id:str}/open", opt={"access": access(Right.ISSUE_CARDS)}, status_code=200)
async def unwrap_pack(pack_id: str, uow: UnitOfWork) -> JsonDict:
    """Open a pack at the door; its cards enter the next register."""
    await open_pack(uow, pack_id)
    return {"id": pack_id, "open": True}


@post("/api/v1/cards/void", opt={"access": SIGNED_IN}, status_code=200)
async def declare_void(data: CodesBody, rt: Runtime, uow: UnitOfWork, principal: Principal) -> JsonDict:
    """Declare cards void, all or none, in the organisations where the person may issue cards."""
    org_ids = [org for org in principal.org_ids if principal.may(Right.ISSUE_CARDS, org)]
    return {"voided": await void_cards(uow, rt.keyring, org_ids=org_ids, codes=data.codes)}


routes = [
    add_poll,
    show_poll,
    step_poll,
    last_call,
    repeat,
    provisional,
    draw_cards,
    list_packs,
    unwrap_pack,
    declare_void,
]
