"""Copy the published log into a directory that anybody can check without us.

For:        `machmit log export`, backups for neighbours, archives.
Guarantees: exactly what is published: files up to the newest checkpoint, what may be told of each
            payload, the openings the caller passes, and the keys.
Refuses:    logs whose published files are incomplete (`FileNotFoundError`).
"""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.kit.storage import Storage
from backend.transparency.models import HeadRow
from backend.transparency.openings import RANGE_MAX, disclose_range
from backend.transparency.publisher import log_path
from backend.transparency.queries import published_checkpoint
from backend.transparency.signer import LogSigner
from backend.transparency.tiles import grown_tiles


async def export(
    session: AsyncSession,
    storage: Storage,
    target: Path,
    *,
    signer: LogSigner,
    ballots: Mapping[str, bytes],
) -> None:
    """Write logs, payload openings, ballot openings (by poll) and `policy.txt` below `target`."""
    policy: list[str] = []
    for year in (await session.scalars(select(HeadRow.year).order_by(HeadRow.year))).all():
        published = await asyncio.to_thread(published_checkpoint, storage, year)
        if published is None:
            continue
        await asyncio.to_thread(_copy_files, storage, target, year, published[0].size)
        await _write_openings(session, target, year, published[0].size)
        policy.append(f"log {signer.for_year(year).key.vkey}\n")
    for poll, content in ballots.items():
        await asyncio.to_thread(_write, target / "openings" / f"{poll}.jsonl", content)
    await asyncio.to_thread(_write, target / "policy.txt", "".join(policy).encode())


def _copy_files(storage: Storage, target: Path, year: int, size: int) -> None:
    for name in ["checkpoint", *(tile.path for tile in grown_tiles(0, size))]:
        path = log_path(year, name)
        content = storage.get(path)
        if content is None:
            raise FileNotFoundError(path)
        _write(target / path, content)


async def _write_openings(session: AsyncSession, target: Path, year: int, size: int) -> None:
    for start in range(0, size, RANGE_MAX):
        end = min(start + RANGE_MAX, size)
        for told in await disclose_range(session, year, start=start, end=end):
            document = json.dumps(told.document, ensure_ascii=False).encode()
            _write(target / log_path(year, f"open/{told.index}.json"), document)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
