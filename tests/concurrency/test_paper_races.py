"""Paper under two pairs of hands at once: one file, one batch, one serial, one card – each counts once."""

from __future__ import annotations

import asyncio

import pytest

from backend.ballots.errors import AlreadyVoted
from backend.ballots.redemptions import turnout
from backend.paper.actions.confirm import Word
from backend.paper.ledger import ledger_of
from backend.paper.types import BatchState, SheetStatus
from backend.polls.types import Channel
from backend.runtime import Runtime
from tests.integration.paper_setup import PaperHall, make_paper_hall

pytestmark = [pytest.mark.timeout(120), pytest.mark.both_databases]


async def test_same_file_uploaded_twice_at_once_makes_one_batch(rt: Runtime) -> None:
    town = await make_paper_hall(rt)
    scan = town.scan(await town.print(2), [["a"], ["b"]])
    received = await asyncio.gather(
        *(rt.paper.receive(town.poll.id, [scan], user_id=town.people["roth"]) for _ in range(4))
    )
    await rt.paper.settle()
    assert len({each.batch_id for each in received}) == 1
    assert sum(each.is_new for each in received) == 1


async def test_two_confirm_at_once_and_every_sheet_counts_once(rt: Runtime) -> None:
    town = await make_paper_hall(rt)
    batch = await town.upload(town.scan(await town.print(5), [["a"], ["b"], ["c"], [], ["a"]]))
    words = [Word(town.people[name], 5) for name in ("roth", "weber", "roth", "weber")]
    states = await asyncio.gather(*(rt.paper.confirm(batch.id, word) for word in words), return_exceptions=True)
    assert BatchState.CONFIRMED in states
    assert (await town.batch(batch.id)).state is BatchState.CONFIRMED
    async with rt.work.read() as uow:
        assert (await turnout(uow.session, [town.poll.id]))[town.poll.id].sheets_scanned == 5


async def test_copies_in_two_scans_at_once_are_both_doubted(rt: Runtime) -> None:
    town = await make_paper_hall(rt)
    run = await town.print(1)
    files = [town.scan(run, [["a"]], seed=seed) for seed in (1, 2)]
    batches = await asyncio.gather(*(town.upload(file) for file in files))
    sheets = [(await town.batch(batch.id)).sheets[0] for batch in batches]
    assert [(sheet.status, sheet.reason) for sheet in sheets] == [(SheetStatus.REVIEW, "duplicate")] * 2


async def test_card_on_phone_and_at_the_desk_counts_once(rt: Runtime) -> None:
    town = await make_paper_hall(rt)
    outcomes = await asyncio.gather(*(_both_ways(town, card) for card in town.hall.cards))
    assert outcomes == [1] * len(town.hall.cards)
    async with rt.work.read() as uow:
        used = (await turnout(uow.session, [town.poll.id]))[town.poll.id]
        issued = (await ledger_of(uow.session, town.poll.id)).issued
    assert used.used == len(town.hall.cards)
    assert used.sheets_out == issued


async def _both_ways(town: PaperHall, card: str) -> int:
    """Vote by phone and ask for a sheet at the same time; return how many succeeded."""
    vote = town.rt.desk.cast_with_card(
        town.poll.id, card, choices=["a"], nonce=bytes(32), channel=Channel.PHONE, request_key=f"key-{card}"
    )
    results = await asyncio.gather(vote, town.issue(card), return_exceptions=True)
    refused = [each for each in results if isinstance(each, AlreadyVoted)]
    assert [each for each in results if isinstance(each, BaseException)] == refused
    return len(results) - len(refused)
