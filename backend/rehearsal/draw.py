"""Ballots drawn at random, of every type, as people might fill them in. Pure over its generator."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from backend.polls.choices import Choices, canonical
from backend.polls.types import PollDefinition, PollType

BLANK_SHARE = 0.01
ABSTAIN_SHARE = 0.04
AWAY_SHARE = 0.03  # phones whose owner is just not looking
WORDS = (
    "Bäume",
    "Ruhe",
    "Spielplatz",
    "Bänke",
    "Wasser",
    "Markt",
    "Radweg",
    "Licht",
    "Schatten",
    "Bus",
    "Café",
    "Kunst",
)


def draw_ballot(definition: PollDefinition, rng: np.random.Generator) -> Choices | None:
    """Return canonical choices a poll allows; None for somebody who does not vote."""
    share = rng.random()
    if share < AWAY_SHARE:
        return None
    if share < AWAY_SHARE + BLANK_SHARE:
        return canonical(definition, [])
    if definition.abstain_id is not None and share < AWAY_SHARE + BLANK_SHARE + ABSTAIN_SHARE:
        return canonical(definition, [definition.abstain_id])
    return canonical(definition, _DRAWN[definition.type](definition, rng))


def _one(definition: PollDefinition, rng: np.random.Generator) -> list[str]:
    """Pick one, the first ones more often: results with ties everywhere would prove less."""
    ids = _ids(definition)
    weights = np.arange(len(ids), 0, -1, dtype=float)
    return [ids[int(rng.choice(len(ids), p=weights / weights.sum()))]]


def _several(definition: PollDefinition, rng: np.random.Generator) -> list[str]:
    return _some(_ids(definition), definition.limit, rng)


def _grades(definition: PollDefinition, rng: np.random.Generator) -> list[int]:
    return [int(rng.choice(definition.scale)) for _ in range(max(1, len(definition.statements)))]


def _scores(definition: PollDefinition, rng: np.random.Generator) -> dict[str, int]:
    return {each: int(rng.integers(definition.limit + 1)) for each in _ids(definition)}


def _points(definition: PollDefinition, rng: np.random.Generator) -> dict[str, int]:
    ids = _ids(definition)
    given = rng.multinomial(definition.limit, np.full(len(ids), 1 / len(ids)))
    return {each: int(number) for each, number in zip(ids, given, strict=True)}


def _affordable(definition: PollDefinition, rng: np.random.Generator) -> list[str]:
    left, chosen = definition.budget or 0, list[str]()
    for place in rng.permutation(len(definition.choosable)):
        option = definition.choosable[int(place)]
        if (option.cost or 0) <= left and len(chosen) < definition.limit:
            left -= option.cost or 0
            chosen.append(str(option.id))
    return chosen


def _words(definition: PollDefinition, rng: np.random.Generator) -> list[str]:
    return _some(list(WORDS), definition.limit, rng)


def _some(ids: list[str], most: int, rng: np.random.Generator) -> list[str]:
    size = int(rng.integers(1, min(most, len(ids)) + 1))
    return [ids[int(place)] for place in rng.permutation(len(ids))[:size]]


def _ids(definition: PollDefinition) -> list[str]:
    return [str(option.id) for option in definition.choosable]


_DRAWN: Mapping[PollType, Callable[[PollDefinition, np.random.Generator], object]] = {
    PollType.YESNO: _one,
    PollType.SINGLE: _one,
    PollType.MULTI: _several,
    PollType.SCALE: _grades,
    PollType.RANKING: _several,
    PollType.SCORE: _scores,
    PollType.CUMULATIVE: _points,
    PollType.BUDGET: _affordable,
    PollType.WORDS: _words,
}
