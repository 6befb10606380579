"""Whole evenings against a real server: phones over sockets, a kiosk, printed and scanned paper, the log."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator

import httpx
import pytest

from backend.rehearsal.evening import rehearse
from backend.rehearsal.script import load_script
from tests.server import demo_server, demo_story

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[str]:
    """A demo server of this module."""
    data = tmp_path_factory.mktemp("rehearsal") / "data"
    shutil.copytree(demo_story(tmp_path_factory, worker_id), data)
    with demo_server(data) as url:
        yield url


@pytest.mark.parametrize("case", ["case-marktplatz", "case-radweg"])
@pytest.mark.needs("pango")
async def test_rehearse_case_ends_with_the_expected_totals_on_every_channel(server: str, case: str) -> None:
    report = await rehearse(server, load_script(case))
    assert [outcome.differences for outcome in report.outcomes] == [[], [], [], []]
    assert report.is_whole
    assert report.log is not None
    assert report.log.findings == []
    assert report.ok
    assert report.figures.reconnects == report.figures.retries == 0


@pytest.mark.parametrize("way", ["byte", "vote", "rollback"])
def test_forged_copy_of_the_log_turns_the_verifier_red(server: str, way: str) -> None:
    forged = httpx.post(f"{server}/demo/protokoll", data={"art": way}, timeout=60)
    honest = httpx.get(f"{server}/demo/protokoll", timeout=60)
    assert "mm-urteil--bad" in forged.text
    assert re.search(r"<b>Protokoll 20\d\d, Eintrag \d+", forged.text)
    assert "mm-urteil--bad" not in honest.text
