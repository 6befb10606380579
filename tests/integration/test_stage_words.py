"""The page where a host looks through the words of the hall."""

from __future__ import annotations

import secrets

import pytest
from litestar import Litestar

from backend.ballots.results import public_result
from backend.ballots.words import rulings_of
from backend.polls.actions import NewPoll
from backend.polls.queries import Poll
from backend.polls.types import Channel, PollState, PollType
from backend.runtime import Runtime
from tests.factories import TO_SEALED, Hall, make_hall, make_poll, move_poll
from tests.integration.stage_host import Host, host

BALLOTS = (["Bänke", "Trottel"], ["Bänke"], ["Baenke", "Schatten"])


@pytest.fixture
async def hall(rt: Runtime) -> Hall:
    return await make_hall(rt)


async def collected(rt: Runtime, hall: Hall) -> Poll:
    poll = await make_poll(rt, hall, NewPoll(type=PollType.WORDS, question={"de": "Was fehlt?"}, options=[]))
    for card, choices in zip(hall.cards, BALLOTS, strict=False):
        await rt.desk.cast_with_card(
            poll.id,
            card,
            choices=choices,
            nonce=secrets.token_bytes(32),
            channel=Channel.PHONE,
            request_key=secrets.token_hex(16),
        )
    return await move_poll(rt, poll, *TO_SEALED)


async def decide(weber: Host, poll: Poll, verdicts: dict[str, str], **more: str) -> str:
    button = weber.button("Speichern", like=poll.id)
    fields = {**{name: value for name, value in button.fields.items() if name == "_csrf"}, **more}
    lists = {"wort": list(verdicts), "urteil": list(verdicts.values())}
    answer = await weber.http.post(button.action, data={**fields, **lists}, follow_redirects=True)
    assert answer.status_code == 200
    weber.page = answer.text
    return weber.words


async def test_host_lets_words_pass_hides_one_and_joins_spellings(app: Litestar, rt: Runtime, hall: Hall) -> None:
    poll = await collected(rt, hall)
    async with host(app, rt, hall) as weber:
        assert "Wörter durchsehen" in await weber.open()
        weber.path += f"/abstimmung/{poll.id}/woerter"
        assert "4 noch nicht angesehen" in await weber.open()
        verdicts = {"Bänke": "offen", "Baenke": "zu:Bänke", "Schatten": "zeigen", "Trottel": "weg:insult"}
        said = await decide(weber, poll, verdicts)
        assert "Gespeichert." in said
        assert "2 Wörter werden gezeigt" in said
        await decide(weber, poll, {"Trottel": "zu:Unbekannt"})
    async with rt.work.read() as uow:
        rulings = await rulings_of(uow.session, poll.id)
        assert {word: ruling.outcome.value for word, ruling in rulings.items()} == {
            "Bänke": "shown",  # because another spelling counts to it
            "Baenke": "merged",
            "Schatten": "shown",
            "Trottel": "hidden",
        }
    poll = await move_poll(rt, poll, PollState.REVEALED)
    async with rt.work.read() as uow:
        assert (await public_result(uow.session, poll))["totals"] == {"Bänke": 3, "Schatten": 1}


async def test_open_words_of_a_page_are_shown_with_one_button(app: Litestar, rt: Runtime, hall: Hall) -> None:
    poll = await collected(rt, hall)
    async with host(app, rt, hall) as weber:
        weber.path += f"/abstimmung/{poll.id}/woerter"
        await weber.open()
        said = await decide(weber, poll, {"Bänke": "offen", "Trottel": "weg:insult"}, alle="1")
        assert "1 Wort wird gezeigt" in said


async def test_hiding_without_a_known_reason_is_refused(app: Litestar, rt: Runtime, hall: Hall) -> None:
    poll = await collected(rt, hall)
    async with host(app, rt, hall) as weber:
        weber.path += f"/abstimmung/{poll.id}/woerter"
        await weber.open()
        assert "warum ein Wort nicht gezeigt wird" in await decide(weber, poll, {"Trottel": "weg:mag_ich_nicht"})
        assert "Dieses Wort hat niemand geschrieben" in await decide(weber, poll, {"Esel": "zeigen"})


async def test_words_of_another_meeting_or_kind_are_not_found(app: Litestar, rt: Runtime, hall: Hall) -> None:
    other = await make_poll(rt, hall)
    async with host(app, rt, hall) as weber:
        assert (await weber.http.get(f"{weber.path}/abstimmung/{other.id}/woerter")).status_code == 404
        assert (await weber.http.get(f"{weber.path}/abstimmung/nix/woerter")).status_code == 404


async def test_published_words_stay_as_they_are(app: Litestar, rt: Runtime, hall: Hall) -> None:
    poll = await move_poll(rt, await collected(rt, hall), PollState.REVEALED, PollState.PUBLISHED)
    async with host(app, rt, hall) as weber:
        weber.path += f"/abstimmung/{poll.id}/woerter"
        assert "Daran ändert sich nichts mehr." in await weber.open()
