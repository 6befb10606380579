"""What will happen on the rehearsed evening: who votes what on which channel, and what must come out. Pure.

Guarantees: a crowd of any size consists of the case's own people, again and again: phone number i does what the case's
phone i modulo its number of phones does. What must come out is counted from these ballots.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.polls.choices import Choices
from backend.polls.types import Channel, PollDefinition, PollType
from backend.tally.count import count
from backend.tally.sample import demo_ballots, demo_definition

Json = dict[str, Any]
Ballots = Sequence[Choices | None]
"""One entry for each card of a channel in the order of the cards; None votes on something else only."""

CASES = Path(__file__).parents[1] / "demo" / "demo-de.json"
DEFAULT_CASE = "case-marktplatz"
_ENTERED = ("type", "question", "options", "max", "method", "statements", "budget", "channels")


@dataclass(frozen=True, slots=True)
class Question:
    """One poll of the evening with every ballot that will be cast."""

    source: Json
    definition: PollDefinition
    ballots: Mapping[Channel, Ballots]
    duplicates: int = 0

    @property
    def type(self) -> PollType:
        """The type of the poll."""
        return self.definition.type

    @property
    def source_body(self) -> Json:
        """Return what the host enters to ask this."""
        return {key: self.source[key] for key in _ENTERED if self.source.get(key) is not None}

    def cast_on(self, channel: Channel) -> list[Choices]:
        """Return the ballots of a channel."""
        return [choices for choices in self.ballots.get(channel, ()) if choices is not None]

    @property
    def expected(self) -> Json:
        """The numbers the count record must show, per channel and overall."""
        counts = {channel.value: count(self.definition, self.cast_on(channel)) for channel in self.ballots}
        total = count(self.definition, [each for channel in self.ballots for each in self.cast_on(channel)])
        return {
            "ballots": {channel: each.ballots for channel, each in counts.items()},
            "valid": total.valid,
            "invalid": total.invalid,
            "totals": dict(total.totals),
            "by_channel": {channel: dict(each.totals) for channel, each in counts.items()},
            "rejected_duplicates": self.duplicates,
        }


@dataclass(frozen=True, slots=True)
class Script:
    """One evening."""

    case_id: str
    org: str
    title: str
    notice: Json
    assembly_type: str
    guests: int
    first_use: Mapping[Channel, int]
    questions: Sequence[Question]
    agenda: Sequence[Json] = ({"no": "1", "title": {"de": "Abstimmungen"}, "minutes": 30},)
    left_out: Sequence[str] = ()

    @property
    def cards(self) -> int:
        """How many voting cards are drawn."""
        return sum(self.first_use.values())


def load_script(
    case_id: str = DEFAULT_CASE, *, phones: int | None = None, with_paper: bool = True, path: Path = CASES
) -> Script:
    """Read a case; with `phones` its crowd of phones has that number. Raises: LookupError."""
    cases = {case["id"]: case for case in json.loads(path.read_text(encoding="utf-8"))["cases"]}
    if case_id not in cases:
        raise LookupError(case_id)
    case = cases[case_id]
    meeting = case["meeting"]
    people = {channel: meeting["admission"]["by_first_use"][channel.value] for channel in Channel}
    first_use = people | ({Channel.PHONE: phones} if phones else {}) | ({} if with_paper else {Channel.PAPER: 0})
    return Script(
        case_id=case_id,
        org=case["consultation"]["tenant"],
        title=meeting["title"]["de"],
        notice=meeting["consultative_notice"],
        assembly_type=meeting["type"],
        guests=meeting["admission"]["guest_cards"],
        first_use=first_use,
        questions=[_question(source, people, first_use) for source in meeting["polls"]],
    )


def _question(source: Json, people: Mapping[Channel, int], first_use: Mapping[Channel, int]) -> Question:
    ballots = {}
    for channel in Channel:
        told: list[Choices | None] = [*demo_ballots(source, channel)]
        told += [None] * (people[channel] - len(told))
        ballots[channel] = [told[number % len(told)] for number in range(first_use[channel])]
    return Question(source, demo_definition(source), ballots, source["rejected_duplicates"])
