"""The print pack: everything one evening needs on paper, in one file, made piece by piece so that progress can be told.

Guarantees: cards are drawn once and exist in this file only; sheets are printed for released questions; a piece that
fails leaves no half pack behind. Refuses without a typesetter (`NoPrinting`).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from babel.dates import format_date, format_time

from backend.accounts.queries import org_by_id, place_by_id
from backend.kit.errors import Invalid
from backend.kit.i18n import Translator, marked
from backend.meetings.actions.prepare import keep_plan
from backend.meetings.checklist import Moment, tasks_of
from backend.meetings.plan import Plan, Post, least_crew
from backend.meetings.queries import AgendaItem, Meeting, agenda_of, get_meeting, plan_of
from backend.meetings.sheet_heading import sheet_heading
from backend.paper.press import press
from backend.paper.types import PrintOrder
from backend.polls.queries import Poll, polls_of
from backend.polls.rules import may_issue_sheets
from backend.polls.types import Channel
from backend.runtime import Runtime
from moderation.stage.cards import draw_and_print
from moderation.stage.drafting import HALL_ZONE
from printables.bundle import join
from printables.poster import print_poster
from printables.report import ReportDocument, Section, Table, print_report
from printables.types import DocumentError, PosterDocument, PosterStep, PosterWay

BOX = "☐"
POSTER_STEPS = 5  # more leave no room for a title readable from across the street
POSTS = {
    Post.CHAIR: marked("Leitung der Versammlung"),
    Post.HOST: marked("Regie"),
    Post.DOOR: marked("Einlass"),
    Post.TELLER: marked("Zähltisch"),
    Post.INFO: marked("Tisch „Auskunft“"),
    Post.MENTOR: marked("Kiosk-Begleitung"),
}
MOMENTS = {
    Moment.BEFORE: marked("Vor dem Einlass"),
    Moment.DOORS: marked("Während des Einlasses"),
    Moment.START: marked("Zu Beginn"),
    Moment.AFTER: marked("Danach"),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """How many of each."""

    voting: int
    guest: int
    pack_size: int
    sheets: int


@dataclass(frozen=True, slots=True)
class Progress:
    """A piece is about to be made: the nth of all."""

    number: int
    total: int
    name: str


@dataclass(frozen=True, slots=True)
class Evening:
    """What the pieces are made from."""

    meeting: Meeting
    org_name: str
    place: str
    plan: Plan
    items: list[AgendaItem]
    join_url: str


Piece = tuple[str, Callable[[], Awaitable[bytes]]]


async def print_pack(
    rt: Runtime, meeting_id: str, wanted: Wanted, translator: Translator
) -> AsyncIterator[Progress | bytes]:
    """Yield each piece before it is made, and at the end the whole file; the plan then knows it was printed.

    Raises: NotFound, NoPrinting, Invalid when there is nothing to print.
    """
    evening, polls = await _evening(rt, meeting_id)
    pieces = _pieces(rt, evening, polls, wanted=wanted, translator=translator)
    documents: list[bytes] = []
    for number, (name, make) in enumerate(pieces, start=1):
        yield Progress(number, len(pieces), name)
        documents.append(await make())
    whole = await asyncio.to_thread(join, documents, title=evening.meeting.title.get("de", ""))
    async with rt.work.write() as uow:
        plan = await plan_of(uow.session, meeting_id)
        await keep_plan(uow, meeting_id, plan.printed(uow.now))
    yield whole


def printable(polls: list[Poll]) -> list[Poll]:
    """Return the polls whose sheets may be printed now."""
    return [poll for poll in polls if Channel.PAPER in poll.definition.channels and may_be_printed(poll)]


def may_be_printed(poll: Poll) -> bool:
    """Tell whether the wording of a poll is final, or a reserve stack waits for it."""
    return may_issue_sheets(poll.state) or poll.is_waiting_stack


async def _evening(rt: Runtime, meeting_id: str) -> tuple[Evening, list[Poll]]:
    async with rt.work.read() as reader:
        meeting = await get_meeting(reader.session, meeting_id)
        org = await org_by_id(reader.session, meeting.org_id)
        place = await place_by_id(reader.session, meeting.place_id) if meeting.place_id else None
        evening = Evening(
            meeting=meeting,
            org_name=org.name,
            place=f"{place.name}, {place.address}" if place else "",
            plan=await plan_of(reader.session, meeting_id),
            items=await agenda_of(reader.session, meeting_id),
            join_url=f"{rt.settings.public_url.rstrip('/')}/{org.slug}/t/{meeting.slug}",
        )
        return evening, printable(await polls_of(reader.session, meeting_id))


def _pieces(rt: Runtime, evening: Evening, polls: list[Poll], *, wanted: Wanted, translator: Translator) -> list[Piece]:
    """Return what is to be made, slow pieces that can fail first: the cards are drawn when all else worked."""
    gettext = translator.gettext

    async def poster() -> bytes:
        return await _typeset(lambda: print_poster(_poster(evening, gettext)))

    async def crew() -> bytes:
        return await _typeset(lambda: print_report(_crew_sheet(evening, gettext)))

    async def cards() -> bytes:
        meeting_id = evening.meeting.id
        return await draw_and_print(
            rt, meeting_id, voting=wanted.voting, guest=wanted.guest, pack_size=wanted.pack_size
        )

    sheets = [(_short(poll), _sheets_of(rt, poll, wanted.sheets)) for poll in polls if wanted.sheets]
    pieces: list[Piece] = [(gettext("Ablauf und Checkliste"), crew), (gettext("Plakat"), poster), *sheets]
    if wanted.voting + wanted.guest:
        pieces.append((gettext("Stimmkarten"), cards))
    return pieces


def _sheets_of(rt: Runtime, poll: Poll, count: int) -> Callable[[], Awaitable[bytes]]:
    async def make() -> bytes:
        async with rt.work.read() as reader:
            heading = await sheet_heading(reader.session, poll.id)
        return (await rt.paper.print_ballots(poll.id, PrintOrder(count, heading))).pdf

    return make


async def _typeset(make: Callable[[], bytes]) -> bytes:
    try:
        with press():
            return await asyncio.to_thread(make)
    except DocumentError as error:
        raise Invalid("Ein Text ist zu lang für das Plakat. Bitte kürzen Sie Titel oder Hinweis.") from error


def _poster(evening: Evening, gettext: Callable[[str], str]) -> PosterDocument:
    begins = evening.meeting.starts_at.astimezone(HALL_ZONE)
    when = f"{format_date(begins.date(), 'full', locale='de_DE')}, {format_time(begins, 'HH:mm', locale='de_DE')} Uhr"
    return PosterDocument(
        org_name=evening.org_name,
        title=evening.meeting.title.get("de", ""),
        lead=f"{when}. {evening.place}".strip(),
        join_url=evening.join_url,
        notice=evening.meeting.notice.get("de", ""),
        steps=tuple(_steps(evening.items, begins)) if len(evening.items) <= POSTER_STEPS else (),
        ways=tuple(_ways(evening.plan, gettext)),
    )


def _steps(items: list[AgendaItem], clock: datetime) -> Iterator[PosterStep]:
    """Yield the agenda with its planned times."""
    for item in items:
        yield PosterStep(item.title.get("de", ""), f"{clock:%H:%M}")
        clock += timedelta(minutes=item.minutes)


def _ways(plan: Plan, gettext: Callable[[str], str]) -> Iterator[PosterWay]:
    yield PosterWay("phone", gettext("Handy"), gettext("Code scannen, ohne App und ohne Konto"))
    if plan.kiosks:
        yield PosterWay("kiosk", gettext("Kiosk"), gettext("großer Bildschirm im Saal, mit Vorlesen und Hilfe"))
    if plan.with_paper:
        yield PosterWay("paper", gettext("Papier"), gettext("Stimmzettel am Tisch „Auskunft“"))


def _crew_sheet(evening: Evening, gettext: Callable[[str], str]) -> ReportDocument:
    begins = evening.meeting.starts_at.astimezone(HALL_ZONE)
    crew = tuple((gettext(POSTS[each.post]), str(each.number), "") for each in least_crew(evening.plan))
    agenda = tuple((item.number, item.title.get("de", ""), str(item.minutes)) for item in evening.items)
    sections = [
        Section(
            gettext("Team"), table=Table((gettext("Aufgabe"), gettext("Personen"), gettext("Wer")), crew, ruled=True)
        ),
        Section(gettext("Ablauf"), table=Table((gettext("Nr."), gettext("Punkt"), gettext("Minuten")), agenda)),
        *(_tasks(evening.plan, moment, gettext) for moment in Moment),
    ]
    return ReportDocument(
        title=gettext("Ablauf und Checkliste"),
        eyebrow=evening.meeting.title.get("de", ""),
        facts=(
            (gettext("Beginn"), f"{format_date(begins.date(), 'long', locale='de_DE')}, {begins:%H:%M}"),
            (gettext("Ort"), evening.place or "–"),
        ),
        sections=tuple(section for section in sections if section.table is None or section.table.rows),
    )


def _tasks(plan: Plan, moment: Moment, gettext: Callable[[str], str]) -> Section:
    rows = tuple(
        (BOX, gettext(POSTS[task.post]), gettext(task.text)) for task in tasks_of(plan) if task.moment is moment
    )
    return Section(gettext(MOMENTS[moment]), table=Table(("", gettext("Wer"), gettext("Was")), rows))


def _short(poll: Poll) -> str:
    return poll.question.get("de", "")[:60]
