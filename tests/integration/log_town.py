"""An installation with a log, for the tests of the log: real databases, files and keys."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import func, select
from sqlalchemy.orm import DeclarativeBase

from backend.kit.bus import LocalBus
from backend.kit.clock import FixedClock
from backend.kit.db import Database
from backend.kit.entropy import SystemEntropy
from backend.kit.storage import DirectoryStorage
from backend.kit.uow import Work
from backend.transparency.checkpoint import Checkpoint, open_checkpoint
from backend.transparency.intents import record
from backend.transparency.last_signed import LastSigned
from backend.transparency.merkle import root_of
from backend.transparency.publisher import Publisher
from backend.transparency.service import LogService
from backend.transparency.signer import LogSigner
from backend.transparency.tiles import ENTRIES, decode_bundle, grown_tiles
from backend.transparency.types import LogType

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
SIGNER = LogSigner.at("https://mitmachen.example", KEY, KEY.public_key())
ORIGIN = "mitmachen.example/log/2027"


@dataclass(frozen=True, slots=True)
class Town:
    """An installation: database, files, memory of the signer, clock."""

    work: Work
    clock: FixedClock
    storage: DirectoryStorage
    last_signed: LastSigned
    log: LogService

    async def note(self, number: int, **public: int) -> None:
        async with self.work.write() as uow:
            await record(uow, LogType.MEETING_OPENED, f"m{number}", public={"meeting": number, **public})

    def published(self, year: int = 2027) -> tuple[Checkpoint, list[bytes]]:
        """Read what a stranger reads from the files: verified checkpoint and entries."""
        file = self.storage.get(f"log/{year}/checkpoint") or b""
        signer = SIGNER.for_year(year)
        checkpoint, _ = open_checkpoint(file, origin=signer.name, keys=[signer.key])
        entries: list[bytes] = []
        for tile in grown_tiles(0, checkpoint.size):
            content = self.storage.get(f"log/{year}/{tile.path}")
            assert content is not None, tile.path
            if tile.level == ENTRIES:
                entries += decode_bundle(content, tile.width)
        assert root_of(entries) == checkpoint.root
        return checkpoint, entries

    async def count(self, table: type[DeclarativeBase]) -> int:
        async with self.work.read() as uow:
            return await uow.session.scalar(select(func.count()).select_from(table)) or 0


def build(db: Database, folder: Path, clock: FixedClock) -> Town:
    work = Work(db, clock=clock, entropy=SystemEntropy(), bus=LocalBus())
    storage = DirectoryStorage(folder / "files")
    last_signed = LastSigned(folder / "keys")
    publisher = Publisher(work, storage=storage, signer=SIGNER, last_signed=last_signed)
    log = LogService(work, signer=SIGNER, publisher=publisher, sign_interval_s=0)
    return Town(work, clock, storage, last_signed, log)


@pytest.fixture
def town(db: Database, clock: FixedClock, tmp_path: Path) -> Town:
    """An installation on the database under test."""
    return build(db, tmp_path, clock)
