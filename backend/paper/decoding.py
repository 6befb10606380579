"""Reading scans outside the event loop and outside the server: starts `scan_child` and takes its JSON.

Guarantees: every file ends as sheets or with a named reason; a file that kills or hangs the reader is refused as
`unreadable_file`, and the files after it are read by a fresh reader.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
import os
import pickle
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import structlog

from backend.paper.types import Evidence, MarkView, ReadFile, ReadSheet, ScanOrder, SheetReason, SheetStatus

FILE_TIMEOUT_S = 180.0  # 500 pages on a slow laptop
EXIT_S = 5.0  # a reader that is done ends by itself, or is ended
LINE_BYTES = 32_000_000  # a sheet's JSON with its picture
CHILD = "backend.paper.scan_child"
ROOT = Path(__file__).parents[2]

log = structlog.get_logger(__name__)


async def read_files(order: ScanOrder) -> list[ReadFile]:
    """Read files in order; the answer has one entry per file."""
    results: list[ReadFile] = []
    while len(results) < len(order.files):
        left = order.files[len(results) :]
        read = await _run_child(replace(order, files=left))
        if len(read) < len(left):
            log.warning("scan.reader_died", file_bytes=len(left[len(read)]))
            read.append(ReadFile(refused=SheetReason.UNREADABLE_FILE.value))
        results += read
    return results


async def _run_child(order: ScanOrder) -> list[ReadFile]:
    """Return the files one reader got through; fewer than ordered when it died."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        CHILD,
        cwd=ROOT,
        env=_environment(),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        limit=LINE_BYTES,
    )
    if child.stdin is None or child.stdout is None:
        return []
    feeding = asyncio.create_task(_feed(child.stdin, pickle.dumps(order)))
    try:
        files = await _collect(child.stdout, len(order.files))
        if len(files) == len(order.files):
            with suppress(TimeoutError):
                await asyncio.wait_for(child.wait(), EXIT_S)
        return files
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
        feeding.cancel()
        await asyncio.gather(feeding, return_exceptions=True)


async def _feed(stdin: asyncio.StreamWriter, order: bytes) -> None:
    with suppress(BrokenPipeError, ConnectionResetError):
        stdin.write(order)
        await stdin.drain()
        stdin.close()


async def _collect(stdout: asyncio.StreamReader, count: int) -> list[ReadFile]:
    files: list[ReadFile] = []
    sheets: list[ReadSheet] = []
    while len(files) < count:
        try:
            line = json.loads(await asyncio.wait_for(stdout.readline(), FILE_TIMEOUT_S))
            if "sheet" in line:
                sheets.append(_sheet(line["sheet"]))
                continue
            files.append(ReadFile(refused=line["refused"]) if "refused" in line else ReadFile(tuple(sheets)))
            sheets = []
        except (TimeoutError, ValueError, KeyError, TypeError, binascii.Error) as error:
            log.warning("scan.reader_failed", error=type(error).__name__)
            break
    return files


def _sheet(line: dict[str, Any]) -> ReadSheet:
    marks = tuple(MarkView(str(choice), level, str(state), float(fill)) for choice, level, state, fill in line["marks"])
    crop = base64.b64decode(line["crop"]) if line["crop"] else None
    return ReadSheet(
        status=SheetStatus(line["status"]),
        reason=line["reason"],
        serial=bytes.fromhex(line["serial"]) if line["serial"] else None,
        choices=line["choices"],
        evidence=Evidence(marks=marks, crop=crop),
        image_sha256=str(line["image_sha256"]),
    )


def _environment() -> dict[str, str]:
    """Return what the reader needs to find its code; none of the server's secrets."""
    kept = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TMPDIR", "COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START")
    return {name: os.environ[name] for name in kept if name in os.environ} | {
        "PYTHONPATH": str(ROOT),
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
