"""The count record: every channel, every equation, what may be shown of it. Pure.

Guarantees: totals are counted from the opened ballots, never added up from channels; an equation that does not
hold keeps the result provisional. Source: docs/algorithms/counting.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backend.ballots.types import OpenedBallot, Turnout
from backend.polls.types import Channel, PollDefinition
from backend.tally.count import Count, count
from backend.tally.equations import Equation, attendance_equation, channel_equation, total_equation
from backend.tally.figures import count_json
from backend.tally.small_numbers import show_channels

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class OutsideFacts:
    """What the box cannot know: the paper ledger's equations, open batches, sheets lost, people in the rooms.

    `is_on_paper`: the evening goes on by paper alone.
    """

    paper_equations: tuple[Equation, ...] = ()
    open_batches: int = 0
    missing_sheets: int = 0
    is_on_paper: bool = False
    people_counted: int | None = None


@dataclass(frozen=True, slots=True)
class CountInputs:
    """Everything a count record is made from."""

    definition: PollDefinition
    ballots: Sequence[OpenedBallot]
    turnout: Turnout
    entitled: int
    rejected_duplicates: int
    n_min: int
    facts: OutsideFacts


@dataclass(frozen=True, slots=True)
class CountRecord:
    """The sealed count of one poll."""

    total: Count
    by_channel: Mapping[Channel, Count]
    equations: tuple[Equation, ...]
    content: Json

    @property
    def is_balanced(self) -> bool:
        """Tell whether every equation holds."""
        return all(equation.holds for equation in self.equations)


def make_record(inputs: CountInputs) -> CountRecord:
    """Count the opened ballots of all channels together and per channel."""
    total = count(inputs.definition, [ballot.choices for ballot in inputs.ballots])
    by_channel = {
        channel: count(inputs.definition, [ballot.choices for ballot in inputs.ballots if ballot.channel is channel])
        for channel in Channel
        if channel in inputs.definition.channels
    }
    equations = _equations(inputs, total, by_channel)
    shown = show_channels(by_channel, inputs.n_min)
    content: Json = {
        **count_json(total),
        "entitled": inputs.entitled,
        "used": inputs.turnout.used,
        "cards": {channel.value: number for channel, number in inputs.turnout.cards.items()},
        "rejected_duplicates": inputs.rejected_duplicates,
        "by_channel": {channel.value: count_json(each) for channel, each in by_channel.items()},
        "public_channels": [channel.value for channel in shown.counts] if shown.counts is not None else None,
        "withheld": shown.withheld.value if shown.withheld else None,
        "n_min": inputs.n_min,
        "equations": [equation_json(equation) for equation in equations],
    }
    return CountRecord(total=total, by_channel=by_channel, equations=equations, content=content)


def _equations(inputs: CountInputs, total: Count, by_channel: Mapping[Channel, Count]) -> tuple[Equation, ...]:
    redeemed = {
        channel: inputs.turnout.sheets_scanned if channel is Channel.PAPER else inputs.turnout.cards.get(channel, 0)
        for channel in by_channel
    }
    own = [channel_equation(channel, redeemed[channel], each.ballots) for channel, each in by_channel.items()]
    own.append(total_equation({channel: each.ballots for channel, each in by_channel.items()}, total.ballots))
    if inputs.facts.people_counted is not None:
        own.append(attendance_equation(total.ballots, inputs.facts.people_counted))
    return (*own, *inputs.facts.paper_equations)


def equation_json(equation: Equation) -> Json:
    """Return an equation in wire form."""
    return {
        "name": equation.name.value,
        "about": equation.about,
        "left": [
            {"name": term.name, "n": -term.number if term.is_subtracted else term.number} for term in equation.left
        ],
        "right": [
            {"name": term.name, "n": -term.number if term.is_subtracted else term.number} for term in equation.right
        ],
        "relation": equation.relation.value,
        "holds": equation.holds,
    }
