"""Ballots sorted into piles of equal ones, the way people count by hand.

For:        every counting rule; they see each distinct ballot once, with its number.
Guarantees: the order in which ballots come in cannot matter; nothing is lost or added.
Refuses:    choices that are not canonical for the poll (`NotCanonical`).
Source:     docs/algorithms/counting.md.
"""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from backend.polls.choices import Choices, InvalidChoices, canonical, is_invalid
from backend.polls.types import PollDefinition

Pile: TypeAlias = tuple[Choices, int]
"""Equal ballots and how many there are."""


class NotCanonical(ValueError):
    """Choices reached the count that were never accepted in this form."""


@dataclass(frozen=True, slots=True)
class Piles:
    """All ballots of a poll. `votes` are valid and neither blank nor abstention."""

    invalid: int
    blank: int
    abstain: int
    votes: tuple[Pile, ...]

    @property
    def valid(self) -> int:
        """Abstentions are valid; blank and invalid ballots are not."""
        return self.abstain + sum(number for _, number in self.votes)


def sort_ballots(definition: PollDefinition, ballots: Iterable[Choices]) -> Piles:
    """Sort ballots into piles, in an order that depends on their content only.

    Raises:
        NotCanonical: choices this poll could not have accepted in this form.
    """
    numbers = Counter(json.dumps(choices) for choices in ballots)
    invalid = blank = abstain = 0
    votes: list[Pile] = []
    for text, number in sorted(numbers.items()):
        choices: Choices = json.loads(text)
        if is_invalid(choices):
            invalid += number
            continue
        _check(definition, choices)
        if choices == []:
            blank += number
        elif choices == [definition.abstain_id]:
            abstain += number
        else:
            votes.append((choices, number))
    return Piles(invalid=invalid, blank=blank, abstain=abstain, votes=tuple(votes))


def _check(definition: PollDefinition, choices: Choices) -> None:
    try:
        expected = canonical(definition, choices)
    except InvalidChoices as error:
        raise NotCanonical(f"expected choices of poll {definition.id}, got {choices}") from error
    if json.dumps(expected) != json.dumps(choices):
        raise NotCanonical(f"expected {expected}, got {choices}")
