"""From the fields of a question to a poll that can be voted on."""

from __future__ import annotations

import pytest

from backend.kit.errors import Invalid
from backend.polls.types import Grade, PollType
from moderation.stage.question_form import Caution, QuestionFields, cautions, euros, new_poll, options_of

LINES = "Bänke\nBäume\nBrunnen"
PRICED = "Bänke; 12000 Euro\nBäume;8.000 €\nBrunnen 20 000 EUR\nSchatten | 500"


def fields(art: str, **more: object) -> QuestionFields:
    return QuestionFields.model_validate({"art": art, "text": "Was fehlt uns?", "antworten": LINES, **more})


def test_options_are_one_per_line_without_repeats() -> None:
    options = options_of(PollType.SINGLE, "Apfel\n\n Birne \nApfel", has_abstention=True)
    assert [option["de"] for option in options] == ["Apfel", "Birne", "Enthaltung"]
    assert [option["id"] for option in options] == ["a1", "a2", "abst"]


def test_options_of_yes_no_and_scale_need_no_lines() -> None:
    assert [option["id"] for option in options_of(PollType.YESNO, "egal", has_abstention=False)] == ["yes", "no"]
    assert [option["id"] for option in options_of(PollType.SCALE, "", has_abstention=False)] == list("12345")


def test_options_below_two_are_refused() -> None:
    with pytest.raises(Invalid):
        options_of(PollType.MULTI, "Apfel", has_abstention=True)


def test_projects_are_a_title_and_whole_euros() -> None:
    new = new_poll(fields("budget", antworten=PRICED, betrag="30.000 Euro", verteilung="equal_shares"))
    priced = {option["de"]: option["cost"] for option in new.options}
    assert priced == {"Bänke": 12_000, "Bäume": 8_000, "Brunnen": 20_000, "Schatten": 500}
    assert (new.budget, new.method) == (30_000, "equal_shares")


@pytest.mark.parametrize("line", ["Bänke", "Bänke; viel", "Bänke; 12,50 Euro", "Bänke; 0", "Bänke; 1.00", "; 500"])
def test_project_without_whole_euros_is_refused_with_its_line(line: str) -> None:
    with pytest.raises(Invalid) as refused:
        options_of(PollType.BUDGET, f"Bäume; 8000\n{line}", has_abstention=False)
    assert "Zeile 2" in refused.value.detail


def test_project_dearer_than_the_budget_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        new_poll(fields("budget", antworten=PRICED, betrag="15000"))
    assert "Brunnen" in refused.value.detail


@pytest.mark.parametrize("text", ["", "viel", "-5", "1,5", "12.34", "9" * 20])
def test_amount_that_is_no_whole_number_of_euros_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        euros(text, "den Betrag")


@pytest.mark.parametrize(
    ("art", "more", "limit", "method"),
    [
        ("single", {"hoechstens": 2}, None, None),
        ("multi", {"hoechstens": 2, "punkte": 7}, 2, None),
        ("multi", {}, None, None),
        ("ranking", {"reihung": "irv"}, None, "irv"),
        ("score", {"hoechstpunkte": 10}, 10, None),
        ("cumulative", {"punkte": 7}, 7, None),
        ("words", {"woerter": 1}, 1, None),
    ],
)
def test_each_type_takes_its_own_fields_only(
    art: str, more: dict[str, object], limit: int | None, method: str | None
) -> None:
    new = new_poll(fields(art, **more))
    assert (new.max_choices, new.method, new.budget) == (limit, method, None)


def test_scale_rates_the_question_or_each_statement() -> None:
    assert not new_poll(fields("scale", antworten="")).statements
    rated = new_poll(fields("scale"))
    assert [statement["id"] for statement in rated.statements] == ["s1", "s2", "s3"]
    assert [option["id"] for option in rated.options] == list("12345")


def test_words_have_no_options_of_their_own() -> None:
    assert not new_poll(fields("words")).options


@pytest.mark.parametrize(("art", "most"), [("ranking", 10), ("single", 39), ("scale", 12)])
def test_too_many_lines_are_refused(art: str, most: int) -> None:
    lines = "\n".join(map(str, range(most)))
    assert len(new_poll(fields(art, antworten=lines)).options) > 1
    with pytest.raises(Invalid) as refused:
        new_poll(fields(art, antworten=f"{lines}\nnoch eine"))
    assert str(most) in refused.value.detail


def test_cautions_name_long_rankings_and_what_has_no_sheet() -> None:
    six = "\n".join("abcdef")
    assert cautions(new_poll(fields("ranking"))) == []
    assert cautions(new_poll(fields("ranking", antworten=six, enthaltung=True))) == [Caution.LONG_RANKING]
    assert cautions(new_poll(fields("words"))) == [Caution.NO_SHEET]
    assert cautions(new_poll(fields("cumulative", punkte=13))) == [Caution.NO_SHEET]


def test_secret_question_without_a_sheet_is_refused() -> None:
    assert new_poll(fields("budget", antworten=PRICED, betrag="30000", geheim=True)).grade is Grade.SECRET
    with pytest.raises(Invalid) as refused:
        new_poll(fields("words", geheim=True))
    assert "Papier" in refused.value.detail
