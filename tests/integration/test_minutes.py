"""Minutes from what really happened: written in versions, signed by two, published once, in the log."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from backend.ballots.results import sign_count
from backend.kit.errors import NotFound
from backend.meetings.actions.paper import GONE, go_on_by_paper
from backend.meetings.actions.questions import NewQuestion, ask_question, defer_question, move_question
from backend.meetings.queries import get_meeting
from backend.meetings.types import MeetingState, QuestionState
from backend.minutes.actions import Signer, publish_version
from backend.minutes.errors import (
    AlreadySigned,
    FiguresChanged,
    NotClosed,
    NothingChanged,
    NotSigned,
    PollsUnfinished,
)
from backend.minutes.facts import gather_facts
from backend.minutes.queries import missing_minutes, public_version, public_versions, versions_of
from backend.minutes.types import MinutesState, SignerRole, TextBlock
from backend.polls.actions import repeat_poll
from backend.polls.errors import StaleVersion
from backend.polls.queries import Poll, polls_of
from backend.polls.types import PollState
from backend.runtime import Runtime
from backend.transparency.queries import entry_at, position_of
from backend.transparency.types import LogType
from tests.factories import make_hall, make_person, make_poll, move_poll
from tests.integration.minutes_setup import TEXTS, Evening, closed_evening, publish, save, sign, step

pytestmark = pytest.mark.both_databases
MORE = TextBlock("eigener-001", "Der Imbiss war gut.", "Ausklang")


@pytest.fixture
async def evening(rt: Runtime) -> Evening:
    """A closed meeting."""
    return await closed_evening(rt)


async def test_facts_are_what_happened(rt: Runtime, evening: Evening) -> None:
    async with rt.work.read() as reader:
        facts = await gather_facts(reader.session, evening.meeting_id)
    assert [each.people for each in facts.counted] == [15]
    assert (facts.voting_cards, facts.guest_cards) == (12, 2)
    assert [each.text for each in facts.notices] == ["Bitte Platz nehmen."]
    assert facts.ran[-1].ended_at == facts.items[0].spells[0].ended_at == rt.clock.now()
    (poll,) = facts.polls
    assert poll.result is not None
    assert (poll.result.totals["yes"], poll.result.totals["no"], poll.result.status) == (11, 1, "counted")
    assert poll.result.by_channel == {"phone": {"yes": 11, "no": 1, "abst": 0}}


async def test_small_channels_are_hidden_as_in_the_public_result(rt: Runtime) -> None:
    few = await closed_evening(rt, voters=4)
    async with rt.work.read() as reader:
        (poll,) = (await gather_facts(reader.session, few.meeting_id)).polls
    assert poll.result is not None
    assert (poll.result.by_channel, poll.result.withheld) == (None, "too_few")


async def test_poll_that_was_repeated_names_its_successor(rt: Runtime, evening: Evening) -> None:
    (poll,) = await polls(rt, evening)
    await move_poll(rt, poll, PollState.VOID, reason="Falsche Frage.")
    async with rt.work.write() as uow:
        await repeat_poll(uow, poll.id)
        (again,) = (each for each in await polls_of(uow.session, evening.meeting_id) if each.id != poll.id)
    await move_poll(rt, again, PollState.READY)
    async with rt.work.read() as reader:
        first, second = (await gather_facts(reader.session, evening.meeting_id)).polls
    assert (first.state, first.result, first.end_reason) == ("void", None, "Falsche Frage.")
    assert (first.successor, second.number) == (2, 2)


async def polls(rt: Runtime, evening: Evening) -> list[Poll]:
    """Return the polls of the evening."""
    async with rt.work.read() as reader:
        return await polls_of(reader.session, evening.meeting_id)


async def test_going_on_by_paper_is_in_the_minutes(rt: Runtime) -> None:
    hall = await make_hall(rt)
    async with rt.work.write() as uow:
        version = (await get_meeting(uow.session, hall.meeting_id)).version
        await go_on_by_paper(uow, rt.lifecycle, hall.meeting_id, version=version)
    async with rt.work.read() as reader:
        facts = await gather_facts(reader.session, hall.meeting_id)
    assert [each.text for each in facts.incidents] == [GONE]


async def test_questions_tell_what_is_owed_and_hide_what_nobody_saw(rt: Runtime) -> None:
    hall = await make_hall(rt)
    asked: dict[str, str] = {}
    for text_ in ("Wann?", "Wie teuer?", "Wer ist schuld?"):
        async with rt.work.write() as uow:
            asked[text_] = (await ask_question(uow, hall.meeting_id, NewQuestion(text_, "phone"))).id
    for text_ in ("Wann?", "Wie teuer?"):
        async with rt.work.write() as uow:
            await move_question(uow, asked[text_], QuestionState.VISIBLE)
    async with rt.work.write() as uow:
        await defer_question(uow, asked["Wie teuer?"], due_on=date(2027, 4, 8), owner="Bauamt")
    async with rt.work.read() as reader:
        deferred, open_ = sorted(
            (await gather_facts(reader.session, hall.meeting_id)).questions, key=lambda each: each.outcome
        )
    assert (deferred.text, deferred.due_on, deferred.answered_by) == ("Wie teuer?", date(2027, 4, 8), "Bauamt")
    assert (open_.text, open_.outcome) == ("Wann?", "visible")


async def test_minutes_begin_after_the_end(rt: Runtime) -> None:
    hall = await make_hall(rt)
    async with rt.work.write() as uow:
        person = Signer(await make_person(uow, "weber", hall.org_id), "Weber")
    running = Evening(hall, person, person)
    with pytest.raises(NotClosed):
        await save(rt, running)
    await step(rt, hall.meeting_id, MeetingState.CLOSED)
    await rt.log.flush()
    assert await save(rt, running) == 1


async def test_versions_are_kept_and_the_newest_counts(rt: Runtime, evening: Evening) -> None:
    assert await save(rt, evening) == 1
    assert await save(rt, evening, *TEXTS, MORE, version=1) == 2
    async with rt.work.read() as reader:
        first, second = await versions_of(reader.session, evening.meeting_id)
    assert (first.texts, second.texts) == (TEXTS, (*TEXTS, MORE))
    assert first.sha256 != second.sha256
    assert second.written_by == evening.secretary.user_id
    assert second.checkpoint is not None


async def test_second_editor_never_writes_over_the_first(rt: Runtime, evening: Evening) -> None:
    await save(rt, evening)
    answers = await asyncio.gather(
        *(save(rt, evening, TextBlock("leitung", f"Fassung {n}."), version=1) for n in range(4)), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in answers) == ["StaleVersion"] * 3 + ["int"]
    async with rt.work.read() as reader:
        assert len(await versions_of(reader.session, evening.meeting_id)) == 2


async def test_saving_the_same_again_is_no_version(rt: Runtime, evening: Evening) -> None:
    await save(rt, evening)
    with pytest.raises(NothingChanged):
        await save(rt, evening, version=1)


async def test_two_people_sign_and_the_log_knows(rt: Runtime, evening: Evening) -> None:
    await save(rt, evening)
    await sign(rt, evening, SignerRole.CHAIR)
    with pytest.raises(AlreadySigned):
        await sign(rt, evening, SignerRole.SECRETARY, who=evening.chair)
    with pytest.raises(AlreadySigned):
        await sign(rt, evening, SignerRole.CHAIR, who=evening.secretary)
    with pytest.raises(NotSigned):
        await publish(rt, evening)
    await sign(rt, evening, SignerRole.SECRETARY)
    await rt.log.flush()
    async with rt.work.read() as reader:
        (version,) = await versions_of(reader.session, evening.meeting_id)
        at = await position_of(reader.session, LogType.MINUTES_SIGNED, f"{evening.meeting_id}:1")
        assert at is not None
        entry = await entry_at(reader.session, at)
    assert version.state is MinutesState.SIGNED
    assert [(each.role, each.name) for each in version.signatures] == [
        (SignerRole.CHAIR, "Weber"),
        (SignerRole.SECRETARY, "Klein"),
    ]
    assert entry.public == {"meeting": evening.meeting_id, "version": 1, "sha256": version.sha256}


async def test_edit_after_signing_needs_new_signatures(rt: Runtime, evening: Evening) -> None:
    await save(rt, evening)
    await sign(rt, evening, SignerRole.CHAIR)
    await sign(rt, evening, SignerRole.SECRETARY)
    await save(rt, evening, *TEXTS, MORE, version=1)
    with pytest.raises(StaleVersion):
        await publish(rt, evening)
    with pytest.raises(NotSigned):
        await publish(rt, evening, version=2)
    await sign(rt, evening, SignerRole.CHAIR, version=2)
    await sign(rt, evening, SignerRole.SECRETARY, version=2)
    await publish(rt, evening, version=2)


async def test_figures_that_changed_since_cannot_be_signed(rt: Runtime, evening: Evening) -> None:
    await save(rt, evening)
    async with rt.work.write() as uow:
        (poll,) = await polls_of(uow.session, evening.meeting_id)
        for person in (evening.chair, evening.secretary):
            await sign_count(uow, poll.id, user_id=person.user_id)
    with pytest.raises(FiguresChanged):
        await sign(rt, evening, SignerRole.CHAIR)
    await save(rt, evening, version=1)
    await sign(rt, evening, SignerRole.CHAIR, version=2)


async def test_unfinished_poll_keeps_minutes_from_being_signed(rt: Runtime) -> None:
    evening = await closed_evening(rt)
    await make_poll(rt, evening.hall)
    await save(rt, evening)
    with pytest.raises(PollsUnfinished):
        await sign(rt, evening, SignerRole.CHAIR)


async def test_publishing_makes_the_meeting_minuted_and_enters_the_log(rt: Runtime, evening: Evening) -> None:
    await save(rt, evening)
    await sign(rt, evening, SignerRole.CHAIR)
    await sign(rt, evening, SignerRole.SECRETARY)
    async with rt.work.read() as reader:
        assert [each.id for each in await missing_minutes(reader.session, evening.hall.org_id)] == [evening.meeting_id]
        with pytest.raises(NotFound):
            await public_version(reader.session, evening.meeting_id)
    assert await publish(rt, evening)
    assert not await publish(rt, evening)  # the same click twice
    await rt.log.flush()
    async with rt.work.read() as reader:
        meeting = await get_meeting(reader.session, evening.meeting_id)
        version = await public_version(reader.session, evening.meeting_id)
        at = await position_of(reader.session, LogType.MINUTES_PUBLISHED, f"{evening.meeting_id}:1")
        assert at is not None
        entry = await entry_at(reader.session, at)
        assert await missing_minutes(reader.session, evening.hall.org_id) == []
    assert meeting.state is MeetingState.MINUTED
    assert version.publication is not None
    assert entry.public["sha256"] == version.publication.pdf_sha256 == "ab" * 32
    assert entry.public["content_sha256"] == version.sha256


async def test_correction_is_a_new_version_and_the_old_one_stays(rt: Runtime, evening: Evening) -> None:
    for number in (1, 2):
        await save(rt, evening, TextBlock("leitung", f"Fassung {number}."), version=number - 1)
        await sign(rt, evening, SignerRole.CHAIR, version=number)
        await sign(rt, evening, SignerRole.SECRETARY, version=number)
        await publish(rt, evening, version=number)
    async with rt.work.read() as reader:
        public = await public_versions(reader.session, evening.meeting_id)
        newest = await public_version(reader.session, evening.meeting_id)
        oldest = await public_version(reader.session, evening.meeting_id, 1)
    assert [each.number for each in public] == [1, 2]
    assert (newest.number, oldest.texts[0].body) == (2, "Fassung 1.")


async def test_print_without_the_last_signature_is_not_what_becomes_public(rt: Runtime, evening: Evening) -> None:
    await save(rt, evening)
    await sign(rt, evening, SignerRole.CHAIR)
    async with rt.work.read() as reader:
        (printed,) = await versions_of(reader.session, evening.meeting_id)
    await sign(rt, evening, SignerRole.SECRETARY)
    with pytest.raises(StaleVersion):
        async with rt.work.write() as uow:
            await publish_version(uow, printed, by=evening.chair.user_id, pdf_sha256="ab" * 32)


@pytest.mark.parametrize("table", ["minutes_version", "minutes_signature", "minutes_publication"])
async def test_nothing_of_minutes_can_be_changed(rt: Runtime, evening: Evening, table: str) -> None:
    await save(rt, evening)
    await sign(rt, evening, SignerRole.CHAIR)
    await sign(rt, evening, SignerRole.SECRETARY)
    await publish(rt, evening)
    with pytest.raises(DBAPIError, match="append-only"):
        async with rt.work.write() as uow:
            await uow.session.execute(text(f"UPDATE {table} SET version = 9"))  # noqa: S608 - names of this file
