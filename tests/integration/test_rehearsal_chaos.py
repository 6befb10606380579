"""An evening on which everything goes wrong, on both databases: nothing is lost, nothing counts twice."""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from backend.accounts.actions import create_token, create_user, grant_role
from backend.accounts.models import Organisation
from backend.accounts.types import Role
from backend.kit.migrate import upgrade_async
from backend.kit.settings import Settings
from backend.rehearsal.chaos import Chaos, Mischief
from backend.rehearsal.evening import Plan, rehearse
from backend.rehearsal.script import Script, load_script
from backend.runtime import build_runtime
from tests.faults.servers import App

pytestmark = [pytest.mark.slow, pytest.mark.both_databases, pytest.mark.timeout(240)]

PHONES = 24
PEOPLE = {"host": Role.HOST, "teller": Role.TELLER, "second": Role.TELLER}


async def found_town(settings: Settings, script: Script, tokens: Path) -> None:
    """Make the organisation of a script with the people who run its evening."""
    rt = build_runtime(settings)
    try:
        async with rt.work.write() as uow:
            town = Organisation(id=uow.new_id(), slug=script.org, name="Auenfurt", short_name="Auenfurt", kind="stadt")
            town.n_min, town.imprint = 5, {}
            uow.session.add(town)
            await uow.session.flush()
            given = {}
            for name, role in PEOPLE.items():
                person = await create_user(uow, name=name, display_name=name, password="ein langes Passwort")
                await grant_role(uow, user_id=person.id, org_id=town.id, role=role)
                given[name] = await create_token(uow, user_name=name, org_id=town.id)
        await asyncio.to_thread(tokens.write_text, json.dumps(given), encoding="utf-8")
    finally:
        await rt.close()


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


@pytest.fixture
def app(settings: Settings, tmp_path: Path) -> Iterator[App]:
    """A server that can be restarted."""
    secrets = {name: getattr(settings, name).get_secret_value() for name in ("secret_key", "card_key")}
    environment = {
        "MACHMIT_MODE": "production",
        "MACHMIT_DATABASE_URL": settings.db_url,
        "MACHMIT_DATA_DIR": str(settings.data_dir),
        "MACHMIT_LOG_SIGNING_KEY": settings.log_signing_key.get_secret_value(),
        "MACHMIT_PUBLIC_URL": "http://127.0.0.1:8000",
        **{f"MACHMIT_{name.upper()}": value for name, value in secrets.items()},
    }
    server = App(environment, tmp_path / "server.log")
    yield server
    server.end()
    print(server.words())  # noqa: T201 - shown when the test fails


async def test_chaos_with_a_restart_loses_and_doubles_nothing(app: App, settings: Settings, tmp_path: Path) -> None:
    script, tokens = load_script(phones=PHONES, with_paper=False), tmp_path / "tokens.json"
    await upgrade_async(settings.db_url)
    await found_town(settings, script, tokens)
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
