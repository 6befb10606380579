"""Does a stored order tell the order of casting? Three exact tests with known false-alarm probabilities.

Each compares a permutation with a uniformly random one. `tau`: the number of inversions is a sum of independent
uniform variables, whose distribution is computed exactly; finds any trend. `neighbours`: how many casts that
followed each other lie side by side; the expected number of sets of k such links is below 2^k/k!, so k or more have
a smaller probability than that (Markov); finds blocks. `hits`: how often the guess "the i-th stored is the i-th
cast", forwards or backwards, is right; k or more have probability at most 1/k! each way (the same argument).
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from functools import cache
from itertools import pairwise

import numpy as np

FALSE_ALARM = 1e-7
"""Per test; an evening makes fewer than ten, so that a run fails by chance once in a million."""


def assert_tells_no_order(cast: Sequence[Hashable], stored: Sequence[Hashable]) -> None:
    """Fail when the stored order correlates with the order of casting. Both hold the same things, once each."""
    place = {each: number for number, each in enumerate(cast)}
    assert len(place) == len(cast) == len(stored)
    order = [place[each] for each in stored]
    assert abs(_inversions(order) - _middle(len(order))) <= tau_bound(len(order)), "the order shows a trend"
    assert neighbours(order) < neighbour_bound(), "casts that followed each other lie side by side"
    assert max(hits(order), hits(order[::-1])) < hit_bound(), "the place tells the moment"


def neighbours(order: Sequence[int]) -> int:
    """Return how many stored neighbours were cast one right after the other."""
    return sum(abs(one - other) == 1 for one, other in pairwise(order))


def hits(order: Sequence[int]) -> int:
    """Return how often the place in the store is the place in time."""
    return sum(number == place for number, place in enumerate(order))


@cache
def tau_bound(size: int) -> float:
    """Return how far the number of inversions may be from its middle (two-sided, exact distribution)."""
    most = size * (size - 1) // 2
    chances = np.zeros(most + 1)
    chances[0] = 1.0
    for width in range(2, size + 1):  # one more summand, uniform on 0 … width - 1
        sums = np.cumsum(chances)
        sums[width:] -= sums[:-width].copy()
        chances = sums / width
    tail = np.cumsum(chances)
    quantile = int(np.searchsorted(tail, FALSE_ALARM / 2))
    return _middle(size) - quantile + 1


@cache
def neighbour_bound() -> int:
    """Return the number of neighbours that does not happen by chance."""
    return next(k for k in range(1, 100) if 2.0**k / math.factorial(k) < FALSE_ALARM)


@cache
def hit_bound() -> int:
    """Return the number of right guesses that does not happen by chance."""
    return next(k for k in range(1, 100) if 2 / math.factorial(k) < FALSE_ALARM)


def _middle(size: int) -> float:
    return size * (size - 1) / 4


def _inversions(order: Sequence[int]) -> int:
    numbers = np.array(order)
    return int(sum((numbers[at] > numbers[at + 1 :]).sum() for at in range(len(numbers))))
