"""Figures are counted into bounds and steps without losing one."""

from __future__ import annotations

import pytest

from backend.rehearsal.figures import HISTOGRAM_MS, STEPS_MAX, Figures, Round, histogram, per_step, percentile, spread


@pytest.mark.parametrize(("share", "expected"), [(0.0, 1), (0.5, 51), (0.99, 100), (1.0, 100)])
def test_percentile_is_one_of_the_values(share: float, expected: float) -> None:
    assert percentile(range(1, 101), share) == expected


def test_spread_of_nothing_is_zero() -> None:
    assert spread([]) == {"p50_ms": 0.0, "p99_ms": 0.0}


def test_histogram_keeps_every_wait_and_bounds_belong_to_the_lower_bar() -> None:
    bars = histogram([0.5, 50, 50.1, 9_999])
    assert [bar["n"] for bar in bars] == [2, 1, 0, 0, 0, 0, 0, 1]
    assert [bar["up_to_ms"] for bar in bars] == [*HISTOGRAM_MS, None]


@pytest.mark.parametrize("last", [0.01, 0.6, 7.3, 119.0, 4_000.0])
def test_steps_are_few_and_keep_every_moment(last: float) -> None:
    series = per_step([0.0, last / 2, last])
    counted = series["n"]
    assert isinstance(counted, list)
    assert sum(counted) == 3
    assert len(counted) <= STEPS_MAX + 1


def test_steps_of_nothing_are_none() -> None:
    assert per_step([])["n"] == []


def test_report_counts_slow_phones_and_joins_a_second() -> None:
    figures = Figures(phones=4, welcome_ms=[10, 20, 2_001, 9_000], joined_at=[0.5, 1.0, 1.5, 2.0])
    figures.rounds = [Round("Eins", ack_ms=[1.0]), Round("Zwei", ack_ms=[2.0, 3.0])]
    told = figures.to_json()
    assert (told["slow_phones"], told["joins_per_s"], told["votes"]) == (2, 2.0, 3)
