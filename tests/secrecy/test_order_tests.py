"""The tests of order themselves: they find what they should and pass what is random."""

from __future__ import annotations

import pytest

from backend.kit.entropy import SeededEntropy, SystemEntropy
from tests.secrecy.order import assert_tells_no_order, hit_bound, neighbour_bound, tau_bound

SIZE = 200
CAST = list(range(SIZE))


def _blocks(size: int) -> list[int]:
    """Return the casts in shuffled blocks, each in the order of casting."""
    starts = SeededEntropy("blocks").shuffled(range(0, SIZE, size))
    return [number for start in starts for number in range(start, start + size)]


def _batches(size: int) -> list[int]:
    """Return the casts batch after batch, each batch shuffled."""
    entropy = SeededEntropy("batches")
    return [number for start in range(0, SIZE, size) for number in entropy.shuffled(range(start, start + size))]


@pytest.mark.parametrize(
    "stored",
    [CAST, CAST[::-1], _blocks(4), _batches(10), _batches(50)],
    ids=["as cast", "backwards", "blocks", "small", "large"],
)
def test_order_that_tells_is_found(stored: list[int]) -> None:
    with pytest.raises(AssertionError):
        assert_tells_no_order(CAST, stored)


def test_random_order_passes() -> None:
    for _ in range(50):
        assert_tells_no_order(CAST, SystemEntropy().shuffled(CAST))


def test_bounds_are_those_of_the_exact_distributions() -> None:
    assert tau_bound(SIZE) == pytest.approx(2_520, rel=0.02)  # 5.33 standard deviations of 473
    assert (neighbour_bound(), hit_bound()) == (15, 11)
