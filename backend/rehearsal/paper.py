"""Paper: exchange cards, print sheets, fill them in, scan, decide doubtful ones, confirm by two people."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from backend.polls.choices import Choices
from backend.rehearsal.staff import Json, RehearsalError, Staff
from printables.layout import from_json
from printables.simulate import fill_in, scan_file

BATCH_SHEETS = 50
DPI = 200
DECODING_S = 120
POLL_S = 0.3
TELLERS = ("teller", "second")


@dataclass(frozen=True, slots=True)
class Stack:
    """Printed sheets of one poll with what will be marked on each."""

    pdf: bytes
    layout: Json
    ballots: Sequence[Choices]


async def hand_out(staff: Staff, poll: Json, cards: Sequence[str], ballots: Sequence[Choices]) -> Stack:
    """Print one sheet per ballot and exchange a card for each."""
    pdf = await staff.download("teller", f"/api/v1/polls/{poll['id']}/ballots.pdf", {"count": len(ballots)})
    layouts = await staff.get("teller", f"/api/v1/polls/{poll['id']}/layouts")
    for card in cards[: len(ballots)]:
        await staff.post("teller", f"/api/v1/polls/{poll['id']}/sheets/issue", {"card": card})
    return Stack(pdf=pdf, layout=layouts["items"][0], ballots=ballots)


async def count(staff: Staff, poll: Json, stack: Stack) -> int:
    """Scan the filled-in sheets in batches and confirm them; return how many needed people's eyes."""
    reviewed = 0
    for start in range(0, len(stack.ballots), BATCH_SHEETS):
        ballots = stack.ballots[start : start + BATCH_SHEETS]
        scan = await asyncio.to_thread(_scan, stack, start, ballots)
        reviewed += await _count_batch(staff, poll, scan, ballots)
    body = {"stock": 0, "missing": 0}
    await staff.post("teller", f"/api/v1/polls/{poll['id']}/sheets/leftovers", body)
    return reviewed


def _scan(stack: Stack, start: int, ballots: Sequence[Choices]) -> bytes:
    rng = np.random.default_rng(start + 1)
    layout = from_json(stack.layout)
    pages = [
        fill_in(stack.pdf, layout, choices, rng=rng, page=start + number, dpi=DPI)
        for number, choices in enumerate(ballots)
    ]
    return scan_file(pages, dpi=DPI)


async def _count_batch(staff: Staff, poll: Json, scan: bytes, ballots: Sequence[Choices]) -> int:
    files = {"files": ("scan.pdf", scan, "application/pdf")}
    batch = await staff.post("teller", f"/api/v1/polls/{poll['id']}/scans", files=files)
    batch = await _decoded(staff, batch["id"])
    doubtful = [sheet for sheet in batch["sheets"] if sheet["status"] == "review"]
    for sheet in doubtful:
        truth = ballots[sheet["position"] - 1]
        for teller in TELLERS:
            body = {"position": sheet["position"], "choices": truth}
            await staff.post(teller, f"/api/v1/scan-batches/{batch['id']}/adjudications", body)
    for teller in TELLERS:
        body = {"hand_count": len(ballots)}
        await staff.post(teller, f"/api/v1/scan-batches/{batch['id']}/confirmations", body)
    return len(doubtful)


async def _decoded(staff: Staff, batch_id: str) -> Json:
    async with asyncio.timeout(DECODING_S):
        while True:
            batch: Json = await staff.get("teller", f"/api/v1/scan-batches/{batch_id}")
            if batch["state"] != "decoding":
                return batch
            await asyncio.sleep(POLL_S)
    raise RehearsalError(batch_id)
