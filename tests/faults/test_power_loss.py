"""Power cuts: the disk as it was at many moments under load holds everything that was acknowledged before.

A control run with a wrong setting must lose something; if it does not, these tests would prove nothing.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from backend.kit.storage import DirectoryStorage
from backend.runtime import Runtime, build_runtime
from backend.transparency.intents import record
from backend.transparency.queries import published_checkpoint
from backend.transparency.recover import _published_entries
from backend.transparency.types import LogType
from tests.faults import child
from tests.faults.audit import look_into_box
from tests.faults.conftest import MakeApp
from tests.faults.crowd import Crowd
from tests.faults.dice import POINTS, Dice
from tests.faults.disks import cut_power, ext4, mounted, need_disks
from tests.faults.servers import family, frozen
from tests.faults.town import Town, found_town
from tests.postgres import DURABLE, FAST, PostgresCluster, make_cluster
from tests.processes import MissingServer, private_folder
from tests.services import missing

CUTS = POINTS or 10
CUTS_OF_CONTROL = 3
LOG_CUTS = 10
CASTS_BETWEEN = 16
SQLITE_DISK_MB = 32
POSTGRES_DISK_MB = 160
FORGETFUL = DURABLE | {"synchronous_commit": "off", "wal_writer_delay": "10s", "wal_writer_flush_after": "1GB"}

Writers = Callable[[], list[int]]


@dataclass(frozen=True, slots=True)
class Cut:
    """A disk at the moment of a power cut, and what had been acknowledged before."""

    image: Path
    told: set[bytes]


pytestmark = [pytest.mark.timeout(150 + 15 * CUTS)]  # every copy of the disk is mounted and recovered


async def cut_under_load(crowd: Crowd, image: Path, writers: Writers, dice: Dice, cuts: int) -> list[Cut]:
    """Copy the disk at random moments while phones vote; writers stand still for the moment of a copy."""
    taken: list[Cut] = []
    async with asyncio.TaskGroup() as group:
        voting = group.create_task(crowd.vote())
        for number in range(cuts):
            await crowd.more(1 + dice.below(CASTS_BETWEEN))
            await asyncio.sleep(dice.between(0, 0.02))
            assert not voting.done(), "the load ended before the last cut"
            told, copy = crowd.commitments(), image.with_name(f"cut-{number}.img")
            with frozen(writers()):
                await asyncio.to_thread(cut_power, image, copy)
            taken.append(Cut(copy, told))
        crowd.leave()
    return taken


async def lost(town: Town, cuts: list[Cut], at: Path, cluster: PostgresCluster | None = None) -> list[int]:
    """Recover from every copy; return how many acknowledged ballots each has lost."""
    losses = []
    settings = town.settings.model_copy(update={"data_dir": at / "data"})
    for cut in cuts:
        with mounted(cut.image, at), recovered(cluster, at):
            rt = build_runtime(settings)
            try:
                losses.append(len(cut.told - set((await look_into_box(rt, town.poll.id)).commitments)))
            finally:
                await rt.close()
        cut.image.unlink()
    return losses


@contextmanager
def recovered(cluster: PostgresCluster | None, at: Path) -> Iterator[None]:
    """Start PostgreSQL on a copied disk; SQLite recovers when it is opened."""
    if cluster is None:
        yield
        return
    copied = replace(cluster, folder=at / "pg", process=None, settings=FAST)  # flushing is the past's question
    try:
        copied.start()
        yield
    finally:
        copied.stop()


async def vote_on_sqlite(
    folder: Path, make_app: MakeApp, dice: Dice, *, cuts: int, run: Callable[..., None] = child.run
) -> list[int]:
    with ext4(folder, size_mb=SQLITE_DISK_MB) as (image, disk):
        town = await found_town(disk / "data", cards=500 + cuts * 6 * CASTS_BETWEEN)
        app = make_app(town.environment, run=run)
        await app.start()
        os.sync()  # what was there before the load is not the question
        taken = await cut_under_load(Crowd(town, [app.url], dice), image, lambda: [app.pid], dice, cuts)
        app.stop()
    return await lost(town, taken, folder / "after")


async def vote_on_postgresql(
    folder: Path, make_app: MakeApp, dice: Dice, *, cuts: int, settings: Mapping[str, str] = DURABLE
) -> list[int]:
    with ext4(folder, size_mb=POSTGRES_DISK_MB) as (image, disk), cluster_on(disk, settings) as cluster:
        url = cluster.server.create("machmit")
        town = await found_town(disk / "data", database_url=url, cards=500 + cuts * 6 * CASTS_BETWEEN)
        app = make_app(town.environment)
        await app.start()
        os.sync()

        def writers() -> list[int]:
            return [app.pid, *family(cluster.process.pid if cluster.process else 0)]

        taken = await cut_under_load(Crowd(town, [app.url], dice), image, writers, dice, cuts)
        app.stop()
    return await lost(town, taken, folder / "after", cluster)


@contextmanager
def cluster_on(disk: Path, settings: Mapping[str, str]) -> Iterator[PostgresCluster]:
    """Run a PostgreSQL whose data lie on a disk."""
    folder = disk / "pg"
    folder.mkdir()
    try:
        cluster = make_cluster(folder, settings, options=("--wal-segsize=1",))
        try:
            cluster.start()
            yield cluster
        finally:
            cluster.stop()
    except MissingServer as error:
        missing("PostgreSQL", str(error))


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that PostgreSQL's account may enter."""
    need_disks()
    with private_folder("disk") as path:
        path.chmod(0o755)
        yield path


async def test_power_cut_on_sqlite_keeps_everything_acknowledged(folder: Path, make_app: MakeApp, dice: Dice) -> None:
    assert await vote_on_sqlite(folder, make_app, dice, cuts=CUTS) == [0] * CUTS


async def test_power_cut_on_sqlite_that_does_not_flush_loses_ballots(
    folder: Path, make_app: MakeApp, dice: Dice
) -> None:
    losses = await vote_on_sqlite(folder, make_app, dice, cuts=CUTS_OF_CONTROL, run=child.run_without_flushing)
    print(f"lost at each cut: {losses}")  # noqa: T201 - a figure for the records
    assert sum(losses) > 0


@pytest.mark.postgres
async def test_power_cut_on_postgresql_keeps_everything_acknowledged(
    folder: Path, make_app: MakeApp, dice: Dice
) -> None:
    assert await vote_on_postgresql(folder, make_app, dice, cuts=CUTS) == [0] * CUTS


@pytest.mark.postgres
async def test_power_cut_on_postgresql_that_flushes_later_loses_ballots(
    folder: Path, make_app: MakeApp, dice: Dice
) -> None:
    losses = await vote_on_postgresql(folder, make_app, dice, cuts=CUTS_OF_CONTROL, settings=FORGETFUL)
    print(f"lost at each cut: {losses}")  # noqa: T201 - a figure for the records
    assert sum(losses) > 0


async def test_power_cut_while_the_log_grows_leaves_every_checkpoint_its_tiles(folder: Path, dice: Dice) -> None:
    claimed: list[int] = []
    with ext4(folder, size_mb=SQLITE_DISK_MB) as (image, disk):
        town = await found_town(disk / "data", cards=1)
        async with town.runtime() as rt:
            cuts = await cut_while_log_grows(rt, image, dice)
            year = rt.clock.now().year
    for copy in cuts:
        with mounted(copy, folder / "after") as at:
            storage = DirectoryStorage(at / "data" / "files")
            found = published_checkpoint(storage, year)
            if found is not None:
                claimed.append(found[0].size)
                assert len(_published_entries(storage, year, found[0])) == found[0].size
    assert len(claimed) > LOG_CUTS // 2
    assert claimed == sorted(claimed)
    assert claimed[-1] > claimed[0]


async def cut_while_log_grows(rt: Runtime, image: Path, dice: Dice) -> list[Path]:
    """Copy the disk at random moments of a log that is recorded and signed without a pause."""
    copies: list[Path] = []
    is_done = asyncio.Event()

    async def grow() -> None:
        number = 0
        while not is_done.is_set():
            async with rt.work.write() as uow:
                for _ in range(1 + dice.below(100)):
                    number += 1
                    await record(uow, LogType.POLL_PUBLISHED, f"poll-{number}", public={"poll": f"poll-{number}"})
            await rt.log.flush()

    async with asyncio.TaskGroup() as group:
        group.create_task(grow())
        for number in range(LOG_CUTS):
            await asyncio.sleep(dice.between(0.02, 0.3))
            copy = image.with_name(f"log-{number}.img")
            await asyncio.to_thread(cut_power, image, copy)
            copies.append(copy)
        is_done.set()
    return copies
