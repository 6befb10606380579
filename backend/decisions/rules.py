"""What must be true before the next step, and how late something is. Pure.

Guarantees: a topic reaches no body without a published weighing; no decision becomes public while a topic lacks
its effect or a departure lacks its reason; the body that decides comes last.
Source:     the municipal codes' duty to deal with recommendations (Art. 18(4) GO Bayern: three months).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from backend.consultations.types import Texts
from backend.decisions.types import Outcome, Result, WeighingDraft

PLAIN_LANGUAGE_DAYS = 14
"""A reason in Leichte Sprache may follow a publication by so many days; the gap is public."""
YELLOW_FROM_DAYS = 14
MAX_TEXT_CHARS = 6_000
MAX_SHORT_CHARS = 200

RECOMMENDATIONS = frozenset({Result.RECOMMENDED, Result.RECOMMENDED_UNANIMOUSLY, Result.RECOMMENDED_AMENDED})
RESOLUTIONS = frozenset({Result.RESOLVED, Result.RESOLVED_AMENDED})


class GapCode(StrEnum):
    """One kind of thing that is missing."""

    REASON = "reason"
    FORWARDED_TO = "forwarded_to"
    TOPIC = "topic"
    WEIGHING = "weighing"
    DELIBERATION = "deliberation"
    RESOLUTION = "resolution"
    DECIDING_BODY = "deciding_body"
    EFFECT = "effect"
    DEVIATION_REASON = "deviation_reason"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class Gap:
    """One missing thing: which kind, about what, and a sentence for the person who can fill it."""

    code: GapCode
    subject: str
    sentence: str


@dataclass(frozen=True, slots=True)
class TopicStanding:
    """What is known of one topic when a rule looks at it."""

    topic_id: str
    title: str
    weighed_on: date | None = None
    proposal: Outcome | None = None
    effect: Outcome | None = None
    deviation_reason: str = ""


@dataclass(frozen=True, slots=True)
class Sitting:
    """What the chain rules need of one deliberation."""

    position: int
    body_id: str
    authoritative: bool
    held_on: date
    result: Result | None


class Light(StrEnum):
    """How urgent a deadline is."""

    GREEN = "gruen"
    YELLOW = "gelb"
    RED = "rot"
    MET = "erledigt"


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline seen from one day; `days` is negative when it has passed or was missed."""

    due: date
    days: int
    light: Light


def has_text(text: Texts | None, language: str = "de") -> bool:
    """Tell whether a text says something in a language."""
    return bool(text and text.get(language, "").strip())


def weighing_gaps(draft: WeighingDraft, subject: str = "") -> tuple[Gap, ...]:
    """Return what a weighing lacks before it may be submitted: a reason in standard language, an addressee."""
    gaps: list[Gap] = []
    if not has_text(draft.reason):
        gaps.append(Gap(GapCode.REASON, subject, "Die Begründung fehlt. Ohne Grund wird nichts veröffentlicht."))
    if draft.proposal is Outcome.FORWARDED and not (draft.forwarded_to or "").strip():
        gaps.append(Gap(GapCode.FORWARDED_TO, subject, "Bitte nennen Sie, an wen das Anliegen weitergeleitet wird."))
    return tuple(gaps)


def coverage_gaps(refs_without_topic: Iterable[str], topics: Iterable[TopicStanding]) -> tuple[Gap, ...]:
    """Return what a consultation lacks before its first body deliberates."""
    loose = [Gap(GapCode.TOPIC, ref, f"Beitrag {ref} gehört noch zu keinem Thema.") for ref in refs_without_topic]
    unweighed = [
        Gap(GapCode.WEIGHING, topic.topic_id, f"Thema „{topic.title}“ hat noch keine veröffentlichte Abwägung.")
        for topic in topics
        if topic.weighed_on is None
    ]
    return (*loose, *unweighed)


def deliberation_gaps(topics: Iterable[TopicStanding], held_on: date) -> tuple[Gap, ...]:
    """Return the topics that had no published weighing when a body deliberated on `held_on`."""
    return tuple(
        Gap(GapCode.WEIGHING, topic.topic_id, f"Thema „{topic.title}“ war am Tag der Beratung noch nicht abgewogen.")
        for topic in topics
        if topic.weighed_on is None or topic.weighed_on > held_on
    )


def chain_gaps(chain: Sequence[Sitting], deciding_body: str | None) -> tuple[Gap, ...]:
    """Return what a chain of bodies lacks before a decision may rest on it."""
    held = sorted(chain, key=lambda sitting: sitting.position)
    if not held or any(sitting.result is None for sitting in held):
        return (Gap(GapCode.DELIBERATION, "", "Mindestens eine Beratung hat noch kein Ergebnis."),)
    gaps: list[Gap] = []
    last = held[-1]
    if not last.authoritative or (deciding_body is not None and last.body_id != deciding_body):
        gaps.append(Gap(GapCode.DECIDING_BODY, last.body_id, "Das entscheidende Gremium muss zuletzt beraten haben."))
    if last.result in RECOMMENDATIONS:
        gaps.append(Gap(GapCode.DECIDING_BODY, last.body_id, "Das letzte Gremium hat empfohlen, nicht entschieden."))
    if any(later.held_on < earlier.held_on for earlier, later in itertools.pairwise(held)):
        gaps.append(Gap(GapCode.ORDER, "", "Die Daten der Beratungen passen nicht zu ihrer Reihenfolge."))
    return tuple(gaps)


def decision_gaps(
    resolution: Texts, topics: Iterable[TopicStanding], chain: Sequence[Sitting], *, deciding_body: str | None
) -> tuple[Gap, ...]:
    """Return everything a decision lacks before it may be published."""
    gaps: list[Gap] = []
    if not has_text(resolution):
        gaps.append(Gap(GapCode.RESOLUTION, "", "Der Wortlaut des Beschlusses fehlt."))
    gaps += chain_gaps(chain, deciding_body)
    for topic in topics:
        gaps += _effect_gaps(topic)
    return tuple(gaps)


def deviates(proposal: Outcome | None, effect: Outcome) -> bool:
    """Tell whether the council did something else than the office proposed."""
    return proposal is not None and proposal is not effect


def deadline(due: date, today: date, met_on: date | None = None) -> Deadline:
    """Return how a deadline looks on `today`, or how it was met on `met_on`."""
    days = (due - (met_on or today)).days
    if met_on is not None and days >= 0:
        light = Light.MET
    elif days < 0:
        light = Light.RED
    else:
        light = Light.YELLOW if days <= YELLOW_FROM_DAYS else Light.GREEN
    return Deadline(due, days, light)


def plain_language_due(published_on: date) -> date:
    """Return the day until which a reason in Leichte Sprache is owed."""
    return published_on + timedelta(days=PLAIN_LANGUAGE_DAYS)


def answer_text(template: str, values: Mapping[str, str]) -> str:
    """Fill `{ref}`, `{effect}` and `{reason}` of an answer; unknown marks stay as they are."""
    for name, value in values.items():
        template = template.replace("{" + name + "}", value)
    return template


def _effect_gaps(topic: TopicStanding) -> tuple[Gap, ...]:
    if topic.effect is None:
        sentence = f"Für das Thema „{topic.title}“ steht noch nicht fest, was sich ändert."
        return (Gap(GapCode.EFFECT, topic.topic_id, sentence),)
    if deviates(topic.proposal, topic.effect) and not topic.deviation_reason.strip():
        sentence = f"Der Rat weicht beim Thema „{topic.title}“ vom Vorschlag ab. Bitte sagen Sie, warum."
        return (Gap(GapCode.DEVIATION_REASON, topic.topic_id, sentence),)
    return ()
