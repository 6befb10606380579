"""A count before sealing: what phones and kiosks brought, while the paper is still outstanding.

Guarantees: made at most once per poll, so that no two of them can be subtracted; ballots are opened in memory,
counted and forgotten, only totals are kept; the whole paper channel is left out, also sheets that are in the box
already, so that final minus provisional is the paper as a whole and never a stack of it; shown only by the rules of
small numbers, else the turnout alone with the reason.
Refuses while somebody may vote (`InvalidTransition`), twice, and when no paper is outstanding (`NothingOutstanding`).
Source: docs/adr/0012-provisional-count-before-sealing.md, docs/algorithms/counting.md.
"""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from backend.ballots.models import ProvisionalCount
from backend.ballots.record import OutsideFacts
from backend.ballots.redemptions import turnout
from backend.ballots.seal import open_ballots
from backend.ballots.types import Turnout
from backend.kit.db import JsonDict
from backend.kit.errors import Conflict
from backend.kit.stream import append_event
from backend.kit.uow import UnitOfWork
from backend.polls.errors import InvalidTransition, StaleVersion
from backend.polls.keys import PollKeys
from backend.polls.models import PollRow
from backend.polls.queries import Poll, definition_of, poll_view, to_poll
from backend.polls.rules import UNSEALED, may_issue_sheets
from backend.polls.types import Channel, PollState
from backend.tally.count import Count, count
from backend.tally.figures import count_json
from backend.tally.small_numbers import Withheld, withheld_provisional, withheld_so_far

_UNTOLD: JsonDict = {
    "ballots": None,
    "valid": None,
    "invalid": None,
    "blank": None,
    "abstain": None,
    "totals": None,
    "method": {},
}


class NothingOutstanding(Conflict):
    """All sheets are counted: there is no reason to show less than the result."""

    code = "nothing_outstanding"
    title = "Es fehlt kein Zettel mehr. Bitte versiegeln Sie die Abstimmung"


async def show_provisional(
    uow: UnitOfWork, row: PollRow, *, version: int, keys: PollKeys, facts: OutsideFacts
) -> JsonDict:
    """Count a locked poll's phones and kiosks, keep and announce what may be shown of it.

    Raises: StaleVersion, InvalidTransition, NothingOutstanding, CorruptBox.
    """
    if version != row.version:
        raise StaleVersion(version=row.version, state=row.state)
    if not _may_be_shown(row) or await uow.session.get(ProvisionalCount, row.id) is not None:
        raise InvalidTransition(state=row.state)
    used = (await turnout(uow.session, [row.id]))[row.id]
    if used.sheets_out - facts.missing_sheets <= used.sheets_scanned:
        raise NothingOutstanding
    content = _content(row, used, await _count(uow.session, row, keys), used.sheets_out - facts.missing_sheets)
    uow.session.add(ProvisionalCount(poll_id=row.id, content=content, shown_at=uow.now))
    row.version += 1
    await uow.session.flush()
    await append_event(uow, row.meeting_id, "poll.provisional", {"poll": poll_view(to_poll(row)), "result": content})
    return content


async def provisional_result(session: AsyncSession, poll: Poll) -> JsonDict | None:
    """Return what was shown of a poll that is not revealed yet, None if nothing was."""
    row = await session.get(ProvisionalCount, poll.id)
    return dict(row.content) if row else None


def _may_be_shown(row: PollRow) -> bool:
    """Tell whether nobody votes any more: neither a phone nor, on a poll that goes on by paper, with a new sheet."""
    state = PollState(row.state)
    return state in UNSEALED and not may_issue_sheets(state, on_paper=row.on_paper_since is not None)


async def _count(session: AsyncSession, row: PollRow, keys: PollKeys) -> Count:
    ballots = await open_ballots(session, row.id, keys.get(row.id))
    return count(definition_of(row), [each.choices for each in ballots if each.channel is not Channel.PAPER])


def _content(row: PollRow, used: Turnout, so_far: Count, outstanding: int) -> JsonDict:
    """Return the count in the form of a public result; like its numbers, its state is that of the moment."""
    withheld: Withheld | None = withheld_provisional({Channel.PAPER: outstanding}, row.n_min)
    withheld = withheld or withheld_so_far(so_far, row.n_min)
    return {
        "state": row.state,
        "status": "provisional",
        "by_channel": None,
        "rejected_duplicates": None,
        **(_UNTOLD if withheld else count_json(so_far)),
        "entitled": row.entitled,
        "used": used.used,
        "cards": {channel.value: number for channel, number in used.cards.items()},
        "outstanding": outstanding,
        "withheld": withheld.value if withheld else None,
        "n_min": row.n_min,
    }
