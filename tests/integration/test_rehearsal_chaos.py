"""An evening on which everything goes wrong, on both databases: nothing is lost, nothing counts twice."""

from __future__ import annotations

import asyncio
import os
import socket
from contextlib import suppress
from pathlib import Path

import pytest

from backend.kit.settings import Settings
from backend.rehearsal.chaos import Chaos, Mischief
from backend.rehearsal.evening import Plan, rehearse
from backend.rehearsal.script import load_script
from tests.faults.servers import App
from tests.integration.rehearsal_town import app, found_town

__all__ = ["app"]  # a fixture

pytestmark = [pytest.mark.slow, pytest.mark.both_databases, pytest.mark.timeout(240)]

PHONES = 24


def open_sockets() -> int:
    """Count the TCP sockets this process holds."""
    found = 0
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208 - a name is gone as soon as it is looked at
        with suppress(OSError):
            if os.readlink(f"/proc/self/fd/{name}").startswith("socket:"):  # noqa: PTH115 - the same
                found += _is_tcp(int(name))
    return found


def _is_tcp(number: int) -> bool:
    with socket.socket(fileno=os.dup(number)) as one:
        return one.family in {socket.AF_INET, socket.AF_INET6}


async def test_chaos_with_a_restart_loses_and_doubles_nothing(app: App, settings: Settings, tmp_path: Path) -> None:
    script, tokens = load_script(phones=PHONES, with_paper=False), tmp_path / "tokens.json"
    await found_town(settings, script.org, tokens)
    await app.start()
    before = open_sockets()

    async def restart() -> None:
        await asyncio.to_thread(app.stop)
        await app.start()

    report = await rehearse(app.url, script, Plan(Chaos(seed=0), restart), tokens=tokens)
    figures = report.figures
    assert [outcome.differences for outcome in report.outcomes] == [[], [], [], []]
    assert [outcome.acknowledged for outcome in report.outcomes] == [
        outcome.counted["ballots"] for outcome in report.outcomes
    ]
    assert (figures.drops, figures.wrong_codes, figures.missed, figures.left_open) == (0, 0, 0, 0)
    assert set(figures.mischief) == set(Mischief)
    assert figures.reconnects >= 2 * PHONES
    assert report.restarts == 1
    assert report.log is not None
    assert report.log.findings == []
    assert report.ok
    assert open_sockets() == before
