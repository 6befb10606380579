"""The script for going on by paper: one page, whatever the evening asks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from printables.emergency import print_emergency_script
from printables.types import DocumentError, EmergencyDocument, Language
from tests.unit.printables.reading import is_accessible, page_count, words

QUESTIONS = ("Wie viele Stellplätze sollen bleiben?", "Soll der Wochenmarkt länger dauern?")
SCRIPT = EmergencyDocument("Bürgerversammlung Innenstadt", "Stadt Auenfurt", "11. März 2027", QUESTIONS)


def test_script_is_one_accessible_page_with_the_questions() -> None:
    pdf = print_emergency_script(SCRIPT)
    text = words(pdf)
    assert page_count(pdf) == 1
    assert is_accessible(pdf, "de")
    assert "Drehbuch: Auf Papier weitermachen" in text
    assert "Was schon angekommen ist, zählt." in text
    assert all(question in text for question in QUESTIONS)


def test_script_without_questions_has_a_line_to_write_on() -> None:
    assert page_count(print_emergency_script(replace(SCRIPT, questions=()))) == 1


def test_script_speaks_english() -> None:
    assert "going on by paper" in words(print_emergency_script(replace(SCRIPT, language=Language.EN)))


def test_script_with_too_many_questions_is_refused() -> None:
    with pytest.raises(DocumentError):
        print_emergency_script(replace(SCRIPT, questions=QUESTIONS * 20))
