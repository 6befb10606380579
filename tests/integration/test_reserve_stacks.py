"""Reserve stacks: sheets printed before the question is known count for the question asked on the spot."""

from __future__ import annotations

import pytest
from litestar import Litestar

from backend.accounts.types import Role
from backend.ballots.results import count_record
from backend.kit.errors import Invalid
from backend.meetings import live_state
from backend.meetings.sheet_heading import sheet_heading
from backend.paper.actions.print_sheets import render_sheet
from backend.paper.errors import NotYetFrozen
from backend.paper.types import PrintOrder, PrintRun, SheetStatus
from backend.polls.actions import NewPoll
from backend.polls.queries import Poll, get_poll, polls_of, to_poll
from backend.polls.reserve import MAX_STACKS, add_stack, take_stack
from backend.polls.types import PollState, PollType
from backend.runtime import Runtime
from tests.factories import ABC, YES_NO, Hall, make_hall, make_person, make_poll, move_poll
from tests.integration.paper_setup import HEADING, PaperHall
from tests.integration.stage_host import host

SPOT = NewPoll(PollType.SINGLE, {"de": "Was zuerst?"}, ABC)


@pytest.fixture
async def hall(rt: Runtime) -> Hall:
    """A running meeting."""
    return await make_hall(rt, voting=4)


async def stack(rt: Runtime, hall: Hall, kind: PollType = PollType.SINGLE) -> Poll:
    async with rt.work.write() as uow:
        return to_poll(await add_stack(uow, kind, org_id=hall.org_id, meeting_id=hall.meeting_id, n_min=10))


async def take(rt: Runtime, hall: Hall, new: NewPoll) -> Poll | None:
    async with rt.work.write() as uow:
        row = await take_stack(uow, new, meeting_id=hall.meeting_id)
        if row is None:
            return None
        return await rt.lifecycle.transition(uow, row.id, PollState.READY, version=row.version)


async def test_stacks_are_numbered_and_taken_in_order(rt: Runtime, hall: Hall) -> None:
    made = [await stack(rt, hall, kind) for kind in (PollType.SINGLE, PollType.YESNO, PollType.SINGLE)]
    assert [poll.reserve_no for poll in made] == [1, 2, 3]
    taken = [await take(rt, hall, SPOT) for _ in range(3)]
    assert [poll.id if poll else None for poll in taken] == [made[0].id, made[2].id, None]
    yes_no = await take(rt, hall, NewPoll(PollType.YESNO, {"de": "Bäume?"}, YES_NO))
    assert yes_no is not None
    assert yes_no.reserve_no == 2
    assert yes_no.question == {"de": "Bäume?"}


async def test_question_keeps_its_words_under_the_letters_of_the_sheets(rt: Runtime, hall: Hall) -> None:
    await stack(rt, hall)
    poll = await take(rt, hall, SPOT)
    assert poll is not None
    assert [(option.id, option.label["de"]) for option in poll.definition.options] == [
        ("a", "Apfel"),
        ("b", "Birne"),
        ("c", "Kirsche"),
    ]


@pytest.mark.parametrize(
    "new",
    [
        NewPoll(PollType.SINGLE, {"de": "Viel?"}, [{"id": str(n), "de": str(n)} for n in range(7)]),
        NewPoll(PollType.MULTI, {"de": "Mehreres?"}, ABC),
        NewPoll(PollType.YESNO, {"de": "Bäume?"}, YES_NO),
    ],
)
async def test_question_that_fits_no_stack_takes_none(rt: Runtime, hall: Hall, new: NewPoll) -> None:
    await stack(rt, hall)
    assert await take(rt, hall, new) is None


async def test_more_stacks_than_an_evening_needs_are_refused(rt: Runtime, hall: Hall) -> None:
    for _ in range(MAX_STACKS):
        await stack(rt, hall)
    with pytest.raises(Invalid):
        await stack(rt, hall)
    with pytest.raises(Invalid):
        await stack(rt, hall, PollType.RANKING)


async def test_waiting_stack_is_nobodys_question(rt: Runtime, hall: Hall) -> None:
    poll = await make_poll(rt, hall, state=PollState.READY)
    waiting = await stack(rt, hall)
    async with rt.work.read() as reader:
        state = await live_state.state(reader.session, hall.meeting_id, for_stage=True)
        assert [each["id"] for each in state["polls"]] == [poll.id]
        assert (await sheet_heading(reader.session, poll.id)).question_count == 1
        assert (await sheet_heading(reader.session, waiting.id)).stack == "R1"


async def test_only_stacks_are_printed_before_their_wording_is_final(rt: Runtime, hall: Hall) -> None:
    draft = await make_poll(rt, hall, state=PollState.DRAFT)
    with pytest.raises(NotYetFrozen):
        render_sheet(draft, PrintOrder(1, HEADING))


@pytest.mark.needs("pango")
async def test_sheets_of_a_stack_count_for_the_question_that_took_it(rt: Runtime, hall: Hall) -> None:
    people = {}
    async with rt.work.write() as uow:
        for name in ("roth", "weber"):
            people[name] = await make_person(uow, name, hall.org_id, Role.TELLER)
    run = await printed(rt, await stack(rt, hall))
    taken = await take(rt, hall, SPOT)
    assert taken is not None
    poll = await move_poll(rt, taken, PollState.OPEN)
    paper = PaperHall(rt, hall, poll, people)
    await paper.issue(*hall.cards[:3])
    await move_poll(rt, await paper.refreshed(), PollState.CLOSING, PollState.CLOSED)
    batch = await paper.upload(paper.scan(run, [["b"], ["b"], ["f"]]))
    assert [sheet.status for sheet in batch.sheets] == [SheetStatus.ACCEPTED] * 3
    await paper.confirm(batch.id, 3)
    await move_poll(rt, await paper.refreshed(), PollState.COUNTING, PollState.SEALED)
    async with rt.work.read() as reader:
        record = await count_record(reader.session, poll.id)
    assert record["totals"] == {"a": 0, "b": 2, "c": 0}
    assert record["invalid"] == 1  # a letter the question does not use


async def printed(rt: Runtime, poll: Poll) -> PrintRun:
    async with rt.work.read() as reader:
        heading = await sheet_heading(reader.session, poll.id)
    return await rt.paper.print_ballots(poll.id, PrintOrder(4, heading))


async def test_spontaneous_question_of_the_stage_takes_the_next_stack(app: Litestar, rt: Runtime, hall: Hall) -> None:
    waiting = await stack(rt, hall)
    async with host(app, rt, hall) as weber:
        assert "R1 (A bis F)" in await weber.open()
        words = await weber.press(
            "Bereit machen und zeigen", art="single", text="Was zuerst?", antworten="Apfel\nBirne", enthaltung="1"
        )
        assert "Die Frage ist bereit." in words
        assert "Kein Reservestapel mehr frei" in words
        await weber.press("Bereit machen und zeigen", art="single", text="Und dann?", antworten="Apfel\nBirne")
    async with rt.work.read() as reader:
        first = await get_poll(reader.session, waiting.id)
        everything = await polls_of(reader.session, hall.meeting_id)
    assert first.state is PollState.READY
    assert first.question["de"] == "Was zuerst?"
    assert [poll.reserve_no for poll in everything] == [1, None]


async def test_clerk_adds_stacks_where_everything_is_printed(app: Litestar, rt: Runtime, hall: Hall) -> None:
    async with host(app, rt, hall) as clerk:
        clerk.path = f"/verwaltung/{hall.org_slug}/abende/{hall.meeting_id}/vorbereiten/druck"
        await clerk.open()
        await clerk.press("A-bis-F-Stapel")
        words = await clerk.press("Ja-Nein-Stapel")
    assert "Stapel R1: A bis F" in words
    assert "Stapel R2: Ja oder Nein" in words
