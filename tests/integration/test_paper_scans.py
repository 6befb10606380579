"""What scans may bring: the same twice, copies, garbage, wrong paper; never a silent loss, never a second vote."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from backend.kit.errors import Invalid
from backend.paper.actions.adjudicate import Opinion, adjudicate, decision_of
from backend.paper.actions.discard import discard_batch
from backend.paper.errors import (
    BatchClosed,
    BatchMismatch,
    BatchNotReady,
    FilesTooLarge,
    NothingUploaded,
    ScanAgain,
    SecondPersonNeeded,
    SerialCounted,
)
from backend.paper.facts import paper_facts
from backend.paper.queries import waiting_sheets
from backend.paper.types import MAX_FILES, BatchState, SheetStatus, SheetVariant
from backend.polls.actions import NewPoll
from backend.polls.errors import PollNotOpen
from backend.polls.types import Grade, PollState, PollType
from backend.runtime import Runtime
from printables.simulate import render_page, scan_file
from tests.factories import YES_NO, make_poll, move_poll
from tests.integration.paper_setup import PaperHall, make_paper_hall

pytestmark = pytest.mark.timeout(120)


async def decide(town: PaperHall, batch_id: str, position: int, who: str, raw: object) -> None:
    async with town.rt.work.write() as uow:
        opinion = Opinion(town.people[who], decision_of(town.poll.definition, raw))
        await adjudicate(uow, town.rt.paper.seal_of(town.poll), batch_id, position, opinion=opinion)


async def discard(town: PaperHall, batch_id: str) -> None:
    async with town.rt.work.write() as uow:
        await discard_batch(uow, batch_id, reason="Zwei Blätter klebten zusammen.")


@pytest.mark.both_databases
async def test_same_file_twice_has_no_effect(rt: Runtime) -> None:
    town = await make_paper_hall(rt)
    scan = town.scan(await town.print(2), [["a"], ["b"]])
    first = await town.upload(scan)
    again = await town.upload(scan, scan)
    assert again == first
    async with rt.work.read() as uow:
        assert (await paper_facts(uow.session, town.poll.id)).open_batches == 1


async def test_same_picture_in_another_file_has_no_effect(rt: Runtime) -> None:
    town = await make_paper_hall(rt)
    page = Image.fromarray(render_page((await town.print(1)).pdf))
    files = []
    for form in ("PNG", "TIFF"):
        buffer = BytesIO()
        page.save(buffer, form, dpi=(200, 200))
        files.append(buffer.getvalue())
    first = await town.upload(files[0])
    second = await town.upload(files[1])
    assert (first.state, len(first.sheets)) == (BatchState.READY, 1)
    assert (second.state, len(second.sheets)) == (BatchState.REJECTED, 0)


@pytest.mark.both_databases
async def test_same_serial_other_picture_sends_both_to_people(rt: Runtime) -> None:
    town = await make_paper_hall(rt)
    run = await town.print(2)
    first = await town.upload(town.scan(run, [["a"], ["b"]], seed=1))
    with pytest.raises(SecondPersonNeeded):
        await town.confirm(first.id, 2, "roth", "roth")
    copy = await town.upload(town.scan(run, [["c"]], seed=2))
    first = await town.batch(first.id)
    assert (first.state, copy.state) == (BatchState.REVIEW, BatchState.REVIEW)
    assert first.confirmations == ()
    assert [(sheet.status, sheet.reason) for sheet in (*first.sheets, *copy.sheets)] == [
        (SheetStatus.REVIEW, "duplicate"),
        (SheetStatus.ACCEPTED, None),
        (SheetStatus.REVIEW, "duplicate"),
    ]
    with pytest.raises(BatchNotReady):
        await town.confirm(first.id, 2)
    for who in ("roth", "weber"):
        await decide(town, first.id, 1, who, ["a"])
    await decide(town, copy.id, 1, "roth", ["c"])
    with pytest.raises(SerialCounted):
        await decide(town, copy.id, 1, "weber", ["c"])
    await decide(town, copy.id, 1, "weber", {"rejected": True})
    await decide(town, copy.id, 1, "keller", {"rejected": True})
    assert (await town.batch(copy.id)).sheets[0].reason == "duplicate"
    assert await town.confirm(first.id, 2) is BatchState.CONFIRMED
    assert await town.confirm(copy.id, 1) is BatchState.CONFIRMED
    late = await town.upload(town.scan(run, [["b"]], seed=3))
    assert late.sheets[0].reason == "duplicate"


async def test_copies_in_one_scan_are_both_doubted(rt: Runtime) -> None:
    town = await make_paper_hall(rt)
    run = await town.print(1)
    files = (town.scan(run, [["a"]], seed=1), town.scan(run, [["b"]], seed=2))
    batch = await town.upload(*files)
    assert [sheet.reason for sheet in batch.sheets] == ["duplicate", "duplicate"]


async def test_garbage_is_named_and_blocks_nothing(rt: Runtime) -> None:
    town = await make_paper_hall(rt)
    batch = await town.upload(b"das ist kein Bild", b"%PDF-1.7 kaputt", by="weber")
    assert batch.state is BatchState.REJECTED
    assert [sheet.reason for sheet in batch.sheets] == ["unknown_format", "damaged"]
    assert batch.refused_files == {"1": "unknown_format", "2": "damaged"}
    good = await town.upload(b"noch ein Text", town.scan(await town.print(1), [["a"]]))
    assert [sheet.status for sheet in good.sheets] == [SheetStatus.REJECTED, SheetStatus.ACCEPTED]
    assert await town.confirm(good.id, 1) is BatchState.CONFIRMED
    async with rt.work.read() as uow:
        assert (await paper_facts(uow.session, town.poll.id)).open_batches == 0


async def test_upload_limits_are_named(rt: Runtime) -> None:
    town = await make_paper_hall(rt)
    with pytest.raises(NothingUploaded):
        await town.upload(b"")
    with pytest.raises(FilesTooLarge):
        await town.upload(*[bytes([number]) for number in range(MAX_FILES + 1)])


async def test_scan_before_opening_is_refused(rt: Runtime) -> None:
    town = await make_paper_hall(rt, state=PollState.READY)
    with pytest.raises(PollNotOpen):
        await town.upload(b"x")


async def test_black_and_white_scan_must_be_repeated(rt: Runtime) -> None:
    town = await make_paper_hall(rt)
    run = await town.print(1)
    buffer = BytesIO()
    Image.fromarray(render_page(run.pdf)).convert("1").save(buffer, "TIFF", dpi=(200, 200))
    batch = await town.upload(buffer.getvalue())
    assert (batch.state, batch.sheets[0].reason) == (BatchState.READY, "one_bit")
    with pytest.raises(ScanAgain):
        await town.confirm(batch.id, 1)
    await discard(town, batch.id)
    assert (await town.batch(batch.id)).state is BatchState.DISCARDED
    again = await town.upload(town.scan(run, [["a"]]))
    assert again.number == 2
    assert await town.confirm(again.id, 1) is BatchState.CONFIRMED
    with pytest.raises(BatchClosed):
        await discard(town, again.id)


async def test_discarded_files_may_come_again(rt: Runtime) -> None:
    town = await make_paper_hall(rt)
    scan = town.scan(await town.print(1), [["a"]])
    first = await town.upload(scan)
    await discard(town, first.id)
    await discard(town, first.id)
    second = await town.upload(scan)
    assert second.sheets[0].status is SheetStatus.ACCEPTED
    with pytest.raises(Invalid):
        async with rt.work.write() as uow:
            await discard_batch(uow, second.id, reason=" ")


async def test_wrong_sheets_are_rejected_by_name(rt: Runtime) -> None:
    town = await make_paper_hall(rt)
    sample = await town.print(1, SheetVariant.TEST)
    await town.print(1)
    secret = NewPoll(type=PollType.YESNO, question={"de": "Geheim?"}, options=YES_NO, grade=Grade.SECRET)
    other = PaperHall(rt, town.hall, await make_poll(rt, town.hall, secret), town.people)
    foreign = await other.print(1)
    blank = scan_file([np.full((1654, 1165), 250, dtype=np.uint8)])
    batch = await town.upload(town.scan(sample, [["a"]]), other.scan(foreign, [["yes"]]), blank)
    assert [sheet.reason for sheet in batch.sheets] == ["test_sheet", "other_poll", "empty_page"]
    assert await town.confirm(batch.id, 2) is BatchState.CONFIRMED  # the empty page is no sheet


async def test_hand_count_must_match(rt: Runtime) -> None:
    town = await make_paper_hall(rt)
    batch = await town.upload(town.scan(await town.print(2), [["a"], ["b"]]))
    with pytest.raises(BatchMismatch) as refused:
        await town.confirm(batch.id, 3)
    assert refused.value.extra == {"hand_count": 3, "read": 2}
    assert await town.confirm(batch.id, 2, "roth") is BatchState.READY
    assert await town.confirm(batch.id, 2, "weber") is BatchState.CONFIRMED
    with pytest.raises(BatchClosed):
        await town.confirm(batch.id, 2, "keller")


async def test_two_people_decide_a_doubtful_sheet(rt: Runtime) -> None:
    town = await make_paper_hall(rt)
    batch = await town.upload(town.correction(await town.print(1)))
    assert batch.sheets[0].reason == "possible_correction"
    assert batch.sheets[0].has_evidence
    async with rt.work.read() as uow:
        assert [sheet.position for sheet in await waiting_sheets(uow.session, [town.poll.id])] == [1]
    await decide(town, batch.id, 1, "roth", ["b"])
    await decide(town, batch.id, 1, "weber", {"invalid": True})
    assert (await town.batch(batch.id)).state is BatchState.REVIEW
    with pytest.raises(SecondPersonNeeded):
        await decide(town, batch.id, 1, "roth", {"invalid": True})
    await decide(town, batch.id, 1, "keller", ["b"])
    batch = await town.batch(batch.id)
    assert (batch.state, str(batch.sheets[0].decided_by)) == (BatchState.READY, "third")
    assert not batch.sheets[0].has_evidence
    assert await town.confirm(batch.id, 1) is BatchState.CONFIRMED


async def test_unnumbered_sheets_count_by_place(rt: Runtime) -> None:
    new = NewPoll(type=PollType.YESNO, question={"de": "Geheim?"}, options=YES_NO, grade=Grade.SECRET)
    town = await make_paper_hall(rt, new)
    batch = await town.upload(town.scan(await town.print(3), [["yes"], ["yes"], ["no"]]))
    assert await town.confirm(batch.id, 3) is BatchState.CONFIRMED


async def test_cancelled_poll_drops_its_batches(rt: Runtime) -> None:
    town = await make_paper_hall(rt)
    batch = await town.upload(town.scan(await town.print(1), [["a"]]))
    await town.confirm(batch.id, 1, "roth")
    await move_poll(rt, await town.refreshed(), PollState.CANCELLED, reason="Falsche Frage gestellt.")
    with pytest.raises(PollNotOpen):
        await town.confirm(batch.id, 1, "weber")
    await rt.paper.handlers()["paper.cast"]({"batch_id": batch.id})
