"""Fixtures of the fault suite: seeds that are told, servers that are ended, clusters that flush."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.faults import child
from tests.faults.dice import Dice, fresh_seed
from tests.faults.servers import App
from tests.postgres import DURABLE, PostgresCluster, make_cluster
from tests.processes import MissingServer, private_folder
from tests.services import RedisServer, missing, redis_server

MakeApp = Callable[..., App]


@pytest.fixture
def dice(request: pytest.FixtureRequest) -> Dice:
    """Decisions of this test; pytest shows the seed when it fails."""
    seed = fresh_seed()
    print(f"MACHMIT_FAULT_SEED={seed}")  # noqa: T201 - a failure must be repeatable
    return Dice(f"{seed} {request.node.name}")


@pytest.fixture
def make_app(tmp_path: Path) -> Iterator[MakeApp]:
    """Make servers from an environment; none outlives the test."""
    apps: list[App] = []

    def make(environment: Mapping[str, str], run: Callable[..., None] = child.run) -> App:
        app = App(environment, tmp_path / f"server-{len(apps)}.log", run=run)
        apps.append(app)
        return app

    yield make
    for app in apps:
        app.end()
        print(app.words())  # noqa: T201 - shown when the test fails


@contextlib.contextmanager
def _cluster() -> Iterator[PostgresCluster]:
    try:
        with private_folder("pg") as folder:
            cluster = make_cluster(folder, DURABLE)
            try:
                cluster.start()
                yield cluster
            finally:
                cluster.stop()
    except MissingServer as error:
        missing("PostgreSQL", str(error))


@pytest.fixture(scope="session")
def durable_cluster() -> Iterator[PostgresCluster]:
    """A PostgreSQL with the settings of an installation."""
    with _cluster() as cluster:
        yield cluster


@pytest.fixture
def mortal_cluster() -> Iterator[PostgresCluster]:
    """A PostgreSQL of this test's own, to be killed or frozen."""
    with _cluster() as cluster:
        yield cluster


@pytest.fixture
def durable_url(dialect: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an empty database that flushes; empty for SQLite in the data directory."""
    if dialect == "sqlite":
        yield ""
        return
    cluster: PostgresCluster = request.getfixturevalue("durable_cluster")
    name = f"faults_{uuid.uuid4().hex}"
    yield cluster.server.create(name)
    cluster.server.drop(name)


@pytest.fixture
def mortal_redis() -> Iterator[RedisServer]:
    """A Redis of this test's own, to be killed."""
    try:
        with redis_server() as server:
            yield server
    except MissingServer as error:
        missing("Redis", str(error))
