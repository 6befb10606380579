"""The hall on one screen: phone, kiosk, projector and stage side by side, and sixty phones that vote."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

from litestar import Request, Response, get, post
from litestar.background_tasks import BackgroundTask
from litestar.response import Redirect

from backend.demo.tour.cards import cards_of_the_crowd, current_poll, tonight, unused_cards
from backend.kit.errors import DomainError
from backend.meetings.live_tokens import projector_address
from backend.meetings.queries import get_meeting
from backend.polls.queries import Poll
from backend.polls.types import Channel, PollState, PollType
from backend.runtime import Runtime
from backend.web.access import DEMO
from backend.web.flash import Flash, Tone
from backend.web.rendering import page, see_other, translator_of
from backend.web.security import TOUR

AnyRequest = Request[Any, Any, Any]
PHONES = 60
RUSH_S = 12.0  # most of a hall votes within a few seconds


@get("/demo/saal", opt={"access": DEMO, "policy": TOUR}, include_in_schema=False)
async def show_hall(request: AnyRequest, rt: Runtime) -> Response[str]:
    """Show four surfaces of the running meeting in one window."""
    meeting_id = tonight(rt).meeting_id
    async with rt.work.read() as reader:
        series = (await get_meeting(reader.session, meeting_id)).projector_series
    projector = projector_address(rt.keyring.session, meeting_id=meeting_id, series=series, now=rt.clock.now())
    poll = await current_poll(rt)
    cards = await unused_cards(rt, poll, 1) if poll else []
    return page(request, "demo/hall.html", meeting_id=meeting_id, projector=projector, poll=poll, cards=cards)


@post("/demo/saal/fuellen", opt={"access": DEMO}, status_code=200, include_in_schema=False)
async def fill_hall(request: AnyRequest, rt: Runtime) -> Redirect:
    """Let sixty phones vote on the open question, each at its own moment."""
    _ = translator_of(request).gettext
    poll = await current_poll(rt)
    if poll is None or poll.state is not PollState.OPEN:
        return see_other(request, "/demo/saal", flash=Flash(_("Öffnen Sie zuerst in der Regie eine Frage."), Tone.WARN))
    cards = await cards_of_the_crowd(rt, poll, PHONES)
    answer = see_other(request, "/demo/saal", flash=Flash(_("60 Handys stimmen jetzt ab. Schauen Sie auf den Beamer.")))
    answer.background = BackgroundTask(vote_all, rt, poll, cards)
    return answer


async def vote_all(rt: Runtime, poll: Poll, cards: list[str]) -> None:
    """Cast one ballot per card at a random moment of the rush; a card that was used meanwhile is skipped."""
    await asyncio.gather(*(_vote(rt, poll, card) for card in cards))


async def _vote(rt: Runtime, poll: Poll, card: str) -> None:
    await asyncio.sleep(RUSH_S * secrets.randbelow(1_000) / 1_000)
    try:
        await rt.desk.cast_with_card(
            poll.id,
            card,
            choices=some_choices(poll),
            nonce=rt.entropy.bytes(32),
            channel=Channel.PHONE,
            request_key=rt.entropy.bytes(16).hex(),
        )
    except DomainError:
        return


def some_choices(poll: Poll) -> list[str | int]:
    """Return what a made-up person answers."""
    definition = poll.definition
    ids = [option.id for option in definition.choosable]
    match definition.type:
        case PollType.SCALE:
            return [secrets.choice(definition.scale)]
        case PollType.RANKING:
            return list(secrets.SystemRandom().sample(ids, len(ids)))
        case PollType.MULTI:
            return list(secrets.SystemRandom().sample(ids, min(definition.limit, len(ids))))
        case _:
            return [secrets.choice(ids)]


routes = [show_hall, fill_hall]
