"""From polls to sheets: ids, letters, columns."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backend.paper.documents import ballot_document
from backend.paper.errors import NoSheetForType
from backend.paper.types import SheetHeading, SheetVariant
from backend.polls.types import Option, OptionId, PollDefinition, PollId, PollType, Question
from printables.types import BallotType, Language, PageSize

HEADING = SheetHeading("Bürgerversammlung", "Stadt Auenfurt", "11. März 2027", "Nur eine Empfehlung.", 2, 4)


def option(name: str, *, abstain: bool = False, cost: int | None = None) -> Option:
    return Option(OptionId(name), {"de": name.upper(), "en": f"{name} in English"}, abstain=abstain, cost=cost)


def poll(type_: PollType, *options: Option, **more: object) -> PollDefinition:
    question = Question({"de": "Was soll geschehen?", "en": "What should happen?"})
    return replace(
        PollDefinition(PollId("p"), type_, options, question=question, **more),  # type: ignore[arg-type]
    )


def test_single_choice_has_letters_and_abstention_last() -> None:
    definition = poll(PollType.SINGLE, option("abst", abstain=True), option("x"), option("y"))
    sheet = ballot_document(definition, HEADING, variant=SheetVariant.STANDARD, language=Language.DE)
    assert [(line.id, line.letter, line.abstain) for line in sheet.options] == [
        ("x", "A", False),
        ("y", "B", False),
        ("abst", "–", True),
    ]
    assert (sheet.question_no, sheet.question_count, sheet.size, sheet.test) == (2, 4, PageSize.A5, False)


def test_language_and_variants_change_words_and_size_not_ids() -> None:
    definition = poll(PollType.YESNO, option("yes"), option("no"))
    sheet = ballot_document(definition, HEADING, variant=SheetVariant.LARGE, language=Language.EN)
    assert (sheet.question, sheet.options[0].text, sheet.options[0].letter) == (
        "What should happen?",
        "yes in English",
        "",
    )
    assert sheet.size is PageSize.A4_LARGE
    assert ballot_document(definition, HEADING, variant=SheetVariant.TEST, language=Language.EASY).test


@pytest.mark.parametrize(
    ("definition", "levels", "ids"),
    [
        (poll(PollType.SCALE, *(option(str(grade)) for grade in range(1, 6))), (1, 2, 3, 4, 5), ["1"]),
        (poll(PollType.SCALE, statements=(option("s1"), option("s2"))), (1, 2, 3, 4, 5), ["s1", "s2"]),
        (poll(PollType.SCORE, option("a"), option("b"), max=3), (0, 1, 2, 3), ["a", "b"]),
        (poll(PollType.CUMULATIVE, option("a"), option("b"), max=4), (1, 2, 3, 4), ["a", "b"]),
        (poll(PollType.RANKING, option("a"), option("b"), option("c")), (1, 2, 3), ["a", "b", "c"]),
    ],
)
def test_grids_have_columns(definition: PollDefinition, levels: tuple[int, ...], ids: list[str]) -> None:
    sheet = ballot_document(definition, HEADING, variant=SheetVariant.STANDARD, language=Language.DE)
    assert sheet.levels == levels
    assert [line.id for line in sheet.options] == ids


def test_budget_names_costs() -> None:
    definition = poll(PollType.BUDGET, option("bank", cost=12_500), budget=20_000)
    sheet = ballot_document(definition, HEADING, variant=SheetVariant.STANDARD, language=Language.DE)
    assert sheet.options[0].text == "BANK (12.500 €)"
    assert sheet.type is BallotType.BUDGET


def test_more_options_than_letters_are_doubled() -> None:
    definition = poll(PollType.MULTI, *(option(f"o{number}") for number in range(28)), max=3)
    sheet = ballot_document(definition, HEADING, variant=SheetVariant.LARGE, language=Language.DE)
    assert [line.letter for line in sheet.options[25:]] == ["Z", "AA", "BB"]


def test_words_have_no_sheet() -> None:
    with pytest.raises(NoSheetForType):
        ballot_document(poll(PollType.WORDS), HEADING, variant=SheetVariant.STANDARD, language=Language.DE)
