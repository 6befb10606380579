"""What minutes are made from, and what they are made of. Pure.

`Facts` is everything the program knows of an evening: figures and times, no citizen's name. `Part` is what a reader
sees of it, the same for the page, the printed sheet and the hash that is signed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

MAX_TEXTS: Final = 200
MAX_TEXT_CHARS: Final = 10_000
MAX_HEADING_CHARS: Final = 200
SIGNATURES_NEEDED: Final = 2


class SignerRole(StrEnum):
    """In which role a person signs."""

    CHAIR = "chair"
    SECRETARY = "secretary"


class MinutesState(StrEnum):
    """Where a version stands."""

    DRAFT = "draft"
    SIGNED = "signed"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class Spell:
    """From one moment to another; open while it lasts."""

    began_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """A point of the agenda and when it was really treated; `outcome` is done, postponed, withdrawn or planned."""

    id: str
    number: str
    title: str
    outcome: str
    spells: tuple[Spell, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """An announcement or an incident the host noted."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Counted:
    """People counted; `at` is None where only the number was kept."""

    at: datetime | None
    people: int


@dataclass(frozen=True, slots=True)
class QuestionFacts:
    """A question all could see; a deferred one is answered in writing until `due_on`, by an office."""

    text: str
    outcome: str
    answer: str = ""
    due_on: date | None = None
    answered_by: str = ""


@dataclass(frozen=True, slots=True)
class SpeechFacts:
    """How many people took the floor and how long; per group where the hall had groups, never who."""

    speakers: int = 0
    seconds: int = 0
    groups: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class OpenEquation:
    """An equation that did not hold, by its name and what it is about."""

    name: str
    about: str
    difference: int


@dataclass(frozen=True, slots=True)
class PaperIncidents:
    """What happened to the paper of a poll, as numbers and the reasons of scans thrown away."""

    decided_by_people: int = 0
    rejected: int = 0
    typed_in: int = 0
    discarded: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether there is anything to say."""
        return bool(self.decided_by_people or self.rejected or self.typed_in or self.discarded)


@dataclass(frozen=True, slots=True)
class ResultFacts:
    """A result as everybody may see it: `by_channel` is None where so few ballots would tell who voted how.

    `outcome` is what the rule of the poll makes of the numbers, in sentences.
    """

    status: str
    entitled: int
    used: int
    ballots: int
    valid: int
    invalid: int
    blank: int
    refused_duplicates: int
    cards: Mapping[str, int]
    totals: Mapping[str, int]
    by_channel: Mapping[str, Mapping[str, int]] | None
    withheld: str | None
    signatures: int
    open_equations: tuple[OpenEquation, ...] = ()
    reasons: tuple[str, ...] = ()
    outcome: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PollFacts:
    """A poll and how it ended; `labels` are its options in printed order, `successor` the number that replaced it."""

    id: str
    number: int
    item_id: str | None
    question: str
    type: str
    grade: str
    state: str
    labels: Mapping[str, str]
    opened_at: datetime | None
    closed_at: datetime | None
    end_reason: str = ""
    successor: int | None = None
    result: ResultFacts | None = None
    paper: PaperIncidents = PaperIncidents()
    is_practice: bool = False


@dataclass(frozen=True, slots=True)
class LogFacts:
    """The log's signed state after the meeting was closed; `note` is the file itself, `vkey` what checks it."""

    origin: str
    size: int
    root: str
    read_aloud: str
    note: str
    vkey: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything known of an evening."""

    org_name: str
    title: str
    notice: str
    place: str
    starts_at: datetime
    doors_at: datetime | None
    ran: tuple[Spell, ...]
    pauses: tuple[Spell, ...]
    counted: tuple[Counted, ...]
    voting_cards: int
    guest_cards: int
    items: tuple[ItemFacts, ...]
    notices: tuple[Said, ...]
    questions: tuple[QuestionFacts, ...]
    polls: tuple[PollFacts, ...]
    incidents: tuple[Said, ...]
    log: LogFacts | None = None
    speech: SpeechFacts = SpeechFacts()


@dataclass(frozen=True, slots=True)
class PartTable:
    """Columns and rows of text; the first cell of a row is its header; columns in `numbers` are figures."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A generated section; `level` 1 is a section, 2 belongs to the section before it."""

    key: str
    heading: str
    level: int = 1
    pairs: tuple[tuple[str, str], ...] = ()
    paragraphs: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    table: PartTable | None = None


@dataclass(frozen=True, slots=True)
class TextBlock:
    """What a person wrote: below the generated part of the same key, or as a section with a heading of its own."""

    key: str
    body: str
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part with what a person wrote to it: what is shown, printed, hashed and signed."""

    part: Part
    written: tuple[str, ...] = ()
