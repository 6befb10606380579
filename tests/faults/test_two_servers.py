"""Two processes on one database file: the second is refused by a sentence; reading and short writing go on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from backend.kit.sole_use import InUse, sole_use
from tests.faults import child
from tests.faults.conftest import MakeApp
from tests.faults.servers import App, machmit, until
from tests.faults.town import Town, found_town

Run = Callable[..., Awaitable[tuple[int, str]]]

SENTENCES = ("Ein anderer Prozess arbeitet mit", "Another process works on")

pytestmark = [pytest.mark.timeout(120)]  # several programs are started one after the other


@pytest.fixture
async def town(tmp_path: Path) -> Town:
    return await found_town(tmp_path / "data", cards=1)


@pytest.fixture
def run(tmp_path: Path, town: Town) -> Run:
    """Run commands of this installation."""

    async def command(*words: str, **more: str) -> tuple[int, str]:
        environment = town.environment | {f"MACHMIT_{name.upper()}": value for name, value in more.items()}
        return await machmit(environment, *words, log=tmp_path / f"{words[0]}.log")

    return command


async def test_start_second_server_on_one_file_is_refused_and_the_first_serves_on(
    town: Town, make_app: MakeApp
) -> None:
    first, second = make_app(town.environment), make_app(town.environment)
    await first.start()
    second.launch()
    assert await second.ended() == 1
    assert all(sentence in second.words() for sentence in SENTENCES)
    assert await first.readiness() == 200
    first.kill()
    await second.start()  # the lock died with its holder


@pytest.mark.parametrize("words", [["worker"], ["migrate"], ["seed", "demo"], ["serve"]])
async def test_start_while_somebody_holds_the_file_is_refused(town: Town, run: Run, words: list[str]) -> None:
    with sole_use(town.settings.db_url):
        status, said = await run(*words)
    assert status == 1, said
    assert all(sentence in said for sentence in SENTENCES)


async def test_run_short_commands_beside_a_server_works(
    town: Town, make_app: MakeApp, run: Run, tmp_path: Path
) -> None:
    app = make_app(town.environment)
    await app.start()
    await until(lambda: any((tmp_path / "data/files/log").glob("*/checkpoint")))
    status, said = await run("user", "create", "rathaus", "--password", "vier bunte Esel tanzen")
    assert status == 0, said
    status, said = await run("log", "export", str(tmp_path / "copy"))
    assert status == 0, said
    status, said = await run("verify", str(tmp_path / "copy"))
    assert status == 0, said


async def test_start_several_processes_on_one_file_is_refused(run: Run) -> None:
    status, said = await run("serve", "--workers", "2", redis_url="redis://127.0.0.1:1/0")
    assert status == 2
    assert "brauchen PostgreSQL" in said
    assert "need PostgreSQL" in said


async def test_start_demo_beside_a_server_on_its_data_is_refused(tmp_path: Path) -> None:
    data = tmp_path / "demo"
    demo = App({}, tmp_path / "demo.log", run=child.run_demo)
    with sole_use(f"sqlite+aiosqlite:///{data / 'machmit.db'}"):
        demo.launch("--data", str(data), "--no-open")
        assert await demo.ended() == 1
    assert all(sentence in demo.words() for sentence in SENTENCES)


def test_sole_use_of_other_files_and_of_servers_is_no_conflict(tmp_path: Path) -> None:
    one, same, other = (f"sqlite:///{tmp_path}/{name}" for name in ("a.db", "./a.db", "b.db"))
    with sole_use(one), sole_use(other), pytest.raises(InUse), sole_use(same):
        pytest.fail("two users")
    with sole_use("postgresql://x/y"), sole_use("postgresql://x/y"), sole_use("sqlite://"):
        pass
