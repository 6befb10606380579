"""What the crowd of a rehearsal saw: how many, how long, how often it had to try again.

Guarantees: figures of the crowd's own practice ballots only, and never of one phone. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

Json = dict[str, object]

SLOW_MS = 2_000  # a person looks up and wonders
HISTOGRAM_MS = (50, 100, 200, 500, 1_000, 2_000, 5_000)
STEPS_S = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 60.0)
STEPS_MAX = 12


@dataclass(slots=True)
class Round:
    """One question: what the phones waited for, in milliseconds."""

    question: str
    opening_ms: list[float] = field(default_factory=list)
    ack_ms: list[float] = field(default_factory=list)
    acked_at: list[float] = field(default_factory=list)


@dataclass(slots=True)
class Figures:
    """What the phones saw over an evening: waits in milliseconds, moments in seconds since doors or poll opened."""

    phones: int = 0
    welcome_ms: list[float] = field(default_factory=list)
    joined_at: list[float] = field(default_factory=list)
    storms_s: list[float] = field(default_factory=list)
    rounds: list[Round] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    mischief: Counter[str] = field(default_factory=Counter)
    tallies: int = 0
    voting_s: float = 0.0
    missed: int = 0
    reconnects: int = 0
    retries: int = 0
    drops: int = 0
    wrong_codes: int = 0
    left_open: int = 0

    @property
    def ack_ms(self) -> list[float]:
        """Every wait for an acknowledgement."""
        return [each for one in self.rounds for each in one.ack_ms]

    @property
    def opening_ms(self) -> list[float]:
        """Every wait from the host's click to a phone."""
        return [each for one in self.rounds for each in one.opening_ms]

    @property
    def joins_per_s(self) -> float:
        """How many phones were let in a second, while they first joined."""
        first = self.joined_at[: self.phones]
        took_s = max(first, default=0.0)
        return len(first) / took_s if took_s else 0.0

    @property
    def slow_phones(self) -> int:
        """How many first joins took longer than anybody should wait."""
        return sum(each > SLOW_MS for each in self.welcome_ms)

    def to_json(self) -> Json:
        """Return the figures a script or a report reads; the keys are stable."""
        seconds = self.voting_s or 1.0
        return {
            "phones": self.phones,
            "votes": len(self.ack_ms),
            "joins_per_s": round(self.joins_per_s, 1),
            "welcome": spread(self.welcome_ms),
            "opening": spread(self.opening_ms),
            "ack": spread(self.ack_ms),
            "rounds": [
                {"question": one.question, "opening": spread(one.opening_ms), "ack": spread(one.ack_ms)}
                for one in self.rounds
            ],
            "tally_frames_per_s": round(self.tallies / seconds, 1),
            "tally_frames_per_phone_s": round(self.tallies / seconds / max(1, self.phones), 2),
            "missed_events": self.missed,
            "reconnects": self.reconnects,
            "storms_s": [round(each, 2) for each in self.storms_s],
            "retries": self.retries,
            "drops": self.drops,
            "refused": dict(sorted(self.refused.items())),
            "mischief": dict(sorted(self.mischief.items())),
            "wrong_codes": self.wrong_codes,
            "sockets_left_open": self.left_open,
            "slow_phones": self.slow_phones,
            "ack_histogram": histogram(self.ack_ms),
            "joins": per_step(self.joined_at),
            "acks": per_step([each for one in self.rounds for each in one.acked_at]),
        }


def histogram(waits_ms: Sequence[float]) -> list[dict[str, int | None]]:
    """Return how many waits ended up to each bound; the last has none."""
    bounds = (*HISTOGRAM_MS, None)
    counts = Counter(next(b for b in bounds if b is None or each <= b) for each in waits_ms)
    return [{"up_to_ms": bound, "n": counts[bound]} for bound in bounds]


def per_step(moments_s: Sequence[float]) -> dict[str, object]:
    """Return how many moments fall into each of a few steps of equal, round length."""
    last = max(moments_s, default=0.0)
    step_s = next((each for each in STEPS_S if each * STEPS_MAX >= last), last / STEPS_MAX)
    counts = Counter(int(each / step_s) for each in moments_s)
    return {"step_s": step_s, "n": [counts[number] for number in range(max(counts, default=-1) + 1)]}


def percentile(values: Sequence[float], share: float) -> float:
    """Return a percentile by nearest rank, 0 without values."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def spread(values: Sequence[float]) -> dict[str, float]:
    """Return median and slowest hundredth."""
    return {"p50_ms": round(percentile(values, 0.5), 1), "p99_ms": round(percentile(values, 0.99), 1)}
