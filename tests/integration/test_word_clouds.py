"""Words of the hall: nothing is public before somebody let it pass, spellings count together, the log names no word."""

from __future__ import annotations

import json
import secrets

import pytest
from sqlalchemy import select

from backend.accounts.types import Role
from backend.ballots.lifecycle import moderate_words
from backend.ballots.results import NotPublished, public_result, published_openings
from backend.ballots.words import HidingReason, Outcome, Ruling
from backend.kit.db import JsonDict
from backend.kit.errors import Invalid
from backend.meetings import live_state
from backend.polls.actions import NewPoll
from backend.polls.errors import InvalidPoll, InvalidTransition
from backend.polls.queries import Poll
from backend.polls.types import Channel, PollState, PollType
from backend.runtime import Runtime
from backend.transparency.entries import LogEntry
from backend.transparency.models import IntentRow
from tests.factories import Hall, make_hall, make_person, make_poll, move_poll

pytestmark = pytest.mark.both_databases

ABSTENTION: JsonDict = {"id": "abst", "de": "Enthaltung", "abstain": True}
WORDS = NewPoll(type=PollType.WORDS, question={"de": "Was fehlt?"}, options=[ABSTENTION])
TO_SEALED = (PollState.CLOSING, PollState.CLOSED, PollState.COUNTING, PollState.SEALED)
BALLOTS = (["Bänke", "Trottel"], ["Bänke"], ["Baenke", "Schatten"], ["Schatten"], ["Bänke"], ["abst"])


async def sealed(rt: Runtime) -> tuple[Hall, Poll, str]:
    """Return a sealed word cloud and somebody of the office."""
    hall = await make_hall(rt)
    async with rt.work.write() as uow:
        user = await make_person(uow, "mira", hall.org_id, Role.HOST)
    poll = await make_poll(rt, hall, WORDS)
    for card, words in zip(hall.cards, BALLOTS, strict=False):
        await rt.desk.cast_with_card(
            poll.id,
            card,
            choices=words,
            nonce=secrets.token_bytes(32),
            channel=Channel.PHONE,
            request_key=secrets.token_hex(16),
        )
    return hall, await move_poll(rt, poll, *TO_SEALED), user


async def rule(rt: Runtime, poll: Poll, user: str, *rulings: Ruling) -> None:
    async with rt.work.write() as uow:
        await moderate_words(uow, poll.id, rulings, user_id=user)


async def result_of(rt: Runtime, poll: Poll) -> JsonDict:
    async with rt.work.read() as uow:
        return await public_result(uow.session, poll)


async def logged(rt: Runtime, type_: str) -> list[JsonDict]:
    """Return the public fields of all entries of a type, as they will stand in the log."""
    async with rt.work.read() as uow:
        rows = await uow.session.scalars(select(IntentRow).where(IntentRow.type == type_).order_by(IntentRow.id))
        return [dict(LogEntry.decode(row.entry or b"").public) for row in rows]


PASSED = (
    Ruling("Bänke", Outcome.SHOWN),
    Ruling("Baenke", Outcome.MERGED, shown_as="Bänke"),
    Ruling("Trottel", Outcome.HIDDEN, reason=HidingReason.INSULT),
)


async def test_reveal_without_a_ruling_shows_no_word(rt: Runtime) -> None:
    _, poll, _ = await sealed(rt)
    shown = await result_of(rt, await move_poll(rt, poll, PollState.REVEALED))
    assert shown["totals"] == {}
    assert shown["hidden"] == 4
    assert "Trottel" not in json.dumps(shown, ensure_ascii=False)


async def test_reveal_shows_what_passed_with_spellings_together(rt: Runtime) -> None:
    hall, poll, user = await sealed(rt)
    await rule(rt, poll, user, *PASSED)
    poll = await move_poll(rt, poll, PollState.REVEALED)
    shown = await result_of(rt, poll)
    assert shown["totals"] == {"Bänke": 4}
    assert shown["method"]["standing"] == [["Bänke"]]
    assert (shown["hidden"], shown["hidden_mentions"]) == (2, 3)  # one refused, one nobody looked at
    assert shown["by_channel"] is None
    async with rt.work.read() as uow:
        state = json.dumps(await live_state.state(uow.session, hall.meeting_id), ensure_ascii=False)
    assert "Bänke" in state
    assert "Trottel" not in state
    assert "Schatten" not in state


async def test_word_hidden_after_the_reveal_leaves_the_hall(rt: Runtime) -> None:
    _, poll, user = await sealed(rt)
    await rule(rt, poll, user, *PASSED)
    poll = await move_poll(rt, poll, PollState.REVEALED)
    await rule(rt, poll, user, Ruling("Bänke", Outcome.HIDDEN, reason=HidingReason.NONSENSE))
    assert (await result_of(rt, poll))["totals"] == {}
    assert [entry["shown"] for entry in await logged(rt, "words.moderated")] == [1, 0]


async def test_ballots_of_a_word_cloud_are_never_published(rt: Runtime) -> None:
    _, poll, user = await sealed(rt)
    await rule(rt, poll, user, *PASSED)
    poll = await move_poll(rt, poll, PollState.REVEALED, PollState.PUBLISHED)
    async with rt.work.read() as uow:
        with pytest.raises(NotPublished):
            await published_openings(uow.session, poll)
    with pytest.raises(InvalidTransition):
        await rule(rt, poll, user, *PASSED)


async def test_log_tells_how_many_and_never_which(rt: Runtime) -> None:
    _, poll, user = await sealed(rt)
    await rule(rt, poll, user, *PASSED)
    await move_poll(rt, poll, PollState.REVEALED)
    (entry,) = await logged(rt, "words.moderated")
    told = {"shown": 1, "merged": 1, "hidden": 2, "mentions_shown": 4, "mentions_hidden": 3}
    assert entry == {"poll": poll.id, **told}
    assert (await logged(rt, "poll.sealed"))[0]["totals"] == {}


@pytest.mark.parametrize(
    "ruling",
    [
        Ruling("Unbekannt", Outcome.SHOWN),
        Ruling("Trottel", Outcome.HIDDEN),
        Ruling("Baenke", Outcome.MERGED, shown_as="Bänke"),  # not shown itself
        Ruling("Baenke", Outcome.MERGED, shown_as="Sitze"),
        Ruling("Baenke", Outcome.MERGED),
    ],
)
async def test_ruling_that_makes_no_sense_is_refused(rt: Runtime, ruling: Ruling) -> None:
    _, poll, user = await sealed(rt)
    with pytest.raises(Invalid):
        await rule(rt, poll, user, ruling)


async def test_ruling_before_sealing_is_refused(rt: Runtime) -> None:
    hall = await make_hall(rt)
    async with rt.work.write() as uow:
        user = await make_person(uow, "mira", hall.org_id, Role.HOST)
    with pytest.raises(InvalidTransition):
        await rule(rt, await make_poll(rt, hall, WORDS), user, Ruling("Bänke", Outcome.SHOWN))


async def test_paper_for_words_is_refused(rt: Runtime) -> None:
    hall = await make_hall(rt)
    on_paper = NewPoll(type=PollType.WORDS, question={"de": "?"}, options=[], channels=[Channel.PAPER])
    with pytest.raises(InvalidPoll):
        await make_poll(rt, hall, on_paper)
