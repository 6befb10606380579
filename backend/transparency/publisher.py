"""The publisher: what is durable in the database becomes files, and then a signature.

For:        the log service.
Guarantees: bundles, then hashes from the leaves up, then the memory outside the database, then the
            witnesses, then the checkpoint; a crash between any two steps is repaired by the next
            run; what is signed is on disk and durable.
Refuses:    to sign when the database does not extend what was signed last, or when its right edge
            does not follow from its leaves (`RefusesToSign`).
Source:     C2SP tlog-tiles; docs/algorithms/log.md, "Never sign backwards".
"""

import asyncio
from typing import Final

from sqlalchemy import select, text, update

from backend.kit.storage import Storage
from backend.kit.uow import UnitOfWork, Work
from backend.transparency.checkpoint import Checkpoint
from backend.transparency.compact import CompactRange
from backend.transparency.errors import RefusesToSign
from backend.transparency.last_signed import LastSigned
from backend.transparency.merkle import consistency_proof
from backend.transparency.models import HeadRow
from backend.transparency.signer import LogSigner
from backend.transparency.tiles import Tile, grown_tiles, node_reader
from backend.transparency.tree_store import stored_edge, tile_content
from backend.transparency.witnessing import Prover, WitnessRing

PUBLISHER_LOCK: Final = 727_003
"""PostgreSQL advisory lock: one process writes files at a time."""


def log_path(year: int, name: str) -> str:
    """Return where a file of a year's log is kept."""
    return f"log/{year}/{name}"


class Publisher:
    """Publishes every log that grew since its last checkpoint."""

    def __init__(
        self,
        work: Work,
        *,
        storage: Storage,
        signer: LogSigner,
        last_signed: LastSigned,
        witnesses: WitnessRing | None = None,
    ) -> None:
        """Write files to `storage`; remember what was signed in `last_signed`; ask `witnesses`."""
        self._work = work
        self._storage = storage
        self._signer = signer
        self._last_signed = last_signed
        self._witnesses = witnesses or WitnessRing()

    async def publish(self) -> list[Checkpoint]:
        """Check every log against what was signed last; publish and sign what is new.

        Raises:
            RefusesToSign: the database went backwards; nothing was signed for that log.
        """
        published: dict[int, Checkpoint] = {}
        with self._last_signed.publishing() as is_ours:
            if is_ours:
                published = await self._publish_all()
        for year, checkpoint in published.items():
            await self._remember(year, checkpoint)
        return list(published.values())

    async def _publish_all(self) -> dict[int, Checkpoint]:
        published: dict[int, Checkpoint] = {}
        async with self._work.read() as uow:
            if await _locked(uow):
                for head in await uow.session.scalars(select(HeadRow).order_by(HeadRow.year)):
                    last = await asyncio.to_thread(self._last_signed.get, head.origin)
                    checkpoint = await _checked(uow, head, last)
                    if head.signed_size < head.size:
                        await self._publish_year(uow, head, last=last, checkpoint=checkpoint)
                        published[head.year] = checkpoint
        return published

    async def _publish_year(
        self, uow: UnitOfWork, head: HeadRow, *, last: Checkpoint | None, checkpoint: Checkpoint
    ) -> None:
        for tile in grown_tiles(last.size if last else 0, head.size):
            content = await tile_content(uow.session, head.year, tile)
            path = log_path(head.year, tile.path)
            await asyncio.to_thread(self._storage.put, path, content)
        await asyncio.to_thread(self._last_signed.advance, expected=last, new=checkpoint)
        note = checkpoint.signed(self._signer.for_year(head.year))
        note = await self._witnesses.cosigned(note, checkpoint, self._prover(head.year, checkpoint))
        path = log_path(head.year, "checkpoint")
        await asyncio.to_thread(self._storage.put, path, note.encode())

    def _prover(self, year: int, checkpoint: Checkpoint) -> Prover:
        """Prove consistency from the files that were just written."""

        def read(tile: Tile) -> bytes:
            return self._storage.get(log_path(year, tile.path)) or b""

        node = node_reader(checkpoint.size, read)
        return lambda old_size: consistency_proof(old_size, checkpoint.size, node)

    async def _remember(self, year: int, checkpoint: Checkpoint) -> None:
        async with self._work.write() as uow:
            await uow.session.execute(
                update(HeadRow)
                .where(HeadRow.year == year, HeadRow.signed_size < checkpoint.size)
                .values(signed_size=checkpoint.size)
            )


async def _locked(uow: UnitOfWork) -> bool:
    if uow.dialect != "postgresql":
        return True  # the file lock of the folder is enough
    lock = text("SELECT pg_try_advisory_xact_lock(:lock)")
    return bool(await uow.session.scalar(lock, {"lock": PUBLISHER_LOCK}))


async def _checked(uow: UnitOfWork, head: HeadRow, last: Checkpoint | None) -> Checkpoint:
    """Return what may be signed: the head, after checking that history leads to it."""
    if last is None and head.signed_size:
        raise RefusesToSign(f"expected the memory of size {head.signed_size}, got none")
    if last is not None:
        if last.size > head.size:
            raise RefusesToSign(f"expected at least size {last.size}, got {head.size}")
        signed = await stored_edge(uow.session, head.year, last.size)
        if signed.root != last.root:
            raise RefusesToSign(f"expected root {last.read_aloud} at size {last.size}")
    edge = CompactRange.from_bytes(head.size, head.edge)
    if edge != await stored_edge(uow.session, head.year, head.size):
        raise RefusesToSign(f"expected the right edge of size {head.size} to follow its leaves")
    return Checkpoint(head.origin, edge.size, edge.root)
