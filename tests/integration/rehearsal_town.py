"""A town whose evening is rehearsed against a real server that can be restarted."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.accounts.actions import create_token, create_user, grant_role
from backend.accounts.models import Organisation
from backend.accounts.types import Role
from backend.kit.migrate import upgrade_async
from backend.kit.settings import Settings
from backend.runtime import build_runtime
from tests.faults.servers import App

PEOPLE = {"host": Role.HOST, "teller": Role.TELLER, "second": Role.TELLER}


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


async def found_town(settings: Settings, slug: str, tokens: Path) -> None:
    """Make an organisation with the people who run its evening; write their tokens."""
    await upgrade_async(settings.db_url)
    rt = build_runtime(settings)
    try:
        async with rt.work.write() as uow:
            town = Organisation(id=uow.new_id(), slug=slug, name="Auenfurt", short_name="Auenfurt", kind="stadt")
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
