"""The vocabulary of the log: what can be recorded, and what each record must name.

For:        everyone who records, reads or verifies entries.
Guarantees: pure; the strings are the wire names and never change their meaning.
Source:     docs/algorithms/log.md, which describes every type and field.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NewType

from typing_extensions import override

IntentId = NewType("IntentId", int)
"""A record that is durable and waits for its place in the log."""


class LogType(StrEnum):
    """What happened."""

    LOG_OPENED = "log.opened"
    LOG_CLOSED = "log.closed"
    KEY_ROTATED = "key.rotated"
    CONSULTATION_OPENED = "consultation.opened"
    CONSULTATION_AMENDED = "consultation.amended"
    CONSULTATION_CLOSED = "consultation.closed"
    INPUT_RECEIVED = "input.received"
    INPUT_WITHDRAWN = "input.withdrawn"
    MODERATION_DECIDED = "moderation.decided"
    COMPLAINT_DECIDED = "complaint.decided"
    DEVICE_ENROLLED = "device.enrolled"
    DEVICE_REVOKED = "device.revoked"
    MEETING_OPENED = "meeting.opened"
    MEETING_CLOSED = "meeting.closed"
    POLL_OPENED = "poll.opened"
    POLL_CLOSED = "poll.closed"
    BALLOT_SPOILED = "ballot.spoiled"
    KIOSK_SYNCED = "kiosk.synced"
    CHANNEL_RECONCILED = "channel.reconciled"
    BALLOT_BATCH = "ballot.batch"
    POLL_SEALED = "poll.sealed"
    POLL_PUBLISHED = "poll.published"
    POLL_VOIDED = "poll.voided"
    WORDS_MODERATED = "words.moderated"
    TOPIC_CHANGED = "topic.changed"
    WEIGHING_PUBLISHED = "weighing.published"
    PAPER_LINKED = "paper.linked"
    DELIBERATION_RECORDED = "deliberation.recorded"
    DECISION_PUBLISHED = "decision.published"
    EFFECT_RECORDED = "effect.recorded"
    MILESTONE_CHANGED = "milestone.changed"
    FEEDBACK_SENT = "feedback.sent"
    TRACE_RETRACTED = "trace.retracted"
    ERASURE = "erasure"
    MINUTES_SIGNED = "minutes.signed"
    MINUTES_PUBLISHED = "minutes.published"


REQUIRED_FIELDS: Final[Mapping[LogType, frozenset[str]]] = {
    type_: frozenset(names.split())
    for type_, names in {
        LogType.LOG_OPENED: "origin vkey",
        LogType.CONSULTATION_OPENED: "consultation",
        LogType.INPUT_RECEIVED: "input consultation channel",
        LogType.INPUT_WITHDRAWN: "input",
        LogType.MODERATION_DECIDED: "input outcome",
        LogType.POLL_OPENED: "poll type options cards_total",
        LogType.POLL_CLOSED: "poll redeemed",
        LogType.BALLOT_SPOILED: "poll channel n",
        LogType.CHANNEL_RECONCILED: "poll ok",
        LogType.BALLOT_BATCH: "poll n part parts commitments",
        LogType.POLL_SEALED: "poll n openings_sha256 totals valid invalid blank",
        LogType.POLL_PUBLISHED: "poll",
        LogType.POLL_VOIDED: "poll",
        LogType.WORDS_MODERATED: "poll shown hidden merged",
        LogType.TOPIC_CHANGED: "topic",
        LogType.WEIGHING_PUBLISHED: "topic",
        LogType.ERASURE: "targets ground",
        LogType.MINUTES_SIGNED: "meeting sha256",
        LogType.MINUTES_PUBLISHED: "meeting sha256",
    }.items()
}
"""Public fields that verification stands on; a record without them is refused."""

OPENED_ON_RELEASE: Final = frozenset(
    {LogType.INPUT_RECEIVED, LogType.MODERATION_DECIDED, LogType.COMPLAINT_DECIDED, LogType.FEEDBACK_SENT}
)
"""Types whose payload is somebody's own words or answer: sealed until the domain releases it."""


class ErasureGround(StrEnum):
    """Why a payload was erased."""

    REQUEST = "request"
    """Art. 17 GDPR, asked for by the person."""
    RETENTION = "retention"
    COURT = "court"
    UNLAWFUL = "unlawful"
    """The text itself must not be kept or shown."""


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """Where an entry stands: "2027/1234"."""

    year: int
    index: int

    @override
    def __str__(self) -> str:
        return f"{self.year}/{self.index}"

    @classmethod
    def parse(cls, text: str) -> "Position":
        """Read "2027/1234". Raises: ValueError when it is spelt another way."""
        year, _, index = text.partition("/")
        position = cls(int(year), int(index))
        if str(position) != text:
            raise ValueError(f"expected year/index, got {text!r}")
        return position
