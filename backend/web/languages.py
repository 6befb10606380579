"""Languages of the interface and how a request chooses one.

The choice travels in the address (`?lang=`), never in a cookie; without it the browser's `Accept-Language`
decides, then German. `ls` is German in Leichte Sprache: texts fall back to German, dates and numbers are German.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

MAX_ACCEPT_LANGUAGE_CHARS = 200  # longer headers are not written by browsers
MAX_ACCEPT_LANGUAGE_PARTS = 12


@dataclass(frozen=True, slots=True)
class Language:
    """One language of the interface."""

    code: str  # in addresses and in texts: {"de": …, "ls": …}
    catalogue: str  # folder of the translations
    tag: str  # BCP 47, for the `lang` attribute
    locale: str  # CLDR locale for dates, numbers and plurals
    name: str  # in the language itself
    direction: str = "ltr"


GERMAN = Language("de", "de", "de", "de_DE", "Deutsch")
LEICHT = Language("ls", "de@leicht", "de", "de_DE", "Leichte Sprache")
LANGUAGES: Mapping[str, Language] = {
    language.code: language
    for language in (
        GERMAN,
        LEICHT,
        Language("en", "en", "en-GB", "en_GB", "English"),
        Language("tr", "tr", "tr", "tr_TR", "Türkçe"),
        Language("uk", "uk", "uk", "uk_UA", "Українська"),
        Language("ar", "ar", "ar", "ar_EG", "العربية", "rtl"),
    )
}
SPOKEN = tuple(language for language in LANGUAGES.values() if language is not LEICHT)
CHAINS: Mapping[str, tuple[str, ...]] = {language.catalogue: () for language in LANGUAGES.values()}


def chosen(value: str | None) -> Language | None:
    """Return the language named in an address, or None when it names none of ours."""
    return LANGUAGES.get((value or "").lower())


def preferred(accept_language: str) -> Language:
    """Return the language a browser asks for first among ours (RFC 9110 §12.5.4), German if none fits."""
    ranked: list[tuple[float, int, Language]] = []
    parts = accept_language[:MAX_ACCEPT_LANGUAGE_CHARS].split(",")[:MAX_ACCEPT_LANGUAGE_PARTS]
    for position, part in enumerate(parts):
        tag, _, weight = part.strip().partition(";")
        language = LANGUAGES.get(tag.strip().lower().split("-")[0])
        quality = _quality(weight)
        if language is not None and language is not LEICHT and quality > 0:
            ranked.append((-quality, position, language))
    return min(ranked, key=lambda entry: entry[:2])[2] if ranked else GERMAN


def _quality(weight: str) -> float:
    name, _, value = weight.strip().partition("=")
    if not name:
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
