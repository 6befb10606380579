"""Payloads: opened, sealed, erased, not restored."""

import pytest
from sqlalchemy import delete

from backend.kit.uow import UnitOfWork
from backend.transparency.commitment import commit
from backend.transparency.entries import LogEntry
from backend.transparency.erase import TARGETS_MAX, erase
from backend.transparency.errors import NoSuchEntry, NotYetLogged
from backend.transparency.intents import record, release
from backend.transparency.models import PayloadKeyRow, PayloadRow
from backend.transparency.openings import disclose, payload_of
from backend.transparency.payloads import SealedPayload, UnreadablePayload, unseal
from backend.transparency.queries import entry_at
from backend.transparency.types import ErasureGround, LogType, Position
from tests.integration.log_town import Town, town

__all__ = ["town"]

pytestmark = pytest.mark.both_databases

TEXT = {"text": "Mehr Bänke am Marktplatz, bitte!"}


async def receive(uow: UnitOfWork, key: str) -> None:
    await record(
        uow,
        LogType.INPUT_RECEIVED,
        key,
        public={"input": key, "consultation": "c1", "channel": "web"},
        private=TEXT,
    )


async def weigh(uow: UnitOfWork, key: str) -> None:
    await record(
        uow,
        LogType.WEIGHING_PUBLISHED,
        key,
        public={"topic": key, "proposal": "teilweise", "version": 1},
        private={"reason": "Der Platz ist zu klein."},
    )


async def test_payload_opens_to_what_was_committed(town: Town) -> None:
    async with town.work.write() as uow:
        await weigh(uow, "i1")
    await town.log.flush()
    async with town.work.read() as uow:
        told = await disclose(uow.session, Position(2027, 1))
        entry = await entry_at(uow.session, Position(2027, 1))
    assert told.status == 200
    salt = bytes.fromhex(str(told.document["salt"]))
    assert told.document["payload"] == {"reason": "Der Platz ist zu klein."}
    assert entry.commitment == commit("weighing.published", salt, {"reason": "Der Platz ist zu klein."})
    assert b"Platz" not in LogEntry.encode(entry)


async def test_words_of_a_person_stay_sealed_until_released(town: Town) -> None:
    async with town.work.write() as uow:
        await receive(uow, "i1")
    await town.log.flush()
    place = Position(2027, 1)
    async with town.work.read() as uow:
        assert (await disclose(uow.session, place)).document == {"sealed": True}
        own = await payload_of(uow.session, place)
        assert own is not None
        assert own.payload == TEXT
    async with town.work.write() as uow:
        await release(uow, LogType.INPUT_RECEIVED, "i1")
    async with town.work.read() as uow:
        assert (await disclose(uow.session, place)).document["payload"] == TEXT


async def test_entry_without_a_payload_opens_nothing(town: Town) -> None:
    await town.log.flush()
    async with town.work.read() as uow:
        assert await payload_of(uow.session, Position(2027, 0)) is None
        for index in (0, 1):
            with pytest.raises(NoSuchEntry):
                await disclose(uow.session, Position(2027, index))


async def test_erasure_removes_payload_and_key_and_leaves_a_tombstone(town: Town) -> None:
    async with town.work.write() as uow:
        await receive(uow, "i1")
        await receive(uow, "i2")
    await town.log.flush()
    records = [(LogType.INPUT_RECEIVED, "i1")]
    for _ in range(2):
        async with town.work.write() as uow:
            await erase(uow, records, key="r1", ground=ErasureGround.REQUEST)
    async with town.work.read() as uow:
        assert (await disclose(uow.session, Position(2027, 1))).document == {"erased": "pending"}
    await town.log.flush()
    async with town.work.read() as uow:
        gone = await disclose(uow.session, Position(2027, 1))
        assert (gone.status, gone.document) == (410, {"erased": "2027/3"})
        assert await payload_of(uow.session, Position(2027, 1)) is None
        tombstone = await entry_at(uow.session, Position(2027, 3))
        assert tombstone.public == {"targets": ["2027/1"], "ground": "request"}
    assert await town.count(PayloadRow) == await town.count(PayloadKeyRow) == 1
    assert town.published()[0].size == 4


async def test_erasure_of_what_has_no_place_yet_is_refused(town: Town) -> None:
    async with town.work.write() as uow:
        await receive(uow, "i1")
        with pytest.raises(NotYetLogged):
            await erase(
                uow,
                [(LogType.INPUT_RECEIVED, "i1")],
                key="r1",
                ground=ErasureGround.REQUEST,
            )
        with pytest.raises(NoSuchEntry):
            await erase(
                uow,
                [(LogType.INPUT_RECEIVED, "i2")],
                key="r1",
                ground=ErasureGround.REQUEST,
            )


async def test_erasure_of_many_names_every_target(town: Town) -> None:
    records = [(LogType.INPUT_RECEIVED, f"i{n}") for n in range(TARGETS_MAX + 1)]
    async with town.work.write() as uow:
        for _, key in records:
            await receive(uow, key)
        await record(uow, LogType.MEETING_OPENED, "m1", public={})
    await town.log.flush()
    async with town.work.write() as uow:
        await erase(
            uow,
            [*records, (LogType.MEETING_OPENED, "m1")],
            key="retention-2027",
            ground=ErasureGround.RETENTION,
        )
    await town.log.flush()
    entries = [LogEntry.decode(entry) for entry in town.published()[1]]
    named = [entry.public["targets"] for entry in entries if entry.type is LogType.ERASURE]
    assert [len(targets) for targets in named if isinstance(targets, list)] == [TARGETS_MAX, 1]
    assert await town.count(PayloadRow) == 0


async def test_payload_without_its_key_is_reported_as_not_restored(town: Town) -> None:
    async with town.work.write() as uow:
        await weigh(uow, "i1")
    await town.log.flush()
    async with town.work.write() as uow:
        await uow.session.execute(delete(PayloadKeyRow))
    async with town.work.read() as uow:
        told = await disclose(uow.session, Position(2027, 1))
        assert (told.status, told.document) == (410, {"not_restored": True})
        assert await payload_of(uow.session, Position(2027, 1)) is None


def test_payload_under_another_commitment_is_unreadable() -> None:
    with pytest.raises(UnreadablePayload):
        unseal(SealedPayload(commitment=bytes(32), ciphertext=bytes(80), key=bytes(32)))
