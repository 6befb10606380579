"""States of meetings, agenda items and hall questions, and which step may follow. Pure."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType


class MeetingState(StrEnum):
    """The life of a meeting."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CHECKIN = "checkin"
    RUNNING = "running"
    PAUSED = "paused"
    CLOSED = "closed"
    MINUTED = "minuted"
    ARCHIVED = "archived"
    CANCELLED = "cancelled"


class ItemState(StrEnum):
    """The life of an agenda item."""

    PLANNED = "planned"
    ACTIVE = "active"
    DONE = "done"
    POSTPONED = "postponed"
    WITHDRAWN = "withdrawn"


class QuestionState(StrEnum):
    """The life of a question from the hall."""

    SUBMITTED = "submitted"
    HELD = "held"
    VISIBLE = "visible"
    ON_STAGE = "on_stage"
    ANSWERED = "answered"
    DEFERRED = "deferred"
    REJECTED = "rejected"


class Assembly(StrEnum):
    """Kinds of meeting; they decide cards, texts and the treat-by date."""

    BUERGERVERSAMMLUNG = "buergerversammlung"
    EINWOHNERVERSAMMLUNG = "einwohnerversammlung"
    DIALOG = "dialogveranstaltung"
    WORKSHOP = "workshop"


_M = MeetingState

TRANSITIONS = MappingProxyType(
    {
        _M.DRAFT: frozenset({_M.PUBLISHED, _M.CANCELLED}),
        _M.PUBLISHED: frozenset({_M.CHECKIN, _M.CANCELLED}),
        _M.CHECKIN: frozenset({_M.RUNNING, _M.CANCELLED}),
        _M.RUNNING: frozenset({_M.PAUSED, _M.CLOSED, _M.CANCELLED}),
        _M.PAUSED: frozenset({_M.RUNNING, _M.CLOSED, _M.CANCELLED}),
        _M.CLOSED: frozenset({_M.MINUTED}),
        _M.MINUTED: frozenset({_M.ARCHIVED}),
        _M.ARCHIVED: frozenset[MeetingState](),
        _M.CANCELLED: frozenset[MeetingState](),
    }
)

AHEAD = frozenset({_M.DRAFT, _M.PUBLISHED})
ENDING = frozenset({_M.CLOSED, _M.CANCELLED})
EDITABLE = AHEAD | {_M.CHECKIN, _M.RUNNING, _M.PAUSED}

_I = ItemState

ITEM_STEPS = MappingProxyType(
    {
        _I.PLANNED: frozenset({_I.POSTPONED, _I.WITHDRAWN}),
        _I.ACTIVE: frozenset({_I.POSTPONED, _I.WITHDRAWN}),
        _I.DONE: frozenset({_I.PLANNED}),
        _I.POSTPONED: frozenset({_I.PLANNED, _I.WITHDRAWN}),
        _I.WITHDRAWN: frozenset({_I.PLANNED}),
    }
)
"""What a host decides about a point, beside going through the agenda; `planned`: it is taken up again."""

SET_ASIDE = frozenset({_I.POSTPONED, _I.WITHDRAWN})

_Q = QuestionState

QUESTION_STEPS = MappingProxyType(
    {
        _Q.SUBMITTED: frozenset({_Q.HELD, _Q.VISIBLE, _Q.REJECTED}),
        _Q.HELD: frozenset({_Q.VISIBLE, _Q.REJECTED}),
        _Q.VISIBLE: frozenset({_Q.ON_STAGE, _Q.HELD, _Q.DEFERRED, _Q.REJECTED}),
        _Q.ON_STAGE: frozenset({_Q.ANSWERED, _Q.DEFERRED, _Q.VISIBLE}),
        _Q.ANSWERED: frozenset[QuestionState](),
        _Q.DEFERRED: frozenset({_Q.ANSWERED}),
        _Q.REJECTED: frozenset[QuestionState](),
    }
)
SEEN_BY_ALL = frozenset({_Q.VISIBLE, _Q.ON_STAGE, _Q.ANSWERED})
OPEN_TO_HALL = frozenset({_M.CHECKIN, _M.RUNNING, _M.PAUSED})


def may_follow(state: MeetingState, target: MeetingState) -> bool:
    """Tell whether a meeting may go from `state` to `target`."""
    return target in TRANSITIONS[state]
