"""Which equations of a question cannot be judged yet, so that the desk says "wartet" and not "offen"."""

from __future__ import annotations

from backend.paper.facts import PaperNumbers
from backend.polls.queries import Poll
from backend.polls.rules import accepts_ballots, may_exchange_sheets
from backend.polls.types import Channel
from backend.tally.equations import EquationName


def waiting_for(poll: Poll, numbers: PaperNumbers, *, unread: int = 0) -> frozenset[EquationName]:
    """Return the equations that wait: for leftovers nobody counted, for sheets still out or not yet confirmed."""
    waits: set[EquationName] = set()
    if numbers.ledger.stock is None:
        waits.add(EquationName.SHEETS_PRINTED)
    is_running = may_exchange_sheets(poll.state, on_paper=poll.on_paper)
    is_counting = accepts_ballots(poll.state, Channel.PAPER) and (numbers.open_batches > unread or not numbers.batches)
    if is_running or is_counting:
        waits.add(EquationName.SHEETS_ISSUED)
    return frozenset(waits)
