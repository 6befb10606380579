"""Count published ballots again, by a second implementation of the rules.

For:        comparing with `poll.sealed`; deliberately not the code that produced it.
Guarantees: pure; every ballot is in exactly one of valid, invalid, blank.
Source:     docs/algorithms/counting.md.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from backend.transparency.canonical import JsonValue


@dataclass(frozen=True, slots=True)
class Rules:
    """What `poll.opened` says about how ballots are read."""

    type: str
    options: Sequence[str]
    """Without abstention."""
    statements: Sequence[str]


@dataclass(slots=True)
class Recount:
    """The figures as `poll.sealed` states them."""

    valid: int = 0
    invalid: int = 0
    blank: int = 0
    totals: Counter[str] = field(default_factory=Counter)


def recount(rules: Rules, ballots: Iterable[JsonValue]) -> Recount:
    """Count ballots in their canonical form."""
    result = Recount()
    for choices in ballots:
        if choices == {"invalid": True}:
            result.invalid += 1
        elif choices == []:
            result.blank += 1
        else:
            result.valid += 1
            result.totals.update(_votes(rules, choices))
    return result


def _votes(rules: Rules, choices: JsonValue) -> Counter[str]:
    if isinstance(choices, Mapping):
        return Counter({option: n for option, n in choices.items() if isinstance(n, int)})
    marks: Sequence[JsonValue] = choices if isinstance(choices, list) else []
    abstains = len(marks) == 1 and isinstance(marks[0], str) and marks[0] not in rules.options
    if rules.type == "ranking" and not abstains:
        return Counter([_pattern(marks)])
    if rules.type == "scale" and not abstains:
        return Counter(_grades(rules, marks))
    return Counter(str(mark) for mark in marks)


def _pattern(marks: Sequence[JsonValue]) -> str:
    """Write a ranking as `B>A=C`."""
    return ">".join("=".join(map(str, mark)) if isinstance(mark, list) else str(mark) for mark in marks)


def _grades(rules: Rules, marks: Sequence[JsonValue]) -> list[str]:
    if not rules.statements:
        return [str(mark) for mark in marks]
    pairs = zip(rules.statements, marks, strict=False)
    return [f"{statement}:{grade}" for statement, grade in pairs if grade is not None]
