"""A real installation per example: a migrated SQLite file with a hall in it is made once and copied."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from backend.kit.clock import FixedClock
from backend.kit.entropy import SystemEntropy
from backend.kit.migrate import upgrade
from backend.kit.settings import Settings
from backend.runtime import Runtime, build_runtime
from tests.conftest import EVENING
from tests.factories import Hall, make_hall, make_person

T = TypeVar("T")
CARDS = 8


class Template:
    """A folder with a database that has a hall, two tellers and nothing else."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="machmit-template-")
        self.root = Path(self._folder.name)
        upgrade(settings_in(self.root).db_url)
        self.hall, self.people = asyncio.run(self._fill())

    async def _fill(self) -> tuple[Hall, list[str]]:
        rt = build_runtime(settings_in(self.root), clock=FixedClock(EVENING), entropy=SystemEntropy())
        hall = await make_hall(rt, voting=CARDS)
        async with rt.work.write() as uow:
            people = [await make_person(uow, name, hall.org_id) for name in ("roth", "weber")]
        await rt.close()
        return hall, people

    def close(self) -> None:
        """Remove the folder."""
        self._folder.cleanup()


class Installation:
    """One copy with an event loop of its own, for state machines that are not asynchronous."""

    def __init__(self, template: Template) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="machmit-example-")
        root = Path(self._folder.name)
        shutil.copy(template.root / "machmit.db", root / "machmit.db")
        self._loop = asyncio.new_event_loop()
        self.clock = FixedClock(EVENING)
        self.rt: Runtime = build_runtime(settings_in(root), clock=self.clock, entropy=SystemEntropy())
        self.run(self._start())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something asynchronous and return its result."""
        return self._loop.run_until_complete(work)

    async def _start(self) -> None:
        self.rt.committer.start()

    def close(self) -> None:
        """Close everything and remove the copy."""
        self.run(self.rt.close())
        self._loop.close()
        self._folder.cleanup()


def settings_in(root: Path) -> Settings:
    """Return the settings of an installation in a folder."""
    return Settings(
        mode="test",
        database_url=f"sqlite+aiosqlite:///{root / 'machmit.db'}",
        data_dir=root / "data",
        public_url="http://testserver.local",
        secret_key="s" * 32,  # type: ignore[arg-type]  # pydantic wraps it
        card_key="c" * 32,  # type: ignore[arg-type]
        log_signing_key="l" * 32,  # type: ignore[arg-type]
    )
