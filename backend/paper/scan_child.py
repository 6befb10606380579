"""The process that reads scans: `python -m backend.paper.scan_child`, pickled order in, JSON lines out.

Uploaded files are hostile input. They are parsed in a process of its own with limits on memory and time and
without the server's environment; what comes back is JSON, never objects.
"""

from __future__ import annotations

import base64
import json
import pickle
import resource
import sys
from typing import BinaryIO, TextIO

from backend.paper.types import PollSheets, ScanOrder
from printables.layout import from_json
from printables.scan import DecodedSheet, ScanLimits, ScanRefused, SheetKeys, decode_file

MEMORY_BYTES = 4_000_000_000  # address space; libraries map far more than they touch
CPU_S = 600


def main(source: BinaryIO, sink: TextIO) -> None:
    """Decode every file of the order; one line per sheet, one per finished or refused file."""
    order: ScanOrder = pickle.load(source)  # noqa: S301 - it comes from the parent process
    expected = {poll.poll_code: _keys(poll) for poll in order.polls}
    limits = ScanLimits(max_bytes=order.max_bytes, max_pages=order.max_pages)
    for number, content in enumerate(order.files):
        try:
            sheets = decode_file(content, expected, limits=limits)
        except ScanRefused as refused:
            _say(sink, {"file": number, "refused": refused.reason})
            continue
        for sheet in sheets:
            _say(sink, {"file": number, "sheet": _as_json(sheet)})
        _say(sink, {"file": number, "done": len(sheets)})


def _keys(poll: PollSheets) -> SheetKeys:
    layouts = [from_json(dict(each)) for each in poll.layouts]
    return SheetKeys(key=poll.key, layouts={layout.number: layout for layout in layouts})


def _say(sink: TextIO, line: dict[str, object]) -> None:
    sink.write(json.dumps(line, separators=(",", ":")) + "\n")
    sink.flush()


def _as_json(sheet: DecodedSheet) -> dict[str, object]:
    code = sheet.code
    return {
        "status": sheet.status.value,
        "reason": sheet.reason.value if sheet.reason else None,
        "serial": code.serial.hex() if code and code.serial else None,
        "marks": [[mark.choice, mark.level, mark.state.value, round(mark.fill, 4)] for mark in sheet.marks],
        "choices": sheet.choices,
        "crop": base64.b64encode(sheet.crop).decode() if sheet.crop else None,
        "image_sha256": sheet.image_sha256,
    }


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    main(sys.stdin.buffer, sys.stdout)
