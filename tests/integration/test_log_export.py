"""From recorded changes to a directory that verifies without us."""

from pathlib import Path
from threading import Thread

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from backend.kit.storage import DirectoryStorage
from backend.transparency.ballots import Opening, ballot_commitment, batch_bodies, openings_file
from backend.transparency.cosignature import Cosigner
from backend.transparency.erase import erase
from backend.transparency.export import export
from backend.transparency.intents import record, release
from backend.transparency.last_signed import LastSigned
from backend.transparency.openings import RANGE_MAX, disclose_range
from backend.transparency.policy import KnownWitness
from backend.transparency.publisher import Publisher
from backend.transparency.sequencer import sequence
from backend.transparency.service import LogService
from backend.transparency.types import ErasureGround, LogType
from backend.transparency.verifier import verify_directory
from backend.transparency.witness import Witness
from backend.transparency.witness_server import WitnessServer
from backend.transparency.witnessing import WitnessRing
from tests.integration.log_town import ORIGIN, SIGNER, Town, town

__all__ = ["town"]

pytestmark = pytest.mark.both_databases

BALLOTS = [Opening(bytes([number]) * 32, ["yes" if number % 3 else "no"]) for number in range(9)]
FILE = openings_file("poll-A1", BALLOTS)


async def live_through_a_year(town: Town) -> None:
    async with town.work.write() as uow:
        for key in ("i1", "i2", "i3"):
            await record(
                uow,
                LogType.INPUT_RECEIVED,
                key,
                public={"input": key, "consultation": "c1", "channel": "web"},
                private={"text": f"Bänke für {key}"},
            )
        await release(uow, LogType.INPUT_RECEIVED, "i1")
        await record(
            uow,
            LogType.POLL_OPENED,
            "poll-A1",
            public={"poll": "poll-A1", "type": "yesno", "options": ["yes", "no"], "cards_total": 12},
        )
        commitments = [ballot_commitment("poll-A1", each.nonce, each.choices) for each in BALLOTS]
        for body in batch_bodies("poll-A1", commitments):
            await record(uow, LogType.BALLOT_BATCH, "poll-A1", public=body)
    await town.log.flush()
    async with town.work.write() as uow:
        await erase(uow, [(LogType.INPUT_RECEIVED, "i3")], key="r", ground=ErasureGround.REQUEST)
    await town.log.flush()


async def export_to(town: Town, target: Path) -> None:
    async with town.work.read() as uow:
        await export(uow.session, town.storage, target, signer=SIGNER, ballots={"poll-A1": FILE})


async def test_export_verifies_offline(town: Town, tmp_path: Path) -> None:
    await live_through_a_year(town)
    await town.note(1)  # recorded, not published: not exported
    async with town.work.write() as uow:
        await record(uow, LogType.FEEDBACK_SENT, "f1", public={"input": "i2"}, private={"a": "b"})
    await export_to(town, tmp_path / "copy")
    report = verify_directory(tmp_path / "copy")
    assert report.ok, report.lines()
    assert report.counts["Nachweise geöffnet"] == 1
    assert report.counts["Nachweise noch nicht öffentlich"] == 1
    assert report.counts["Nachweise gelöscht"] == 1
    assert report.logs[0].size == 7
    assert (tmp_path / "copy/openings/poll-A1.jsonl").read_bytes() == FILE
    opened = (tmp_path / "copy/log/2027/open/1.json").read_text()
    assert "Bänke für i1" in opened


async def test_witnessed_log_meets_the_quorum_of_a_policy(town: Town, tmp_path: Path) -> None:
    cosigner = Cosigner("library.example", Ed25519PrivateKey.from_private_bytes(bytes([5]) * 32))
    witness = Witness(
        cosigner,
        logs={ORIGIN: SIGNER.for_year(2027).key},
        memory=LastSigned(tmp_path / "witness"),
        storage=DirectoryStorage(tmp_path / "witness"),
        clock=town.clock,
    )
    server = WitnessServer(("127.0.0.1", 0), witness)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    ring = WitnessRing([KnownWitness(cosigner.key, f"http://127.0.0.1:{server.server_port}")])
    publisher = Publisher(town.work, storage=town.storage, signer=SIGNER, last_signed=town.last_signed, witnesses=ring)
    log = LogService(town.work, signer=SIGNER, publisher=publisher)
    for number in range(300):
        await town.note(number)
        if number in {5, 299}:
            await log.flush()
    server.shutdown()
    server.server_close()
    thread.join()
    await export_to(town, tmp_path / "copy")
    policy = (tmp_path / "copy/policy.txt").read_text()
    policy += f"witness library {cosigner.key.vkey}\nquorum library\n"
    report = verify_directory(tmp_path / "copy", policy=policy)
    assert report.ok, report.lines()
    assert report.logs[0].size == 301


async def test_export_before_anything_was_published_holds_no_log(town: Town, tmp_path: Path) -> None:
    async with town.work.write() as uow:
        await sequence(uow, SIGNER)
    await export_to(town, tmp_path / "copy")
    assert (tmp_path / "copy/policy.txt").read_bytes() == b""


async def test_export_of_incomplete_files_is_refused(town: Town, tmp_path: Path) -> None:
    await town.log.flush()
    town.storage.delete("log/2027/tile/0/000.p/1")
    with pytest.raises(FileNotFoundError, match="tile/0"):
        await export_to(town, tmp_path / "copy")


async def test_disclosure_of_too_many_entries_is_refused(town: Town) -> None:
    async with town.work.read() as uow:
        with pytest.raises(ValueError, match="at most"):
            await disclose_range(uow.session, 2027, start=0, end=RANGE_MAX + 1)
