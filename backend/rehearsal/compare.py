"""What must come out beside what came out: the count record, and the openings of every ballot. Pure.

Guarantees: every difference is named in words; an acknowledged ballot that is not in the openings exactly once is one.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from backend.rehearsal.script import Question
from backend.rehearsal.vote import Vote

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one question came to."""

    question: str
    expected: Json
    counted: Json
    differences: list[str]
    acknowledged: int
    openings: int | None  # None where the type is not opened for so few ballots
    reviewed: int = 0


def differences(question: Question, record: Json, *, doubles: int = 0, resent: int = 0) -> list[str]:
    """Compare a count record with what the script expects; return what does not agree, in words.

    `doubles` were refused before the crowd's eyes; up to `resent` more may have been, unseen.
    """
    expected = question.expected
    open_equations = [equation for equation in record["equations"] if not equation["holds"]]
    found = [f"{equation['name']} {equation['about']}".strip() for equation in open_equations]
    least = expected["rejected_duplicates"] + doubles
    if not least <= record["rejected_duplicates"] <= least + resent:
        found.append(f"rejected_duplicates: {record['rejected_duplicates']} ≠ {least}")
    numbers = {key: (record[key], expected[key]) for key in ("valid", "invalid")}
    for channel, number in expected["ballots"].items():
        numbers[channel] = (record["by_channel"][channel]["ballots"], number)
    found += [f"{name}: {counted} ≠ {wanted}" for name, (counted, wanted) in numbers.items() if counted != wanted]
    return found + _different_totals(expected, record)


def different_openings(lines: str, votes: Sequence[Vote], *, total: int) -> list[str]:
    """Look for every acknowledged ballot in the openings of a poll; return what is lost, double or changed."""
    opened = [json.loads(line) for line in lines.splitlines()]
    times = Counter(each["nonce"] for each in opened)
    choices = {each["nonce"]: each["choices"] for each in opened}
    found = {
        "bestätigt, aber nicht gezählt": sum(not times[vote.nonce] for vote in votes),
        "doppelt gezählt": sum(number - 1 for number in times.values()),
        "anders gezählt": sum(choices.get(vote.nonce, vote.choices) != vote.choices for vote in votes),
    }
    named = [f"{what}: {number}" for what, number in found.items() if number]
    return named + ([f"offengelegt: {len(opened)} ≠ {total}"] if len(opened) != total else [])


def _different_totals(expected: Json, record: Json) -> list[str]:
    totals = {"totals": (record["totals"], expected["totals"])}
    for channel, wanted in expected["by_channel"].items():
        totals[channel] = (record["by_channel"][channel]["totals"], wanted)
    return [f"{name}: {counted} ≠ {wanted}" for name, (counted, wanted) in totals.items() if not _same(counted, wanted)]


def _same(counted: dict[str, Any], expected: dict[str, int]) -> bool:
    return {key: number for key, number in counted.items() if number} == {
        key: number for key, number in expected.items() if number
    }
