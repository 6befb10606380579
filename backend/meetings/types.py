"""States of meetings, agenda items, questions and speakers, and which step may follow. Pure."""

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
    QUEUED = "queued"
    ON_STAGE = "on_stage"
    ANSWERED = "answered"
    DEFERRED = "deferred"
    REJECTED = "rejected"
    MERGED = "merged"


class RejectReason(StrEnum):
    """Why the hall does not get to see a question."""

    OFF_TOPIC = "off_topic"
    ASKED_BEFORE = "asked_before"
    NAMES_PEOPLE = "names_people"
    INSULTS = "insults"
    UNCLEAR = "unclear"


class Display(StrEnum):
    """When everybody sees a new question."""

    AT_ONCE = "at_once"
    AFTER_APPROVAL = "after_approval"


class SpeakerState(StrEnum):
    """The life of a request to speak."""

    REQUESTED = "requested"
    QUEUED = "queued"
    SPEAKING = "speaking"
    DONE = "done"
    WITHDRAWN = "withdrawn"


class OrderRule(StrEnum):
    """Who is next."""

    FIRST_COME = "first_come"
    FIRST_TIME = "first_time"
    ALTERNATING = "alternating"


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
        _Q.SUBMITTED: frozenset({_Q.HELD, _Q.VISIBLE, _Q.REJECTED, _Q.MERGED}),
        _Q.HELD: frozenset({_Q.VISIBLE, _Q.REJECTED, _Q.MERGED}),
        _Q.VISIBLE: frozenset({_Q.QUEUED, _Q.ON_STAGE, _Q.HELD, _Q.DEFERRED, _Q.REJECTED, _Q.MERGED}),
        _Q.QUEUED: frozenset({_Q.ON_STAGE, _Q.VISIBLE, _Q.HELD, _Q.DEFERRED, _Q.REJECTED, _Q.MERGED}),
        _Q.ON_STAGE: frozenset({_Q.ANSWERED, _Q.DEFERRED, _Q.VISIBLE}),
        _Q.ANSWERED: frozenset[QuestionState](),
        _Q.DEFERRED: frozenset({_Q.ANSWERED}),
        _Q.REJECTED: frozenset[QuestionState](),
        _Q.MERGED: frozenset[QuestionState](),
    }
)
SEEN_BY_ALL = frozenset({_Q.VISIBLE, _Q.QUEUED, _Q.ON_STAGE, _Q.ANSWERED, _Q.DEFERRED})
OPEN_TO_SUPPORT = frozenset({_Q.VISIBLE, _Q.QUEUED, _Q.ON_STAGE})
OPEN_TO_MERGE = frozenset({_Q.SUBMITTED, _Q.HELD, _Q.VISIBLE, _Q.QUEUED, _Q.ON_STAGE})

_S = SpeakerState

SPEAKER_STEPS = MappingProxyType(
    {
        _S.REQUESTED: frozenset({_S.QUEUED, _S.WITHDRAWN}),
        _S.QUEUED: frozenset({_S.SPEAKING, _S.WITHDRAWN}),
        _S.SPEAKING: frozenset({_S.DONE}),
        _S.DONE: frozenset[SpeakerState](),
        _S.WITHDRAWN: frozenset[SpeakerState](),
    }
)
WAITING_TO_SPEAK = frozenset({_S.REQUESTED, _S.QUEUED})

OPEN_TO_HALL = frozenset({_M.CHECKIN, _M.RUNNING, _M.PAUSED})
OVER = frozenset({_M.CLOSED, _M.MINUTED, _M.ARCHIVED, _M.CANCELLED})


def may_follow(state: MeetingState, target: MeetingState) -> bool:
    """Tell whether a meeting may go from `state` to `target`."""
    return target in TRANSITIONS[state]
