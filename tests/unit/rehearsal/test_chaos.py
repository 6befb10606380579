"""Mishaps are drawn from the seed alone."""

from __future__ import annotations

from collections import Counter

from backend.rehearsal.chaos import STORM_S, Chaos, Mischief

QUESTIONS, PHONES = 4, 500


def plan(seed: int) -> list[Mischief | None]:
    chaos = Chaos(seed)
    return [chaos.of(question, phone) for question in range(QUESTIONS) for phone in range(PHONES)]


def test_same_seed_gives_the_same_mishaps() -> None:
    assert plan(7) == plan(7)


def test_other_seed_gives_other_mishaps() -> None:
    assert plan(7) != plan(8)


def test_every_mishap_happens_and_most_ballots_have_none() -> None:
    happened = Counter(plan(1))
    assert set(Mischief) < set(happened)
    assert happened[None] > QUESTIONS * PHONES / 2


def test_storm_brings_everybody_back_within_its_time() -> None:
    delays = [Chaos(3).rejoins_after_s(1, phone) for phone in range(PHONES)]
    assert 0 <= min(delays) < max(delays) < STORM_S
    assert len(set(delays)) > PHONES / 3
