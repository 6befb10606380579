"""When Python looks for garbage: never in the middle of a vote.

A full collection visits every object there is; with thousands of sockets it stops the loop for a tenth of a second and
more, and that is the whole tail of an acknowledgement. So what the start left is set aside, the collector looks at
young objects only, and a full collection is run in quiet moments.
Guarantees: no full collection while `is_busy` says so, unless none has run for `AT_MOST_S`.
Source: docs/performance.md; CPython, "Garbage collector design".
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable

from prometheus_client import Histogram

YOUNG, MIDDLE, NEVER = 10_000, 20, 1_000_000  # thresholds of the three generations, in objects and in collections
LOOK_EVERY_S = 5.0
AT_LEAST_S = 60.0  # between two full collections
AT_MOST_S = 900.0

_SECONDS = Histogram("machmit_gc_full_seconds", "How long a full garbage collection stopped the process.")


def settle() -> None:
    """Set aside what the start of the program left; collect only young objects from here on."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, NEVER)


async def collect_when_quiet(is_busy: Callable[[], bool]) -> None:
    """Collect fully in quiet moments, until cancelled."""
    loop = asyncio.get_running_loop()
    last = loop.time()
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        since_s = loop.time() - last
        if since_s > AT_MOST_S or (since_s > AT_LEAST_S and not is_busy()):
            with _SECONDS.time():
                gc.collect()
            last = loop.time()
