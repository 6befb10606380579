"""Restarting by a command: it is run without a shell, and the server is waited for."""

from __future__ import annotations

import asyncio
import shlex
import sys
from pathlib import Path

import pytest

from backend.rehearsal.restart import restart_with
from backend.rehearsal.staff import RehearsalError
from tests.processes import free_port


def python(code: str) -> str:
    return shlex.join([sys.executable, "-c", code])


async def test_restart_runs_the_command_and_waits_until_the_server_is_ready(tmp_path: Path) -> None:
    answers = [b"503 Busy", b"200 OK"]

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 " + answers.pop(0) + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        writer.close()

    mark = tmp_path / "a $HOME; mark"
    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        await restart_with(python(f"open({str(mark)!r}, 'w')"), f"http://127.0.0.1:{port}")()
    assert mark.exists()
    assert answers == []


async def test_command_that_fails_is_named_with_its_status() -> None:
    with pytest.raises(RehearsalError, match="endete mit 3"):
        await restart_with(python("raise SystemExit(3)"), f"http://127.0.0.1:{free_port()}")()
