"""Meetings over JSON: list, state, and what a host does with them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from litestar import MediaType, Request, Response, get, post
from litestar.params import Parameter
from pydantic import Field

from backend.accounts.queries import any_org_by_slug, org_by_slug
from backend.accounts.types import Principal, Right
from backend.kit.db import JsonDict
from backend.kit.errors import NotFound
from backend.kit.stream import last_seq
from backend.kit.uow import UnitOfWork
from backend.meetings.actions.agenda import NewItem, next_item
from backend.meetings.actions.hall import count_people, notify_hall, show_on_screen
from backend.meetings.actions.meeting import NewMeeting, create_meeting, transition_meeting
from backend.meetings.actions.paper import go_back_to_phones, go_on_by_paper
from backend.meetings.actions.questions import defer_question, merge_question, move_question, reject_question
from backend.meetings.live_state import meeting_view, state
from backend.meetings.queries import get_meeting, meetings_of
from backend.meetings.types import Assembly, MeetingState, QuestionState, RejectReason
from backend.runtime import Runtime
from backend.web.access import PUBLIC, access, access_in_body, require
from backend.web.body import Body, Line, ShortId, Texts

MAX_ITEMS = 60
LONGEST_WAIT_S = 25  # proxies give up after thirty

Version = Annotated[int, Field(ge=1, le=1_000_000)]


class ItemBody(Body):
    """One agenda item."""

    no: Annotated[str, Field(min_length=1, max_length=10)]
    title: Texts
    minutes: Annotated[int, Field(ge=0, le=600)] = 10


class MeetingBody(Body):
    """A meeting as entered."""

    org: ShortId
    title: Texts
    starts_at: datetime
    assembly_type: Assembly
    place: ShortId | None = None
    notice: Texts | None = None
    treat_by: date | None = None
    agenda: Annotated[list[ItemBody], Field(default_factory=list, max_length=MAX_ITEMS)]


class MeetingStep(Body):
    """The next state of a meeting, with the version it was decided on."""

    to: MeetingState
    version: Version


class PaperBody(Body):
    """Whether the evening goes on by paper alone, with the version it was decided on."""

    on: bool
    version: Version


class VersionBody(Body):
    """The version a step was decided on."""

    version: Version


class QuestionStep(Body):
    """The next state of a question from the hall, with what that state needs."""

    to: QuestionState
    reason: RejectReason | None = None
    note: Annotated[str, Field(max_length=300)] = ""
    due_on: date | None = None
    owner: Annotated[str, Field(max_length=120)] = ""
    into: ShortId | None = None


class ScreenBody(Body):
    """What the projector shows; with `poll` the one that is meant."""

    show: ShortId
    poll: ShortId | None = None


class NoticeBody(Body):
    """A short announcement."""

    text: Line


class PeopleBody(Body):
    """People counted in the rooms."""

    people: Annotated[int, Field(ge=0, le=100_000)]


@get("/api/v1/meetings", opt={"access": PUBLIC})
async def list_meetings(reader: UnitOfWork, org: ShortId | None = None) -> JsonDict:
    """List published meetings, newest first."""
    org_id = (await org_by_slug(reader.session, org)).id if org else None
    found = await meetings_of(reader.session, org_id)
    return {"items": [await meeting_view(reader.session, meeting) for meeting in found]}


@get("/api/v1/meetings/{meeting_id:str}", opt={"access": PUBLIC})
async def show_meeting(meeting_id: str, reader: UnitOfWork) -> JsonDict:
    """Return one published meeting."""
    meeting = await get_meeting(reader.session, meeting_id)
    if meeting.state is MeetingState.DRAFT:
        raise NotFound
    return await meeting_view(reader.session, meeting)


@get("/api/v1/meetings/{meeting_id:str}/state", opt={"access": PUBLIC})
async def meeting_state(
    request: Request[Any, Any, Any],
    meeting_id: str,
    rt: Runtime,
    since: Annotated[int | None, Parameter(ge=0, le=1_000_000_000)] = None,
    wait: Annotated[int, Parameter(ge=0, le=LONGEST_WAIT_S)] = 0,
) -> JsonDict | Response[bytes]:
    """Return the live state; with `since` equal to the newest number only that number.

    With `wait` (seconds) the answer comes with the next event, for networks that let no WebSocket through.
    """
    if since is not None and wait:
        body = await request.app.state.rooms.state_after(meeting_id, since, wait)
        return Response(body, media_type=MediaType.JSON) if body else {"seq": since, "unchanged": True}
    async with rt.work.read() as uow:
        newest = await last_seq(uow.session, meeting_id)
        if since is not None and since == newest:
            return {"seq": newest, "unchanged": True}
        return await state(uow.session, meeting_id)


@post("/api/v1/meetings", opt={"access": access_in_body(Right.RUN_MEETING)}, status_code=201)
async def add_meeting(data: MeetingBody, uow: UnitOfWork, principal: Principal) -> JsonDict:
    """Create a draft meeting."""
    org = await any_org_by_slug(uow.session, data.org)
    require(principal, Right.RUN_MEETING, org.id)
    new = NewMeeting(
        title=data.title,
        notice=data.notice or {},
        starts_at=data.starts_at,
        assembly_type=data.assembly_type,
        place_id=data.place,
        treat_by=data.treat_by,
        agenda=[NewItem(number=item.no, title=item.title, minutes=item.minutes) for item in data.agenda],
    )
    row = await create_meeting(uow, new, org_id=org.id)
    return await meeting_view(uow.session, await get_meeting(uow.session, row.id))


@post("/api/v1/meetings/{meeting_id:str}/transitions", opt={"access": access(Right.RUN_MEETING)}, status_code=200)
async def step_meeting(meeting_id: str, data: MeetingStep, uow: UnitOfWork) -> JsonDict:
    """Move a meeting one step."""
    await transition_meeting(uow, meeting_id, data.to, version=data.version)
    return await meeting_view(uow.session, await get_meeting(uow.session, meeting_id))


@post("/api/v1/meetings/{meeting_id:str}/next-item", opt={"access": access(Right.RUN_MEETING)}, status_code=200)
async def step_agenda(meeting_id: str, data: VersionBody, uow: UnitOfWork) -> JsonDict:
    """Finish the active agenda item and begin the next."""
    await next_item(uow, meeting_id, version=data.version)
    return await meeting_view(uow.session, await get_meeting(uow.session, meeting_id))


@post("/api/v1/meetings/{meeting_id:str}/paper", opt={"access": access(Right.RUN_MEETING)}, status_code=200)
async def turn_to_paper(meeting_id: str, data: PaperBody, rt: Runtime, uow: UnitOfWork) -> JsonDict:
    """Go on by paper alone, or back to phones and kiosks."""
    if data.on:
        await go_on_by_paper(uow, rt.lifecycle, meeting_id, version=data.version)
    else:
        await go_back_to_phones(uow, meeting_id, version=data.version)
    return await meeting_view(uow.session, await get_meeting(uow.session, meeting_id))


@post("/api/v1/meetings/{meeting_id:str}/screen", opt={"access": access(Right.RUN_MEETING)}, status_code=204)
async def set_screen(meeting_id: str, data: ScreenBody, uow: UnitOfWork) -> None:
    """Choose what the projector shows."""
    await show_on_screen(uow, meeting_id, data.show, poll_id=data.poll)


@post("/api/v1/meetings/{meeting_id:str}/notices", opt={"access": access(Right.RUN_MEETING)}, status_code=204)
async def send_notice(meeting_id: str, data: NoticeBody, uow: UnitOfWork) -> None:
    """Announce something to phones and projector."""
    await notify_hall(uow, meeting_id, data.text)


@post("/api/v1/meetings/{meeting_id:str}/people", opt={"access": access(Right.RUN_MEETING)}, status_code=204)
async def set_people(meeting_id: str, data: PeopleBody, uow: UnitOfWork) -> None:
    """Note how many people were counted in the rooms."""
    await count_people(uow, meeting_id, data.people)


@post("/api/v1/questions/{question_id:str}/transitions", opt={"access": access(Right.RUN_MEETING)}, status_code=204)
async def step_question(question_id: str, data: QuestionStep, uow: UnitOfWork) -> None:
    """Show, hold, queue, answer, defer, merge or reject a question from the hall."""
    match data.to:
        case QuestionState.REJECTED if data.reason:
            await reject_question(uow, question_id, data.reason, note=data.note)
        case QuestionState.DEFERRED:
            await defer_question(uow, question_id, due_on=data.due_on, owner=data.owner)
        case QuestionState.MERGED if data.into:
            await merge_question(uow, question_id, data.into)
        case _:
            await move_question(uow, question_id, data.to)


routes = [
    list_meetings,
    show_meeting,
    meeting_state,
    add_meeting,
    step_meeting,
    step_agenda,
    turn_to_paper,
    set_screen,
    send_notice,
    set_people,
    step_question,
]
