"""Exact figures over whole numbers: distribution, median and mean.

For:        scales and scores.
Guarantees: no floating point; None where nothing was given.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Figures:
    """What was given how often, and what follows from it."""

    distribution: Mapping[int, int]

    @property
    def given(self) -> int:
        """How many gave a value."""
        return sum(self.distribution.values())

    @property
    def total(self) -> int:
        """The sum of all values given."""
        return sum(value * number for value, number in self.distribution.items())

    @property
    def mean(self) -> Fraction | None:
        """The exact mean."""
        return Fraction(self.total, self.given) if self.given else None

    @property
    def median(self) -> Fraction | None:
        """The middle value; halfway between the two middle ones of an even number."""
        if not self.given:
            return None
        lower = self._value_at((self.given - 1) // 2)
        return Fraction(lower + self._value_at(self.given // 2), 2)

    def _value_at(self, position: int) -> int:
        """Return the value at a position of the sorted list, without writing the list."""
        passed = 0
        for value in sorted(self.distribution):
            passed += self.distribution[value]
            if passed > position:
                return value
        raise IndexError(f"expected a position below {passed}, got {position}")
