"""A meeting's evening as a script a rehearsal can play: its agenda and questions, and how many come. Pure.

Questions phones may not vote on are left out and named. A crowd without expected numbers draws its choices from the
seed; what must come out is what it drew.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from backend.meetings.queries import AgendaItem, Meeting
from backend.polls.queries import Poll
from backend.polls.types import Channel, Grade, Option
from backend.practice.types import KIOSK_CARDS, Wish

Json = dict[str, Any]


def script_of(meeting: Meeting, agenda: Sequence[AgendaItem], polls: Sequence[Poll], *, org: str, wish: Wish) -> Json:
    """Return the script `machmit rehearse --script` reads."""
    asked = [poll for poll in polls if may_be_rehearsed(poll)]
    return {
        "org": org,
        "title": meeting.title["de"],
        "notice": dict(meeting.notice),
        "assembly_type": meeting.assembly_type,
        "agenda": [{"no": item.number, "title": dict(item.title), "minutes": item.minutes} for item in agenda],
        "phones": wish.phones,
        "kiosk": KIOSK_CARDS,
        "seed": wish.seed,
        "questions": [_question(poll) for poll in asked],
        "left_out": [poll.question["de"] for poll in polls if poll not in asked],
    }


def may_be_rehearsed(poll: Poll) -> bool:
    """Tell whether phones may vote on it."""
    return poll.definition.grade is Grade.OPEN and Channel.PHONE in poll.definition.channels


def _question(poll: Poll) -> Json:
    definition = poll.definition
    body: Json = {
        "type": definition.type.value,
        "question": dict(poll.question),
        "options": [_option(option) for option in definition.options],
        "max": definition.max,
        "method": definition.method.value if definition.method else None,
        "statements": [_option(statement) for statement in definition.statements],
        "budget": definition.budget,
        "channels": sorted(channel.value for channel in definition.channels),
    }
    return {key: value for key, value in body.items() if value not in (None, [])}


def _option(option: Option) -> Json:
    row: Json = {"id": option.id, **option.label}
    if option.abstain:
        row["abstain"] = True
    if option.cost is not None:
        row["cost"] = option.cost
    return row
