"""What will happen on the rehearsed evening: who votes what on which channel, and what must come out. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from backend.polls.choices import Choices
from backend.polls.types import Channel, PollType
from backend.tally.sample import demo_ballots

Json = dict[str, Any]

CASES = Path(__file__).parents[1] / "demo" / "demo-de.json"
DEFAULT_CASE = "case-marktplatz"


@dataclass(frozen=True, slots=True)
class Question:
    """One poll of the evening with every ballot that will be cast."""

    source: Json
    ballots: Mapping[Channel, Sequence[Choices]]
    duplicates: int

    @property
    def expected(self) -> Json:
        """The numbers the count record must show, per channel and overall."""
        invalid = self.source.get("invalid", {})
        return {
            "ballots": {channel.value: len(rows) for channel, rows in self.ballots.items()},
            "invalid": sum(invalid.values()),
            "valid": self.source["expected_valid_ballots"],
            "totals": self.source["expected_total"],
            "by_channel": self.source.get("tally") or self.source.get("rankings"),
            "rejected_duplicates": self.duplicates,
        }

    @property
    def type(self) -> PollType:
        """The type of the poll."""
        return PollType(self.source["type"])


@dataclass(frozen=True, slots=True)
class Script:
    """One evening."""

    case_id: str
    org: str
    title: str
    notice: Json
    assembly_type: str
    cards: int
    guests: int
    first_use: Mapping[Channel, int]
    questions: Sequence[Question]
    is_scaled: bool = False


def load_script(case_id: str = DEFAULT_CASE, *, phones: int | None = None, path: Path = CASES) -> Script:
    """Read a case; with `phones` its crowd of phones is scaled to that number. Raises: LookupError."""
    cases = {case["id"]: case for case in json.loads(path.read_text(encoding="utf-8"))["cases"]}
    if case_id not in cases:
        raise LookupError(case_id)
    case = cases[case_id]
    meeting = case["meeting"]
    first_use = {channel: meeting["admission"]["by_first_use"][channel.value] for channel in Channel}
    questions = [_question(source) for source in meeting["polls"]]
    script = Script(
        case_id=case_id,
        org=case["consultation"]["tenant"],
        title=meeting["title"]["de"],
        notice=meeting["consultative_notice"],
        assembly_type=meeting["type"],
        cards=meeting["admission"]["credentials_issued"],
        guests=meeting["admission"]["guest_cards"],
        first_use=first_use,
        questions=questions,
    )
    return _scaled(script, phones) if phones else script


def _question(source: Json) -> Question:
    ballots = {channel: demo_ballots(source, channel) for channel in Channel}
    return Question(source=source, ballots=ballots, duplicates=source["rejected_duplicates"])


def _scaled(script: Script, phones: int) -> Script:
    """Repeat the phones' ballots until there are `phones` of them; expected totals are counted, not read."""
    questions = []
    for question in script.questions:
        crowd = list(islice(cycle(question.ballots[Channel.PHONE]), phones))
        questions.append(Question(question.source, {**question.ballots, Channel.PHONE: crowd}, question.duplicates))
    first_use = {**script.first_use, Channel.PHONE: phones}
    return Script(
        case_id=script.case_id,
        org=script.org,
        title=script.title,
        notice=script.notice,
        assembly_type=script.assembly_type,
        cards=sum(first_use.values()),
        guests=script.guests,
        first_use=first_use,
        questions=questions,
        is_scaled=True,
    )
