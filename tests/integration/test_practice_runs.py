"""The button: when a rehearsal may begin, what its page says, and one played to its end on a real server."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from litestar import Litestar
from sqlalchemy import select, update

from backend.accounts.models import ApiToken
from backend.accounts.queries import org_by_id, practice_org_ids
from backend.decisions.queries.subjects import subjects_of
from backend.jobs import build_worker
from backend.kit.clock import FixedClock
from backend.kit.settings import Settings
from backend.kit.tables import OutboxRow
from backend.meetings.actions.meeting import transition_meeting
from backend.meetings.queries import get_meeting
from backend.meetings.types import MeetingState
from backend.polls.actions import NewPoll
from backend.polls.models import PollRow
from backend.polls.types import Grade, PollState, PollType
from backend.practice.actions import RUN_TOPIC, ask_for_rehearsal, beat, end_run, forget_run, note_sandbox, take_up
from backend.practice.errors import MeetingRunning, NothingToRehearse, RehearsalRunning
from backend.practice.queries import get_run, runs_of
from backend.practice.runner import Rehearsals
from backend.practice.sandbox import found_sandbox
from backend.practice.types import KEPT, SILENT_AFTER, Problem, Run, RunState, Wish
from backend.runtime import Runtime, build_runtime
from backend.site.log_overview import log_state
from backend.transparency.queries import rehearsed_polls
from backend.transparency.verifier import verify_url
from tests.factories import ABC, YES_NO, Hall, make_hall, make_person, make_poll
from tests.faults.servers import App
from tests.integration.stage_host import host
from tests.processes import free_port

WISH = Wish(phones=12, with_chaos=False, seed=3)
DRAFT = PollState.DRAFT
SINGLE = NewPoll(type=PollType.SINGLE, question={"de": "Was pflanzen wir?"}, options=ABC)
SECRET = NewPoll(type=PollType.YESNO, question={"de": "Geheim?"}, options=YES_NO, grade=Grade.SECRET)
RANKING = NewPoll(type=PollType.RANKING, question={"de": "In welcher Folge?"}, options=ABC)


async def evening_tomorrow(rt: Runtime) -> Hall:
    """Give a meeting that is over its last state of being open, with three prepared questions."""
    hall = await make_hall(rt, voting=3)
    for new in (SINGLE, SECRET, RANKING):
        await make_poll(rt, hall, new, state=DRAFT)
    async with rt.work.write() as uow:
        meeting = await get_meeting(uow.session, hall.meeting_id)
        await transition_meeting(uow, hall.meeting_id, MeetingState.CLOSED, version=meeting.version)
        hall.users["weber"] = await make_person(uow, "fuchs", hall.org_id)
    return hall


async def asked(rt: Runtime, hall: Hall, wish: Wish = WISH) -> Run:
    async with rt.work.write() as uow:
        run_id = await ask_for_rehearsal(uow, hall.meeting_id, wish, asked_by=hall.users["weber"])
        return await get_run(uow.session, hall.meeting_id, run_id)


@pytest.mark.both_databases
async def test_second_rehearsal_waits_for_the_first(rt: Runtime) -> None:
    hall = await evening_tomorrow(rt)
    first = await asked(rt, hall)
    with pytest.raises(RehearsalRunning):
        await asked(rt, hall)
    async with rt.work.write() as uow:
        await end_run(uow, first, is_ok=True)
    assert (await asked(rt, hall)).state is RunState.WAITING


@pytest.mark.both_databases
async def test_rehearsal_is_taken_up_once(rt: Runtime) -> None:
    run = await asked(rt, await evening_tomorrow(rt))
    async with rt.work.write() as uow:
        taken = await take_up(uow, run.id)
        assert taken is not None
        assert taken.state is RunState.RUNNING
    async with rt.work.write() as uow:
        assert await take_up(uow, run.id) is None


async def test_rehearsal_is_refused_while_people_vote_for_real(rt: Runtime) -> None:
    hall = await evening_tomorrow(rt)
    await make_hall(rt, slug="talbrunn")
    with pytest.raises(MeetingRunning):
        await asked(rt, hall)


async def test_rehearsal_of_nothing_is_refused(rt: Runtime) -> None:
    hall = await make_hall(rt, voting=1)
    await make_poll(rt, hall, SECRET, state=DRAFT)
    async with rt.work.write() as uow:
        meeting = await get_meeting(uow.session, hall.meeting_id)
        await transition_meeting(uow, hall.meeting_id, MeetingState.CLOSED, version=meeting.version)
        hall.users["weber"] = await make_person(uow, "fuchs", hall.org_id)
    with pytest.raises(NothingToRehearse):
        await asked(rt, hall)


async def test_rehearsal_nobody_plays_gives_its_place_away(rt: Runtime, clock: FixedClock) -> None:
    hall = await evening_tomorrow(rt)
    lost = await asked(rt, hall)
    clock.advance(SILENT_AFTER + timedelta(seconds=1))
    await asked(rt, hall)
    async with rt.work.read() as uow:
        latest, first = await runs_of(uow.session, hall.meeting_id)
    assert (first.id, first.state, first.problem) == (lost.id, RunState.FAILED, Problem.SILENT)
    assert latest.is_active


async def test_running_rehearsal_is_not_deleted(rt: Runtime) -> None:
    run = await asked(rt, await evening_tomorrow(rt))
    with pytest.raises(RehearsalRunning):
        async with rt.work.write() as uow:
            await forget_run(uow, rt.storage, run)


async def test_page_starts_a_rehearsal_and_shows_that_it_runs(app: Litestar, rt: Runtime) -> None:
    hall = await evening_tomorrow(rt)
    async with host(app, rt, hall) as weber:
        weber.path = f"/verwaltung/auenfurt/regie/{hall.meeting_id}/probe"
        text = await weber.open()
        assert "Was pflanzen wir?" in text
        assert "nur auf Papier abgestimmt wird:" in text
        button = weber.button("Probe starten")
        assert "Die Probe läuft" in await weber.send(button, handys="30", stoerungen="1")
        assert "Jetzt nachsehen" in weber.words
        again = await weber.http.post(button.action, data=button.fields | {"handys": "30"})
        assert again.status_code == httpx.codes.UNPROCESSABLE_ENTITY
        assert "Es läuft schon eine Probe" in again.text


@pytest.fixture
def server(settings: Settings, tmp_path: Path) -> Iterator[App]:
    """A production server whose public address is its own."""
    secrets = {name: getattr(settings, name).get_secret_value() for name in ("secret_key", "card_key")}
    environment = {
        "MACHMIT_MODE": "production",
        "MACHMIT_DATABASE_URL": settings.db_url,
        "MACHMIT_DATA_DIR": str(settings.data_dir),
        "MACHMIT_LOG_SIGNING_KEY": settings.log_signing_key.get_secret_value(),
        **{f"MACHMIT_{name.upper()}": value for name, value in secrets.items()},
    }
    app = App(environment, tmp_path / "server.log")
    app._environment["MACHMIT_PUBLIC_URL"] = app.url
    yield app
    app.end()
    print(app.words())  # noqa: T201 - shown when the test fails


@pytest.mark.slow
@pytest.mark.both_databases
@pytest.mark.timeout(180)
async def test_rehearsal_from_the_office_ends_with_a_report_and_leaves_nothing(server: App, settings: Settings) -> None:
    own = build_runtime(settings)
    try:
        hall = await evening_tomorrow(own)
        await server.start()
        run = await asked(own, hall, Wish(phones=12, with_chaos=True, seed=3))
        while run.is_active:
            await asyncio.sleep(0.2)
            async with own.work.read() as uow:
                run = await get_run(uow.session, hall.meeting_id, run.id)
        report = own.storage.get(run.report_path)
        assert (run.state, run.is_ok, run.problem) == (RunState.DONE, True, None), report
        assert report is not None
        assert "Geheim?" in report.decode()
        async with httpx.AsyncClient(base_url=server.url) as http:
            for path in ("/", "/api/v1/meetings", "/calendar.ics", "/feed.atom"):
                assert "Probe" not in (await http.get(path)).text
            assert (await http.get("/sandbox-auenfurt/")).status_code == httpx.codes.NOT_FOUND
        await named_as_practice(own)
        async with own.work.write() as uow:
            await forget_run(uow, own.storage, run)
        assert own.storage.get(run.report_path) is None
        audit = await asyncio.to_thread(verify_url, server.url)
        assert audit.ok, [finding.line for finding in audit.findings]
        assert sum("war eine Probe" in notice for notice in audit.notices) == 2
    finally:
        await own.close()


async def named_as_practice(rt: Runtime) -> None:
    """Look at the log as its readers see it: the questions call themselves rehearsed, no figure counts them."""
    year = rt.clock.now().year
    async with rt.work.read() as uow:
        assert await rehearsed_polls(uow.session, year) == 2
        state = await log_state(rt, uow, year)
        assert state.polls == 0
        polls = await uow.session.scalars(select(PollRow.id).where(PollRow.opened_at.is_not(None)))
        subjects = await subjects_of(uow.session, list(polls))
    assert {subject.name["de"].partition(": ")[0] for subject in subjects.by_id.values()} == {"Probe"}


async def test_rehearsal_ends_when_a_real_meeting_begins(rt: Runtime) -> None:
    run = await asked(rt, await evening_tomorrow(rt))
    async with rt.work.write() as uow:
        await take_up(uow, run.id)
        await beat(uow, run.id, "Frage 1 von 2")
        assert (await get_run(uow.session, run.meeting_id, run.id)).step == "Frage 1 von 2"
    await make_hall(rt, slug="talbrunn")
    with pytest.raises(MeetingRunning):
        async with rt.work.write() as uow:
            await beat(uow, run.id)


@pytest.mark.timeout(60)
async def test_player_that_fails_ends_the_rehearsal_and_its_people(rt: Runtime) -> None:
    run = await asked(rt, await evening_tomorrow(rt))
    nowhere = rt.settings.model_copy(update={"public_url": f"http://127.0.0.1:{free_port()}"})
    async with rt.work.write() as uow:
        taken = await take_up(uow, run.id)
    assert taken is not None
    await Rehearsals(rt.work, nowhere, rt.storage).play(taken)
    async with rt.work.read() as uow:
        ended = await get_run(uow.session, run.meeting_id, run.id)
        tokens = await uow.session.scalars(select(ApiToken.token_hash).where(ApiToken.org_id == ended.sandbox_id))
        assert list(tokens) == []
    assert (ended.state, ended.problem) == (RunState.FAILED, Problem.BROKE)
    assert rt.storage.get(ended.report_path) is None


async def test_sandbox_is_swept_after_its_week(rt: Runtime, clock: FixedClock) -> None:
    hall = await evening_tomorrow(rt)
    run = await asked(rt, hall)
    async with rt.work.write() as uow:
        owner = await org_by_id(uow.session, hall.org_id)
        sandbox_id, _ = await found_sandbox(uow, owner)
        await note_sandbox(uow, run.id, sandbox_id)
        await end_run(uow, run, is_ok=True)
        await uow.session.execute(update(OutboxRow).where(OutboxRow.topic == RUN_TOPIC).values(done_at=uow.now))
    worker = build_worker(rt)
    await worker.run_due()
    assert await sandboxes(rt) == [sandbox_id]
    clock.advance(KEPT + timedelta(minutes=1))
    await worker.run_due()
    assert await sandboxes(rt) == []


async def sandboxes(rt: Runtime) -> list[str]:
    async with rt.work.read() as uow:
        return list(await uow.session.scalars(practice_org_ids()))
