"""Two-person rules: typing in without a scanner, deciding together, and work that a dead process left behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from backend.ballots.errors import BadChoices
from backend.ballots.redemptions import turnout
from backend.jobs import build_worker
from backend.kit.clock import FixedClock
from backend.kit.errors import Invalid, NotFound
from backend.paper import decoding
from backend.paper.actions.adjudicate import Opinion, adjudicate, decision_of
from backend.paper.actions.confirm import Word, confirm_batch
from backend.paper.actions.enter import begin_manual_batch, enter_sheets
from backend.paper.actions.receive import book_files, storage_path
from backend.paper.errors import AlreadyDecided, BatchClosed, BatchNotReady, SecondPersonNeeded
from backend.paper.queries import notes_of, waiting_sheets
from backend.paper.types import BatchKind, BatchState, DecidedBy, PollSheets, ScanOrder, SheetStatus
from backend.runtime import Runtime
from tests.integration.paper_setup import PaperHall, make_paper_hall

pytestmark = pytest.mark.timeout(120)


async def decide(town: PaperHall, batch_id: str, who: str, raw: object, *, together: str = "") -> None:
    async with town.rt.work.write() as uow:
        opinion = Opinion(
            town.people[who],
            decision_of(town.poll.definition, raw),
            note="gut lesbar",
            together_with=town.people[together] if together else None,
        )
        await adjudicate(uow, town.rt.paper.seal_of(town.poll), batch_id, 1, opinion=opinion)


async def type_in(town: PaperHall, batch_id: str, who: str, *raw: object) -> None:
    async with town.rt.work.write() as uow:
        decisions = [decision_of(town.poll.definition, each) for each in raw]
        seal = town.rt.paper.seal_of(town.poll)
        await enter_sheets(uow, seal, batch_id, user_id=town.people[who], decisions=decisions)


async def begin(town: PaperHall, sheets: int) -> str:
    async with town.rt.work.write() as uow:
        return await begin_manual_batch(uow, town.poll.id, sheets=sheets, user_id=town.people["roth"])


@pytest.mark.both_databases
async def test_typed_batch_is_compared_and_confirmed_by_a_third(rt: Runtime) -> None:
    town = await make_paper_hall(rt)
    batch_id = await begin(town, 3)
    with pytest.raises(BatchNotReady):
        await decide(town, batch_id, "keller", ["a"])
    await type_in(town, batch_id, "roth", ["a"], ["b"], {"invalid": True})
    async with rt.work.read() as uow:
        assert await waiting_sheets(uow.session, [town.poll.id]) == []
    with pytest.raises(AlreadyDecided):
        await type_in(town, batch_id, "roth", ["a"], ["b"], {"invalid": True})
    await type_in(town, batch_id, "weber", ["a"], [], {"invalid": True})
    batch = await town.batch(batch_id)
    assert (batch.kind, batch.state) == (BatchKind.MANUAL, BatchState.REVIEW)
    assert [sheet.status for sheet in batch.sheets] == [
        SheetStatus.ACCEPTED,
        SheetStatus.REVIEW,
        SheetStatus.ACCEPTED,
    ]
    with pytest.raises(AlreadyDecided):
        await type_in(town, batch_id, "keller", ["a"], ["b"], ["b"])
    async with rt.work.write() as uow:
        opinion = Opinion(town.people["keller"], decision_of(town.poll.definition, ["b"]))
        ruling = await adjudicate(uow, rt.paper.seal_of(town.poll), batch_id, 2, opinion=opinion)
    assert ruling is not None
    assert ruling.by is DecidedBy.THIRD
    with pytest.raises(SecondPersonNeeded):
        await town.confirm(batch_id, 3, "weber")
    assert await town.confirm(batch_id, 3, "keller") is BatchState.CONFIRMED
    async with rt.work.read() as uow:
        assert (await turnout(uow.session, [town.poll.id]))[town.poll.id].sheets_scanned == 3


async def test_typed_batch_refuses_wrong_numbers(rt: Runtime) -> None:
    town = await make_paper_hall(rt)
    for sheets in (0, 201):
        with pytest.raises(Invalid):
            await begin(town, sheets)
    batch_id = await begin(town, 2)
    with pytest.raises(Invalid):
        await type_in(town, batch_id, "roth", ["a"])
    with pytest.raises(BadChoices):
        await type_in(town, batch_id, "roth", ["a"], ["x"])


async def test_two_tellers_decide_together_only_after_they_differed(rt: Runtime) -> None:
    town = await make_paper_hall(rt)
    batch = await town.upload(town.correction(await town.print(1)))
    with pytest.raises(SecondPersonNeeded):
        await decide(town, batch.id, "roth", ["a"], together="weber")
    await decide(town, batch.id, "roth", ["a"])
    await decide(town, batch.id, "weber", ["b"])
    for pair in (("roth", "roth"), ("roth", "keller"), ("keller", "weber")):
        with pytest.raises(SecondPersonNeeded):
            await decide(town, batch.id, pair[0], ["b"], together=pair[1])
    await decide(town, batch.id, "roth", ["b"], together="weber")
    sheet = (await town.batch(batch.id)).sheets[0]
    assert (sheet.status, sheet.decided_by, sheet.decisions) == (SheetStatus.ACCEPTED, DecidedBy.TOGETHER, 3)
    async with rt.work.read() as uow:
        notes = await notes_of(uow.session, batch.id, 1)
    assert [note.together_with for note in notes] == [None, None, town.people["weber"]]
    assert {note.text for note in notes} == {"gut lesbar"}


async def test_deciding_twice_or_late_is_refused(rt: Runtime) -> None:
    town = await make_paper_hall(rt)
    batch = await town.upload(town.correction(await town.print(1)))
    await decide(town, batch.id, "roth", ["a"])
    with pytest.raises(AlreadyDecided):
        await decide(town, batch.id, "roth", ["a"])
    await decide(town, batch.id, "weber", ["a"])
    await decide(town, batch.id, "weber", ["a"])  # the same click again
    with pytest.raises(AlreadyDecided):
        await decide(town, batch.id, "keller", ["b"])
    await town.confirm(batch.id, 1)
    with pytest.raises(BatchClosed):
        await decide(town, batch.id, "keller", ["b"])
    with pytest.raises(NotFound):
        await decide(town, "nothing", "keller", ["b"])


@pytest.mark.both_databases
async def test_left_batch_is_read_by_the_worker(rt: Runtime, clock: FixedClock) -> None:
    town = await make_paper_hall(rt)
    scan = town.scan(await town.print(1), [["a"]])
    async with rt.work.write() as uow:
        received = await book_files(uow, town.poll.id, {"f" * 64: len(scan)}, user_id=town.people["roth"])
    rt.storage.put(storage_path(town.poll.id, "f" * 64), scan)
    worker = build_worker(rt)
    clock.advance(timedelta(minutes=6))
    await worker.run_due()
    assert (await town.batch(received.batch_id)).state is BatchState.READY
    assert rt.storage.get(storage_path(town.poll.id, "f" * 64)) is None


async def test_lost_file_is_named(rt: Runtime) -> None:
    town = await make_paper_hall(rt)
    async with rt.work.write() as uow:
        received = await book_files(uow, town.poll.id, {"e" * 64: 9}, user_id=town.people["roth"])
    await rt.paper.decode(received.batch_id)
    batch = await town.batch(received.batch_id)
    assert (batch.state, batch.sheets[0].reason) == (BatchState.REJECTED, "unreadable_file")


@pytest.mark.both_databases
async def test_left_casts_are_finished_once(rt: Runtime, clock: FixedClock) -> None:
    town = await make_paper_hall(rt)
    batch = await town.upload(town.scan(await town.print(3), [["a"], ["b"], []]))
    state = BatchState.READY
    for name in ("roth", "weber"):
        async with rt.work.write() as uow:
            state = await confirm_batch(uow, batch.id, Word(town.people[name], 3))
    assert state is BatchState.CONFIRMING
    clock.advance(timedelta(minutes=1))
    worker = build_worker(rt)
    await worker.run_due()
    assert (await town.batch(batch.id)).state is BatchState.CONFIRMED
    assert await rt.paper.cast(batch.id) is BatchState.CONFIRMED
    async with rt.work.read() as uow:
        assert (await turnout(uow.session, [town.poll.id]))[town.poll.id].sheets_scanned == 3
    with pytest.raises(NotFound):
        await rt.paper.cast("nothing")


async def test_killed_reader_loses_only_the_file_it_died_on(rt: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    town = await make_paper_hall(rt)
    run = await town.print(1)
    layouts = (run.layout,)
    order = ScanOrder(files=(town.scan(run, [["a"]]), b"text"), polls=(PollSheets(b"x" * 8, b"k" * 32, layouts),))
    assert [each.refused for each in await decoding.read_files(order)] == [None, "unknown_format"]
    monkeypatch.setattr(decoding, "CHILD", "backend.paper.no_such_module")
    assert [each.refused for each in await decoding.read_files(order)] == ["unreadable_file"] * 2
    monkeypatch.setattr(decoding, "CHILD", "backend.paper.scan_child")
    monkeypatch.setattr(decoding, "FILE_TIMEOUT_S", 0.001)
    short = replace(order, files=order.files[:1])
    assert [each.refused for each in await decoding.read_files(short)] == ["unreadable_file"]
