"""What paper contributes to a count: its equations, and how many batches are still open.

Guarantees: nothing is sealed while a batch is open; a number nobody counted is never guessed – leftovers that
were not counted leave their equation open until two people sign.
Source: docs/algorithms/counting.md, docs/algorithms/paper.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.ballots.record import OutsideFacts
from backend.ballots.redemptions import turnout
from backend.paper.ledger import ledger_of
from backend.paper.models import ScanBatch, ScanSheet
from backend.paper.rules import NOT_SHEETS, OPEN_STATES, lay_in_box
from backend.paper.types import BatchState, BatchView, Figures, Ledger, SheetReason, SheetStatus
from backend.tally.equations import BatchNumbers, Equation, EquationName, paper_equation, sheet_equations


@dataclass(frozen=True, slots=True)
class PaperNumbers:
    """Everything counted about the paper of one poll. `hand_counted` covers confirmed batches."""

    ledger: Ledger
    redeemed: int
    hand_counted: int
    by_status: dict[SheetStatus, int]
    unknown_serials: int
    valid: int
    invalid: int
    blank: int
    batches: int
    open_batches: int

    @property
    def is_used(self) -> bool:
        """Tell whether paper plays a part in this poll at all."""
        return self.ledger.is_used or self.batches > 0


async def paper_facts(session: AsyncSession, poll_id: str) -> OutsideFacts:
    """Return the paper's part of what sealing must know."""
    numbers = await paper_numbers(session, poll_id)
    equations = poll_equations(numbers) if numbers.is_used else ()
    return OutsideFacts(
        paper_equations=equations, open_batches=numbers.open_batches, missing_sheets=numbers.ledger.missing
    )


def poll_equations(numbers: PaperNumbers) -> tuple[Equation, ...]:
    """Return the equations of a poll's paper over all its confirmed batches. Pure."""
    ledger = numbers.ledger
    redeemed = paper_equation(numbers.redeemed, issued=ledger.issued, exchanged=ledger.spoilt, returned=ledger.returned)
    sheets = BatchNumbers(
        printed=ledger.printed,
        issued=ledger.issued,
        stock=ledger.stock or 0,
        in_box=numbers.hand_counted,
        spoilt=ledger.spoilt,
        unused=ledger.returned,
        missing=ledger.missing,
        accepted=numbers.by_status[SheetStatus.ACCEPTED],
        rejected=numbers.by_status[SheetStatus.REJECTED],
        in_review=numbers.by_status[SheetStatus.REVIEW],
        ticked=numbers.redeemed,
        serials_not_issued=numbers.unknown_serials,
    )
    own = sheet_equations(sheets, valid=numbers.valid, invalid=numbers.invalid, blank=numbers.blank)
    return (redeemed, *own)


def batch_equations(
    numbers: PaperNumbers, batch: BatchView, said: Figures, *, hand_count: int | None
) -> tuple[Equation, ...]:
    """Return what must hold before a batch is closed, as if it were counted already. Pure.

    `said` are the figures of its accepted sheets; without a hand count the box is taken as read.
    """
    in_box = [sheet for sheet in batch.sheets if lay_in_box(sheet.status, sheet.reason)]
    counted = len(in_box) if hand_count is None else hand_count
    own = BatchNumbers(
        printed=numbers.ledger.printed,
        issued=numbers.ledger.issued,
        stock=numbers.ledger.stock or 0,
        in_box=counted,
        spoilt=numbers.ledger.spoilt,
        unused=numbers.ledger.returned,
        missing=numbers.ledger.missing,
        accepted=batch.count(SheetStatus.ACCEPTED),
        rejected=sum(sheet.status is SheetStatus.REJECTED for sheet in in_box),
        in_review=batch.count(SheetStatus.REVIEW),
        ticked=numbers.redeemed,
        serials_not_issued=sum(sheet.reason == SheetReason.UNKNOWN_SERIAL for sheet in batch.sheets),
    )
    before = 0 if batch.state is BatchState.CONFIRMED else counted
    whole = replace(own, in_box=numbers.hand_counted + before)
    of_batch = {
        each.name: each for each in sheet_equations(own, valid=said.valid, invalid=said.invalid, blank=said.blank)
    }
    of_poll = {each.name: each for each in sheet_equations(whole, valid=0, invalid=0, blank=0)}
    return (
        of_batch[EquationName.SHEETS_IN_BOX],
        of_poll[EquationName.SHEETS_PRINTED],
        of_poll[EquationName.SHEETS_ISSUED],
        of_batch[EquationName.SHEETS_ACCEPTED],
        of_poll[EquationName.TICKED],
        of_batch[EquationName.SERIALS],
    )


async def paper_numbers(session: AsyncSession, poll_id: str) -> PaperNumbers:
    """Count a poll's sheets and batches."""
    states = await session.execute(
        select(
            ScanBatch.state,
            func.count().label("n"),
            func.coalesce(func.sum(ScanBatch.hand_count), 0).label("hand"),
            func.coalesce(func.sum(ScanBatch.valid), 0).label("valid"),
            func.coalesce(func.sum(ScanBatch.invalid), 0).label("invalid"),
            func.coalesce(func.sum(ScanBatch.blank), 0).label("blank"),
        )
        .where(ScanBatch.poll_id == poll_id)
        .group_by(ScanBatch.state)
    )
    by_state = {BatchState(row.state): row for row in states}
    confirmed = by_state.get(BatchState.CONFIRMED)
    by_status, unknown = await _sheets(session, poll_id)
    return PaperNumbers(
        ledger=await ledger_of(session, poll_id),
        redeemed=(await turnout(session, [poll_id]))[poll_id].sheets_out,
        hand_counted=int(confirmed.hand) if confirmed else 0,
        by_status=by_status,
        unknown_serials=unknown,
        valid=int(confirmed.valid) if confirmed else 0,
        invalid=int(confirmed.invalid) if confirmed else 0,
        blank=int(confirmed.blank) if confirmed else 0,
        batches=sum(row.n for state, row in by_state.items() if state is not BatchState.DISCARDED),
        open_batches=sum(row.n for state, row in by_state.items() if state in OPEN_STATES),
    )


async def _sheets(session: AsyncSession, poll_id: str) -> tuple[dict[SheetStatus, int], int]:
    """Return the sheets of confirmed batches by status, without what never lay in the box, and unknown serials."""
    query = (
        select(ScanSheet.status, ScanSheet.reason, func.count().label("n"))
        .join(ScanBatch, ScanBatch.id == ScanSheet.batch_id)
        .where(ScanSheet.poll_id == poll_id, ScanBatch.state == BatchState.CONFIRMED.value)
        .group_by(ScanSheet.status, ScanSheet.reason)
    )
    by_status = dict.fromkeys(SheetStatus, 0)
    unknown = 0
    for row in await session.execute(query):
        status = SheetStatus(row.status)
        if status is SheetStatus.REJECTED and row.reason in NOT_SHEETS:
            continue
        by_status[status] += row.n
        unknown += row.n if row.reason == SheetReason.UNKNOWN_SERIAL else 0
    return by_status, unknown
