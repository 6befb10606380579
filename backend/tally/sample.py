"""Ballots made up from the tallies of a case, for the demo and the rehearsal.

For:        filling a demo poll, and sending a rehearsal's crowd to vote.
Guarantees: deterministic; counting the ballots gives back the tallies, per channel and in total.
Refuses:    tallies no set of ballots can have (`ImpossibleTally`).
Source:     the wrap-around rule of McNaughton (1959) spreads marks over ballots.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

from backend.polls.choices import Choices, InvalidChoices, canonical, invalid
from backend.polls.types import Channel, Option, OptionId, PollDefinition, PollId, PollType, Question

PollJson: TypeAlias = Mapping[str, Any]
"""A poll of a case file: `type`, `options`, `tally` or `rankings` per channel, `invalid`."""

_LANGUAGES = ("de", "ls", "en")


class ImpossibleTally(ValueError):
    """No set of ballots has these numbers."""


def demo_definition(poll: PollJson) -> PollDefinition:
    """Read the definition of a poll in a case file."""
    return PollDefinition(
        id=PollId(poll["id"]),
        type=PollType(poll["type"]),
        options=tuple(
            Option(
                OptionId(option["id"]),
                {language: option[language] for language in _LANGUAGES if language in option},
                abstain=option.get("abstain", False),
            )
            for option in poll["options"]
        ),
        max=poll.get("max"),
        question=Question(poll["question"]),
    )


def demo_ballots(poll: PollJson, channel: Channel) -> list[Choices]:
    """Return the ballots of one channel, valid ones first, then the invalid sheets.

    Raises:
        ImpossibleTally: the tallies contradict each other or the type of the poll.
    """
    definition = demo_definition(poll)
    try:
        valid = [canonical(definition, raw) for raw in _raw_ballots(definition, poll, channel)]
    except InvalidChoices as error:
        raise ImpossibleTally(f"expected tallies of a {definition.type} poll: {error}") from error
    return valid + [invalid() for _ in range(poll.get("invalid", {}).get(channel, 0))]


def _raw_ballots(definition: PollDefinition, poll: PollJson, channel: Channel) -> list[list[str | int]]:
    if definition.type is PollType.RANKING:
        rankings: Mapping[str, int] = poll["rankings"].get(channel, {})
        return [[*line.split(">")] for line, number in rankings.items() for _ in range(number)]
    tally: Mapping[str, int] = poll["tally"].get(channel, {})
    if definition.type is PollType.MULTI:
        return _spread(tally, poll["ballots"].get(channel, 0))
    return [
        [int(option) if definition.type is PollType.SCALE else option]
        for option, number in tally.items()
        for _ in range(number)
    ]


def _spread(tally: Mapping[str, int], voters: int) -> list[list[str | int]]:
    """Deal the marks out to the voters one by one, option after option.

    An option with at most as many marks as voters reaches nobody twice, and the ballots differ
    by at most one mark.
    """
    marks = [option for option, number in tally.items() for _ in range(number)]
    if len(marks) < voters or max(tally.values(), default=0) > voters:
        raise ImpossibleTally(f"expected a mark on each of {voters} ballots, got {dict(tally)}")
    return [list(marks[voter::voters]) for voter in range(voters)]
