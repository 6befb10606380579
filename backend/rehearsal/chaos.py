"""What goes wrong on a rehearsed evening, and for whom: drawn from a seed, so that it goes wrong the same way again.

Pure. The same seed, question and phone give the same mischief on every machine.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

STORM_S = 5.0
SLOW_BYTES_PER_S = 1_000
ONE_IN = 3  # phones something happens to, in every question


class Mischief(StrEnum):
    """What happens to one ballot."""

    CUT_HALFWAY = "cut_halfway"  # half a frame leaves the phone
    CUT_WAITING = "cut_waiting"  # the ballot may be in the box; the phone cannot know
    REPEAT = "repeat"  # the same ballot again after its acknowledgement
    TWICE = "twice"  # the same frame twice in one breath
    SLOW = "slow"  # reads one kilobyte a second
    TAB = "tab"  # the same card in two tabs, each with a ballot of its own
    LATE = "late"  # the same ballot again after the poll closed


@dataclass(frozen=True, slots=True)
class Chaos:
    """The plan of an evening that goes wrong."""

    seed: int = 1

    def of(self, question: int, phone: int) -> Mischief | None:
        """Return what happens to a phone's ballot for a question; most of the time nothing."""
        drawn = self._draw("ballot", question, phone)
        kinds = tuple(Mischief)
        return kinds[drawn // ONE_IN % len(kinds)] if drawn % ONE_IN == 0 else None

    def rejoins_after_s(self, question: int, phone: int) -> float:
        """Return when a phone comes back after everybody lost the network."""
        return self._draw("storm", question, phone) % 1_000 / 1_000 * STORM_S

    def _draw(self, what: str, question: int, phone: int) -> int:
        named = f"{self.seed}/{what}/{question}/{phone}".encode()
        return int.from_bytes(hashlib.sha256(named).digest()[:8], "big")
