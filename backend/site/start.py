"""The first pages: which organisations take part, and what is open, next and achieved in one of them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from litestar import Response, get

from backend.accounts.queries import Org, PlaceView, org_by_slug, organisations, place_by_id, places_of
from backend.consultations.queries.procedures import Consultation, contribution_counts, public_consultations
from backend.consultations.rules import local_day
from backend.decisions.queries.clock import AnswerClock, answer_clocks
from backend.decisions.queries.outcomes import featured_outcome
from backend.decisions.types import AnswerState
from backend.kit.uow import UnitOfWork
from backend.meetings.queries import Meeting, meetings_of
from backend.meetings.types import MeetingState
from backend.site.consultations_context import AnyRequest
from backend.web.access import PUBLIC
from backend.web.frame import org_view
from backend.web.rendering import page

MAX_TICKS = 48  # more contributions than this share a tick
CENTRE, INNER, OUTER = 100.0, 66.0, 90.0
UPCOMING = frozenset({MeetingState.PUBLISHED, MeetingState.CHECKIN, MeetingState.RUNNING, MeetingState.PAUSED})


@dataclass(frozen=True, slots=True)
class Tick:
    """One stroke of the answer clock."""

    x1: float
    y1: float
    x2: float
    y2: float
    state: AnswerState


@get("/", opt={"access": PUBLIC}, include_in_schema=False)
async def show_organisations(request: AnyRequest, reader: UnitOfWork) -> Response[str]:
    """List the organisations with what is open there."""
    today = local_day(reader.now)
    owners = await organisations(reader.session)
    found = await public_consultations(reader.session, today=today)
    by_org: dict[str, list[Consultation]] = {}
    for each in found:
        by_org.setdefault(each.org_id, []).append(each)
    active = [owner for owner in owners if owner.id in by_org]
    return page(
        request,
        "site/start/organisations.html",
        section="mitmachen",
        today=today,
        active=active,
        others=[owner for owner in owners if owner.id not in by_org],
        consultations=by_org,
    )


@get("/{org:str}", opt={"access": PUBLIC}, include_in_schema=False)
async def show_start(request: AnyRequest, org: str, reader: UnitOfWork) -> Response[str]:
    """Show what is open now, what is next, and what came of it."""
    owner = await org_by_slug(reader.session, org)
    today = local_day(reader.now)
    found = await public_consultations(reader.session, today=today, org_id=owner.id)
    is_open = [each for each in found if each.writing(today)]
    coming = [each for each in found if not each.writing(today) and each.coming(today)]
    running = [each for each in found if each not in is_open and each not in coming]
    meeting, place = await _next_meeting(reader, owner)
    clock = await _clock(reader, owner)
    return page(
        request,
        "site/start/org.html",
        org=org_view(owner),
        section="mitmachen",
        today=today,
        is_open=is_open,
        coming=coming,
        running=running,
        counts=await contribution_counts(reader.session, [each.id for each in found]),
        meeting=meeting,
        place=place,
        places=await places_of(reader.session, owner.id),
        clock=clock,
        outcome=await featured_outcome(reader.session, owner.id),
        ticks=ticks(clock.answers) if clock else [],
    )


def ticks(answers: tuple[AnswerState, ...]) -> list[Tick]:
    """Return the strokes of the answer clock, one per contribution or, past the limit, one per equal share."""
    count = min(len(answers), MAX_TICKS)
    shown = [answers[number * len(answers) // count] for number in range(count)]
    return [_tick((number + 0.5) / count, state) for number, state in enumerate(shown)]


def _tick(turn: float, state: AnswerState) -> Tick:
    angle = 2 * math.pi * turn - math.pi / 2
    across, down = math.cos(angle), math.sin(angle)
    return Tick(
        x1=round(CENTRE + INNER * across, 1),
        y1=round(CENTRE + INNER * down, 1),
        x2=round(CENTRE + OUTER * across, 1),
        y2=round(CENTRE + OUTER * down, 1),
        state=state,
    )


async def _next_meeting(reader: UnitOfWork, owner: Org) -> tuple[Meeting | None, PlaceView | None]:
    meetings = [each for each in await meetings_of(reader.session, owner.id) if each.state in UPCOMING]
    if not meetings:
        return None, None
    meeting = min(meetings, key=lambda each: each.starts_at)
    return meeting, await place_by_id(reader.session, meeting.place_id) if meeting.place_id else None


async def _clock(reader: UnitOfWork, owner: Org) -> AnswerClock | None:
    """Return the clock of the newest procedure whose answers went out; procedures are never blended."""
    clocks = await answer_clocks(reader.session, owner.id, local_day(reader.now))
    return next((clock for clock in clocks if clock.delivered > 0), None)


routes = [show_organisations, show_start]
