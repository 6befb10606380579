"""The paper desk of a process: printing, reading and casting, each outside the event loop or in short units of work.

Guarantees: an upload is answered before it is read; a batch is read once and cast exactly once, whichever process
died in between (the outbox topics `paper.decode` and `paper.cast` find what was left lying).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass

import structlog

from backend.ballots.desk import VotingDesk
from backend.ballots.errors import AlreadyVoted
from backend.kit.db import JsonDict
from backend.kit.errors import DomainError, NotFound
from backend.kit.keyring import Keyring
from backend.kit.outbox import Handler
from backend.kit.storage import Storage
from backend.kit.uow import Work
from backend.paper.actions.confirm import CAST_TOPIC, SheetCast, Word, casts_of, confirm_batch, finish_batch
from backend.paper.actions.place import place_batch
from backend.paper.actions.print_sheets import draw_serials, finish_run, render_sheet
from backend.paper.actions.receive import DECODE_TOPIC, Received, book_files, check_files, storage_path
from backend.paper.codes import sheet_key
from backend.paper.decoding import read_files
from backend.paper.models import ScanBatch
from backend.paper.queries import layouts_of, stored_files
from backend.paper.sealed import PaperSeal
from backend.paper.types import BatchState, PollSheets, PrintOrder, PrintRun, ReadFile, ScanOrder, SheetReason
from backend.polls.keys import PollKeys
from backend.polls.queries import Poll, get_poll

OBSOLETE = frozenset({"poll_not_open", "poll_key_missing"})  # the poll ended without this batch

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Unread:
    """What it takes to read a batch."""

    poll: Poll
    layouts: tuple[JsonDict, ...]
    paths: tuple[str, ...]


class PaperDesk:
    """One per process. Reads one batch at a time, so that a hall laptop stays responsive."""

    def __init__(self, work: Work, voting: VotingDesk, *, keyring: Keyring, keys: PollKeys, storage: Storage) -> None:
        self._work = work
        self._voting = voting
        self._keyring = keyring
        self._keys = keys
        self._storage = storage
        self._tasks: set[asyncio.Task[None]] = set()
        self._press = asyncio.Lock()
        self._reader = asyncio.Lock()

    def handlers(self) -> Mapping[str, Handler]:
        """Return what the worker does for paper: read and cast what a process left lying."""
        return {DECODE_TOPIC: self._decode_left, CAST_TOPIC: self._cast_left}

    def seal_of(self, poll: Poll) -> PaperSeal:
        """Return the seal of a poll whose key is here. Raises: PollKeyMissing."""
        key = self._keys.get(poll.id)
        return PaperSeal(key, poll.id, pad_bytes=poll.pad_bytes, entropy=self._work.entropy)

    async def print_ballots(self, poll_id: str, order: PrintOrder) -> PrintRun:
        """Print a run without keeping the event loop or a transaction busy; refusals as in `render_sheet`."""
        async with self._work.read() as uow:
            poll = await get_poll(uow.session, poll_id)
        async with self._press:
            template = await asyncio.to_thread(render_sheet, poll, order)
        async with self._work.write() as uow:
            serials = await draw_serials(uow, self._keyring, poll, template=template, order=order)
        async with self._press:
            return await asyncio.to_thread(
                finish_run, poll, self._keyring, template=template, order=order, serials=serials
            )

    async def receive(self, poll_id: str, files: Sequence[bytes], *, user_id: str) -> Received:
        """Take files in and begin to read them; refusals as in `check_files` and `book_files`."""
        contents = check_files(files)
        for sha256, content in contents.items():
            await asyncio.to_thread(self._storage.put, storage_path(poll_id, sha256), content)
        sizes = {sha256: len(content) for sha256, content in contents.items()}
        async with self._work.write() as uow:
            received = await book_files(uow, poll_id, sizes, user_id=user_id)
        if received.is_new:
            task = asyncio.create_task(self.decode(received.batch_id), name=f"scan {received.batch_id}")
            self._tasks.add(task)
            task.add_done_callback(self._forget)
        return received

    async def decode(self, batch_id: str) -> None:
        """Read the files of a batch and place its sheets; nothing when that has been done."""
        async with self._reader:
            unread = await self._unread(batch_id)
            if unread is None:
                return
            files = await self._read(unread)
            async with self._work.write() as uow:
                seal = self.seal_of(unread.poll)
                state = await place_batch(uow, batch_id, files, poll=unread.poll, keyring=self._keyring, seal=seal)
        log.info("scan.placed", batch=batch_id, state=state.value)
        for path in unread.paths:
            await asyncio.to_thread(self._storage.delete, path)

    async def confirm(self, batch_id: str, word: Word) -> BatchState:
        """Note a confirmation; after the last one put the sheets into the box. Refusals as in `confirm_batch`."""
        async with self._work.write() as uow:
            state = await confirm_batch(uow, batch_id, word)
        return await self.cast(batch_id) if state is BatchState.CONFIRMING else state

    async def cast(self, batch_id: str) -> BatchState:
        """Cast the accepted sheets of a confirmed batch, each exactly once. Raises: DomainError of the box."""
        async with self._work.read() as uow:
            batch = await uow.session.get(ScanBatch, batch_id)
            if batch is None:
                raise NotFound
            if batch.state != BatchState.CONFIRMING:
                return BatchState(batch.state)
            poll = await get_poll(uow.session, batch.poll_id)
            seal = self.seal_of(poll)
            casts = await casts_of(uow, self._keyring, seal, batch)
        outcomes = await asyncio.gather(*(self._cast_one(cast) for cast in casts))
        refused = [cast.position for cast, counted in zip(casts, outcomes, strict=True) if not counted]
        async with self._work.write() as uow:
            await finish_batch(uow, seal, batch_id, refused=refused)
        return BatchState.CONFIRMED

    async def settle(self) -> None:
        """Wait until everything received by this process has been read."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def close(self) -> None:
        """Stop reading; what is not read yet is found again by the outbox."""
        for task in tuple(self._tasks):
            task.cancel()
        await self.settle()

    async def _unread(self, batch_id: str) -> _Unread | None:
        async with self._work.read() as uow:
            batch = await uow.session.get(ScanBatch, batch_id)
            if batch is None or batch.state != BatchState.DECODING:
                return None
            poll = await get_poll(uow.session, batch.poll_id)
            names = await stored_files(uow.session, batch_id)
            layouts = tuple(await layouts_of(uow.session, poll.id))
        return _Unread(poll, layouts, tuple(storage_path(poll.id, sha256) for sha256 in names))

    async def _read(self, unread: _Unread) -> list[ReadFile]:
        """Return what the reader makes of the stored files; a file that is gone counts as unreadable."""
        contents = [await asyncio.to_thread(self._storage.get, path) for path in unread.paths]
        poll = unread.poll
        sheets = PollSheets(poll.sheet_code, sheet_key(self._keyring, poll.id), unread.layouts)
        present = tuple(content for content in contents if content is not None)
        read = iter(await read_files(ScanOrder(files=present, polls=(sheets,))))
        lost = ReadFile(refused=SheetReason.UNREADABLE_FILE.value)
        return [lost if content is None else next(read) for content in contents]

    async def _cast_one(self, cast: SheetCast) -> bool:
        """Cast one sheet; False when another sheet with its number is in the box."""
        try:
            await self._voting.cast(cast.command)
        except AlreadyVoted:
            return False
        return True

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.warning("scan.reading_failed", error=type(error).__name__)

    async def _decode_left(self, payload: JsonDict) -> None:
        await self._unless_obsolete(self.decode(payload["batch_id"]), payload["batch_id"])

    async def _cast_left(self, payload: JsonDict) -> None:
        await self._unless_obsolete(self.cast(payload["batch_id"]), payload["batch_id"])

    async def _unless_obsolete(self, work: Awaitable[object], batch_id: str) -> None:
        try:
            await work
        except DomainError as error:
            if error.code not in OBSOLETE:
                raise
            log.info("scan.obsolete", batch=batch_id, code=error.code)
