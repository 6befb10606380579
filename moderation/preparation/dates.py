"""Date and place: edit while nobody is in the hall, what the law says, announce, cancel."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Annotated

from litestar import Response, get, post
from litestar.response import Redirect
from pydantic import BaseModel, ConfigDict, Field

from backend.accounts.queries import Org, org_by_slug, places_of
from backend.accounts.types import Principal
from backend.kit.db import JsonDict
from backend.kit.errors import Invalid, NotFound
from backend.kit.idempotency import once
from backend.kit.uow import UnitOfWork
from backend.meetings.actions.meeting import Edited, edit_meeting, transition_meeting
from backend.meetings.actions.series import MAX_SERIES_CHARS, repeat_meeting
from backend.meetings.assembly import rules_of
from backend.meetings.preparation import Step
from backend.meetings.queries import Meeting, series_of
from backend.meetings.types import AHEAD, Assembly, MeetingState, may_follow
from backend.runtime import Runtime
from backend.web.forms import FormState, read_form
from backend.web.rendering import see_other, translator_of
from moderation.preparation.frame import HERE, OPT, home, own_meeting, prep_page, preparation_of
from moderation.stage.carry_out import AnyRequest, Version, carry_out, rejected
from moderation.stage.drafting import HALL_ZONE, begins_at
from moderation.stage.evenings import assembly_kinds

LONGEST = timedelta(hours=12)


class DateForm(BaseModel):
    """What is edited, with the version it was written for."""

    model_config = ConfigDict(extra="forbid")

    titel: Annotated[str, Field(min_length=3, max_length=200)]
    art: Assembly
    tag: date
    uhrzeit: time
    ende: time | None = None
    ort: Annotated[str, Field(max_length=40)] = ""
    hinweis: Annotated[str, Field(max_length=600)] = ""
    version: Version


class RepeatForm(BaseModel):
    """Another date of the same evening; with `reihe` the dates belong together."""

    model_config = ConfigDict(extra="forbid")

    tag: date
    uhrzeit: time
    reihe: Annotated[str, Field(max_length=MAX_SERIES_CHARS)] = ""


class PhaseForm(BaseModel):
    """Announce or cancel."""

    model_config = ConfigDict(extra="forbid")

    zu: MeetingState
    version: Version


@get(HERE, opt=OPT, include_in_schema=False)
async def lead_on(request: AnyRequest, org: str, meeting_id: str, reader: UnitOfWork, principal: Principal) -> Redirect:
    """Lead to the first step that lacks something."""
    prep = await preparation_of(request, reader, principal, org=org, meeting_id=meeting_id)
    return see_other(request, home(org, meeting_id, prep.next_step))


@get(f"{HERE}/termin", opt=OPT, include_in_schema=False)
async def show_date(
    request: AnyRequest, org: str, meeting_id: str, rt: Runtime, reader: UnitOfWork, principal: Principal
) -> Response[str]:
    """Show what is set, as a form while it may be changed."""
    prep = await preparation_of(request, reader, principal, org=org, meeting_id=meeting_id)
    meeting, owner = prep.meeting, prep.office.owner
    gettext = translator_of(request).gettext
    places = await places_of(reader.session, owner.id)
    return prep_page(
        request,
        rt,
        prep,
        Step.DATE,
        form=FormState(values=_values(meeting)),
        kinds=assembly_kinds(gettext),
        places=[("", gettext("steht noch nicht fest")), *((place.id, place.name) for place in places)],
        rules=rules_of(owner.state, Assembly(meeting.assembly_type)),
        series=await series_of(reader.session, meeting, with_drafts=True),
        may_edit=meeting.state in AHEAD,
        may_announce=may_follow(meeting.state, MeetingState.PUBLISHED),
        may_cancel=may_follow(meeting.state, MeetingState.CANCELLED),
    )


@post(f"{HERE}/termin", opt=OPT, status_code=200, include_in_schema=False)
async def edit_date(request: AnyRequest, org: str, meeting_id: str, rt: Runtime) -> Redirect:
    """Change title, kind, date, place and notice."""
    form = await read_form(request, DateForm)
    given, back = form.value, home(org, meeting_id, Step.DATE)
    if given is None:
        return rejected(request, form, back=back)

    async def act(uow: UnitOfWork) -> None:
        owner = await org_by_slug(uow.session, org)
        meeting = await own_meeting(uow, org_id=owner.id, meeting_id=meeting_id)
        if given.ort and given.ort not in {place.id for place in await places_of(uow.session, owner.id)}:
            raise NotFound("Diesen Ort gibt es nicht.")
        await edit_meeting(uow, meeting.id, _edited(given, owner), version=given.version)

    said = translator_of(request).gettext("Gespeichert.")
    return await carry_out(request, rt, act, back=back, said=said)


@post(f"{HERE}/stand", opt=OPT, status_code=200, include_in_schema=False)
async def announce_or_cancel(request: AnyRequest, org: str, meeting_id: str, rt: Runtime) -> Redirect:
    """Announce the meeting, or cancel it."""
    form = await read_form(request, PhaseForm)
    given, back = form.value, home(org, meeting_id, Step.DATE)
    if given is None or given.zu not in {MeetingState.PUBLISHED, MeetingState.CANCELLED}:
        return rejected(request, form, back=back)

    async def act(uow: UnitOfWork) -> None:
        await transition_meeting(uow, meeting_id, given.zu, version=given.version)

    gettext = translator_of(request).gettext
    is_announced = given.zu is MeetingState.PUBLISHED
    said = (
        gettext("Die Versammlung ist angekündigt; ihre Seite ist öffentlich.")
        if is_announced
        else gettext("Die Versammlung ist abgesagt. Ihre Seite sagt es allen.")
    )
    return await carry_out(request, rt, act, back=back, said=said)


@post(f"{HERE}/wiederholen", opt=OPT, status_code=200, include_in_schema=False)
async def repeat(request: AnyRequest, org: str, meeting_id: str, rt: Runtime) -> Redirect:
    """Copy the evening to another date, once per form; with a title both are of a series."""
    form = await read_form(request, RepeatForm)
    given, back = form.value, home(org, meeting_id, Step.DATE, "#h-reihe")
    if given is None:
        return rejected(request, form, back=back)

    async def act(uow: UnitOfWork) -> str:
        owner = await org_by_slug(uow.session, org)
        meeting = await own_meeting(uow, org_id=owner.id, meeting_id=meeting_id)

        async def produce() -> JsonDict:
            rules = rules_of(owner.state, Assembly(meeting.assembly_type))
            new_id = await repeat_meeting(
                uow,
                meeting.id,
                starts_at=begins_at(given.tag, given.uhrzeit),
                treat_by=rules.treat_by(given.tag),
                series=given.reihe,
            )
            return {"meeting": new_id}

        body = given.model_dump(mode="json")
        answer, _ = await once(uow, f"prep.repeat:{meeting_id}", form.key, body=body, produce=produce)
        return home(org, str(answer["meeting"]), Step.DATE)

    said = translator_of(request).gettext("Der neue Termin ist angelegt, mit Tagesordnung und Fragen.")
    return await carry_out(request, rt, act, back=back, said=said)


def _values(meeting: Meeting) -> dict[str, str]:
    begins = meeting.starts_at.astimezone(HALL_ZONE)
    return {
        "titel": meeting.title.get("de", ""),
        "art": meeting.assembly_type,
        "tag": begins.date().isoformat(),
        "uhrzeit": f"{begins:%H:%M}",
        "ende": f"{meeting.ends_at.astimezone(HALL_ZONE):%H:%M}" if meeting.ends_at else "",
        "ort": meeting.place_id or "",
        "hinweis": meeting.notice.get("de", ""),
    }


def _edited(given: DateForm, owner: Org) -> Edited:
    starts_at = begins_at(given.tag, given.uhrzeit)
    rules = rules_of(owner.state, given.art)
    return Edited(
        title={"de": given.titel},
        notice={"de": given.hinweis or rules.notice},
        starts_at=starts_at,
        ends_at=_end(starts_at, given),
        assembly_type=given.art,
        place_id=given.ort or None,
        treat_by=rules.treat_by(given.tag),
    )


def _end(starts_at: datetime, given: DateForm) -> datetime | None:
    """Return the end; an hour before the beginning is meant after midnight. Raises: Invalid."""
    if given.ende is None:
        return None
    ends_at = begins_at(given.tag, given.ende)
    if ends_at <= starts_at:
        ends_at = begins_at(given.tag + timedelta(days=1), given.ende)
    if ends_at - starts_at > LONGEST:
        raise Invalid("Das Ende liegt vor dem Beginn. Bitte prüfen Sie die Uhrzeiten.")
    return ends_at


routes = [lead_on, show_date, edit_date, announce_or_cancel, repeat]
