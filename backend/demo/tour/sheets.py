"""Filled-in sample sheets to drag onto the counting desk."""

from __future__ import annotations

import asyncio

import numpy as np
from litestar import Response, get
from litestar.exceptions import HTTPException

from backend.demo.tour.cards import cards_of_the_crowd, current_poll
from backend.demo.tour.hall import some_choices
from backend.kit.errors import Conflict
from backend.meetings.sheet_heading import sheet_heading
from backend.paper.actions.issue import issue_sheet
from backend.paper.actions.print_sheets import print_ballots
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


class NoSheetsNow(Conflict):
    """Sheets are handed out while a question is ready or open."""

    code = "no_sheets_now"
    title = "Gerade ist keine Frage offen, zu der es Zettel gibt"


@get("/demo/stimmzettel.pdf", opt={"access": DEMO}, include_in_schema=False)
async def sample_sheets(rt: Runtime) -> Response[bytes]:
    """Hand out twelve sheets for unused cards, fill them in, and return their scan. Raises: NoSheetsNow."""
    poll = await current_poll(rt)
    if poll is None or not may_issue_sheets(poll.state):
        raise NoSheetsNow("Öffnen Sie in der Regie eine Frage und laden Sie die Zettel dann herunter.")
    run = await _hand_out(rt, poll)
    content = await asyncio.to_thread(_fill_in, run, poll)
    headers = {"Content-Disposition": 'attachment; filename="stimmzettel-scan.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)


async def _hand_out(rt: Runtime, poll: Poll) -> PrintRun:
    cards = await cards_of_the_crowd(rt, poll, SHEETS)
    if not cards:
        raise HTTPException(status_code=409)
    async with rt.work.write() as uow:
        heading = await sheet_heading(uow.session, poll.id)
        run = await print_ballots(uow, rt.keyring, poll.id, PrintOrder(count=len(cards), heading=heading))
        for card in cards:
            await issue_sheet(uow, rt.keyring, poll.id, card)
    return run


def _fill_in(run: PrintRun, poll: Poll) -> bytes:
    rng = np.random.default_rng()
    layout = from_json(dict(run.layout))
    answers: list[Choices] = [list(some_choices(poll)) for _ in run.serials]
    answers[-1] = invalid()
    pages = [fill_in(run.pdf, layout, choices, rng=rng, page=number, dpi=DPI) for number, choices in enumerate(answers)]
    return scan_file(pages, dpi=DPI)


routes = [sample_sheets]
