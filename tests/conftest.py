"""Fixtures: real databases built by the migrations, a runtime as in production, and people to act."""

from __future__ import annotations

import asyncio
import shutil
import uuid
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from argon2 import PasswordHasher
from hypothesis import settings as property_settings
from litestar import Litestar

from backend.accounts import passwords
from backend.kit.bus import LocalBus
from backend.kit.clock import FixedClock
from backend.kit.db import Database
from backend.kit.entropy import Entropy, SystemEntropy
from backend.kit.migrate import upgrade
from backend.kit.settings import Settings
from backend.kit.uow import UnitOfWork, Work
from backend.main import create_app, first_state
from backend.runtime import Runtime, build_runtime
from tests.machine import no_pango, pytest_runtest_setup
from tests.services import PostgresServer, postgres_server, postgres_url, redis_url

__all__ = ["no_pango", "postgres_server", "postgres_url", "pytest_runtest_setup", "redis_url"]  # fixtures and a hook

property_settings.register_profile("shared machine", deadline=None)
property_settings.load_profile("shared machine")

EVENING = datetime(2027, 3, 11, 18, 0, tzinfo=UTC)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run tests marked `both_databases` on SQLite and on PostgreSQL."""
    if "dialect" in metafunc.fixturenames:
        marker = metafunc.definition.get_closest_marker("both_databases")
        both = [pytest.param("sqlite"), pytest.param("postgresql", marks=pytest.mark.postgres)]
        metafunc.parametrize("dialect", both if marker else both[:1], scope="function")


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Argon2id at its smallest cost: the tests make thousands of people, and the real cost is a test of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands at the evening of the demo meeting."""
    return FixedClock(EVENING)


@pytest.fixture
def entropy() -> Entropy:
    """Real randomness."""
    return SystemEntropy()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    """A migrated database to copy from."""
    upgrade(postgres_server.create("template_machmit"))
    return "template_machmit"


@pytest.fixture
def fresh_postgres_url(postgres_server: PostgresServer, postgres_template: str) -> Iterator[str]:
    """A migrated database of its own."""
    name = f"test_{uuid.uuid4().hex}"
    yield postgres_server.create(name, template=postgres_template)
    postgres_server.drop(name)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file to copy from."""
    file = tmp_path_factory.mktemp("template") / "machmit.db"
    upgrade(f"sqlite+aiosqlite:///{file}")
    return file


@pytest.fixture
def database_url(dialect: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """A migrated database of the dialect under test."""
    if dialect == "postgresql":
        return str(request.getfixturevalue("fresh_postgres_url"))
    file = tmp_path / "machmit.db"
    shutil.copy(request.getfixturevalue("sqlite_template"), file)
    return f"sqlite+aiosqlite:///{file}"


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    """Settings of a test installation with secrets of its own."""
    return Settings(
        mode="test",
        database_url=database_url,
        data_dir=tmp_path / "data",
        public_url="http://testserver.local",
        secret_key="s" * 32,  # type: ignore[arg-type]  # pydantic wraps it
        card_key="c" * 32,  # type: ignore[arg-type]
        log_signing_key="l" * 32,  # type: ignore[arg-type]
    )


@pytest.fixture
async def db(settings: Settings) -> AsyncIterator[Database]:
    """A migrated database."""
    database = Database(settings.db_url)
    yield database
    await database.close()


@pytest.fixture
def work(db: Database, clock: FixedClock, entropy: Entropy) -> Work:
    """Units of work on the migrated database."""
    return Work(db, clock=clock, entropy=entropy, bus=LocalBus())


@pytest.fixture
async def uow(work: Work) -> AsyncIterator[UnitOfWork]:
    """One writing unit of work, committed when the test ends without an error."""
    async with work.write() as unit:
        yield unit


@pytest.fixture
async def rt(settings: Settings, clock: FixedClock, entropy: Entropy) -> AsyncIterator[Runtime]:
    """A whole runtime on a migrated database, with its committer running."""
    runtime = build_runtime(settings, clock=clock, entropy=entropy)
    runtime.committer.start()
    yield runtime
    await runtime.close()


@pytest.fixture
def request_key() -> str:
    """A fresh request key."""
    return uuid.uuid4().hex


@pytest.fixture(scope="session")
def applications() -> dict[tuple[str, str], Litestar]:
    """Applications to put on: wiring the routes takes longer than most tests."""
    return {}


@pytest.fixture
async def app(rt: Runtime, applications: dict[tuple[str, str], Litestar]) -> AsyncIterator[Litestar]:
    """The whole application on the test runtime, in the test's own event loop.

    Its routes and middleware are wired once per test process and kind of installation; what it knows is new.
    """
    kind = (rt.settings.mode, rt.settings.public_url)
    application = applications.get(kind) or create_app(rt.settings, rt)
    applications[kind] = application
    application.state = first_state(rt)
    started, stop = asyncio.Event(), asyncio.Event()

    async def live() -> None:  # entered and left by one task, as its cancel scopes demand
        async with application.lifespan():
            started.set()
            await stop.wait()

    task = asyncio.create_task(live())
    await asyncio.wait([task, asyncio.create_task(started.wait())], return_when=asyncio.FIRST_COMPLETED)
    yield application
    stop.set()
    await task


@pytest.fixture
async def client(app: Litestar) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the whole application."""
    transport = httpx.ASGITransport(app)  # type: ignore[arg-type]  # the two ASGI types differ in name only
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver.local") as http:
        yield http
