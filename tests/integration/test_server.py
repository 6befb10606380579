"""The server as a process: how it ends."""

import signal
import subprocess
import sys
from pathlib import Path

from tests.server import ROOT, free_port, wait_until_answering

PROGRAM = """
from litestar import Litestar, get
from backend.server import serve

@get("/")
async def root() -> str:
    return ""

serve(Litestar([root]), host="127.0.0.1", port={port})
"""
STOP_S = 15


def test_interrupt_a_server_ends_it_quietly(tmp_path: Path) -> None:
    port = free_port()
    command = [sys.executable, "-c", PROGRAM.format(port=port)]
    said = tmp_path / "said"
    with (
        said.open("wb") as out,
        subprocess.Popen(  # noqa: S603 - our own program
            command, cwd=ROOT, stdout=out, stderr=out
        ) as process,
    ):
        try:
            wait_until_answering(f"http://127.0.0.1:{port}/", process)
        finally:
            process.send_signal(signal.SIGINT)
            status = process.wait(STOP_S)
    assert (status, said.read_text()) == (0, "")
