"""Meetings for citizens: the list of dates, one meeting before, during and after, and its calendar entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from icalendar import Calendar, Event
from litestar import Request, Response, get

from backend.accounts.queries import Org, PlaceView, org_by_slug, place_by_id
from backend.ballots.results import published_result
from backend.kit.db import JsonDict
from backend.kit.errors import NotFound
from backend.kit.uow import UnitOfWork
from backend.meetings.floor import floor_of
from backend.meetings.queries import AgendaItem, Meeting, agenda_of, meeting_by_slug, meetings_of, series_of
from backend.meetings.queries import answers_of as answers_to_the_hall
from backend.meetings.reading_parts import Reading
from backend.meetings.readings import reading_of
from backend.meetings.screens import Answer, answers_of
from backend.meetings.types import SET_ASIDE, MeetingState
from backend.minutes.queries import is_public
from backend.polls.queries import Poll, poll_view, polls_of
from backend.runtime import Runtime
from backend.web.access import PUBLIC
from backend.web.frame import org_view
from backend.web.rendering import page

AnyRequest = Request[Any, Any, Any]
OVER = frozenset({MeetingState.CLOSED, MeetingState.MINUTED, MeetingState.ARCHIVED, MeetingState.CANCELLED})
NOW = frozenset({MeetingState.CHECKIN, MeetingState.RUNNING, MeetingState.PAUSED})
USUAL_LENGTH = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Question:
    """A poll with what may be said of it."""

    number: int
    poll: Poll
    result: JsonDict | None
    reading: Reading | None
    answers: tuple[Answer, ...]


@get("/{org:str}/termine", opt={"access": PUBLIC}, include_in_schema=False)
async def list_dates(request: AnyRequest, org: str, reader: UnitOfWork) -> Response[str]:
    """List what is on now, what is next and what was."""
    owner = await org_by_slug(reader.session, org)
    meetings = await meetings_of(reader.session, owner.id)
    places = await _places(reader, meetings)
    return page(
        request,
        "site/meetings/list.html",
        org=org_view(owner),
        section="termine",
        running=[meeting for meeting in meetings if meeting.state in NOW],
        upcoming=[meeting for meeting in reversed(meetings) if meeting.state is MeetingState.PUBLISHED],
        past=[meeting for meeting in meetings if meeting.state in OVER],
        places=places,
    )


@get("/{org:str}/t/{slug:str}", opt={"access": PUBLIC}, include_in_schema=False)
async def show_date(request: AnyRequest, org: str, slug: str, reader: UnitOfWork) -> Response[str]:
    """Show one meeting; also where the join code on the wall leads."""
    owner, meeting = await _meeting(reader, org, slug)
    place = await place_by_id(reader.session, meeting.place_id) if meeting.place_id else None
    floor = await floor_of(reader.session, meeting.id)
    return page(
        request,
        "site/meetings/show.html",
        org=org_view(owner),
        section="termine",
        meeting=meeting,
        place=place,
        is_now=meeting.state in NOW,
        is_over=meeting.state in OVER,
        is_ahead=meeting.state is MeetingState.PUBLISHED,
        agenda=await _agenda(reader, meeting),
        questions=await _questions(reader, meeting),
        series=await series_of(reader.session, meeting),
        has_minutes=await is_public(reader.session, meeting.id),
        answers=await answers_to_the_hall(reader.session, meeting.id),
        floor=floor,
        stream_host=urlsplit(floor.stream_url or "").hostname,
    )


@get("/{org:str}/t/{slug:str}/termin.ics", opt={"access": PUBLIC}, include_in_schema=False)
async def calendar_entry(org: str, slug: str, reader: UnitOfWork, rt: Runtime) -> Response[bytes]:
    """Return the meeting as a calendar entry."""
    owner, meeting = await _meeting(reader, org, slug)
    place = await place_by_id(reader.session, meeting.place_id) if meeting.place_id else None
    entry = Event()
    entry.add("uid", f"{meeting.id}@{rt.log.signer.host}")
    entry.add("dtstamp", reader.now)
    entry.add("dtstart", meeting.starts_at)
    entry.add("dtend", meeting.ends_at or meeting.starts_at + USUAL_LENGTH)
    entry.add("sequence", meeting.version)
    entry.add("status", "CANCELLED" if meeting.state is MeetingState.CANCELLED else "CONFIRMED")
    entry.add("summary", meeting.title.get("de", ""))
    entry.add("url", f"{rt.settings.public_url}/{owner.slug}/t/{meeting.slug}")
    if place:
        entry.add("location", f"{place.name}, {place.address}")
    calendar = Calendar()
    calendar.add("prodid", "-//Mach mit//DE")
    calendar.add("version", "2.0")
    calendar.add_component(entry)
    headers = {"Content-Disposition": f'attachment; filename="{meeting.slug}.ics"'}
    return Response(calendar.to_ical(), media_type="text/calendar", headers=headers)


async def _meeting(reader: UnitOfWork, org: str, slug: str) -> tuple[Org, Meeting]:
    owner = await org_by_slug(reader.session, org)
    meeting = await meeting_by_slug(reader.session, owner.id, slug)
    if meeting.state is MeetingState.DRAFT:
        raise NotFound
    return owner, meeting


async def _agenda(reader: UnitOfWork, meeting: Meeting) -> list[tuple[AgendaItem, datetime]]:
    """Return the points with the times they are planned for; what was set aside takes no time."""
    timed: list[tuple[AgendaItem, datetime]] = []
    clock = meeting.starts_at
    for item in await agenda_of(reader.session, meeting.id):
        timed.append((item, item.started_at or clock))
        clock += timedelta(minutes=0 if item.state in SET_ASIDE else item.minutes)
    return timed


async def _places(reader: UnitOfWork, meetings: Sequence[Meeting]) -> dict[str, PlaceView]:
    wanted = {meeting.place_id for meeting in meetings if meeting.place_id}
    return {place_id: await place_by_id(reader.session, place_id) for place_id in sorted(wanted)}


async def _questions(reader: UnitOfWork, meeting: Meeting) -> list[Question]:
    polls = [poll for poll in await polls_of(reader.session, meeting.id) if poll.state != "draft"]
    return [
        _question(number, poll, await published_result(reader.session, poll.id))
        for number, poll in enumerate(polls, start=1)
        if not poll.is_practice
    ]


def _question(number: int, poll: Poll, result: JsonDict | None) -> Question:
    view = poll_view(poll)
    return Question(number, poll, result, reading_of(view, result) if result else None, answers_of(view))


routes = [list_dates, show_date, calendar_entry]
