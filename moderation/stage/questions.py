"""What a host does with questions from the hall, during the evening and, for written answers, after it."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from litestar import Response, get, post
from litestar.response import Redirect
from pydantic import Field

from backend.accounts.types import Principal
from backend.kit.errors import NotFound
from backend.kit.uow import UnitOfWork
from backend.meetings.actions.questions import (
    MAX_ANSWER_CHARS,
    MAX_NOTE_CHARS,
    MAX_OWNER_CHARS,
    answer_in_writing,
    choose_display,
    defer_question,
    merge_question,
    move_question,
    reject_question,
)
from backend.meetings.queries import answers_of, get_meeting, questions_of
from backend.meetings.types import Display, QuestionState, RejectReason
from backend.runtime import Runtime
from backend.web.forms import read_form
from backend.web.rendering import page, translator_of
from backend.web.security import FRAMED_HERE
from moderation.office import office_of
from moderation.stage.carry_out import AnyRequest, PollRef, StageForm, carry_out, place, rejected
from moderation.stage.evenings import SECTION
from moderation.stage.pages import BASE, HOST

OPT = {"access": HOST, "policy": FRAMED_HERE}


class QuestionForm(StageForm):
    """The next state of a question, with what that state needs."""

    zu: QuestionState
    grund: RejectReason | None = None
    hinweis: Annotated[str, Field(max_length=MAX_NOTE_CHARS)] = ""
    bis: date | None = None
    wer: Annotated[str, Field(max_length=MAX_OWNER_CHARS)] = ""
    ziel: PollRef | None = None


class AnswerForm(StageForm):
    """A written answer."""

    antwort: Annotated[str, Field(min_length=1, max_length=MAX_ANSWER_CHARS)]


class DisplayForm(StageForm):
    """When everybody sees a new question."""

    anzeige: Display


@post(f"{BASE}/saalfrage/{{question_id:str}}", opt=OPT, status_code=200, include_in_schema=False)
async def move(request: AnyRequest, org: str, meeting_id: str, question_id: str, rt: Runtime) -> Redirect:
    """Show, hold back, queue, call up, answer, defer, merge or reject a question from the hall."""
    form = await read_form(request, QuestionForm)
    given = form.value
    if given is None:
        return rejected(request, form, back=place(org, meeting_id, None, "#fragen"))

    async def act(uow: UnitOfWork) -> None:
        await _own(uow, meeting_id, question_id)
        await _move(uow, question_id, given)

    return await carry_out(request, rt, act, back=place(org, meeting_id, given.frage, "#fragen"))


@post(f"{BASE}/fragen-anzeige", opt=OPT, status_code=200, include_in_schema=False)
async def display(request: AnyRequest, org: str, meeting_id: str, rt: Runtime) -> Redirect:
    """Choose whether new questions are seen at once or after approval."""
    form = await read_form(request, DisplayForm)
    given = form.value
    if given is None:
        return rejected(request, form, back=place(org, meeting_id, None, "#fragen"))

    async def act(uow: UnitOfWork) -> None:
        await choose_display(uow, meeting_id, given.anzeige)

    return await carry_out(request, rt, act, back=place(org, meeting_id, given.frage, "#fragen"))


@get(f"{BASE}/antworten", opt={"access": HOST}, include_in_schema=False)
async def show_answers(
    request: AnyRequest, org: str, meeting_id: str, reader: UnitOfWork, principal: Principal
) -> Response[str]:
    """List the answers promised in writing, and those that were given."""
    office = await office_of(request, reader, principal, org=org, section=SECTION)
    answers = await answers_of(reader.session, meeting_id)
    owed = [each for each in answers if each.state is QuestionState.DEFERRED]
    return page(
        request,
        "staff/stage/answers.html",
        status_code=200,
        base=f"/verwaltung/{org}",
        meeting=await get_meeting(reader.session, meeting_id),
        owed=sorted(owed, key=lambda each: str(each.due_on)),
        given=[each for each in answers if each.answer],
        today=reader.now.date(),
        **office.context(),
    )


@post(f"{BASE}/antworten/{{question_id:str}}", opt={"access": HOST}, status_code=200, include_in_schema=False)
async def answer(request: AnyRequest, org: str, meeting_id: str, question_id: str, rt: Runtime) -> Redirect:
    """Give a written answer that was promised."""
    form = await read_form(request, AnswerForm)
    given = form.value
    back = f"/verwaltung/{org}/regie/{meeting_id}/antworten"
    if given is None:
        return rejected(request, form, back=back)

    async def act(uow: UnitOfWork) -> None:
        await _own(uow, meeting_id, question_id)
        await answer_in_writing(uow, question_id, given.antwort)

    said = translator_of(request).gettext("Die Antwort steht jetzt auf der öffentlichen Seite der Versammlung.")
    return await carry_out(request, rt, act, back=back, said=said)


async def _move(uow: UnitOfWork, question_id: str, given: QuestionForm) -> None:
    match given.zu:
        case QuestionState.REJECTED if given.grund:
            await reject_question(uow, question_id, given.grund, note=given.hinweis)
        case QuestionState.DEFERRED:
            await defer_question(uow, question_id, due_on=given.bis, owner=given.wer)
        case QuestionState.MERGED if given.ziel:
            await merge_question(uow, question_id, given.ziel)
        case _:
            await move_question(uow, question_id, given.zu)


async def _own(uow: UnitOfWork, meeting_id: str, question_id: str) -> None:
    known = await questions_of(uow.session, meeting_id, all_states=True)
    if question_id not in {question.id for question in known}:
        raise NotFound


routes = [move, display, show_answers, answer]
