"""Take uploaded scans in: the same file twice has no effect, and nothing is read while the browser waits.

Guarantees: a file is durable before its batch exists; a batch that nobody reads is found again (`paper.decode`).
Refuses uploads for polls whose paper is not counted now, and more than a stack of ballots can be.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from backend.kit.uow import UnitOfWork
from backend.paper.actions.issue import takes_scans
from backend.paper.errors import FilesTooLarge, NothingUploaded
from backend.paper.ledger import lock_ledger
from backend.paper.models import ScanBatch, ScanFile
from backend.paper.types import MAX_FILE_BYTES, MAX_FILES, BatchKind, BatchState
from backend.polls.errors import ChannelClosed, PollNotOpen
from backend.polls.queries import Poll, get_poll
from backend.polls.types import Channel

DECODE_TOPIC = "paper.decode"
TAKE_OVER = timedelta(minutes=5)  # a batch still unread after this was left by a process that died


@dataclass(frozen=True, slots=True)
class Received:
    """The batch an upload belongs to; `is_new` is False when every file was known."""

    batch_id: str
    is_new: bool


def check_files(files: Sequence[bytes]) -> dict[str, bytes]:
    """Return the distinct files by their hash, in order. Raises: NothingUploaded, FilesTooLarge."""
    if not any(files):
        raise NothingUploaded
    if len(files) > MAX_FILES or sum(len(content) for content in files) > MAX_FILE_BYTES:
        megabytes = MAX_FILE_BYTES // 1_000_000
        raise FilesTooLarge(f"Bitte laden Sie höchstens {MAX_FILES} Dateien mit zusammen {megabytes} MB hoch.")
    return {hashlib.sha256(content).hexdigest(): content for content in files if content}


async def book_files(uow: UnitOfWork, poll_id: str, sizes: dict[str, int], *, user_id: str) -> Received:
    """Make a batch of the files that are new for this poll. Raises: NotFound, ChannelClosed, PollNotOpen."""
    await countable_poll(uow, poll_id)
    await lock_ledger(uow, poll_id)
    query = select(ScanFile.sha256, ScanFile.batch_id).where(
        ScanFile.poll_id == poll_id, ScanFile.sha256.in_(list(sizes))
    )
    known = {row.sha256: row.batch_id for row in await uow.session.execute(query)}
    fresh = [sha256 for sha256 in sizes if sha256 not in known]
    if not fresh:
        return Received(next(known[sha256] for sha256 in sizes), is_new=False)
    batch = await new_batch(uow, poll_id, kind=BatchKind.SCAN, state=BatchState.DECODING, user_id=user_id)
    for number, sha256 in enumerate(fresh, start=1):
        uow.session.add(
            ScanFile(poll_id=poll_id, sha256=sha256, batch_id=batch.id, number=number, size_bytes=sizes[sha256])
        )
    await uow.later(DECODE_TOPIC, batch.id, {"batch_id": batch.id}, at=uow.now + TAKE_OVER)
    await uow.session.flush()
    return Received(batch.id, is_new=True)


async def new_batch(uow: UnitOfWork, poll_id: str, *, kind: BatchKind, state: BatchState, user_id: str) -> ScanBatch:
    """Add a batch with the poll's next number. The ledger must be locked."""
    highest = await uow.session.scalar(select(func.max(ScanBatch.number)).where(ScanBatch.poll_id == poll_id))
    batch = ScanBatch(
        id=uow.new_id(),
        poll_id=poll_id,
        number=(highest or 0) + 1,
        kind=kind,
        state=state,
        uploaded_by=user_id,
        created_at=uow.now,
        valid=0,
        invalid=0,
        blank=0,
    )
    uow.session.add(batch)
    await uow.session.flush()
    return batch


async def countable_poll(uow: UnitOfWork, poll_id: str) -> Poll:
    """Return a poll whose paper is counted now. Raises: NotFound, ChannelClosed, PollNotOpen."""
    poll = await get_poll(uow.session, poll_id)
    if Channel.PAPER not in poll.definition.channels:
        raise ChannelClosed
    if not takes_scans(poll):
        raise PollNotOpen("Gezählt wird, sobald die Frage geöffnet ist, und bis sie versiegelt ist.")
    return poll


def storage_path(poll_id: str, sha256: str) -> str:
    """Name the place of an uploaded file until it is read."""
    return f"scans/{poll_id}/{sha256}"
