"""A town's own evening as a script: its questions, and a crowd that draws its choices from a seed.

Guarantees: the same file gives the same crowd; every ballot drawn is one the poll allows; what must come out is
counted from what was drawn. Refuses files it cannot rehearse (`InvalidEvening`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from backend.polls.choices import Choices
from backend.polls.types import Channel, InvalidDefinition, Method, Option, OptionId, PollDefinition, PollId, PollType
from backend.rehearsal.draw import draw_ballot
from backend.rehearsal.script import Question, Script

PHONES_MAX = 5_000
QUESTIONS_MAX = 60
FILE_CHARS_MAX = 1_000_000


class InvalidEvening(ValueError):
    """The file is no evening; the message says where."""


class OwnQuestion(BaseModel):
    """One question, as the API takes it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: PollType
    question: Annotated[dict[str, str], Field(min_length=1, max_length=10)]
    options: Annotated[list[dict[str, Any]], Field(max_length=40)] = []
    statements: Annotated[list[dict[str, Any]], Field(max_length=12)] = []
    max: Annotated[int, Field(ge=1, le=100)] | None = None
    method: Method | None = None
    budget: Annotated[int, Field(ge=1, le=10**12)] | None = None
    channels: Annotated[list[Channel], Field(min_length=1, max_length=3)] = list(Channel)

    def definition(self, number: int) -> PollDefinition:
        """Return what decides which ballots are allowed."""
        return PollDefinition(
            id=PollId(f"question-{number}"),
            type=self.type,
            options=tuple(_option(row) for row in self.options),
            max=self.max,
            statements=tuple(_option(row) for row in self.statements),
            budget=self.budget,
            method=self.method,
        )


class OwnEvening(BaseModel):
    """The file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    org: Annotated[str, Field(min_length=1, max_length=60)]
    title: Annotated[str, Field(min_length=1, max_length=300)]
    notice: Annotated[dict[str, str], Field(max_length=10)]
    assembly_type: Annotated[str, Field(max_length=40)]
    agenda: Annotated[list[dict[str, Any]], Field(max_length=60)] = []
    phones: Annotated[int, Field(ge=1, le=PHONES_MAX)]
    kiosk: Annotated[int, Field(ge=0, le=100)] = 0
    seed: Annotated[int, Field(ge=0, le=2**31)] = 1
    questions: Annotated[list[OwnQuestion], Field(min_length=1, max_length=QUESTIONS_MAX)]
    left_out: Annotated[list[str], Field(max_length=200)] = []


def read_evening(path: Path) -> Script:
    """Read a file and let its crowd make up its mind. Raises: InvalidEvening, OSError."""
    text = path.read_text(encoding="utf-8")
    if len(text) > FILE_CHARS_MAX:
        raise InvalidEvening(f"expected at most {FILE_CHARS_MAX} characters")
    try:
        return script_of(OwnEvening.model_validate(json.loads(text)))
    except (ValidationError, InvalidDefinition, json.JSONDecodeError) as error:
        raise InvalidEvening(str(error)) from error


def script_of(evening: OwnEvening) -> Script:
    """Return the script of an evening. Raises: InvalidDefinition."""
    people = {Channel.PHONE: evening.phones, Channel.KIOSK: evening.kiosk, Channel.PAPER: 0}
    return Script(
        case_id="own",
        org=evening.org,
        title=evening.title,
        notice=evening.notice,
        assembly_type=evening.assembly_type,
        guests=0,
        first_use=people,
        questions=[
            _question(each, number, people, np.random.default_rng([evening.seed, number]))
            for number, each in enumerate(evening.questions)
        ],
        agenda=evening.agenda,
        left_out=evening.left_out,
    )


def _question(each: OwnQuestion, number: int, people: Mapping[Channel, int], rng: np.random.Generator) -> Question:
    definition = each.definition(number)
    ballots: dict[Channel, list[Choices | None]] = {
        channel: [draw_ballot(definition, rng) for _ in range(people[channel])]
        for channel in Channel
        if channel in each.channels
    }
    source = each.model_dump(mode="json", exclude_defaults=True)
    return Question(source, definition, ballots)


def _option(row: Mapping[str, Any]) -> Option:
    label = {key: str(value) for key, value in row.items() if key not in {"id", "abstain", "cost"}}
    return Option(OptionId(str(row.get("id"))), label, abstain=bool(row.get("abstain")), cost=row.get("cost"))
