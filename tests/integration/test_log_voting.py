"""A whole vote, seen from outside: cast, sealed, published, copied, verified, looked up."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from backend.ballots.types import Acknowledgement
from backend.commands.log import export_to
from backend.kit.db import JsonDict
from backend.polls.actions import NewPoll
from backend.polls.queries import Poll
from backend.polls.types import Channel, Method, PollType
from backend.runtime import Runtime
from backend.transparency.verifier import verify_directory
from tests.factories import ABC, TO_PUBLISHED, YES_NO, make_hall, make_poll, move_poll

pytestmark = pytest.mark.both_databases

ABC_OR_NOT: list[JsonDict] = [*ABC, {"id": "abst", "de": "Enthaltung", "abstain": True}]
PROJECTS: list[JsonDict] = [{"id": each, "de": each, "cost": 4_000} for each in "abc"]
SCALE: list[JsonDict] = [{"id": str(grade), "de": str(grade)} for grade in range(1, 6)]

VOTES: dict[PollType, tuple[list[JsonDict], list[object]]] = {
    PollType.YESNO: (YES_NO, [["yes"], ["no"], ["abst"], []]),
    PollType.SINGLE: (ABC, [["a"], ["b"], []]),
    PollType.MULTI: (ABC_OR_NOT, [["c", "a"], ["b"], ["abst"], []]),
    PollType.SCALE: (SCALE, [[1], [4], [4], []]),
    PollType.RANKING: (ABC_OR_NOT, [["a", "b"], [["a", "c"], "b"], ["abst"], ["a"], []]),
    PollType.SCORE: (ABC, [{"a": 5, "b": 0}, {"c": 1}]),
    PollType.CUMULATIVE: (ABC, [{"a": 3, "b": 1}, {"c": 1}]),
    PollType.BUDGET: (PROJECTS, [["b", "a"], ["c"], []]),
    PollType.WORDS: ([], [["Grün", "mehr Bänke"], ["grün"]]),
}


async def cast(rt: Runtime, poll: Poll, card: str, choices: object) -> Acknowledgement:
    return await rt.desk.cast_with_card(
        poll.id,
        card,
        choices=choices,
        nonce=secrets.token_bytes(32),
        channel=Channel.PHONE,
        request_key=secrets.token_hex(16),
    )


@pytest.mark.parametrize("type_", VOTES)
async def test_published_vote_verifies_from_a_copy(rt: Runtime, tmp_path: Path, type_: PollType) -> None:
    options, patterns = VOTES[type_]
    method = Method.SCHULZE if type_ is PollType.RANKING else None
    hall = await make_hall(rt)
    budget = 9_000 if type_ is PollType.BUDGET else None
    new = NewPoll(type=type_, question={"de": "Was?"}, options=options, method=method, budget=budget)
    poll = await make_poll(rt, hall, new)
    acknowledged = [
        await cast(rt, poll, card, patterns[number % len(patterns)]) for number, card in enumerate(hall.cards[:12])
    ]
    await move_poll(rt, poll, *TO_PUBLISHED)
    await rt.log.flush()
    await export_to(rt, tmp_path / "copy")
    code = acknowledged[0].tracking_code
    report = verify_directory(tmp_path / "copy", receipt=code)
    assert report.ok, report.lines()
    assert report.counts["Stimmen"] == 12
    assert report.counts["Abstimmungen nachgezählt"] == (type_ is not PollType.WORDS)
    assert any(code in notice for notice in report.notices)
