"""The server as a process: how it ends."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.server import ROOT, free_port, wait_until_ready

PROGRAM = """
import asyncio
from pathlib import Path
from backend.demo.secrets import demo_settings
from backend.kit.migrate import upgrade_async
from backend.main import create_app
from backend.server import serve

settings = demo_settings(Path({data!r}), "http://127.0.0.1:{port}")
asyncio.run(upgrade_async(settings.db_url))
serve(create_app(settings), host="127.0.0.1", port={port})
"""
STOP_S = 15


@pytest.mark.timeout(120)  # imports and migrates a whole application
def test_interrupt_a_server_ends_it_quietly(tmp_path: Path) -> None:
    port = free_port()
    command = [sys.executable, "-c", PROGRAM.format(port=port, data=str(tmp_path))]
    said = tmp_path / "said"
    with (
        said.open("wb") as out,
        subprocess.Popen(  # noqa: S603 - our own program
            command, cwd=ROOT, stdout=out, stderr=out
        ) as process,
    ):
        try:
            wait_until_ready(f"http://127.0.0.1:{port}", process)
        finally:
            process.send_signal(signal.SIGINT)
            status = process.wait(STOP_S)
    assert (status, said.read_text()) == (0, "")
