"""Rules of consultations, pure: phases, publishing, states, deadlines, references.

Guarantees: the same answer on every channel. Refuses nothing itself; actions raise what these predicates find.
Source: docs/adr for two-person rules; Art. 17 and 20 DSA as the model for reasons and complaints.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from backend.consultations import limits
from backend.consultations.types import (
    ANALOGUE_CHANNELS,
    Channel,
    ContributionState,
    ModerationMode,
    Outcome,
    Phase,
    PhaseRights,
    PhaseType,
    Transcription,
)

ZONE = ZoneInfo("Europe/Berlin")
FRIDAY = 5
REF_PREFIX = "MP"
REF_PATTERN = re.compile(r"^[A-Z]{2}\d{2}-\d{3,6}$")
SLUG_PATTERN = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*$")

_STATE_AFTER = {
    Outcome.PUBLISH: ContributionState.PUBLISHED,
    Outcome.REDACT: ContributionState.REDACTED,
    Outcome.REJECT: ContributionState.REJECTED,
    Outcome.HOLD: ContributionState.IN_REVIEW,
}
_PAPER = frozenset({Channel.PAPER_CARD, Channel.PAPER_BALLOT, Channel.LETTER})
_GONE = frozenset({ContributionState.WITHDRAWN, ContributionState.ERASED})
_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


class Check(StrEnum):
    """What must be settled before a procedure is published."""

    TITLE = "title"
    SUMMARY = "summary"
    ROOM = "room"
    DECIDING_BODY = "deciding_body"
    OFFLINE_WAY = "offline_way"
    NEXT_STEPS = "next_steps"
    FEEDBACK_DATE = "feedback_date"
    PHASES = "phases"
    EASY_READ = "easy_read"


ADVICE_ONLY = frozenset({Check.EASY_READ})
"""Shown as a hint; does not stop publishing."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """One line of the list "before publishing"."""

    check: Check
    is_done: bool

    @property
    def blocks(self) -> bool:
        """Tell whether this line keeps the procedure from being published."""
        return not self.is_done and self.check not in ADVICE_ONLY


@dataclass(frozen=True, slots=True)
class Plan:
    """What the checks look at."""

    title: dict[str, str]
    summary: dict[str, str]
    fixed: Sequence[dict[str, str]]
    open: Sequence[dict[str, str]]
    deciding_body_id: str | None
    channels: Sequence[Channel]
    no_analogue_reason: str | None
    next_steps: int
    promised_feedback_by: date | None
    phases: Sequence[Phase]


def readiness(plan: Plan) -> list[Readiness]:
    """Return every check with its result, in the order of the editor's sections."""
    has_offline_way = bool(ANALOGUE_CHANNELS & set(plan.channels)) or bool((plan.no_analogue_reason or "").strip())
    results = {
        Check.TITLE: bool(plan.title.get("de", "").strip()),
        Check.SUMMARY: bool(plan.summary.get("de", "").strip()),
        Check.ROOM: bool(plan.fixed) and bool(plan.open),
        Check.DECIDING_BODY: plan.deciding_body_id is not None,
        Check.OFFLINE_WAY: has_offline_way,
        Check.NEXT_STEPS: plan.next_steps > 0,
        Check.FEEDBACK_DATE: plan.promised_feedback_by is not None,
        Check.PHASES: phases_are_sound(plan.phases),
        Check.EASY_READ: bool(plan.summary.get("ls", "").strip()),
    }
    return [Readiness(check, results[check]) for check in Check]


def phases_are_sound(phases: Sequence[Phase]) -> bool:
    """Tell whether there is a phase to write in and every phase ends after it begins, in order."""
    if not any(phase.rights is PhaseRights.WRITE for phase in phases):
        return False
    days_fit = all(phase.opens_on <= phase.closes_on for phase in phases)
    starts = [phase.opens_on for phase in phases]
    return days_fit and starts == sorted(starts)


def local_day(moment: datetime) -> date:
    """Return the calendar day on the clocks of the municipality."""
    return moment.astimezone(ZONE).date()


def current_phases(phases: Iterable[Phase], today: date) -> list[Phase]:
    """Return the phases that run today; they may overlap."""
    return [phase for phase in phases if phase.opens_on <= today <= phase.closes_on]


def writing_phase(phases: Iterable[Phase], today: date) -> Phase | None:
    """Return the phase that lets the public write today."""
    return next((phase for phase in current_phases(phases, today) if phase.rights is PhaseRights.WRITE), None)


def intake_phase(phases: Iterable[Phase], received_on: date) -> Phase | None:
    """Return the phase in which something that came in on that day counts; the hall counts at a meeting."""
    running = current_phases(phases, received_on)
    fits = (phase for phase in running if phase.rights is PhaseRights.WRITE or phase.type is PhaseType.MEETING)
    return next(fits, None)


def next_writing_phase(phases: Iterable[Phase], today: date) -> Phase | None:
    """Return the next phase in which the public may write."""
    coming = [phase for phase in phases if phase.rights is PhaseRights.WRITE and phase.opens_on > today]
    return min(coming, key=lambda phase: phase.opens_on, default=None)


def is_hidden(phases: Sequence[Phase], today: date) -> bool:
    """Tell whether every phase that runs today hides the procedure from the public."""
    running = current_phases(phases, today)
    return bool(running) and all(phase.rights is PhaseRights.HIDDEN for phase in running)


def first_state(mode: ModerationMode, *, has_personal_data: bool = False) -> ContributionState:
    """Return the state a contribution enters: read first, or public at once and read afterwards.

    A flagged telephone number or address waits for a person even then, because it may be somebody else's.
    """
    if mode is ModerationMode.POST and not has_personal_data:
        return ContributionState.PUBLISHED
    return ContributionState.RECEIVED


def state_after(outcome: Outcome) -> ContributionState:
    """Return the state a moderator's decision leads to."""
    return _STATE_AFTER[outcome]


def may_be_moderated(state: ContributionState) -> bool:
    """Tell whether a decision is still possible; what its author took back stays back."""
    return state not in _GONE


def may_be_withdrawn(state: ContributionState) -> bool:
    """Tell whether its author can still take it back."""
    return state not in _GONE


def needs_reason(outcome: Outcome) -> bool:
    """Tell whether a decision must name a rule and facts."""
    return outcome in {Outcome.REDACT, Outcome.REJECT}


def after_check(channel: Channel, *, agrees: bool) -> Transcription:
    """Return the transcription's state after another person checked it.

    Paper was compared with its original by two people; what was spoken can only be read again.
    """
    if not agrees:
        return Transcription.DISPUTED
    return Transcription.DOUBLE_CHECKED if channel in _PAPER else Transcription.CHECKED


def is_checked(transcription: Transcription | None) -> bool:
    """Tell whether a second person stands behind the text; typed-in contributions need none."""
    return transcription in {None, Transcription.CHECKED, Transcription.DOUBLE_CHECKED}


def add_months(day: date, months: int) -> date:
    """Return the same day `months` later, or the month's last day (BGB § 188 (3))."""
    whole = day.month - 1 + months
    year, month = day.year + whole // 12, whole % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def complaint_until(decided_at: datetime) -> date:
    """Return the last day of a complaint."""
    return add_months(local_day(decided_at), limits.COMPLAINT_MONTHS)


def review_by(day: date) -> date:
    """Return the day until which a contribution sent today is read; never a Saturday or Sunday."""
    promised = day + limits.REVIEW_WITHIN
    if promised.isoweekday() <= FRIDAY:
        return promised
    return promised + timedelta(days=8 - promised.isoweekday())


def ref_series(day: date) -> str:
    """Return the series that numbers contributions of a year, e.g. `MP27`."""
    return f"{REF_PREFIX}{day.year % 100:02d}"


def ref_of(series: str, number: int) -> str:
    """Return the public identity of a contribution: `MP27-017`."""
    return f"{series}-{number:03d}"


def slug_of(title: str) -> str:
    """Return an address part made from a title; empty when the title has no letters."""
    plain = title.casefold().translate(_LETTERS)
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return words[: limits.SLUG_CHARS].rstrip("-")


def folded(text: str) -> str:
    """Return a text as the search compares it: lower case, umlauts spelt out, blanks joined."""
    return " ".join(text.casefold().translate(_LETTERS).split())
