"""A town's own evening: the same file, the same crowd; every ballot drawn is one its poll allows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from backend.polls.choices import canonical
from backend.polls.types import Channel, Option, OptionId, PollDefinition, PollId, PollType
from backend.rehearsal.draw import draw_ballot
from backend.rehearsal.own_evening import InvalidEvening, read_evening

ABC = tuple(Option(OptionId(each), {"de": each.upper()}, cost=40) for each in "abc")
YES_NO = (Option(OptionId("yes"), {"de": "Ja"}), Option(OptionId("no"), {"de": "Nein"}))
DEFINITIONS = [
    PollDefinition(PollId("p"), PollType.YESNO, YES_NO),
    PollDefinition(PollId("p"), PollType.SINGLE, (*ABC, Option(OptionId("x"), {"de": "Enthaltung"}, abstain=True))),
    PollDefinition(PollId("p"), PollType.MULTI, ABC, max=2),
    PollDefinition(PollId("p"), PollType.SCALE, statements=ABC[:2]),
    PollDefinition(PollId("p"), PollType.RANKING, ABC),
    PollDefinition(PollId("p"), PollType.SCORE, ABC, max=5),
    PollDefinition(PollId("p"), PollType.CUMULATIVE, ABC, max=7),
    PollDefinition(PollId("p"), PollType.BUDGET, ABC, budget=90),
    PollDefinition(PollId("p"), PollType.WORDS),
]


def an_evening(**more: object) -> dict[str, Any]:
    question = {
        "type": "single",
        "question": {"de": "Was?"},
        "options": [{"id": "a", "de": "A"}, {"id": "b", "de": "B"}],
    }
    return {
        "org": "auenfurt",
        "title": "Bürgerversammlung",
        "notice": {"de": "Eine Empfehlung."},
        "assembly_type": "workshop",
        "phones": 200,
        "kiosk": 5,
        "seed": 3,
        "questions": [question, question | {"channels": ["phone", "paper"]}],
        **more,
    }


def written(folder: Path, content: object) -> Path:
    path = folder / "evening.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda each: each.type.value)
def test_drawn_ballots_are_canonical_and_differ(definition: PollDefinition) -> None:
    rng = np.random.default_rng(1)
    drawn = [draw_ballot(definition, rng) for _ in range(400)]
    ballots = [each for each in drawn if each is not None]
    assert [canonical(definition, each) for each in ballots] == ballots
    assert 0 < drawn.count(None) < 60
    assert len({json.dumps(each) for each in ballots}) > 2


def test_same_seed_draws_the_same_crowd_and_another_seed_another(tmp_path: Path) -> None:
    first, again = (read_evening(written(tmp_path, an_evening())) for _ in range(2))
    other = read_evening(written(tmp_path, an_evening(seed=4)))
    assert first == again
    assert first.questions[0].expected != other.questions[0].expected


def test_expectation_is_the_crowds_own_record(tmp_path: Path) -> None:
    script = read_evening(written(tmp_path, an_evening()))
    both, no_kiosk = script.questions
    assert script.cards == 205
    assert both.expected["ballots"] == {
        "phone": len(both.cast_on(Channel.PHONE)),
        "kiosk": 5 - both.ballots[Channel.KIOSK].count(None),
        "paper": 0,
    }
    assert Channel.KIOSK not in no_kiosk.ballots
    assert no_kiosk.source_body["channels"] == ["phone", "paper"]


@pytest.mark.parametrize(
    "wrong",
    [
        an_evening(phones=0),
        an_evening(phones=5_001),
        an_evening(questions=[]),
        an_evening(surprise=1),
        an_evening(questions=[{"type": "yesno", "question": {"de": "Ja?"}, "options": [{"id": "a", "de": "A"}]}]),
        [],
    ],
)
def test_file_that_is_no_evening_is_refused(tmp_path: Path, wrong: object) -> None:
    with pytest.raises(InvalidEvening):
        read_evening(written(tmp_path, wrong))


def test_file_that_is_no_json_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "evening.json"
    path.write_text("{", encoding="utf-8")
    with pytest.raises(InvalidEvening):
        read_evening(path)
