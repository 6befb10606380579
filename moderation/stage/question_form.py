"""One form for a question, whoever asks it: prepared in peace, in a wizard, or on the spot. Pure.

Guarantees: what comes out of `new_poll` can be voted on and counted. Refuses what cannot, with a sentence that says
what to write (`Invalid`). The fields are drawn by templates/stage/question_form.html.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from backend.kit.db import JsonDict
from backend.kit.errors import Invalid
from backend.polls.actions import NewPoll, definition_of_new
from backend.polls.rules import has_sheet
from backend.polls.types import (
    OPTIONS_MAX,
    RANKING_OPTIONS_MAX,
    STATEMENTS_MAX,
    WORDS_MAX,
    Grade,
    InvalidDefinition,
    Method,
    PollType,
)

MAX_LINE_CHARS = 300
MAX_LINES_CHARS = 4_000
MIN_OPTIONS = 2
SCORE_MAX = 10  # more steps are no help to anybody and no row on a phone
POINTS_MAX = 20
EUROS_MAX = 10**12
EASY_RANKING = 5  # above, a ranking is hard to fill in and rare enough to be a signature

_YES_NO: tuple[JsonDict, ...] = (
    {"id": "yes", "de": "Ja", "en": "Yes", "ls": "Ja"},
    {"id": "no", "de": "Nein", "en": "No", "ls": "Nein"},
)
_ABSTENTION: JsonDict = {
    "id": "abst",
    "de": "Enthaltung",
    "en": "Abstain",
    "ls": "Ich stimme nicht ab",
    "abstain": True,
}
_SCALE = range(1, 6)
_PRICED = re.compile(
    r"^(?P<title>.*?\S)\s*(?:[;\t|]\s*(?P<after>[\d.\s']+?)\s*(?:€|EUR|Euro)?|\s(?P<before>\d[\d.\s']*)\s*(?:€|EUR|Euro))$",
    re.IGNORECASE,
)
_GROUPED = re.compile(r"\d{1,3}(?:[.\s']\d{3})*|\d+")


class Ranking(StrEnum):
    """How a ranking is counted."""

    SCHULZE = Method.SCHULZE.value
    IRV = Method.IRV.value
    BORDA = Method.BORDA.value


class Budgeting(StrEnum):
    """How a budget is shared out."""

    GREEDY = Method.GREEDY.value
    EQUAL_SHARES = Method.EQUAL_SHARES.value


class Caution(StrEnum):
    """What a host should know before asking; nothing is forbidden by it."""

    LONG_RANKING = "long_ranking"
    NO_SHEET = "no_sheet"


class QuestionFields(BaseModel):
    """The fields of a question; what its type does not use is ignored."""

    model_config = ConfigDict(extra="forbid")

    art: PollType
    text: Annotated[str, Field(min_length=3, max_length=300)]
    antworten: Annotated[str, Field(max_length=MAX_LINES_CHARS)] = ""
    hoechstens: Annotated[int, Field(ge=1, le=OPTIONS_MAX)] | None = None
    hoechstpunkte: Annotated[int, Field(ge=1, le=SCORE_MAX)] | None = None
    punkte: Annotated[int, Field(ge=2, le=POINTS_MAX)] | None = None
    woerter: Annotated[int, Field(ge=1, le=WORDS_MAX)] | None = None
    betrag: Annotated[str, Field(max_length=40)] = ""
    reihung: Ranking = Ranking.SCHULZE
    verteilung: Budgeting = Budgeting.GREEDY
    enthaltung: bool = False
    geheim: bool = False
    aendern: bool = False


def new_poll(given: QuestionFields, *, agenda_item_id: str | None = None) -> NewPoll:
    """Return the poll a form asks for. Raises: Invalid."""
    is_budget = given.art is PollType.BUDGET
    new = NewPoll(
        type=given.art,
        question={"de": given.text},
        options=options_of(given.art, given.antworten, has_abstention=given.enthaltung),
        max_choices=_limit(given),
        statements=statements_of(given.antworten) if given.art is PollType.SCALE else (),
        budget=euros(given.betrag, "den Betrag, der verteilt wird") if is_budget else None,
        grade=Grade.SECRET if given.geheim else Grade.OPEN,
        method=_method(given),
        change_until_close=given.aendern,
        agenda_item_id=agenda_item_id,
    )
    _check(new)
    return new


def cautions(new: NewPoll) -> list[Caution]:
    """Return what to warn of."""
    found = []
    if new.type is PollType.RANKING and len(_own(new)) > EASY_RANKING:
        found.append(Caution.LONG_RANKING)
    if not has_sheet(definition_of_new(new)):
        found.append(Caution.NO_SHEET)
    return found


def caution_words(caution: Caution, gettext: Callable[[str], str]) -> str:
    """Return a caution as a sentence."""
    sentences = {
        Caution.LONG_RANKING: gettext(
            "Mehr als fünf Antworten zu ordnen ist schwer. Und wer seine Reihenfolge verrät, kann daran erkannt werden."
        ),
        Caution.NO_SHEET: gettext("Für diese Frage gibt es keinen Stimmzettel. Wer kein Handy hat, geht zum Kiosk."),
    }
    return sentences[caution]


def options_of(kind: PollType, lines: str, *, has_abstention: bool) -> list[JsonDict]:
    """Return the options of a new poll. Raises: Invalid with fewer than two of one's own."""
    match kind:
        case PollType.YESNO:
            own = [dict(option) for option in _YES_NO]
        case PollType.SCALE:
            own = [{"id": str(step), "de": str(step)} for step in _SCALE]
        case PollType.WORDS:
            own = []
        case PollType.BUDGET:
            own = [_project(number, line) for number, line in enumerate(_lines(lines), start=1)]
        case _:
            own = [{"id": f"a{number}", "de": line} for number, line in enumerate(_lines(lines), start=1)]
    most = RANKING_OPTIONS_MAX if kind is PollType.RANKING else OPTIONS_MAX - 1
    if len(own) > most:
        raise Invalid(f"Bitte schreiben Sie höchstens {most} Antworten.")
    if kind is not PollType.WORDS and len(own) < MIN_OPTIONS:
        raise Invalid("Bitte schreiben Sie mindestens zwei verschiedene Antworten, jede in eine eigene Zeile.")
    return [*own, dict(_ABSTENTION)] if has_abstention else own


def statements_of(lines: str) -> list[JsonDict]:
    """Return what is rated on a scale, one per line; none means the question itself. Raises: Invalid."""
    texts = _lines(lines)
    if len(texts) > STATEMENTS_MAX:
        raise Invalid(f"Bitte schreiben Sie höchstens {STATEMENTS_MAX} Aussagen.")
    return [{"id": f"s{number}", "de": text} for number, text in enumerate(texts, start=1)]


def euros(text: str, what: str) -> int:
    """Return whole euros, written 12000, 12.000 or 12 000, with or without the word. Raises: Invalid."""
    bare = re.sub(r"(?:€|EUR|Euro)\s*$", "", text.strip(), flags=re.IGNORECASE).strip()
    if not _GROUPED.fullmatch(bare) or not 0 < int(re.sub(r"\D", "", bare)) <= EUROS_MAX:
        raise Invalid(f"Bitte schreiben Sie {what} in ganzen Euro, zum Beispiel: 12000")
    return int(re.sub(r"\D", "", bare))


def _project(number: int, line: str) -> JsonDict:
    found = _PRICED.match(line)
    if found is None:
        raise Invalid(f"Zeile {number}: Bitte schreiben Sie Titel und Kosten, zum Beispiel: Bänke am Bach; 12000 Euro")
    cost = euros(found["after"] or found["before"], f"die Kosten in Zeile {number}")
    return {"id": f"a{number}", "de": found["title"].rstrip(" ;"), "cost": cost}


def _lines(text: str) -> list[str]:
    return list(dict.fromkeys(line.strip()[:MAX_LINE_CHARS] for line in text.splitlines() if line.strip()))


def _limit(given: QuestionFields) -> int | None:
    limits = {
        PollType.MULTI: given.hoechstens,
        PollType.SCORE: given.hoechstpunkte,
        PollType.CUMULATIVE: given.punkte,
        PollType.WORDS: given.woerter,
    }
    return limits.get(given.art)


def _method(given: QuestionFields) -> str | None:
    methods = {PollType.RANKING: given.reihung.value, PollType.BUDGET: given.verteilung.value}
    return methods.get(given.art)


def _own(new: NewPoll) -> list[JsonDict]:
    return [option for option in new.options if not option.get("abstain")]


def _check(new: NewPoll) -> None:
    """Refuse what contradicts itself only as a whole."""
    for option in _own(new):
        if new.budget is not None and option["cost"] > new.budget:
            raise Invalid(f"„{option['de']}“ kostet mehr, als verteilt wird. So könnte es niemand wählen.")
    try:
        is_on_paper = has_sheet(definition_of_new(new))
    except InvalidDefinition as error:
        raise Invalid("Bitte prüfen Sie Antworten und Höchstzahl.") from error
    if new.grade is Grade.SECRET and not is_on_paper:
        raise Invalid("Geheim geht nur auf Papier, und für diese Frage gibt es keinen Stimmzettel.")
