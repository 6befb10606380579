"""Equations that tie cards, sheets and ballots together.

For:        closing a scan batch, sealing a poll, the count record.
Guarantees: every equation names its terms, so that a difference can be looked for and signed.
Refuses:    to correct a number; an open equation stays open until people explain it.
Source:     docs/algorithms/counting.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from backend.polls.types import Channel, PollType
from backend.tally.count import Count


class EquationName(StrEnum):
    """What is compared."""

    PACKS = "packs"
    OPENED_CARDS = "opened_cards"
    CHANNEL = "channel"
    PAPER = "paper"
    TOTAL = "total"
    ATTENDANCE = "attendance"
    SHEETS_PRINTED = "sheets_printed"
    SHEETS_ISSUED = "sheets_issued"
    SHEETS_IN_BOX = "sheets_in_box"
    SHEETS_ACCEPTED = "sheets_accepted"
    VALID_OPTIONS = "valid_options"
    TICKED = "ticked"
    SERIALS = "serials"


class Relation(StrEnum):
    """How the two sides must stand to each other."""

    EQUAL = "="
    AT_MOST = "<="


@dataclass(frozen=True, slots=True)
class Term:
    """One counted number; `is_subtracted` turns its sign."""

    name: str
    number: int
    is_subtracted: bool = False


@dataclass(frozen=True, slots=True)
class Equation:
    """Two sums that must agree. `about` names the channel or place, if there are several."""

    name: EquationName
    left: tuple[Term, ...]
    right: tuple[Term, ...]
    relation: Relation = Relation.EQUAL
    about: str = ""

    @property
    def difference(self) -> int:
        """Left minus right."""
        return _total(self.left) - _total(self.right)

    @property
    def holds(self) -> bool:
        """Whether the two sides agree."""
        if self.relation is Relation.EQUAL:
            return self.difference == 0
        return self.difference <= 0


@dataclass(frozen=True, slots=True)
class PackNumbers:
    """Packs, and the cards of the opened ones."""

    printed: int
    opened: int
    wrapped: int
    cards_opened: int
    cards_handed_out: int
    cards_voided: int


def pack_equations(packs: PackNumbers) -> tuple[Equation, ...]:
    """Compare packs printed with open and wrapped ones, and cards with what became of them."""
    return (
        Equation(
            EquationName.PACKS,
            (Term("packs_printed", packs.printed),),
            (Term("packs_opened", packs.opened), Term("packs_wrapped", packs.wrapped)),
        ),
        Equation(
            EquationName.OPENED_CARDS,
            (Term("cards_opened", packs.cards_opened),),
            (
                Term("cards_handed_out", packs.cards_handed_out),
                Term("cards_voided", packs.cards_voided),
            ),
        ),
    )


def channel_equation(channel: Channel, redeemed: int, ballots: int) -> Equation:
    """Compare what was redeemed (cards on phone and kiosk, sheets on paper) with the ballots."""
    return Equation(
        EquationName.CHANNEL,
        (Term("redeemed", redeemed),),
        (Term("ballots", ballots),),
        about=channel.value,
    )


def paper_equation(redeemed: int, *, issued: int, exchanged: int, returned: int) -> Equation:
    """Compare cards redeemed for paper with sheets issued, less those exchanged or returned."""
    return Equation(
        EquationName.PAPER,
        (Term("redeemed", redeemed),),
        (
            Term("sheets_issued", issued),
            Term("sheets_exchanged", exchanged, is_subtracted=True),
            Term("sheets_returned", returned, is_subtracted=True),
        ),
        about=Channel.PAPER.value,
    )


def total_equation(ballots: Mapping[Channel, int], total: int) -> Equation:
    """Compare the sum of the channels with the total."""
    return Equation(
        EquationName.TOTAL,
        tuple(Term(f"ballots_{channel.value}", number) for channel, number in ballots.items()),
        (Term("ballots", total),),
    )


def attendance_equation(total: int, people: int) -> Equation:
    """Compare the ballots with the people counted in the rooms, who are at least as many."""
    return Equation(
        EquationName.ATTENDANCE,
        (Term("ballots", total),),
        (Term("people_counted", people),),
        Relation.AT_MOST,
    )


@dataclass(frozen=True, slots=True)
class BatchNumbers:
    """Sheets of one batch or poll; `in_box` was counted by hand, the rest by the scan."""

    printed: int
    issued: int
    stock: int
    in_box: int
    spoilt: int
    unused: int
    missing: int
    accepted: int
    rejected: int
    in_review: int
    ticked: int
    serials_not_issued: int = 0


def batch_equations(sheets: BatchNumbers, count: Count) -> tuple[Equation, ...]:
    """Return the equations of paper; `count` is the count of the accepted sheets."""
    own = sheet_equations(sheets, valid=count.valid, invalid=count.invalid, blank=count.blank)
    return (*own, *option_equations(count))


def sheet_equations(sheets: BatchNumbers, *, valid: int, invalid: int, blank: int) -> tuple[Equation, ...]:
    """Return the equations of paper that need no count of options, which nobody may know before sealing."""
    in_box = Term("in_box", sheets.in_box)
    issued = Term("sheets_issued", sheets.issued)
    accepted = Term("accepted", sheets.accepted)
    return (
        Equation(
            EquationName.SHEETS_PRINTED,
            (Term("sheets_printed", sheets.printed),),
            (issued, Term("stock", sheets.stock)),
        ),
        Equation(
            EquationName.SHEETS_ISSUED,
            (issued,),
            (
                in_box,
                Term("spoilt", sheets.spoilt),
                Term("unused", sheets.unused),
                Term("missing", sheets.missing),
            ),
        ),
        Equation(
            EquationName.SHEETS_IN_BOX,
            (in_box,),
            (accepted, Term("rejected", sheets.rejected), Term("in_review", sheets.in_review)),
        ),
        Equation(
            EquationName.SHEETS_ACCEPTED,
            (accepted,),
            (
                Term("valid", valid),
                Term("invalid", invalid),
                Term("blank", blank),
            ),
        ),
        Equation(
            EquationName.TICKED,
            (in_box,),
            (Term("voters_ticked", sheets.ticked),),
            Relation.AT_MOST,
        ),
        Equation(
            EquationName.SERIALS,
            (Term("serials_not_issued", sheets.serials_not_issued),),
            (),
        ),
    )


def option_equations(count: Count) -> tuple[Equation, ...]:
    """Compare valid ballots with the sum of the options, where a ballot has one vote."""
    if count.type not in {PollType.YESNO, PollType.SINGLE}:
        return ()
    options = tuple(Term(option, number) for option, number in count.totals.items())
    return (Equation(EquationName.VALID_OPTIONS, (Term("valid", count.valid),), options),)


def _total(terms: tuple[Term, ...]) -> int:
    return sum(-term.number if term.is_subtracted else term.number for term in terms)
