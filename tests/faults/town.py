"""An installation of its own for one test: settings, a running meeting, one open poll and its cards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from backend.kit.migrate import upgrade_async
from backend.kit.settings import Settings
from backend.polls.queries import Poll, get_poll
from backend.runtime import Runtime, build_runtime
from tests.factories import Hall, make_hall, make_poll

_SECRETS = {"secret_key": "s" * 40, "card_key": "c" * 40, "log_signing_key": "l" * 40}


@dataclass(frozen=True, slots=True)
class Town:
    """What the load, the servers and the audit must agree on."""

    settings: Settings
    environment: dict[str, str]
    hall: Hall
    poll: Poll

    @asynccontextmanager
    async def runtime(self) -> AsyncIterator[Runtime]:
        """Open the installation inside the test process, as a command would."""
        async with _runtime(self.settings) as rt:
            yield rt

    async def poll_now(self, rt: Runtime) -> Poll:
        """Return the poll as it is stored."""
        async with rt.work.read() as uow:
            return await get_poll(uow.session, self.poll.id)


async def found_town(
    data: Path, *, database_url: str = "", cards: int, redis_url: str | None = None, log_level: str = "WARNING"
) -> Town:
    """Migrate, and fill in what an evening needs before its first vote."""
    await asyncio.to_thread(data.mkdir, parents=True, exist_ok=True)
    values: dict[str, str] = {
        "mode": "production",
        "data_dir": str(data),
        "database_url": database_url,
        "public_url": "http://127.0.0.1:8000",
        "log_level": log_level,
        **_SECRETS,
    }
    if redis_url:
        values["redis_url"] = redis_url
    settings = Settings.model_validate(values)
    await upgrade_async(settings.db_url)
    async with _runtime(settings) as rt:
        hall = await make_hall(rt, voting=cards)
        poll = await make_poll(rt, hall)
    environment = {f"MACHMIT_{name.upper()}": value for name, value in values.items()}
    return Town(settings, environment, hall, poll)


@asynccontextmanager
async def _runtime(settings: Settings) -> AsyncIterator[Runtime]:
    rt = build_runtime(settings)
    try:
        yield rt
    finally:
        await rt.close()
