"""Print sheets: draw serials, remember their hashes, keep the layout.

Guarantees: a serial exists in the printed code and nowhere else; the same question and size always give the same
layout, so a reprint can be scanned beside the first run. Refuses drafts, but for reserve
stacks, and question types without circles.
"""

from __future__ import annotations

from sqlalchemy import insert

from backend.kit.errors import Invalid
from backend.kit.keyring import Keyring
from backend.kit.uow import UnitOfWork
from backend.paper.codes import sheet_key
from backend.paper.documents import ballot_document
from backend.paper.errors import NotYetFrozen, SheetTooSmall
from backend.paper.ledger import lock_ledger
from backend.paper.models import SheetLayout, SheetRow
from backend.paper.press import press
from backend.paper.types import MAX_SHEETS_PER_RUN, PrintOrder, PrintRun, SheetState, SheetVariant
from backend.polls.errors import ChannelClosed, PollNotOpen
from backend.polls.queries import Poll, get_poll
from backend.polls.rules import may_issue_sheets
from backend.polls.types import Channel, Grade, PollState
from printables import layout as layout_map
from printables.ballot import BallotTemplate, BallotTooLong, print_sheets, render_template, sheet_codes
from printables.layout import LayoutMap
from printables.sheet_code import SERIAL_BYTES


async def print_ballots(uow: UnitOfWork, keyring: Keyring, poll_id: str, order: PrintOrder) -> PrintRun:
    """Print sheets in one go; for callers that have no event loop to keep free.

    Raises: NotFound, and what the three steps below refuse.
    """
    poll = await get_poll(uow.session, poll_id)
    template = render_sheet(poll, order)
    serials = await draw_serials(uow, keyring, poll, template=template, order=order)
    return finish_run(poll, keyring, template=template, order=order, serials=serials)


def render_sheet(poll: Poll, order: PrintOrder) -> BallotTemplate:
    """Lay out the sheet of a poll; slow, no database.

    Raises: NotYetFrozen, PollNotOpen, ChannelClosed, Invalid, NoSheetForType, SheetTooSmall, NoPrinting.
    """
    _check(poll, order)
    document = ballot_document(poll.definition, order.heading, variant=order.variant, language=order.language)
    try:
        with press():
            return render_template(document)
    except BallotTooLong as error:
        raise SheetTooSmall("Bitte drucken Sie die Frage in Großdruck (A4) oder kürzen Sie sie.") from error


async def draw_serials(
    uow: UnitOfWork, keyring: Keyring, poll: Poll, *, template: BallotTemplate, order: PrintOrder
) -> tuple[bytes, ...]:
    """Book a run: keep its layout, draw its serials, add it to the ledger. Test sheets are not booked."""
    if order.variant is SheetVariant.TEST:
        return ()
    ledger = await lock_ledger(uow, poll.id)
    ledger.printed += order.count
    ledger.stock = None  # what was counted before is not what lies there now
    await _keep_layout(uow, poll.id, template.layout, order.variant)
    if not is_numbered(poll):
        await uow.session.flush()
        return ()
    serials = tuple(uow.entropy.bytes(SERIAL_BYTES) for _ in range(order.count))
    rows = [
        {"poll_id": poll.id, "serial_hash": hashed, "state": SheetState.PRINTED.value}
        for hashed in sorted(keyring.sheet_hash(serial) for serial in serials)
    ]
    await uow.session.execute(insert(SheetRow), rows)
    return serials


def finish_run(
    poll: Poll, keyring: Keyring, *, template: BallotTemplate, order: PrintOrder, serials: tuple[bytes, ...]
) -> PrintRun:
    """Put a code on every sheet; slow, no database."""
    codes = list(sheet_codes(template, poll.sheet_code, serials or order.count))
    pdf = print_sheets(template, codes, sheet_key(keyring, poll.id))
    return PrintRun(pdf=pdf, layout=layout_map.to_json(template.layout), serials=serials)


def is_numbered(poll: Poll) -> bool:
    """Tell whether the sheets of a poll carry a serial. Secret ones do not."""
    return poll.definition.grade is not Grade.SECRET


async def _keep_layout(uow: UnitOfWork, poll_id: str, layout: LayoutMap, variant: SheetVariant) -> None:
    if await uow.session.get(SheetLayout, (poll_id, layout.number)) is None:
        uow.session.add(
            SheetLayout(
                poll_id=poll_id,
                number=layout.number,
                variant=variant,
                map=layout_map.to_json(layout),
                sha256=layout.sha256,
            )
        )
        await uow.session.flush()


def _check(poll: Poll, order: PrintOrder) -> None:
    if Channel.PAPER not in poll.definition.channels:
        raise ChannelClosed
    if not 1 <= order.count <= MAX_SHEETS_PER_RUN:
        raise Invalid(f"Erlaubt sind 1 bis {MAX_SHEETS_PER_RUN} Zettel auf einmal.")
    if order.variant is SheetVariant.TEST:
        return
    if poll.is_waiting_stack:
        return
    if poll.state is PollState.DRAFT:
        raise NotYetFrozen("Geben Sie die Frage zuerst frei. Danach kann sich der Wortlaut nicht mehr ändern.")
    if not may_issue_sheets(poll.state, on_paper=poll.on_paper):
        raise PollNotOpen
