"""Never sign backwards, and how a restored installation gets on its feet again."""

import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from backend.kit.clock import FixedClock
from backend.kit.db import Database
from backend.kit.migrate import upgrade_async
from backend.transparency.checkpoint import Checkpoint
from backend.transparency.erase import erase
from backend.transparency.errors import RefusesToSign
from backend.transparency.intents import record
from backend.transparency.last_signed import LastSigned
from backend.transparency.models import HeadRow, PayloadRow
from backend.transparency.openings import disclose
from backend.transparency.recover import Recovery, recover
from backend.transparency.types import ErasureGround, LogType, Position
from tests.integration.log_town import ORIGIN, Town, build

LIVE, BACKUP = "town.db", "backup.db"


def url(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture
async def town(clock: FixedClock, tmp_path: Path) -> AsyncIterator[Town]:
    """Build an installation whose database file can be copied."""
    await upgrade_async(url(tmp_path / LIVE))
    db = Database(url(tmp_path / LIVE))
    yield build(db, tmp_path, clock)
    await db.close()


def back_up(folder: Path) -> None:
    source, target = (sqlite3.connect(folder / name) for name in (LIVE, BACKUP))
    source.backup(target)
    source.close()
    target.close()


@pytest.fixture
async def restored(town: Town, clock: FixedClock, tmp_path: Path) -> AsyncIterator[Town]:
    """Put the same files and keys on the database as it was when `back_up` was called."""
    db = Database(url(tmp_path / BACKUP))
    yield build(db, tmp_path, clock)
    await db.close()


async def receive(town: Town, key: str) -> None:
    async with town.work.write() as uow:
        await record(
            uow,
            LogType.INPUT_RECEIVED,
            key,
            public={"input": key, "consultation": "c1", "channel": "web"},
            private={"text": "Mehr Bänke"},
        )


async def erase_input(town: Town, key: str) -> None:
    async with town.work.write() as uow:
        await erase(uow, [(LogType.INPUT_RECEIVED, key)], key=key, ground=ErasureGround.REQUEST)


async def recover_from(town: Town) -> Recovery:
    (last,) = town.last_signed.all()
    async with town.work.write() as uow:
        return await recover(uow, town.storage, last)


async def test_older_database_is_refused(town: Town, restored: Town, tmp_path: Path) -> None:
    await town.note(1)
    await town.log.flush()
    back_up(tmp_path)
    await town.note(2)
    await town.log.flush()
    assert await restored.log.flush() == []
    assert restored.log.refusal == "expected at least size 3, got 2"


async def test_database_with_another_history_is_refused(town: Town, restored: Town, tmp_path: Path) -> None:
    back_up(tmp_path)
    await town.note(1)
    await town.log.flush()
    before = town.published()
    await restored.note(2)
    await restored.note(3)
    assert await restored.log.flush() == []
    assert restored.log.refusal is not None
    assert restored.log.refusal.startswith("expected root")
    assert town.published() == before
    with pytest.raises(RefusesToSign, match="begin the published log"):
        await recover_from(restored)


async def test_lost_memory_of_the_signer_is_refused(town: Town, tmp_path: Path) -> None:
    await town.log.flush()
    (tmp_path / "keys" / "mitmachen.example_log_2027.last-signed").unlink()
    assert await town.log.flush() == []
    assert town.log.refusal == "expected the memory of size 1, got none"


async def test_damaged_right_edge_is_refused(town: Town) -> None:
    await town.note(1)
    await town.log.flush()
    async with town.work.write() as uow:
        await uow.session.execute(update(HeadRow).values(edge=bytes(32)))
    assert await town.log.flush() == []
    assert town.log.refusal is not None
    assert "follow its leaves" in town.log.refusal


async def test_refusal_ends_when_the_cause_is_gone(town: Town) -> None:
    await town.log.flush()
    town.log.refusal = "some cause"
    await town.log.flush()
    assert town.log.refusal is None


async def test_recovered_database_signs_on_with_erasures_replayed(town: Town, restored: Town, tmp_path: Path) -> None:
    await receive(town, "i1")
    await town.log.flush()
    await receive(town, "i2")  # waits in the backup, has its place in the published log
    back_up(tmp_path)
    await town.log.flush()
    await erase_input(town, "i1")
    await town.log.flush()
    assert await recover_from(restored) == Recovery(2, (Position(2027, 1),))
    assert await restored.count(PayloadRow) == 1
    async with restored.work.read() as uow:
        gone = await disclose(uow.session, Position(2027, 1))
        assert (gone.status, gone.document) == (410, {"erased": "2027/3"})
        kept = await disclose(uow.session, Position(2027, 2))
        assert kept.document == {"sealed": True}
    await restored.note(9)
    assert [each.size for each in await restored.log.flush()] == [5]
    assert restored.log.refusal is None
    assert await recover_from(restored) == Recovery(0, ())


async def test_erasure_that_waited_in_the_backup_keeps_its_tombstone(
    town: Town, restored: Town, tmp_path: Path
) -> None:
    await receive(town, "i1")
    await town.log.flush()
    await erase_input(town, "i1")
    back_up(tmp_path)
    await town.log.flush()
    assert await recover_from(restored) == Recovery(1, (Position(2027, 1),))
    async with restored.work.read() as uow:
        gone = await disclose(uow.session, Position(2027, 1))
        assert gone.document == {"erased": "2027/2"}


async def test_empty_database_recovers_the_whole_log(town: Town, tmp_path: Path) -> None:
    await receive(town, "i1")
    await town.log.flush()
    town.clock.advance(timedelta(days=365))
    await town.log.flush()
    await upgrade_async(url(tmp_path / BACKUP))
    db = Database(url(tmp_path / BACKUP))
    fresh = build(db, tmp_path, town.clock)
    assert (await recover_from(fresh)).appended == 3
    await fresh.log.flush()
    assert fresh.log.refusal is None
    assert fresh.published(2028)[0].size == 1
    await db.close()


@pytest.mark.parametrize("change", [b"", b"\x00\x01x"])
async def test_damaged_files_are_not_taken_over(town: Town, restored: Town, tmp_path: Path, change: bytes) -> None:
    back_up(tmp_path)
    await town.log.flush()
    town.storage.put("log/2027/tile/entries/000.p/1", change)
    with pytest.raises(RefusesToSign, match="expected"):
        await recover_from(restored)


async def test_crash_before_the_checkpoint_is_repaired(town: Town) -> None:
    await town.log.flush()
    old = town.storage.get("log/2027/checkpoint") or b""
    await town.note(1)
    await town.log.flush()
    town.storage.put("log/2027/checkpoint", old)
    async with town.work.write() as uow:
        await uow.session.execute(update(HeadRow).values(signed_size=1))
    await town.log.flush()
    assert town.published()[0].size == 2


def test_memory_of_the_signer_only_grows(tmp_path: Path) -> None:
    memory = LastSigned(tmp_path / "keys")
    first = Checkpoint(ORIGIN, 3, bytes(32))
    assert memory.get(ORIGIN) is None
    memory.advance(expected=None, new=first)
    assert memory.get(ORIGIN) == first
    memory.advance(expected=first, new=first)
    for step in (replace(first, size=2), replace(first, root=bytes([1]) * 32)):
        with pytest.raises(RefusesToSign, match="expected a step after"):
            memory.advance(expected=first, new=step)
    with pytest.raises(RefusesToSign, match="expected nothing signed last"):
        memory.advance(expected=None, new=replace(first, size=4))
    memory.advance(expected=first, new=replace(first, size=4))
