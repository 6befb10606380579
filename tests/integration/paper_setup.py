"""A hall with paper: two and more tellers, printed sheets, hands that fill them in, scans of the stack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from backend.accounts.types import Role
from backend.paper.actions.confirm import Word
from backend.paper.actions.issue import issue_sheet
from backend.paper.queries import get_batch
from backend.paper.types import BatchState, BatchView, PrintOrder, PrintRun, SheetHeading, SheetVariant
from backend.polls.actions import NewPoll
from backend.polls.queries import Poll, get_poll
from backend.polls.types import PollState, PollType
from backend.runtime import Runtime
from printables.layout import from_json
from printables.simulate import Pen, draw_marks, fill_in, render_page, scan_file, scan_look
from tests.factories import Hall, make_hall, make_person, make_poll
from tests.machine import require

HEADING = SheetHeading(
    meeting_title="Bürgerversammlung Innenstadt",
    org_name="Stadt Auenfurt",
    date_text="11. März 2027",
    notice="Die Abstimmungen heute sind Empfehlungen. Sie binden den Stadtrat nicht.",
)
PARKING: list[dict[str, Any]] = [
    {"id": "a", "de": "Keine, außer 2 Behinderten-Stellplätzen"},
    {"id": "b", "de": "8 Kurzzeit-Stellplätze"},
    {"id": "c", "de": "Alle 24 wie bisher"},
    {"id": "abst", "de": "Enthaltung", "abstain": True},
]


@dataclass(slots=True)
class PaperHall:
    """A hall whose first poll can be voted on with paper."""

    rt: Runtime
    hall: Hall
    poll: Poll
    people: dict[str, str] = field(default_factory=dict)

    async def refreshed(self) -> Poll:
        """Return the poll as it is now."""
        async with self.rt.work.read() as uow:
            self.poll = await get_poll(uow.session, self.poll.id)
        return self.poll

    async def print(self, count: int = 5, variant: SheetVariant = SheetVariant.STANDARD) -> PrintRun:
        """Print sheets for the poll; a machine without Pango skips the asking test."""
        require("pango")
        return await self.rt.paper.print_ballots(self.poll.id, PrintOrder(count, HEADING, variant=variant))

    async def issue(self, *cards: str) -> None:
        """Hand out a sheet for each card."""
        for card in cards:
            async with self.rt.work.write() as uow:
                await issue_sheet(uow, self.rt.keyring, self.poll.id, card)

    def scan(self, run: PrintRun, choices: Sequence[Any], *, seed: int = 1, first: int = 0) -> bytes:
        """Return the scan of sheets filled in with these choices, one page each."""
        rng = np.random.default_rng(seed)
        layout = from_json(dict(run.layout))
        pages = [fill_in(run.pdf, layout, each, rng=rng, page=first + number) for number, each in enumerate(choices)]
        return scan_file(pages)

    def correction(self, run: PrintRun, *, page: int = 0, seed: int = 9) -> bytes:
        """Return the scan of a sheet with one circle filled and one crossed: a correction, perhaps."""
        rng = np.random.default_rng(seed)
        layout = from_json(dict(run.layout))
        sheet = render_page(run.pdf, page)
        marked = draw_marks(sheet, layout.circles[:1], rng=rng, pen=Pen.FILL)
        marked = draw_marks(marked, layout.circles[1:2], rng=rng, pen=Pen.CROSS)
        return scan_file([scan_look(marked, rng=rng)])

    async def upload(self, *files: bytes, by: str = "roth") -> BatchView:
        """Upload scans, wait until they are read, return the batch."""
        received = await self.rt.paper.receive(self.poll.id, files, user_id=self.people[by])
        await self.rt.paper.settle()
        return await self.batch(received.batch_id)

    async def batch(self, batch_id: str) -> BatchView:
        """Return a batch as it is now."""
        async with self.rt.work.read() as uow:
            return await get_batch(uow.session, batch_id)

    async def confirm(self, batch_id: str, hand_count: int, *names: str) -> BatchState:
        """Let people confirm a batch."""
        state = BatchState.READY
        for name in names or ("roth", "weber"):
            state = await self.rt.paper.confirm(batch_id, Word(self.people[name], hand_count))
        return state


async def make_paper_hall(
    rt: Runtime, new: NewPoll | None = None, *, state: PollState = PollState.OPEN, slug: str = "auenfurt"
) -> PaperHall:
    """Add a hall with three tellers, a door keeper and a poll."""
    hall = await make_hall(rt, slug=slug)
    people = {}
    async with rt.work.write() as uow:
        for name in ("roth", "weber", "keller"):
            people[name] = await make_person(uow, f"{name}-{slug}", hall.org_id, Role.TELLER)
        people["door"] = await make_person(uow, f"door-{slug}", hall.org_id, Role.DOOR)
    wanted = new or NewPoll(
        type=PollType.SINGLE,
        question={"de": "Wie viele Stellplätze sollen auf dem Marktplatz bleiben?"},
        options=PARKING,
    )
    poll = await make_poll(rt, hall, wanted, state=state)
    return PaperHall(rt, hall, poll, people)
