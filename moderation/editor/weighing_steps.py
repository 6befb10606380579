"""What the weighing editor's forms do: topics, assignments, drafts, the second person's decision."""

from __future__ import annotations

from typing import Any

from litestar import Response, post

from backend.accounts.types import Principal
from backend.consultations.actions.topics import assign_inputs, create_topic, rename_topic
from backend.consultations.errors import UnknownTopic
from backend.consultations.lookups import topic_row
from backend.consultations.types import TopicId
from backend.decisions.actions.weigh import publish_weighing, return_weighing, submit_weighing, write_weighing
from backend.kit.db import JsonDict
from backend.kit.errors import DomainError
from backend.kit.idempotency import once
from backend.kit.uow import UnitOfWork
from backend.runtime import Runtime
from backend.web.flash import Flash, Tone
from backend.web.forms import read_form
from backend.web.rendering import see_other
from moderation.editor.attempt import attempt
from moderation.editor.forms import AssignForm, ReviewForm, TopicForm, WeighingForm
from moderation.editor.weighing import OPT, AnyRequest, Asked, render_desk


@post("/verwaltung/{org:str}/abwaegung/{consultation_id:str}/themen", opt=OPT, status_code=200, include_in_schema=False)
async def add_topic(
    request: AnyRequest, org: str, consultation_id: str, rt: Runtime, principal: Principal
) -> Response[Any]:
    """Create a topic and open it."""
    form = await read_form(request, TopicForm)
    created: JsonDict = {}
    if form.value is not None:
        title = form.value.title

        async def act(uow: UnitOfWork) -> None:
            async def produce() -> JsonDict:
                made = await create_topic(uow, consultation_id, title={"de": title}, by=principal.user_id)
                return {"id": made}

            answer, _ = await once(uow, f"topic:{consultation_id}", form.key, body=title, produce=produce)
            created.update(answer)

        refused = await attempt(rt, act)
        if refused is None:
            return see_other(
                request, _desk(org, consultation_id, created["id"]), flash=Flash("Das Thema ist angelegt.")
            )
        form_state = form.state.refused(refused.detail)
    else:
        form_state = form.state
    asked = Asked(None, "", topic_form=form_state, status=422)
    async with rt.work.read() as reader:
        return await render_desk(request, reader, principal, place=(org, consultation_id), asked=asked)


@post(
    "/verwaltung/{org:str}/abwaegung/{consultation_id:str}/zuordnen", opt=OPT, status_code=200, include_in_schema=False
)
async def assign(
    request: AnyRequest, org: str, consultation_id: str, rt: Runtime, principal: Principal
) -> Response[Any]:
    """Put a contribution into a topic, or take it out."""
    form = await read_form(request, AssignForm)
    entered = form.value
    if entered is None:
        return see_other(request, _desk(org, consultation_id, None), flash=_bad("Bitte wählen Sie Beitrag und Thema."))
    refs = {"add": [entered.ref], "remove": []} if entered.do == "add" else {"add": [], "remove": [entered.ref]}

    async def act(uow: UnitOfWork) -> None:
        if (await topic_row(uow.session, entered.topic)).consultation_id != consultation_id:
            raise UnknownTopic
        await assign_inputs(uow, entered.topic, add=refs["add"], remove=refs["remove"], by=principal.user_id)

    refused = await attempt(rt, act)
    done = f"{entered.ref} gehört jetzt dazu." if entered.do == "add" else f"{entered.ref} gehört nicht mehr dazu."
    return see_other(request, _desk(org, consultation_id, entered.topic), flash=_flash(refused, done))


@post(
    "/verwaltung/{org:str}/abwaegung/{consultation_id:str}/{topic_id:str}",
    opt=OPT,
    status_code=200,
    include_in_schema=False,
)
async def save_weighing(
    request: AnyRequest, org: str, consultation_id: str, topic_id: str, rt: Runtime, principal: Principal
) -> Response[Any]:
    """Save a proposal, and hand it in when asked to."""
    form = await read_form(request, WeighingForm)
    state = form.state
    if form.value is not None:
        entered, topic = form.value, TopicId(topic_id)

        async def act(uow: UnitOfWork) -> None:
            await write_weighing(uow, topic, entered.draft(), by=principal.user_id)
            if entered.then == "submit":
                await submit_weighing(uow, topic, by=principal.user_id)

        refused = await attempt(rt, act)
        if refused is None:
            done = (
                "Der Entwurf ist gespeichert."
                if entered.then == "save"
                else "Eingereicht. Jetzt gibt jemand anderes frei."
            )
            return see_other(request, _desk(org, consultation_id, topic_id), flash=Flash(done))
        state = state.refused(refused.detail)
    asked = Asked(topic_id, "", form=state, status=422)
    async with rt.work.read() as reader:
        return await render_desk(request, reader, principal, place=(org, consultation_id), asked=asked)


@post(
    "/verwaltung/{org:str}/abwaegung/{consultation_id:str}/{topic_id:str}/freigabe",
    opt=OPT,
    status_code=200,
    include_in_schema=False,
)
async def review_weighing(
    request: AnyRequest, org: str, consultation_id: str, topic_id: str, rt: Runtime, principal: Principal
) -> Response[Any]:
    """Publish a submitted weighing as the second person, or give it back."""
    form = await read_form(request, ReviewForm)
    publishes = form.value is not None and form.value.do == "publish"
    step = publish_weighing if publishes else return_weighing

    async def act(uow: UnitOfWork) -> None:
        await step(uow, TopicId(topic_id), by=principal.user_id)

    refused = await attempt(rt, act)
    done = "Die Abwägung ist öffentlich." if publishes else "Die Abwägung ist wieder ein Entwurf."
    return see_other(request, _desk(org, consultation_id, topic_id), flash=_flash(refused, done))


@post(
    "/verwaltung/{org:str}/abwaegung/{consultation_id:str}/{topic_id:str}/name",
    opt=OPT,
    status_code=200,
    include_in_schema=False,
)
async def name_topic(
    request: AnyRequest, org: str, consultation_id: str, topic_id: str, rt: Runtime, principal: Principal
) -> Response[Any]:
    """Give a topic another name."""
    form = await read_form(request, TopicForm)
    entered = form.value
    if entered is None:
        return see_other(request, _desk(org, consultation_id, topic_id), flash=_bad("Bitte geben Sie einen Namen ein."))

    async def act(uow: UnitOfWork) -> None:
        await rename_topic(uow, topic_id, title={"de": entered.title}, by=principal.user_id)

    refused = await attempt(rt, act)
    return see_other(request, _desk(org, consultation_id, topic_id), flash=_flash(refused, "Der Name ist geändert."))


def _desk(org: str, consultation_id: str, topic_id: str | None) -> str:
    return f"/verwaltung/{org}/abwaegung/{consultation_id}" + (f"?thema={topic_id}" if topic_id else "")


def _flash(refused: DomainError | None, done: str) -> Flash:
    return _bad(refused.detail) if refused else Flash(done)


def _bad(text: str) -> Flash:
    return Flash(text, Tone.BAD)


routes = [add_topic, assign, save_weighing, review_weighing, name_topic]
