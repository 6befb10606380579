"""What a host does with polls: every step, the signature, and a new question on the spot."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from litestar import post
from litestar.response import Redirect
from pydantic import Field

from backend.accounts.queries import org_by_id
from backend.accounts.types import Principal, Right
from backend.ballots.lifecycle import Lifecycle
from backend.ballots.results import sign_count
from backend.kit.db import JsonDict
from backend.kit.errors import NotFound
from backend.kit.i18n import Translator
from backend.kit.idempotency import once
from backend.kit.uow import UnitOfWork
from backend.meetings.actions.hall import show_on_screen
from backend.meetings.queries import Meeting, get_meeting
from backend.polls.actions import create_poll
from backend.polls.queries import get_poll, to_poll
from backend.polls.reserve import take_stack
from backend.polls.types import PollState
from backend.runtime import Runtime
from backend.web.access import access
from backend.web.forms import read_form
from backend.web.rendering import translator_of
from backend.web.security import FRAMED_HERE
from moderation.stage.carry_out import AnyRequest, StageForm, Version, carry_out, place, rejected
from moderation.stage.deeds import Order, carry
from moderation.stage.pages import BASE, HOST
from moderation.stage.question_form import QuestionFields, new_poll
from moderation.stage.steps import Deed

OPT = {"access": HOST, "policy": FRAMED_HERE}
SIGN = {"access": access(Right.CONFIRM_RESULT), "policy": FRAMED_HERE}
MAX_REASON_CHARS = 2_000
SHORTEST_S, LONGEST_S = 10, 1_800  # of a countdown to open with


class StepForm(StageForm):
    """One step of a poll, with the version it was decided on."""

    schritt: Deed
    version: Version
    grund: Annotated[str, Field(max_length=MAX_REASON_CHARS)] = ""
    dauer: Annotated[int, Field(ge=SHORTEST_S, le=LONGEST_S)] | None = None
    neu: bool = False

    def as_order(self) -> Order:
        """Return what the domain is asked to do."""
        lasts = timedelta(seconds=self.dauer) if self.dauer else None
        return Order(self.schritt, self.version, reason=self.grund, lasts=lasts, again=self.neu)


class SignForm(StageForm):
    """A signature under a count; a reason where an equation is open."""

    grund: Annotated[str, Field(max_length=MAX_REASON_CHARS)] = ""


class SpontaneousForm(StageForm, QuestionFields):
    """A question on the spot."""


@post(f"{BASE}/abstimmung/{{poll_id:str}}/schritt", opt=OPT, status_code=200, include_in_schema=False)
async def step(request: AnyRequest, org: str, meeting_id: str, poll_id: str, rt: Runtime) -> Redirect:
    """Move a poll one step."""
    form, back = await read_form(request, StepForm), place(org, meeting_id, poll_id, "#abstimmung")
    given = form.value
    if given is None:
        return rejected(request, form, back=back)

    async def act(uow: UnitOfWork) -> str | None:
        meeting = await _meeting_of(uow, meeting_id, poll_id)
        other = await carry(uow, rt.lifecycle, meeting, poll_id, given.as_order())
        return place(org, meeting_id, other, "#abstimmung") if other else None

    return await carry_out(request, rt, act, back=back, said=_done(given.schritt, translator_of(request)))


@post(f"{BASE}/abstimmung/{{poll_id:str}}/unterschrift", opt=SIGN, status_code=200, include_in_schema=False)
async def sign(
    request: AnyRequest, org: str, meeting_id: str, poll_id: str, rt: Runtime, principal: Principal
) -> Redirect:
    """Confirm a count as one of two persons."""
    form, back = await read_form(request, SignForm), place(org, meeting_id, poll_id, "#abstimmung")
    given = form.value
    if given is None:
        return rejected(request, form, back=back)

    async def act(uow: UnitOfWork) -> None:
        await _meeting_of(uow, meeting_id, poll_id)
        await sign_count(uow, poll_id, user_id=principal.user_id, reason=given.grund)

    said = translator_of(request).gettext("Sie haben unterschrieben.")
    return await carry_out(request, rt, act, back=back, said=said)


@post(f"{BASE}/spontan", opt=OPT, status_code=200, include_in_schema=False)
async def ask_now(request: AnyRequest, org: str, meeting_id: str, rt: Runtime) -> Redirect:
    """Add a question on the spot and make it ready, with the next reserve stack that fits; twice is once."""
    form = await read_form(request, SpontaneousForm)
    given, back = form.value, place(org, meeting_id, None, "#saal")
    if given is None:
        return rejected(request, form, back=back)

    async def act(uow: UnitOfWork) -> str:
        async def add() -> JsonDict:
            return {"poll": await _add(uow, rt.lifecycle, meeting_id, given)}

        body = given.model_dump(mode="json", exclude={"frage"})
        answer, _ = await once(uow, f"stage.ask:{meeting_id}", form.key, body=body, produce=add)
        return place(org, meeting_id, answer["poll"], "#abstimmung")

    said = translator_of(request).gettext("Die Frage ist bereit. Öffnen Sie sie, sobald alle sie gehört haben.")
    return await carry_out(request, rt, act, back=back, said=said)


def _done(deed: Deed, translator: Translator) -> str:
    """Return the sentence after a step that ends something; the others are seen by themselves."""
    gettext = translator.gettext
    sentences = {
        Deed.PUBLISH: gettext("Das Ergebnis ist veröffentlicht. Jede Person kann jetzt nachzählen."),
        Deed.CANCEL: gettext("Die Abstimmung ist abgebrochen. Abgegebene Stimmen zählen nicht."),
        Deed.VOID: gettext("Die Abstimmung ist verworfen. Der Grund steht im Protokoll."),
        Deed.NO_RESULT: gettext("Die Abstimmung endet ohne Ergebnis."),
        Deed.REPEAT: gettext("Die Wiederholung ist vorbereitet. Sie ist noch ein Entwurf."),
    }
    return sentences.get(deed, "")


async def _add(uow: UnitOfWork, lifecycle: Lifecycle, meeting_id: str, given: SpontaneousForm) -> str:
    meeting = await get_meeting(uow.session, meeting_id)
    org = await org_by_id(uow.session, meeting.org_id)
    new = new_poll(given, agenda_item_id=meeting.active_item_id)
    row = await take_stack(uow, new, meeting_id=meeting_id)
    row = row or await create_poll(uow, new, org_id=org.id, meeting_id=meeting_id, n_min=org.n_min)
    poll = to_poll(row)
    await lifecycle.transition(uow, poll.id, PollState.READY, version=poll.version)
    await show_on_screen(uow, meeting_id, "poll", poll_id=poll.id)
    return poll.id


async def _meeting_of(uow: UnitOfWork, meeting_id: str, poll_id: str) -> Meeting:
    """Return the meeting. Raises: NotFound for a poll of another one."""
    if (await get_poll(uow.session, poll_id)).meeting_id != meeting_id:
        raise NotFound
    return await get_meeting(uow.session, meeting_id)


routes = [step, sign, ask_now]
