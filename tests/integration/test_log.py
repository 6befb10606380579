"""The log from a recorded change to the published, signed files – on both databases."""

import asyncio
import base64
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError

from backend.kit.clock import FixedClock
from backend.kit.db import Database
from backend.kit.keyring import Keyring
from backend.kit.settings import load_settings
from backend.transparency.build import build_log
from backend.transparency.entries import InvalidEntry, LogEntry
from backend.transparency.errors import NoSuchEntry
from backend.transparency.intents import Record, record, record_all
from backend.transparency.models import IntentRow, LeafRow, NodeRow, PayloadRow
from backend.transparency.note import Algorithm, VerifierKey
from backend.transparency.publisher import PUBLISHER_LOCK
from backend.transparency.queries import (
    counts_by_type,
    entries_at,
    entries_before,
    entry_at,
    entry_bytes,
    log_years,
    newest_year,
    offline_proof,
    position_of,
    positions_of,
    waiting,
)
from backend.transparency.service import PUBLISHED_CHANNEL
from backend.transparency.tiles import Tile
from backend.transparency.tree_store import tile_content
from backend.transparency.types import LogType, Position
from tests.integration.log_town import KEY, ORIGIN, SIGNER, Town, build, town

__all__ = ["town"]

pytestmark = pytest.mark.both_databases

KEY_OF_NOBODY = VerifierKey("library", bytes(32), Algorithm.COSIGNATURE_V1).vkey
RECEIPT_KEY = base64.b64encode(KEY.public_key().public_bytes_raw()).decode()


async def test_record_enters_the_published_log_behind_its_opening(town: Town, clock: FixedClock) -> None:
    clock.advance(timedelta(seconds=59))
    await town.note(1)
    await town.log.flush()
    checkpoint, entries = town.published()
    assert checkpoint.size == 2
    opened, noted = map(LogEntry.decode, entries)
    assert opened.type is LogType.LOG_OPENED
    assert opened.public["vkey"] == SIGNER.for_year(2027).key.vkey
    assert opened.public["receipt_key"] == RECEIPT_KEY
    assert (noted.type, noted.public) == (LogType.MEETING_OPENED, {"meeting": 1})
    assert noted.at == datetime(2027, 3, 11, 18, tzinfo=UTC)


async def test_record_with_the_same_key_is_recorded_once(town: Town) -> None:
    async with town.work.write() as uow:
        first = await record(uow, LogType.INPUT_WITHDRAWN, "i1", public={"input": "i1"}, private={"a": 1})
        again = await record(uow, LogType.INPUT_WITHDRAWN, "i1", public={"input": "i1"}, private={"a": 1})
        other = await record(uow, LogType.MEETING_OPENED, "i1", public={})
    assert first == again != other
    assert await town.count(PayloadRow) == 1


async def test_records_in_bulk_are_new_once(town: Town) -> None:
    one = Record(LogType.MEETING_OPENED, "m1", {"meeting": "m1"}, {"room": "Saal"})
    two = Record(LogType.MEETING_OPENED, "m2", {"meeting": "m2"})
    async with town.work.write() as uow:
        assert await record_all(uow, []) == []
        assert len(await record_all(uow, [one, two, one])) == 2
        assert await record_all(uow, [two, one]) == []
    assert await town.count(IntentRow) == 2
    assert await town.count(PayloadRow) == 1


async def test_record_of_a_change_that_failed_never_enters(town: Town) -> None:
    async def fail_after_recording() -> None:
        async with town.work.write() as uow:
            await record(uow, LogType.MEETING_OPENED, "m1", public={})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail_after_recording()
    await town.log.flush()
    assert town.published()[0].size == 1


async def test_record_with_free_text_is_refused_before_anything_is_written(town: Town) -> None:
    async with town.work.write() as uow:
        with pytest.raises(InvalidEntry):
            await record(uow, LogType.MEETING_OPENED, "m1", public={"title": "Der neue Markt"})
    assert await town.count(IntentRow) == 0


async def test_growth_over_tiles_publishes_what_strangers_recompute(town: Town) -> None:
    sizes = []
    for number, batch in enumerate((1, 254, 1, 300, 1500)):
        async with town.work.write() as uow:
            for each in range(batch):
                await record(uow, LogType.MEETING_OPENED, f"{number}.{each}", public={})
        await town.log.flush()
        checkpoint, entries = town.published()
        assert len(entries) == checkpoint.size
        sizes.append(checkpoint.size)
    assert sizes == [2, 256, 257, 557, 2057]
    assert await town.count(NodeRow) == 8
    async with town.work.read() as uow:
        for index in (0, 255, 256, 1700, 2056):
            position = Position(2027, index)
            proof = await offline_proof(uow.session, town.storage, position)
            entry = await entry_bytes(uow.session, position)
            proof.check(entry, origin=ORIGIN, keys=[SIGNER.for_year(2027).key])
        with pytest.raises(NoSuchEntry):
            await offline_proof(uow.session, town.storage, Position(2027, 2057))
        with pytest.raises(NoSuchEntry):
            await offline_proof(uow.session, town.storage, Position(2026, 0))


async def test_flush_without_news_signs_nothing(town: Town) -> None:
    assert len(await town.log.flush()) == 1
    assert await town.log.flush() == []


async def test_flushes_at_the_same_moment_take_turns_and_refuse_nothing(town: Town) -> None:
    for number in range(5):
        await town.note(number)
    await asyncio.gather(*(town.log.flush() for _ in range(10)))
    assert town.log.refusal is None
    assert town.published()[0].size == 6


async def test_year_ends_and_the_next_log_names_its_end(town: Town) -> None:
    await town.note(1)
    await town.log.flush()
    town.clock.set(datetime(2028, 1, 1, tzinfo=UTC))
    await town.note(2)
    await town.log.flush()
    await town.log.flush()
    old, old_entries = town.published(2027)
    new, new_entries = town.published(2028)
    assert LogEntry.decode(old_entries[-1]).type is LogType.LOG_CLOSED
    first = LogEntry.decode(new_entries[0])
    assert first.type is LogType.LOG_OPENED
    assert first.public["previous_origin"] == ORIGIN
    assert first.public["previous_size"] == old.size
    assert first.public["previous_root"] == old.root.hex()
    assert (old.size, new.size) == (4, 1)


@pytest.mark.parametrize("table", [LeafRow, NodeRow])
async def test_database_refuses_to_change_the_past(town: Town, table: type[LeafRow | NodeRow]) -> None:
    await town.note(1)
    await town.log.flush()
    async with town.work.write() as uow:
        if table is NodeRow:
            uow.session.add(NodeRow(year=2027, level=1, idx=0, hash=bytes(32)))
            await uow.session.flush()
    for change in (update(table).values(hash=bytes(32)), delete(table)):
        with pytest.raises(DBAPIError, match="append-only"):
            async with town.work.write() as uow:
                await uow.session.execute(change)


async def test_publisher_leaves_the_files_to_whoever_holds_the_lock(
    fresh_postgres_url: str, clock: FixedClock, tmp_path: Path
) -> None:
    db = Database(fresh_postgres_url)
    town = build(db, tmp_path, clock)
    await town.note(1)
    async with town.work.read() as other:
        await other.session.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": PUBLISHER_LOCK})
        assert await town.log.flush() == []
        assert town.log.refusal is None
    assert len(await town.log.flush()) == 1
    await db.close()


async def test_service_publishes_what_is_recorded_while_it_runs(town: Town) -> None:
    async with town.work.bus.subscribe(PUBLISHED_CHANNEL) as published:
        running = asyncio.create_task(town.log.run())
        assert await published.get() == f"{ORIGIN} 1"
        await town.note(1)
        assert await published.get() == f"{ORIGIN} 2"
        running.cancel()
    assert town.published()[0].size == 2


async def test_tile_beyond_the_log_is_refused(town: Town) -> None:
    await town.log.flush()
    async with town.work.read() as uow:
        with pytest.raises(LookupError, match="expected 2 rows"):
            await tile_content(uow.session, 2027, Tile(0, 0, 2))


async def test_log_of_an_installation_is_wired_from_its_settings(town: Town, tmp_path: Path) -> None:
    settings = load_settings({}, mode="test", data_dir=tmp_path, public_url="https://a.example")
    log = build_log(settings, work=town.work, keyring=Keyring.from_settings(settings), storage=town.storage)
    assert [each.origin for each in await log.flush()] == ["a.example/log/2027"]
    assert (tmp_path / "keys" / "a.example_log_2027.last-signed").exists()


async def test_log_of_an_installation_asks_the_witnesses_of_its_policy(town: Town, tmp_path: Path) -> None:
    policy = tmp_path / "policy"
    policy.write_text(f"witness library {KEY_OF_NOBODY} http://127.0.0.1:9\n")
    settings = load_settings({}, mode="test", data_dir=tmp_path, log_policy=policy)
    log = build_log(settings, work=town.work, keyring=Keyring.from_settings(settings), storage=town.storage)
    assert len(await log.flush()) == 1  # published although the witness is silent


async def test_entries_are_found_by_place_and_by_record(town: Town) -> None:
    for number in range(5):
        await town.note(number)
    await town.log.flush()
    await town.note(5)
    async with town.work.read() as uow:
        newest = await entries_before(uow.session, 2027, limit=2)
        older = await entries_before(uow.session, 2027, before=newest[-1].position.index)
        assert [each.position.index for each in newest + older] == [5, 4, 3, 2, 1, 0]
        place = await position_of(uow.session, LogType.MEETING_OPENED, "m3")
        assert place == Position(2027, 4)
        assert (await entry_at(uow.session, place)).public == {"meeting": 3}
        known = await positions_of(uow.session, [(LogType.MEETING_OPENED, key) for key in ("m0", "m5", "m9")])
        assert known == {(LogType.MEETING_OPENED, "m0"): Position(2027, 1)}
        with pytest.raises(NoSuchEntry):
            await entry_at(uow.session, Position(2027, 6))
        some = await entries_at(uow.session, [Position(2027, 4), Position(2027, 9), Position(2027, 1)])
        assert [each.position.index for each in some] == [4, 1]
        closed = await entries_before(uow.session, 2027, type_=LogType.MEETING_CLOSED)
        assert closed == []
        assert await counts_by_type(uow.session, 2027) == {LogType.MEETING_OPENED: 5}
        assert await waiting(uow.session) == 1
        assert await log_years(uow.session) == [2027]
        assert await newest_year(uow.session) == 2027
        with pytest.raises(ValueError, match="at most 500"):
            await positions_of(uow.session, [(LogType.MEETING_OPENED, str(n)) for n in range(501)])
