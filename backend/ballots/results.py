"""Results: what everybody may see after the reveal, the count record for staff, signatures, openings.

Guarantees: nothing of a result leaves before `revealed`, but a count shown as provisional; per-channel numbers only
under the small-numbers rule;
a result is "festgestellt" only with two different persons' signatures.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.ballots.models import CountRecordRow, CountSignature
from backend.ballots.provisional import provisional_result
from backend.ballots.seal import openings
from backend.ballots.words import public_words
from backend.kit.db import JsonDict
from backend.kit.errors import Conflict, Invalid, NotFound
from backend.kit.stream import append_event
from backend.kit.uow import UnitOfWork
from backend.polls.queries import Poll, get_poll
from backend.polls.rules import SHOWN, UNSHOWN, is_moderated
from backend.polls.types import PollState
from backend.tally.small_numbers import withheld_openings
from backend.transparency.ballots import openings_file
from backend.transparency.intents import record as log_record
from backend.transparency.types import LogType

SIGNATURES_NEEDED = 2
REASON_MIN_CHARS = 5


class NotRevealed(NotFound):
    """The host has not shown the result yet."""

    code = "not_revealed"
    title = "Das Ergebnis ist noch nicht bekannt gegeben"


class NotPublished(NotFound):
    """The single ballots are public only after publication, and only where they say no more than the totals."""

    code = "not_published"
    title = "Die einzelnen Stimmen sind nicht veröffentlicht"


class AlreadySigned(Conflict):
    """The same person cannot confirm a count twice."""

    code = "already_signed"
    title = "Sie haben schon unterschrieben. Es muss eine zweite Person sein"


async def count_record(session: AsyncSession, poll_id: str) -> JsonDict:
    """Return the whole count record with its signatures, for staff. Raises: NotFound before sealing."""
    row = await session.get(CountRecordRow, poll_id)
    if row is None:
        raise NotFound("Es gibt noch kein Zählprotokoll.")
    signatures = await _signatures(session, poll_id)
    return {
        **row.content,
        "poll": poll_id,
        "status": _status(row, len(signatures)),
        "balanced": row.is_balanced,
        "signatures": [{"user": each.user_id, "reason": each.reason} for each in signatures],
    }


async def shown_result(session: AsyncSession, poll: Poll) -> JsonDict | None:
    """Return what everybody may see now, None while that is nothing."""
    if poll.state in SHOWN:
        return await public_result(session, poll)
    return await provisional_result(session, poll) if poll.state in UNSHOWN else None


async def public_result(session: AsyncSession, poll: Poll) -> JsonDict:
    """Return the result of a revealed poll. Raises: NotRevealed."""
    if poll.state not in SHOWN:
        raise NotRevealed
    row = await session.get(CountRecordRow, poll.id)
    if row is None:
        raise NotRevealed
    content = row.content
    shown = content["public_channels"]
    by_channel = {channel: content["by_channel"][channel]["totals"] for channel in shown} if shown is not None else None
    moderated = is_moderated(poll.definition.type)
    return {
        "state": poll.state.value,
        "status": _status(row, len(await _signatures(session, poll.id))),
        "ballots": content["ballots"],
        "valid": content["valid"],
        "invalid": content["invalid"],
        "blank": content["blank"],
        "abstain": content["abstain"],
        "rejected_duplicates": content["rejected_duplicates"],
        "entitled": content["entitled"],
        "used": content["used"],
        "cards": content["cards"],
        "totals": content["totals"],
        "by_channel": by_channel,
        "withheld": content["withheld"],
        "n_min": content["n_min"],
        "method": content["method"],
        **(await public_words(session, poll, content["totals"]) if moderated else {}),
    }


async def published_result(session: AsyncSession, poll_id: str) -> JsonDict | None:
    """Return a poll's public result, or None while it is not revealed."""
    try:
        return await public_result(session, await get_poll(session, poll_id))
    except NotFound:
        return None


async def sign_count(uow: UnitOfWork, poll_id: str, *, user_id: str, reason: str = "") -> int:
    """Confirm a count; return the number of signatures. An open equation needs a written reason.

    Raises: NotFound before sealing, AlreadySigned, Invalid without the reason.
    """
    row = await uow.session.get(CountRecordRow, poll_id, with_for_update=True)
    if row is None:
        raise NotFound("Es gibt noch kein Zählprotokoll.")
    signatures = await _signatures(uow.session, poll_id)
    if any(each.user_id == user_id for each in signatures):
        raise AlreadySigned
    if not row.is_balanced and len(reason.strip()) < REASON_MIN_CHARS:
        raise Invalid("Eine Gleichung geht nicht auf. Bitte schreiben Sie, warum das Ergebnis trotzdem gilt.")
    uow.session.add(CountSignature(poll_id=poll_id, user_id=user_id, reason=reason.strip() or None, signed_at=uow.now))
    await uow.session.flush()
    if len(signatures) + 1 == SIGNATURES_NEEDED:
        await _announce_confirmed(uow, poll_id)
    return len(signatures) + 1


async def published_openings(session: AsyncSession, poll: Poll) -> bytes:
    """Return the openings file. Raises: NotPublished."""
    ballots = await openings(session, poll.id)
    withheld = withheld_openings(poll.definition.type, len(ballots), poll.n_min)
    if poll.state is not PollState.PUBLISHED or withheld is not None:
        raise NotPublished
    return openings_file(poll.id, ballots)


async def _announce_confirmed(uow: UnitOfWork, poll_id: str) -> None:
    poll = await get_poll(uow.session, poll_id)
    if not poll.is_practice:
        public: JsonDict = {"poll": poll_id, "ok": True, "signatures": 2}
        await log_record(uow, LogType.CHANNEL_RECONCILED, poll_id, public=public)
    await append_event(uow, poll.meeting_id, "poll.confirmed", {"poll": {"id": poll_id, "state": poll.state.value}})


async def _signatures(session: AsyncSession, poll_id: str) -> list[CountSignature]:
    query = select(CountSignature).where(CountSignature.poll_id == poll_id).order_by(CountSignature.signed_at)
    return list(await session.scalars(query.limit(10)))


def _status(row: CountRecordRow, signatures: int) -> str:
    if signatures >= SIGNATURES_NEEDED:
        return "confirmed"
    return "counted" if row.is_balanced else "provisional"
