"""A count before sealing: shown once and only where no later number tells how a few sheets were filled in."""

from __future__ import annotations

import re
from collections.abc import Sequence

import httpx
import pytest

from backend.ballots.provisional import NothingOutstanding
from backend.ballots.redemptions import exchange_for_sheet
from backend.ballots.results import published_result, shown_result
from backend.meetings import live_state
from backend.meetings.live_tokens import issue_live_token
from backend.meetings.screens import Screen, shown_to_hall
from backend.polls.errors import InvalidTransition, StaleVersion
from backend.polls.queries import Poll, get_poll
from backend.polls.types import Channel, PollState
from backend.runtime import Runtime
from tests.factories import Hall, card_key, command, make_hall, make_poll, move_poll

pytestmark = pytest.mark.both_databases

CLOSED = (PollState.CLOSING, PollState.CLOSED)
PHONES = 14
DIGITAL = 18


@pytest.fixture
async def hall(rt: Runtime) -> Hall:
    """A running meeting with sixty cards."""
    return await make_hall(rt, voting=60)


async def closed_poll(rt: Runtime, hall: Hall, *, sheets: int, choices: Sequence[str] = ("yes", "no")) -> Poll:
    """Let eighteen people vote by phone and kiosk and hand out sheets; nobody brought one back yet."""
    poll = await make_poll(rt, hall)
    for number, card in enumerate(hall.cards[:DIGITAL]):
        channel = Channel.PHONE if number < PHONES else Channel.KIOSK
        choice = choices[0] if number < 11 else choices[-1]
        await rt.desk.cast(command(poll, card_key(rt, card), choice, channel=channel))
    async with rt.work.write() as uow:
        for card in hall.cards[DIGITAL : DIGITAL + sheets]:
            await exchange_for_sheet(uow.session, poll.id, card_key(rt, card))
    return await move_poll(rt, poll, *CLOSED)


async def show(rt: Runtime, poll: Poll, *, version: int | None = None) -> Poll:
    """Show what is counted so far."""
    async with rt.work.write() as uow:
        return await rt.lifecycle.show_provisional(uow, poll.id, version=version or poll.version)


async def wall(client: httpx.AsyncClient, rt: Runtime, hall: Hall) -> str:
    """Return the page of the projector."""
    key, now = rt.keyring.session, rt.clock.now()
    token = issue_live_token(key, role="projector", meeting_id=hall.meeting_id, subject="1", now=now)
    return (await client.get(f"/beamer/{token}")).text


async def phone(client: httpx.AsyncClient, hall: Hall, poll: Poll) -> str:
    """Return the poll's page as a card's holder sees it."""
    return (await client.post("/s/frage", data={"card": hall.cards[0], "poll": poll.id})).text


def words(page: str) -> str:
    """Return what a page says."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.partition("<body")[2]).split())


@pytest.mark.parametrize("sheets", [10, 33])
async def test_provisional_with_enough_sheets_outstanding_shows_totals_without_a_winner(
    client: httpx.AsyncClient, rt: Runtime, hall: Hall, sheets: int
) -> None:
    poll = await show(rt, await closed_poll(rt, hall, sheets=sheets))
    result = (await client.get(f"/api/v1/polls/{poll.id}/result")).json()
    assert (result["state"], result["status"], result["withheld"]) == ("closed", "provisional", None)
    assert result["totals"] == {"yes": 11, "no": 7, "abst": 0}
    assert (result["by_channel"], result["outstanding"]) == (None, sheets)
    for page in (await wall(client, rt, hall), await phone(client, hall, poll)):
        assert "vorläufig" in page
        assert "is-win" not in page
        assert "mm-bar--win" not in page
        assert "mm-prov" in page or "mm-bar--prov" in page  # hatched
        assert "18 gültige" in words(page) or "Ja 11" in words(page)


async def test_provisional_with_nine_sheets_outstanding_shows_the_turnout_and_why(
    client: httpx.AsyncClient, rt: Runtime, hall: Hall
) -> None:
    poll = await show(rt, await closed_poll(rt, hall, sheets=9))
    result = (await client.get(f"/api/v1/polls/{poll.id}/result")).json()
    assert result["withheld"] == "outstanding_too_few"
    assert [result[name] for name in ("totals", "valid", "invalid", "blank", "abstain", "by_channel")] == [None] * 6
    assert result["method"] == {}
    assert result["used"] == DIGITAL + 9
    for page in (await wall(client, rt, hall), await phone(client, hall, poll)):
        assert "weniger als 10 Zettel" in page
        assert "27 von 60" in words(page) or "Handy 14" in words(page)
        assert not re.search(r"\bJa 11\b|11 Ja|61 %", words(page))


async def test_provisional_of_equal_votes_is_withheld(client: httpx.AsyncClient, rt: Runtime, hall: Hall) -> None:
    poll = await show(rt, await closed_poll(rt, hall, sheets=20, choices=("yes", "yes")))
    result = (await client.get(f"/api/v1/polls/{poll.id}/result")).json()
    assert (result["withheld"], result["totals"]) == ("unanimous", None)


async def test_result_before_a_provisional_one_is_not_revealed(
    client: httpx.AsyncClient, rt: Runtime, hall: Hall
) -> None:
    poll = await closed_poll(rt, hall, sheets=33)
    answer = await client.get(f"/api/v1/polls/{poll.id}/result")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_revealed")


async def test_provisional_is_made_once(rt: Runtime, hall: Hall) -> None:
    poll = await closed_poll(rt, hall, sheets=33)
    shown = await show(rt, poll)
    with pytest.raises(StaleVersion):
        await show(rt, poll)
    with pytest.raises(InvalidTransition):
        await show(rt, shown)


async def test_provisional_of_an_open_poll_is_refused(rt: Runtime, hall: Hall) -> None:
    with pytest.raises(InvalidTransition):
        await show(rt, await make_poll(rt, hall))


async def test_provisional_of_a_poll_that_goes_on_by_paper_waits_until_it_is_collected(rt: Runtime, hall: Hall) -> None:
    poll = await make_poll(rt, hall)
    async with rt.work.write() as uow:
        poll = await rt.lifecycle.go_on_by_paper(uow, poll.id)
    poll = await move_poll(rt, poll, PollState.CLOSED)
    async with rt.work.write() as uow:
        await exchange_for_sheet(uow.session, poll.id, card_key(rt, hall.cards[0]))
    with pytest.raises(InvalidTransition):
        await show(rt, poll)
    poll = await show(rt, await move_poll(rt, poll, PollState.COUNTING))
    async with rt.work.read() as uow:
        assert (await shown_result(uow.session, poll) or {})["withheld"] == "outstanding_too_few"


async def test_provisional_without_paper_outstanding_is_refused(rt: Runtime, hall: Hall) -> None:
    with pytest.raises(NothingOutstanding):
        await show(rt, await closed_poll(rt, hall, sheets=0))


async def test_provisional_is_no_evidence_and_ends_with_the_reveal(rt: Runtime, hall: Hall) -> None:
    poll = await show(rt, await closed_poll(rt, hall, sheets=33))
    async with rt.work.read() as uow:
        assert await published_result(uow.session, poll.id) is None
        state = await live_state.state(uow.session, hall.meeting_id)
    assert shown_to_hall(state).screen is Screen.RESULT
    poll = await move_poll(rt, poll, PollState.COUNTING, PollState.SEALED)
    async with rt.work.read() as uow:
        assert (await shown_result(uow.session, poll) or {})["status"] == "provisional"
    poll = await move_poll(rt, poll, PollState.REVEALED)
    async with rt.work.read() as uow:
        revealed = await shown_result(uow.session, await get_poll(uow.session, poll.id))
    assert revealed is not None
    assert "outstanding" not in revealed
