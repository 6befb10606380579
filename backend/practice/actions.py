"""One verb each: ask for a rehearsal, take it up, say how far it is, end it, forget it.

Guarantees: one rehearsal at a time in an installation, none while people vote for real; what is deleted is gone from
the database and the storage.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select, update

from backend.kit.storage import Storage
from backend.kit.uow import UnitOfWork
from backend.meetings.queries import get_meeting
from backend.polls.queries import Poll, polls_of
from backend.practice.errors import MeetingRunning, NothingToRehearse, RehearsalRunning
from backend.practice.models import RehearsalRun
from backend.practice.queries import get_run, is_meeting_running, to_run
from backend.practice.sandbox import close_sandbox, remove_sandbox
from backend.practice.script import may_be_rehearsed
from backend.practice.types import ACTIVE, KEPT, Problem, Run, RunState, Wish, is_silent

RUN_TOPIC = "rehearsal.run"
SWEEP_TOPIC = "rehearsal.sweep"
STEP_CHARS = 80


async def ask_for_rehearsal(uow: UnitOfWork, meeting_id: str, wish: Wish, *, asked_by: str) -> str:
    """Note a rehearsal for the worker; return its id.

    Raises: RehearsalRunning, MeetingRunning, NothingToRehearse, NotFound.
    """
    meeting = await get_meeting(uow.session, meeting_id)
    await _free_slot(uow)
    if await is_meeting_running(uow.session):
        raise MeetingRunning("Proben Sie, wenn keine Versammlung läuft, am besten am Tag davor.")
    if not _rehearsable(await polls_of(uow.session, meeting_id)):
        raise NothingToRehearse("Schreiben Sie zuerst eine Frage, auf die Handys antworten dürfen.")
    run_id = uow.new_id()
    is_first = await uow.insert_new(
        RehearsalRun,
        id=run_id,
        org_id=meeting.org_id,
        meeting_id=meeting_id,
        asked_by=asked_by,
        state=RunState.WAITING,
        slot=1,
        phones=wish.phones,
        with_chaos=wish.with_chaos,
        seed=wish.seed,
        step="",
        asked_at=uow.now,
        beat_at=uow.now,
    )
    if not is_first:
        raise RehearsalRunning("Bitte warten Sie, bis sie zu Ende ist.")
    await uow.later(RUN_TOPIC, run_id, {"run_id": run_id})
    return run_id


async def take_up(uow: UnitOfWork, run_id: str) -> Run | None:
    """Begin a rehearsal that waits; None when somebody else did."""
    change = update(RehearsalRun).where(RehearsalRun.id == run_id, RehearsalRun.state == RunState.WAITING)
    taken = await uow.session.execute(
        change.values(state=RunState.RUNNING, beat_at=uow.now).returning(RehearsalRun.meeting_id)
    )
    meeting_id = taken.scalar_one_or_none()
    return None if meeting_id is None else await get_run(uow.session, meeting_id, run_id)


async def beat(uow: UnitOfWork, run_id: str, step: str | None = None) -> None:
    """Say that a rehearsal is alive, and perhaps how far it is. Raises: MeetingRunning."""
    if await is_meeting_running(uow.session):
        raise MeetingRunning
    values: dict[str, object] = {"beat_at": uow.now} | ({} if step is None else {"step": step[:STEP_CHARS]})
    await uow.session.execute(update(RehearsalRun).where(RehearsalRun.id == run_id).values(values))


async def note_sandbox(uow: UnitOfWork, run_id: str, sandbox_id: str) -> None:
    """Remember what will have to be thrown away, and when at the latest."""
    await uow.session.execute(update(RehearsalRun).where(RehearsalRun.id == run_id).values(sandbox_id=sandbox_id))
    await uow.later(SWEEP_TOPIC, sandbox_id, {"sandbox_id": sandbox_id}, at=uow.now + KEPT)


async def end_run(uow: UnitOfWork, run: Run, *, is_ok: bool | None = None, problem: Problem | None = None) -> None:
    """End a rehearsal with its verdict or its problem; the next one may begin."""
    state = RunState.FAILED if problem else RunState.DONE
    values = {"state": state, "slot": None, "is_ok": is_ok, "problem": problem, "ended_at": uow.now, "step": ""}
    await uow.session.execute(
        update(RehearsalRun).where(RehearsalRun.id == run.id, RehearsalRun.state.in_(ACTIVE)).values(values)
    )
    sandbox_id = await uow.session.scalar(select(RehearsalRun.sandbox_id).where(RehearsalRun.id == run.id))
    if sandbox_id is not None:
        await close_sandbox(uow, sandbox_id)


async def forget_run(uow: UnitOfWork, storage: Storage, run: Run) -> None:
    """Delete a rehearsal with its sandbox and its report. Raises: RehearsalRunning while it is played."""
    if run.is_active and not is_silent(run, uow.now):
        raise RehearsalRunning("Bitte warten Sie, bis sie zu Ende ist.")
    if run.sandbox_id is not None:
        await remove_sandbox(uow, run.sandbox_id)
    await uow.session.execute(delete(RehearsalRun).where(RehearsalRun.id == run.id))
    storage.delete(run.report_path)


async def _free_slot(uow: UnitOfWork) -> None:
    """End what nobody plays any more."""
    rows = await uow.session.scalars(select(RehearsalRun).where(RehearsalRun.slot.is_not(None)))
    for run in [to_run(row) for row in rows]:
        if is_silent(run, uow.now):
            await end_run(uow, run, problem=Problem.SILENT)


def _rehearsable(polls: Sequence[Poll]) -> list[Poll]:
    return [poll for poll in polls if may_be_rehearsed(poll)]
