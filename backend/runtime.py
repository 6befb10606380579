"""Everything a running installation consists of, built once from its settings and passed as a parameter."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.throttle import Throttle
from backend.ballots.cast import Tools
from backend.ballots.committer import Committer
from backend.ballots.desk import VotingDesk
from backend.ballots.lifecycle import Lifecycle
from backend.ballots.record import OutsideFacts
from backend.kit.bus import Bus, open_bus
from backend.kit.clock import Clock, SystemClock
from backend.kit.db import Database
from backend.kit.entropy import Entropy, SystemEntropy
from backend.kit.keyring import Keyring
from backend.kit.raw import RawTransactions
from backend.kit.settings import Settings
from backend.kit.storage import DirectoryStorage
from backend.kit.uow import Work
from backend.meetings.models import MeetingRow
from backend.paper.desk import PaperDesk
from backend.paper.facts import paper_facts
from backend.polls.keys import DirectoryPollKeys, PollKeys
from backend.polls.models import PollRow
from backend.practice.runner import Rehearsals
from backend.transparency.build import build_log
from backend.transparency.service import LogService


@dataclass(frozen=True, slots=True)
class Runtime:
    """The parts, wired. No part looks another up; each was given what it needs."""

    settings: Settings
    db: Database
    work: Work
    clock: Clock
    entropy: Entropy
    bus: Bus
    keyring: Keyring
    poll_keys: PollKeys
    storage: DirectoryStorage
    committer: Committer
    desk: VotingDesk
    paper: PaperDesk
    lifecycle: Lifecycle
    throttle: Throttle
    log: LogService
    rehearsals: Rehearsals

    async def close(self) -> None:
        """Finish queued ballots and close every connection."""
        await self.paper.close()
        await self.committer.stop()
        await self.bus.close()
        await self.db.close()


def build_runtime(settings: Settings, *, clock: Clock | None = None, entropy: Entropy | None = None) -> Runtime:
    """Wire an installation. Opens nothing yet; connections come with first use."""
    clock = clock or SystemClock()
    entropy = entropy or SystemEntropy()
    bus = open_bus(settings.redis_url)
    db = Database(settings.db_url)
    work = Work(db, clock=clock, entropy=entropy, bus=bus)
    keyring = Keyring.from_settings(settings)
    storage = DirectoryStorage(settings.data_dir / "files")
    keys = DirectoryPollKeys(settings.poll_key_dirs)
    tools = Tools(keys=keys, sign=keyring.receipt_key().sign, entropy=entropy)
    committer = Committer(RawTransactions(db.ballot_engine()), tools, bus)
    desk = VotingDesk(work, committer, keyring=keyring)
    return Runtime(
        settings=settings,
        db=db,
        work=work,
        clock=clock,
        entropy=entropy,
        bus=bus,
        keyring=keyring,
        poll_keys=keys,
        storage=storage,
        committer=committer,
        desk=desk,
        paper=PaperDesk(work, desk, keyring=keyring, keys=keys, storage=storage),
        lifecycle=Lifecycle(keys=keys, facts_of=outside_facts),
        throttle=Throttle(keyring.throttle, clock),
        log=build_log(settings, work=work, keyring=keyring, storage=storage),
        rehearsals=Rehearsals(work, settings, storage),
    )


async def outside_facts(session: AsyncSession, row: PollRow) -> OutsideFacts:
    """Return what the ballot box cannot know of a poll: paper and people in the hall."""
    meeting = await session.get(MeetingRow, row.meeting_id)
    paper = await paper_facts(session, row.id)
    if meeting is None:
        return paper
    return replace(paper, people_counted=meeting.people_counted, is_on_paper=meeting.on_paper_since is not None)
