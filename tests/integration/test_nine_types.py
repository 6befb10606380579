"""One evening with every kind of question: cast by socket, form and kiosk, shown, published, recounted."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from backend.accounts.types import Role
from backend.ballots.lifecycle import moderate_words
from backend.ballots.results import count_record, public_result
from backend.ballots.words import Outcome, Ruling
from backend.commands.log import export_to
from backend.kit.db import JsonDict
from backend.meetings.actions.hall import show_on_screen
from backend.polls.actions import NewPoll
from backend.polls.queries import Poll
from backend.polls.types import Channel, Method, PollState, PollType
from backend.runtime import Runtime
from backend.tally.count import count
from backend.tally.figures import count_json
from backend.transparency.ballots import parse_openings
from backend.transparency.verifier import verify_directory
from tests.factories import ABC, TO_SEALED, YES_NO, Hall, make_person, make_poll, move_poll
from tests.integration.live_server import phone, serve
from tests.integration.test_ballot_page import hidden_fields, send, words
from tests.integration.test_kiosk import Town, make_town
from tests.integration.test_stage_projector import address

PRICED: list[JsonDict] = [
    {"id": each, "de": label, "cost": cost}
    for each, label, cost in (("a", "Bänke", 6_000), ("b", "Brunnen", 5_000), ("c", "Schatten", 4_000))
]
SAID: list[JsonDict] = [{"id": "s1", "de": "Es ist laut"}, {"id": "s2", "de": "Es ist grün"}]
BALLOTS = 10  # as many as n_min, so that openings are published
Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A question, a ballot as scripts send it, the same kind as a form, and what a reader sees in the end."""

    new: NewPoll
    sent: object
    typed: Fields
    seen: Sequence[str]


def marks(*values: str) -> Fields:
    return tuple(("choice", value) for value in values)


CASES = {
    PollType.YESNO: Case(NewPoll(PollType.YESNO, {"de": "Bäume?"}, YES_NO), ["yes"], marks("00"), ["Ja"]),
    PollType.SINGLE: Case(NewPoll(PollType.SINGLE, {"de": "Obst?"}, ABC), ["b"], marks("01"), ["Birne"]),
    PollType.MULTI: Case(
        NewPoll(PollType.MULTI, {"de": "Welche?"}, ABC, max_choices=2), ["a", "c"], marks("00", "02"), ["Kirsche"]
    ),
    PollType.SCALE: Case(
        NewPoll(PollType.SCALE, {"de": "Wie ist es?"}, [], statements=SAID),
        [2, 5],
        marks("---", "004"),
        ["Es ist laut", "Mitte"],
    ),
    PollType.RANKING: Case(
        NewPoll(PollType.RANKING, {"de": "Reihe?"}, ABC, method=Method.SCHULZE),
        ["c", "a"],
        marks("02", "00"),
        ["Platz 1", "So viele finden die Zeile besser als die Spalte"],
    ),
    PollType.SCORE: Case(
        NewPoll(PollType.SCORE, {"de": "Wie gut?"}, ABC), {"a": 5, "b": 0}, marks("005", "---", "001"), ["Punkte"]
    ),
    PollType.CUMULATIVE: Case(
        NewPoll(PollType.CUMULATIVE, {"de": "Zehn Punkte?"}, ABC), {"b": 7}, marks("000", "007", "003"), ["Punkte"]
    ),
    PollType.BUDGET: Case(
        NewPoll(PollType.BUDGET, {"de": "Was kaufen?"}, PRICED, budget=10_000, method=Method.EQUAL_SHARES),
        ["a", "c"],
        marks("00", "02"),
        ["Ausgegeben", "10.000"],
    ),
    PollType.WORDS: Case(
        NewPoll(PollType.WORDS, {"de": "Was fehlt?"}, []),
        ["Bänke", "Trottel"],
        (("wort", "Bänke"), ("wort", "Schatten")),
        ["Bänke", "Sammlung, keine Abstimmung"],
    ),
}


@pytest.fixture
async def town(rt: Runtime, client: httpx.AsyncClient) -> Town:
    return await make_town(rt, client)


async def at_the_desk(rt: Runtime, poll: Poll, cards: Sequence[str]) -> None:
    """Cast the ballot of the poll's kind with these cards."""
    for card in cards:
        await rt.desk.cast_with_card(
            poll.id,
            card,
            choices=CASES[poll.definition.type].sent,
            nonce=secrets.token_bytes(32),
            channel=Channel.PHONE,
            request_key=secrets.token_hex(16),
        )


async def cast_everywhere(rt: Runtime, town: Town, polls: dict[PollType, Poll]) -> None:
    """Cast ten ballots on each question: two over sockets, one by form, one at the kiosk, the others at the desk."""
    _, device = await town.kiosk()
    third, fourth, first, second, *others = town.hall.cards[:BALLOTS]
    for kind, poll in polls.items():
        fields = (("card", third), ("poll", poll.id), *CASES[kind].typed)
        check = await send(town.http, "/s/pruefen", *fields)
        assert "Stimmt das so?" in words(check), kind
        assert "Ihre Prüfnummer" in words(await send(town.http, "/s/stimme", *hidden_fields(check, "/s/stimme")))
        body = {"poll": poll.id, "card": fourth, "choices": CASES[kind].sent, "nonce": secrets.token_hex(32)}
        answered = await town.http.post(
            "/api/v1/kiosk/casts", json=body, headers=device | {"Idempotency-Key": secrets.token_hex(16)}
        )
        assert answered.status_code == 201, (kind, answered.text)
        await at_the_desk(rt, poll, others)
    async with serve(rt) as served:
        for card in (first, second):
            async with phone(served, town.hall.meeting_id) as one:
                await one.hello(card=card)
                for kind, poll in polls.items():
                    answer = await one.cast(poll.id, card, CASES[kind].sent)
                    assert answer["t"] == "ack", (kind, answer)


async def pages_about(rt: Runtime, town: Town, poll: Poll) -> dict[str, str]:
    """Return what phone, public page and projector say of a revealed poll."""
    hall: Hall = town.hall
    async with rt.work.write() as uow:
        await show_on_screen(uow, hall.meeting_id, "poll", poll_id=poll.id)
    on_phone = await send(town.http, "/s/frage", ("card", hall.cards[0]), ("poll", poll.id))
    meeting = (await town.http.get(f"/{hall.org_slug}/termine")).text
    path = next(part for part in meeting.split('"') if part.startswith(f"/{hall.org_slug}/t/") and "." not in part)
    public, wall = await town.http.get(path), await town.http.get(address(rt, hall.meeting_id))
    return {"phone": words(on_phone), "public": words(public), "wall": words(wall)}


async def revealed(rt: Runtime, town: Town, poll: Poll) -> Poll:
    """Seal and reveal a poll; of words only one passes."""
    sealed = await move_poll(rt, poll, *TO_SEALED)
    if poll.definition.type is PollType.WORDS:
        async with rt.work.write() as uow:
            user = await make_person(uow, "mira", town.hall.org_id, Role.HOST)
            await moderate_words(uow, poll.id, [Ruling("Bänke", Outcome.SHOWN)], user_id=user)
    return await move_poll(rt, sealed, PollState.REVEALED)


async def test_every_kind_of_question_from_the_ballot_to_the_recount(rt: Runtime, town: Town, tmp_path: Path) -> None:
    polls = {kind: await make_poll(rt, town.hall, case.new) for kind, case in CASES.items()}
    await cast_everywhere(rt, town, polls)
    shown = {kind: await revealed(rt, town, poll) for kind, poll in polls.items()}
    await recount(rt, town, shown, tmp_path)


@pytest.mark.parametrize("kind", PollType)
async def test_result_of_every_kind_is_on_phone_page_and_wall(rt: Runtime, town: Town, kind: PollType) -> None:
    poll = await make_poll(rt, town.hall, CASES[kind].new)
    await at_the_desk(rt, poll, town.hall.cards[:3])
    poll = await revealed(rt, town, poll)
    for surface, said in (await pages_about(rt, town, poll)).items():
        wanted = CASES[kind].seen[:1] if surface == "wall" else CASES[kind].seen
        assert all(part in said for part in wanted), (surface, said[-900:])
        assert "Trottel" not in said, surface


async def recount(rt: Runtime, town: Town, polls: dict[PollType, Poll], folder: Path) -> None:
    """Publish, count the published ballots again, and let the verifier do so, too."""
    for kind, revealed in polls.items():
        poll = await move_poll(rt, revealed, PollState.PUBLISHED)
        file = await town.http.get(f"/api/v1/polls/{poll.id}/openings.jsonl")
        async with rt.work.read() as uow:
            record = await count_record(uow.session, poll.id)
            shown = await public_result(uow.session, poll)
        assert (record["ballots"], record["balanced"]) == (BALLOTS, True), kind
        if kind is PollType.WORDS:
            assert file.status_code == 404
            continue
        ballots = [opening.choices for _, opening in parse_openings(poll.id, file.content)]
        again = count_json(count(poll.definition, ballots))  # type: ignore[arg-type]  # canonical, as parsed
        assert {name: again[name] for name in ("totals", "valid", "method")} == {
            name: shown[name] for name in ("totals", "valid", "method")
        }
    await rt.log.flush()
    await export_to(rt, folder / "copy")
    report = verify_directory(folder / "copy")
    assert report.ok, report.lines()
    assert report.counts["Stimmen"] == BALLOTS * len(polls)
