"""A second process, as far as the database can tell."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from backend.kit.clock import FixedClock
from backend.kit.entropy import Entropy
from backend.kit.settings import Settings
from backend.runtime import Runtime, build_runtime


@pytest.fixture
async def other(rt: Runtime, settings: Settings, clock: FixedClock, entropy: Entropy) -> AsyncIterator[Runtime]:
    """A runtime with its own pools, caches and committer on the same database and key folders."""
    runtime = build_runtime(settings, clock=clock, entropy=entropy)
    runtime.committer.start()
    yield runtime
    await runtime.close()
