"""Points: scales per statement, scores per option, and points shared out (cumulative).

For:        `scale`, `score` and `cumulative` polls.
Guarantees: exact; an option nobody rated is listed with nothing given; equal sums stay tied.
Refuses:    to read "not rated" as nought points in the median.
Source:     docs/algorithms/counting.md.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from backend.polls.choices import Choices
from backend.polls.types import PollDefinition
from backend.tally.piles import Pile
from backend.tally.statistics import Figures

QUESTION_ITSELF = ""
"""Key of the figures of a scale without statements."""


def rate_statements(definition: PollDefinition, piles: Iterable[Pile]) -> dict[str, Figures]:
    """Return the figures of every statement; without statements those of the question."""
    keys = [str(statement.id) for statement in definition.statements] or [QUESTION_ITSELF]
    given = {key: Counter(dict.fromkeys(definition.scale, 0)) for key in keys}
    for choices, number in piles:
        for key, grade in zip(keys, choices, strict=True):
            if isinstance(grade, int):
                given[key][grade] += number
    return {key: Figures(dict(distribution)) for key, distribution in given.items()}


def rate_options(options: Sequence[str], piles: Iterable[Pile]) -> dict[str, Figures]:
    """Return the figures of every option over those who rated it."""
    given: dict[str, Counter[int]] = {option: Counter() for option in options}
    for choices, number in piles:
        for option, points in _points(choices).items():
            given[option][points] += number
    return {option: Figures(dict(distribution)) for option, distribution in given.items()}


def _points(choices: Choices) -> dict[str, int]:
    if not isinstance(choices, dict):
        raise TypeError(f"expected points per option, got {choices}")
    return choices
