"""After a restore: bring the database up to what was already signed and published.

For:        the restore command. An old backup makes the publisher refuse; this is how it is told.
Guarantees: the published entries are taken over only if they lead to the root signed last and the
            database is their beginning; records the backup still held as waiting keep the place
            they were given; erasures are replayed before anything is served.
Refuses:    published files that do not lead to the signed root, databases that went another way
            (`RefusesToSign`).
Precondition: a writing unit of work, no sequencer running.
"""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import select, tuple_, update

from backend.kit.clock import to_minute
from backend.kit.storage import Storage
from backend.kit.uow import UnitOfWork
from backend.transparency.checkpoint import Checkpoint
from backend.transparency.compact import CompactRange
from backend.transparency.entries import LogEntry
from backend.transparency.erase import shred
from backend.transparency.errors import RefusesToSign
from backend.transparency.merkle import leaf_hash
from backend.transparency.models import ErasureRow, HeadRow, IntentRow
from backend.transparency.publisher import log_path
from backend.transparency.sequencer import append
from backend.transparency.tiles import ENTRIES, MalformedTile, decode_bundle, grown_tiles
from backend.transparency.types import IntentId, LogType, Position


@dataclass(frozen=True, slots=True)
class Recovery:
    """What was taken over, and which payloads the domain must erase again on its side."""

    appended: int
    erased: tuple[Position, ...]


async def recover(uow: UnitOfWork, storage: Storage, last_signed: Checkpoint) -> Recovery:
    """Extend a restored database to the checkpoint signed last; older years come first.

    Raises:
        RefusesToSign: files, signature and database tell different histories.
    """
    year = int(last_signed.origin.rpartition("/")[2])
    published = _published_entries(storage, year, last_signed)
    head = await uow.session.get(HeadRow, year, with_for_update=True)
    if head is None:
        head = HeadRow(
            year=year,
            origin=last_signed.origin,
            size=0,
            edge=b"",
            signed_size=0,
            is_closed=False,
        )
        uow.session.add(head)
    beginning = CompactRange().extended(leaf_hash(entry) for entry in published[: head.size])
    if beginning != CompactRange.from_bytes(head.size, head.edge):
        raise RefusesToSign(f"expected the database to begin the published log of {year}")
    start, missing = head.size, published[head.size :]
    await _give_back_places(uow, year, start, missing)
    await append(uow, head, missing)
    decoded = [LogEntry.decode(entry) for entry in missing]
    head.is_closed = head.is_closed or any(each.type is LogType.LOG_CLOSED for each in decoded)
    erased: list[Position] = []
    for number, entry in enumerate(decoded):
        if entry.type is LogType.ERASURE:
            erased += await _replay(uow, Position(year, start + number), entry)
    return Recovery(len(missing), tuple(erased))


def _published_entries(storage: Storage, year: int, last_signed: Checkpoint) -> list[bytes]:
    entries: list[bytes] = []
    for tile in grown_tiles(0, last_signed.size):
        if tile.level == ENTRIES:
            content = storage.get(log_path(year, tile.path))
            try:
                entries += decode_bundle(content or b"", tile.width)
            except MalformedTile as error:
                raise RefusesToSign(f"expected the published bundle {tile.path}") from error
    root = CompactRange().extended(map(leaf_hash, entries)).root
    if root != last_signed.root:
        raise RefusesToSign(f"expected published entries under root {last_signed.read_aloud}")
    return entries


async def _give_back_places(uow: UnitOfWork, year: int, start: int, missing: list[bytes]) -> None:
    waiting: defaultdict[bytes, list[int]] = defaultdict(list)
    query = select(IntentRow.id, IntentRow.entry).where(IntentRow.idx.is_(None))
    for row in await uow.session.execute(query.order_by(IntentRow.id.desc())):
        waiting[row.entry or b""].append(row.id)
    places = [
        {"id": waiting[entry].pop(), "year": year, "idx": start + number, "entry": None}
        for number, entry in enumerate(missing)
        if waiting[entry]
    ]
    if places:
        await uow.session.execute(update(IntentRow), places)


async def _replay(uow: UnitOfWork, position: Position, entry: LogEntry) -> list[Position]:
    targets = [Position.parse(str(each)) for each in _as_list(entry.public["targets"])]
    pairs = [(target.year, target.index) for target in targets]
    query = (
        select(IntentRow.id)
        .outerjoin(ErasureRow, ErasureRow.intent_id == IntentRow.id)
        .where(tuple_(IntentRow.year, IntentRow.idx).in_(pairs), ErasureRow.intent_id.is_(None))
    )
    intents = (await uow.session.scalars(query)).all()
    if intents:
        await shred(uow, intents, tombstone=await _tombstone(uow, position, entry))
    return targets


async def _tombstone(uow: UnitOfWork, position: Position, entry: LogEntry) -> IntentId:
    # A backup that still holds the record of an erasure holds the erasure itself, too.
    row = IntentRow(
        dedup_key=f"recovered:{position}",
        type=entry.type,
        created_at=to_minute(entry.at),
        year=position.year,
        idx=position.index,
    )
    uow.session.add(row)
    await uow.session.flush()
    return IntentId(row.id)


def _as_list(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else []
