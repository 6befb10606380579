"""Plays the rehearsals the office asked for: a sandbox, a child process with `machmit rehearse`, its report.

Guarantees: the outbox is never held up, the player is another process that knows only the sandbox's tokens; it ends
when a real meeting begins, when the server stops, or after `LIMIT_S`. An error ends the rehearsal, nothing else.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import structlog

from backend.accounts.queries import org_by_id
from backend.kit.db import JsonDict
from backend.kit.outbox import Handler
from backend.kit.settings import Settings
from backend.kit.storage import Storage
from backend.kit.uow import Work
from backend.meetings.queries import agenda_of, get_meeting
from backend.polls.queries import polls_of
from backend.practice.actions import RUN_TOPIC, SWEEP_TOPIC, beat, end_run, note_sandbox, take_up
from backend.practice.errors import MeetingRunning
from backend.practice.sandbox import PREFIX, found_sandbox, remove_sandbox
from backend.practice.script import script_of
from backend.practice.types import Problem, Run

BEAT_S = 5.0
LIMIT_S = 3_600.0
REPORT_BYTES_MAX = 8_000_000
ROOT = Path(__file__).parents[2]
KEPT_VARIABLES = ("PATH", "HOME", "LANG", "LC_ALL", "SSL_CERT_FILE", "SSL_CERT_DIR", "SYSTEMROOT")

log = structlog.get_logger(__name__)


class PlayerFailed(RuntimeError):
    """The child ended without a report."""


class Rehearsals:
    """The worker's side of rehearsals."""

    def __init__(self, work: Work, settings: Settings, storage: Storage) -> None:
        self._work = work
        self._settings = settings
        self._storage = storage
        self._playing: set[asyncio.Task[None]] = set()

    def handlers(self) -> Mapping[str, Handler]:
        """Return what the outbox calls."""
        return {RUN_TOPIC: self.begin, SWEEP_TOPIC: self.sweep}

    async def begin(self, payload: JsonDict) -> None:
        """Take a rehearsal up and let it play beside the outbox."""
        async with self._work.write() as uow:
            run = await take_up(uow, payload["run_id"])
        if run is not None:
            task = asyncio.create_task(self.play(run), name=f"rehearsal {run.id}")
            self._playing.add(task)
            task.add_done_callback(self._playing.discard)

    async def sweep(self, payload: JsonDict) -> None:
        """Throw a sandbox away whose time is over."""
        async with self._work.write() as uow:
            await remove_sandbox(uow, payload["sandbox_id"])

    async def play(self, run: Run) -> None:
        """Play a rehearsal to its end, whatever that is."""
        problem, report = Problem.BROKE, None
        try:
            report = await self._played(run)
        except MeetingRunning:
            problem = Problem.MEETING
        except Exception as error:  # noqa: BLE001 - any failure ends this rehearsal and is shown on its page
            log.warning("rehearsal.failed", run=run.id, error=type(error).__name__)
        async with self._work.write() as uow:
            if report is None:
                await end_run(uow, run, problem=problem)
            else:
                await end_run(uow, run, is_ok=bool(report["ok"]))

    async def _played(self, run: Run) -> dict[str, Any]:
        with tempfile.TemporaryDirectory(prefix="machmit-rehearsal-") as name:  # readable for this account only
            folder = Path(name)
            await self._lay_out(run, folder)
            async with asyncio.timeout(LIMIT_S):
                content = await self._let_play(run, folder)
        report: dict[str, Any] = json.loads(content)
        await asyncio.to_thread(self._storage.put, run.report_path, content)
        return report

    async def _lay_out(self, run: Run, folder: Path) -> None:
        """Make the sandbox; write its script and the tokens of its people."""
        async with self._work.write() as uow:
            owner = await org_by_id(uow.session, run.org_id)
            sandbox_id, tokens = await found_sandbox(uow, owner)
            await note_sandbox(uow, run.id, sandbox_id)
            meeting = await get_meeting(uow.session, run.meeting_id)
            agenda, polls = await agenda_of(uow.session, meeting.id), await polls_of(uow.session, meeting.id)
        script = script_of(meeting, agenda, polls, org=f"{PREFIX}{owner.slug}"[:60], wish=run.wish)
        for file, content in {"script.json": script, "tokens.json": tokens}.items():
            await asyncio.to_thread((folder / file).write_text, json.dumps(content), encoding="utf-8")

    async def _let_play(self, run: Run, folder: Path) -> bytes:
        words = ["rehearse", "--json", "--url", self._settings.public_url.rstrip("/")]
        words += ["--script", str(folder / "script.json"), "--tokens", str(folder / "tokens.json")]
        words += ["--chaos", "--seed", str(run.wish.seed)] if run.wish.with_chaos else []
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "backend.cli",
            *words,
            cwd=ROOT,
            env=_environment(),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=REPORT_BYTES_MAX,
        )
        assert child.stdout is not None  # noqa: S101 - asked for above
        assert child.stderr is not None  # noqa: S101 - the same
        reading = asyncio.create_task(child.stdout.read())
        try:
            await self._follow(run, child.stderr)
            content = await reading
            await child.wait()
        finally:
            reading.cancel()
            if child.returncode is None:
                child.kill()
                await child.wait()
        if not content:
            raise PlayerFailed(f"the player ended with {child.returncode}")
        return content

    async def _follow(self, run: Run, said: asyncio.StreamReader) -> None:
        """Note every step the player tells, and that it lives between them. Raises: MeetingRunning."""
        while True:
            try:
                async with asyncio.timeout(BEAT_S):
                    line = await said.readline()
            except TimeoutError:
                step = None
            else:
                if not line:
                    return
                step = line.decode("utf-8", "replace").strip()
            async with self._work.write() as uow:
                await beat(uow, run.id, step)


def _environment() -> dict[str, str]:
    """Return what the player may know of this process: nothing secret."""
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    return kept | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "PYTHONUTF8": "1"}
