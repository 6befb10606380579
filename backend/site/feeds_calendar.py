"""Dates for people's calendars (RFC 5545): what procedures promise, and meetings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event
from litestar import Response, get

from backend.accounts.queries import org_by_slug, organisations
from backend.consultations.queries.procedures import Consultation, public_consultation, public_consultations
from backend.consultations.rules import local_day
from backend.kit.uow import UnitOfWork
from backend.meetings.queries import Meeting, meetings_of
from backend.meetings.types import MeetingState
from backend.runtime import Runtime
from backend.web.access import PUBLIC
from backend.web.security import OPEN

CALENDAR = "text/calendar; charset=utf-8"
USUAL_LENGTH = timedelta(hours=2)
OPT = {"access": PUBLIC, "policy": OPEN}


@dataclass(frozen=True, slots=True)
class Occasion:
    """One entry; whole days begin and end with a date."""

    uid: str
    begins: date | datetime
    ends: date | datetime
    summary: str
    path: str
    sequence: int = 0
    is_cancelled: bool = False


@get("/calendar.ics", opt=OPT, include_in_schema=False)
async def all_dates(rt: Runtime, reader: UnitOfWork) -> Response[bytes]:
    """Dates of all organisations."""
    found = await public_consultations(reader.session, today=local_day(reader.now))
    slugs = {org.id: org.slug for org in await organisations(reader.session)}
    meetings = await meetings_of(reader.session)
    return calendar(rt, reader.now, [*promises(found), *gatherings(meetings, slugs)])


@get("/{org:str}/kalender.ics", opt=OPT, include_in_schema=False)
async def org_dates(org: str, rt: Runtime, reader: UnitOfWork) -> Response[bytes]:
    """Dates of one organisation."""
    owner = await org_by_slug(reader.session, org)
    found = await public_consultations(reader.session, today=local_day(reader.now), org_id=owner.id)
    meetings = await meetings_of(reader.session, owner.id)
    return calendar(rt, reader.now, [*promises(found), *gatherings(meetings, {owner.id: owner.slug})])


@get("/{org:str}/b/{slug:str}/kalender.ics", opt=OPT, include_in_schema=False)
async def consultation_dates(org: str, slug: str, rt: Runtime, reader: UnitOfWork) -> Response[bytes]:
    """Dates of one procedure."""
    found = await public_consultation(reader.session, org, slug, today=local_day(reader.now))
    return calendar(rt, reader.now, promises([found]))


def promises(consultations: Iterable[Consultation]) -> Iterator[Occasion]:
    """Yield what procedures say happens next, as whole days."""
    for each in consultations:
        for number, step in enumerate(each.next_steps):
            summary = f"{step.title.get('de', '')}: {each.title.get('de', '')}"
            yield Occasion(f"{each.id}-{number}", step.on, step.on + timedelta(days=1), summary, each.path)


def gatherings(meetings: Iterable[Meeting], slugs: dict[str, str]) -> Iterator[Occasion]:
    """Yield meetings with their times."""
    for each in meetings:
        ends_at = each.ends_at or each.starts_at + USUAL_LENGTH
        path = f"/{slugs.get(each.org_id, '')}/t/{each.slug}"
        is_cancelled = each.state is MeetingState.CANCELLED
        title = each.title.get("de", "")
        yield Occasion(each.id, each.starts_at, ends_at, title, path, each.version, is_cancelled)


def calendar(rt: Runtime, now: datetime, occasions: Iterable[Occasion]) -> Response[bytes]:
    """Return occasions as a calendar."""
    content = Calendar()
    content.add("prodid", "-//Mach mit//DE")
    content.add("version", "2.0")
    content.add("x-wr-calname", "Mach mit")
    for each in occasions:
        event = Event()
        event.add("uid", f"{each.uid}@{rt.log.signer.host}")
        event.add("dtstamp", now)
        event.add("dtstart", each.begins)
        event.add("dtend", each.ends)
        event.add("summary", each.summary)
        event.add("sequence", each.sequence)
        event.add("status", "CANCELLED" if each.is_cancelled else "CONFIRMED")
        event.add("url", rt.settings.public_url + each.path)
        content.add_component(event)
    return Response(content.to_ical(), media_type=CALENDAR)


routes = [all_dates, org_dates, consultation_dates]
