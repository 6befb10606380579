"""Filled-in sample sheets to drag onto the counting desk."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import numpy as np
from litestar import Response, get

from backend.ballots.errors import AlreadyVoted
from backend.demo.tour.cards import cards_of_the_crowd, current_poll
from backend.demo.tour.hall import PHONES, some_choices
from backend.kit.errors import Conflict
from backend.meetings.sheet_heading import sheet_heading
from backend.paper.actions.issue import issue_sheet
from backend.paper.types import PrintOrder, PrintRun
from backend.polls.choices import Choices, invalid
from backend.polls.queries import Poll
from backend.polls.rules import may_issue_sheets
from backend.runtime import Runtime
from backend.web.access import DEMO
from printables.layout import from_json
from printables.simulate import fill_in, scan_file

SHEETS = 12
DPI = 200
IN_WORK = b""


class NoSheetsNow(Conflict):
    """Sheets are handed out while a question is ready or open."""

    code = "no_sheets_now"
    title = "Gerade ist keine Frage offen, zu der es Zettel gibt"


class SheetsInWork(Conflict):
    """Somebody asked a moment ago."""

    code = "sheets_in_work"
    title = "Die Zettel sind gleich fertig"


@get("/demo/stimmzettel.pdf", opt={"access": DEMO}, include_in_schema=False)
async def sample_sheets(rt: Runtime) -> Response[bytes]:
    """Hand out twelve sheets for unused cards, fill them in, and return their scan. Raises: NoSheetsNow."""
    poll = await current_poll(rt)
    if poll is None or not may_issue_sheets(poll.state):
        raise NoSheetsNow("Öffnen Sie in der Regie eine Frage und laden Sie die Zettel dann herunter.")
    headers = {"Content-Disposition": 'attachment; filename="stimmzettel-scan.pdf"'}
    return Response(await _scan_of(rt, poll), media_type="application/pdf", headers=headers)


async def _scan_of(rt: Runtime, poll: Poll) -> bytes:
    """Return the one scan of a question: sheets handed out twice would be missing from every count."""
    path = f"demo/stimmzettel/{poll.id}.pdf"
    kept = rt.storage.get(path)
    if kept is not None and kept == IN_WORK:
        raise SheetsInWork("Die Zettel werden noch gedruckt und ausgefüllt. Bitte versuchen Sie es gleich noch einmal.")
    if kept is not None:
        return kept
    rt.storage.put(path, IN_WORK)  # nothing is awaited since it was looked for: nobody comes between
    try:
        content = await asyncio.to_thread(_fill_in, poll, *await _print_for_crowd(rt, poll))
    except BaseException:
        rt.storage.delete(path)
        raise
    rt.storage.put(path, content)
    return content


async def _print_for_crowd(rt: Runtime, poll: Poll) -> tuple[PrintRun, int]:
    cards = await cards_of_the_crowd(rt, poll, SHEETS + PHONES)
    async with rt.work.read() as uow:
        heading = await sheet_heading(uow.session, poll.id)
    run = await rt.paper.print_ballots(poll.id, PrintOrder(count=SHEETS, heading=heading))
    issued = await hand_out(rt, poll.id, cards, len(run.serials))
    if not issued:
        raise NoSheetsNow("Mit allen Karten wurde schon abgestimmt.")
    return run, issued


async def hand_out(rt: Runtime, poll_id: str, cards: list[str], count: int) -> int:
    """Exchange up to `count` of the cards for sheets and return how many: the crowd votes with them meanwhile."""
    issued = 0
    for card in cards:
        if issued == count:
            break
        with suppress(AlreadyVoted):
            async with rt.work.write() as uow:
                await issue_sheet(uow, rt.keyring, poll_id, card)
            issued += 1
    return issued


def _fill_in(poll: Poll, run: PrintRun, count: int) -> bytes:
    rng = np.random.default_rng()
    layout = from_json(dict(run.layout))
    answers: list[Choices] = [list(some_choices(poll)) for _ in range(count)]
    answers[-1] = invalid()
    pages = [fill_in(run.pdf, layout, choices, rng=rng, page=number, dpi=DPI) for number, choices in enumerate(answers)]
    return scan_file(pages, dpi=DPI)


routes = [sample_sheets]
