"""From a frozen poll to the sheet that is printed: which circles, which letters, which rule. Pure.

Guarantees: option ids on the sheet are the poll's own, in printed order, so a cross means exactly one option.
Refuses: word clouds (`NoSheetForType`); handwriting is not read by machines.
"""

from __future__ import annotations

import string

from backend.paper.errors import NoSheetForType
from backend.paper.types import SheetHeading, SheetVariant
from backend.polls.types import Option, PollDefinition, PollType, Text
from printables.types import BallotDocument, BallotOption, BallotType, Language, PageSize

_CIRCLED = {
    PollType.YESNO: BallotType.YESNO,
    PollType.SINGLE: BallotType.SINGLE,
    PollType.MULTI: BallotType.MULTI,
    PollType.BUDGET: BallotType.BUDGET,
    PollType.SCALE: BallotType.SCALE,
    PollType.SCORE: BallotType.SCORE,
    PollType.CUMULATIVE: BallotType.CUMULATIVE,
    PollType.RANKING: BallotType.RANKING,
}
_LETTERED = frozenset(_CIRCLED) - {PollType.YESNO, PollType.SCALE}
_ABSTAIN_LETTER = "–"
_UNTITLED = "1"  # the one line of a scale that rates the question itself


def ballot_document(
    definition: PollDefinition, heading: SheetHeading, *, variant: SheetVariant, language: Language
) -> BallotDocument:
    """Return the sheet of a poll. Raises: NoSheetForType."""
    type_ = _CIRCLED.get(definition.type)
    if type_ is None or definition.question is None:
        raise NoSheetForType
    return BallotDocument(
        meeting_title=heading.meeting_title,
        org_name=heading.org_name,
        date_text=heading.date_text,
        question="" if heading.stack else _text(definition.question.text, language),
        type=type_,
        options=_lines(definition, language, is_open=heading.stack is not None),
        notice=heading.notice,
        question_no=heading.question_no,
        question_count=heading.question_count,
        stack=heading.stack,
        max_choices=definition.limit,
        levels=_levels(definition),
        size=PageSize.A4_LARGE if variant is SheetVariant.LARGE else PageSize.A5,
        test=variant is SheetVariant.TEST,
        language=language,
    )


def _lines(definition: PollDefinition, language: Language, *, is_open: bool) -> tuple[BallotOption, ...]:
    """Return the lines with a circle; `is_open` leaves room to write beside the letters."""
    abstentions = [option for option in definition.options if option.abstain]
    if definition.type is PollType.SCALE:
        rows = definition.statements
        lines = [BallotOption(str(row.id), str(no), _text(row.label, language)) for no, row in enumerate(rows, 1)]
        lines = lines or [BallotOption(_UNTITLED, "", "")]
    else:
        letters = string.ascii_uppercase if definition.type in _LETTERED else " " * len(definition.choosable)
        lines = [
            BallotOption(str(option.id), letter.strip(), "" if is_open and letter.strip() else _label(option, language))
            for option, letter in zip(definition.choosable, _endless(letters), strict=False)
        ]
    stays_out = [
        BallotOption(str(option.id), _ABSTAIN_LETTER, _text(option.label, language), abstain=True)
        for option in abstentions
    ]
    return (*lines, *stays_out)


def _endless(letters: str) -> list[str]:
    """Return letters, then doubled letters: A … Z, AA … ZZ."""
    return [*letters, *(letter * 2 for letter in letters)]


def _label(option: Option, language: Language) -> str:
    text = _text(option.label, language)
    if option.cost is None:
        return text
    cost = f"{option.cost:,}".replace(",", "." if language is not Language.EN else ",")
    return f"{text} ({cost} €)"


def _levels(definition: PollDefinition) -> tuple[int, ...]:
    match definition.type:
        case PollType.SCALE:
            return definition.scale
        case PollType.SCORE:
            return tuple(range(definition.limit + 1))
        case PollType.CUMULATIVE | PollType.RANKING:
            return tuple(range(1, definition.limit + 1))
        case _:
            return ()


def _text(texts: Text, language: Language) -> str:
    return texts.get(language.value) or texts.get("de") or next(iter(texts.values()), "")
