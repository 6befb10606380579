"""Typed documents: everything a printed page says, nothing about how it looks.

Guarantees: frozen values, checked on construction. Texts are printed verbatim – above all the consultative
notice – and no field can carry a voter's name.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MAX_OPTIONS: Final = 40  # more circles than fit on any page; a brake, not a target
MAX_LEVELS: Final = 12  # columns of a grid


class DocumentError(ValueError):
    """A document that cannot be printed as described."""


class NoTypesetter(RuntimeError):
    """This machine lacks a library that lays out text (Pango, HarfBuzz-Subset)."""


class Language(StrEnum):
    """Languages with a set of printed words. `EASY` is Leichte Sprache (draft, unchecked)."""

    DE = "de"
    EN = "en"
    EASY = "ls"


class PageSize(StrEnum):
    """Ballot formats: A5 by default, A4 in large print."""

    A5 = "A5"
    A4_LARGE = "A4 large"


class BallotType(StrEnum):
    """How marks become choices. Same words as the poll types; `words` has no machine-read sheet."""

    YESNO = "yesno"
    SINGLE = "single"
    MULTI = "multi"
    BUDGET = "budget"
    SCALE = "scale"
    SCORE = "score"
    CUMULATIVE = "cumulative"
    RANKING = "ranking"


GRID_TYPES: Final = frozenset({BallotType.SCALE, BallotType.SCORE, BallotType.CUMULATIVE, BallotType.RANKING})


@dataclass(frozen=True, slots=True)
class BallotRule:
    """What the marks of one sheet may mean.

    `choices` are option ids (statement ids for `scale`) in printed order, `exclusive` the abstentions among them.
    `max_choices` bounds crosses (`single`, `multi`, `budget`) or the sum of points (`cumulative`).
    """

    type: BallotType
    choices: tuple[str, ...]
    max_choices: int = 1
    exclusive: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Refuse rules no sheet could follow."""
        if not 1 <= len(self.choices) <= MAX_OPTIONS or len(set(self.choices)) != len(self.choices):
            msg = f"expected 1 to {MAX_OPTIONS} different choices, got {len(self.choices)}"
            raise DocumentError(msg)
        if self.max_choices < 1 or not self.exclusive <= set(self.choices):
            msg = "expected at least one vote and abstentions among the choices"
            raise DocumentError(msg)


@dataclass(frozen=True, slots=True)
class BallotOption:
    """One line of a ballot. An empty `text` prints a ruled line to write on (reserve stacks)."""

    id: str
    letter: str
    text: str
    abstain: bool = False


@dataclass(frozen=True, slots=True)
class BallotDocument:
    """One paper ballot: one sheet, one question.

    `options` are the lines with a circle – for `scale` the statements (one line with the id "1" and no text when
    the question itself is rated). `levels` are the columns of grid types, lowest first, with an optional word under
    the first and the last. An empty `question` prints ruled lines. `rule_text` replaces the generated sentence.
    """

    meeting_title: str
    org_name: str
    date_text: str
    question: str
    type: BallotType
    options: tuple[BallotOption, ...]
    notice: str
    question_no: int = 1
    question_count: int = 1
    max_choices: int = 1
    levels: tuple[int, ...] = ()
    level_words: tuple[str, str] | None = None
    rule_text: str | None = None
    stack: str | None = None
    size: PageSize = PageSize.A5
    test: bool = False
    language: Language = Language.DE

    def __post_init__(self) -> None:
        """Refuse missing columns and rules that contradict each other."""
        if (self.type in GRID_TYPES) != bool(self.levels):
            msg = f"expected levels exactly for grid types, got {len(self.levels)} for {self.type}"
            raise DocumentError(msg)
        if len(self.levels) > MAX_LEVELS or list(self.levels) != sorted(set(self.levels)):
            msg = f"expected up to {MAX_LEVELS} rising levels, got {self.levels}"
            raise DocumentError(msg)
        _ = self.rule

    @property
    def rule(self) -> BallotRule:
        """The machine-readable rule printed on this sheet."""
        return BallotRule(
            type=self.type,
            choices=tuple(option.id for option in self.options),
            max_choices=self.max_choices,
            exclusive=frozenset(option.id for option in self.options if option.abstain),
        )


@dataclass(frozen=True, slots=True)
class CardSpec:
    """One voting or guest card. `code` is the full code, grouped or not; it is printed in groups of four."""

    code: str
    guest: bool = False


@dataclass(frozen=True, slots=True)
class CardDocument:
    """A print run of cards for one meeting. `url` is the address to type, without scheme and `#`."""

    meeting_title: str
    org_name: str
    date_text: str
    notice: str
    card_url: str
    cards: tuple[CardSpec, ...]
    kiosk_text: str | None = None
    paper_text: str | None = None
    language: Language = Language.DE


@dataclass(frozen=True, slots=True)
class PosterStep:
    """One stop of the thread on a poster; `now` is the one that can be joined today."""

    title: str
    detail: str = ""
    now: bool = False


@dataclass(frozen=True, slots=True)
class PosterWay:
    """One way to take part: `icon` is web, phone, kiosk, paper, mail or voice."""

    icon: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class PosterDocument:
    """An A3 poster with the QR to join."""

    org_name: str
    title: str
    lead: str
    join_url: str
    notice: str
    steps: tuple[PosterStep, ...] = ()
    ways: tuple[PosterWay, ...] = ()
    language: Language = Language.DE


@dataclass(frozen=True, slots=True)
class PostcardDocument:
    """Postcards for handwriting; one card per receipt code, the stub stays with the writer."""

    org_name: str
    question: str
    notice: str
    deadline_text: str
    spur_url: str
    address_lines: tuple[str, ...]
    receipt_codes: tuple[str, ...]
    phone_text: str = ""
    drop_off_text: str = ""
    age_groups: tuple[str, ...] = ()
    language: Language = Language.DE


@dataclass(frozen=True, slots=True)
class CountRow:
    """One line of the result table; `None` prints a dash. `total` closes the row, `sum` sets it in bold."""

    label: str
    values: tuple[int | None, ...]
    total: int
    sum: bool = False


@dataclass(frozen=True, slots=True)
class CountEquation:
    """One equation of the count record, e.g. "gedruckt = ausgegeben + Vorrat", "150 = 40 + 110"."""

    label: str
    numbers: str
    holds: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log entry range and the signed note that the QR carries verbatim."""

    heading: str
    note: str
    short: str
    text: str


@dataclass(frozen=True, slots=True)
class CountRecordDocument:
    """A Zählprotokoll: result, equations, incidents, signatures, proof.

    `channels` are (channel, label) columns; empty when the numbers are too small to be shown by channel, then
    `merged_text` says so.
    """

    meeting_title: str
    date_text: str
    place: str
    question: str
    facts: str
    notice: str
    status_text: str
    rows: tuple[CountRow, ...]
    equations: tuple[CountEquation, ...]
    incidents: tuple[str, ...]
    signers: tuple[str, ...]
    question_no: int = 1
    question_count: int = 1
    channels: tuple[tuple[str, str], ...] = ()
    merged_text: str = ""
    checkpoint: Checkpoint | None = None
    language: Language = Language.DE


@dataclass(frozen=True, slots=True)
class EmergencyDocument:
    """The script for going on by paper, with the questions of the evening in order."""

    meeting_title: str
    org_name: str
    date_text: str
    questions: tuple[str, ...] = ()
    language: Language = Language.DE
