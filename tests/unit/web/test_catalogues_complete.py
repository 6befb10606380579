"""Every language says what it promises: complete where it must be, and with the same placeholders as the source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import chain

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from backend.kit.i18n import DOMAIN
from backend.web.assets import ROOT
from backend.web.catalogues import TEMPLATE_OPTIONS, _extracted, collect
from backend.web.languages import GERMAN, LANGUAGES
from backend.web.rendering import LOCALES
from moderation.desk import words

PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w*\}")
MARKUP = re.compile(r"</?[a-z]+[^>]*>")
LEAST_OF_THE_OFFICE = 0.95  # a page fresh from work may still fall back to German

CITIZENS = {
    "phone ballot and projector": ("backend/live/templates/**/*.html",),
    "kiosk": ("kiosk/templates/**/*.html",),
    "citizen pages": ("backend/site/templates/**/*.html", "backend/web/templates/**/*.html"),
    "tour": ("backend/demo/templates/**/*.html",),
}
VOTING = ("backend/live/templates/*.html", "kiosk/templates/*.html", "backend/site/templates/meetings/*.html")
TRANSLATED = [language.catalogue for language in LANGUAGES.values() if language is not GERMAN]
Strings = tuple[str, ...]


@cache
def catalogue(name: str) -> Catalog:
    language = next(language for language in LANGUAGES.values() if language.catalogue == name)
    with (LOCALES / name / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        return read_po(file, locale=language.locale)


def forms(value: object) -> Strings:
    """Return the strings of an identifier or a translation: one, or one per plural form."""
    return tuple(str(part or "") for part in value) if isinstance(value, list | tuple) else (str(value or ""),)


def entries(name: str) -> Iterator[tuple[Strings, Strings]]:
    """Yield what is translated, as forms of the source and forms of the translation."""
    for entry in catalogue(name):
        if entry.id and all(forms(entry.string)):
            yield forms(entry.id), forms(entry.string)


def untranslated(name: str, patterns: tuple[str, ...]) -> list[str]:
    """Return the sentences of these templates that a language does not say yet."""
    known = catalogue(name)
    paths = chain.from_iterable(sorted(ROOT.glob(pattern)) for pattern in patterns)
    found = {message for path in paths for message in _extracted("jinja2", path, TEMPLATE_OPTIONS)}
    entries_ = [(message, known.get(message, context)) for message, context in found]
    return sorted(str(message) for message, entry in entries_ if not is_translated(entry))


def is_translated(entry: Message | None) -> bool:
    return entry is not None and not entry.fuzzy and all(forms(entry.string))


@pytest.mark.parametrize("surface", CITIZENS)
def test_english_says_every_sentence_for_citizens(surface: str) -> None:
    assert untranslated("en", CITIZENS[surface]) == []


@pytest.mark.parametrize("name", ["tr", "uk", "ar"])
def test_every_language_says_all_it_takes_to_vote(name: str) -> None:
    assert untranslated(name, VOTING) == []


def test_english_says_nearly_every_sentence_of_the_office() -> None:
    known = [entry for entry in catalogue("en") if entry.id]
    assert len(list(entries("en"))) >= LEAST_OF_THE_OFFICE * len(known)


@pytest.mark.parametrize("name", TRANSLATED)
def test_placeholders_and_markup_are_those_of_the_source(name: str) -> None:
    wrong = [(source, translation) for source, translation in entries(name) if not is_faithful(source, translation)]
    assert wrong == []


def is_faithful(source: Strings, translation: Strings) -> bool:
    """Say whether the last form has every placeholder and no form an unknown one; a singular may omit its number."""
    last = sorted(PLACEHOLDER.findall(translation[-1])) == sorted(PLACEHOLDER.findall(source[-1]))
    known = set(PLACEHOLDER.findall(source[-1]))
    markup = sorted(MARKUP.findall(source[-1]))
    return last and all(
        set(PLACEHOLDER.findall(form)) <= known and sorted(MARKUP.findall(form)) == markup for form in translation
    )


@pytest.mark.parametrize("name", TRANSLATED)
def test_a_lone_percent_sign_would_break_the_page(name: str) -> None:
    assert [form for _, translation in entries(name) for form in translation if "%" in PLACEHOLDER.sub("", form)] == []


@pytest.mark.parametrize("name", TRANSLATED)
def test_spaces_at_the_edges_are_those_of_the_source(name: str) -> None:
    assert [
        form for source, translation in entries(name) for form in translation if edges(form) != edges(source[-1])
    ] == []


def edges(text: str) -> tuple[bool, bool]:
    return text != text.lstrip(), text != text.rstrip()


@pytest.mark.parametrize("name", TRANSLATED)
def test_nothing_is_fuzzy_and_plurals_have_the_languages_number_of_forms(name: str) -> None:
    count = catalogue(name).num_plurals
    assert not [entry.id for entry in catalogue(name) if entry.id and entry.fuzzy]
    assert not [source for source, translation in entries(name) if len(source) > 1 and len(translation) != count]


def test_tables_of_the_desk_are_collected_whole() -> None:
    tables = (words.EQUATIONS, words.TERMS, words.REASONS, words.MARKS, words.SPECIAL, words.STATUS, words.DECIDED)
    collected = {message for message, _ in collect() if isinstance(message, str)}
    assert {text for table in tables for text in table.values()} <= collected
