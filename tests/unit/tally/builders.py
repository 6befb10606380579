"""Short ways to write definitions in counting tests."""

from typing import Any

from backend.polls.choices import Choice, Choices
from backend.polls.types import Option, OptionId, PollDefinition, PollId, PollType

ABST = Option(OptionId("abst"), {"de": "Enthaltung"}, abstain=True)


def define(
    poll_type: PollType,
    ids: str = "",
    *,
    abstain: bool = False,
    costs: tuple[int, ...] = (),
    **more: Any,  # noqa: ANN401 - passed on unchanged
) -> PollDefinition:
    """Define a poll with one option per word of `ids`."""
    names = ids.split()
    prices: list[int | None] = [*costs] or [None] * len(names)
    options = tuple(Option(OptionId(name), {"de": name}, cost=cost) for name, cost in zip(names, prices, strict=True))
    return PollDefinition(PollId("poll"), poll_type, options + ((ABST,) if abstain else ()), **more)


def statements(*ids: str) -> tuple[Option, ...]:
    """Statements to rate on a scale."""
    return tuple(Option(OptionId(each), {"de": each}) for each in ids)


def times(number: int, *choices: Choice) -> list[Choices]:
    """So many ballots with the same choices."""
    return [[*choices] for _ in range(number)]
