"""The sequencer: records that wait get their place in the log.

For:        the log service, one batch per transaction.
Guarantees: indices are contiguous; a record gets one place; leaves, tile roots, right edge and the
            places commit together; the first entry of a year names the end of the year before.
Refuses:    nothing: what `record` accepted has its place.
Precondition: a writing unit of work of its own; it holds the head row's lock until commit.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import insert, select, text

from backend.kit.raw import UnitConnection
from backend.kit.uow import UnitOfWork
from backend.transparency.compact import CompactRange
from backend.transparency.entries import LogEntry
from backend.transparency.merkle import leaf_hash
from backend.transparency.models import HeadRow, IntentRow, NodeRow
from backend.transparency.signer import LogSigner
from backend.transparency.tiles import HEIGHT
from backend.transparency.types import LogType

BATCH_MAX: Final = 1024
"""Records per transaction: enough to make the fsync cheap, few enough to hold the lock briefly."""
SEQUENCER_LOCK: Final = 727_002
"""PostgreSQL advisory lock; in SQLite the writer's transaction is the lock."""

FORMAT: Final = "mach-mit/log/v1"

_ADD_LEAF: Final = "INSERT INTO log_leaf (year, idx, entry, hash) VALUES ($1, $2, $3, $4)"
_ADD_LEAVES: Final = """
INSERT INTO log_leaf (year, idx, entry, hash)
SELECT $1::int, $2::bigint + leaf.number - 1, leaf.entry, leaf.hash
FROM unnest($3::bytea[], $4::bytea[]) WITH ORDINALITY AS leaf (entry, hash, number)"""
_PLACE_ONE: Final = "UPDATE log_intent SET year = $1, idx = $2, entry = NULL WHERE id = $3"
_PLACE_ALL: Final = """
UPDATE log_intent SET year = $1::int, idx = $2::bigint + placed.number - 1, entry = NULL
FROM unnest($3::bigint[]) WITH ORDINALITY AS placed (id, number) WHERE log_intent.id = placed.id"""


async def sequence(uow: UnitOfWork, signer: LogSigner) -> int:
    """Append what waits, up to `BATCH_MAX` records; return how many entries were appended."""
    if uow.dialect == "postgresql":
        lock = text("SELECT pg_advisory_xact_lock(:lock)")
        await uow.session.execute(lock, {"lock": SEQUENCER_LOCK})
    newest = await _newest_head(uow)
    if newest is None or newest.is_closed:
        head = _new_head(uow, signer)
        entries = [_opening(uow, signer, newest).encode()]
    else:
        head, entries = newest, []
    waiting = (
        select(IntentRow.id, IntentRow.entry).where(IntentRow.idx.is_(None)).order_by(IntentRow.id).limit(BATCH_MAX)
    )
    pending = (await uow.session.execute(waiting)).all()
    await _place(uow, head, [row.id for row in pending], start=head.size + len(entries))
    entries += [row.entry or b"" for row in pending]
    if head.year < uow.now.year and len(pending) < BATCH_MAX:
        entries.append(LogEntry(LogType.LOG_CLOSED, uow.now, {"origin": head.origin}).encode())
        head.is_closed = True
    await append(uow, head, entries)
    return len(entries)


async def append(uow: UnitOfWork, head: HeadRow, entries: Sequence[bytes]) -> None:
    """Append entries at the end of a log whose head row is locked."""
    if not entries:
        return
    hashes = [leaf_hash(entry) for entry in entries]
    edge, full_tiles = CompactRange.from_bytes(head.size, head.edge).grown(hashes)
    await _add_leaves(uow, head, entries, hashes)
    if full_tiles:
        await uow.session.execute(
            insert(NodeRow),
            [
                {
                    "year": head.year,
                    "level": node.level // HEIGHT,
                    "idx": node.offset,
                    "hash": hashed,
                }
                for node, hashed in full_tiles
            ],
        )
    head.size, head.edge = edge.size, edge.to_bytes()


async def _newest_head(uow: UnitOfWork) -> HeadRow | None:
    newest = select(HeadRow).order_by(HeadRow.year.desc()).limit(1).with_for_update()
    head: HeadRow | None = await uow.session.scalar(newest)
    return head


def _new_head(uow: UnitOfWork, signer: LogSigner) -> HeadRow:
    head = HeadRow(
        year=uow.now.year,
        origin=signer.origin(uow.now.year),
        size=0,
        edge=b"",
        signed_size=0,
        is_closed=False,
    )
    uow.session.add(head)
    return head


def _opening(uow: UnitOfWork, signer: LogSigner, previous: HeadRow | None) -> LogEntry:
    public: dict[str, str | int] = {
        "format": FORMAT,
        "origin": signer.origin(uow.now.year),
        "vkey": signer.for_year(uow.now.year).key.vkey,
        "receipt_key": signer.receipt_key_base64,
    }
    if previous is not None:
        edge = CompactRange.from_bytes(previous.size, previous.edge)
        public |= {
            "previous_origin": previous.origin,
            "previous_size": edge.size,
            "previous_root": edge.root.hex(),
        }
    return LogEntry(LogType.LOG_OPENED, uow.now, public)


async def _add_leaves(uow: UnitOfWork, head: HeadRow, entries: Sequence[bytes], hashes: Sequence[bytes]) -> None:
    connection = UnitConnection(await uow.session.connection())
    if connection.is_postgresql:
        await connection.fetch(_ADD_LEAVES, head.year, head.size, list(entries), list(hashes))
    else:
        rows = [(head.year, head.size + number, *leaf) for number, leaf in enumerate(zip(entries, hashes, strict=True))]
        await connection.repeat(_ADD_LEAF, rows)


async def _place(uow: UnitOfWork, head: HeadRow, ids: Sequence[int], *, start: int) -> None:
    if not ids:
        return
    connection = UnitConnection(await uow.session.connection())
    if connection.is_postgresql:
        await connection.fetch(_PLACE_ALL, head.year, start, list(ids))
    else:
        await connection.repeat(_PLACE_ONE, [(head.year, start + number, each) for number, each in enumerate(ids)])
