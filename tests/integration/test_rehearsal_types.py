"""A town's own evening with a question of every type: whatever the crowd drew comes out on every channel."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from backend.kit.settings import Settings
from backend.polls.types import PollType
from backend.rehearsal.chaos import Chaos
from backend.rehearsal.evening import Plan, rehearse
from backend.rehearsal.own_evening import read_evening
from tests.faults.servers import App
from tests.integration.rehearsal_town import app, found_town

__all__ = ["app"]  # a fixture

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

ABC = [{"id": "a", "de": "Apfel", "en": "Apple"}, {"id": "b", "de": "Birne"}, {"id": "c", "de": "Kirsche"}]
YES_NO = [{"id": "yes", "de": "Ja"}, {"id": "no", "de": "Nein"}, {"id": "abst", "de": "Enthaltung", "abstain": True}]
QUESTIONS: dict[PollType, dict[str, object]] = {
    PollType.YESNO: {"options": YES_NO},
    PollType.SINGLE: {"options": ABC},
    PollType.MULTI: {"options": ABC, "max": 2},
    PollType.SCALE: {"statements": ABC},
    PollType.RANKING: {"options": ABC, "method": "borda"},
    PollType.SCORE: {"options": ABC, "max": 5},
    PollType.CUMULATIVE: {"options": ABC, "max": 6},
    PollType.BUDGET: {"options": [each | {"cost": 40} for each in ABC], "budget": 90},
    PollType.WORDS: {"max": 2, "channels": ["phone", "kiosk"]},
}


def an_evening(folder: Path) -> Path:
    questions = [{"type": kind, "question": {"de": kind}, **more} for kind, more in QUESTIONS.items()]
    evening = {
        "org": "auenfurt",
        "title": "Alles einmal",
        "notice": {"de": "Eine Empfehlung."},
        "assembly_type": "workshop",
        "phones": 12,
        "kiosk": 3,
        "seed": 11,
        "questions": questions,
    }
    path = folder / "evening.json"
    path.write_text(json.dumps(evening), encoding="utf-8")
    return path


async def test_every_type_comes_out_as_the_crowd_drew_it(app: App, settings: Settings, tmp_path: Path) -> None:
    assert set(QUESTIONS) == set(PollType)
    tokens = tmp_path / "tokens.json"
    await found_town(settings, "auenfurt", tokens)
    await app.start()
    report = await rehearse(app.url, read_evening(an_evening(tmp_path)), Plan(Chaos(seed=2)), tokens=tokens)
    found = {outcome.question: outcome.differences for outcome in report.outcomes}
    assert found == {kind.value: [] for kind in PollType}
    assert report.ok, report.log
