"""What is lost, double or changed is named."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from backend.polls.choices import Choices
from backend.rehearsal.compare import differences, different_openings
from backend.rehearsal.script import load_script
from backend.rehearsal.vote import Vote

VOTES = [Vote("poll", f"card {number}", ["yes"], 256) for number in range(3)]


def lines(*ballots: tuple[str, Choices]) -> str:
    return "".join(json.dumps({"nonce": nonce, "choices": choices}) + "\n" for nonce, choices in ballots)


def opened(votes: Sequence[Vote]) -> list[tuple[str, Choices]]:
    return [(vote.nonce, vote.choices) for vote in votes]


def test_openings_with_every_ballot_once_differ_in_nothing() -> None:
    paper: list[tuple[str, Choices]] = [("f" * 64, ["no"])]
    assert different_openings(lines(*opened(VOTES), *paper), VOTES, total=4) == []


@pytest.mark.parametrize(
    ("ballots", "total", "named"),
    [
        (opened(VOTES[:2]), 2, "bestätigt, aber nicht gezählt: 1"),
        ([*opened(VOTES), *opened(VOTES[:1])], 4, "doppelt gezählt: 1"),
        ([*opened(VOTES[:2]), (VOTES[2].nonce, ["no"])], 3, "anders gezählt: 1"),
        (opened(VOTES), 4, "offengelegt: 3 ≠ 4"),
    ],
)
def test_openings_that_differ_say_how(ballots: list[tuple[str, Choices]], total: int, named: str) -> None:
    assert different_openings(lines(*ballots), VOTES, total=total) == [named]


def record(**more: object) -> dict[str, Any]:
    question = load_script().questions[0]
    expected = question.expected
    return {
        "equations": [],
        "by_channel": {
            channel: {"ballots": number, "totals": expected["by_channel"][channel]}
            for channel, number in expected["ballots"].items()
        },
        **{key: expected[key] for key in ("valid", "invalid", "totals", "rejected_duplicates")},
        **more,
    }


def test_differences_of_the_expected_record_are_none() -> None:
    assert differences(load_script().questions[0], record()) == []


def test_differences_name_what_does_not_agree() -> None:
    equation = {"name": "channel", "about": "phone", "holds": False}
    found = differences(
        load_script().questions[0], record(equations=[equation], totals={"a": 3}, valid=1, rejected_duplicates=0)
    )
    assert found[:3] == ["channel phone", "rejected_duplicates: 0 ≠ 1", "valid: 1 ≠ 122"]
    assert any(line.startswith("totals:") for line in found)


@pytest.mark.parametrize(("counted", "is_right"), [(2, False), (3, True), (5, True), (6, False)])
def test_second_tabs_are_expected_among_the_refused_cards(counted: int, is_right: bool) -> None:
    found = differences(load_script().questions[0], record(rejected_duplicates=counted), doubles=2, resent=2)
    assert (found == []) is is_right
